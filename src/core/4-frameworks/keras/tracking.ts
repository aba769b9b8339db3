// What a Keras layer holds: its weights and the layers inside it, found in its attributes (and lists and dicts of them) as Keras
// tracks them, and which of the weights are trained.
import { FALSE, InstanceValue, isOpaque, ListValue, type OpaqueValue, TRUE, type Value } from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import { type DType, Tensor, type TensorLibrary } from "../../3-graph/tensor";
import type { Shape } from "../../3-graph/shape";
import { Plan } from "./plan";
import { kerasState, setField } from "./state";

/** A stored value of a layer. `declared` is what `trainable=` said when it was made; freezing a layer comes on top. */
export class Variable extends Tensor {
  declared = true;
  /** False for `tf.Variable`, which Keras 3 does not count among the weights of the layer that holds it. */
  isTracked = true;
  constructor(shape: Shape | null, dtype: DType, library: TensorLibrary, reason: OpaqueValue | null = null) {
    super(shape, dtype, library, reason);
    this.role = "weight";
  }
}

/** Fields the machinery keeps in an instance; they are not attributes of the user's. */
export const FIELDS = {
  weights: "_own_weights",
  nodes: "_inbound_nodes",
  trainable: "_trainable",
  trained: "_weights_trained",
  plan: "_plan",
  layers: "_layers",
  chain: "_chain",
  unknown: "_unknown",
  inputShape: "_called_with",
  inputLayer: "_input_layer",
} as const;

const HIDDEN = new Set<string>([FIELDS.weights, FIELDS.nodes, FIELDS.chain, FIELDS.inputShape, FIELDS.inputLayer]);

/** Layers are told apart from other instances by this marker in their native base class. */
export const LAYER_MARK = "_is_keras_layer";

/** True for an instance of Layer or of a class below it. */
export function isLayer(value: Value | undefined): value is InstanceValue {
  return value instanceof InstanceValue && value.type.find(LAYER_MARK) !== undefined;
}

/** True for an instance of Model or Sequential. */
export function isModelInstance(value: Value | undefined): value is InstanceValue {
  return isLayer(value) && value.type.find(LAYER_MARK)?.kind === "string";
}

/** The plan of a functional model; null for other layers. */
export function planOf(layer: InstanceValue): Plan | null {
  const plan = layer.fields.get(FIELDS.plan);
  return plan instanceof Plan ? plan : null;
}

/** What a functional model or a Sequential lists as its layers; null for other layers. */
function listedLayers(layer: InstanceValue): InstanceValue[] | null {
  const plan = planOf(layer);
  if (plan) return plan.layers;
  const listed = layer.fields.get(FIELDS.layers);
  return listed instanceof ListValue ? listed.items.filter(isLayer) : null;
}

/** Layers directly inside a layer, in the order Keras tracks them, each once. */
export function subLayers(layer: InstanceValue): InstanceValue[] {
  const found = new Set<InstanceValue>(listedLayers(layer) ?? []);
  const visit = (value: Value, depth: number): void => {
    if (isLayer(value)) {
      if (value !== layer) found.add(value);
    } else if (depth < 6 && (value.kind === "list" || value.kind === "tuple")) {
      for (const item of value.items) visit(item, depth + 1);
    } else if (depth < 6 && value.kind === "dict") {
      for (const entry of value.entries.values()) visit(entry.value, depth + 1);
    }
  };
  for (const [name, value] of layer.fields) if (!HIDDEN.has(name) && name !== FIELDS.layers) visit(value, 0);
  return [...found];
}

/** A stored value with the layer that owns it. */
export interface OwnedWeight {
  tensor: Tensor;
  owner: InstanceValue;
  /** True when a layer around the owner is frozen and that counts (see `allWeights`). */
  held?: boolean;
}

/** The weights a layer holds itself: made by `add_weight`, or variables among its attributes. */
export function ownWeights(layer: InstanceValue): Tensor[] {
  const found = new Set<Tensor>();
  const made = layer.fields.get(FIELDS.weights);
  if (made instanceof ListValue) for (const item of made.items) if (item instanceof Tensor) found.add(item);
  const visit = (value: Value, depth: number): void => {
    if (value instanceof Variable) {
      if (value.isTracked) found.add(value);
    } else if (depth < 6 && (value.kind === "list" || value.kind === "tuple"))
      for (const item of value.items) visit(item, depth + 1);
    else if (depth < 6 && value.kind === "dict")
      for (const entry of value.entries.values()) visit(entry.value, depth + 1);
  };
  for (const [name, value] of layer.fields) if (!HIDDEN.has(name)) visit(value, 0);
  return [...found];
}

