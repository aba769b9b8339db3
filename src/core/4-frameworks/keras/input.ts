// Inputs of models: `Input(…)`, the InputLayer behind it, and the symbolic tensor both stand for.
import { type Bound, native, nativeClass } from "../../2-evaluate/native";
import {
  type ClassValue,
  InstanceValue,
  isNone,
  isOpaque,
  type NativeFunction,
  NONE,
  str,
  type Value,
} from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import type { Shape } from "../../3-graph/shape";
import { type DType, Tensor } from "../../3-graph/tensor";
import { addNode, layerName } from "./layer";
import { kerasLibrary } from "./library";
import { toDType } from "./dtypes";
import { readBatchedShape, readInputShape, shapeItems, toDimOrNull } from "./shapes";
import { autoName, setField } from "./state";
import { KerasNode } from "./symbolic";

/** What an input is: null shape when its rank is not known. */
export interface InputDescription {
  shape: Shape | null;
  freeBatch: boolean;
  dtype: DType;
  reason: Value | null;
}

/** A tensor that stands for an input of this shape (batch included). */
export function inputTensor(vm: Vm, name: string, given: InputDescription): Tensor {
  const reason =
    given.shape === null
      ? isOpaque(given.reason ?? undefined)
        ? given.reason
        : vm.unknown("the input shape is not known")
      : null;
  const tensor = new Tensor(
    given.shape,
    given.dtype,
    kerasLibrary,
    isOpaque(reason ?? undefined) ? (reason as never) : null,
  );
  tensor.role = "input";
  tensor.freeBatch = given.freeBatch;
  tensor.name = name;
  return tensor;
}

/** Makes the symbolic tensor of an InputLayer. */
export function symbolicInput(vm: Vm, layer: InstanceValue, given: InputDescription): Tensor {
  const tensor = inputTensor(vm, layerName(vm, layer), given);
  const node = new KerasNode(
    layer,
    tensor.name,
    { positional: [], keywords: new Map(), unknown: null },
    () => tensor,
    vm.stack(),
  );
  node.outputs.push(tensor);
  tensor.origin = node;
  addNode(vm, layer, node);
  setField(vm, layer, "built", vm.unary("not", NONE));
  return tensor;
}

/** Reads `shape`, `batch_shape`, `batch_size`, `dtype` of Input and InputLayer. Opaque shapes give an input of unknown rank. */
function describe(vm: Vm, a: Bound, owner: string): InputDescription {
  const dtype = toDType(a["dtype"], "float32");
  const whole = [a["batch_shape"], a["batch_input_shape"]].find((value) => !isNone(value));
  const part = [a["shape"], a["input_shape"]].find((value) => !isNone(value));
  if (whole !== undefined) {
    if (isOpaque(whole)) return { shape: null, freeBatch: true, dtype, reason: whole };
    return { ...readBatchedShape(vm, whole, owner), dtype, reason: null };
  }
  if (part === undefined) throw vm.error("ValueError", "You must pass a `shape` argument.");
  if (isOpaque(part)) return { shape: null, freeBatch: true, dtype, reason: part };
  const batch = isNone(a["batch_size"]) ? null : toDimOrNull(vm, a["batch_size"] as Value, "batch_size");
  return { shape: [batch ?? 1, ...readInputShape(vm, part, owner)], freeBatch: batch === null, dtype, reason: null };
}

const SIGNATURE =
  "shape=None, batch_size=None, dtype=None, sparse=None, batch_shape=None, name=None, tensor=None, ragged=None, input_shape=None, batch_input_shape=None, type_spec=None, optional=False, input_tensor=None, **kwargs";

/** The class InputLayer. */
export function makeInputLayerClass(layerClass: ClassValue): ClassValue {
  return nativeClass("InputLayer", [layerClass], {
    __init__: native("__init__", `self, ${SIGNATURE}`, (vm, a) => {
      const layer = a["self"];
      if (!(layer instanceof InstanceValue)) return NONE;
      setField(vm, layer, "name", isNone(a["name"]) ? str(autoName(vm, "InputLayer")) : (a["name"] as Value));
      symbolicInput(vm, layer, describe(vm, a, layerName(vm, layer)));
      return NONE;
    }),
    call: native("call", "self, inputs=None", (_vm, a) => a["inputs"] as Value),
  });
}

/** `keras.Input(…)`. */
export function makeInputFunction(inputLayerClass: ClassValue): NativeFunction {
  return native("Input", SIGNATURE, (vm, a) => {
    const given = [a["tensor"], a["input_tensor"]].find((value) => !isNone(value));
    if (given instanceof Tensor) return given;
    const layer = new InstanceValue(inputLayerClass);
    layer.madeAt = vm.stack();
    layer.fields.set("name", isNone(a["name"]) ? str(autoName(vm, "InputLayer")) : (a["name"] as Value));
    return symbolicInput(vm, layer, describe(vm, a, layerName(vm, layer)));
  });
}

/** The input description a layer was given in its constructor (`input_shape=`, `input_dim=`, …); null without one. */
export function givenInput(vm: Vm, layer: InstanceValue): InputDescription | null {
  const field = (name: string): Value | undefined => {
    const value = layer.fields.get(`_given_${name}`);
    return isNone(value) ? undefined : value;
  };
  const owner = layerName(vm, layer);
  const dtype: DType = layer.type.mro.some((cls) => cls.name === "Embedding") ? "int32" : "float32";
  const whole = field("batch_input_shape") ?? field("batch_shape");
  if (whole)
    return isOpaque(whole)
      ? { shape: null, freeBatch: true, dtype, reason: whole }
      : { ...readBatchedShape(vm, whole, owner), dtype, reason: null };
  const batch = field("batch_size");
  const dim = batch ? toDimOrNull(vm, batch, "batch_size") : null;
  const withBatch = (shape: Shape): InputDescription => ({
    shape: [dim ?? 1, ...shape],
    freeBatch: dim === null,
    dtype,
    reason: null,
  });
  const part = field("input_shape");
  if (part)
    return isOpaque(part)
      ? { shape: null, freeBatch: true, dtype, reason: part }
      : withBatch(readInputShape(vm, part, owner));
  const features = field("input_dim");
  const length = field("input_length");
  const isEmbedding = layer.type.mro.some((cls) => cls.name === "Embedding");
  if (isEmbedding) {
    if (!length) return null;
    const items = length.kind === "list" || length.kind === "tuple" ? shapeItems(vm, length) : [length];
    return withBatch(
      items.map((item) => toDimOrNull(vm, item, "input_length") ?? vm.unknown("the input's length is None", "length")),
    );
  }
  if (!features) return null;
  const last = toDimOrNull(vm, features, "input_dim") ?? vm.unknown("the input's number of features is None");
  const recurrent = layer.type.mro.some((cls) => cls.name === "RNN" || cls.name === "Conv1D");
  if (length || recurrent) {
    const steps = length ? toDimOrNull(vm, length, "input_length") : null;
    return withBatch([steps ?? vm.unknown("the input's length is None", "length"), last]);
  }
  return withBatch([last]);
}
