// Which operator of a report is which operator of the deployed model: an alignment that keeps both orders, by kind, and by MACs
// where both sides know them. What has no partner is listed, never given a number; a report of another model is refused.
import type { BoardReport, ReportOperator } from "../../targets/board-report/board-report";

/** What is compared of an operator of ours. */
export interface ModelOperator {
  op: string;
  outputShape: readonly number[];
  macs: number;
}

/** An operator of the report with those of the model it did the work of: the first has the time, the others are in it. */
export interface Match {
  report: number;
  model: readonly number[];
}

export interface Matching {
  matches: Match[];
  /** Operators of the report without a partner. */
  onlyReport: number[];
  /** Operators of the model without a partner. */
  onlyModel: number[];
}

/** Share of the MACs of either side that must have a partner. */
const SAME_MODEL = 0.9;
/** Tools round what they print, and some count biases and activations: one or two for each output. */
const ROUNDING = 0.06;

/** More operators than the model has by so many are no report of it. */
const TOO_MANY = 1000;

/** Points for leaving something out; a partner is worth more than any operator left out on both sides. */
const PARTNER = 10;
const EQUAL_MACS = 3;
const INCLUDED = 4;
const LEFT_OUT = -1;

/** True when the MACs of both sides may be of one operator; true where one side does not know. */
function macsAgree(report: ReportOperator, model: ModelOperator): boolean {
  if (report.macs === null || model.macs === 0) return true;
  const outputs = model.outputShape.reduce((product, dim) => product * dim, 1);
  return Math.abs(report.macs - model.macs) <= Math.max(ROUNDING * model.macs, 3 * outputs);
}

const isPartner = (report: ReportOperator, model: ModelOperator) =>
  report.kinds.includes(model.op) && macsAgree(report, model);

/** The best alignment; or, in one sentence, why the report is of another model. */
export function matchOperators(
  report: BoardReport,
  model: readonly ModelOperator[],
): { matching: Matching } | { problem: string } {
  if (report.operators.length > TOO_MANY + model.length) {
    const [theirs, own] = [report.operators.length, model.length];
    return { problem: `the report is of another model: it has ${theirs} operators, this one ${own}` };
  }
  const matching = align(report.operators, model);
  const ours = model.reduce((sum, { macs }) => sum + macs, 0);
  if (report.operators.length === 0) {
    if (report.macs === null || ours === 0 || closeEnough(report.macs, ours, model)) return { matching };
    return {
      problem: `the report is of another model: it has ${report.macs.toLocaleString("en")} MACs, this one ${ours.toLocaleString("en")}`,
    };
  }
  const strange = firstStranger(report.operators, model, matching);
  return strange === null ? { matching } : { problem: `the report is of another model: ${strange}` };
}

/** ST counts biases, activations and pools too, so its totals are larger, by up to a tenth in small models. */
function closeEnough(stated: number, ours: number, model: readonly ModelOperator[]): boolean {
  const outputs = model.reduce(
    (sum, { outputShape }) => sum + outputShape.reduce((product, dim) => product * dim, 1),
    0,
  );
  return stated >= ours * (1 - ROUNDING) && stated <= Math.max(ours * (1 + ROUNDING), ours + 3 * outputs);
}

function firstStranger(
  report: readonly ReportOperator[],
  model: readonly ModelOperator[],
  { matches, onlyReport, onlyModel }: Matching,
): string | null {
  const total = model.reduce((sum, { macs }) => sum + macs, 0);
  const missing = onlyModel.reduce((sum, at) => sum + (model[at]?.macs ?? 0), 0);
  const isWork = (at: number) => {
    const { kinds = [], macs = null } = report[at] ?? {};
    return macs === null
      ? model.some(({ op, macs: own }) => own > 0 && kinds.includes(op))
      : macs > 0 && kinds.length > 0;
  };
  const strangers = onlyReport.filter(isWork);
  const work = report.filter((_, at) => isWork(at)).length;
  if (matches.length > 0 && missing <= (1 - SAME_MODEL) * total && strangers.length <= (1 - SAME_MODEL) * work)
    return null;
  const [stranger] = strangers;
  const one = stranger === undefined ? undefined : report[stranger];
  if (stranger !== undefined && one) {
    const macs = one.macs === null ? "" : ` with ${one.macs.toLocaleString("en")} MACs`;
    return `its operator ${stranger + 1}, ${one.type}${macs}, has no partner here (${strangers.length} such of ${work})`;
  }
  const lost = onlyModel.find((at) => (model[at]?.macs ?? 0) > 0);
  const own = lost === undefined ? undefined : model[lost];
  return own
    ? `operator ${(lost ?? 0) + 1} of this model, ${own.op} with ${own.macs.toLocaleString("en")} MACs, is not in it`
    : "none of its operators has a partner here";
}

type Step = "partner" | "included" | "skip-model" | "skip-report";

/**
 * Dynamic programming from the ends of both lists: for each pair of places the best score of what is left. `open` is 1 where the
 * operator of the report before the place has its partner already, so that more of the model may be in it.
 */
function align(report: readonly ReportOperator[], model: readonly ModelOperator[]): Matching {
  const [rows, columns] = [report.length, model.length];
  const cell = (open: number, i: number, j: number) => (open * (rows + 1) + i) * (columns + 1) + j;
  const scores = new Float64Array(cell(1, rows, columns) + 1);
  const steps = new Array<Step | null>(scores.length).fill(null);
  const scoreOf = (open: number, i: number, j: number) => scores[cell(open, i, j)] ?? 0;
  for (let i = rows; i >= 0; i--) {
    for (let j = columns; j >= 0; j--) {
      for (const open of [0, 1]) {
        const [theirs, ours] = [report[i], model[j]];
        let [score, step]: [number, Step | null] = [theirs || ours ? Number.NEGATIVE_INFINITY : 0, null];
        const offer = (offered: number, by: Step) => {
          if (offered > score) [score, step] = [offered, by];
        };
        if (theirs && ours && isPartner(theirs, ours)) {
          const known = theirs.macs !== null && ours.macs > 0 ? EQUAL_MACS : 0;
          offer(PARTNER + known + scoreOf(1, i + 1, j + 1), "partner");
        }
        if (ours?.macs === 0 && open === 1 && report[i - 1]?.includes.includes(ours.op)) {
          offer(INCLUDED + scoreOf(1, i, j + 1), "included");
        }
        if (ours) offer(LEFT_OUT + scoreOf(open, i, j + 1), "skip-model");
        if (theirs) offer(LEFT_OUT + scoreOf(0, i + 1, j), "skip-report");
        scores[cell(open, i, j)] = score;
        steps[cell(open, i, j)] = step;
      }
    }
  }
  const matching: Matching = { matches: [], onlyReport: [], onlyModel: [] };
  let [open, i, j] = [0, 0, 0];
  for (let step = steps[0]; step; step = steps[cell(open, i, j)]) {
    const last = matching.matches.at(-1);
    if (step === "partner") {
      matching.matches.push({ report: i++, model: [j++] });
      open = 1;
    } else if (step === "included" && last)
      matching.matches[matching.matches.length - 1] = { ...last, model: [...last.model, j++] }; // prettier-ignore
    else if (step === "skip-model") matching.onlyModel.push(j++);
    else {
      matching.onlyReport.push(i++);
      open = 0;
    }
  }
  return matching;
}
