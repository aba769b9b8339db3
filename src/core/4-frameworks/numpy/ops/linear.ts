// Products of arrays, np.linalg and np.fft. Shapes come from the graph operations, run on a graph that is thrown away: what
// numpy computes while a model is built costs nothing on the device. Values of products are computed while small.
import { type Bound, toText } from "../../../2-evaluate/native";
import { isNone, tuple, TupleValue, type Value } from "../../../2-evaluate/values";
import type { Vm } from "../../../2-evaluate/vm";
import { withGraph } from "../../../3-graph/graph";
import { broadcastShapes, positiveAxis } from "../../../3-graph/operations/common";
import { einsum } from "../../../3-graph/operations/einsum";
import { matmul, tensordot } from "../../../3-graph/operations/linear";
import { type Dim, elements, isKnown, mapDims, type Shape, showShape } from "../../../3-graph/shape";
import type { DType, Tensor } from "../../../3-graph/tensor";
import {
  array,
  axesArgument,
  give,
  knownInt,
  ranked,
  shapeArgument,
  sizeOf,
  toArray,
  toArrays,
  whyUnknown,
} from "../array";
import { floatTypeOf, promoteTypes } from "../dtypes";
import { elementwise, operandOf } from "./elementwise";
import { NORM } from "./reduce";
import { arrayOf, type NumpyTable } from "./table";

const WORK = 65_536;

/** What a graph operation gives, as an array; the operation itself is forgotten. */
function shapeOnly(vm: Vm, body: () => Tensor, dtype: DType, sources: readonly Tensor[]): Tensor {
  const { result } = withGraph(vm, body);
  return array(result.shape, dtype, null, whyUnknown(...sources) ?? result.reason);
}

function typeOf(parts: readonly Tensor[]): DType {
  return parts.reduce<DType>((type, part) => promoteTypes(type, part.dtype), parts[0]?.dtype ?? "float64");
}

/** Values of a product of two matrices or vectors of at most two dimensions. */
function productData(a: Tensor, b: Tensor): number[] | null {
  if (!a.data || !b.data || !a.shape || !b.shape || !isKnown(a.shape) || !isKnown(b.shape)) return null;
  if (a.shape.length > 2 || b.shape.length > 2) return null;
  // Sums of fractions depend on the order of numpy's matrix library.
  if (![...a.data, ...b.data].every(Number.isInteger)) return null;
  const [rows, inner] = a.shape.length === 1 ? [1, a.shape[0] as number] : (a.shape as [number, number]);
  const columns = b.shape.length === 1 ? 1 : (b.shape[1] as number);
  if (rows * inner * columns > WORK) return null;
  const values: number[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      let sum = 0;
      for (let k = 0; k < inner; k++)
        sum += (a.data[row * inner + k] as number) * (b.data[k * columns + column] as number);
      values.push(sum);
    }
  }
  return values;
}

/** `a @ b`. */
export function matrixProduct(vm: Vm, a: Tensor, b: Tensor): Value {
  const dtype = typeOf([a, b]);
  const made = shapeOnly(vm, () => matmul(vm, a, b), dtype, [a, b]);
  return give(vm, array(made.shape, dtype, productData(a, b), made.reason), "a product of arrays");
}

/** np.dot: products of numbers, vectors and matrices; of more dimensions, a sum over the last and the second to last. */
function dot(vm: Vm, left: Value | undefined, right: Value | undefined): Value {
  const [a, b] = [toArray(vm, left), toArray(vm, right)];
  const [x, y] = [ranked(vm, a).length, ranked(vm, b).length];
  if (x === 0 || y === 0) return elementwise(vm, [operandOf(vm, left), operandOf(vm, right)], (p = 0, q = 0) => p * q);
  if (x <= 2 && y <= 2) return matrixProduct(vm, a, b);
  return shapeOnly(vm, () => tensordot(vm, a, b, [x - 1], [Math.max(0, y - 2)]), typeOf([a, b]), [a, b]);
}

function tensorDot(vm: Vm, a: Bound): Value {
  const [left, right] = [arrayOf(vm, a), arrayOf(vm, a, "b")];
  const axes = a["axes"];
  let first: number[];
  let second: number[];
  if (axes?.kind === "number") {
    const rank = ranked(vm, left).length;
    first = Array.from({ length: axes.value }, (_, i) => rank - axes.value + i);
    second = Array.from({ length: axes.value }, (_, i) => i);
  } else {
    const [x, y] = vm.items(axes as Value);
    first = axesArgument(vm, x) ?? [];
    second = axesArgument(vm, y) ?? [];
  }
  return give(
    vm,
    shapeOnly(vm, () => tensordot(vm, left, right, first, second), typeOf([left, right]), [left, right]),
  );
}

