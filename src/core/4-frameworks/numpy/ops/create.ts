// Arrays made from nothing or from sequences: zeros, arange, linspace, array, eye, meshgrid, windows, and the index tricks
// np.r_, np.c_, np.mgrid, np.ogrid, np.s_.
import type { Bound } from "../../../2-evaluate/native";
import {
  float,
  HostObject,
  int,
  isNone,
  isOpaque,
  list,
  tuple,
  TupleValue,
  type Value,
} from "../../../2-evaluate/values";
import type { Vm } from "../../../2-evaluate/vm";
import { DATA_LIMIT, isFloating } from "../../../3-graph/operations/common";
import { concat, stack } from "../../../3-graph/operations/join";
import { jointShape } from "../../../3-graph/operations/move";
import { type Dim, dimValue, elements, isKnown, type Shape } from "../../../3-graph/shape";
import { type DType, Tensor } from "../../../3-graph/tensor";
import {
  array,
  copyOf,
  knownInt,
  plainReason,
  ranked,
  reshapeInPlace,
  shapeArgument,
  sizeOf,
  toArray,
  toArrays,
  whyUnknown,
} from "../array";
import { converted, dtypeArgument, promoteTypes } from "../dtypes";
import { alsoNamed, arrayOf, type NumpyTable } from "./table";

/** An array of one value; null for one that is not known. */
function filled(vm: Vm, shape: Shape, dtype: DType, value: number | null): Tensor {
  const size = elements(shape);
  if (typeof size === "number" && size < 0) throw vm.error("ValueError", "negative dimensions are not allowed");
  const data =
    value !== null && typeof size === "number" && size <= DATA_LIMIT ? new Array<number>(size).fill(value) : null;
  return array(shape, dtype, data, value === null ? vm.unknown("the values of an array are not known") : null);
}

function bySize(value: number | null): NumpyTable[string] {
  return [
    "shape, dtype=None, order=None, *, device=None, like=None",
    (vm, a) => filled(vm, shapeArgument(vm, a["shape"]), dtypeArgument(vm, a["dtype"], "float64"), value),
  ];
}

/** The shape (or the one asked for) and dtype of another array; framework tensors are asked for their shape alone. */
function alike(vm: Vm, a: Bound, value: number | null): Tensor {
  const given = a["a"];
  const model = given instanceof Tensor ? given : toArray(vm, given);
  const shape = isNone(a["shape"]) ? ranked(vm, model) : shapeArgument(vm, a["shape"]);
  return filled(vm, shape, dtypeArgument(vm, a["dtype"], model.dtype), value);
}

const LIKE = "dtype=None, order=None, subok=True, shape=None";

/** A number argument; null when it is not known. */
function numberOf(vm: Vm, value: Value | undefined): { value: number | null; isFloat: boolean } {
  if (value?.kind === "number") return { value: value.value, isFloat: value.isFloat };
  if (isOpaque(value)) return { value: null, isFloat: value.dimension === null };
  const tensor = toArray(vm, value);
  return { value: tensor.data?.[0] ?? null, isFloat: isFloating(tensor.dtype) };
}

function arange(vm: Vm, a: Bound): Tensor {
  const single = isNone(a["stop"]);
  const parts = [single ? undefined : a["start"], single ? a["start"] : a["stop"], a["step"]];
  const [start, stop, step] = parts.map((part, i) =>
    isNone(part) ? { value: i === 2 ? 1 : 0, isFloat: false } : numberOf(vm, part),
  ) as [ReturnType<typeof numberOf>, ReturnType<typeof numberOf>, ReturnType<typeof numberOf>];
  const isFloat = [start, stop, step].some((part) => part.isFloat);
  const dtype = dtypeArgument(vm, a["dtype"], isFloat ? "float64" : "int64");
  const unknown = parts.find(isOpaque);
  if (start.value === null || stop.value === null || step.value === null) {
    return array([unknown ?? vm.unknown("the length of np.arange is not known")], dtype);
  }
  if (step.value === 0) throw vm.error("ZeroDivisionError", "division by zero");
  const count = Math.max(0, Math.ceil((stop.value - start.value) / step.value));
  if (count > DATA_LIMIT) return array([count], dtype);
  const [from, by] = [start.value, start.value + step.value - start.value];
  const data = Array.from({ length: count }, (_, i) => from + i * by);
  return array([count], dtype, isFloating(dtype) ? data : converted(dtype, data));
}

