// Choosing, finding and ordering elements: where, nonzero, unique, sort, take, searchsorted, diagonals. How many elements a
// condition selects is known only where the values are.
import type { Bound } from "../../../2-evaluate/native";
import { bool, int, isNone, isOpaque, NONE, tuple, type Value } from "../../../2-evaluate/values";
import type { Vm } from "../../../2-evaluate/vm";
import { DATA_LIMIT, forEachIndex, positiveAxis } from "../../../3-graph/operations/common";
import { type Dim, elements, isKnown, type Shape } from "../../../3-graph/shape";
import type { Tensor } from "../../../3-graph/tensor";
import { array, factsOf, knownInt, ranked, toArray, toArrays, whyUnknown, write } from "../array";
import { promoteTypes } from "../dtypes";
import { elementwise, operandOf } from "./elementwise";
import { raveled } from "./shape";
import { arrayOf, type NumpyTable, pickData } from "./table";

/** Indices of the elements that are not zero, one list per dimension. */
function places(input: Tensor): number[][] | null {
  const { data, shape } = input;
  if (!data || !shape || !isKnown(shape)) return null;
  const found: number[][] = shape.map(() => []);
  let at = 0;
  forEachIndex(shape, (index) => {
    if (data[at++] !== 0) index.forEach((i, axis) => found[axis]?.push(i));
  });
  return found;
}

function countUnknown(vm: Vm, input: Tensor): Dim {
  return input.reason ?? vm.unknown("how many elements fulfil a condition is not known");
}

function nonzero(vm: Vm, input: Tensor): Value {
  const found = places(input);
  if (found) return tuple(found.map((indices) => array([indices.length], "int64", indices)));
  const count = countUnknown(vm, input);
  return tuple(ranked(vm, input).map(() => array([count], "int64")));
}

function argwhere(vm: Vm, input: Tensor): Tensor {
  const found = places(input);
  const rank = ranked(vm, input).length;
  if (!found) return array([countUnknown(vm, input), rank], "int64");
  const count = found[0]?.length ?? 0;
  return array(
    [count, rank],
    "int64",
    Array.from({ length: count * rank }, (_, i) => found[i % rank]?.[Math.floor(i / rank)] as number),
  );
}

function sortedOf(data: readonly number[]): number[] {
  return [...data].sort((a, b) => (Number.isNaN(a) ? 1 : Number.isNaN(b) ? -1 : a - b));
}

function unique(vm: Vm, a: Bound): Value {
  const input = arrayOf(vm, a);
  if (!isNone(a["axis"])) throw vm.giveUp("np.unique along an axis is not modelled");
  const flags = ["return_index", "return_inverse", "return_counts"].map((name) => vm.truth(a[name] as Value) === true);
  const { data } = input;
  const values = data ? [...new Set(sortedOf(data))] : null;
  const count =
    values?.length ??
    factsOf(input)?.distinct ??
    input.reason ??
    vm.unknown("how many different values an array has is not known");
  const result = array([count], input.dtype, values);
  if (!flags.includes(true)) return result;
  const size = elements(ranked(vm, input));
  const extras = [
    array([count], "int64", values && data ? values.map((value) => data.indexOf(value)) : null),
    array([size], "int64", values && data ? data.map((value) => values.indexOf(value)) : null),
    array(
      [count],
      "int64",
      values && data ? values.map((value) => data.filter((other) => other === value).length) : null,
    ),
  ];
  return tuple([result, ...extras.filter((_, i) => flags[i])]);
}

/** Sorting along the last or a given axis; values are known for one dimension. */
function sorted(vm: Vm, a: Bound, asIndices: boolean): Tensor {
  const given = arrayOf(vm, a);
  const input = isNone(a["axis"]) ? raveled(vm, given) : given;
  const shape = ranked(vm, input);
  const dtype = asIndices ? "int64" : input.dtype;
  const { data } = input;
  if (!data || shape.length !== 1 || data.some(Number.isNaN)) return array(shape, dtype, null, input.reason);
  if (!asIndices) return array(shape, dtype, sortedOf(data));
  // Without a stable sort, the order of equal values is numpy's secret.
  if (new Set(data).size < data.length) return array(shape, dtype);
  return array(
    shape,
    dtype,
    data.map((_, i) => i).sort((x, y) => (data[x] as number) - (data[y] as number)),
  );
}

/** Sorts an array in place: the method. */
export function sortInPlace(vm: Vm, self: Tensor): Value {
  const one = self.shape?.length === 1;
  write(vm, self, one && self.data && !self.data.some(Number.isNaN) ? sortedOf(self.data) : null);
  return NONE;
}

