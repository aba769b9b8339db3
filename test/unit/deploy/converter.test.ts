// Lowered programs against what TFLiteConverter made of them (test/oracle/tflite.jsonl): operators in order, tensors, constant bytes.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { DeployType } from "../../../src/core/6-deploy/deployed-graph";
import { type Converter, lower } from "../../../src/core/6-deploy/lower";
import { tensorText, trace } from "./harness";

interface Recorded {
  bytes: number;
  inputs: number[];
  outputs: number[];
  tensors: string[];
  ops: string[];
  /** Set when the converter refused. */
  error?: string;
}

type Variant = "free" | "fixed" | "keras2" | "keras2-fixed";

interface Row extends Record<DeployType, Recorded> {
  id: string;
  variant: Variant;
  source: string;
}

const rows = readFileSync(new URL("../../oracle/tflite.jsonl", import.meta.url), "utf8")
  .split("\n")
  .filter((line) => line !== "")
  .map((line) => JSON.parse(line) as Row);

const CONVERTERS: Record<Variant, Converter> = {
  free: "keras3",
  fixed: "fixed-batch",
  keras2: "keras2",
  "keras2-fixed": "keras2",
};

/** Where we differ, and how. Each of these must differ: what comes right is taken off the list. */
const DIFFERENT: Readonly<Record<string, string>> = {
  "activations.4 keras2 int8": "two equal numbers with different scales are two constants",
  "attention.heads": "the scores are scaled by one more MUL; with an open batch the products are written otherwise",
  "transformer-block": "as attention.heads",
  "crop-upsample f": "Keras 3 writes a nearest upsampling as RESHAPE and TILE",
  "time-distributed":
    "an open batch beside time steps: the real shapes are not in the file, or the reshapes join otherwise",
  "unet f": "as crop-upsample",
  "upsample.1d": "repeats along one dimension are SPLIT and CONCATENATION (Keras 2) or RESHAPE and TILE (Keras 3)",
  "inception keras2": "the order of branches",
  "merge.add-three keras2": "the order of branches",
  "ops.reduce": "the order of branches",
  "ops.slices": "a bound that is not written is 0 in the file, and may be equal to another constant",
  "rnn.unrolled.bidirectional": "both directions share what they unroll, which is not followed",
  "norm.group free": "a SHAPE more, for the open batch",
  "norm.group fixed": "the order of the last two multiplications",
  "norm.group keras2": "tf_keras writes another formula",
  "repeat-vector fixed": "the dense layer runs on four dimensions",
  "reshape.layer keras2": "a dimension of -1 beside an open batch is not in the file",
};

/** With an open batch these need operators TFLM lacks: they are lowered as with a fixed one, and the assumptions say so. */
const isBlocked = (row: Row, recorded: Recorded): boolean =>
  !row.variant.endsWith("fixed") &&
  recorded.error === undefined &&
  recorded.ops.some((op) => /^(REDUCE_PROD|SPACE_TO_BATCH_ND|WHILE|FILL) /.test(op));

function ours(row: Row, type: DeployType) {
  const library = row.variant.startsWith("keras2") ? "tf_keras" : "keras";
  const program = `import ${library} as keras\nfrom ${library} import layers\n${row.source}`;
  const source = row.variant.endsWith("fixed")
    ? program.replace(/keras\.Input\(/g, "keras.Input(batch_size=1, shape=")
    : program;
  const result = lower(trace(source), { type, converter: CONVERTERS[row.variant] });
  if ("unknown" in result) return { unknown: result.unknown.map(({ reason }) => reason) };
  const { graph } = result;
  return {
    ops: graph.operators.map(({ op }) => op),
    tensors: graph.tensors.map((_, index) => tensorText(graph, index)).sort(),
    constantBytes: graph.tensors.reduce((sum, tensor) => sum + tensor.constantBytes, 0),
  };
}

const cases = rows.flatMap((row) =>
  (["float32", "int8"] as const)
    .filter((type) => row[type].error === undefined && !isBlocked(row, row[type]))
    .map((type) => ({ name: `${row.id} ${row.variant} ${type}`, row, type })),
);

function recorded({ row, type }: (typeof cases)[0]) {
  const { ops, tensors } = row[type];
  return {
    ops: ops.map((op) => op.split(" ")[0]),
    tensors: [...tensors].sort(),
    constantBytes: tensors.reduce((sum, tensor) => sum + Number(tensor.split(" ")[2]), 0),
  };
}

const isKnown = (name: string): boolean => Object.keys(DIFFERENT).some((start) => name.startsWith(start));

describe("as the converter", () => {
  it.each(cases.filter(({ name }) => !isKnown(name)))("$name", (one) => {
    expect(ours(one.row, one.type)).toEqual(recorded(one));
  });
  it.each(cases.filter(({ name }) => isKnown(name)))("different: $name", (one) => {
    expect(ours(one.row, one.type)).not.toEqual(recorded(one));
  });
});

describe("an open batch that would need operators TFLM lacks", () => {
  it.each(rows.filter((row) => isBlocked(row, row.int8) && row.id === "dense.sequence"))("$id $variant", (row) => {
    const source = `import keras\nfrom keras import layers\n${row.source}`;
    const result = lower(trace(source), { type: "int8", converter: CONVERTERS[row.variant] });
    expect("graph" in result && result.graph.assumptions.join()).toContain("fixed batch of 1");
  });
});
