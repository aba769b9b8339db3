// torch factories: zeros, arange, tensor, rand, … and the `*_like` / `new_*` forms. All give constants.
import type { Bound } from "../../../2-evaluate/native";
import { isNone, isOpaque, type OpaqueValue, type Value } from "../../../2-evaluate/values";
import type { Vm } from "../../../2-evaluate/vm";
import { constant, promote } from "../../../3-graph/operations/common";
import { arange, eye, filled, linspace } from "../../../3-graph/operations/create";
import { stack } from "../../../3-graph/operations/join";
import { cast } from "../../../3-graph/operations/move";
import { type Dim, mapDims, type Shape } from "../../../3-graph/shape";
import { type DType, Tensor } from "../../../3-graph/tensor";
import { adopt, scalarTensor, toSize, toSizes, toTensor, torchLibrary, tuple } from "../arguments";
import { readDType } from "../dtypes";
import { numberOr, type OpTable, tensorOf } from "./table";

const COMMON =
  "dtype=None, device=None, requires_grad=False, layout=None, pin_memory=False, memory_format=None, out=None, generator=None, names=None";

function typed(a: Bound, fallback: DType): DType {
  return readDType(a["dtype"]) ?? fallback;
}

function sizesOf(vm: Vm, a: Bound): Dim[] {
  const { size, shape } = a as { size: Value; shape?: Value };
  return toSizes(vm, shape && !isNone(shape) ? tuple([shape]) : size, "a size of a new tensor");
}

/** A factory that takes sizes: `zeros(2, 3)`, `zeros((2, 3))`, `zeros(size=…)`. */
function bySize(value: number | null): OpTable[string] {
  return [
    `*size, ${COMMON}, shape=None`,
    (vm, a) => filled(torchLibrary(), sizesOf(vm, a), typed(a, "float32"), value),
  ];
}

/** The shape and dtype of another tensor. */
function alike(value: number | null): OpTable[string] {
  return [
    `input, ${COMMON}`,
    (vm, a) => {
      const model = tensorOf(vm, a);
      return likeOf(model, typed(a, model.dtype), value);
    },
  ];
}

function likeOf(model: Tensor, dtype: DType, value: number | null): Tensor {
  if (model.shape === null) return constant(torchLibrary(), null, dtype, null, model.reason);
  return filled(torchLibrary(), model.shape, dtype, value);
}

/** Shape, dtype and values of nested lists of numbers; tensors inside are stacked. */
function nested(vm: Vm, value: Value): { shape: Shape | null; dtype: DType; data: number[] | null; why?: OpaqueValue } {
  if (value instanceof Tensor)
    return {
      shape: value.shape,
      dtype: value.dtype,
      data: value.data ? [...value.data] : null,
      why: value.reason ?? undefined,
    };
  if (value.kind === "number") return { shape: [], dtype: value.isFloat ? "float32" : "int64", data: [value.value] };
  if (value.kind === "boolean") return { shape: [], dtype: "bool", data: [value.value ? 1 : 0] };
  // An unknown entry is a number when it is a dimension; otherwise it may be a whole array.
  if (isOpaque(value)) return { shape: value.dimension === null ? null : [], dtype: "float32", data: null, why: value };
  const items = vm.items(value);
  if (items.length === 0) return { shape: [0], dtype: "float32", data: [] };
  const parts = items.map((item) => nested(vm, item));
  const first = parts[0] as (typeof parts)[number];
  const why = parts.find((part) => part.shape === null)?.why;
  if (why) return { shape: null, dtype: "float32", data: null, why };
  const ragged = parts.some(
    (part) =>
      part.shape?.length !== first.shape?.length ||
      part.shape?.some((dim, i) => dim !== first.shape?.[i] && typeof dim === "number"),
  );
  if (ragged) throw vm.error("ValueError", "expected sequences of the same length in a tensor's data");
  const dtype = parts.reduce<DType>((type, part) => promote(type, part.dtype), first.dtype);
  const data = parts.every((part) => part.data !== null) ? parts.flatMap((part) => part.data as number[]) : null;
  return { shape: first.shape === null ? null : [parts.length, ...first.shape], dtype, data };
}

