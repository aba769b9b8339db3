// Logs of TensorFlow Lite Micro's MicroProfiler, as its benchmarks print them: a line for each operator ("CONV_2D took 249561
// ticks (9 ms)."), a table of events, or sums for each kind of operator. Ticks and whole milliseconds stand side by side there,
// which tells how long a tick is.
import { type BoardReport, emptyReport, type ReportFile, type ReportOperator } from "./board-report";
import { tfliteKinds } from "./kinds";
import { csvFields, numberIn, numberOf, textIn } from "./text";

interface Event {
  tag: string;
  ticks: number;
  /** Whole milliseconds, rounded down; null where the log has none. */
  ms: number | null;
}

const TOOK = /(\S[\w:() -]*?) took (\d+) ticks \((\d+) ms\)/;
/** What benchmarks time besides operators: "KeywordRunNIerations(10)" (so spelt), "tflite::GetModel", "InitializeBenchmarkRunner". */
const NO_OPERATOR = /^(\w+erations\(\d+\)|tflite::.*|Initialize\w*)$/;
const EVENT_TABLE = /^\W*Event\W+Tag\W+Ticks\W*$/;
const TAG_TABLE = /Unique Tag.*Total ticks/;
const NOT_A_BOARD = /corstone|qemu|renode|linux|osx|windows|bluepill/i;
/** How closely the length of a tick must be told, as a share. */
const CLOSE = 0.02;

export function readTflm({ text, tickMhz }: ReportFile): BoardReport | null {
  const lines = text.split(/\r?\n/);
  const runs = runsOf(lines);
  const iterations = lines.flatMap((line) => iterationOf(line) ?? []);
  const sums = tagSums(lines);
  if (runs.length === 0 && iterations.length === 0 && sums === null) return null;
  const report = emptyReport("TFLM benchmark log");
  report.tool = "TensorFlow Lite Micro";
  const target = textIn(text, /^TARGET=(\S+)/m);
  report.board = target;
  if (
    /ethos-u/i.test(
      runs
        .flat()
        .map(({ tag }) => tag)
        .join(),
    )
  )
    report.accelerator = "Ethos-U"; // prettier-ignore
  if (target !== null && NOT_A_BOARD.test(target)) {
    report.basis = "simulated";
    report.notes.push(`the log was made with TARGET=${target}, which is not a board`);
  }
  const perMs = ticksPerMs([...runs.flat(), ...iterations], report) ?? (tickMhz === null ? null : tickMhz * 1000);
  if (perMs === null) report.noTime = "it counts ticks and does not say how long one is: tell the clock of its timer";
  const ms = (ticks: number) => (perMs === null ? null : ticks / perMs);
  const first = runs[0];
  if (first) {
    // The same operators again are the same model run again: the mean of its runs counts.
    const same = runs.filter((run) => run.map(({ tag }) => tag).join() === first.map(({ tag }) => tag).join());
    const mean = (at: number) => same.reduce((sum, run) => sum + (run[at]?.ticks ?? 0), 0) / same.length;
    report.operators = first.map(({ tag }, at): ReportOperator => {
      const kinds = tfliteKinds(tag);
      return { type: tag, ...kinds, name: null, latencyMs: ms(mean(at)), macs: null };
    });
    if (same.length > 1) report.notes.push(`mean of ${same.length} runs`);
    report.latencyMs = ms(first.reduce((sum, _, at) => sum + mean(at), 0));
  } else if (iterations.length > 0) {
    const ticks = iterations.reduce((sum, one) => sum + one.ticks, 0);
    report.latencyMs = ms(ticks / iterations.reduce((sum, one) => sum + one.count, 0));
  } else if (sums !== null) {
    report.latencyMs = ms(sums);
    report.notes.push("it has sums for each kind of operator and no single operators");
  }
  const arena =
    numberIn(text, /Arena allocation total (\d+) bytes/) ?? numberIn(text, /^\s*Total \|\s*(\d+) \|\s*100/m);
  if (arena !== null)
    report.sizes.push({ what: "arena, with what the benchmark itself allocates in it", bytes: arena });
  return report;
}

function iterationOf(line: string): (Event & { count: number }) | null {
  const [, tag = "", ticks, ms] = TOOK.exec(line) ?? [];
  const count = /erations\((\d+)\)$/.exec(tag)?.[1];
  return count === undefined ? null : { tag, ticks: Number(ticks), ms: Number(ms), count: Number(count) };
}

/** Operators of each run: lines that follow one another. */
function runsOf(lines: readonly string[]): Event[][] {
  const runs: Event[][] = [];
  let open: Event[] | null = null;
  let inTable = false;
  for (const line of lines) {
    const event = operatorOf(line, inTable);
    if (EVENT_TABLE.test(line)) inTable = true;
    else if (!event) inTable = false;
    if (!event) open = null;
    else if (open) open.push(event);
    else {
      open = [event];
      runs.push(open);
    }
  }
  return runs;
}

function operatorOf(line: string, inTable: boolean): Event | null {
  const [, tag = "", ticks, ms] = TOOK.exec(line) ?? [];
  if (tag !== "") return NO_OPERATOR.test(tag) ? null : { tag, ticks: Number(ticks), ms: Number(ms) };
  const row = inTable ? csvFields(line) : [];
  const count = numberOf(row[2]);
  return row.length === 3 && row[1] && count !== null ? { tag: row[1], ticks: count, ms: null } : null;
}

/** Ticks of the last table of sums that holds operators; null without one. */
function tagSums(lines: readonly string[]): number | null {
  let total: number | null = null;
  let ofOperators = false;
  for (const line of lines) {
    if (TAG_TABLE.test(line)) ofOperators = false;
    else if (/^[A-Z][A-Z0-9_]+, \d+$/.test(line.trim())) ofOperators = true;
    else if (ofOperators) total = numberIn(line, /total number of ticks"?,\s*(\d+)/) ?? total;
  }
  return total;
}

/**
 * Ticks of one millisecond: each line says that ticks/(ms+1) < it ≤ ticks/ms. Null when the lines leave it open by more than
 * 2 %. Where one whole number of MHz lies between the bounds, it is that.
 */
function ticksPerMs(events: readonly Event[], report: BoardReport): number | null {
  let [low, high] = [0, Number.POSITIVE_INFINITY];
  for (const { ticks, ms } of events) {
    if (ms === null) continue;
    low = Math.max(low, ticks / (ms + 1));
    if (ms > 0) high = Math.min(high, ticks / ms);
  }
  if (!(high >= low) || high / low - 1 > CLOSE) return null;
  const mhz = Math.floor(high / 1000);
  const perMs = mhz * 1000 > low ? mhz * 1000 : (low + high) / 2;
  report.notes.push(
    `a tick is 1/${Number((perMs / 1000).toPrecision(4))} µs, from the ticks and milliseconds it prints`,
  );
  return perMs;
}
