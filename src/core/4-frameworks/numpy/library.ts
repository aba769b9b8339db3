// How numpy arrays answer: attributes, methods (from the tables of np.*), operators, indexing and assignment.
import {
  BoundMethod,
  ClassValue,
  int,
  isNone,
  isOpaque,
  IteratorValue,
  list,
  type NativeFunction,
  NONE,
  tuple,
  type Value,
} from "../../2-evaluate/values";
import { objectType } from "../../2-evaluate/python/types";
import { Unknown } from "../../2-evaluate/signals";
import type { Vm } from "../../2-evaluate/vm";
import { DATA_LIMIT, isFloating } from "../../3-graph/operations/common";
import { index, type IndexItem, readIndex } from "../../3-graph/operations/index";
import { expand } from "../../3-graph/operations/reshape";
import { dimValue, elements, isKnown, type Shape } from "../../3-graph/shape";
import { DTYPE_BYTES, type DType, Tensor, type TensorLibrary } from "../../3-graph/tensor";
import {
  array,
  copyOf,
  give,
  knownInt,
  numpyLibrary,
  ranked,
  reshapeInPlace,
  sameFacts,
  scalarOf,
  shapeArgument,
  shapeValue,
  share,
  toArray,
  toList,
  write,
} from "./array";
import { converted, dtypeArgument, dtypeObject } from "./dtypes";
import { ARRANGE } from "./ops/arrange";
import { CREATE } from "./ops/create";
import { binaryFunction, ELEMENTWISE, operandOf, unaryFunction } from "./ops/elementwise";
import { LINEAR, matrixProduct } from "./ops/linear";
import { REDUCE } from "./ops/reduce";
import { SELECT, sortInPlace } from "./ops/select";
import { reshaped, SHAPE, transposed } from "./ops/shape";
import { arrayOf, makeFunction, type NumpyTable } from "./ops/table";

/** np.ndarray, for isinstance and for np.ndarray(shape). */
export const ndarrayClass = new ClassValue("ndarray", [objectType]);
ndarrayClass.construct = (vm, _cls, args) => {
  const shape = args.positional[0] ?? args.keywords.get("shape");
  const dtype = dtypeArgument(vm, args.positional[1] ?? args.keywords.get("dtype"), "float64");
  return array(shapeArgument(vm, shape), dtype, null, vm.unknown("the values of an array are not known"));
};

/** Functions of np.* that are methods of arrays too. */
const SHARED: readonly string[] = [
  ...["sum", "prod", "mean", "std", "var", "max", "min", "argmax", "argmin", "any", "all", "ptp", "cumsum", "cumprod"],
  ...["squeeze", "swapaxes", "ravel", "repeat", "take", "nonzero", "argsort", "argpartition", "searchsorted"],
  ...["diagonal", "trace", "clip", "round", "dot", "conjugate", "conj", "choose", "compress", "copy", "put"],
];

const numberMethod: NumpyTable[string] = ["a", (vm, a) => scalarOf(vm, onlyElement(vm, arrayOf(vm, a)))];

/** An array of one element, as a number is taken from it. */
function onlyElement(vm: Vm, input: Tensor): Tensor {
  const size = input.shape === null ? null : elements(input.shape);
  if (typeof size === "number" && size !== 1) {
    throw vm.error("TypeError", "only length-1 arrays can be converted to Python scalars");
  }
  return array([], input.dtype, input.data, input.reason);
}

function converting(to: DType): NumpyTable[string] {
  return [
    "a",
    (vm, a) => {
      const input = onlyElement(vm, arrayOf(vm, a));
      return scalarOf(vm, array([], to, converted(to, input.data), input.reason));
    },
  ];
}

/** Sizes given one by one or as one sequence. */
function sizes(vm: Vm, rest: Value | undefined): ReturnType<typeof shapeArgument> {
  const items = vm.items(rest as Value);
  const [only] = items;
  return shapeArgument(vm, items.length === 1 && only ? only : (rest as Value));
}