/** torch.tensor(data): a constant with the values it was given. */
export function tensorFrom(vm: Vm, value: Value, dtype: DType | undefined): Tensor {
  if (value instanceof Tensor) {
    const own =
      value.library === torchLibrary()
        ? constant(torchLibrary(), value.shape, value.dtype, value.data, value.reason)
        : adopt(value);
    return dtype === undefined ? own : cast(vm, own, dtype);
  }
  if (isOpaque(value)) return constant(torchLibrary(), null, dtype ?? "float32", null, value);
  const made = nested(vm, value);
  const data = made.data && dtype === "int64" ? made.data.map(Math.trunc) : made.data;
  return constant(torchLibrary(), made.shape, dtype ?? made.dtype, data, made.why ?? null);
}

/** torch.as_tensor and from_numpy: the tensor itself when it is one. */
function asTensor(vm: Vm, value: Value, dtype: DType | undefined): Tensor {
  if (value instanceof Tensor && value.library === torchLibrary() && dtype === undefined) return value;
  return tensorFrom(vm, value, dtype);
}

function range(vm: Vm, a: Bound, inclusive: boolean): Tensor {
  const one = isNone(a["end"]);
  const values = [one ? undefined : a["start"], one ? a["start"] : a["end"], a["step"]];
  const isFloat =
    values.some((value) => value?.kind === "number" && value.isFloat) ||
    (values[1] instanceof Tensor && values[1].dtype === "float32");
  const read = (value: Value | undefined, fallback: number): Dim => {
    if (value === undefined || isNone(value)) return fallback;
    if (value.kind === "number") return value.value;
    return toSize(vm, value, "a bound of arange");
  };
  const start = read(values[0], 0);
  const step = read(values[2], 1);
  const stop = read(values[1], 0);
  const end = inclusive ? mapDims((x, by) => x + by, stop, step) : stop;
  return arange(torchLibrary(), start, end, step, typed(a, isFloat || inclusive ? "float32" : "int64"));
}

function triangleIndices(vm: Vm, a: Bound, upper: boolean): Tensor {
  const offset = numberOr(vm, a["offset"], 0) ?? 0;
  const count = mapDims(
    (rows, columns) => {
      let total = 0;
      for (let row = 0; row < rows; row++) {
        const lower = Math.min(columns, Math.max(0, row + offset + (upper ? 0 : 1)));
        total += upper ? columns - lower : lower;
      }
      return total;
    },
    toSize(vm, a["row"], "row"),
    toSize(vm, a["col"], "col"),
  );
  return constant(torchLibrary(), [2, count], "int64");
}

