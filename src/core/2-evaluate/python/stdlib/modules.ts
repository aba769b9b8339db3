// The standard library modules we know, by dotted name. Each is made when first imported, once per evaluation.
import type { ModuleValue } from "../../values";
import type { Vm } from "../../vm";
import { argparseModules } from "./argparse";
import { collectionsModules } from "./collections";
import { contextModules } from "./context";
import { copyModules } from "./copy";
import { dataclassModules } from "./dataclasses";
import { enumModules } from "./enum";
import { functoolsModules } from "./functools";
import { itertoolsModules } from "./itertools";
import { jsonModules } from "./json";
import { mathModules } from "./math";
import { operatorModules } from "./operator";
import { pathModules } from "./paths";
import { randomModules } from "./random";
import { regexModules } from "./re";
import { reflectionModules } from "./reflection";
import { smallModules } from "./small";
import { typingModules } from "./typing";

export type StandardModules = Readonly<Record<string, (vm: Vm) => ModuleValue>>;

export const modules: StandardModules = {
  ...smallModules,
  ...mathModules,
  ...operatorModules,
  ...copyModules,
  ...contextModules,
  ...argparseModules,
  ...jsonModules,
  ...regexModules,
  ...pathModules,
  ...reflectionModules,
  ...randomModules,
  ...itertoolsModules,
  ...functoolsModules,
  ...collectionsModules,
  ...typingModules,
  ...dataclassModules,
  ...enumModules,
};
