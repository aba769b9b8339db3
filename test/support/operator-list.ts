// Reads operator lists of real .tflite files (one JSON object a line, as in test/data/arena.jsonl) into deployed graphs.
import type {
  DeployedGraph,
  DeployedOperator,
  DeployedSubgraph,
  OperatorOptions,
  TfliteType,
} from "../../src/core/6-deploy/deployed-graph";

/** [shape "1x2x3", type, bytes of constant data, variable, quantisation scales] */
export type ListedTensor = readonly [string, string, number, number, number];

export interface ListedOperator {
  op: string;
  i: readonly number[];
  o: readonly number[];
  opt?: Readonly<Record<string, unknown>>;
  macs?: number;
}

export interface OperatorList {
  id: string;
  quant: string;
  offline_plan?: boolean;
  subgraphs: readonly {
    inputs: readonly number[];
    outputs: readonly number[];
    tensors: readonly ListedTensor[];
    ops: readonly ListedOperator[];
  }[];
}

const NUMBERS: Readonly<Record<string, keyof OperatorOptions>> = {
  sh: "strideHeight",
  sw: "strideWidth",
  dh: "dilationHeight",
  dw: "dilationWidth",
  fh: "filterHeight",
  fw: "filterWidth",
  dm: "depthMultiplier",
  axis: "axis",
  rank: "rank",
};

/** The schema's activation numbers. */
const ACTIVATIONS = ["none", "relu", "relu-n1-to-1", "relu6", "tanh", "sign-bit"] as const;

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => typeof item === "number");
}

function optionsOf({ op, opt = {} }: ListedOperator): OperatorOptions {
  const options: OperatorOptions = {};
  for (const [short, name] of Object.entries(NUMBERS)) {
    const value = opt[short];
    if (typeof value === "number") Object.assign(options, { [name]: value });
  }
  if (opt["pad"] !== undefined) options.padding = opt["pad"] === 0 ? "same" : "valid";
  if (typeof opt["act"] === "number") options.activation = ACTIVATIONS[opt["act"]] ?? "none";
  if (opt["keep"] !== undefined) options.keepDims = Boolean(opt["keep"]);
  if (opt["adj_x"] !== undefined) options.adjointX = Boolean(opt["adj_x"]);
  if (opt["adj_y"] !== undefined) options.adjointY = Boolean(opt["adj_y"]);
  if (isNumbers(opt["sub"])) options.subgraphs = opt["sub"];
  if (op === "VAR_HANDLE") options.resource = `${String(opt["c"])}/${String(opt["n"])}`;
  return options;
}

function subgraphOf(listed: OperatorList["subgraphs"][number]): DeployedSubgraph {
  return {
    inputs: listed.inputs,
    outputs: listed.outputs,
    tensors: listed.tensors.map(([shape, type, constantBytes, variable, scales]) => ({
      shape: shape === "" ? [] : shape.split("x").map(Number),
      type: type as TfliteType,
      constantBytes,
      variable: variable !== 0,
      scales,
    })),
    operators: listed.ops.map(
      (operator): DeployedOperator => ({
        op: operator.op.replace(/^CUSTOM:/, ""),
        inputs: operator.i,
        outputs: operator.o,
        options: optionsOf(operator),
        macs: operator.macs ?? 0,
        sources: [],
      }),
    ),
  };
}

export function readOperatorList(list: OperatorList): DeployedGraph {
  const [main, ...called] = list.subgraphs.map(subgraphOf);
  if (!main) throw new Error(`${list.id} has no subgraph`);
  return {
    ...main,
    type: list.quant === "float32" ? "float32" : "int8",
    assumptions: [],
    ...(called.length > 0 ? { calledSubgraphs: called } : {}),
    ...(list.offline_plan ? { offlineOffsets: "unread" as const } : {}),
  };
}
