// Small analyses made by hand, for tests of what the server does with them.
import type { Deployment } from "../../../src/core/report/deployment";
import type { Finding, TextEdit } from "../../../src/core/report/finding";
import type { FileAnalysis, LayerRow, Report, SourcePlace } from "../../../src/core/report/report";

export const FILE = "/models/net.py";

/** A place in FILE. */
export function place(line: number, column = 5, file = FILE): SourcePlace {
  return { file, line, column, endLine: line, endColumn: column + 10 };
}

/** A layer made at `lines` of FILE, innermost first. */
export function layer(lines: number[], fields: Partial<LayerRow> = {}): LayerRow {
  return {
    name: "conv2d",
    type: "Conv2D",
    line: lines[0] ?? null,
    column: lines[0] === undefined ? null : 5,
    stack: lines.map((line) => place(line)),
    calls: 1,
    outputShape: [null, 25, 5, 64],
    runShape: [null, 25, 5, 64],
    params: 2624,
    trainableParams: 2624,
    macs: 320_000,
    multiplications: 320_000,
    activationBytes: 8192,
    state: "costed",
    ...fields,
  };
}

export function report(layers: LayerRow[], fields: Partial<Report> = {}): Report {
  return {
    schemaVersion: 1,
    file: FILE,
    entry: "build()",
    framework: "keras",
    status: "exact",
    place: place(1, 1),
    assumptions: [],
    inputs: [{ name: "input", shape: [null, 49, 10, 1], dtype: "float32" }],
    outputs: [{ shape: [null, 12] }],
    params: { total: 24_908, trainable: 23_756 },
    macs: 2_656_768,
    multiplications: 2_656_768,
    activationBytes: 32_000,
    coverage: { costed: layers.length, free: 0, unknown: 0 },
    layers,
    unknowns: [],
    limits: [],
    findings: [],
    elapsedMs: 1,
    ...fields,
  };
}

export function analysis(reports: Report[], fields: Partial<FileAnalysis> = {}): FileAnalysis {
  return { file: FILE, reports, syntaxProblems: [], commentProblems: [], elapsedMs: 1, ...fields };
}

/** A finding in a line with one fix: three quarters of the MACs and half of the RAM saved. */
export function finding(line: number, edits: TextEdit[]): Finding {
  const rest = { params: 10, flashBytes: null, latencyMs: null };
  return {
    rule: "a-rule",
    level: "information",
    message: "This is dear.",
    file: FILE,
    line,
    column: 1,
    endLine: line,
    endColumn: 6,
    entry: "build()",
    related: [],
    fixes: [
      {
        title: "Make it cheap",
        edits,
        receipt: {
          before: { ...rest, macs: 200_000, ramBytes: 65_536 },
          after: { ...rest, macs: 50_000, ramBytes: 32_768 },
        },
      },
    ],
  };
}

/** A model that fits a board with much room. */
export function deployment(fields: Partial<Deployment> = {}): Deployment {
  return {
    board: "nano",
    boardName: "Nano",
    runtime: "tflm-cmsis-nn",
    runtimeName: "TFLM + CMSIS-NN",
    dtype: "int8",
    ramBytes: { activations: 16_000, scratch: 384, persistent: 7616, total: 24_000 },
    flashBytes: { weights: 30_000, container: 15_000, code: 80_000, total: 125_000 },
    latencyMs: { low: 200, mid: 280, high: 390, dominatedBy: "pointwise convolutions (61 %)", basis: "measurements" },
    energyUj: null,
    limits: { ramBytes: 262_144, flashBytes: 983_040 },
    reserve: { ramBytes: 0, flashBytes: 0 },
    verdict: "fits",
    reasons: [],
    unknowns: [],
    assumptions: [],
    peak: { op: "CONV_2D", place: place(12, 1), bytes: 16_384, alive: [] },
    operators: [],
    ...fields,
  };
}