/** Batches of square matrices in, something of the matrix dimensions out. */
function onMatrices(outputs: readonly ((batch: Shape, rows: Dim, columns: Dim) => Shape)[]): NumpyTable[string] {
  return [
    "a, *args, **kwargs",
    (vm, a) => {
      const input = arrayOf(vm, a);
      const shape = ranked(vm, input);
      if (shape.length < 2)
        throw vm.error(
          "LinAlgError",
          `${shape.length}-dimensional array given. Array must be at least two-dimensional`,
        );
      const [rows, columns] = [shape.at(-2) as Dim, shape.at(-1) as Dim];
      const made = outputs.map((output) => {
        const to = output(shape.slice(0, -2), rows, columns);
        return give(
          vm,
          array(
            to,
            floatTypeOf(input.dtype),
            null,
            vm.unknown("the values of a matrix decomposition are not computed"),
          ),
        );
      });
      return made.length === 1 ? (made[0] as Value) : tuple(made);
    },
  ];
}

const least = (a: Dim, b: Dim): Dim => mapDims(Math.min, a, b);

function svd(vm: Vm, a: Bound): Value {
  const input = arrayOf(vm, a);
  const shape = ranked(vm, input);
  const [rows, columns] = [shape.at(-2) as Dim, shape.at(-1) as Dim];
  const batch = shape.slice(0, -2);
  const full = vm.truth(a["full_matrices"] as Value) === true;
  const inner = least(rows, columns);
  const why = vm.unknown("the values of a matrix decomposition are not computed");
  const make = (to: Shape) => array(to, floatTypeOf(input.dtype), null, why);
  const values = make([...batch, inner]);
  if (vm.truth(a["compute_uv"] as Value) === false) return values;
  const result = new TupleValue([
    make([...batch, rows, full ? rows : inner]),
    values,
    make([...batch, full ? columns : inner, columns]),
  ]);
  result.names = ["U", "S", "Vh"];
  return result;
}

export const LINALG: NumpyTable = {
  norm: NORM,
  inv: onMatrices([(batch, rows, columns) => [...batch, rows, columns]]),
  pinv: onMatrices([(batch, rows, columns) => [...batch, columns, rows]]),
  cholesky: onMatrices([(batch, rows, columns) => [...batch, rows, columns]]),
  matrix_power: onMatrices([(batch, rows, columns) => [...batch, rows, columns]]),
  det: onMatrices([(batch) => batch]),
  cond: onMatrices([(batch) => batch]),
  matrix_rank: onMatrices([(batch) => batch]),
  slogdet: onMatrices([(batch) => batch, (batch) => batch]),
  eig: onMatrices([(batch, rows) => [...batch, rows], (batch, rows) => [...batch, rows, rows]]),
  eigh: onMatrices([(batch, rows) => [...batch, rows], (batch, rows) => [...batch, rows, rows]]),
  eigvals: onMatrices([(batch, rows) => [...batch, rows]]),
  eigvalsh: onMatrices([(batch, rows) => [...batch, rows]]),
  qr: [
    "a, mode='reduced'",
    (vm, a) => {
      const mode = toText(vm, a["mode"], "mode");
      if (mode !== "reduced" && mode !== "complete") throw vm.giveUp(`np.linalg.qr with mode ${mode} is not modelled`);
      const inner = (rows: Dim, columns: Dim) => (mode === "complete" ? rows : least(rows, columns));
      const [, body] = onMatrices([
        (batch, rows, columns) => [...batch, rows, inner(rows, columns)],
        (batch, rows, columns) => [...batch, inner(rows, columns), columns],
      ]);
      return body(vm, a);
    },
  ],
  svd: ["a, full_matrices=True, compute_uv=True, hermitian=False", (vm, a) => svd(vm, a)],
  solve: [
    "a, b",
    (vm, a) => {
      const input = arrayOf(vm, a, "b");
      return array(
        ranked(vm, input),
        floatTypeOf(input.dtype),
        null,
        vm.unknown("the values of a solution are not computed"),
      );
    },
  ],
  multi_dot: [
    "arrays",
    (vm, a) => {
      const [first, ...rest] = toArrays(vm, a["arrays"]);
      if (!first) throw vm.error("ValueError", "Expecting at least two arrays.");
      return rest.reduce<Value>((left, right) => (left.kind === "opaque" ? left : dot(vm, left, right)), first);
    },
  ],
};