export const CREATE: OpTable = {
  zeros: bySize(0),
  ones: bySize(1),
  empty: bySize(null),
  rand: bySize(null),
  randn: bySize(null),
  zeros_like: alike(0),
  ones_like: alike(1),
  empty_like: alike(null),
  rand_like: alike(null),
  randn_like: alike(null),
  full_like: [
    `input, fill_value, ${COMMON}`,
    (vm, a) => likeOf(tensorOf(vm, a), typed(a, tensorOf(vm, a).dtype), numberOr(vm, a["fill_value"])),
  ],
  randint_like: [
    `input, low, high=None, ${COMMON}`,
    (vm, a) => likeOf(tensorOf(vm, a), typed(a, tensorOf(vm, a).dtype), null),
  ],
  bernoulli: [`input, p=None, ${COMMON}`, (vm, a) => likeOf(tensorOf(vm, a), tensorOf(vm, a).dtype, null)],
  full: [
    `size, fill_value, ${COMMON}`,
    (vm, a) => {
      const value = a["fill_value"] as Value;
      const dtype = value.kind === "number" && !value.isFloat ? "int64" : value.kind === "boolean" ? "bool" : "float32";
      return filled(
        torchLibrary(),
        toSizes(vm, tuple([a["size"] as Value]), "size"),
        typed(a, dtype),
        numberOr(vm, value),
      );
    },
  ],
  randint: [
    `low, high=None, size=None, ${COMMON}`,
    (vm, a) => {
      // `randint(high, size)` has two positional arguments.
      const size = isNone(a["size"]) ? (a["high"] as Value) : (a["size"] as Value);
      return filled(torchLibrary(), toSizes(vm, tuple([size]), "size"), typed(a, "int64"), null);
    },
  ],
  randperm: [`n, ${COMMON}`, (vm, a) => filled(torchLibrary(), [toSize(vm, a["n"], "n")], typed(a, "int64"), null)],
  normal: [
    `mean, std=1.0, size=None, ${COMMON}`,
    (vm, a) => {
      if (!isNone(a["size"]))
        return filled(torchLibrary(), toSizes(vm, tuple([a["size"] as Value]), "size"), typed(a, "float32"), null);
      const model = a["mean"] instanceof Tensor ? a["mean"] : toTensor(vm, a["std"]);
      return likeOf(model, "float32", null);
    },
  ],
  arange: [`start, end=None, step=1, ${COMMON}`, (vm, a) => range(vm, a, false)],
  range: [`start, end=None, step=1, ${COMMON}`, (vm, a) => range(vm, a, true)],
  linspace: [
    `start, end, steps, ${COMMON}`,
    (vm, a) =>
      linspace(
        torchLibrary(),
        numberOr(vm, a["start"]),
        numberOr(vm, a["end"]),
        toSize(vm, a["steps"], "steps"),
        typed(a, "float32"),
      ),
  ],
  logspace: [
    `start, end, steps=100, base=10.0, ${COMMON}`,
    (vm, a) => constant(torchLibrary(), [toSize(vm, a["steps"], "steps")], typed(a, "float32")),
  ],
  eye: [
    `n, m=None, ${COMMON}`,
    (vm, a) => {
      const rows = toSize(vm, a["n"], "n");
      return eye(torchLibrary(), rows, isNone(a["m"]) ? rows : toSize(vm, a["m"], "m"), typed(a, "float32"));
    },
  ],
  tensor: [`data, ${COMMON}`, (vm, a) => tensorFrom(vm, a["data"] as Value, readDType(a["dtype"]))],
  scalar_tensor: [`data, ${COMMON}`, (vm, a) => scalarTensor(numberOr(vm, a["data"]), typed(a, "float32"))],
  as_tensor: [`data, ${COMMON}`, (vm, a) => asTensor(vm, a["data"] as Value, readDType(a["dtype"]))],
  asarray: [`data, ${COMMON}`, (vm, a) => asTensor(vm, a["data"] as Value, readDType(a["dtype"]))],
  from_numpy: ["data", (vm, a) => asTensor(vm, a["data"] as Value, undefined)],
  tril_indices: [`row, col, offset=0, ${COMMON}`, (vm, a) => triangleIndices(vm, a, false)],
  triu_indices: [`row, col, offset=0, ${COMMON}`, (vm, a) => triangleIndices(vm, a, true)],
  multinomial: [
    "input, num_samples, replacement=False, *, generator=None",
    (vm, a) => {
      const { shape } = tensorOf(vm, a);
      return constant(
        torchLibrary(),
        shape === null ? null : [...shape.slice(0, -1), toSize(vm, a["num_samples"], "num_samples")],
        "int64",
        null,
        tensorOf(vm, a).reason,
      );
    },
  ],
  complex: ["real, imag", (vm, a) => cast(vm, tensorOf(vm, a, "real"), "complex64")],
  view_as_real: [
    "input",
    (vm, a) => stack(vm, [cast(vm, tensorOf(vm, a), "float32"), cast(vm, tensorOf(vm, a), "float32")], -1),
  ],
};

/** Windows of signal processing: one value per position. */
for (const name of ["hann_window", "hamming_window", "blackman_window", "bartlett_window", "kaiser_window"]) {
  CREATE[name] = [
    `window_length, periodic=True, ${COMMON}`,
    (vm, a) => constant(torchLibrary(), [toSize(vm, a["window_length"], "window_length")], typed(a, "float32")),
  ];
}

/** Tensor methods `new_zeros`, `new_full`, …: the dtype of the tensor unless another is asked for. */
export const NEW_METHODS: OpTable = {
  ...Object.fromEntries(
    (
      [
        ["new_zeros", 0],
        ["new_ones", 1],
        ["new_empty", null],
        ["new", null],
      ] as const
    ).map(
      ([name, value]) =>
        [
          name,
          [
            `input, *size, ${COMMON}, shape=None`,
            (vm, a) => filled(torchLibrary(), sizesOf(vm, a), typed(a, tensorOf(vm, a).dtype), value),
          ],
        ] as const,
    ),
  ),
  new_full: [
    `input, size, fill_value, ${COMMON}`,
    (vm, a) =>
      filled(
        torchLibrary(),
        toSizes(vm, tuple([a["size"] as Value]), "size"),
        typed(a, tensorOf(vm, a).dtype),
        numberOr(vm, a["fill_value"]),
      ),
  ],
  new_tensor: [`input, data, ${COMMON}`, (vm, a) => tensorFrom(vm, a["data"] as Value, readDType(a["dtype"]))],
};
