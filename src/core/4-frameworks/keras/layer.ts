// The base class of all layers: construction and names, building once with the shapes of the first call, calling (recorded when
// the input is symbolic), weights, freezing, and what else user code asks a layer for.
import { bindNative, native, nativeClass, toInt } from "../../2-evaluate/native";
import { makeObject } from "../../2-evaluate/javascript/kinds";
import { Unknown } from "../../2-evaluate/signals";
import {
  type Arguments,
  bool,
  ClassMethod,
  type ClassValue,
  DictValue,
  FALSE,
  type FunctionValue,
  InstanceValue,
  int,
  isNone,
  isOpaque,
  ListValue,
  NativeFunction,
  NONE,
  OpaqueValue,
  PropertyValue,
  str,
  TRUE,
  type Value,
} from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import { asLayer, currentGraph } from "../../3-graph/graph";
import { type Dim, elements, mapDims } from "../../3-graph/shape";
import { Tensor } from "../../3-graph/tensor";
import { toDType } from "./dtypes";
import { toKerasInput } from "./convert";
import { kerasLibrary } from "./library";
import { shapeItems, shapesOf, toDimOrNull } from "./shapes";
import { atDepth, autoName, kerasState, setField, tensorsIn } from "./state";
import { aside, isSymbolicCall, KerasNode, markOutputs, unknownResult } from "./symbolic";
import {
  allWeights,
  FIELDS,
  isLayer,
  isModelInstance,
  isTrainable,
  isTrained,
  LAYER_MARK,
  setTrainable,
  subLayers,
  Variable,
} from "./tracking";

/** The name of a layer; given one now when its constructor did not. */
export function layerName(vm: Vm, layer: InstanceValue): string {
  const name = layer.fields.get("name");
  if (name?.kind === "string") return name.value;
  const made = autoName(vm, layer.type.name);
  if (!isOpaque(name)) setField(vm, layer, "name", str(made));
  return made;
}

// --- building and calling -------------------------------------------------------------------------------------------

/** A method `build` of user code or a recipe: runs it and marks the layer as built, however it was called. */
class BuildMethod extends NativeFunction {
  constructor(readonly original: FunctionValue) {
    super("build", (vm, args) => {
      const result = vm.callWith(original, args);
      const self = args.positional[0];
      if (self instanceof InstanceValue) setField(vm, self, "built", TRUE);
      return result;
    });
  }
}

/** Name of Model's own `build`: it calls the model, so calling the model must not call it. */
export const MODEL_BUILD = "build_model";

function isBuilt(layer: InstanceValue): boolean {
  return layer.fields.get("built") === TRUE;
}

function parameterNames(fn: Value | undefined): string[] {
  const definition =
    fn?.kind === "function" ? fn.definition : fn instanceof BuildMethod ? fn.original.definition : null;
  return definition ? definition.parameters.slice(1).map((parameter) => parameter.name) : [];
}

function isJavascript(method: Value): boolean {
  const fn = method instanceof BuildMethod ? method.original : method;
  return fn.kind === "function" && fn.module.language === "javascript";
}

/** Shape tuples as JavaScript has them: arrays. */
function asArrays(value: Value): Value {
  return value.kind === "tuple" || value.kind === "list" ? new ListValue(value.items.map(asArrays)) : value;
}

/** The shapes `build` wants: of the first argument, or by name when it has several parameters. */
function buildArguments(vm: Vm, layer: InstanceValue, build: Value, args: Arguments): Arguments {
  if (isJavascript(build)) {
    const first = args.positional[0];
    return { positional: [first ? asArrays(shapesOf(vm, first)) : NONE], keywords: new Map(), unknown: null };
  }
  const names = parameterNames(build);
  const callNames = parameterNames(layer.type.find("call"));
  const argument = (index: number, name: string | undefined): Value | undefined =>
    args.positional[index] ?? (name === undefined ? undefined : args.keywords.get(name));
  if (names.length <= 1) {
    const first = argument(0, callNames[0]) ?? [...args.keywords.values()][0];
    return { positional: [first ? shapesOf(vm, first) : NONE], keywords: new Map(), unknown: null };
  }
  const keywords = new Map<string, Value>();
  names.forEach((name, index) => {
    const wanted = name.replace(/_shapes?$/, "");
    const at = callNames.indexOf(wanted);
    const value = at >= 0 ? argument(at, wanted) : index === 0 ? argument(0, callNames[0]) : undefined;
    if (value !== undefined && tensorsIn(value).length > 0) keywords.set(name, shapesOf(vm, value));
  });
  return { positional: [], keywords, unknown: null };
}