/** numpy's order of arithmetic, so that values agree to the last bit. */
function spaced(start: number, stop: number, count: number, endpoint: boolean): number[] {
  const parts = endpoint ? count - 1 : count;
  const width = stop - start;
  const step = parts > 0 ? width / parts : Number.NaN;
  const values = Array.from({ length: count }, (_, i) => {
    if (parts <= 0) return i * width + start;
    return step === 0 ? (i / parts) * width + start : i * step + start;
  });
  if (endpoint && count > 1) values[count - 1] = stop;
  return values;
}

function linspace(vm: Vm, a: Bound, map: ((value: number) => number | null) | null): Value {
  const count = sizeOf(vm, a["num"], "num");
  const endpoint = vm.truth(a["endpoint"] as Value);
  const start = numberOf(vm, a["start"]).value;
  const stop = numberOf(vm, a["stop"]).value;
  const dtype = dtypeArgument(vm, a["dtype"], "float64");
  let data: readonly number[] | null = null;
  let step: number | null = null;
  if (typeof count === "number" && count < 0) throw vm.error("ValueError", "Number of samples must be non-negative");
  if (start !== null && stop !== null && typeof count === "number" && count <= DATA_LIMIT && !isOpaque(endpoint)) {
    const plain = spaced(start, stop, count, endpoint);
    const mapped = map ? plain.map(map) : plain;
    data = mapped.includes(null) ? null : (mapped as number[]);
    if (data && !isFloating(dtype)) data = data.map(Math.floor);
    step = (stop - start) / (endpoint ? count - 1 : count);
  }
  const values = array([count], dtype, data);
  if (isNone(a["retstep"]) || vm.truth(a["retstep"] as Value) !== true) return values;
  return tuple([values, step === null ? vm.unknown("the step of np.linspace is not known") : float(step)]);
}

function eye(rows: Dim, columns: Dim, offset: number, dtype: DType): Tensor {
  const shape = [rows, columns];
  if (!isKnown(shape)) return array(shape, dtype);
  const [height, width] = shape as [number, number];
  if (height * width > DATA_LIMIT) return array(shape, dtype);
  const data = Array.from({ length: height * width }, (_, i) =>
    (i % width) - Math.floor(i / width) === offset ? 1 : 0,
  );
  return array(shape, dtype, data);
}

/** np.array and kin. `copy` tells whether an array given is copied. */
function make(vm: Vm, a: Bound, copy: boolean): Value {
  const value = a["a"] as Value;
  if (isOpaque(value)) return plainReason(value);
  const made = toArray(vm, value);
  const dtype = dtypeArgument(vm, a["dtype"], made.dtype);
  const least = a["ndmin"]?.kind === "number" ? a["ndmin"].value : 0;
  if (made === value && !copy && dtype === made.dtype) return made;
  const result =
    dtype === made.dtype ? copyOf(made) : array(made.shape, dtype, converted(dtype, made.data), made.reason);
  const missing = result.shape === null ? 0 : least - result.shape.length;
  if (result.shape && missing > 0) reshapeInPlace(vm, result, [...new Array<number>(missing).fill(1), ...result.shape]);
  return result;
}

const AS_ARRAY: NumpyTable[string] = ["a, dtype=None, order=None, **kwargs", (vm, a) => make(vm, a, false)];

/** Lower (or upper) triangle: the other elements become zero. */
function triangle(vm: Vm, a: Bound, keeps: (row: number, column: number) => boolean): Tensor {
  const input = arrayOf(vm, a);
  const shape = ranked(vm, input);
  const width = shape.at(-1);
  const height = shape.at(-2);
  const { data } = input;
  if (!data || typeof width !== "number" || typeof height !== "number")
    return array(shape, input.dtype, null, input.reason);
  return array(
    shape,
    input.dtype,
    data.map((value, i) => (keeps(Math.floor(i / width) % height, i % width) ? value : 0)),
  );
}

