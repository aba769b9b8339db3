// One gauge: a quantity as a bar of its parts, with the limits it is held against and, while a lever is tried, where it was before.
import { formatBytes, formatCount, formatMs, formatShare } from "../../core/report/format";
import type { Known } from "../../core/report/report";
import { t } from "../shared/l10n";
import type { Gauge, GaugeLimit, GaugeName, SliceName } from "./gauges";

/** Width of the drawing; it is stretched to the width of the view. */
const WIDTH = 1000;
/** The bar itself, and its distance from the top: marks of limits are longer. */
const BAR = 8;
const TOP = 2;
const HEIGHT = BAR + 2 * TOP;

export function gaugeLabel(name: GaugeName): string {
  switch (name) {
    case "ram":
      return t("RAM");
    case "flash":
      return t("Flash");
    case "macs":
      return t("MACs");
    case "latency":
      return t("Latency");
    case "params":
      return t("Parameters");
  }
}

function sliceLabel(name: SliceName): string {
  switch (name) {
    case "activations":
      return t("activations");
    case "scratch":
      return t("scratch");
    case "persistent":
      return t("persistent");
    case "weights":
      return t("weights");
    case "container":
      return t("container");
    case "code":
      return t("code");
    case "reserve":
      return t("reserve");
  }
}

function sliceTitle(name: SliceName): string {
  switch (name) {
    case "activations":
      return t("Inputs and outputs of layers that are alive at the same time");
    case "scratch":
      return t("Working memory of kernels while they run");
    case "persistent":
      return t("What the runtime keeps between inferences: the interpreter and its records of layers and tensors");
    case "weights":
      return t("Weights and biases");
    case "container":
      return t("The rest of the model file: operators, shapes, scales, names");
    case "code":
      return t("The runtime and the kernels the model needs");
    case "reserve":
      return t("What the application itself needs, by the budget");
  }
}

export function formatQuantity(name: GaugeName, value: number): string {
  if (name === "ram" || name === "flash") return formatBytes(value);
  return name === "latency" ? formatMs(value) : formatCount(value);
}

function limitText(name: GaugeName, { value, source }: GaugeLimit): string {
  const amount = formatQuantity(name, value);
  return source === "board" ? t("{0} of the board", amount) : t("{0} by {1}", amount, source.written);
}

/** `71.2 KiB of 256 KiB`, `at least 54 KiB`, `not known`. */
function valueText({ name, value, atLeast, limits }: Gauge): string {
  const [limit] = limits;
  const amount =
    value !== null
      ? `${name === "latency" ? "≈ " : ""}${formatQuantity(name, value)}`
      : atLeast !== null
        ? t("at least {0}", formatQuantity(name, atLeast))
        : t("not known");
  return limit ? t("{0} of {1}", amount, formatQuantity(name, limit.value)) : amount;
}

function changeText(before: Known, after: Known): string | undefined {
  if (before === null || after === null || before === after) return undefined;
  const share = formatShare(Math.abs(after - before), before);
  const sign = after < before ? "−" : "+";
  return share.startsWith("<") ? `${sign}<1 %` : `${sign}${share}`;
}

interface BarProps {
  gauge: Gauge;
  full: number;
  before: Known;
}

function Bar({ gauge, full, before }: BarProps) {
  const { name, value, atLeast, range, slices, limits, state } = gauge;
  const x = (amount: number) => (amount / full) * WIDTH;
  const reserve = slices.find((slice) => slice.name === "reserve");
  const parts = slices.filter((slice) => slice !== reserve);
  const shown = value ?? atLeast ?? 0;
  let start = 0;
  return (
    <svg class={`bar ${state}`} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <rect class="track" width={WIDTH} y={TOP} height={BAR} />
      {parts.length === 0 && <rect class="slice whole" width={x(shown)} y={TOP} height={BAR} />}
      {parts.map((slice) => {
        const left = start;
        start += slice.value;
        return (
          <rect
            key={slice.name}
            class={`slice ${slice.name}`}
            x={x(left)}
            width={x(slice.value)}
            y={TOP}
            height={BAR}
          />
        );
      })}
      {range && value !== null && (
        <rect class="range" x={x(range.low)} width={x(range.high - range.low)} y={HEIGHT / 2 - 1} height={2} />
      )}
      {reserve && (
        <rect class="slice reserve" x={WIDTH - x(reserve.value)} width={x(reserve.value)} y={TOP} height={BAR} />
      )}
      {before !== null && before !== value && <Mark kind="before" x={x(before)} />}
      {limits.map((limit) => (
        <Mark key={`${limit.value} ${name}`} kind="limit" x={x(limit.value)} />
      ))}
    </svg>
  );
}

/** A line across the bar, as wide on every screen, with a rim that keeps it apart from any colour. */
function Mark({ kind, x }: { kind: "limit" | "before"; x: number }) {
  return (
    <>
      <line class="rim" x1={x} x2={x} y1={0} y2={HEIGHT} />
      <line class={kind} x1={x} x2={x} y1={0} y2={HEIGHT} />
    </>
  );
}

/** @param before the same gauge as the code is now, while something else is tried */
export function GaugeView({ gauge, before }: { gauge: Gauge; before: Gauge | undefined }) {
  const { name, value, range, slices, limits, state } = gauge;
  const text = valueText(gauge);
  const change = before && changeText(before.value, value);
  const full = gauge.full === null ? null : Math.max(gauge.full, before?.full ?? 0);
  const [tightest, ...others] = limits;
  const share = tightest && value !== null ? formatShare(value, tightest.value) : undefined;
  const rangeText = range && value !== null ? t("{0} to {1}", formatMs(range.low), formatMs(range.high)) : undefined;
  return (
    <div class="gauge">
      <div class="gauge-head">
        <span class="gauge-name" id={`gauge-${name}`}>
          {gaugeLabel(name)}
        </span>
        <span class={`gauge-value ${state}`}>{text}</span>
        {change && <span class={`change ${change.startsWith("+") ? "more" : "less"}`}>{change}</span>}
      </div>
      {full !== null && (
        <div
          class="meter"
          role="meter"
          aria-labelledby={`gauge-${name}`}
          aria-valuemin={0}
          aria-valuemax={Math.round(tightest?.value ?? full)}
          aria-valuenow={Math.round(value ?? gauge.atLeast ?? 0)}
          aria-valuetext={share && share !== "?" ? `${text}, ${share}` : text}
        >
          <Bar gauge={gauge} full={full} before={before && change ? before.value : null} />
        </div>
      )}
      <div class="gauge-foot">
        {slices.map((slice) => (
          <span key={slice.name} class="legend" title={sliceTitle(slice.name)}>
            <svg class="swatch" width="8" height="8" aria-hidden="true">
              <rect class={`slice ${slice.name}`} width="8" height="8" />
            </svg>
            {sliceLabel(slice.name)} {formatQuantity(name, slice.value)}
          </span>
        ))}
        {rangeText && <span class="legend wide">{rangeText}</span>}
        {tightest && tightest.source !== "board" && <span class="legend wide">{limitText(name, tightest)}</span>}
        {others.map((limit) => (
          <span key={limitText(name, limit)} class="legend wide">
            {limitText(name, limit)}
          </span>
        ))}
      </div>
    </div>
  );
}