/** Builds a layer when it is not built yet. Throws Unknown when a shape it needs is not known. */
function ensureBuilt(vm: Vm, layer: InstanceValue, args: Arguments): void {
  if (isBuilt(layer)) return;
  const build = layer.type.find("build");
  if (build !== undefined && build !== layerBuild && !(build.kind === "native" && build.name === MODEL_BUILD)) {
    const buildArgs = buildArguments(vm, layer, build, args);
    aside(vm, () =>
      atDepth(vm, 0, () => {
        const result = vm.callWith(build, { ...buildArgs, positional: [layer, ...buildArgs.positional] });
        if (isOpaque(result)) throw new Unknown(result);
      }),
    );
  }
  setField(vm, layer, "built", TRUE);
}

function firstUnknown(value: Value | undefined): OpaqueValue | null {
  if (value === undefined) return null;
  if (isOpaque(value)) return value;
  if (value.kind === "list" || value.kind === "tuple") {
    for (const item of value.items) if (isOpaque(item)) return item;
  }
  return null;
}

/** Arguments `call` accepts: `training` and `mask` are dropped or filled in as Keras does. */
function callArguments(call: Value, args: Arguments): Arguments {
  const definition = call.kind === "function" ? call.definition : null;
  if (!definition) return args;
  const accepts = (name: string) => definition.parameters.some((parameter) => parameter.name === name);
  const anything = definition.parameters.some((parameter) => parameter.kind === "keyword-rest");
  const keywords = new Map(args.keywords);
  for (const name of ["training", "mask"]) if (keywords.has(name) && !accepts(name) && !anything) keywords.delete(name);
  const training = definition.parameters.findIndex((parameter) => parameter.name === "training");
  // `self` is not among the positional arguments here.
  if (training > 0 && training - 1 >= args.positional.length && !keywords.has("training")) {
    const parameter = definition.parameters[training];
    const fallback = call.kind === "function" ? call.defaults.get(training) : undefined;
    if (parameter && (fallback === undefined || isNone(fallback))) keywords.set("training", FALSE);
  }
  return { positional: args.positional, keywords, unknown: args.unknown };
}

/** TensorFlow.js hands `call` an array of inputs, and an object of options. */
function javascriptArguments(args: Arguments): Arguments {
  const [first = NONE] = args.positional;
  const inputs = first instanceof Tensor ? new ListValue([first]) : first;
  return { positional: [inputs, makeObject([])], keywords: new Map(), unknown: args.unknown };
}

/** Runs `call`. Gives up with the reason when the result is not known. */
function runCall(vm: Vm, layer: InstanceValue, args: Arguments): Value {
  const call = layer.fields.get("call") ?? layer.type.find("call");
  if (call === undefined)
    throw layer.type.unknownBase
      ? new Unknown(layer.type.unknownBase)
      : vm.giveUp(`${layer.type.name} has no method call`);
  const given = isJavascript(call) ? javascriptArguments(args) : callArguments(call, args);
  const self = layer.fields.has("call") ? [] : [layer];
  const result = atDepth(vm, kerasState(vm).depth + 1, () =>
    vm.callWith(call, { ...given, positional: [...self, ...given.positional] }),
  );
  if (isOpaque(result)) throw new Unknown(result);
  return result;
}