function meshgrid(vm: Vm, a: Bound): Value {
  const axes = toArrays(vm, a["xi"]).map((axis) =>
    axis.shape?.length === 0 ? array([1], axis.dtype, axis.data) : axis,
  );
  const byColumns = a["indexing"]?.kind !== "string" || a["indexing"].value === "xy";
  const sizes = axes.map((axis) => elements(ranked(vm, axis)));
  const order = sizes.map((_, i) => (byColumns && i < 2 && sizes.length > 1 ? 1 - i : i));
  const shape = order.map((axis) => sizes[axis] as Dim);
  const sparse = a["sparse"]?.kind === "boolean" && a["sparse"].value;
  return tuple(
    axes.map((axis, i) => {
      const along = order.indexOf(i);
      if (sparse)
        return array(
          shape.map((dim, at) => (at === along ? dim : 1)),
          axis.dtype,
          axis.data,
          axis.reason,
        );
      return spread(axis, shape, along);
    }),
  );
}

/** A row of values repeated over a grid; it varies along one axis. */
function spread(values: Tensor, shape: Shape, along: number): Tensor {
  const { data } = values;
  if (!data || !isKnown(shape)) return array(shape, values.dtype, null, values.reason);
  const total = shape.reduce((product, dim) => product * dim, 1);
  if (total > DATA_LIMIT) return array(shape, values.dtype, null, values.reason);
  const inner = shape.slice(along + 1).reduce((product, dim) => product * dim, 1);
  const size = shape[along] as number;
  return array(
    shape,
    values.dtype,
    Array.from({ length: total }, (_, i) => data[Math.floor(i / inner) % size] as number),
  );
}

/** A range as a slice writes it; a step such as 5j counts points. */
function sliceRange(vm: Vm, value: Value): Tensor {
  if (value.kind !== "slice") return toArray(vm, value);
  return arange(vm, { start: isNone(value.lower) ? int(0) : value.lower, stop: value.upper, step: value.step });
}

function grid(vm: Vm, index: Value, dense: boolean): Value {
  if (index.kind === "slice") return sliceRange(vm, index);
  const ranges = vm.items(index).map((part) => sliceRange(vm, part));
  const shape = ranges.map((range) => (range.shape as Shape)[0] as Dim);
  const parts = ranges.map((range, axis) =>
    dense
      ? spread(range, shape, axis)
      : array(
          shape.map((dim, at) => (at === axis ? dim : 1)),
          range.dtype,
          range.data,
          range.reason,
        ),
  );
  return dense ? stack(vm, parts, 0) : tuple(parts);
}

/** np.r_[a, b, 1:4]: ranges, arrays and numbers joined along the first axis; np.c_ puts them side by side. */
function joined(vm: Vm, index: Value, asColumns: boolean): Value {
  const items = index.kind === "tuple" ? index.items : [index];
  if (items.some((item) => item.kind === "string")) throw vm.giveUp("np.r_ with a text of options is not modelled");
  const parts = items.map((item) => sliceRange(vm, item));
  const rows = parts.map((part) => {
    const shape = ranked(vm, part);
    if (shape.length === 0) return array(asColumns ? [1, 1] : [1], part.dtype, part.data, part.reason);
    return asColumns && shape.length === 1 ? array([shape[0] as Dim, 1], part.dtype, part.data, part.reason) : part;
  });
  return joinArrays(vm, rows, asColumns ? -1 : 0);
}

