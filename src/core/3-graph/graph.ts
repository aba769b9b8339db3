// A graph under construction: operations in execution order, which layer each belongs to, and what is not known about it.
// One evaluation has one current graph in `vm.state`; frameworks add to it through `emit` (see operations/).
import type { Frame, InstanceValue, OpaqueValue } from "../2-evaluate/values";
import { LimitReached } from "../2-evaluate/signals";
import { COSTS, LIMITS } from "../2-evaluate/limits";
import type { Journaled, Vm } from "../2-evaluate/vm";
import type { Attributes, Operation, OperationKind, Settings } from "./operation";
import type { Shape } from "./shape";
import { type DType, Tensor, type TensorLibrary } from "./tensor";

/** What one call of a layer was given and gave. */
export interface LayerCall {
  layer: InstanceValue;
  /** The layers that were running around it, outermost first. */
  within: readonly InstanceValue[];
  /** Shapes of the tensors it was given, as far as the framework tells. */
  inputs: (Shape | null)[];
  inputTypes: DType[];
  /** Shapes of its outputs; null where the rank is not known. */
  outputs: (Shape | null)[];
  dtype: DType;
  stack: Frame | null;
}

/** Operations that have MACs, or whose cost is not known: a branch that may skip one makes the totals unknown. */
const WORKING: ReadonlySet<OperationKind> = new Set(["conv", "dense", "matmul", "contraction", "recurrent", "unknown"]);

export class Graph implements Journaled {
  readonly kind = "journaled";
  operations: Operation[] = [];
  /** Calls of layers in order of completion. */
  calls: LayerCall[] = [];
  /** Reasons why the graph is not complete (a loop or branch that could not be followed). */
  gaps: OpaqueValue[] = [];
  /** Layers now running, outermost first. */
  readonly running: InstanceValue[] = [];

  /** Stands for all operations so far that do work: equal for equal work in equal order. */
  private signature = 0;

  add(operation: Operation): void {
    this.operations.push(operation);
    if (WORKING.has(operation.attributes.kind)) this.signature = mix(this.signature, describeWork(operation));
  }

  save(): GraphState {
    return {
      operations: this.operations.slice(),
      calls: this.calls.slice(),
      gaps: this.gaps.slice(),
      signature: this.signature,
    };
  }
  restore(state: unknown): void {
    const saved = state as GraphState;
    this.operations = saved.operations.slice();
    this.calls = saved.calls.slice();
    this.gaps = saved.gaps.slice();
    this.signature = saved.signature;
  }
  /** The right side's operations stay. When the sides differ in work that counts, the totals are not known. */
  join(left: unknown, right: unknown, why: OpaqueValue): void {
    const a = left as GraphState;
    const b = right as GraphState;
    this.gaps = [...new Set([...a.gaps, ...b.gaps])];
    if (a.signature !== b.signature) this.gaps.push(why);
  }
}

interface GraphState {
  operations: Operation[];
  calls: LayerCall[];
  gaps: OpaqueValue[];
  signature: number;
}

/** What makes the cost of an operation, as text: its attributes and the shapes it works on. */
function describeWork(operation: Operation): string {
  const shapes = [...operation.inputs, ...operation.weights, ...operation.outputs].map((tensor) =>
    tensor.shape === null ? "?" : tensor.shape.map((dim) => (typeof dim === "number" ? dim : "?")).join("x"),
  );
  const attributes = Object.values(operation.attributes).map((value) => (typeof value === "object" ? "" : value));
  return `${attributes.join(",")};${shapes.join(";")}`;
}

/** A 32-bit hash of a number and a text (FNV-1a). */
function mix(seed: number, text: string): number {
  let hash = seed ^ 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash;
}

const GRAPH = "graph";

/** The graph that operations are added to now. */
export function currentGraph(vm: Vm): Graph {
  let graph = vm.state.get(GRAPH) as Graph | undefined;
  if (!graph) {
    graph = new Graph();
    vm.state.set(GRAPH, graph);
  }
  return graph;
}

/** Runs `body` with a fresh current graph and gives that graph back with the result. */
export function withGraph<T>(vm: Vm, body: () => T): { graph: Graph; result: T } {
  const outer = vm.state.get(GRAPH);
  const graph = new Graph();
  vm.state.set(GRAPH, graph);
  try {
    return { graph, result: body() };
  } finally {
    vm.state.set(GRAPH, outer);
  }
}

/** Runs `body` as a call of `layer`: its operations are attributed to that layer. `outputsOf` tells which tensors it gave. */
export function asLayer<T>(
  vm: Vm,
  layer: InstanceValue,
  body: () => T,
  outputsOf: (result: T) => Tensor[],
  inputs: readonly Tensor[] = [],
): T {
  const graph = currentGraph(vm);
  const within = graph.running.slice();
  graph.running.push(layer);
  try {
    const result = body();
    const outputs = outputsOf(result);
    vm.touch(graph);
    graph.calls.push({
      layer,
      within,
      inputs: inputs.map((tensor) => tensor.shape),
      inputTypes: inputs.map((tensor) => tensor.dtype),
      outputs: outputs.map((tensor) => tensor.shape),
      dtype: outputs[0]?.dtype ?? "float32",
      stack: vm.stack(),
    });
    return result;
  } finally {
    graph.running.pop();
  }
}

/** What an operation gives: one tensor per entry. A null shape needs a reason. */
export interface OutputSpec {
  shape: Shape | null;
  dtype: DType;
  reason?: OpaqueValue | null;
}

let nextOperationId = 1;

/**
 * Adds an operation to the current graph and makes its output tensors. The free batch passes on when an activation input has it
 * and the output has a first dimension.
 */
export function emit(
  vm: Vm,
  attributes: Attributes,
  inputs: readonly Tensor[],
  weights: readonly Tensor[],
  outputs: readonly OutputSpec[],
  library?: TensorLibrary,
  how?: { operands?: readonly Tensor[]; settings?: Settings | undefined },
): Tensor[] {
  vm.step(COSTS.operation);
  const graph = currentGraph(vm);
  if (graph.operations.length >= LIMITS.graphOperations) {
    throw new LimitReached(`the model has more than ${LIMITS.graphOperations} operations`);
  }
  const home = library ?? (inputs[0] ?? weights[0])?.library;
  if (!home) throw vm.error("TypeError", "an operation needs at least one tensor");
  const freeBatch = inputs.some((input) => input.freeBatch);
  const made = outputs.map((output) => {
    const tensor = new Tensor(output.shape, output.dtype, home, output.reason ?? null);
    tensor.freeBatch = freeBatch && (output.shape === null || output.shape.length > 0);
    return tensor;
  });
  const operation: Operation = {
    id: nextOperationId++,
    attributes,
    inputs,
    weights,
    outputs: made,
    ...how,
    layers: graph.running.slice(),
    stack: vm.stack(),
  };
  for (const tensor of made) tensor.producer = operation;
  vm.touch(graph);
  graph.add(operation);
  return made;
}

/** `emit` for an operation with one output. */
export function emitOne(
  vm: Vm,
  attributes: Attributes,
  inputs: readonly Tensor[],
  weights: readonly Tensor[],
  shape: Shape | null,
  dtype?: DType,
  reason?: OpaqueValue | null,
): Tensor {
  const type = dtype ?? inputs[0]?.dtype ?? "float32";
  return emit(vm, attributes, inputs, weights, [{ shape, dtype: type, reason }])[0] as Tensor;
}
