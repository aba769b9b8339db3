// The persistent part of the arena, which grows down from its end: the runtime's own objects, the structures and arrays of
// every operator, the state of variables, and the structures of graph inputs and outputs, in the order they are allocated.
// Order matters for padding only. Source: TFLM micro_allocator.cc, micro_interpreter.cc, micro_resource_variable.cc.
import type { DeployedGraph, DeployedTensor } from "../../6-deploy/deployed-graph";
import { subgraphsOf } from "./lifetimes";
import type { KernelSet, OperatorMemory } from "./operators/context";
import { alignUp, ARENA_ALIGNMENT } from "./planner";
import { runtimeTensorBytes } from "./tensor-bytes";
import { operatorStructs, RUNTIME_STRUCT_BYTES as STRUCT } from "./tflm-structs";

export interface Tail {
  bytes: number;
  /** As long as the planner still has to run: without the structures of inputs and outputs. */
  bytesBeforePlan: number;
}

/** Bytes used at the end of an arena whose end is aligned. */
class TailAllocator {
  bytes = 0;

  allocate(bytes: number, alignment: number = ARENA_ALIGNMENT): void {
    this.bytes = alignUp(this.bytes + bytes, alignment);
  }
}

/** Container and name of every variable of the model. */
function resourcesOf(graph: DeployedGraph): Set<string> {
  const names = new Set<string>();
  for (const { operators } of subgraphsOf(graph)) {
    operators.forEach(({ op, options }, index) => {
      if (op === "VAR_HANDLE") names.add(options.resource ?? `#${index}`);
    });
  }
  return names;
}

/** Bytes of each variable: what is first assigned to it. */
function resourceBytes(graph: DeployedGraph): Map<string, number> {
  const bytes = new Map<string, number>();
  for (const { operators, tensors } of subgraphsOf(graph)) {
    const handles = new Map<number, string>();
    operators.forEach(({ op, options, inputs, outputs }, index) => {
      const [first, second] = inputs;
      if (op === "VAR_HANDLE" && outputs[0] !== undefined) handles.set(outputs[0], options.resource ?? `#${index}`);
      if (op !== "ASSIGN_VARIABLE" || first === undefined || second === undefined) return;
      const name = handles.get(first);
      const value = tensors[second];
      if (name !== undefined && value && !bytes.has(name)) bytes.set(name, runtimeTensorBytes(value) ?? 0);
    });
  }
  return bytes;
}

function allocateInterface(tail: TailAllocator, tensors: readonly (DeployedTensor | undefined)[]): void {
  tail.allocate(STRUCT.pointer * tensors.length);
  for (const tensor of tensors) {
    tail.allocate(STRUCT.tensor, 4);
    if (!tensor || tensor.scales === 0) continue;
    tail.allocate(STRUCT.affineQuantization, 4);
    tail.allocate(STRUCT.intArrayHeader + 4 * tensor.scales, 4);
  }
}

/** @param memory per subgraph, per operator: what its kernel asks for */
export function tailOf(graph: DeployedGraph, kernels: KernelSet, memory: readonly (readonly OperatorMemory[])[]): Tail {
  const subgraphs = subgraphsOf(graph);
  const tail = new TailAllocator();
  tail.allocate(STRUCT.arenaAllocator, 4);
  tail.allocate(STRUCT.greedyPlanner, 4);
  tail.allocate(STRUCT.microAllocator, 4);
  const resources = resourcesOf(graph);
  if (resources.size > 0) {
    tail.allocate(STRUCT.resourceVariables);
    tail.allocate(STRUCT.resourceVariable * resources.size);
  }
  tail.allocate(STRUCT.builtinDataAllocator, 4);
  tail.allocate(STRUCT.subgraphAllocations * subgraphs.length, 4);
  for (const { tensors } of subgraphs) tail.allocate(STRUCT.evalTensor * tensors.length, 4);
  for (const { operators } of subgraphs) tail.allocate(STRUCT.nodeAndRegistration * operators.length, 4);

  const structs = subgraphs.flatMap(({ operators }) => operators.map(({ op }) => operatorStructs(op)));
  for (const struct of structs) {
    if (struct && struct.paramsBytes > 0) tail.allocate(struct.paramsBytes, struct.paramsAlignment);
  }
  for (const struct of structs) {
    const bytes = (kernels === "reference" ? struct?.dataBytes : struct?.cmsisDataBytes) ?? 0;
    if (bytes > 0) tail.allocate(bytes);
  }
  const arrays = memory.flat();
  for (const { persistent } of arrays) for (const bytes of persistent) tail.allocate(bytes);
  for (const bytes of resourceBytes(graph).values()) tail.allocate(bytes);

  const requests = arrays.reduce((count, { scratch }) => count + scratch.length, 0);
  if (requests > 0) tail.allocate(STRUCT.scratchHandle * requests, 4);
  for (const { tensors } of subgraphs) {
    for (const tensor of tensors) if (tensor.variable) tail.allocate(runtimeTensorBytes(tensor) ?? 0);
  }
  const bytesBeforePlan = tail.bytes;
  allocateInterface(
    tail,
    graph.inputs.map((index) => graph.tensors[index]),
  );
  allocateInterface(
    tail,
    graph.outputs.map((index) => graph.tensors[index]),
  );
  return { bytes: tail.bytes, bytesBeforePlan };
}