/** Arrays joined along an axis by numpy's rules. */
export function joinArrays(vm: Vm, parts: readonly Tensor[], axis: number): Tensor {
  const [first] = parts;
  if (!first) throw vm.error("ValueError", "need at least one array to concatenate");
  const dtype = parts.reduce((type, part) => promoteTypes(type, part.dtype), first.dtype);
  const rank = first.shape?.length;
  const other = parts.findIndex((part) => part.shape !== null && rank !== undefined && part.shape.length !== rank);
  if (other > 0) {
    throw vm.error(
      "ValueError",
      `all the input array dimensions must match exactly, but along dimension 0, the array at index 0 has ${rank} dimension(s) and the array at index ${other} has ${parts[other]?.shape?.length} dimension(s)`,
    );
  }
  if (rank === 0) throw vm.error("ValueError", "zero-dimensional arrays cannot be concatenated");
  if (parts.length === 1) return copyOf(first);
  const result = concat(vm, parts, axis);
  return array(result.shape, dtype, result.data, whyUnknown(...parts) ?? result.reason);
}

/** Something that is indexed: np.s_, np.mgrid … */
class IndexTrick extends HostObject {
  constructor(
    readonly typeName: string,
    private readonly read: (vm: Vm, index: Value) => Value,
  ) {
    super();
  }
  override getIndex(vm: Vm, index: Value): Value {
    return this.read(vm, index);
  }
}

export const INDEX_TRICKS: Readonly<Record<string, Value>> = {
  s_: new IndexTrick("IndexExpression", (_vm, index) => index),
  index_exp: new IndexTrick("IndexExpression", (_vm, index) =>
    index.kind === "tuple" ? index : new TupleValue([index]),
  ),
  mgrid: new IndexTrick("nd_grid", (vm, index) => grid(vm, index, true)),
  ogrid: new IndexTrick("nd_grid", (vm, index) => grid(vm, index, false)),
  r_: new IndexTrick("RClass", (vm, index) => joined(vm, index, false)),
  c_: new IndexTrick("CClass", (vm, index) => joined(vm, index, true)),
};

