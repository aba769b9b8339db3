// How Keras and TensorFlow tensors answer to attributes, operators and indexing. On symbolic tensors outside of layers each
// of these is recorded as a node, like a call of a function.
import {
  bool,
  type ClassValue,
  FALSE,
  int,
  isNone,
  NativeFunction,
  NONE,
  str,
  tuple,
  type Value,
} from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import { activation } from "../../3-graph/operations/activation";
import { elementwise } from "../../3-graph/operations/elementwise";
import { index, type IndexItem, readIndex } from "../../3-graph/operations/index";
import { matmul } from "../../3-graph/operations/linear";
import { transpose } from "../../3-graph/operations/reshape";
import { Tensor, type TensorLibrary } from "../../3-graph/tensor";
import { toOperand, toTensor } from "./convert";
import { dtypeObject } from "./dtypes";
import { isBatch, shapeOf } from "./shapes";
import { argumentsOf } from "./state";
import { applyFunction, nodeOf } from "./symbolic";

/** Operators of the language and the element-wise functions they stand for. */
const OPERATORS: Readonly<Record<string, string>> = {
  "+": "add",
  "-": "sub",
  "*": "mul",
  "/": "div",
  "//": "floordiv",
  "%": "mod",
  "**": "pow",
  "&": "logical_and",
  "|": "logical_or",
  "^": "logical_xor",
  "<": "lt",
  "<=": "le",
  ">": "gt",
  ">=": "ge",
  "==": "eq",
  "!=": "ne",
};

/** `left op right` with tensors, recorded when symbolic; undefined for an operator tensors do not have. */
export function operator(vm: Vm, op: string, left: Value, right: Value): Value | undefined {
  if (op === "@") {
    return applyFunction(vm, "matmul", argumentsOf([left, right]), (machine, args) =>
      matmul(machine, toTensor(machine, args.positional[0]), toTensor(machine, args.positional[1])),
    );
  }
  const name = OPERATORS[op];
  if (name === undefined) return undefined;
  return applyFunction(vm, name, argumentsOf([left, right]), (machine, args) =>
    elementwise(
      machine,
      name,
      args.positional.map((value) => toOperand(machine, value)),
    ),
  );
}

function isOperand(value: Value): boolean {
  return value instanceof Tensor || ["number", "boolean", "list", "tuple", "opaque"].includes(value.kind);
}

/** Items of an index. The free batch has any number of positions; one stands for all. */
function indexItems(vm: Vm, self: Tensor, value: Value): IndexItem[] {
  const items = readIndex(vm, value, kerasLibrary);
  const [first, ...rest] = items;
  if (first?.kind === "position" && isBatch(self)) return [{ kind: "position", at: 0 }, ...rest];
  return items;
}

/** `tensor[index]`, recorded when symbolic. Whole numbers among constants come out as plain numbers. */
export function getItem(vm: Vm, self: Tensor, value: Value): Value {
  return applyFunction(vm, "get_item", argumentsOf([self, value]), (machine, args) => {
    const tensor = toTensor(machine, args.positional[0]);
    const result = index(machine, tensor, indexItems(machine, tensor, args.positional[1] as Value));
    const [only] = result.data ?? [];
    if (result.role === "constant" && result.shape?.length === 0 && only !== undefined && /^u?int/.test(result.dtype))
      return int(only);
    return result;
  });
}

/** A function of one element, recorded when symbolic. */
function elementOf(vm: Vm, self: Tensor, name: string): Value {
  return applyFunction(vm, name, argumentsOf([self]), (machine, args) =>
    activation(machine, toTensor(machine, args.positional[0]), name, name === "logical_not" ? { dtype: "bool" } : {}),
  );
}

const returnsSelf = (name: string, self: Tensor): Value => new NativeFunction(name, () => self);

