// JSON of ST's tools: the result of a benchmark on a board of the ST Edge AI Developer Cloud, with the c-layers of the network
// and the time of the whole. The files of an analysis (network_c_info.json) have the same layers and no time.
import { type BoardReport, emptyReport, type ReportFile } from "./board-report";
import { stKinds } from "./kinds";

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const objectOf = (value: unknown): Json => (isObject(value) ? value : {});
const listOf = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isObject) : []);
const positive = (value: unknown): number | null => (typeof value === "number" && value > 0 ? value : null);
const textOf = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);

export function readStJson({ text }: ReportFile): BoardReport | null {
  if (!text.trimStart().startsWith("{")) return null;
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch {
    return null;
  }
  const benchmark = objectOf(objectOf(root)["benchmark"] ?? root);
  const info = objectOf(benchmark["info"] ?? benchmark);
  const [network] = listOf(info["graphs"]);
  const graph = objectOf(benchmark["graph"]);
  const times = objectOf(network?.["exec_time"] ?? graph["exec_time"]);
  const summary = objectOf(benchmark["report"]);
  const isInfo = network !== undefined && Array.isArray(network["nodes"]) && "memory_footprint" in info;
  if (!isInfo && !("duration_ms" in times)) return null;
  const report = emptyReport("ST Edge AI JSON report");
  const environment = objectOf(info["environment"]);
  const [tool] = listOf(environment["tools"]);
  const version = textOf(tool?.["version"]) ?? textOf(summary["cli_version_str"]);
  report.tool = version === null ? null : `ST Edge AI ${version}`;
  report.board = textOf(environment["device"]) ?? textOf(times["device"]);
  report.latencyMs = positive(times["duration_ms"]);
  const cycles = positive(times["cycles"]);
  if (cycles !== null && report.latencyMs !== null)
    report.clockMhz = Number((cycles / report.latencyMs / 1000).toPrecision(4));
  report.operators = listOf(network?.["nodes"]).map((node) => {
    const type = textOf(node["description"]) ?? "";
    const macs = typeof node["macc"] === "number" ? node["macc"] : null;
    return { type, ...stKinds(type), name: textOf(node["name"]), latencyMs: null, macs };
  });
  report.macs =
    positive(summary["rom_n_macc"]) ?? positive(report.operators.reduce((sum, one) => sum + (one.macs ?? 0), 0));
  const footprint = objectOf(info["memory_footprint"] ?? graph["memory_footprint"]);
  for (const [key, what] of [
    ["weights", "weights alone"],
    ["activations", "activations alone"],
    ["kernel_flash", "code of the kernels"],
    ["kernel_ram", "RAM of the kernels"],
  ] as const) {
    const bytes = positive(footprint[key]);
    if (bytes !== null) report.sizes.push({ what, bytes });
  }
  return report;
}
