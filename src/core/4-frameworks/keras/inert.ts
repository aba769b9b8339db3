// Parts of the libraries that matter for training only (optimizers, losses, callbacks, initializers …): classes that can be made,
// called and subclassed without effect, and parts of libraries we do not know, which say so when something depends on them.
import { native, nativeClass, nativeModule } from "../../2-evaluate/native";
import {
  type Arguments,
  type ClassValue,
  HostObject,
  InstanceValue,
  type ModuleValue,
  NativeFunction,
  NONE,
  OpaqueValue,
  type Value,
} from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import { Unknown } from "../../2-evaluate/signals";
import { dimsOf } from "./define";
import { applyFunction } from "./symbolic";
import { constant } from "../../3-graph/operations/common";
import { kerasLibrary } from "./library";
import { tensorsInArguments } from "./state";

const classes = new Map<string, ClassValue>();

/** A class whose instances take any arguments and do nothing. Calling an initializer gives a tensor of the asked shape. */
export function inertClass(name: string, isInitializer = false): ClassValue {
  const key = `${name}${isInitializer ? "!" : ""}`;
  let cls = classes.get(key);
  if (!cls) {
    cls = nativeClass(name, [], {
      __init__: native("__init__", "self, *args, **kwargs", () => NONE),
      __call__: native("__call__", "self, *args, **kwargs", (vm, a) => {
        if (!isInitializer) return vm.unknown(`what ${name} gives is not known before training`);
        const [shape] = vm.items(a["args"] as Value);
        const kwargs = a["kwargs"];
        const given = shape ?? (kwargs?.kind === "dict" ? kwargs.get("shape") : undefined);
        return constant(kerasLibrary, dimsOf(vm, given, "shape"), "float32");
      }),
      __getattr__: native("__getattr__", "self, name", (vm, a) => {
        const attribute = a["name"]?.kind === "string" ? a["name"].value : "";
        return vm.unknown(`${name}.${attribute} is not known before training`);
      }),
      get_config: native("get_config", "self", (vm) => vm.unknown(`the configuration of ${name} is not modelled`)),
    });
    classes.set(key, cls);
  }
  return cls;
}

/** A module full of them: names in capitals are classes, others functions that give an instance. */
export function inertModule(name: string, isInitializer = false, members: Record<string, Value> = {}): ModuleValue {
  const module = nativeModule(name, members);
  module.lazy = (_vm, member) => {
    if (member.startsWith("__")) return undefined;
    const cls = inertClass(member, isInitializer);
    if (/^[A-Z]/.test(member)) return cls;
    return new NativeFunction(member, () => new InstanceValue(cls));
  };
  return module;
}

/** A function or module of a library that we do not know. Called on symbolic tensors it gives a tensor of unknown shape. */
export class UnknownPart extends HostObject {
  constructor(readonly path: string) {
    super();
  }
  get typeName(): string {
    return this.path;
  }
  private reason(): string {
    return `${this.path} is not modelled`;
  }
  override getAttribute(vm: Vm, name: string): Value | undefined {
    if (name.startsWith("__")) return undefined;
    return /^[A-Z]/.test(name)
      ? vm.unknown(`${this.path}.${name} is not modelled`)
      : new UnknownPart(`${this.path}.${name}`);
  }
  override call(vm: Vm, args: Arguments): Value | undefined {
    if (tensorsInArguments(args).length === 0) return vm.unknown(this.reason());
    return applyFunction(vm, this.path, args, (machine) => {
      throw new Unknown(machine.unknown(this.reason()));
    });
  }
  override truth(vm: Vm): OpaqueValue {
    return vm.unknown(this.reason());
  }
}

/** What a module gives for a name it does not have: an unknown part for a function, opaque for a class. */
export function unknownMember(vm: Vm, module: string, name: string): Value | undefined {
  if (name.startsWith("__")) return undefined;
  return /^[A-Z]/.test(name) ? vm.unknown(`${module}.${name} is not modelled`) : new UnknownPart(`${module}.${name}`);
}

/** A function that has no effect. */
export const noEffect = (name: string): NativeFunction => native(name, "*args, **kwargs", () => NONE);

/** A function whose result is not in the source. */
export const outside = (name: string, reason: string): NativeFunction =>
  native(name, "*args, **kwargs", (vm) => {
    throw vm.giveUp(reason);
  });

/** A decorator, with or without arguments, that gives the function itself. */
export const passThrough = (name: string): NativeFunction =>
  new NativeFunction(name, (_vm, args) => {
    const [first] = args.positional;
    const decorates =
      first?.kind === "function" || first?.kind === "class" || first?.kind === "method" || first?.kind === "native";
    if (decorates && args.positional.length === 1) return first;
    return new NativeFunction(name, (_machine, inner) => inner.positional[0] ?? NONE);
  });
