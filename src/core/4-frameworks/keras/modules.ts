// How the library modules are put together: names found by look-ups, and what happens to a name nobody knows.
import { nativeModule } from "../../2-evaluate/native";
import type { ModuleValue, Value } from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import { elementFunction } from "./functions/elementwise";
import { neuralFunction } from "./functions/neural";
import { shapingFunction } from "./functions/shaping";
import { unknownMember } from "./inert";

/** Finds a name of a module; undefined when it does not have it. */
export type Lookup = (vm: Vm, name: string) => Value | undefined;

/** A module whose names are found by one or more look-ups; the last resort says that the name is not modelled. */
export function lookupModule(path: string, members: Record<string, Value>, ...lookups: Lookup[]): ModuleValue {
  const module = nativeModule(path, members);
  module.lazy = (vm, name) => {
    for (const lookup of lookups) {
      const found = lookup(vm, name);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return module;
}

/** The functions all libraries share. */
export const anyFunction: Lookup = (_vm, name) =>
  neuralFunction(name) ?? shapingFunction(name) ?? elementFunction(name);

/** Names of modules below others: the importer finds those we have, and says which we do not. */
export const SUBMODULES = new Set(
  (
    "signal strings io summary train distribute errors debugging feature_column lite saved_model sets sparse ragged quantization queue types " +
    "tpu version xla audio autodiff autograph bitwise experimental graph_util lookup mlir nest profiler raw_ops sysconfig estimator contrib " +
    "app flags logging gfile python tools losses data layers metrics optimizers keras v1 v2 resource_loader initializers schedules legacy src " +
    "api engine math nn linalg image random dtypes config test compat ops framework"
  ).split(" "),
);

/** Unknown names: functions say so when they meet a tensor; names of modules of ours are found by the importer. */
export const orUnknown =
  (path: string): Lookup =>
  (vm, name) =>
    SUBMODULES.has(name) ? undefined : unknownMember(vm, path, name);
