// Symbolic tensors and the nodes that made them: what `Input`, a layer called on a symbolic tensor, or a function applied to one
// leaves behind, so that a functional model can be cut out of them and run again on other tensors.
import { Unknown } from "../../2-evaluate/signals";
import {
  type Arguments,
  DictValue,
  type Frame,
  HostObject,
  type InstanceValue,
  isOpaque,
  ListValue,
  type OpaqueValue,
  SliceValue,
  TupleValue,
  type Value,
} from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import { currentGraph, emit, withGraph } from "../../3-graph/graph";
import { Tensor } from "../../3-graph/tensor";
import { atDepth, kerasState, tensorsIn, tensorsInArguments } from "./state";

/** One call of a layer or function on symbolic tensors. */
export class KerasNode extends HostObject {
  readonly typeName = "Node";
  inputs: Tensor[];
  outputs: Tensor[] = [];
  constructor(
    /** The layer that was called; null for a function. */
    readonly layer: InstanceValue | null,
    readonly name: string,
    readonly args: Arguments,
    /** Runs the call again, with other arguments. */
    readonly run: (vm: Vm, args: Arguments) => Value,
    readonly stack: Frame | null,
  ) {
    super();
    this.inputs = tensorsInArguments(args).filter((tensor) => nodeOf(tensor) !== null);
  }
  /** True for the node of an input. */
  get isInput(): boolean {
    return this.inputs.length === 0;
  }
}

/** The node that made a symbolic tensor; null for any other tensor. */
export function nodeOf(tensor: Tensor): KerasNode | null {
  return tensor.origin instanceof KerasNode ? tensor.origin : null;
}

/** True when an argument is a symbolic tensor and no layer is running. */
export function isSymbolicCall(vm: Vm, args: Arguments): boolean {
  return kerasState(vm).depth === 0 && tensorsInArguments(args).some((tensor) => nodeOf(tensor) !== null);
}

/** Makes every tensor of a result the symbolic output of `node`. A tensor that is something else already is passed on by an identity. */
export function markOutputs(vm: Vm, result: Value, node: KerasNode): Value {
  return mapTensors(result, (tensor) => {
    const own = tensor.role === "activation" && tensor.origin === null && !node.outputs.includes(tensor);
    const output = own ? tensor : passOn(vm, tensor);
    output.origin = node;
    node.outputs.push(output);
    return output;
  });
}

function passOn(vm: Vm, tensor: Tensor): Tensor {
  const stored = tensor.role !== "activation" && tensor.role !== "input";
  const spec = { shape: tensor.shape, dtype: tensor.dtype, reason: tensor.reason };
  const attributes = { kind: "identity", function: "identity" } as const;
  const output = emit(
    vm,
    attributes,
    stored ? [] : [tensor],
    stored ? [tensor] : [],
    [spec],
    tensor.library,
  )[0] as Tensor;
  output.freeBatch = tensor.freeBatch;
  return output;
}

/** A tensor of unknown shape that stands for what could not be followed, so that the model around it still exists. */
export function unknownResult(vm: Vm, name: string, why: OpaqueValue, inputs: readonly Tensor[]): Tensor {
  const first = inputs[0] as Tensor;
  const output = emit(
    vm,
    { kind: "unknown", name, reason: why.reason },
    inputs,
    [],
    [{ shape: null, dtype: "float32", reason: why }],
    first.library,
  );
  return output[0] as Tensor;
}

/** Runs `body` with a graph of its own: what is only built must not count among the operations of a model that runs. */
export function aside<T>(vm: Vm, body: () => T): T {
  return withGraph(vm, body).result;
}

/**
 * Applies a function. On symbolic tensors outside of layers the call is recorded as a node, and a result that is not known
 * becomes a tensor of unknown shape; elsewhere it simply runs.
 */
export function applyFunction(vm: Vm, name: string, args: Arguments, run: (vm: Vm, args: Arguments) => Value): Value {
  if (!isSymbolicCall(vm, args)) return run(vm, args);
  const node = new KerasNode(null, name, args, run, vm.stack());
  let result: Value;
  try {
    result = aside(vm, () => atDepth(vm, 1, () => run(vm, args)));
  } catch (error) {
    if (!(error instanceof Unknown)) throw error;
    result = unknownResult(vm, name, error.value, node.inputs);
  }
  if (isOpaque(result)) result = unknownResult(vm, name, result, node.inputs);
  return markOutputs(vm, result, node);
}