/** Notes that the weights of a layer, and of layers inside it that were not reached, are not known. */
function markUnbuilt(
  vm: Vm,
  layer: InstanceValue,
  why: OpaqueValue,
  ownBuilt: boolean,
  seen = new Set<InstanceValue>(),
): void {
  if (seen.has(layer)) return;
  seen.add(layer);
  if (!ownBuilt && layer.type.find("build") !== layerBuild) setField(vm, layer, FIELDS.unknown, why);
  for (const inner of subLayers(layer)) markUnbuilt(vm, inner, why, isBuilt(inner), seen);
}

/**
 * Builds if needed and runs. What is not known becomes a tensor of unknown shape, and the weights unknown too. Operations belong
 * to this layer when it is one that models list, else to the layer around it.
 */
function invoke(vm: Vm, layer: InstanceValue, args: Arguments): Value {
  const lost = (why: OpaqueValue): Value => {
    const inputs = [...args.positional, ...args.keywords.values()].flatMap((value) => tensorsIn(value));
    const activations = inputs.filter((tensor) => tensor.role === "activation" || tensor.role === "input");
    return activations.length === 0 ? why : unknownResult(vm, layer.type.name, why, activations);
  };
  const body = (): Value => {
    let built = false;
    try {
      ensureBuilt(vm, layer, args);
      built = true;
      return runCall(vm, layer, args);
    } catch (error) {
      if (!(error instanceof Unknown)) throw error;
      markUnbuilt(vm, layer, error.value, built);
      return lost(error.value);
    }
  };
  const inside = currentGraph(vm).running.some((outer) => isLayer(outer) && !isModelInstance(outer));
  return inside ? body() : asLayer(vm, layer, body, (result) => tensorsIn(result));
}

/** `layer(…)`: the arguments are those of `call`. */
export function callLayer(vm: Vm, layer: InstanceValue, given: Arguments): Value {
  if (given.unknown) throw new Unknown(given.unknown);
  const args: Arguments = {
    positional: given.positional.map((value) => toKerasInput(vm, value)),
    keywords: given.keywords,
    unknown: null,
  };
  const opaque = firstUnknown(args.positional[0] ?? [...args.keywords.values()][0]);
  if (opaque) return opaque;
  if (!layer.fields.has(FIELDS.inputShape) && args.positional[0]) {
    setField(vm, layer, FIELDS.inputShape, shapesOf(vm, args.positional[0]));
  }
  if (!isSymbolicCall(vm, args)) return invoke(vm, layer, args);
  const node = new KerasNode(
    layer,
    layerName(vm, layer),
    args,
    (machine, again) => callLayer(machine, layer, again),
    vm.stack(),
  );
  const result = aside(vm, () => markOutputs(vm, invoke(vm, layer, args), node));
  addNode(vm, layer, node);
  return result;
}

/** Calls a layer on one value. */
export function callOn(vm: Vm, layer: InstanceValue, input: Value): Value {
  return callLayer(vm, layer, { positional: [input], keywords: new Map(), unknown: null });
}

/** Notes a node as one of this layer's calls. */
export function addNode(vm: Vm, layer: InstanceValue, node: KerasNode): void {
  const nodes = layer.fields.get(FIELDS.nodes);
  setField(vm, layer, FIELDS.nodes, new ListValue([...(nodes instanceof ListValue ? nodes.items : []), node]));
}

/** The recorded calls of a layer. */
export function nodesOf(layer: InstanceValue): KerasNode[] {
  const nodes = layer.fields.get(FIELDS.nodes);
  return nodes instanceof ListValue ? nodes.items.filter((node): node is KerasNode => node instanceof KerasNode) : [];
}

// --- weights --------------------------------------------------------------------------------------------------------

