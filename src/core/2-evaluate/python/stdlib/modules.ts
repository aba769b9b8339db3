// The standard library modules we know, by dotted name. Each is made when first imported, once per evaluation.
import type { ModuleValue } from "../../values";
import type { Vm } from "../../vm";
import { collectionsModules } from "./collections";
import { dataclassModules } from "./dataclasses";
import { enumModules } from "./enum";
import { functoolsModules } from "./functools";
import { itertoolsModules } from "./itertools";
import { mathModules } from "./math";
import { typingModules } from "./typing";

export type StandardModules = Readonly<Record<string, (vm: Vm) => ModuleValue>>;

export const modules: StandardModules = {
  ...mathModules,
  ...itertoolsModules,
  ...functoolsModules,
  ...collectionsModules,
  ...typingModules,
  ...dataclassModules,
  ...enumModules,
};