const METHODS: NumpyTable = {
  reshape: [
    "a, *shape, order='C', copy=None, newshape=None",
    (vm, a) =>
      reshaped(
        vm,
        arrayOf(vm, a),
        sizes(vm, isNone(a["newshape"]) ? a["shape"] : list([a["newshape"] as Value])),
        a["order"],
      ),
  ],
  transpose: [
    "a, *axes",
    (vm, a) => {
      const items = vm.items(a["axes"] as Value);
      const [only] = items;
      if (only === undefined || (items.length === 1 && isNone(only))) return transposed(vm, arrayOf(vm, a), null);
      const given = items.length === 1 && only.kind !== "number" ? vm.items(only) : items;
      return transposed(
        vm,
        arrayOf(vm, a),
        given.map((axis) => knownInt(vm, axis, "an axis")),
      );
    },
  ],
  flatten: ["a, order='C'", (vm, a) => copyOf(reshaped(vm, arrayOf(vm, a), [-1], a["order"]))],
  astype: [
    "a, dtype, order=None, casting=None, subok=True, copy=True",
    (vm, a) => {
      const input = arrayOf(vm, a);
      const dtype = dtypeArgument(vm, a["dtype"], "float64");
      return sameFacts(input, array(input.shape, dtype, converted(dtype, input.data), input.reason));
    },
  ],
  view: [
    "a, dtype=None, type=None",
    (vm, a) => {
      if (!isNone(a["dtype"])) throw vm.giveUp("the bytes of an array seen as another type");
      const input = arrayOf(vm, a);
      return share(input, copyOf(input));
    },
  ],
  tolist: ["a", (vm, a) => listOf(vm, arrayOf(vm, a))],
  item: [
    "a, *args",
    (vm, a) => {
      const at = vm.items(a["args"] as Value);
      const input = arrayOf(vm, a);
      if (at.length === 0) return scalarOf(vm, onlyElement(vm, input));
      const from =
        at.length === 1 ? array([elements(ranked(vm, input))], input.dtype, input.data, input.reason) : input;
      return getIndex(vm, from, tuple(at));
    },
  ],
  fill: [
    "a, value",
    (vm, a) => {
      const input = arrayOf(vm, a);
      const size = elements(ranked(vm, input));
      const value = a["value"]?.kind === "number" ? a["value"].value : null;
      write(
        vm,
        input,
        value !== null && typeof size === "number" && size <= DATA_LIMIT ? new Array<number>(size).fill(value) : null,
      );
      return NONE;
    },
  ],
  sort: ["a, axis=-1, kind=None, order=None, *, stable=None", (vm, a) => sortInPlace(vm, arrayOf(vm, a))],
  partition: ["a, kth, axis=-1, kind=None, order=None", (vm, a) => forgetting(vm, a["a"])],
  byteswap: ["a, inplace=False", (vm) => vm.unknown("the bytes of an array are not modelled")],
  tobytes: ["a, order='C'", (vm) => vm.unknown("the bytes of an array are not modelled")],
  tostring: ["a, order='C'", (vm) => vm.unknown("the bytes of an array are not modelled")],
  tofile: ["a, *args, **kwargs", () => NONE],
  dump: ["a, *args, **kwargs", () => NONE],
  setflags: ["a, *args, **kwargs", () => NONE],
  resize: [
    "a, *shape, refcheck=True",
    (vm, a) => {
      const input = arrayOf(vm, a);
      write(vm, input, null);
      reshapeInPlace(vm, input, sizes(vm, a["shape"]));
      return NONE;
    },
  ],
  __len__: ["a", (vm, a) => dimValue(ranked(vm, arrayOf(vm, a))[0] ?? 0)],
  __int__: converting("int64"),
  __index__: numberMethod,
  __float__: converting("float64"),
  __bool__: converting("bool"),
  __abs__: ["a", (vm, a) => unaryFunction(vm, "absolute", operandOf(vm, a["a"]))],
  __array__: ["a, dtype=None, copy=None", (vm, a) => arrayOf(vm, a)],
};

function forgetting(vm: Vm, value: Value | undefined): Value {
  write(vm, toArray(vm, value), null);
  return NONE;
}

function listOf(vm: Vm, input: Tensor): Value {
  const known = toList(vm, input);
  if (known) return known;
  const first = input.shape?.[0];
  const why = input.reason ?? vm.unknown("the values of an array are not known");
  return input.shape?.length === 1 && typeof first === "number" && first <= DATA_LIMIT
    ? list(new Array<Value>(first).fill(why))
    : why;
}

const TABLES: readonly NumpyTable[] = [ELEMENTWISE, REDUCE, SHAPE, ARRANGE, SELECT, LINEAR, CREATE];
const methods = new Map<string, NativeFunction | null>();

function methodOf(name: string): NativeFunction | null {
  const known = methods.get(name);
  if (known !== undefined) return known;
  const table = SHARED.includes(name) ? TABLES.find((one) => Object.hasOwn(one, name)) : undefined;
  const entry = Object.hasOwn(METHODS, name) ? METHODS[name] : table?.[name];
  const found = entry ? makeFunction(name, entry) : null;
  methods.set(name, found);
  return found;
}

