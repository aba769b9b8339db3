// `keras.applications`: models as recipes, one file per family.
import { nativeModule } from "../../2-evaluate/native";
import type { ModuleValue, Value } from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";

/** A model function of keras.applications by name. */
export function applicationsFunction(_vm: Vm, _name: string): Value | undefined {
  return undefined;
}

/** `keras.applications`. */
export function applicationsModule(path: string): ModuleValue {
  const module = nativeModule(path, {});
  module.lazy = (vm, name) => applicationsFunction(vm, name);
  return module;
}
