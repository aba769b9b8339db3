// CSV files of Arm's Vela compiler: the summary of a network, and the table for each layer (--verbose-performance). Both are
// Vela's own estimates for an Ethos-U accelerator, not measurements.
import { type BoardReport, emptyReport, type ReportFile, sumOfOperators } from "./board-report";
import { tfliteKinds } from "./kinds";
import { csvFields, numberOf } from "./text";

const SUMMARY = /^experiment,network,accelerator_configuration,/;
const LAYERS = /^TFLite_operator,NNG Operator,.*,Op Cycles,/;
/** Operators that Vela makes several steps of, each with a row of its own. */
const IN_STEPS = new Set(["SOFTMAX", "MEAN", "RESIZE_BILINEAR", "RESIZE_NEAREST_NEIGHBOR"]);

export function readVela({ text, tickMhz }: ReportFile): BoardReport | null {
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const [header = "", ...rows] = lines;
  const isSummary = SUMMARY.test(header);
  if (!isSummary && !LAYERS.test(header)) return null;
  const report = emptyReport(isSummary ? "Vela summary" : "Vela table of layers");
  report.tool = "Vela";
  report.basis = "estimated";
  report.accelerator = "Ethos-U";
  const names = csvFields(header);
  const records = rows
    .filter((row) => row !== header)
    .map((row) => {
      const fields = csvFields(row);
      return (name: string): string | undefined => fields[names.indexOf(name)];
    });
  if (isSummary) summary(records[0], report);
  else layers(records, report, tickMhz);
  return report;
}

type Record = (name: string) => string | undefined;

function summary(record: Record | undefined, report: BoardReport): void {
  if (!record) return;
  report.accelerator = record("accelerator_configuration") || report.accelerator;
  report.board = record("system_config") || null;
  const clock = numberOf(record("core_clock"));
  report.clockMhz = clock === null ? null : clock / 1e6;
  const seconds = numberOf(record("inference_time"));
  const batch = numberOf(record("batch_size")) ?? 1;
  report.latencyMs = seconds === null ? null : (seconds * 1000) / batch;
  report.macs = numberOf(record("nn_macs"));
  for (const [area, what] of [
    ["sram", "SRAM that Vela's plan uses"],
    ["dram", "DRAM that Vela's plan uses"],
    ["on_chip_flash", "flash on the chip that Vela's plan uses"],
    ["off_chip_flash", "flash outside the chip that Vela's plan uses"],
  ] as const) {
    const kib = numberOf(record(`${area}_memory_used`));
    if (kib !== null && kib > 0) report.sizes.push({ what, bytes: Math.round(kib * 1024) });
  }
}

function layers(records: readonly Record[], report: BoardReport, tickMhz: number | null): void {
  for (const record of records) {
    const type = record("TFLite_operator") ?? "";
    const cycles = numberOf(record("Op Cycles"));
    if (type === "" || cycles === null) continue;
    const latencyMs = tickMhz === null ? null : cycles / (tickMhz * 1000);
    const last = report.operators.at(-1);
    if (last?.type === type && IN_STEPS.has(type)) {
      last.latencyMs = latencyMs === null ? null : (last.latencyMs ?? 0) + latencyMs;
      continue;
    }
    const macs = IN_STEPS.has(type) ? null : numberOf(record("MAC Count"));
    report.operators.push({ type, ...tfliteKinds(type), name: record("Name") || null, latencyMs, macs });
  }
  report.latencyMs = sumOfOperators(report.operators);
  report.clockMhz = tickMhz;
  if (tickMhz === null) report.noTime = "it counts cycles of the accelerator and does not say its clock: tell it";
}
