// How torch tensors answer: attributes, methods (from the same tables as torch.*), operators, indexing, in-place variants.
import {
  bool,
  BoundMethod,
  float,
  int,
  isNone,
  isOpaque,
  type NativeFunction,
  NONE,
  type Value,
} from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import { activation } from "../../3-graph/operations/activation";
import { isFloating, reasonOf } from "../../3-graph/operations/common";
import { elementwise } from "../../3-graph/operations/elementwise";
import { index, readIndex } from "../../3-graph/operations/index";
import { matmul } from "../../3-graph/operations/linear";
import { cast, scatter } from "../../3-graph/operations/move";
import { swapAxes, transpose } from "../../3-graph/operations/reshape";
import { dimValue, elements, type Shape } from "../../3-graph/shape";
import { DTYPE_BYTES, type DType, Tensor, type TensorLibrary } from "../../3-graph/tensor";
import { noteGap, plainValue, setTorchLibrary, sizeValue, toOperand, toTensor } from "./arguments";
import { isTensorClass, tensorClasses } from "./classes";
import { CPU, dtypeValue, NamedValue } from "./dtypes";
import { CREATE, NEW_METHODS } from "./ops/create";
import { ELEMENTWISE } from "./ops/elementwise";
import { LINEAR } from "./ops/linear";
import { REDUCE } from "./ops/reduce";
import { detached, METHODS_ONLY, SHAPE } from "./ops/shape";
import { operation, type OpTable, tensorOf } from "./ops/table";

/** Functions of the shared tables that are no methods (their first parameter is a list or an equation). */
const NOT_METHODS = new Set([
  "cat",
  "concat",
  "concatenate",
  "stack",
  "hstack",
  "vstack",
  "dstack",
  "row_stack",
  "column_stack",
  "meshgrid",
  "broadcast_tensors",
  "cartesian_prod",
  "block_diag",
  "one_hot",
  "bilinear",
  "dropout",
  "linear",
]);

const casting = (dtype: DType): OpTable[string] => [
  "input, *args, **kwargs",
  (vm, a) => cast(vm, tensorOf(vm, a), dtype),
];
const same: OpTable[string] = ["input, *args, **kwargs", (vm, a) => tensorOf(vm, a)];
const nothing: OpTable[string] = ["input, *args, **kwargs", () => NONE];

/** Methods that ask for values, change the device or the dtype, or have to do with gradients. */
const PLAIN: OpTable = {
  float: casting("float32"),
  double: casting("float64"),
  half: casting("float16"),
  bfloat16: casting("bfloat16"),
  int: casting("int32"),
  long: casting("int64"),
  short: casting("int16"),
  char: casting("int8"),
  byte: casting("uint8"),
  bool: casting("bool"),
  cpu: same,
  cuda: same,
  mps: same,
  pin_memory: same,
  share_memory_: same,
  coalesce: same,
  to_dense: same,
  requires_grad_: [
    "input, requires_grad=True",
    (vm, a) => {
      const tensor = tensorOf(vm, a);
      tensor.trainable = a["requires_grad"]?.kind !== "boolean" || a["requires_grad"].value;
      return tensor;
    },
  ],
  retain_grad: nothing,
  backward: nothing,
  register_hook: nothing,
  data_ptr: ["input", () => int(0)],
  is_contiguous: ["input, memory_format=None", () => bool(true)],
  is_floating_point: ["input", (vm, a) => bool(isFloating(tensorOf(vm, a).dtype))],
  is_complex: ["input", (vm, a) => bool(tensorOf(vm, a).dtype === "complex64")],
  element_size: ["input", (vm, a) => int(DTYPE_BYTES[tensorOf(vm, a).dtype])],
  get_device: ["input", () => int(-1)],
  stride: [
    "input, dim=None",
    (vm, a) => {
      const { shape } = tensorOf(vm, a);
      if (shape === null) return reasonOf(vm, tensorOf(vm, a));
      const strides = shape.map((_, axis) => dimValue(elements(shape.slice(axis + 1))));
      const dim = a["dim"];
      return dim?.kind === "number"
        ? (strides.at(dim.value) ?? NONE)
        : sizeValue(shape.map((_, axis) => elements(shape.slice(axis + 1))));
    },
  ],
  item: ["input", (vm, a) => itemOf(vm, tensorOf(vm, a))],
  __int__: ["input", (vm, a) => wholeOf(vm, tensorOf(vm, a))],
  __index__: ["input", (vm, a) => wholeOf(vm, tensorOf(vm, a))],
  __float__: ["input", (vm, a) => asFloat(itemOf(vm, tensorOf(vm, a)))],
  tolist: ["input", (vm, a) => plainValue(tensorOf(vm, a)) ?? vm.unknown("the values of a tensor are not known")],
  numpy: ["input, *args, **kwargs", (vm, a) => detached(vm, tensorOf(vm, a))],
  __len__: [
    "input",
    (vm, a) => dimValue(tensorOf(vm, a).shape?.[0] ?? vm.unknown("the length of a tensor is not known")),
  ],
  type_as: ["input, other", (vm, a) => cast(vm, tensorOf(vm, a), tensorOf(vm, a, "other").dtype)],
  repeat_interleave_: same,
  apply_: same,
};

