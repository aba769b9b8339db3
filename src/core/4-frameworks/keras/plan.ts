// The plan of a functional model: which recorded nodes lie between its inputs and its outputs, in the order Keras runs them,
// and its layers in the order `model.layers` lists them.
import { HostObject, InstanceValue, type Value } from "../../2-evaluate/values";
import type { Tensor } from "../../3-graph/tensor";
import { tensorsIn } from "./state";
import { type KerasNode, nodeOf } from "./symbolic";

/** Nodes between inputs and outputs. Immutable. */
export class Plan extends HostObject {
  readonly typeName = "Functional plan";
  constructor(
    /** As given to Model: a tensor, list or dict. */
    readonly inputStructure: Value,
    readonly outputStructure: Value,
    readonly inputs: readonly Tensor[],
    readonly outputs: readonly Tensor[],
    /** In running order, without the nodes of the inputs. */
    readonly nodes: readonly KerasNode[],
    readonly layers: InstanceValue[],
  ) {
    super();
  }

  /** How many outputs of a node other nodes or the model's outputs use. */
  neededOutputs(node: KerasNode): number {
    const used = new Set<Tensor>(this.outputs);
    for (const other of this.nodes) for (const input of other.inputs) used.add(input);
    return node.outputs.filter((output) => used.has(output)).length;
  }
}

/** What a node belongs to: its layer, or itself when it is a function. */
function ownerOf(node: KerasNode): object {
  return node.layer ?? node;
}

/** Nodes in post-order (inputs before what uses them), and the order in which the walk from the outputs met their layers. */
function walk(
  inputs: ReadonlySet<Tensor>,
  outputs: readonly Tensor[],
): { order: KerasNode[]; met: Map<object, number> } {
  const order: KerasNode[] = [];
  const met = new Map<object, number>();
  const state = new Map<KerasNode, "open" | "done">();
  // An explicit stack: models may be thousands of layers deep.
  const stack: { node: KerasNode; next: number }[] = [];
  const enter = (tensor: Tensor): void => {
    const node = nodeOf(tensor);
    if (!node || state.has(node) || (inputs.has(tensor) && !node.isInput)) return;
    const owner = ownerOf(node);
    if (!met.has(owner)) met.set(owner, met.size);
    state.set(node, "open");
    stack.push({ node, next: 0 });
  };
  for (const output of outputs) {
    enter(output);
    while (stack.length > 0) {
      const top = stack[stack.length - 1] as { node: KerasNode; next: number };
      const input = top.node.inputs[top.next];
      if (input) {
        top.next++;
        enter(input);
      } else {
        stack.pop();
        state.set(top.node, "done");
        order.push(top.node);
      }
    }
  }
  return { order, met };
}

/**
 * Cuts the part between inputs and outputs out of the recorded nodes. Layers are ordered by their depth (the number of nodes to
 * the outputs), deepest first, and within one depth by the order in which the walk from the outputs met them.
 */
export function makePlan(inputStructure: Value, outputStructure: Value): Plan {
  const inputs = tensorsIn(inputStructure);
  const outputs = tensorsIn(outputStructure);
  const given = new Set(inputs);
  const { order, met } = walk(given, outputs);
  const depths = new Map<KerasNode, number>();
  const ownerDepths = new Map<object, number>();
  for (const node of [...order].reverse()) {
    const owner = ownerOf(node);
    const depth = Math.max(depths.get(node) ?? 0, ownerDepths.get(owner) ?? 0);
    ownerDepths.set(owner, depth);
    depths.set(node, depth);
    for (const input of node.inputs) {
      const from = nodeOf(input);
      if (from && (from.isInput || !given.has(input))) depths.set(from, Math.max(depth + 1, depths.get(from) ?? 0));
    }
  }
  for (const input of inputs) {
    const node = nodeOf(input);
    if (!node || ownerDepths.has(ownerOf(node))) continue;
    ownerDepths.set(ownerOf(node), 0);
    met.set(ownerOf(node), -1);
    depths.set(node, 0);
  }
  const owners = [...ownerDepths.keys()].sort(
    (a, b) =>
      (ownerDepths.get(b) as number) - (ownerDepths.get(a) as number) ||
      (met.get(a) as number) - (met.get(b) as number),
  );
  const position = new Map(order.map((node, index) => [node, index] as const));
  const nodes = order
    .filter((node) => !node.isInput)
    .sort(
      (a, b) =>
        (depths.get(b) as number) - (depths.get(a) as number) ||
        (position.get(a) as number) - (position.get(b) as number),
    );
  const layers = owners.filter((owner) => owner instanceof InstanceValue);
  return new Plan(inputStructure, outputStructure, inputs, outputs, nodes, layers);
}