/** A value with its tensors replaced, through lists, tuples, dicts and slices; the value itself when nothing changes. */
export function mapTensors(value: Value, replace: (tensor: Tensor) => Value): Value {
  if (value instanceof Tensor) return replace(value);
  switch (value.kind) {
    case "list": {
      const items = value.items.map((item) => mapTensors(item, replace));
      if (items.every((item, index) => item === value.items[index])) return value;
      const copy = new ListValue(items);
      copy.taint = value.taint;
      return copy;
    }
    case "tuple": {
      const items = value.items.map((item) => mapTensors(item, replace));
      if (items.every((item, index) => item === value.items[index])) return value;
      const copy = new TupleValue(items);
      copy.names = value.names;
      copy.type = value.type;
      return copy;
    }
    case "dict": {
      if (tensorsIn(value).length === 0) return value;
      const copy = new DictValue(new Map(), value.typeName);
      for (const [key, entry] of value.entries)
        copy.entries.set(key, { key: entry.key, value: mapTensors(entry.value, replace) });
      copy.taint = value.taint;
      return copy;
    }
    case "slice":
      if (tensorsIn(value).length === 0) return value;
      return new SliceValue(
        mapTensors(value.lower, replace),
        mapTensors(value.upper, replace),
        mapTensors(value.step, replace),
      );
    default:
      return value;
  }
}

/** Arguments with their tensors replaced. */
export function mapArguments(args: Arguments, replace: (tensor: Tensor) => Value): Arguments {
  return {
    positional: args.positional.map((value) => mapTensors(value, replace)),
    keywords: new Map([...args.keywords].map(([name, value]) => [name, mapTensors(value, replace)] as const)),
    unknown: args.unknown,
  };
}

// --- running nodes again --------------------------------------------------------------------------------------------

/** Operations whose chain of calls was put right already. */
const grafted = new WeakSet<object>();

/** The chain of calls `inner`, made below `base`, as if it had been made at `outer`. */
function graft(inner: Frame | null, base: Frame | null, outer: Frame | null): Frame | null {
  const bottom = base?.parent ?? null;
  const chain: Frame[] = [];
  for (let frame = inner; frame && frame !== bottom; frame = frame.parent) chain.push(frame);
  const root = chain.pop();
  let result = outer;
  if (root && root.functionName !== "" && outer) {
    result = { place: outer.place, functionName: root.functionName, parent: outer.parent, depth: outer.depth };
  }
  while (chain.length > 0) {
    const frame = chain.pop() as Frame;
    result = { place: frame.place, functionName: frame.functionName, parent: result, depth: (result?.depth ?? 0) + 1 };
  }
  return result;
}

/**
 * Runs nodes in order, with the tensors in `known` in place of the recorded ones; afterwards `known` has every output. `timesOf`
 * tells how often a node really runs.
 */
export function runNodes(
  vm: Vm,
  nodes: readonly KerasNode[],
  known: Map<Tensor, Value>,
  timesOf: (node: KerasNode) => number,
): void {
  const graph = currentGraph(vm);
  const base = vm.stack();
  for (const node of nodes) {
    if (node.outputs.length > 0 && node.outputs.every((output) => known.has(output))) continue;
    const operations = graph.operations.length;
    const calls = graph.calls.length;
    let result: Value;
    const args = mapArguments(node.args, (tensor) => known.get(tensor) ?? tensor);
    const lost = [...args.positional, ...args.keywords.values()].find(isOpaque);
    try {
      result =
        lost && ![...node.args.positional, ...node.args.keywords.values()].includes(lost) ? lost : node.run(vm, args);
    } catch (error) {
      if (!(error instanceof Unknown)) throw error;
      result = error.value;
    }
    for (let time = timesOf(node); time > 1 && !isOpaque(result); time--) node.run(vm, args);
    const outputs = tensorsIn(result);
    node.outputs.forEach((output, index) => {
      known.set(
        output,
        outputs[index] ?? (isOpaque(result) ? result : vm.unknown(`what ${node.name} gives is not known`)),
      );
    });
    for (const made of [...graph.operations.slice(operations), ...graph.calls.slice(calls)]) {
      if (grafted.has(made)) continue;
      grafted.add(made);
      made.stack = graft(made.stack, base, node.stack);
    }
  }
}
