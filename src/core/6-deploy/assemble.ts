// Steps and values into a deployed graph: element types for int8 or float32, quantisation scales, equal constants shared, tensors
// numbered as in a converted file (inputs, constants, then results in execution order), and the QUANTIZE and DEQUANTIZE operators
// at the model's ends and around operators that have no int8 version.
import type { DeployedGraph, DeployedOperator, DeployedTensor, DeployType, TfliteType } from "./deployed-graph";
import { deployedTensorBytes } from "./deployed-graph";
import { activationValue, type Step, type Value } from "./draft";

/** Operators the converter leaves in float32 inside an int8 model. */
const FLOAT_ONLY: ReadonlySet<string> = new Set([
  "ELU",
  "NEG",
  "SQUARE",
  "CONV_3D",
  "SIN",
  "COS",
  "FLOOR",
  "CEIL",
  "ROUND",
  "SIGN",
  "CUMSUM",
  "FLOOR_DIV",
  "FLOOR_MOD",
  "LOCAL_RESPONSE_NORMALIZATION",
]);

/** Empty tensors that int8 operators carry for the scales of what they compute on the way. */
const INTERMEDIATES: Readonly<Record<string, readonly Pick<DeployedTensor, "type" | "scales">[]>> = {
  UNIDIRECTIONAL_SEQUENCE_LSTM: [
    ...new Array<Pick<DeployedTensor, "type" | "scales">>(4).fill({ type: "FLOAT32", scales: 0 }),
    { type: "INT8", scales: 1 },
  ],
};

/** Type of the values a program gives to and takes from a converted model. */
export type InterfaceType = "int8" | "uint8" | "float32";

export interface Assembly {
  type: DeployType;
  inputType: InterfaceType;
  outputType: InterfaceType;
  steps: readonly Step[];
  inputs: readonly Value[];
  outputs: readonly Value[];
  assumptions: readonly string[];
}

const INTERFACE: Readonly<Record<InterfaceType, TfliteType>> = { int8: "INT8", uint8: "UINT8", float32: "FLOAT32" };

function step(op: string, input: Value, output: Value, note: string, name = ""): Step {
  return { op, inputs: [input], outputs: [output], options: {}, macs: 0, sources: [], name, note };
}

/** Float islands of an int8 model: a DEQUANTIZE before and a QUANTIZE after each operator without an int8 version. */
function withFloatIslands(steps: readonly Step[]): Step[] {
  const result: Step[] = [];
  for (const one of steps) {
    if (!FLOAT_ONLY.has(one.op)) {
      result.push(one);
      continue;
    }
    const note = `${one.op} has no int8 version`;
    const inputs = one.inputs.map((input) => {
      if (!input || input.role === "constant" || input.element !== "real") return input;
      const floating = activationValue(input.shape, "FLOAT32");
      result.push(step("DEQUANTIZE", input, floating, note));
      return floating;
    });
    const outputs = one.outputs.map((output) =>
      output.element === "real" ? activationValue(output.shape, "FLOAT32") : output,
    );
    result.push({ ...one, inputs, outputs });
    one.outputs.forEach((output, i) => {
      if (output.element === "real") result.push(step("QUANTIZE", outputs[i] as Value, output, note));
    });
  }
  return result;
}