/** In-place fillers: the tensor keeps its shape and loses its known values. */
const FILLERS = new Set([
  "zero_",
  "fill_",
  "normal_",
  "uniform_",
  "copy_",
  "random_",
  "exponential_",
  "bernoulli_",
  "trunc_normal_",
  "cauchy_",
  "log_normal_",
  "geometric_",
  "fill_diagonal_",
  "set_",
  "put_",
]);

/** In-place operations that change the shape of the tensor itself. */
const RESHAPING = new Set([
  "squeeze_",
  "unsqueeze_",
  "transpose_",
  "t_",
  "swapaxes_",
  "resize_",
  "resize_as_",
  "as_strided_",
  "swapdims_",
]);

function itemOf(vm: Vm, tensor: Tensor): Value {
  const value = tensor.data?.length === 1 ? tensor.data[0] : undefined;
  if (value === undefined) return vm.unknown("the value of a tensor is not known");
  return tensor.dtype === "bool" ? bool(value !== 0) : isFloating(tensor.dtype) ? float(value) : int(value);
}

/** int(tensor): the value cut to a whole number. */
function wholeOf(vm: Vm, tensor: Tensor): Value {
  const value = itemOf(vm, tensor);
  return value.kind === "number"
    ? int(Math.trunc(value.value))
    : value.kind === "boolean"
      ? int(value.value ? 1 : 0)
      : value;
}

function asFloat(value: Value): Value {
  return value.kind === "number" ? float(value.value) : value.kind === "boolean" ? float(value.value ? 1 : 0) : value;
}

const TABLES: readonly OpTable[] = [
  ELEMENTWISE,
  REDUCE,
  LINEAR,
  SHAPE,
  CREATE_METHODS(),
  NEW_METHODS,
  METHODS_ONLY,
  PLAIN,
];

function CREATE_METHODS(): OpTable {
  return Object.fromEntries(["bernoulli", "multinomial"].map((name) => [name, CREATE[name] as OpTable[string]]));
}

const methods = new Map<string, NativeFunction | null>();

/** The method of this name as a native whose first argument is the tensor; made once per process. */
export function tensorMethod(name: string): NativeFunction | null {
  const known = methods.get(name);
  if (known !== undefined) return known;
  let found: NativeFunction | null = null;
  for (const table of TABLES) {
    const entry = Object.hasOwn(table, name) && !NOT_METHODS.has(name) ? table[name] : undefined;
    if (entry) found = operation(name, entry[0], entry[1]);
  }
  if (!found && FILLERS.has(name))
    found = operation(name, "input, *args, **kwargs", (vm, a) => forget(tensorOf(vm, a), a["args"]));
  if (!found && name.endsWith("_") && !name.endsWith("__")) {
    const plain = tensorMethod(name.slice(0, -1));
    if (plain) found = inPlace(name, plain);
  }
  methods.set(name, found);
  return found;
}

