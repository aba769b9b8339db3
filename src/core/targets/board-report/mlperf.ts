// Logs of MLPerf Tiny: of the EEMBC runner (log.txt, results.txt), of its Python successor, and what a board itself prints.
// They hold the time of whole inferences, and which of the benchmark's four models ran.
import { type BoardReport, emptyReport, type ReportFile } from "./board-report";
import { median, numberOf, textIn } from "./text";

/** MACs of the reference models (mlcommons/tiny, v1.0), which a closed submission runs as they are. */
const REFERENCE_MACS: Readonly<Record<string, number>> = {
  ad01: 264_192,
  ic01: 12_501_632,
  kws01: 2_656_768,
  vww01: 7_489_664,
};

export function readMlperf({ text }: ReportFile): BoardReport | null {
  if (!/\bm-(lap-us|infer-start|model|profile)-|Median throughput is|Throughput\s*:\s*[\d.]+ inf/.test(text))
    return null;
  const report = emptyReport("MLPerf Tiny log");
  report.tool = textIn(text, /m-bmark-run-name\[(.*?)\]/);
  report.board = textIn(text, /m-name-dut-\[(?!unspecified)(.*?)\]/);
  const model = textIn(text, /m-model-\[(\w+)\]/);
  if (model !== null) {
    report.macs = REFERENCE_MACS[model] ?? null;
    report.notes.push(`the benchmark's model ${model}`);
  }
  const stated = [...text.matchAll(/Median throughput is\s+([\d.]+)\s+inf/g)].map(([, value]) => numberOf(value));
  const windows = [...text.matchAll(/Throughput\s*:\s*([\d.]+)\s+inf/g)].map(([, value]) => numberOf(value));
  const throughput = stated.at(-1) ?? median(windows.filter((one) => one !== null));
  report.latencyMs = throughput !== null && throughput > 0 ? 1000 / throughput : median(windowsMs(text));
  return report;
}

/** Milliseconds of one inference in each window that a board reported: time between its stamps over the inferences. */
function windowsMs(text: string): number[] {
  const all: number[] = [];
  let inferences = 0;
  let start: number | null = null;
  for (const [, count, stamp] of text.matchAll(/m-infer-start-(\d+)|m-lap-us-(\d+)/g)) {
    if (count !== undefined) {
      inferences = Number(count);
      start = null;
    } else if (inferences > 0 && start === null) start = Number(stamp);
    else if (inferences > 0 && start !== null) {
      // The board's counter of microseconds has 32 bits.
      const microseconds = (Number(stamp) - start + 2 ** 32) % 2 ** 32;
      all.push(microseconds / inferences / 1000);
      inferences = 0;
    }
  }
  return all;
}
