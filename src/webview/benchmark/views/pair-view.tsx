// Two models side by side: how much faster the second is, measured here and expected of the board, what both cost, and their layers.
import type { Plan } from "../../../core/9-benchmark/plan";
import { formatBytes, formatCount, formatMs } from "../../../core/report/format";
import type { Report, SourcePlace } from "../../../core/report/report";
import { t } from "../../shared/l10n";
import { type Pair, pairLayers } from "../measure/pair";
import { Figures, pairFigures } from "./figures";
import { Bar, Basis, Name, Remarks } from "./result-view";
import { useRows } from "./rows";
import { CALL_MS, ratioText, timeText } from "./texts";

interface Props {
  pair: Pair;
  /** What the second model is. */
  label: string;
  plan: Plan;
  before: Report | null;
  after: Report | null;
  /** "none" for another model, which is no change of the code. */
  change: "none" | "offered" | "applied";
  onApply(): void;
  onClose(): void;
  onGo(place: SourcePlace): void;
}

export function PairView({ pair, label, plan, before, after, change, onApply, onClose, onGo }: Props) {
  return (
    <section class="result pair" aria-labelledby="pair-title">
      <div class="pair-head">
        <h2 id="pair-title">{t("{0}, compared with: {1}", pair.before.entry, label)}</h2>
        {change === "offered" && (
          <button type="button" id="apply" class="button" onClick={onApply}>
            {t("Apply This Change")}
          </button>
        )}
        {change === "applied" && <span class="quiet">{t("Applied to the code.")}</span>}
        <button type="button" class="button secondary" onClick={onClose}>
          {t("Close Comparison")}
        </button>
      </div>
      <Figures figures={pairFigures(pair, before, after)} />
      <Quantities pair={pair} before={before} after={after} />
      <Basis result={pair.after} />
      <Remarks remarks={[...new Set([...pair.before.remarks, ...pair.after.remarks])]} />
      <Layers pair={pair} plan={plan} onGo={onGo} />
    </section>
  );
}

/** A change that is smaller gets no colour. */
const NOISE_SHARE = 0.01;

interface Quantity {
  name: string;
  before: number | null;
  after: number | null;
  text: (value: number) => string;
}

/** What both cost, whole; also drawn into the picture. */
export function quantitiesOf(pair: Pair, before: Report | null, after: Report | null): Quantity[] {
  const own = before?.deployment;
  const other = after?.deployment;
  const ms = (value: number) => t("{0} ms", timeText(value));
  return [
    { name: t("Whole model, here"), before: pair.before.whole.median, after: pair.after.whole.median, text: ms },
    {
      name: t("Latency on the board"),
      before: own?.latencyMs?.mid ?? null,
      after: other?.latencyMs?.mid ?? null,
      text: formatMs,
    },
    { name: t("MACs"), before: before?.macs ?? null, after: after?.macs ?? null, text: formatCount },
    {
      name: t("Parameters"),
      before: before?.params.total ?? null,
      after: after?.params.total ?? null,
      text: formatCount,
    },
    { name: t("RAM"), before: own?.ramBytes.total ?? null, after: other?.ramBytes.total ?? null, text: formatBytes },
    {
      name: t("Flash"),
      before: own?.flashBytes.total ?? null,
      after: other?.flashBytes.total ?? null,
      text: formatBytes,
    },
  ];
}

/** The change from one to the other: `−30 %`. */
export function changeText({ before, after }: Pick<Quantity, "before" | "after">): string {
  if (before === null || after === null || before === 0) return "";
  const share = after / before - 1;
  const percent = Math.abs(share * 100);
  if (percent < 0.05) return "±0 %";
  return `${share < 0 ? "−" : "+"}${percent.toFixed(percent < 10 ? 1 : 0)} %`;
}

function Quantities({ pair, before, after }: Pick<Props, "pair" | "before" | "after">) {
  return (
    <table class="quantities">
      <thead>
        <tr>
          <th />
          <th class="number">{t("As it is")}</th>
          <th class="number">{t("Changed")}</th>
          <th class="number">{t("Change")}</th>
        </tr>
      </thead>
      <tbody>
        {quantitiesOf(pair, before, after).map((quantity) => {
          const { name, before: was, after: is, text } = quantity;
          const isClear = was !== null && is !== null && Math.abs(is - was) > NOISE_SHARE * was;
          const direction = isClear ? (is < was ? "less" : "more") : "";
          return (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td class="number">{was === null ? "?" : text(was)}</td>
              <td class="number">{is === null ? "?" : text(is)}</td>
              <td class={`number ${direction}`}>{changeText(quantity)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Layers({ pair, plan, onGo }: Pick<Props, "pair" | "plan" | "onGo">) {
  const rows = pairLayers(pair.before.layers, pair.after.layers);
  const rowProps = useRows(rows.length);
  const longest = Math.max(...rows.map(({ before, after }) => Math.max(before?.median ?? 0, after?.median ?? 0)), 1e-6);
  return (
    <table class="layers">
      <thead>
        <tr>
          <th class="name">{t("Layer")}</th>
          <th class="type">{t("Type")}</th>
          <th class="shares">
            <span class="legend measured">{t("as it is")}</span> <span class="legend changed">{t("changed")}</span>
          </th>
          <th class="number macs">{t("MACs")}</th>
          <th class="number time">{t("Speed-up")}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ before, after }, index) => {
          const shown = after ?? before;
          if (!shown) return null;
          const { name, type } = shown;
          const oldName = before?.name ?? name;
          const place = before && plan.layers.find((layer) => layer.name === before.name)?.place;
          const state = before === null ? "new" : after === null ? "gone" : "";
          const title = state === "" && oldName !== name ? `${oldName} → ${name}` : name;
          return (
            <tr
              key={`${state} ${oldName} ${name}`}
              class={`${state} ${place ? "clickable" : ""}`}
              {...rowProps(index, place ? () => onGo(place) : undefined)}
            >
              <td title={title}>
                <span class="name-line">
                  {state === "new" && <span class="mark">{t("new")}</span>}
                  {state === "gone" && <span class="mark">{t("gone")}</span>}
                  <Name text={title || t("(own code)")} />
                </span>
              </td>
              <td class="quiet type" title={type}>
                {type}
              </td>
              <td class="shares">
                {before && <Bar kind="measured" share={before.median / longest} text={timeText(before.median)} />}
                {after && <Bar kind="changed" share={after.median / longest} text={timeText(after.median)} />}
              </td>
              <td class="number macs">{macsText(before?.macs ?? null, after?.macs ?? null, state)}</td>
              <td class="number time">
                {before && after && before.median >= CALL_MS && after.median >= CALL_MS
                  ? ratioText(before.median / after.median)
                  : ""}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function macsText(before: number | null, after: number | null, state: string): string {
  const own = state === "new" ? after : before;
  if (state !== "" || before === after) return own ? formatCount(own) : "";
  return `${formatCount(before)} → ${formatCount(after)}`;
}