export const CREATE: NumpyTable = {
  zeros: bySize(0),
  ones: bySize(1),
  empty: bySize(null),
  full: [
    "shape, fill_value, dtype=None, order=None, *, device=None, like=None",
    (vm, a) => {
      const value = toArray(vm, a["fill_value"]);
      const shape = shapeArgument(vm, a["shape"]);
      const only = value.data?.length === 1 ? (value.data[0] as number) : null;
      return filled(vm, shape, dtypeArgument(vm, a["dtype"], value.dtype), only);
    },
  ],
  zeros_like: [`a, ${LIKE}`, (vm, a) => alike(vm, a, 0)],
  ones_like: [`a, ${LIKE}`, (vm, a) => alike(vm, a, 1)],
  empty_like: [`a, ${LIKE}`, (vm, a) => alike(vm, a, null)],
  full_like: [
    `a, fill_value, ${LIKE}`,
    (vm, a) => {
      const value = toArray(vm, a["fill_value"]);
      return alike(vm, a, value.data?.length === 1 ? (value.data[0] as number) : null);
    },
  ],
  arange: ["start, stop=None, step=None, dtype=None, *, device=None, like=None", (vm, a) => arange(vm, a)],
  linspace: [
    "start, stop, num=50, endpoint=True, retstep=False, dtype=None, axis=0, *, device=None",
    (vm, a) => linspace(vm, a, null),
  ],
  logspace: [
    "start, stop, num=50, endpoint=True, base=10.0, dtype=None, axis=0",
    (vm, a) => {
      const base = numberOf(vm, a["base"]).value;
      // Powers with a fraction differ in the last bits between mathematical libraries.
      const power = (x: number) =>
        base !== null && Number.isInteger(base) && Number.isInteger(x) && x >= 0 ? base ** x : null;
      return linspace(vm, a, power);
    },
  ],
  geomspace: ["start, stop, num=50, endpoint=True, dtype=None, axis=0", (vm, a) => linspace(vm, a, () => null)],
  array: [
    "a, dtype=None, copy=True, order=None, subok=False, ndmin=0, like=None",
    (vm, a) => make(vm, a, a["copy"]?.kind !== "boolean" || a["copy"].value),
  ],
  asarray: AS_ARRAY,
  copy: ["a, order=None, subok=False", (vm, a) => make(vm, a, true)],
  fromiter: [
    "iter, dtype, count=-1",
    (vm, a) => make(vm, { a: list(vm.items(a["iter"] as Value)), dtype: a["dtype"] as Value }, true),
  ],
  eye: [
    "N, M=None, k=0, dtype=None, order=None, *, device=None, like=None",
    (vm, a) => {
      const rows = sizeOf(vm, a["N"]);
      const columns = isNone(a["M"]) ? rows : sizeOf(vm, a["M"]);
      return eye(rows, columns, knownInt(vm, a["k"], "k"), dtypeArgument(vm, a["dtype"], "float64"));
    },
  ],
  identity: [
    "n, dtype=None",
    (vm, a) => eye(sizeOf(vm, a["n"]), sizeOf(vm, a["n"]), 0, dtypeArgument(vm, a["dtype"], "float64")),
  ],
  tri: [
    "N, M=None, k=0, dtype=None",
    (vm, a) => {
      const rows = sizeOf(vm, a["N"]);
      const columns = isNone(a["M"]) ? rows : sizeOf(vm, a["M"]);
      const k = knownInt(vm, a["k"], "k");
      const ones = filled(vm, [rows, columns], dtypeArgument(vm, a["dtype"], "float64"), 1);
      return triangle(vm, { a: ones }, (row, column) => column - row <= k);
    },
  ],
  tril: [
    "a, k=0",
    (vm, a) => {
      const k = knownInt(vm, a["k"], "k");
      return triangle(vm, a, (row, column) => column - row <= k);
    },
  ],
  triu: [
    "a, k=0",
    (vm, a) => {
      const k = knownInt(vm, a["k"], "k");
      return triangle(vm, a, (row, column) => column - row >= k);
    },
  ],
  meshgrid: ["*xi, copy=True, sparse=False, indexing='xy'", (vm, a) => meshgrid(vm, a)],
  indices: [
    "dimensions, dtype=None, sparse=False",
    (vm, a) => {
      const shape = shapeArgument(vm, a["dimensions"]);
      const dtype = dtypeArgument(vm, a["dtype"], "int64");
      const parts = shape.map((size, axis) => {
        const data = typeof size === "number" && size <= DATA_LIMIT ? Array.from({ length: size }, (_, i) => i) : null;
        return spread(array([size], dtype, data), shape, axis);
      });
      if (a["sparse"]?.kind === "boolean" && a["sparse"].value) throw vm.giveUp("sparse indices are not modelled");
      return stack(vm, parts, 0);
    },
  ],
  vander: [
    "x, N=None, increasing=False",
    (vm, a) => {
      const size = elements(ranked(vm, arrayOf(vm, a, "x")));
      return array([size, isNone(a["N"]) ? size : sizeOf(vm, a["N"])], "float64");
    },
  ],
  broadcast_shapes: [
    "*shapes",
    (vm, a) => {
      const shapes = vm.items(a["shapes"] as Value).map((shape) => shapeArgument(vm, shape));
      return tuple(jointShape(vm, shapes, undefined).map(dimValue));
    },
  ],
  fromfunction: [
    "function, shape, *, dtype=None, **kwargs",
    (vm, a) => {
      const shape = shapeArgument(vm, a["shape"]);
      const axes = shape.map((size, axis) => {
        const data = typeof size === "number" && size <= DATA_LIMIT ? Array.from({ length: size }, (_, i) => i) : null;
        return spread(array([size], dtypeArgument(vm, a["dtype"], "float64"), data), shape, axis);
      });
      return vm.call(a["function"] as Value, axes);
    },
  ],
};

/** Windows of signal processing: one value per position. */
for (const name of ["hanning", "hamming", "blackman", "bartlett", "kaiser"]) {
  CREATE[name] = ["M, beta=None", (vm, a) => array([sizeOf(vm, a["M"])], "float64")];
}

alsoNamed(CREATE, {
  asanyarray: "asarray",
  ascontiguousarray: "asarray",
  asfortranarray: "asarray",
  require: "asarray",
  asarray_chkfinite: "asarray",
});
