// Text of ST's tools for STM32: validation on a board by X-CUBE-AI or ST Edge AI (network_validate_report.txt), and what the
// application "system performance" prints. Three generations of tables are read. An analysis has sizes and no times.
import { type BoardReport, emptyReport, type ReportFile, type ReportOperator } from "./board-report";
import { stKinds } from "./kinds";
import { numberIn, numberOf, textIn } from "./text";

const FORMAT = "ST Edge AI / X-CUBE-AI report";
const RECOGNISED = [
  /ST\.AI Profiling results/,
  /^\s*Exec\/report summary/m,
  /^\s*Inspector report/m,
  /Results for .*inference.*@\d+/,
  /Inference time (by c-node|per node)/,
];

/** A row of each generation's table: c-layer, its type, ms. */
const ROWS: readonly RegExp[] = [
  // 0  2  Conv2D  0.123  12.3%  12.3%  conv2d_1
  /^\s*(\d+)\s+(?:\d+|n\/a)\s+(\S.*?)\s{2,}(\d+\.\d+)\s+[\d.]+%\s+[\d.]+%\s*(?:\[.*?\])?\s*(\S+)?\s*$/,
  // 0  0  10011/(Merged Conv2d / Pool)  (10, 15, 15, 16)  31.126, or with the share behind it
  /^\s*(\d+)\s+\d+\s+(\S.*?)\s{2,}\(.*?\)\S*\s+(\d+\.\d+)(?:\s+\(?\s*[\d.]+\s*%\s*\)?)?\s*$/,
  // 0  Conv2dPool  0  31.122  31.30 %
  /^\s*(\d+)\s+(\S.*?)\s+\d+\s+(\d+\.\d+)\s+\(?\s*[\d.]+\s*%\s*\)?\s*$/,
];

/** A row of "Number of operations per c-layer": 1  1  conv2d_1 (Conv2D)  47,542  smul_s8_s8. */
const OPERATIONS = /^\s*(\d+)\s+\d+\s+(\S+) \((\w+)\)\s+([\d,]+)\s+\w+/;

export function readSt({ text }: ReportFile): BoardReport | null {
  if (!RECOGNISED.some((pattern) => pattern.test(text))) return null;
  const report = emptyReport(FORMAT);
  report.tool =
    textIn(
      text,
      /^\s*((?:ST Edge AI Core|STEdgeAI Core|X-CUBE-AI|STM32Cube\.?AI|Neural Network Tools for STM32\w*)[^\n]*?v[\d.]+)/m,
    ) ?? textIn(text, /^\s*tools\s*:\s*(.*?v[\d.]+)/m); // prettier-ignore
  report.board =
    textIn(text, /device(?:\.desc)?\s*:\s*(.+)$/m) ?? textIn(text, /^\s*(0x[0-9a-f]+\/?\S.*?)\s*@\d+/im) ?? null;
  report.clockMhz = numberIn(text, /@\s*(\d+)(?:MHz)?\/\d+\s*MHz/) ?? numberIn(text, /@\s*(\d+)\s*MHz/);
  if (/\b(x86|host|simulator)\b/i.test(report.board ?? "")) report.basis = "simulated";
  report.macs =
    numberIn(text, /^\s*macc\s*:\s*([\d,]+)/m) ??
    numberIn(text, /\(macc:([\d,]+)\)/) ??
    numberIn(text, /complexity: ([\d,]+) MACC/);
  report.operators = operatorsOf(text);
  // The last duration is that of the run on the board, where a report has the host's before it.
  report.latencyMs =
    [...text.matchAll(/^\s*duration\s*:\s*(\d+\.\d+)\s*ms/gm)].map(([, ms]) => numberOf(ms)).at(-1) ?? null; // prettier-ignore
  if (/ISPU|NPU|neural-?art/i.test(report.board ?? "")) report.accelerator = report.board;
  const size = (pattern: RegExp, what: string) => {
    const bytes = numberIn(text, pattern);
    if (bytes !== null) report.sizes.push({ what, bytes });
  };
  size(/^\s*weights \(ro\)\s*:\s*([\d,]+) B/m, "weights alone");
  size(/^\s*activations \(rw\)\s*:\s*([\d,]+) B/m, "activations alone");
  return report;
}

function operatorsOf(text: string): ReportOperator[] {
  const lines = text.split(/\r?\n/);
  const macs = new Map<number, number>();
  for (const line of lines) {
    const [, id, , , count] = OPERATIONS.exec(line) ?? [];
    const number = numberOf(count);
    if (id !== undefined && number !== null) macs.set(Number(id), number);
  }
  const operators: ReportOperator[] = [];
  for (const line of lines) {
    const row = ROWS.map((pattern) => pattern.exec(line)).find((found) => found !== null);
    if (!row) continue;
    const [, id, type = "", ms, name] = row;
    // A second table is another run of the same layers.
    if (Number(id) !== operators.length) continue;
    const plain = type.trim();
    operators.push({
      type: plain,
      ...stKinds(plain),
      name: name ?? null,
      latencyMs: numberOf(ms),
      macs: macs.get(Number(id)) ?? null,
    });
  }
  return operators;
}