/** Full, same or valid: how many values a convolution of two rows has. */
function convolved(vm: Vm, a: Bound): Tensor {
  const [left, right] = [arrayOf(vm, a), arrayOf(vm, a, "v")];
  const mode = toText(vm, a["mode"], "mode");
  const size = mapDims(
    (n, m) => (mode === "full" ? n + m - 1 : mode === "same" ? Math.max(n, m) : Math.max(n, m) - Math.min(n, m) + 1),
    elements(ranked(vm, left)),
    elements(ranked(vm, right)),
  );
  return array([size], typeOf([left, right]), null, whyUnknown(left, right));
}

export const LINEAR: NumpyTable = {
  dot: ["a, b, out=None", (vm, a) => dot(vm, a["a"], a["b"])],
  matmul: ["a, b, out=None, **kwargs", (vm, a) => matrixProduct(vm, arrayOf(vm, a), arrayOf(vm, a, "b"))],
  vdot: [
    "a, b",
    (vm, a) => {
      const flat = (input: Tensor) => array([elements(ranked(vm, input))], input.dtype, input.data, input.reason);
      return matrixProduct(vm, flat(arrayOf(vm, a)), flat(arrayOf(vm, a, "b")));
    },
  ],
  inner: [
    "a, b",
    (vm, a) => {
      const [left, right] = [arrayOf(vm, a), arrayOf(vm, a, "b")];
      const [x, y] = [ranked(vm, left).length, ranked(vm, right).length];
      if (x === 0 || y === 0) return dot(vm, left, right);
      if (x === 1 && y === 1) return matrixProduct(vm, left, right);
      return shapeOnly(vm, () => tensordot(vm, left, right, [x - 1], [y - 1]), typeOf([left, right]), [left, right]);
    },
  ],
  outer: [
    "a, b, out=None",
    (vm, a) => {
      const [left, right] = [arrayOf(vm, a), arrayOf(vm, a, "b")];
      const column = array([elements(ranked(vm, left)), 1], left.dtype, left.data, left.reason);
      const row = array([1, elements(ranked(vm, right))], right.dtype, right.data, right.reason);
      return elementwise(
        vm,
        [
          { tensor: column, weak: false },
          { tensor: row, weak: false },
        ],
        (x = 0, y = 0) => x * y,
      );
    },
  ],
  tensordot: ["a, b, axes=2", (vm, a) => tensorDot(vm, a)],
  einsum: [
    "subscripts, *operands, out=None, optimize=False, **kwargs",
    (vm, a) => {
      const operands = toArrays(vm, a["operands"]);
      const equation = toText(vm, a["subscripts"], "subscripts");
      return give(
        vm,
        shapeOnly(vm, () => einsum(vm, equation, operands), typeOf(operands), operands),
        "the result of np.einsum",
      );
    },
  ],
  kron: [
    "a, b",
    (vm, a) => {
      const [left, right] = [arrayOf(vm, a), arrayOf(vm, a, "b")];
      const [x, y] = [ranked(vm, left), ranked(vm, right)];
      const rank = Math.max(x.length, y.length);
      const at = (shape: Shape, i: number): Dim => shape[i - (rank - shape.length)] ?? 1;
      const shape = Array.from({ length: rank }, (_, i) => mapDims((p, q) => p * q, at(x, i), at(y, i)));
      return array(shape, typeOf([left, right]), null, whyUnknown(left, right));
    },
  ],
  cross: [
    "a, b, axisa=-1, axisb=-1, axisc=-1, axis=None",
    (vm, a) => {
      const [left, right] = [arrayOf(vm, a), arrayOf(vm, a, "b")];
      const shape = broadcastShapes([ranked(vm, left), ranked(vm, right)]);
      if (!shape || shape.at(-1) !== 3)
        throw vm.giveUp(`np.cross of ${showShape(left.shape)} and ${showShape(right.shape)}`);
      return array(shape, typeOf([left, right]), null, whyUnknown(left, right));
    },
  ],
  convolve: ["a, v, mode='full'", (vm, a) => convolved(vm, a)],
  correlate: ["a, v, mode='valid'", (vm, a) => convolved(vm, a)],
  cov: [
    "m, y=None, rowvar=True, **kwargs",
    (vm, a) => {
      const shape = ranked(vm, arrayOf(vm, a, "m"));
      if (!isNone(a["y"]) || shape.length !== 2) throw vm.giveUp("np.cov of more than one matrix is not modelled");
      const size = (vm.truth(a["rowvar"] as Value) === true ? shape[0] : shape[1]) as Dim;
      return array([size, size], "float64");
    },
  ],
  polyfit: ["x, y, deg, **kwargs", (vm, a) => array([mapDims((deg) => deg + 1, sizeOf(vm, a["deg"]))], "float64")],
  polyval: ["p, x", (vm, a) => elementwise(vm, [operandOf(vm, a["x"])], null, "divide")],
  trapz: ["y, x=None, dx=1.0, axis=-1", (vm) => vm.unknown("the integral of an array is not computed")],
  gradient: [
    "f, *varargs, axis=None, edge_order=1",
    (vm, a) => {
      const input = arrayOf(vm, a, "f");
      if (ranked(vm, input).length !== 1 && isNone(a["axis"]))
        throw vm.giveUp("np.gradient over several axes is not modelled");
      return array(ranked(vm, input), floatTypeOf(input.dtype), null, input.reason);
    },
  ],
};

