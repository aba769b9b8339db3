// What other counters print for a layer, where that was measured: torchinfo 5c4164f, fvcore 3378afe, ptflops 0.7.6 and THOP
// 43c064a with torch 2.13, FlopCounterMode of the same, tf.profiler of TensorFlow 2.21. A kind of layer that was not measured
// has no entry. Records and arithmetic; the text is made where it is shown.
import type { MacsFormula } from "./formula";
import type { LayerRow, Report } from "./report";

/** The number one counter prints for a layer. */
export interface OtherCount {
  counter: string;
  /** `macs` are multiply-accumulates, `flops` count two for each of them. */
  unit: "macs" | "flops";
  value: number;
  /** Why it is another number than ours (twice ours for flops); null when it is not. */
  why: string | null;
}

const BIAS_PER_OUTPUT = "the bias counts at every output";
const NOT_SEEN = "it does not see into this layer";

/** What other counters print; empty where nothing is known for certain. */
export function otherCounts(row: LayerRow, framework: Report["framework"]): OtherCount[] {
  // Shared layers and weights are attributed differently by each of them.
  if (row.calls !== 1 || row.macs === null || row.params === null || row.runShape === null) return [];
  if (row.runShape.slice(1).includes(null)) return [];
  if (framework === "torch") return torchCounts(row, row.macs, row.params);
  return framework === "keras" ? kerasCounts(row, row.macs, row.params) : [];
}

/** Elements of the output of one sample. */
function outputs({ runShape }: LayerRow): number {
  return (runShape ?? []).slice(1).reduce<number>((product, size) => product * (size ?? 0), 1);
}

function onlyFormula({ formula }: LayerRow): MacsFormula | undefined {
  return formula?.length === 1 && formula[0]?.times === 1 ? formula[0] : undefined;
}

/** The layer's bias: how many values are stored besides the weights of the product; null where that is something else. */
function biasOf(row: LayerRow, params: number): number | null {
  const formula = onlyFormula(row);
  if (!formula) return null;
  const of = (symbol: string) => formula.factors.filter((factor) => factor.symbol === symbol);
  const weights =
    formula.matrix?.stored ??
    (formula.of === "dense"
      ? [...of("in"), ...of("out")].reduce((product, { value }) => product * value, 1)
      : undefined);
  return weights === undefined || params < weights ? null : params - weights;
}

const CONVOLUTIONS: ReadonlySet<string> = new Set([
  "convolution",
  "pointwise convolution",
  "depthwise convolution",
  "grouped convolution",
]);

function torchCounts(row: LayerRow, macs: number, params: number): OtherCount[] {
  const kind = onlyFormula(row)?.of;
  const count = (counter: string, value: number, why: string | null = null): OtherCount => ({
    counter,
    unit: "macs",
    value,
    why,
  });
  const flops = (value: number, why: string | null = null): OtherCount => ({
    counter: "FlopCounterMode",
    unit: "flops",
    value,
    why,
  });
  const isFlat = row.runShape?.length === 2;
  if (kind !== undefined && (CONVOLUTIONS.has(kind) || (kind === "dense" && isFlat))) {
    const bias = biasOf(row, params);
    if (bias === null) return [];
    const withBias = bias > 0 ? macs + outputs(row) : macs;
    const why = bias > 0 ? BIAS_PER_OUTPUT : null;
    return [
      count("torchinfo", withBias, why),
      count("ptflops", withBias, why),
      count("fvcore", macs),
      count("THOP", macs),
      flops(2 * macs),
    ];
  }
  if ((row.type === "LSTM" || row.type === "GRU") && kind === "recurrent") {
    const steps = onlyFormula(row)?.factors.find(({ symbol }) => symbol === "T")?.value;
    const directions = onlyFormula(row)?.factors.find(({ symbol }) => symbol === "directions");
    if (steps === undefined || directions !== undefined) return [];
    return [
      count("torchinfo", steps * params, "both bias vectors count at every step"),
      count("fvcore", 0, NOT_SEEN),
      ...(row.type === "LSTM" ? [flops(0, NOT_SEEN)] : []),
    ];
  }
  if (row.type === "MultiheadAttention") {
    return [...["torchinfo", "fvcore", "THOP"].map((counter) => count(counter, 0, NOT_SEEN)), flops(0, NOT_SEEN)];
  }
  if (row.type === "BatchNorm2d" && macs === 0 && params === 2 * (row.runShape?.[1] ?? 0)) {
    const n = outputs(row);
    const unfolded = "it is not folded into the layer before";
    return [
      count("fvcore", 2 * n, unfolded),
      count("THOP", 4 * n, unfolded),
      count("ptflops", 2 * n, unfolded),
      count("torchinfo", params, "its parameters count once"),
    ];
  }
  if (row.type === "Embedding") {
    return [count("torchinfo", params, "the whole table counts, though rows are only read"), count("fvcore", 0)];
  }
  return [];
}

function kerasCounts(row: LayerRow, macs: number, params: number): OtherCount[] {
  const kind = onlyFormula(row)?.of;
  const flops = (value: number, why: string | null): OtherCount => ({
    counter: "tf.profiler",
    unit: "flops",
    value,
    why,
  });
  if (kind === "grouped convolution") return [flops(0, "grouped convolutions are not counted on the CPU")];
  const isFlat = row.runShape?.length === 2;
  if (kind === undefined || !(CONVOLUTIONS.has(kind) || (kind === "dense" && isFlat))) return [];
  const bias = biasOf(row, params);
  if (bias === null) return [];
  return [flops(2 * macs + (bias > 0 ? outputs(row) : 0), bias > 0 ? BIAS_PER_OUTPUT : null)];
}
