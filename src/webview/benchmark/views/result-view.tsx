// A result: the whole model, its layers as a table with bars of their measured and predicted shares, and a roofline-style scatter.
import { useState } from "preact/hooks";
import type { Plan, PlanLayer } from "../../../core/9-benchmark/plan";
import type { Deployment } from "../../../core/report/deployment";
import { formatCount } from "../../../core/report/format";
import type { SourcePlace } from "../../../core/report/report";
import { operatorsTime } from "../../../core/report/time-text";
import { t } from "../../shared/l10n";
import type { LayerTiming, Result } from "../measure/result";
import { Figures, resultFigures } from "./figures";
import { Roofline } from "./roofline-view";
import { useRows } from "./rows";
import { rankCorrelation } from "../measure/statistics";
import { CALL_MS, percentText, rateText, timeText } from "./texts";

interface Props {
  result: Result;
  other: Result | null;
  plan: Plan;
  deployment: Deployment | null;
  onGo: (place: SourcePlace) => void;
}

/** Share of the board's latency that each layer takes, by name: measured where a report has all of it, else predicted. */
export function predictedShares(deployment: Deployment | null): Map<string, number> {
  const sums = new Map<string, number>();
  let total = 0;
  const operators = deployment?.operators ?? [];
  const { isMeasured } = operatorsTime(operators);
  for (const { layer, latencyMs, measuredMs } of operators) {
    const ms = isMeasured ? (measuredMs ?? 0) : latencyMs;
    if (ms === null) return new Map();
    total += ms;
    if (layer !== null) sums.set(layer, (sums.get(layer) ?? 0) + ms);
  }
  return new Map([...sums].map(([name, ms]) => [name, total > 0 ? ms / total : 0] as const));
}

interface Row {
  timing: LayerTiming;
  layer: PlanLayer | undefined;
  share: number;
  predicted: number | null;
  earlier: number | null;
}

type Key = "order" | "time" | "macs";

