// Keras and tf.keras as a framework: the modules a program can import, and how a Keras model is recognised, run and read.
import { Unknown } from "../../2-evaluate/signals";
import {
  type ClassValue,
  type InstanceValue,
  isOpaque,
  ListValue,
  type ModuleValue,
  type Value,
} from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import type { Shape } from "../../3-graph/shape";
import { type DType, Tensor } from "../../3-graph/tensor";
import type { Framework, InputGuess, LayerEntry } from "../framework";
import { applicationsRecipeModule } from "./applications";
import { recipeModule } from "./classes";
import { DATASET_MODULES } from "./datasets";
import { inputTensor } from "./input";
import { callOn, layerName, nodesOf } from "./layer";
import { kerasLibrary } from "./library";
import { calledWith, listLayers } from "./model";
import { KERAS_PARTS } from "./namespaces";
import { modelInputs } from "./sequential";
import { TENSORFLOW_PARTS } from "./tensorflow";
import { atDepth, kerasState, tensorsIn } from "./state";
import {
  allWeights,
  gapIn,
  isLayer,
  isModelInstance,
  isTrainable,
  isTrained,
  LAYER_MARK,
  ownWeights,
  planOf,
  unknownWeights,
  type OwnedWeight,
} from "./tracking";

type Makers = Record<string, (vm: Vm) => ModuleValue>;

/** Every root under which programs import Keras. */
const KERAS_ROOTS = [
  "keras",
  "tf_keras",
  "tensorflow.keras",
  "tensorflow.python.keras",
  "tensorflow.compat.v1.keras",
  "tensorflow.compat.v2.keras",
  "tensorflow.keras._tf_keras.keras",
  "keras.src",
  "keras.api",
  "keras._tf_keras.keras",
  "tensorflow.contrib.keras",
];

function makeModules(): Makers {
  const makers: Makers = { _keras: () => recipeModule(), _keras_applications: () => applicationsRecipeModule() };
  const put = (path: string, make: (path: string) => ModuleValue): void => {
    makers[path] = () => make(path);
  };
  for (const root of KERAS_ROOTS) {
    for (const [part, make] of Object.entries(KERAS_PARTS)) put(part === "" ? root : `${root}.${part}`, make);
    for (const [name, make] of Object.entries(DATASET_MODULES)) put(`${root}.datasets.${name}`, make);
  }
  for (const [part, make] of Object.entries(TENSORFLOW_PARTS))
    put(part === "" ? "tensorflow" : `tensorflow.${part}`, make);
  return makers;
}

function entryOf(
  vm: Vm,
  layer: InstanceValue,
  path: string,
  weights: OwnedWeight[],
  isLeaf: boolean,
  frozen: boolean,
): LayerEntry {
  const tensors = weights.map((weight) => {
    weight.tensor.trainable = !frozen && isTrained(weight);
    return weight.tensor;
  });
  // Weights that could not be made stand as one of unknown shape.
  const lost = isLeaf ? unknownWeights(layer) : [];
  for (const why of lost.slice(0, 1)) tensors.push(unknownWeight(why));
  const functional = planOf(layer) !== null && layer.type.members.has(LAYER_MARK);
  return {
    name: path || layerName(vm, layer),
    type: functional ? "Functional" : layer.type.name,
    instance: layer,
    weights: tensors,
    isLeaf,
    declaredShape: nodesOf(layer)[0]?.outputs[0]?.shape ?? null,
  };
}

function unknownWeight(why: Value): Tensor {
  const tensor = new Tensor(null, "float32", kerasLibrary, isOpaque(why) ? why : null);
  tensor.role = "weight";
  return tensor;
}

/** Layers of a model, nested models opened, each layer once. */
function collect(
  vm: Vm,
  model: InstanceValue,
  prefix: string,
  frozen: boolean,
  seen: Set<InstanceValue>,
  found: LayerEntry[],
): void {
  if (seen.has(model)) return;
  seen.add(model);
  const own = ownWeights(model).map((tensor) => ({ tensor, owner: model }));
  const entry = entryOf(vm, model, prefix.replace(/\/$/, ""), own, false, frozen);
  const lost = gapIn(model);
  if (lost) entry.weights.push(unknownWeight(lost));
  found.push(entry);
  for (const layer of listLayers(model)) {
    if (seen.has(layer)) continue;
    if (isModelInstance(layer)) {
      const held = frozen || (kerasState(vm).javascript && !isTrainable(layer));
      collect(vm, layer, `${prefix}${layerName(vm, layer)}/`, held, seen, found);
    } else {
      seen.add(layer);
      found.push(entryOf(vm, layer, prefix + layerName(vm, layer), allWeights(vm, layer), true, frozen));
    }
  }
}

/** Shapes given to `build` or to the first call, as input guesses. */
function guessFromCall(vm: Vm, value: Value, name: string, found: InputGuess[]): void {
  if (value.kind !== "tuple" && value.kind !== "list") return;
  if (value.items.some((item) => item.kind === "tuple" || item.kind === "list")) {
    value.items.forEach((item, index) => guessFromCall(vm, item, `${name}_${index + 1}`, found));
    return;
  }
  const shape = value.items.map((item) => (item.kind === "number" ? item.value : null));
  const freeBatch = value.items[0]?.kind !== "number";
  // One example is counted, however many the call had.
  if (shape.length > 0) shape[0] = 1;
  found.push({ name, shape, dtype: "float32", freeBatch, assumption: "input shape from a call in the file" });
}

function inputsOf(vm: Vm, model: InstanceValue): InputGuess[] | null {
  const declared = modelInputs(model);
  if (declared) {
    return declared.map((tensor, index) => ({
      name: tensor.name || `input_${index + 1}`,
      shape: tensor.shape
        ? tensor.shape.map((dim, axis) => (axis === 0 ? 1 : typeof dim === "number" ? dim : null))
        : null,
      dtype: tensor.dtype,
      freeBatch: tensor.freeBatch,
      assumption: null,
    }));
  }
  const called = calledWith(model);
  if (!called) return null;
  const found: InputGuess[] = [];
  guessFromCall(vm, called, "input", found);
  return found.length > 0 ? found : null;
}

export const keras: Framework = {
  name: "keras",
  modules: makeModules(),
  isModel(vm, value): value is InstanceValue {
    return isLayer(value) && !kerasState(vm).javascript;
  },
  isWhole: isModelInstance,
  isModelClass(vm, cls: ClassValue) {
    return cls.find(LAYER_MARK) !== undefined && !kerasState(vm).javascript;
  },
  inputsOf,
  makeInput(vm, name, shape: Shape, dtype: DType, freeBatch) {
    return inputTensor(vm, name, { shape, freeBatch, dtype, reason: null });
  },
  run(vm, model, inputs) {
    const declared = planOf(model)?.inputStructure;
    const input: Value =
      inputs.length === 1 && declared?.kind !== "list" && declared?.kind !== "tuple"
        ? (inputs[0] as Tensor)
        : new ListValue(inputs);
    const result = atDepth(vm, 1, () => callOn(vm, model, input));
    if (isOpaque(result)) throw new Unknown(result);
    return tensorsIn(result);
  },
  layersOf(vm, model) {
    const found: LayerEntry[] = [];
    const frozen = !isTrainable(model);
    if (isModelInstance(model)) collect(vm, model, "", frozen, new Set(), found);
    else found.push(entryOf(vm, model, layerName(vm, model), allWeights(vm, model), true, frozen));
    return found;
  },
};