const ATTRIBUTES: Readonly<Record<string, (vm: Vm, self: Tensor) => Value>> = {
  shape: shapeValue,
  ndim: (vm, self) => int(ranked(vm, self).length),
  size: (vm, self) => dimValue(elements(ranked(vm, self))),
  dtype: (_vm, self) => dtypeObject(self.dtype),
  T: (vm, self) => transposed(vm, self, null),
  mT: (vm, self) => {
    const axes = ranked(vm, self).map((_, axis) => axis);
    return transposed(vm, self, [...axes.slice(0, -2), axes.length - 1, axes.length - 2]);
  },
  itemsize: (_vm, self) => int(DTYPE_BYTES[self.dtype]),
  nbytes: (vm, self) => vm.binary("*", dimValue(elements(ranked(vm, self))), int(DTYPE_BYTES[self.dtype])),
  real: (_vm, self) => self,
  imag: (vm, self) => unaryFunction(vm, "imag", operandOf(vm, self)),
  base: () => NONE,
  flat: (vm, self) => {
    const size = elements(ranked(vm, self));
    if (typeof size !== "number") return size;
    let at = 0;
    const flat = array([size], self.dtype, self.data, self.reason);
    return new IteratorValue(() => (at < size ? getIndex(vm, flat, int(at++)) : undefined));
  },
  strides: (vm, self) => {
    const shape = ranked(vm, self);
    return tuple(
      shape.map((_, axis) => vm.binary("*", dimValue(elements(shape.slice(axis + 1))), int(DTYPE_BYTES[self.dtype]))),
    );
  },
  __class__: () => ndarrayClass,
};

// --- indexing -----------------------------------------------------------------------------------------------------------

/** Items of an index. Tensors of a model in it make the result unknown. */
function itemsOf(vm: Vm, at: Value): IndexItem[] {
  if (at.kind === "string") throw vm.giveUp("fields of arrays are not modelled");
  // What is not known may be a mask or a list as well as a place, unless it is a dimension.
  for (const part of at.kind === "tuple" ? at.items : [at]) {
    if (isOpaque(part) && part.dimension === null) throw new Unknown(part);
  }
  const items = readIndex(vm, at, numpyLibrary);
  for (const item of items) if (item.kind === "tensor") toArray(vm, item.tensor);
  return items;
}

/** The place of an element whose index is written out in full; undefined otherwise. */
function placeOf(vm: Vm, self: Tensor, items: readonly IndexItem[]): number | undefined {
  const { shape } = self;
  if (!shape || !isKnown(shape) || items.length !== shape.length) return undefined;
  let place = 0;
  for (const [axis, item] of items.entries()) {
    const size = shape[axis] as number;
    if (item.kind !== "position" || typeof item.at !== "number") return undefined;
    if (item.at >= size || item.at < -size) {
      throw vm.error("IndexError", `index ${item.at} is out of bounds for axis ${axis} with size ${size}`);
    }
    place = place * size + (item.at < 0 ? item.at + size : item.at);
  }
  return place;
}

function getIndex(vm: Vm, self: Tensor, at: Value): Value {
  const items = itemsOf(vm, at);
  const place = placeOf(vm, self, items);
  if (place !== undefined) {
    const value = self.data?.[place];
    return scalarOf(vm, array([], self.dtype, value === undefined ? null : [value], self.reason));
  }
  const made = index(vm, self, items);
  const result = array(made.shape, self.dtype, made.data, made.shape === null ? made.reason : self.reason);
  const isView = items.every((item) => item.kind !== "tensor");
  return give(vm, isView ? share(self, result) : result);
}

/** Which elements an index means, as positions in row-major order; null when that is not known. */
function positionsOf(vm: Vm, self: Tensor, items: readonly IndexItem[]): Tensor | null {
  const size = self.shape === null ? null : elements(self.shape);
  const known = typeof size === "number" && size <= DATA_LIMIT;
  const counted = array(self.shape, "int64", known ? Array.from({ length: size }, (_, i) => i) : null, self.reason);
  const made = index(vm, counted, items);
  return made.shape === null ? null : array(made.shape, "int64", made.data, made.reason);
}

function assign(vm: Vm, self: Tensor, at: Value, value: Value): void {
  const items = itemsOf(vm, at);
  const place = placeOf(vm, self, items);
  if (place !== undefined && (value.kind === "number" || value.kind === "boolean")) {
    if (!self.data) return write(vm, self, null);
    const data = [...self.data];
    data[place] = Number(value.value);
    return write(vm, self, converted(self.dtype, data));
  }
  const places = positionsOf(vm, self, items);
  const source = toArray(vm, value);
  if (!places?.shape || !source.shape) return write(vm, self, null);
  const spread = fitted(vm, source, places.shape);
  if (!places.data || !self.data || !spread?.data) return write(vm, self, null);
  const data = [...self.data];
  places.data.forEach((position, i) => {
    data[position] = spread.data?.[i] as number;
  });
  write(vm, self, converted(self.dtype, data));
}