function take(vm: Vm, a: Bound): Value {
  const given = arrayOf(vm, a);
  const input = isNone(a["axis"]) ? raveled(vm, given) : given;
  const axis = isNone(a["axis"]) ? 0 : positiveAxis(vm, input, knownInt(vm, a["axis"], "axis"));
  const indices = arrayOf(vm, a, "indices");
  const own = ranked(vm, input);
  const chosen = ranked(vm, indices);
  const shape = [...own.slice(0, axis), ...chosen, ...own.slice(axis + 1)];
  const size = own[axis];
  const list = indices.data;
  const isInside = list && typeof size === "number" && list.every((at) => at >= -size && at < size);
  if (list && typeof size === "number" && !isInside && isNone(a["mode"])) {
    throw vm.error("IndexError", `index ${list[0]} is out of bounds for axis ${axis} with size ${size}`);
  }
  let data: number[] | null = null;
  if (isInside && isKnown(chosen)) {
    const widths = chosen.map((_, i) => chosen.slice(i + 1).reduce((product, dim) => product * dim, 1));
    data = pickData(input, shape, (index) => {
      const within = index
        .slice(axis, axis + chosen.length)
        .reduce((sum, i, at) => sum + i * (widths[at] as number), 0);
      const at = list[within] as number;
      return [...index.slice(0, axis), at < 0 ? at + size : at, ...index.slice(axis + chosen.length)];
    });
  }
  const result = array(shape, input.dtype, data, whyUnknown(input, indices));
  return shape.length === 0 ? elementwise(vm, [{ tensor: result, weak: false }], (x = 0) => x) : result;
}

function diagonal(vm: Vm, input: Tensor, offset: number): Tensor {
  const shape = ranked(vm, input);
  const [rows, columns] = shape;
  if (shape.length !== 2 || typeof rows !== "number" || typeof columns !== "number") {
    throw vm.giveUp("the diagonal of an array that is not a known matrix");
  }
  const [top, left] = [Math.max(0, -offset), Math.max(0, offset)];
  const size = Math.max(0, Math.min(rows - top, columns - left));
  return array(
    [size],
    input.dtype,
    pickData(input, [size], ([i = 0]) => [i + top, i + left]),
    input.reason,
  );
}

function diagonalMatrix(vm: Vm, input: Tensor, offset: number): Tensor {
  const size = elements(ranked(vm, input));
  if (typeof size !== "number") return array([size, size], input.dtype);
  const width = size + Math.abs(offset);
  const { data } = input;
  const [top, left] = [Math.max(0, -offset), Math.max(0, offset)];
  if (!data || width * width > DATA_LIMIT) return array([width, width], input.dtype, null, input.reason);
  const values = Array.from({ length: width * width }, (_, i) => {
    const [row, column] = [Math.floor(i / width) - top, (i % width) - left];
    return row === column ? (data[row] as number) : 0;
  });
  return array([width, width], input.dtype, values);
}

/** Set operations of two arrays, sorted. */
function setOperation(keep: (inA: boolean, inB: boolean) => boolean): NumpyTable[string] {
  return [
    "a, b, assume_unique=False, return_indices=False",
    (vm, a) => {
      const [left, right] = [arrayOf(vm, a), arrayOf(vm, a, "b")];
      const dtype = promoteTypes(left.dtype, right.dtype);
      if (!left.data || !right.data)
        return array([whyUnknown(left, right) ?? vm.unknown("the values of an array are not known")], dtype);
      const [x, y] = [new Set(left.data), new Set(right.data)];
      const all = sortedOf([...new Set([...x, ...y])]);
      const values = all.filter((value) => keep(x.has(value), y.has(value)));
      return array([values.length], dtype, values);
    },
  ];
}

const MEMBERSHIP: NumpyTable[string] = [
  "a, b, assume_unique=False, invert=False, *, kind=None",
  (vm, a) => {
    const [left, right] = [operandOf(vm, a["a"]), arrayOf(vm, a, "b")];
    const set = right.data ? new Set(right.data) : null;
    const inverted = vm.truth(a["invert"] as Value) === true;
    return elementwise(vm, [left], set ? (x = 0) => (set.has(x) !== inverted ? 1 : 0) : null, "bool");
  },
];