/** Makes a weight of a layer. */
function addWeight(vm: Vm, args: Arguments): Value {
  const first = args.positional[1];
  // Keras 2 has the name first, Keras 3 the shape.
  const nameFirst = first?.kind === "string" || (args.keywords.has("shape") && args.positional.length === 2);
  const signature = nameFirst
    ? "self, name=None, shape=None, dtype=None, initializer=None, regularizer=None, trainable=None, constraint=None, **kwargs"
    : "self, shape=None, initializer=None, dtype=None, trainable=None, regularizer=None, constraint=None, **kwargs";
  const a = bindNative(vm, "add_weight", signature, args);
  const self = a["self"] as Value;
  const name = nameFirst ? a["name"] : (a["kwargs"] as DictValue).get("name");
  const shape = isNone(a["shape"]) ? [] : shapeItems(vm, a["shape"] as Value);
  const dims = shape.map((item): Dim => {
    const dim = toDimOrNull(vm, item, "a dimension of a weight");
    return dim ?? vm.unknown("a dimension of a weight is None");
  });
  const weight = new Variable(dims, toDType(a["dtype"], "float32"), kerasLibrary);
  weight.name = name?.kind === "string" ? name.value : "variable";
  weight.declared = a["trainable"] !== FALSE;
  if (self instanceof InstanceValue) {
    const held = self.fields.get(FIELDS.weights);
    setField(vm, self, FIELDS.weights, new ListValue([...(held instanceof ListValue ? held.items : []), weight]));
  }
  return weight;
}

/** Number of values of a weight. */
export function sizeOf(tensor: Tensor, vm: Vm): Dim {
  return tensor.shape === null
    ? (tensor.reason ?? vm.unknown("the shape of a weight is not known"))
    : elements(tensor.shape);
}

function countParams(vm: Vm, layer: InstanceValue): Value {
  let total: Dim = 0;
  for (const { tensor } of allWeights(vm, layer)) total = mapDims((a, b) => a + b, total, sizeOf(tensor, vm));
  return typeof total === "number" ? int(total) : total;
}

function weightList(vm: Vm, layer: InstanceValue, keep: (trained: boolean) => boolean): Value {
  const frozen = !isTrainable(layer);
  return new ListValue(
    allWeights(vm, layer)
      .filter((weight) => keep(!frozen && isTrained(weight)))
      .map((weight) => weight.tensor),
  );
}

/** Copies of the values as arrays: their shapes are known, their values are not. */
function weightArrays(vm: Vm, layer: InstanceValue): Value {
  return new ListValue(
    allWeights(vm, layer).map(({ tensor }) => {
      const copy = new Tensor(tensor.shape, tensor.dtype, kerasLibrary, tensor.reason);
      copy.role = "constant";
      return copy;
    }),
  );
}

// --- configuration --------------------------------------------------------------------------------------------------

/** The constructor's arguments read back from attributes of the same names; what is not found is left out. */
export function configOf(vm: Vm, layer: InstanceValue): DictValue {
  const config = new DictValue();
  config.put("name", str(layerName(vm, layer)));
  config.put("trainable", bool(isTrainable(layer)));
  for (const cls of [...layer.type.mro].reverse()) {
    const init = cls.members.get("__init__");
    if (init?.kind !== "function") continue;
    for (const parameter of init.definition.parameters.slice(1)) {
      const value = layer.fields.get(parameter.name) ?? layer.fields.get(`_${parameter.name}`);
      if (value !== undefined && parameter.kind !== "rest" && parameter.kind !== "keyword-rest")
        config.put(parameter.name, value);
    }
  }
  return config;
}

/** A new layer with the same configuration and no weights. Throws Unknown when the constructor's arguments are not known. */
export function cloneLayer(vm: Vm, layer: InstanceValue): InstanceValue {
  const config = vm.call(vm.getAttribute(layer, "get_config"));
  const made = vm.call(vm.getAttribute(layer.type, "from_config"), [config]);
  if (!isLayer(made))
    throw isOpaque(made) ? new Unknown(made) : vm.giveUp(`a copy of ${layer.type.name} cannot be made`);
  made.madeAt = layer.madeAt;
  return made;
}