/** The values to assign, spread over a shape. Raises when they do not fit. */
function fitted(vm: Vm, source: Tensor, shape: Shape): Tensor | null {
  const own = source.shape as Shape;
  // Dimensions of size 1 in front may be more than there are places for.
  let extra = 0;
  while (own.length - extra > shape.length && own[extra] === 1) extra++;
  const trimmed = array(own.slice(extra), source.dtype, source.data, source.reason);
  const fits = trimmed.shape?.every((dim, i) => {
    const wanted = shape[i + shape.length - (own.length - extra)];
    return typeof dim !== "number" || typeof wanted !== "number" || dim === 1 || dim === wanted;
  });
  if (!fits || own.length - extra > shape.length) {
    const show = (dims: Shape) => `(${dims.map((dim) => (typeof dim === "number" ? dim : "?")).join(",")})`;
    throw vm.error("ValueError", `could not broadcast input array from shape ${show(own)} into shape ${show(shape)}`);
  }
  return isKnown(shape) ? expand(vm, trimmed, shape) : null;
}

// --- operators ----------------------------------------------------------------------------------------------------------

const OPERATORS: Readonly<Record<string, string>> = {
  "+": "add",
  "-": "subtract",
  "*": "multiply",
  "/": "divide",
  "//": "floor_divide",
  "%": "mod",
  "**": "power",
  "&": "bitwise_and",
  "|": "bitwise_or",
  "^": "bitwise_xor",
  "<<": "left_shift",
  ">>": "right_shift",
  "==": "equal",
  "!=": "not_equal",
  "<": "less",
  "<=": "less_equal",
  ">": "greater",
  ">=": "greater_equal",
};

/** True for what numpy takes as the other side of an operator; tensors of a framework answer themselves. */
function isOperand(value: Value): boolean {
  if (value instanceof Tensor) return value.library === numpyLibrary;
  return ["number", "boolean", "list", "tuple", "range"].includes(value.kind);
}

function operate(vm: Vm, op: string, left: Value, right: Value): Value | undefined {
  if (op === "@") return matrixProduct(vm, toArray(vm, left), toArray(vm, right));
  const name = OPERATORS[op];
  return name === undefined ? undefined : binaryFunction(vm, name, operandOf(vm, left), operandOf(vm, right));
}

/** Behaviour that may end as unknown. */
function orUnknown(body: () => Value | undefined): Value | undefined {
  try {
    return body();
  } catch (signal) {
    if (signal instanceof Unknown) return signal.value;
    throw signal;
  }
}

const behaviour: Omit<TensorLibrary, "typeName" | "errorType"> = {
  attribute(vm, self, name) {
    if (Object.hasOwn(ATTRIBUTES, name)) return orUnknown(() => ATTRIBUTES[name]?.(vm, self));
    const method = methodOf(name);
    return method ? new BoundMethod(self, method) : undefined;
  },
  setAttribute(vm, self, name, value) {
    if (name !== "shape") return true;
    const wanted = orUnknown(() => reshaped(vm, self, shapeArgument(vm, value)));
    if (wanted instanceof Tensor && wanted.shape) reshapeInPlace(vm, self, wanted.shape);
    return true;
  },
  binary(vm, self, op, other, reflected) {
    if (!isOperand(other)) return undefined;
    return orUnknown(() => (reflected ? operate(vm, op, other, self) : operate(vm, op, self, other)));
  },
  unary(vm, self, op) {
    const operand = operandOf(vm, self);
    if (op === "-") return unaryFunction(vm, "negative", operand);
    if (op === "+") return self;
    if (op !== "~" || isFloating(self.dtype)) return undefined;
    return vm.call(makeFunction("invert", ELEMENTWISE["invert"] as NumpyTable[string]), [self]);
  },
  compare(vm, self, op, other, reflected) {
    if (OPERATORS[op] === undefined) return undefined;
    if (other.kind === "string" || isNone(other)) {
      return op === "==" || op === "!="
        ? array(self.shape, "bool", null, vm.unknown("the values of an array are not known"))
        : undefined;
    }
    if (!isOperand(other)) return undefined;
    return orUnknown(() => (reflected ? operate(vm, op, other, self) : operate(vm, op, self, other)));
  },
  getIndex(vm, self, at) {
    if (isOpaque(at) && self.shape === null) return at;
    return orUnknown(() => getIndex(vm, self, at));
  },
  setIndex(vm, self, at, value) {
    try {
      assign(vm, self, at, value);
    } catch (signal) {
      if (!(signal instanceof Unknown)) throw signal;
      write(vm, self, null);
    }
    return true;
  },
  isInstanceOf(_vm, _self, cls) {
    return cls === ndarrayClass || cls === objectType;
  },
};

Object.assign(numpyLibrary, behaviour);