/** Positions where values would be put into a sorted array. */
function search(bins: string, values: string): NumpyTable[string] {
  return [
    `${bins === "a" ? "a, v, side='left', sorter=None" : "x, bins, right=False"}`,
    (vm, a) => {
      const edges = arrayOf(vm, a, bins).data;
      const operand = operandOf(vm, a[values]);
      const right =
        bins === "a"
          ? a["side"]?.kind === "string" && a["side"].value === "right"
          : vm.truth(a["right"] as Value) !== true;
      const rising = edges?.every((edge, i) => i === 0 || edge >= (edges[i - 1] as number));
      if (!edges || !rising || (bins === "a" && !isNone(a["sorter"]))) return elementwise(vm, [operand], null, "int");
      const count = (x = 0) => edges.filter((edge) => (right ? edge <= x : edge < x)).length;
      return elementwise(vm, [operand], count, "int");
    },
  ];
}

/** Indices of the upper or lower triangle of a matrix. */
function triangleIndices(upper: boolean): NumpyTable[string] {
  return [
    "n, k=0, m=None",
    (vm, a) => {
      const rows = knownInt(vm, a["n"], "n");
      const columns = isNone(a["m"]) ? rows : knownInt(vm, a["m"], "m");
      const offset = knownInt(vm, a["k"], "k");
      const span = (row: number): [first: number, end: number] =>
        upper ? [Math.max(0, row + offset), columns] : [0, Math.min(columns, row + offset + 1)];
      let total = 0;
      for (let row = 0; row < rows; row++) {
        vm.step();
        const [first, end] = span(row);
        total += Math.max(0, end - first);
      }
      if (total > DATA_LIMIT) return tuple([array([total], "int64"), array([total], "int64")]);
      const places = Array.from({ length: rows }, (_, row) => {
        const [first, end] = span(row);
        return Array.from({ length: Math.max(0, end - first) }, (__, i): [number, number] => [row, first + i]);
      }).flat();
      return tuple(
        [0, 1].map((axis) =>
          array(
            [total],
            "int64",
            places.map((place) => place[axis] as number),
          ),
        ),
      );
    },
  ];
}

