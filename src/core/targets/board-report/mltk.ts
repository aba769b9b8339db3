// Profiles of Silicon Labs' MLTK: profiling_report-ACCELERATOR-{embedded,simulated}.txt and .json. Only the file's name says
// whether a board was measured.
import { type BoardReport, emptyReport, type ReportFile } from "./board-report";
import { tfliteKinds } from "./kinds";
import { numberOf } from "./text";

const PREFIXES: Readonly<Record<string, number>> = { "": 1, u: 1e-6, m: 1e-3, n: 1e-9, k: 1e3, M: 1e6, G: 1e9 };

/** "78.0M", "1.9m", "512.0" or a number; null for anything else. */
function withPrefix(value: unknown): number | null {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  const [, digits, prefix = ""] = /^\s*(\d+(?:\.\d+)?(?:e[+-]?\d+)?)\s*([numkMG]?)\s*$/.exec(String(value ?? "")) ?? [];
  const number = numberOf(digits);
  return number === null ? null : Number((number * (PREFIXES[prefix] ?? 1)).toPrecision(12));
}

type Values = Readonly<Record<string, unknown>>;

export function readMltk(file: ReportFile): BoardReport | null {
  const read = file.text.trimStart().startsWith("{") ? fromJson(file.text) : fromText(file.text);
  if (!read) return null;
  const { summary, layers } = read;
  const report = emptyReport("MLTK profile");
  report.tool = "MLTK";
  report.basis = /embedded/i.test(file.name) ? "measured" : "simulated";
  if (report.basis === "simulated") {
    report.notes.push(
      /simulated/i.test(file.name)
        ? "made by MLTK's simulator"
        : 'taken for a simulation: the name of a file that MLTK writes for a board has "embedded" in it',
    );
  }
  const accelerator = summary["accelerator"];
  report.accelerator =
    typeof accelerator === "string" && !/^none$/i.test(accelerator) && accelerator !== "" ? accelerator : null;
  const clock = withPrefix(summary["cpu_clock_rate"]);
  report.clockMhz = clock === null ? null : clock / 1e6;
  const seconds = withPrefix(summary["time"]);
  report.latencyMs = seconds === null ? null : seconds * 1000;
  report.macs = withPrefix(summary["macs"]);
  const size = (key: string, what: string) => {
    const bytes = withPrefix(summary[key]);
    if (bytes !== null && bytes > 0) report.sizes.push({ what, bytes });
  };
  size("runtime_memory_size", "arena, as MLTK finds it");
  size("tflite_size", "the .tflite file");
  report.operators = layers.map((layer) => {
    const time = withPrefix(layer["time"]);
    const type = String(layer["opcode"] ?? "");
    return {
      type,
      ...tfliteKinds(type),
      name: null,
      latencyMs: time === null ? null : Number((time * 1000).toPrecision(6)),
      macs: withPrefix(layer["macs"]),
    };
  });
  return report;
}

function fromJson(text: string): { summary: Values; layers: Values[] } | null {
  try {
    const { summary, layers } = JSON.parse(text) as { summary?: Values; layers?: unknown };
    if (typeof summary !== "object" || summary === null || !("n_layers" in summary) || !Array.isArray(layers))
      return null;
    return { summary, layers: layers.filter((one): one is Values => typeof one === "object" && one !== null) };
  } catch {
    return null;
  }
}

const SUMMARY_LABELS: Readonly<Record<string, string>> = {
  Accelerator: "accelerator",
  "Flash, Model File Size (bytes)": "tflite_size",
  "RAM, Runtime Memory Size (bytes)": "runtime_memory_size",
  "Multiply-Accumulate Count": "macs",
  "Clock Rate (hz)": "cpu_clock_rate",
  "Time (s)": "time",
};
const COLUMN_LABELS: Readonly<Record<string, string>> = { OpCode: "opcode", "# MACs": "macs", "Time (s)": "time" };

function fromText(text: string): { summary: Values; layers: Values[] } | null {
  if (!/^\s*Profiling Summary/m.test(text)) return null;
  const summary: Record<string, unknown> = {};
  const layers: Values[] = [];
  let columns: (string | undefined)[] = [];
  for (const line of text.split(/\r?\n/)) {
    const [, label = "", value] = /^\s*([^:|]+):\s*(.*)$/.exec(line) ?? [];
    const key = SUMMARY_LABELS[label.trim()];
    if (key !== undefined) summary[key] = value;
    const cells = /^\s*\|(.*)\|\s*$/
      .exec(line)?.[1]
      ?.split("|")
      .map((cell) => cell.trim()); // prettier-ignore
    if (!cells) continue;
    if (cells.includes("OpCode")) columns = cells.map((cell) => COLUMN_LABELS[cell]);
    else if (columns.length > 0) {
      layers.push(Object.fromEntries(cells.flatMap((cell, at) => (columns[at] ? [[columns[at], cell] as const] : []))));
    }
  }
  return { summary, layers };
}
