// JavaScript's dialect: what the interpreter asks when it runs JavaScript or TypeScript code. This file puts the parts
// together; importing the files of the built-in classes fills those classes.
import type { Dialect } from "../dialect";
import { isOpaque, type OpaqueValue, type Value } from "../values";
import type { Vm } from "../vm";
import { textOrOpaque } from "./convert";
import { environmentGlobals, globalObject } from "./environment";
import { errorGlobals } from "./errors";
import { jsonNamespace, structuredClone } from "./json";
import {
  arrayClass,
  classOf,
  functionClass,
  iteratorClass,
  mapClass,
  objectClass,
  promiseClass,
  regexpClass,
  setClass,
  stringClass,
  typedArrayClasses,
} from "./kinds";
import { numberGlobals } from "./numbers";
import { reflectNamespace } from "./objects";
import * as operators from "./operators";
import * as properties from "./properties";
import "./collections";
import "./regexp";

export { objectClass } from "./kinds";

const named: Record<string, Value> = {
  ...numberGlobals,
  ...errorGlobals,
  ...environmentGlobals,
  Object: objectClass,
  Function: functionClass,
  Array: arrayClass,
  String: stringClass,
  Map: mapClass,
  Set: setClass,
  // That entries may vanish with their keys is nothing a program sees.
  WeakMap: mapClass,
  WeakSet: setClass,
  Iterator: iteratorClass,
  RegExp: regexpClass,
  Promise: promiseClass,
  JSON: jsonNamespace,
  Reflect: reflectNamespace,
  structuredClone,
};
for (const cls of typedArrayClasses) named[cls.name] = cls;
const window = globalObject(named);

const globals = new Map<string, Value>(Object.entries(named));
for (const name of ["globalThis", "window", "self", "global"]) globals.set(name, window);

function repr(vm: Vm, value: Value): string | OpaqueValue {
  return value.kind === "string" ? JSON.stringify(value.value) : textOrOpaque(vm, value);
}

/** Name of a value's kind in messages. */
function typeName(value: Value): string {
  switch (value.kind) {
    case "none":
      return "null";
    case "host":
      return value.typeName;
    case "opaque":
      return "unknown";
    case "string":
    case "number":
    case "boolean":
    case "undefined":
      return value.kind;
    case "class":
      return `class ${value.name}`;
    default:
      return operators.typeOf(value) === "function" ? "function" : classOf(value)?.name || "Object";
  }
}

export const javascriptDialect: Dialect = {
  language: "javascript",
  globals,
  modules: {},
  truth: (_vm, value) => operators.truth(value),
  binary: operators.binary,
  inPlace: operators.binary,
  compare: operators.compare,
  unary: operators.unary,
  equals: (_vm, left, right) => operators.strictEquals(left, right),
  text: textOrOpaque,
  repr,
  format: (vm, value) => (isOpaque(value) ? value : textOrOpaque(vm, value)),
  typeName: (_vm, value) => typeName(value),
  attribute: properties.attribute,
  setAttribute: properties.setAttribute,
  getIndex: properties.getIndex,
  setIndex: properties.setIndex,
  deleteIndex: properties.deleteIndex,
  iterate: properties.iterate,
  keys: properties.keys,
  isInstance: operators.isInstance,
};
