// A result: the whole model, its layers as a table with bars of their measured and predicted shares, and a roofline-style scatter.
import { useState } from "preact/hooks";
import type { Plan, PlanLayer } from "../../core/9-benchmark/plan";
import type { Deployment } from "../../core/report/deployment";
import { formatCount } from "../../core/report/format";
import type { SourcePlace } from "../../core/report/report";
import { t } from "../shared/l10n";
import type { LayerTiming, Result } from "./result";
import { Roofline } from "./roofline-view";
import { rankCorrelation } from "./statistics";

interface Props {
  result: Result;
  other: Result | null;
  plan: Plan;
  deployment: Deployment | null;
  onGo: (place: SourcePlace) => void;
}

/** Below this a time is the cost of calling the kernel. */
const CALL_MS = 0.02;

const time = (ms: number): string => (ms < CALL_MS ? `< ${CALL_MS}` : ms.toFixed(ms < 1 ? 3 : 2));
const percent = (share: number): string => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
const rate = (macs: number | null, ms: number): string =>
  macs === null || macs === 0 || ms <= 0 ? "" : `${formatCount((macs / ms) * 1000)}/s`;

/** Share of the board's latency that each layer is predicted to take, by name. */
function predictedShares(deployment: Deployment | null): Map<string, number> {
  const sums = new Map<string, number>();
  let total = 0;
  for (const { layer, latencyMs } of deployment?.operators ?? []) {
    if (latencyMs === null) return new Map();
    total += latencyMs;
    if (layer !== null) sums.set(layer, (sums.get(layer) ?? 0) + latencyMs);
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
  const { whole } = result;
  const heading = (key: Key, text: string) => (
    <th class={key === "order" ? "" : "number"} aria-sort={sort === key ? "descending" : "none"}>
      <button type="button" class="link" onClick={() => setSort(sort === key ? "order" : key)}>
        {text}
      </button>
    </th>
  );
  return (
    <section>
      <dl class="summary">
        <div>
          <dt>{t("Whole model")}</dt>
          <dd id="whole">{t("{0} ms", time(whole.median))}</dd>
          <dd class="quiet">{t("p90 {0} ms, ±{1}, {2} runs", time(whole.p90), percent(whole.spread), whole.runs)}</dd>
        </div>
        <div>
          <dt>{t("Sum of layers")}</dt>
          <dd>{t("{0} ms", time(result.sumMs))}</dd>
          <dd class="quiet">{t("{0} of the whole", percent(result.sumMs / whole.median))}</dd>
        </div>
        <div>
          <dt>{t("First run")}</dt>
          <dd>{t("{0} ms", time(result.firstMs))}</dd>
          <dd class="quiet">{t("prepared in {0} ms", result.prepareMs.toFixed(0))}</dd>
        </div>
        <div>
          <dt>{t("Speed")}</dt>
          <dd>{rate(result.macs, whole.median) || "–"}</dd>
          <dd class="quiet">{t("{0} MACs", formatCount(result.macs))}</dd>
        </div>
        {other && (
          <div>
            <dt>{t("Against the other run")}</dt>
            <dd id="speed-up">{t("{0}× as fast", (other.whole.median / whole.median).toFixed(2))}</dd>
            <dd class="quiet">{t("{0} ms before", time(other.whole.median))}</dd>
          </div>
        )}
        {correlation !== null && (
          <div>
            <dt>{t("Ranking of layers")}</dt>
            <dd>{correlation.toFixed(2)}</dd>
            <dd class="quiet">{t("rank correlation with {0}", deployment?.boardName ?? "")}</dd>
          </div>
        )}
      </dl>
      <p class="quiet">
        {t(
          "TensorFlow.js {0}, {1}, {2}; random weights; this computer, not the board.",
          result.version,
          result.backend,
          result.details,
        )}{" "}
        {result.tensorsBefore === result.tensorsAfter
          ? t("No tensor leaked.")
          : t("{0} tensors leaked.", result.tensorsAfter - result.tensorsBefore)}
      </p>
      {result.remarks.length > 0 && (
        <details class="remarks">
          <summary>{t("{0} operations were not run as written", result.remarks.length)}</summary>
          <ul>
            {result.remarks.map((remark, index) => (
              <li key={index}>{remark}</li>
            ))}
          </ul>
        </details>
      )}
      <table>
        <thead>
          <tr>
            {heading("order", t("Layer"))}
            <th>{t("Type")}</th>
            {heading("time", t("Time, ms"))}
            {other && <th class="number">{t("Before")}</th>}
            <th>{t("Share: measured, predicted")}</th>
            {heading("macs", t("MACs"))}
            <th class="number">{t("MACs/s")}</th>
          </tr>
        </thead>
        <tbody>
          {sorted.map(({ timing, layer, share, predicted: other_, earlier: before }) => (
            <tr
              key={timing.name}
              class={layer?.place ? "clickable" : ""}
              tabIndex={layer?.place ? 0 : -1}
              onClick={() => layer?.place && onGo(layer.place)}
              onKeyDown={(event) => event.key === "Enter" && layer?.place && onGo(layer.place)}
            >
              <td>{timing.name || t("(own code)")}</td>
              <td class="quiet">{timing.type}</td>
              <td class="number" title={t("±{0}, {1} runs", percent(timing.spread), timing.runs)}>
                {timing.remark === "missing" ? t("not run") : time(timing.median)}
                {timing.remark === "stand-in" ? " *" : ""}
              </td>
              {other && <td class="number">{before === null ? "–" : time(before)}</td>}
              <td class="shares">
                <span class="share measured" style={{ width: `${(share / widest) * 70}%` }} />
                <span class="share-text">{percent(share)}</span>
                {other_ !== null && (
                  <>
                    <span class="share predicted" style={{ width: `${(other_ / widest) * 70}%` }} />
                    <span class="share-text quiet">{percent(other_)}</span>
                  </>
                )}
              </td>
              <td class="number">{timing.macs ? formatCount(timing.macs) : ""}</td>
              <td class="number">{timing.median < CALL_MS ? "" : rate(timing.macs, timing.median)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.some(({ timing }) => timing.remark === "stand-in") && (
        <p class="quiet">{t("* Timed by other work of the same size.")}</p>
      )}
      <Roofline layers={result.layers} />
    </section>
  );
}