/**
 * All weights of a layer and of the layers inside it, each once. In TensorFlow.js a frozen layer holds back whatever is inside it;
 * in Keras freezing reaches the inner layers when it happens, and each says for itself afterwards.
 */
export function allWeights(vm: Vm, layer: InstanceValue): OwnedWeight[] {
  const nested = kerasState(vm).javascript;
  const seen = new Set<object>();
  const found: OwnedWeight[] = [];
  const visit = (owner: InstanceValue, held: boolean): void => {
    if (seen.has(owner)) return;
    seen.add(owner);
    for (const tensor of ownWeights(owner)) {
      if (seen.has(tensor)) continue;
      seen.add(tensor);
      found.push({ tensor, owner, held });
    }
    const frozen = held || (nested && !isTrainable(owner) && !isWrapper(owner));
    for (const inner of subLayers(owner)) visit(inner, frozen);
  };
  visit(layer, false);
  return found;
}

/** What depends on an unknown condition may or may not be a layer. */
const CONDITIONAL = "it depends on a condition that is not known";

/** The reason why a layer may hold more than is seen in it; null when there is none. */
export function gapIn(layer: InstanceValue): OpaqueValue | null {
  const unknown = layer.fields.get(FIELDS.unknown);
  if (isOpaque(unknown)) return unknown;
  if (layer.incomplete) return layer.incomplete;
  for (const [name, value] of layer.fields) {
    if (isOpaque(value) && (HIDDEN.has(name) || name === FIELDS.layers || value.reason.startsWith(CONDITIONAL)))
      return value;
    if (value.kind === "list" && value.taint && name !== FIELDS.nodes) return value.taint;
  }
  return null;
}

/** All reasons why weights of a layer, or of layers inside it, are not known. */
export function unknownWeights(
  layer: InstanceValue,
  seen = new Set<InstanceValue>(),
  found: OpaqueValue[] = [],
): OpaqueValue[] {
  if (seen.has(layer)) return found;
  seen.add(layer);
  const gap = gapIn(layer);
  if (gap) found.push(gap);
  for (const inner of subLayers(layer)) unknownWeights(inner, seen, found);
  return found;
}

/** What `layer.trainable` says. */
export function isTrainable(layer: InstanceValue): boolean {
  return layer.fields.get(FIELDS.trainable)?.kind !== "boolean" || layer.fields.get(FIELDS.trainable) !== FALSE;
}

/** `layer.trainable = value`: also for every layer inside, in Keras. */
export function setTrainable(vm: Vm, layer: InstanceValue, value: Value, seen = new Set<InstanceValue>()): void {
  if (seen.has(layer)) return;
  seen.add(layer);
  const flag = value.kind === "boolean" || isOpaque(value) ? value : TRUE;
  const { javascript } = kerasState(vm);
  // Keras 3 on TensorFlow passes over an attribute that already has the value: what was frozen one by one stays so.
  if (!javascript && (layer.fields.get(FIELDS.trainable) ?? TRUE) === flag) return;
  setField(vm, layer, FIELDS.trainable, flag);
  if (javascript) {
    setWeightsTrained(vm, layer, flag);
    // A wrapper's flag is that of the layers it wraps.
    if (isWrapper(layer)) for (const inner of subLayers(layer)) setTrainable(vm, inner, value, seen);
    return;
  }
  for (const inner of subLayers(layer)) setTrainable(vm, inner, value, seen);
}

/**
 * TensorFlow.js keeps a second flag in each weight that exists when a flag is set. A model sets it in the weights of the layers it
 * lists and leaves the flags of those layers and the models among them alone; a weight is trained when both flags say so.
 */
export function setWeightsTrained(vm: Vm, layer: InstanceValue, value: Value): void {
  for (const owner of isModelInstance(layer) ? (listedLayers(layer) ?? []) : [layer]) {
    if (!isModelInstance(owner) && ownWeights(owner).length > 0) setField(vm, owner, FIELDS.trained, value);
  }
}

/** True for TimeDistributed and Bidirectional. */
function isWrapper(layer: InstanceValue): boolean {
  return layer.type.mro.some(({ name, module }) => module?.isRecipe && WRAPPERS.has(name));
}

const WRAPPERS: ReadonlySet<string> = new Set(["Wrapper", "Bidirectional"]);

/** True when training changes this weight, seen from the model `root`. */
export function isTrained(weight: OwnedWeight): boolean {
  const declared = weight.tensor instanceof Variable ? weight.tensor.declared : weight.tensor.trainable;
  const isMarked = weight.owner.fields.get(FIELDS.trained) !== FALSE;
  return declared && isMarked && weight.held !== true && isTrainable(weight.owner);
}
