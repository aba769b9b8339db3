// What the gauges show of a model: the parts of a quantity, the limits it is held against, and how it stands. Pure: numbers
// and names; texts and drawing are the page's.
import type { BudgetModel } from "../../core/report/budget-model";
import type { AppliedLimit } from "../../core/report/limit";
import type { Known } from "../../core/report/report";
import { timeOf } from "../../core/report/time-text";

export type GaugeName = "ram" | "flash" | "macs" | "latency" | "params";

export type SliceName = "activations" | "scratch" | "persistent" | "weights" | "container" | "code" | "reserve";

export interface Slice {
  name: SliceName;
  value: number;
}

export interface GaugeLimit {
  value: number;
  /** Where the limit comes from: the board, or the place it is written at. */
  source: "board" | { written: string };
}

/** `near`: within a tenth of the limit. `unknown`: there is no value, or none of its limits is known. */
export type GaugeState = "over" | "near" | "within" | "unlimited" | "unknown";

export interface Gauge {
  name: GaugeName;
  /** Null when not known; then `atLeast` may say what is. */
  value: Known;
  /** A lower bound, when the whole is not known. */
  atLeast: Known;
  range: { low: number; high: number } | null;
  /** The parts in order; they add up to the value, then the reserve. */
  slices: Slice[];
  /** The tightest limit first. */
  limits: GaugeLimit[];
  state: GaugeState;
  /** What the full width of the gauge stands for; null where nothing can be drawn. */
  full: Known;
}

const NEAR = 0.9;
/** Room beyond the largest thing shown, so that a limit at the end can be seen. */
const ROOM = 1.04;

function limitsOf(name: AppliedLimit["name"], board: Known, limits: readonly AppliedLimit[]): GaugeLimit[] {
  const found: GaugeLimit[] = limits
    .filter((one) => one.name === name)
    .map(({ limit, source }) => ({ value: limit, source: { written: source } }));
  if (board !== null) found.push({ value: board, source: "board" });
  return found.sort((a, b) => a.value - b.value);
}

function stateOf(value: Known, atLeast: Known, limits: readonly GaugeLimit[]): GaugeState {
  const limit = limits[0]?.value;
  const low = value ?? atLeast;
  if (limit !== undefined && low !== null && low > limit) return "over";
  if (value === null) return "unknown";
  if (limit === undefined) return "unlimited";
  return value > limit * NEAR ? "near" : "within";
}

/** The parts that are known. */
function slicesOf(parts: readonly [SliceName, Known][]): Slice[] {
  return parts.flatMap(([name, value]) => (value !== null && value > 0 ? [{ name, value }] : []));
}

/**
 * The gauges of a model: RAM, flash and latency where there is a board, MACs always, parameters where a budget limits them. RAM and
 * flash run to the whole memory, whose end the application's reserve takes.
 */
export function gaugesOf(model: BudgetModel): Gauge[] {
  const { deployment, limits } = model;
  const gauges: Gauge[] = [];
  const add = (
    name: GaugeName,
    value: Known,
    board: Known,
    more: { atLeast?: Known; range?: Gauge["range"]; slices?: Slice[]; reserve?: number } = {},
  ): void => {
    const { atLeast = null, range = null, slices = [], reserve = 0 } = more;
    const found = limitsOf(name, board, limits);
    const memory = board === null ? 0 : board + reserve;
    const largest = Math.max(value ?? atLeast ?? 0, range?.high ?? 0, ...found.map((limit) => limit.value), memory);
    gauges.push({
      name,
      value,
      atLeast: value === null ? atLeast : null,
      range,
      slices: reserve > 0 && board !== null ? [...slices, { name: "reserve", value: reserve }] : slices,
      limits: found,
      state: stateOf(value, atLeast, found),
      // Without a limit a length says nothing.
      full:
        found.length === 0 || (value === null && atLeast === null) ? null : largest > memory ? largest * ROOM : memory,
    });
  };
  if (deployment) {
    const { ramBytes, flashBytes, latencyMs, reserve } = deployment;
    add("ram", ramBytes.total, deployment.limits.ramBytes, {
      atLeast: ramBytes.activations,
      slices: slicesOf([
        ["activations", ramBytes.activations],
        ["scratch", ramBytes.scratch],
        ["persistent", ramBytes.persistent],
      ]),
      reserve: reserve.ramBytes,
    });
    add("flash", flashBytes.total, deployment.limits.flashBytes, {
      atLeast: flashBytes.weights,
      slices: slicesOf([
        ["weights", flashBytes.weights],
        ["container", flashBytes.container],
        ["code", flashBytes.code],
      ]),
      reserve: reserve.flashBytes,
    });
    add("macs", model.macs, null);
    add("latency", timeOf(deployment), null, { range: deployment.measured ? null : latencyMs });
  } else add("macs", model.macs, null);
  if (limits.some(({ name }) => name === "params")) add("params", model.params.total, null);
  return gauges;
}

/** How the model stands as a whole; `over-budget` fits the board but breaks a limit somebody wrote. */
export type Verdict = "fits" | "over-budget" | "does-not-fit" | "cannot-say" | "no-board";

export function verdictOf(model: BudgetModel, gauges: readonly Gauge[]): Verdict {
  const { deployment } = model;
  if (deployment?.verdict === "does-not-fit") return "does-not-fit";
  const breaks = gauges.some(
    ({ value, limits }) => value !== null && limits.some((limit) => limit.source !== "board" && value > limit.value),
  );
  if (breaks) return "over-budget";
  if (!deployment) return "no-board";
  return deployment.verdict;
}
