// `tf.loadLayersModel`: a model.json of the workspace is read and its layers made from its topology. What lies elsewhere (an address,
// the browser's storage) is unknown and says so; so is a graph model, whose operations are those of another runtime's graph.
import { nativeClass } from "../../2-evaluate/native";
import { Unknown } from "../../2-evaluate/signals";
import {
  DictValue,
  InstanceValue,
  isNone,
  isOpaque,
  ListValue,
  NativeFunction,
  type Value,
} from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import { inputFunction, kerasClass } from "../keras/classes";
import { setPlan } from "../keras/functional";
import { setField } from "../keras/state";
import { restoreLayer } from "./layers";
import loading from "./recipes/loading.py?raw";

/** The file a program loads from: the text it gives, or the one in a handler such as `tf.io.fileSystem(path)`. */
function addressOf(source: Value | undefined): string | null {
  return source?.kind === "string" ? source.value : null;
}

/** A JSON value that JavaScript code sees, as Python code sees it. */
function toPython(value: Value): Value {
  if (value.kind === "list") return new ListValue(value.items.map(toPython));
  if (!(value instanceof InstanceValue)) return value;
  const dict = new DictValue();
  for (const [name, field] of value.fields) dict.put(name, toPython(field));
  return dict;
}

/** The model.json behind an address, when it lies in the workspace: beside the program, or where a server would look for it. */
function readWorkspace(vm: Vm, address: string): Value | undefined {
  const path = address.replace(/^file:\/\//, "").replace(/\?.*$/, "");
  if (/^[a-z]+:/.test(path) || !path.endsWith(".json")) return undefined;
  for (const name of path.startsWith("/") || path.startsWith(".") ? [path, `/${path}`] : [`./${path}`, `/${path}`]) {
    const module = vm.importModule(name, "javascript");
    if (module?.kind !== "module" || module.file === null) continue;
    const holder = module.scope?.variables.get("module");
    return holder instanceof InstanceValue ? toPython(holder.fields.get("exports") as Value) : undefined;
  }
  return undefined;
}

/** What the recipe makes layers and models with. */
function makeTools(vm: Vm): InstanceValue {
  const named = (model: Value, name: Value | undefined): InstanceValue => {
    if (!(model instanceof InstanceValue)) throw isOpaque(model) ? new Unknown(model) : vm.giveUp("no model was made");
    if (name && !isNone(name)) setField(vm, model, "name", name);
    return model;
  };
  const tools = new InstanceValue(nativeClass("Tools", [], {}));
  const tool = (name: string, body: (args: readonly Value[]) => Value): void => {
    tools.fields.set(name, new NativeFunction(name, (_vm, args) => body(args.positional)));
  };
  tool("layer", ([name, config]) => restoreLayer(vm, name as Value, config as DictValue));
  tool("sequential", ([name]) => named(vm.call(kerasClass(vm, "Sequential"), []), name));
  tool("input", ([name, config]) => {
    const fields = config as DictValue;
    const shape = fields.get("batch_input_shape") ?? fields.get("batch_shape");
    const keywords = new Map<string, Value>([["name", name as Value]]);
    if (shape) keywords.set("batch_shape", shape);
    const dtype = fields.get("dtype");
    if (dtype?.kind === "string") keywords.set("dtype", dtype);
    return inputFunction(vm).call(vm, { positional: [], keywords, unknown: null });
  });
  tool("model", ([inputs, outputs, name]) => {
    const model = named(vm.call(kerasClass(vm, "Model"), []), name);
    setPlan(vm, model, inputs as Value, outputs as Value);
    return model;
  });
  return tools;
}

function restore(vm: Vm, file: Value, address: string): Value {
  if (!(file instanceof DictValue)) throw vm.giveUp(`${address} is not the description of a model`);
  const topology = file.get("modelTopology");
  if (!(topology instanceof DictValue))
    throw vm.giveUp(`${address} has no topology: the layers of the model are not in it`);
  const config = topology.get("model_config") ?? topology;
  if (!(config instanceof DictValue) || config.get("class_name") === undefined)
    throw vm.giveUp(`${address} holds a graph model, whose layers are not in it`);
  const module = vm.loadRecipe("tfjs/loading", loading, "python");
  const run = (module.scope?.variables ?? module.members).get("restore");
  if (!run) throw vm.giveUp("the recipe that restores models could not be loaded");
  return vm.call(run, [config, makeTools(vm)]);
}

/** `tf.loadLayersModel(address)` and its older name. */
export const loadLayersModel = (name: string): NativeFunction =>
  new NativeFunction(name, (vm, args) => {
    const address = addressOf(args.positional[0]);
    if (address === null) return vm.unknown("a model is loaded from a file or address that is not known");
    const file = readWorkspace(vm, address);
    return file === undefined
      ? vm.unknown(`a model is loaded from a file or address that is not in the workspace: ${address}`)
      : restore(vm, file, address);
  });

/** `tf.loadGraphModel(address)`. */
export const loadGraphModel = (name: string): NativeFunction =>
  new NativeFunction(name, (vm, args) => {
    const address = addressOf(args.positional[0]);
    return vm.unknown(
      `a graph model is loaded from a file or address${address === null ? "" : ` (${address})`}; a graph of operations is not read`,
    );
  });

/** `tf.models.modelFromJSON(json)`, where the program holds the description itself. */
export const modelFromJson = new NativeFunction("modelFromJSON", (vm, args) => {
  const given = args.positional[0];
  if (!(given instanceof InstanceValue)) return vm.unknown("a model is made from a description that is not known");
  const file = toPython(given) as DictValue;
  const whole = new DictValue();
  whole.put("modelTopology", file.get("modelTopology") ?? file.get("model_config") ?? file);
  return restore(vm, whole, "the description");
});