export function ResultView({ result, other, plan, deployment, onGo }: Props) {
  const [sort, setSort] = useState<Key>("order");
  const rowProps = useRows(result.layers.length);
  const predicted = predictedShares(deployment);
  const isSame = (index: number, timing: LayerTiming) => plan.layers[index]?.name === timing.name;
  const earlier = new Map(other?.layers.map((layer) => [layer.name, layer.median] as const));
  const rows = result.layers.map(
    (timing, index): Row => ({
      timing,
      layer: isSame(index, timing) ? plan.layers[index] : plan.layers.find(({ name }) => name === timing.name),
      share: result.sumMs > 0 ? timing.median / result.sumMs : 0,
      predicted: predicted.get(timing.name) ?? null,
      earlier: earlier.get(timing.name) ?? null,
    }),
  );
  const sorted =
    sort === "order"
      ? rows
      : [...rows].sort((a, b) =>
          sort === "time" ? b.timing.median - a.timing.median : (b.timing.macs ?? 0) - (a.timing.macs ?? 0),
        );
  const pairs = rows.flatMap(({ timing, predicted: share }) =>
    share === null ? [] : [[timing.median, share] as const],
  );
  const correlation = rankCorrelation(pairs);
  const widest = Math.max(...rows.map(({ share, predicted: other_ }) => Math.max(share, other_ ?? 0)), 0.01);
  const figures = resultFigures(result);
  if (other) {
    figures.push({
      name: t("Against the other run"),
      value: t("{0}× as fast", (other.whole.median / result.whole.median).toFixed(2)),
      remark: t("{0} ms before", timeText(other.whole.median)),
      id: "speed-up",
    });
  }
  if (correlation !== null) {
    figures.push({
      name: t("Ranking of layers"),
      value: correlation.toFixed(2),
      remark: t("rank correlation with {0}", deployment?.boardName ?? ""),
    });
  }
  const heading = (key: Key, text: string, column: string) => (
    <th
      class={`${key === "order" ? "" : "number"} ${column}`}
      aria-sort={sort === key && key !== "order" ? "descending" : "none"}
    >
      <button type="button" class="link" onClick={() => setSort(sort === key ? "order" : key)}>
        {text}
      </button>
    </th>
  );
  return (
    <section class="result">
      <Figures figures={figures} />
      <Basis result={result} />
      <Remarks remarks={result.remarks} />
      <table class="layers">
        <thead>
          <tr>
            {heading("order", t("Layer"), "name")}
            <th class="type">{t("Type")}</th>
            {heading("time", t("Time, ms"), "time")}
            {other && <th class="number time">{t("Before")}</th>}
            <th class="shares">
              <span class="legend measured">{t("measured")}</span>{" "}
              <span class="legend predicted">{t("predicted")}</span>
            </th>
            {heading("macs", t("MACs"), "macs")}
            <th class="number rate">{t("MACs/s")}</th>
          </tr>
        </thead>
        <tbody>
          {sorted.map(({ timing, layer, share, predicted: other_, earlier: before }, index) => {
            const place = layer?.place;
            return (
              <tr
                key={`${timing.name} ${timing.type}`}
                class={place ? "clickable" : ""}
                {...rowProps(index, place ? () => onGo(place) : undefined)}
              >
                <td title={timing.name}>
                  <Name text={timing.name || t("(own code)")} />
                </td>
                <td class="quiet type" title={timing.type}>
                  {timing.type}
                </td>
                <td class="number" title={t("±{0}, {1} runs", percentText(timing.spread), timing.runs)}>
                  {timing.remark === "missing" ? t("not run") : timeText(timing.median)}
                  {timing.remark === "stand-in" ? " *" : ""}
                </td>
                {other && <td class="number">{before === null ? "–" : timeText(before)}</td>}
                <td class="shares">
                  <Bar kind="measured" share={share / widest} text={percentText(share)} />
                  {other_ !== null && <Bar kind="predicted" share={other_ / widest} text={percentText(other_)} />}
                </td>
                <td class="number macs">{timing.macs ? formatCount(timing.macs) : ""}</td>
                <td class="number rate">{timing.median < CALL_MS ? "" : rateText(timing.macs, timing.median)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {rows.some(({ timing }) => timing.remark === "stand-in") && (
        <p class="quiet">{t("* Timed by other work of the same size.")}</p>
      )}
      <Roofline layers={result.layers} />
    </section>
  );
}

/** Names of layers differ at their end, mostly by the last number: where there is no room, their middle goes. */
const TAIL = /(?:[._]?\d+\D{0,8}|.{6})$/;

/** A name that keeps its end where it is cut. */
export function Name({ text }: { text: string }) {
  const tail = TAIL.exec(text)?.[0] ?? "";
  return (
    <span class="layer-name">
      <span class="head">{text.slice(0, text.length - tail.length)}</span>
      <span>{tail}</span>
    </span>
  );
}

/** A bar with its number; a share of 1 is as long as bars get. */
export function Bar({ kind, share, text }: { kind: string; share: number; text: string }) {
  return (
    <span class="bar-line">
      <span class={`share ${kind}`} style={{ width: `calc((100% - 48px) * ${share.toFixed(4)})` }} />
      <span class="share-text">{text}</span>
    </span>
  );
}

/** What the numbers are founded on. */
export function Basis({ result: { version, backend, details, tensorsBefore, tensorsAfter } }: { result: Result }) {
  return (
    <p class="quiet">
      {t("TensorFlow.js {0}, {1}, {2}; random weights; this computer, not the board.", version, backend, details)}{" "}
      {tensorsBefore === tensorsAfter ? t("No tensor leaked.") : t("{0} tensors leaked.", tensorsAfter - tensorsBefore)}
    </p>
  );
}

export function Remarks({ remarks }: { remarks: readonly string[] }) {
  if (remarks.length === 0) return null;
  return (
    <details class="remarks">
      <summary>{t("{0} operations were not run as written", remarks.length)}</summary>
      <ul>
        {remarks.map((remark, index) => (
          <li key={index}>{remark}</li>
        ))}
      </ul>
    </details>
  );
}