/** The ends of an int8 model that speaks another type. */
function withInterface(
  assembly: Assembly,
  steps: readonly Step[],
): { steps: Step[]; inputs: Value[]; outputs: Value[] } {
  const before: Step[] = [];
  const after: Step[] = [];
  const inputs = assembly.inputs.map((input) => {
    if (assembly.inputType === "int8" || input.element !== "real") return input;
    const outer: Value = {
      ...input,
      element: INTERFACE[assembly.inputType],
      scales: assembly.inputType === "uint8" ? 1 : 0,
    };
    before.push(step("QUANTIZE", outer, input, `the input is ${assembly.inputType}`));
    return outer;
  });
  const outputs = assembly.outputs.map((output) => {
    if (assembly.outputType === "int8" || output.element !== "real") return output;
    const outer: Value = {
      ...activationValue(output.shape, INTERFACE[assembly.outputType]),
      scales: assembly.outputType === "uint8" ? 1 : 0,
    };
    after.push(
      step(
        assembly.outputType === "uint8" ? "QUANTIZE" : "DEQUANTIZE",
        output,
        outer,
        `the output is ${assembly.outputType}`,
      ),
    );
    return outer;
  });
  return { steps: [...before, ...steps, ...after], inputs, outputs };
}

function typeOf(value: Value, type: DeployType): { type: TfliteType; scales: number } {
  const int8 = type === "int8";
  if (value.element === "real") return int8 ? { type: "INT8", scales: value.scales } : { type: "FLOAT32", scales: 0 };
  if (value.element === "bias") return int8 ? { type: "INT32", scales: value.scales } : { type: "FLOAT32", scales: 0 };
  // The cell of an LSTM has 16 bits beside int8 weights.
  if (value.role === "state" && !int8) return { type: "FLOAT32", scales: 0 };
  const quantised = value.element === "UINT8" || value.element === "INT16";
  return { type: value.element, scales: quantised && int8 ? value.scales : 0 };
}

/** The deployed graph of a program. */
export function assemble(assembly: Assembly): DeployedGraph {
  const { type } = assembly;
  const body = type === "int8" ? withFloatIslands(assembly.steps) : assembly.steps;
  const { steps, inputs, outputs } =
    type === "int8"
      ? withInterface(assembly, body)
      : { steps: body, inputs: assembly.inputs, outputs: assembly.outputs };
  const tensors: DeployedTensor[] = [];
  const places = new Map<Value, number>();
  const constants = new Map<string, number>();
  const place = (value: Value): void => {
    if (places.has(value)) return;
    const { type: stored, scales } = typeOf(value, type);
    const constant = value.role === "constant";
    // An int8 bias is scaled by the input it is used with.
    const shared = constant && !(value.element === "bias" && type === "int8");
    const key =
      shared && value.content !== null ? `${value.content}|${stored}|${value.shape.join("x")}|${scales}` : null;
    const known = key === null ? undefined : constants.get(key);
    if (known !== undefined) {
      places.set(value, known);
      return;
    }
    const made: DeployedTensor = {
      shape: value.shape,
      type: stored,
      constantBytes: 0,
      variable: value.role === "state",
      scales,
    };
    if (constant) made.constantBytes = deployedTensorBytes(made);
    if (key !== null) constants.set(key, tensors.length);
    places.set(value, tensors.length);
    tensors.push(made);
  };
  for (const input of inputs) place(input);
  const stored = (value: Value): boolean => value.role === "constant" || value.role === "state";
  for (const one of steps) for (const input of one.inputs) if (input && stored(input)) place(input);
  for (const output of outputs) if (stored(output)) place(output);
  for (const one of steps) {
    const between = type === "int8" ? (INTERMEDIATES[one.op] ?? []) : [];
    for (const kind of between) tensors.push({ shape: [0], constantBytes: 0, variable: false, ...kind });
    for (const output of one.outputs) place(output);
  }
  for (const output of outputs) place(output);
  const at = (value: Value | null): number => (value === null ? -1 : (places.get(value) ?? -1));
  const operators = steps.map((one): DeployedOperator => {
    return {
      op: one.op,
      inputs: one.inputs.map(at),
      outputs: one.outputs.map(at),
      options: one.options,
      macs: one.macs,
      sources: one.sources,
      ...(one.note === undefined ? {} : { note: one.note }),
    };
  });
  return {
    type,
    tensors,
    inputs: inputs.map(at),
    outputs: outputs.map(at),
    operators,
    assumptions: assembly.assumptions,
  };
}
