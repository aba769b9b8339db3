// `keras.models.clone_model`: the same architecture with weights of its own.
import { type Arguments, InstanceValue, ListValue, str, type Value } from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import type { Tensor } from "../../3-graph/tensor";
import { symbolicInput } from "./input";
import { callLayer, cloneLayer, layerName, nodesOf } from "./layer";
import { addLayer, newInputLayer, stackOf } from "./sequential";
import { tensorsIn } from "./state";
import { applyFunction, mapTensors, nodeOf } from "./symbolic";
import { FIELDS, isLayer, planOf } from "./tracking";

/** `keras.models.clone_model`: new layers with the same configuration, weights of their own. */
export function cloneModel(vm: Vm, model: InstanceValue): Value {
  const plan = planOf(model);
  const clones = new Map<InstanceValue, InstanceValue>();
  const cloneOf = (layer: InstanceValue): InstanceValue => {
    let clone = clones.get(layer);
    if (!clone) {
      const made = planOf(layer) || layer.fields.has(FIELDS.layers) ? cloneModel(vm, layer) : cloneLayer(vm, layer);
      clone = made as InstanceValue;
      clones.set(layer, clone);
    }
    return clone;
  };
  if (!plan) {
    if (!(model.fields.get(FIELDS.layers) instanceof ListValue)) throw vm.giveUp("a subclassed model cannot be cloned");
    const copy = vm.call(model.type, []) as InstanceValue;
    const input = model.fields.get(FIELDS.inputLayer);
    if (isLayer(input)) addLayer(vm, copy, copyInput(vm, input));
    for (const layer of stackOf(model)) addLayer(vm, copy, cloneOf(layer));
    return copy;
  }
  const known = new Map<Tensor, Value>();
  for (const tensor of plan.inputs) {
    const layer = nodeOf(tensor)?.layer;
    const holder = layer ? copyInput(vm, layer) : newInputLayer(vm, model);
    const first = nodesOf(holder)[0]?.outputs[0];
    known.set(
      tensor,
      first ??
        symbolicInput(vm, holder, {
          shape: tensor.shape,
          freeBatch: tensor.freeBatch,
          dtype: tensor.dtype,
          reason: tensor.reason,
        }),
    );
  }
  for (const node of plan.nodes) {
    const replace = (value: Value): Value => mapTensors(value, (tensor) => known.get(tensor) ?? tensor);
    const args: Arguments = {
      positional: node.args.positional.map(replace),
      keywords: new Map([...node.args.keywords].map(([name, value]) => [name, replace(value)] as const)),
      unknown: null,
    };
    const result = node.layer ? callLayer(vm, cloneOf(node.layer), args) : applyFunction(vm, node.name, args, node.run);
    const outputs = tensorsIn(result);
    node.outputs.forEach((output, index) =>
      known.set(output, outputs[index] ?? vm.unknown("a cloned layer gave nothing")),
    );
  }
  const swap = (value: Value): Value => mapTensors(value, (tensor) => known.get(tensor) ?? tensor);
  return vm.call(
    model.type,
    [swap(plan.inputStructure), swap(plan.outputStructure)],
    new Map([["name", str(layerName(vm, model))]]),
  );
}

function copyInput(vm: Vm, layer: InstanceValue): InstanceValue {
  const from = nodesOf(layer)[0]?.outputs[0];
  const copy = new InstanceValue(layer.type);
  copy.madeAt = layer.madeAt;
  copy.fields.set("name", str(layerName(vm, layer)));
  if (from)
    symbolicInput(vm, copy, { shape: from.shape, freeBatch: from.freeBatch, dtype: from.dtype, reason: from.reason });
  return copy;
}