/** The values of a constant are not known any more; `fill_` and `zero_` keep it simple and forget too. */
function forget(tensor: Tensor, _args: Value | undefined): Tensor {
  tensor.data = null;
  return tensor;
}

/** An in-place variant: gives the result, and makes the tensor itself follow where shape or known values change. */
function inPlace(name: string, plain: NativeFunction): NativeFunction {
  return operation(name, "input, *args, **kwargs", (vm, a) => {
    const self = tensorOf(vm, a);
    const keywords = new Map<string, Value>();
    if (a["kwargs"]?.kind === "dict")
      for (const { key, value } of a["kwargs"].entries.values())
        if (key.kind === "string") keywords.set(key.value, value);
    const result = plain.call(vm, { positional: [self, ...vm.items(a["args"] as Value)], keywords, unknown: null });
    if (!(result instanceof Tensor)) return result;
    if (self.role === "weight") return self;
    if (RESHAPING.has(name)) (self as { shape: Shape | null }).shape = result.shape;
    self.data = result.role === "constant" ? result.data : null;
    return result;
  });
}

/** Attributes that are no methods. */
const ATTRIBUTES: Readonly<Record<string, (vm: Vm, self: Tensor) => Value>> = {
  shape: (vm, self) => (self.shape === null ? reasonOf(vm, self) : sizeValue(self.shape)),
  ndim: (vm, self) => (self.shape === null ? reasonOf(vm, self) : int(self.shape.length)),
  dtype: (_vm, self) => dtypeValue(self.dtype),
  device: () => CPU,
  layout: () => new NamedValue("layout", "torch.strided"),
  T: (vm, self) => reversed(vm, self),
  H: (vm, self) => swapAxes(vm, self, -2, -1),
  mT: (vm, self) => swapAxes(vm, self, -2, -1),
  mH: (vm, self) => swapAxes(vm, self, -2, -1),
  data: (vm, self) => detached(vm, self),
  grad: () => NONE,
  grad_fn: () => NONE,
  requires_grad: (_vm, self) => bool(self.role === "weight" && self.trainable),
  is_leaf: (_vm, self) => bool(self.role === "weight"),
  is_cuda: () => bool(false),
  is_mps: () => bool(false),
  is_sparse: () => bool(false),
  is_quantized: () => bool(false),
  is_nested: () => bool(false),
  is_meta: () => bool(false),
  names: () => NONE,
  itemsize: (_vm, self) => int(DTYPE_BYTES[self.dtype]),
  nbytes: (vm, self) =>
    vm.binary(
      "*",
      dimValue(self.shape === null ? reasonOf(vm, self) : elements(self.shape)),
      int(DTYPE_BYTES[self.dtype]),
    ),
  real: (vm, self) => (self.dtype === "complex64" ? cast(vm, self, "float32") : self),
  imag: (vm, self) => cast(vm, self, "float32"),
};

function reversed(vm: Vm, self: Tensor): Tensor {
  return self.shape === null
    ? swapAxes(vm, self, 0, 1)
    : transpose(vm, self, self.shape.map((_, axis) => axis).reverse());
}

/** Attributes that user code put on a tensor. */
const userFields = new WeakMap<Tensor, Map<string, Value>>();

const OPERATORS: Readonly<Record<string, string>> = {
  "+": "add",
  "-": "sub",
  "*": "mul",
  "/": "div",
  "//": "floordiv",
  "%": "mod",
  "**": "pow",
  "&": "bitwise_and",
  "|": "bitwise_or",
  "^": "bitwise_xor",
  "<<": "shift_left",
  ">>": "shift_right",
};

const COMPARISONS: Readonly<Record<string, readonly [plain: string, reflected: string]>> = {
  "==": ["eq", "eq"],
  "!=": ["ne", "ne"],
  "<": ["lt", "gt"],
  "<=": ["le", "ge"],
  ">": ["gt", "lt"],
  ">=": ["ge", "le"],
};

