// The Python dialect: what the interpreter asks for operators, printing, attributes and items of Python values.
import type { Dialect } from "../dialect";
import { attribute, setAttribute } from "./attributes";
import { builtins } from "./builtins";
import { compare, equals } from "./compare";
import { format } from "./format";
import { isInstance } from "./isinstance";
import { iterate } from "./iterate";
import { binary, inPlace, unary } from "./operators";
import { deleteIndex, getIndex, setIndex } from "./sequence";
import { modules } from "./stdlib/modules";
import { repr, text } from "./text";
import { truthOf } from "./truth";
import { typeNameOf } from "./types";

export const pythonDialect: Dialect = {
  language: "python",
  globals: builtins,
  modules,
  truth: truthOf,
  binary,
  inPlace,
  compare,
  unary,
  equals,
  text,
  repr,
  format,
  typeName: (_vm, value) => typeNameOf(value),
  attribute,
  setAttribute,
  getIndex,
  setIndex,
  deleteIndex,
  iterate,
  keys: (vm) => vm.unknown("Python has no loop over keys"),
  isInstance,
};
