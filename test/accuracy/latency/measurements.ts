// The published measurements as rows the fit can use: cycles, the features of the model, and what ran it in the catalogue's terms.
// measurements.csv and models.csv are excerpts of the tables described in docs/targets.md, each row with its source.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { DeployType } from "../../../src/core/6-deploy/deployed-graph";
import type { FeatureVector } from "../../../src/core/7-cost/latency/features";
import { RUNTIMES } from "../../../src/core/targets/catalogue";
import { parseCsv, type Row } from "./csv";

export interface Measurement {
  model: string;
  /** Models of one family differ in size only; a family is left out as a whole. */
  family: string;
  type: DeployType;
  runtime: string;
  kernels: string;
  version: string;
  board: string;
  core: string;
  clockMhz: number;
  latencyMs: number;
  cycles: number;
  /** Energy of one inference, µJ; null when not published. */
  energyUj: number | null;
  features: FeatureVector;
}

/** Cores of the table, as the catalogue names them. */
const CORES: readonly [RegExp, string][] = [
  [/^Cortex-M0\+/, "cortex-m0plus"],
  [/^Cortex-M3$/, "cortex-m3"],
  [/^Cortex-M33/, "cortex-m33"],
  [/^Cortex-M4F/, "cortex-m4f"],
  [/^Cortex-M55/, "cortex-m55"],
  [/^Cortex-M7/, "cortex-m7"],
  [/^Cortex-M85/, "cortex-m85"],
  [/^Xtensa LX6/, "xtensa-lx6"],
  [/^Xtensa LX7/, "xtensa-lx7"],
  [/^RISC-V HP/, "riscv-pie"],
  [/^RXv2$/, "rxv2"],
  [/^RISC-V RV32IMC/, "riscv-rv32imc"],
];

function featuresOf(model: Row): FeatureVector {
  const number = (name: string) => Number(model[name] ?? 0);
  return {
    convMacs: number("m_conv") - number("m_c1"),
    thinConvMacs: number("m_c1"),
    pointwiseMacs: number("m_pw"),
    depthwiseMacs: number("m_dw"),
    denseMacs: number("m_fc"),
    operators: number("nops"),
    elementOperators: number("n_elem"),
    elements: number("elem_out"),
    convOutputs: number("conv_out") + number("dw_out"),
  };
}

/**
 * All rows a prediction can be fitted to. Left out are rows of runtimes that are not in the catalogue (their kernels are not
 * known), and rows whose tool removed channels of the model, which ran another model.
 */
export function readMeasurements(folder: string): Measurement[] {
  const read = (name: string) => parseCsv(readFileSync(join(folder, name), "utf8"));
  const models = new Map(read("models.csv").map((row) => [row["model_key"], featuresOf(row)]));
  return read("measurements.csv").flatMap((row) => {
    const features = models.get(row["model_key"]);
    const named = row["runtime"] ?? "";
    const runtime = RUNTIMES.find(({ measuredAs }) => measuredAs.includes(named));
    if (!features || !runtime || row["pruned"] === "1") return [];
    const core = row["core"] ?? "";
    const latencyMs = Number(row["latency_ms"]);
    const clockMhz = Number(row["clock_mhz"]);
    return [
      {
        model: row["model_key"] ?? "",
        family: row["family"] ?? "",
        type: row["dtype"] === "float32" ? "float32" : "int8",
        runtime: runtime.id,
        kernels: runtime.kernels,
        version: row["runtime_version"] ?? "",
        board: row["board"] ?? "",
        core: CORES.find(([pattern]) => pattern.test(core))?.[1] ?? core,
        clockMhz,
        latencyMs,
        cycles: latencyMs * clockMhz * 1000,
        energyUj: row["energy_uj"] ? Number(row["energy_uj"]) : null,
        features,
      } satisfies Measurement,
    ];
  });
}