/** True for values that can stand beside a tensor in arithmetic. */
function isOperand(value: Value): boolean {
  return value.kind === "number" || value.kind === "boolean" || isOpaque(value) || value instanceof Tensor;
}

export const library: TensorLibrary = {
  typeName: "Tensor",
  errorType: "RuntimeError",

  attribute(vm, self, name) {
    if (Object.hasOwn(ATTRIBUTES, name)) return ATTRIBUTES[name]?.(vm, self);
    const field = userFields.get(self)?.get(name);
    if (field !== undefined) return field;
    if (name === "__class__") {
      const { byName, Parameter } = tensorClasses(vm);
      return self.role === "weight" ? Parameter : byName["Tensor"];
    }
    const method = tensorMethod(name);
    if (method) return new BoundMethod(self, method);
    return undefined;
  },

  setAttribute(_vm, self, name, value) {
    if (name === "requires_grad") {
      if (value.kind === "boolean") self.trainable = value.value;
      return true;
    }
    if (name === "data") {
      if (value instanceof Tensor) {
        (self as { shape: Shape | null }).shape = value.shape;
        self.data = self.role === "constant" ? value.data : null;
      }
      return true;
    }
    if (name === "grad") return true;
    let fields = userFields.get(self);
    if (!fields) {
      fields = new Map();
      userFields.set(self, fields);
    }
    fields.set(name, value);
    return true;
  },

  binary(vm, self, op, other, reflected) {
    if (!isOperand(other)) return undefined;
    if (op === "@") {
      const tensor = toTensor(vm, other);
      return reflected ? matmul(vm, tensor, self) : matmul(vm, self, tensor);
    }
    const fn = OPERATORS[op];
    if (fn === undefined) return undefined;
    const operand = toOperand(vm, other);
    return elementwise(vm, fn, reflected ? [operand, self] : [self, operand]);
  },

  inPlace(vm, self, op, other) {
    const result = library.binary(vm, self, op, other, false);
    if (!(result instanceof Tensor)) return result;
    // A stored tensor stays the one that is stored; its values are not followed.
    if (self.role === "weight" || self.role === "buffer") return self;
    if (self.role !== "constant" || result.role !== "constant") return result;
    self.data = result.data;
    return self;
  },

  unary(vm, self, op) {
    if (op === "-") return activation(vm, self, "neg");
    if (op === "+") return self;
    if (op === "~")
      return activation(
        vm,
        self,
        "bitwise_not",
        self.dtype === "bool" ? { compute: (value) => (value === 0 ? 1 : 0) } : {},
      );
    return undefined;
  },

  compare(vm, self, op, other, reflected) {
    if (op === "is" || op === "is not" || op === "in" || op === "not in") return undefined;
    if (isNone(other)) return op === "==" ? bool(false) : op === "!=" ? bool(true) : undefined;
    const fn = COMPARISONS[op]?.[reflected ? 1 : 0];
    if (fn === undefined || !isOperand(other)) return undefined;
    const result = elementwise(vm, fn, [self, toOperand(vm, other)]);
    return result;
  },

  getIndex(vm, self, at) {
    return index(vm, self, readIndex(vm, at, library));
  },

  setIndex(vm, self, at, value) {
    self.data = null;
    if (isOpaque(value)) noteGap(vm, value);
    const source = value instanceof Tensor ? value : null;
    const work = source !== null && source.role !== "constant";
    if (self.role === "constant" && !work) return true;
    if (self.role === "weight" || self.role === "buffer") return true;
    void at;
    const result = scatter(vm, self, source ? [source] : []);
    if (self.role === "constant") {
      // A constant that takes computed values is one no more.
      self.role = "activation";
      self.producer = result.producer;
    }
    return true;
  },

  isInstanceOf(_vm, self, cls) {
    return isTensorClass(cls, self);
  },
};

setTorchLibrary(library);

/** A tensor given to a model from outside. */
export function inputTensor(name: string, shape: Shape, dtype: DType): Tensor {
  const tensor = new Tensor(shape, dtype, library);
  tensor.role = "input";
  tensor.name = name;
  return tensor;
}