export const SELECT: NumpyTable = {
  triu_indices: triangleIndices(true),
  tril_indices: triangleIndices(false),
  where: [
    "condition, x=None, y=None",
    (vm, a) => {
      if (isNone(a["x"])) return nonzero(vm, arrayOf(vm, a, "condition"));
      const branches = [operandOf(vm, a["x"]), operandOf(vm, a["y"])];
      const condition = operandOf(vm, a["condition"]);
      const typed = elementwise(vm, branches, null);
      const dtype = isOpaque(typed) || typed.kind !== "host" ? undefined : (typed as Tensor).dtype;
      const chosen =
        dtype ??
        promoteTypes(
          (branches[0] as { tensor: Tensor }).tensor.dtype,
          (branches[1] as { tensor: Tensor }).tensor.dtype,
        );
      return elementwise(vm, [condition, ...branches], (c = 0, x = 0, y = 0) => (c !== 0 ? x : y), "same", chosen);
    },
  ],
  nonzero: ["a", (vm, a) => nonzero(vm, arrayOf(vm, a))],
  argwhere: ["a", (vm, a) => argwhere(vm, arrayOf(vm, a))],
  flatnonzero: [
    "a",
    (vm, a) =>
      (nonzero(vm, raveled(vm, arrayOf(vm, a))) as { items: Value[] } & Value & { kind: "tuple" }).items[0] as Value,
  ],
  unique: [
    "a, return_index=False, return_inverse=False, return_counts=False, axis=None, *, equal_nan=True",
    (vm, a) => unique(vm, a),
  ],
  sort: ["a, axis=-1, kind=None, order=None, *, stable=None", (vm, a) => sorted(vm, a, false)],
  argsort: ["a, axis=-1, kind=None, order=None, *, stable=None", (vm, a) => sorted(vm, a, true)],
  partition: ["a, kth, axis=-1, kind=None, order=None", (vm, a) => alike(vm, a, false)],
  argpartition: ["a, kth, axis=-1, kind=None, order=None", (vm, a) => alike(vm, a, true)],
  lexsort: ["keys, axis=-1", (vm, a) => array(ranked(vm, arrayOf(vm, a, "keys")).slice(1), "int64")],
  take: ["a, indices, axis=None, out=None, mode=None", (vm, a) => take(vm, a)],
  take_along_axis: [
    "arr, indices, axis=-1",
    (vm, a) =>
      array(
        ranked(vm, arrayOf(vm, a, "indices")),
        arrayOf(vm, a, "arr").dtype,
        null,
        whyUnknown(arrayOf(vm, a, "arr")),
      ),
  ],
  choose: [
    "a, choices, out=None, mode=None",
    (vm, a) =>
      elementwise(
        vm,
        [operandOf(vm, a["a"]), ...toArrays(vm, a["choices"]).map((tensor) => ({ tensor, weak: false }))],
        null,
      ),
  ],
  select: [
    "condlist, choicelist, default=0",
    (vm, a) =>
      elementwise(
        vm,
        [...toArrays(vm, a["condlist"]), ...toArrays(vm, a["choicelist"])].map((tensor) => ({ tensor, weak: false })),
        null,
      ),
  ],
  compress: ["condition, a, axis=None, out=None", (vm, a) => selected(vm, a)],
  extract: ["condition, a", (vm, a) => selected(vm, a)],
  searchsorted: search("a", "v"),
  digitize: search("bins", "x"),
  isin: MEMBERSHIP,
  in1d: MEMBERSHIP,
  intersect1d: setOperation((x, y) => x && y),
  union1d: setOperation((x, y) => x || y),
  setdiff1d: setOperation((x, y) => x && !y),
  setxor1d: setOperation((x, y) => x !== y),
  diag: [
    "v, k=0",
    (vm, a) => {
      const input = arrayOf(vm, a, "v");
      const offset = knownInt(vm, a["k"], "k");
      return ranked(vm, input).length === 1 ? diagonalMatrix(vm, input, offset) : diagonal(vm, input, offset);
    },
  ],
  diagflat: ["v, k=0", (vm, a) => diagonalMatrix(vm, raveled(vm, arrayOf(vm, a, "v")), knownInt(vm, a["k"], "k"))],
  diagonal: [
    "a, offset=0, axis1=0, axis2=1",
    (vm, a) => diagonal(vm, arrayOf(vm, a), knownInt(vm, a["offset"], "offset")),
  ],
  fill_diagonal: [
    "a, val, wrap=False",
    (vm, a) => {
      write(vm, arrayOf(vm, a), null);
      return NONE;
    },
  ],
  put: ["a, ind, v, mode=None", (vm, a) => forget(vm, a)],
  copyto: ["a, src, casting=None, where=True", (vm, a) => forget(vm, a)],
  place: ["a, mask, vals", (vm, a) => forget(vm, a)],
  putmask: ["a, mask, values", (vm, a) => forget(vm, a)],
  put_along_axis: ["a, indices, values, axis", (vm, a) => forget(vm, a)],
  interp: [
    "x, xp, fp, left=None, right=None, period=None",
    (vm, a) => elementwise(vm, [operandOf(vm, a["x"])], null, "divide"),
  ],
  isscalar: ["element", (_vm, a) => bool(["number", "string", "boolean"].includes((a["element"] as Value).kind))],
  iterable: ["y", (vm, a) => bool(Array.isArray(vm.iterate(a["y"] as Value)))],
  unravel_index: [
    "indices, shape, order='C'",
    (vm, a) => {
      const rank = vm.items(a["shape"] as Value).length;
      const place = a["indices"];
      const sizes = vm.items(a["shape"] as Value);
      if (place?.kind !== "number" || sizes.some((size) => size.kind !== "number")) {
        return tuple(Array.from({ length: rank }, () => elementwise(vm, [operandOf(vm, place)], null, "int")));
      }
      let rest = place.value;
      const found: Value[] = [];
      for (const size of [...sizes].reverse()) {
        const by = (size as { value: number } & Value & { kind: "number" }).value;
        found.unshift(int(rest % by));
        rest = Math.floor(rest / by);
      }
      return tuple(found);
    },
  ],
  ravel_multi_index: [
    "multi_index, dims, mode=None, order='C'",
    (vm) => vm.unknown("np.ravel_multi_index is not modelled"),
  ],
  ix_: [
    "*args",
    (vm, a) => {
      const parts = toArrays(vm, a["args"]);
      return tuple(
        parts.map((part, axis) => {
          const size = elements(ranked(vm, part));
          const shape: Shape = parts.map((_, at) => (at === axis ? size : 1));
          return array(shape, part.dtype, part.data, part.reason);
        }),
      );
    },
  ],
};

function alike(vm: Vm, a: Bound, asIndices: boolean): Tensor {
  const input = arrayOf(vm, a);
  return array(ranked(vm, input), asIndices ? "int64" : input.dtype, null, input.reason);
}

function forget(vm: Vm, a: Bound): Value {
  write(vm, toArray(vm, a["a"]), null);
  return NONE;
}

/** The elements a condition picks. */
function selected(vm: Vm, a: Bound): Value {
  const condition = arrayOf(vm, a, "condition");
  const input = arrayOf(vm, a);
  if (!isNone(a["axis"])) throw vm.giveUp("np.compress along an axis is not modelled");
  const flags = condition.data;
  const count = flags ? flags.filter((flag) => flag !== 0).length : countUnknown(vm, condition);
  const data = flags && input.data ? input.data.filter((_, i) => flags[i]) : null;
  return array([count], input.dtype, data, input.reason);
}