// --- np.fft -----------------------------------------------------------------------------------------------------------

/** A transform along one axis: `n` sets the size, `resize` says what becomes of it. */
function transform(resize: (size: number, n: number | null) => number, dtype: DType): NumpyTable[string] {
  return [
    "a, n=None, axis=-1, norm=None, out=None",
    (vm, a) => {
      const input = arrayOf(vm, a);
      const axis = positiveAxis(vm, input, knownInt(vm, a["axis"], "axis"));
      const n = isNone(a["n"]) ? null : knownInt(vm, a["n"], "n");
      const shape = ranked(vm, input).map((dim, i) => (i === axis ? mapDims((size) => resize(size, n), dim) : dim));
      return array(shape, dtype, null, vm.unknown("the values of a Fourier transform are not computed"));
    },
  ];
}

/** A transform of several axes that keeps their sizes. */
function transforms(isReal: boolean): NumpyTable[string] {
  return [
    "a, s=None, axes=None, norm=None, out=None",
    (vm, a) => {
      const input = arrayOf(vm, a);
      if (!isNone(a["s"])) throw vm.giveUp("a Fourier transform with sizes of its own is not modelled");
      const axes = axesArgument(vm, a["axes"]);
      const last = axes === null ? -1 : positiveAxis(vm, input, axes.at(-1) ?? -1);
      const at = last < 0 ? ranked(vm, input).length - 1 : last;
      const shape = ranked(vm, input).map((dim, i) =>
        isReal && i === at ? mapDims((size) => Math.floor(size / 2) + 1, dim) : dim,
      );
      return array(shape, "complex64", null, vm.unknown("the values of a Fourier transform are not computed"));
    },
  ];
}

const same = (size: number, n: number | null) => n ?? size;

export const FFT: NumpyTable = {
  fft: transform(same, "complex64"),
  ifft: transform(same, "complex64"),
  rfft: transform((size, n) => Math.floor((n ?? size) / 2) + 1, "complex64"),
  irfft: transform((size, n) => n ?? 2 * (size - 1), "float64"),
  hfft: transform((size, n) => n ?? 2 * (size - 1), "float64"),
  fft2: transforms(false),
  ifft2: transforms(false),
  fftn: transforms(false),
  ifftn: transforms(false),
  rfft2: transforms(true),
  rfftn: transforms(true),
  fftfreq: ["n, d=1.0", (vm, a) => array([sizeOf(vm, a["n"])], "float64")],
  rfftfreq: ["n, d=1.0", (vm, a) => array([mapDims((n) => Math.floor(n / 2) + 1, sizeOf(vm, a["n"]))], "float64")],
  fftshift: ["x, axes=None", (vm, a) => array(ranked(vm, arrayOf(vm, a, "x")), arrayOf(vm, a, "x").dtype)],
  ifftshift: ["x, axes=None", (vm, a) => array(ranked(vm, arrayOf(vm, a, "x")), arrayOf(vm, a, "x").dtype)],
};

/** np.lib.stride_tricks: windows along axes. */
export const STRIDES: NumpyTable = {
  sliding_window_view: [
    "x, window_shape, axis=None, *, subok=False, writeable=False",
    (vm, a) => {
      const input = arrayOf(vm, a, "x");
      const shape = ranked(vm, input);
      const sizes = shapeArgument(vm, a["window_shape"]);
      const axes = (axesArgument(vm, a["axis"]) ?? shape.map((_, axis) => axis)).map((axis) =>
        positiveAxis(vm, input, axis),
      );
      if (axes.length !== sizes.length)
        throw vm.error("ValueError", "Must provide matching length window_shape and axis");
      const kept = shape.map((dim, axis) => {
        const at = axes.indexOf(axis);
        return at < 0 ? dim : mapDims((size, window) => size - window + 1, dim, sizes[at] as Dim);
      });
      return array([...kept, ...sizes], input.dtype, null, input.reason);
    },
  ],
  as_strided: [
    "x, shape=None, strides=None, subok=False, writeable=True",
    (vm, a) => array(shapeArgument(vm, a["shape"]), arrayOf(vm, a, "x").dtype),
  ],
};
