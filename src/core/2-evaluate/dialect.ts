// What differs between the languages, behind one interface: operators, truth, printing, and the attributes, items and
// iteration of built-in values. Instances, classes, modules, functions and host objects' own attributes are looked up by the
// interpreter; it asks the dialect for everything else, and for operators on every kind of value (dunder methods included).
import type { BinaryOp, CompareOp, Language } from "../1-syntax/tree";
import type { ModuleValue, OpaqueValue, Value } from "./values";
import type { Vm } from "./vm";

export interface Dialect {
  readonly language: Language;
  /** Names every file sees: `len`, `Math`. */
  readonly globals: ReadonlyMap<string, Value>;
  /** Standard library modules of the language by dotted name, made when first imported. */
  readonly modules: Readonly<Record<string, (vm: Vm) => ModuleValue>>;

  truth(vm: Vm, value: Value): boolean | OpaqueValue;
  /** Operands may be opaque: the result then is. May throw Raised (TypeError, ZeroDivisionError). */
  binary(vm: Vm, op: BinaryOp, left: Value, right: Value): Value;
  /** In-place form of a binary operator (`+=`): lists change in place in Python. */
  inPlace(vm: Vm, op: BinaryOp, left: Value, right: Value): Value;
  compare(vm: Vm, op: CompareOp, left: Value, right: Value): Value;
  unary(vm: Vm, op: "-" | "+" | "~" | "not" | "typeof", operand: Value): Value;
  equals(vm: Vm, left: Value, right: Value): boolean | OpaqueValue;

  text(vm: Vm, value: Value): string | OpaqueValue;
  repr(vm: Vm, value: Value): string | OpaqueValue;
  /** Formats by a format spec (`f"{x:.2f}"`); JavaScript ignores it. */
  format(vm: Vm, value: Value, spec: string): string | OpaqueValue;
  typeName(vm: Vm, value: Value): string;

  /** Attribute of a built-in value (string, list, dict, number, function …), methods already bound; undefined when absent. */
  attribute(vm: Vm, object: Value, name: string): Value | undefined;
  setAttribute(vm: Vm, object: Value, name: string, value: Value): boolean;
  /** Item or slice. Raises IndexError/KeyError in Python, gives undefined in JavaScript. Instances with `__getitem__` too. */
  getIndex(vm: Vm, object: Value, index: Value): Value;
  setIndex(vm: Vm, object: Value, index: Value, value: Value): void;
  deleteIndex(vm: Vm, object: Value, index: Value): void;
  /** Starts an iteration. Opaque when the items are not known. Instances with `__iter__` too. Raises TypeError when not iterable. */
  iterate(vm: Vm, value: Value): Iterator<Value> | OpaqueValue;
  /** Keys for `for…in` (JavaScript). */
  keys(vm: Vm, value: Value): Value[] | OpaqueValue;
  isInstance(vm: Vm, value: Value, cls: Value): boolean | OpaqueValue;
}