function fromConfig(vm: Vm, args: Arguments): Value {
  const [cls, config] = args.positional;
  if (cls?.kind !== "class" || config?.kind !== "dict") throw vm.giveUp("the configuration of a layer is not known");
  const keywords = new Map<string, Value>();
  const init = cls.find("__init__");
  const names =
    init?.kind === "function" ? new Set(init.definition.parameters.map((parameter) => parameter.name)) : null;
  const open =
    init?.kind !== "function" || init.definition.parameters.some((parameter) => parameter.kind === "keyword-rest");
  for (const { key, value } of config.entries.values()) {
    if (key.kind === "string" && (open || names?.has(key.value))) keywords.set(key.value, value);
  }
  return vm.call(cls, [], keywords);
}

// --- the class ------------------------------------------------------------------------------------------------------

function self(args: { self?: Value } | Record<string, Value>): InstanceValue {
  return (args as Record<string, Value>)["self"] as InstanceValue;
}

/** A property. User code may put its own value in its place, except for the symbolic tensors, as in Keras. */
function read(name: string, get: (vm: Vm, layer: InstanceValue) => Value): [string, PropertyValue] {
  const own = `_set_${name}`;
  const getter = native(name, "self", (vm, a) => self(a).fields.get(own) ?? get(vm, self(a)));
  const setter = native(name, "self, value", (vm, a) => {
    setField(vm, self(a), own, a["value"] as Value);
    return NONE;
  });
  return [name, new PropertyValue(getter, name === "input" || name === "output" ? null : setter)];
}

function method(
  name: string,
  signature: string,
  body: (vm: Vm, layer: InstanceValue, args: Record<string, Value>) => Value,
): [string, Value] {
  return [name, native(name, signature === "" ? "self" : `self, ${signature}`, (vm, a) => body(vm, self(a), a))];
}

/** The symbolic tensors of a layer's first call: one, or a list. */
function nodeTensors(vm: Vm, layer: InstanceValue, which: "inputs" | "outputs", index = 0): Value {
  const node = nodesOf(layer)[index];
  if (!node) {
    const what = which === "inputs" ? "input" : "output";
    throw vm.error(
      "AttributeError",
      `The layer ${layerName(vm, layer)} has never been called and thus has no defined ${what}.`,
    );
  }
  const tensors = which === "inputs" && node.inputs.length === 0 ? node.outputs : node[which];
  return tensors.length === 1 ? (tensors[0] as Tensor) : new ListValue([...tensors]);
}

const layerBuild = native("build", "self, *args, **kwargs", (vm, a) => {
  setField(vm, self(a), "built", TRUE);
  return NONE;
});

/** Names of constructor keywords that tell the input shape of a model's first layer. */
const INPUT_KEYWORDS = [
  "input_shape",
  "batch_input_shape",
  "batch_shape",
  "input_dim",
  "input_length",
  "batch_size",
] as const;

function initialize(vm: Vm, args: Arguments): Value {
  const layer = args.positional[0];
  if (!(layer instanceof InstanceValue)) return NONE;
  vm.touch(layer);
  const { fields } = layer;
  const name = args.keywords.get("name");
  if (!isNone(name)) fields.set("name", name as Value);
  else if (!fields.has("name")) fields.set("name", str(autoName(vm, layer.type.name)));
  const trainable = args.keywords.get("trainable");
  if (!isNone(trainable)) fields.set(FIELDS.trainable, trainable as Value);
  const dtype = args.keywords.get("dtype");
  if (dtype?.kind === "string") fields.set("_dtype", dtype);
  for (const keyword of INPUT_KEYWORDS) {
    const value = args.keywords.get(keyword);
    if (!isNone(value)) fields.set(`_given_${keyword}`, value as Value);
  }
  return NONE;
}

