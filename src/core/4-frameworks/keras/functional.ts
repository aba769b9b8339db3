// Functional models: the plan cut out of recorded nodes, and running it on other tensors.
import { Unknown } from "../../2-evaluate/signals";
import { type InstanceValue, isOpaque, type OpaqueValue, TRUE, type Value } from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import { asLayer } from "../../3-graph/graph";
import { Tensor } from "../../3-graph/tensor";
import { makePlan, type Plan } from "./plan";
import { kerasState, setField, tensorsIn } from "./state";
import { mapTensors, nodeOf, runNodes } from "./symbolic";
import { FIELDS } from "./tracking";

/** The first thing not known in a structure of tensors. */
function unknownIn(value: Value): OpaqueValue | null {
  if (isOpaque(value)) return value;
  if (value.kind === "list" || value.kind === "tuple") {
    for (const item of value.items) {
      const found = unknownIn(item);
      if (found) return found;
    }
  }
  if (value.kind === "dict") {
    for (const entry of value.entries.values()) {
      const found = unknownIn(entry.value);
      if (found) return found;
    }
  }
  return null;
}

/** Gives a model its inputs and outputs. */
export function setPlan(vm: Vm, model: InstanceValue, inputs: Value, outputs: Value): void {
  const unknown = unknownIn(inputs) ?? unknownIn(outputs);
  if (unknown) {
    setField(vm, model, FIELDS.unknown, unknown);
    return;
  }
  for (const [what, value] of [
    ["inputs", inputs],
    ["outputs", outputs],
  ] as const) {
    const stray = tensorsIn(value).find((tensor) => nodeOf(tensor) === null);
    if (stray?.role === "constant") throw vm.error("ValueError", `All \`${what}\` values must be KerasTensors.`);
    if (stray) {
      // Such a tensor may come from joining the two sides of an unknown condition.
      setField(vm, model, FIELDS.unknown, stray.reason ?? vm.unknown(`the ${what} of the model are not known`));
      return;
    }
  }
  setField(vm, model, FIELDS.plan, makePlan(inputs, outputs));
  setField(vm, model, "built", TRUE);
}

/** The given inputs by the tensors of the plan they stand for. */
function matchInputs(vm: Vm, plan: Plan, given: Value): Map<Tensor, Value> {
  const known = new Map<Tensor, Value>();
  if (given.kind === "dict") {
    const keys = plan.inputStructure.kind === "dict" ? plan.inputStructure : null;
    for (const tensor of plan.inputs) {
      const key = keys ? [...keys.entries.values()].find((entry) => entry.value === tensor)?.key : undefined;
      const value = given.get(key?.kind === "string" ? key.value : tensor.name);
      if (value === undefined) throw vm.error("ValueError", `the input '${tensor.name}' is missing`);
      known.set(tensor, value);
    }
    return known;
  }
  const values = tensorsIn(given);
  if (values.length !== plan.inputs.length) {
    throw vm.error("ValueError", `the model has ${plan.inputs.length} inputs, but ${values.length} were given`);
  }
  plan.inputs.forEach((tensor, index) => {
    const value = values[index] as Tensor;
    if (tensor.shape && value.shape && tensor.shape.length !== value.shape.length) {
      // Keras adds or drops a trailing dimension of 1 where the ranks differ by one.
      const shorter = Math.abs(tensor.shape.length - value.shape.length) === 1;
      const last = (tensor.shape.length > value.shape.length ? tensor : value).shape?.at(-1);
      if (!shorter || last !== 1) {
        throw vm.error(
          "ValueError",
          `Input ${index} of the model is incompatible: expected ${tensor.shape.length} dimensions, found ${value.shape.length}`,
        );
      }
    }
    known.set(tensor, value);
  });
  return known;
}

/** Runs a functional model on other tensors. */
export function runPlan(vm: Vm, plan: Plan, given: Value): Value {
  const known = matchInputs(vm, plan, given);
  for (const [tensor, value] of known) {
    const layer = nodeOf(tensor)?.layer;
    if (layer && value instanceof Tensor && nodeOf(tensor)?.isInput)
      asLayer(
        vm,
        layer,
        () => value,
        (result) => [result],
      );
  }
  // TensorFlow.js runs a layer with several outputs once for each output that something needs.
  const { javascript } = kerasState(vm);
  runNodes(vm, plan.nodes, known, (node) => (javascript && node.outputs.length > 1 ? plan.neededOutputs(node) : 1));
  const lost = plan.outputs.map((output) => known.get(output)).find((value) => isOpaque(value));
  if (isOpaque(lost)) throw new Unknown(lost);
  return mapTensors(plan.outputStructure, (tensor) => known.get(tensor) ?? tensor);
}