const ATTRIBUTES: Readonly<Record<string, (vm: Vm, self: Tensor) => Value>> = {
  shape: shapeOf,
  _keras_shape: shapeOf,
  dtype: (_vm, self) => dtypeObject(self.dtype),
  name: (_vm, self) => str(self.name || `keras_tensor_${self.id}`),
  path: (_vm, self) => str(self.name),
  ndim: (vm, self) =>
    self.shape ? int(self.shape.length) : (self.reason ?? vm.unknown("the rank of a tensor is not known")),
  rank: (vm, self) =>
    self.shape ? int(self.shape.length) : (self.reason ?? vm.unknown("the rank of a tensor is not known")),
  T: (vm, self) =>
    applyFunction(vm, "transpose", argumentsOf([self]), (machine, args) => {
      const tensor = toTensor(machine, args.positional[0]);
      return transpose(machine, tensor, (tensor.shape ?? []).map((_, axis) => axis).reverse());
    }),
  __abs__: (_vm, self) => new NativeFunction("abs", (vm) => elementOf(vm, self, "abs")),
  __round__: (_vm, self) => new NativeFunction("round", (vm) => elementOf(vm, self, "round")),
  get_shape: (vm, self) => new NativeFunction("get_shape", () => shapeOf(vm, self)),
  set_shape: () => new NativeFunction("set_shape", () => NONE),
  numpy: (_vm, self) => returnsSelf("numpy", self),
  value: (_vm, self) => (self.role === "weight" ? self : returnsSelf("value", self)),
  read_value: (_vm, self) => returnsSelf("read_value", self),
  eval: (_vm, self) => returnsSelf("eval", self),
  assign: (_vm, self) => returnsSelf("assign", self),
  assign_add: (_vm, self) => returnsSelf("assign_add", self),
  assign_sub: (_vm, self) => returnsSelf("assign_sub", self),
  initialized_value: (_vm, self) => returnsSelf("initialized_value", self),
  trainable: (_vm, self) => bool(self.trainable),
  sparse: () => FALSE,
  ragged: () => FALSE,
  _keras_history: (_vm, self) => {
    const node = nodeOf(self);
    return node ? tuple([node.layer ?? NONE, int(0), int(node.outputs.indexOf(self))]) : NONE;
  },
};

/** Classes tensors count as instances of, by name. */
function isInstance(self: Tensor, cls: ClassValue): boolean {
  switch (cls.name) {
    case "Tensor":
      return self.role !== "weight" && self.role !== "buffer";
    case "KerasTensor":
      return nodeOf(self) !== null;
    case "Variable":
      return self.role === "weight" || self.role === "buffer";
    default:
      return false;
  }
}

/** How tensors answer to JavaScript code; set by TensorFlow.js. */
let javascriptAttributes: ((vm: Vm, self: Tensor, name: string) => Value | undefined) | null = null;

/** Makes tensors answer to JavaScript code by this function. */
export function setJavascriptAttributes(read: (vm: Vm, self: Tensor, name: string) => Value | undefined): void {
  javascriptAttributes = read;
}

export const kerasLibrary: TensorLibrary = {
  typeName: "Tensor",
  errorType: "ValueError",
  attribute(vm, self, name) {
    if (vm.language === "javascript" && javascriptAttributes) return javascriptAttributes(vm, self, name);
    return ATTRIBUTES[name]?.(vm, self);
  },
  setAttribute() {
    return true;
  },
  binary(vm, self, op, other, reflected) {
    if (!isOperand(other)) return undefined;
    return reflected ? operator(vm, op, other, self) : operator(vm, op, self, other);
  },
  unary(vm, self, op) {
    if (op === "+") return self;
    const name = op === "-" ? "neg" : op === "~" || op === "not" ? "logical_not" : null;
    return name === null ? undefined : elementOf(vm, self, name);
  },
  compare(vm, self, op, other, reflected) {
    if (isNone(other)) return op === "==" ? FALSE : op === "!=" ? bool(true) : undefined;
    if (!isOperand(other)) return undefined;
    return reflected ? operator(vm, op, other, self) : operator(vm, op, self, other);
  },
  getIndex: getItem,
  isInstanceOf(_vm, self, cls) {
    return cls.kind === "class" && isInstance(self, cls);
  },
};