/** Makes the class Layer for one evaluation. */
export function makeLayerClass(): ClassValue {
  const members: [string, Value][] = [
    [LAYER_MARK, TRUE],
    ["built", FALSE],
    ["supports_masking", FALSE],
    ["stateful", FALSE],
    ["input_spec", NONE],
    ["activity_regularizer", NONE],
    ["__init__", new NativeFunction("__init__", initialize)],
    [
      "__call__",
      new NativeFunction("__call__", (vm, args) =>
        callLayer(vm, args.positional[0] as InstanceValue, { ...args, positional: args.positional.slice(1) }),
      ),
    ],
    ["build", layerBuild],
    ["add_weight", new NativeFunction("add_weight", addWeight)],
    ["add_variable", new NativeFunction("add_variable", addWeight)],
    [
      "trainable",
      new PropertyValue(
        native("trainable", "self", (_vm, a) => self(a).fields.get(FIELDS.trainable) ?? TRUE),
        native("trainable", "self, value", (vm, a) => {
          setTrainable(vm, self(a), a["value"] as Value);
          return NONE;
        }),
      ),
    ],
    ...["weights", "variables"].map((name) => read(name, (vm, layer) => weightList(vm, layer, () => true))),
    ...["trainable_weights", "trainable_variables"].map((name) =>
      read(name, (vm, layer) => weightList(vm, layer, (trained) => trained)),
    ),
    ...["non_trainable_weights", "non_trainable_variables"].map((name) =>
      read(name, (vm, layer) => weightList(vm, layer, (trained) => !trained)),
    ),
    read("input", (vm, layer) => nodeTensors(vm, layer, "inputs")),
    read("output", (vm, layer) => nodeTensors(vm, layer, "outputs")),
    read("input_shape", (vm, layer) => shapesOf(vm, nodeTensors(vm, layer, "inputs"))),
    read("output_shape", (vm, layer) => shapesOf(vm, nodeTensors(vm, layer, "outputs"))),
    read("dtype", (_vm, layer) => layer.fields.get("_dtype") ?? str("float32")),
    read("compute_dtype", (_vm, layer) => layer.fields.get("_dtype") ?? str("float32")),
    read("variable_dtype", (_vm, layer) => layer.fields.get("_dtype") ?? str("float32")),
    read("path", (vm, layer) => str(layerName(vm, layer))),
    read("losses", () => new ListValue([])),
    read("metrics", () => new ListValue([])),
    read("updates", () => new ListValue([])),
    read("inbound_nodes", (_vm, layer) => new ListValue(nodesOf(layer))),
    method("get_input_at", "node_index", (vm, layer, a) =>
      nodeTensors(vm, layer, "inputs", toInt(vm, a["node_index"], "node_index")),
    ),
    method("get_output_at", "node_index", (vm, layer, a) =>
      nodeTensors(vm, layer, "outputs", toInt(vm, a["node_index"], "node_index")),
    ),
    method("count_params", "", (vm, layer) => countParams(vm, layer)),
    method("get_weights", "", (vm, layer) => weightArrays(vm, layer)),
    method("get_config", "", (vm, layer) => configOf(vm, layer)),
    method("compute_output_shape", "input_shape, **kwargs", (vm, layer) =>
      vm.unknown(`compute_output_shape of ${layer.type.name} is not modelled`),
    ),
    method("compute_mask", "*args, **kwargs", () => NONE),
    ...[
      "set_weights",
      "add_loss",
      "add_metric",
      "add_update",
      "load_own_variables",
      "save_own_variables",
      "reset_states",
      "reset_state",
    ].map((name) => method(name, "*args, **kwargs", () => NONE)),
    method("_flatten_layers", "*args, **kwargs", (_vm, layer) => new ListValue([layer, ...subLayers(layer)])),
  ];
  const cls = nativeClass("Layer", [], Object.fromEntries(members));
  cls.members.set("from_config", classMethod(fromConfig));
  cls.onSubclass = (_vm, made) => {
    const build = made.members.get("build");
    if (build?.kind === "function") made.members.set("build", new BuildMethod(build));
    return undefined;
  };
  return cls;
}

function classMethod(call: (vm: Vm, args: Arguments) => Value): Value {
  return new ClassMethod(new NativeFunction("from_config", call));
}
