// torch operations that take parts of tensors or write into them: split, select, gather, scatter, triangles, diagonals.
import { toBoolean } from "../../../2-evaluate/native";
import { isNone, type Value } from "../../../2-evaluate/values";
import type { Vm } from "../../../2-evaluate/vm";
import { constant, positiveAxis, raise, reasonOf } from "../../../3-graph/operations/common";
import { elementwise } from "../../../3-graph/operations/elementwise";
import { index } from "../../../3-graph/operations/index";
import { chunk, split, splitEvery } from "../../../3-graph/operations/join";
import { gatherAlong, move, scatter, take } from "../../../3-graph/operations/move";
import { squeeze, viewAs } from "../../../3-graph/operations/reshape";
import { type Dim, mapDims, type Shape } from "../../../3-graph/shape";
import { Tensor } from "../../../3-graph/tensor";
import { isSequence, toAxis, toSize, toSizes, toTensors, tuple } from "../arguments";
import { nonzero } from "./elementwise";
import { type OpTable, tensorOf } from "./table";

/** Adds dimensions of size 1 until the tensor has this many. */
export function atLeast(vm: Vm, input: Tensor, rank: number): Tensor {
  const shape = input.shape;
  if (shape === null || shape.length >= rank) return input;
  if (rank === 3)
    return viewAs(vm, input, shape.length === 2 ? [...shape, 1] : shape.length === 1 ? [1, ...shape, 1] : [1, 1, 1]);
  return viewAs(vm, input, [...new Array<Dim>(rank - shape.length).fill(1), ...shape]);
}

/** The pieces of split: a size for all, or sizes one by one. */
function splitBy(vm: Vm, input: Tensor, size: Value | undefined, dim: Value | undefined): Value {
  const axis = toAxis(vm, dim);
  if (size !== undefined && isSequence(size)) return tuple(split(vm, input, toSizes(vm, size, "split size"), axis));
  return tuple(splitEvery(vm, input, toAxis(vm, size, "split_size"), axis));
}

/** One index along an axis removes the axis. */
export function select(vm: Vm, input: Tensor, dim: number, at: Dim): Tensor {
  if (input.shape === null) return index(vm, input, []);
  const axis = positiveAxis(vm, input, dim);
  const before = Array.from({ length: axis }, () => ({ kind: "slice", lower: null, upper: null, step: 1 }) as const);
  return index(vm, input, [...before, { kind: "position", at }]);
}

function unbind(vm: Vm, input: Tensor, dim: Value | undefined): Value {
  if (input.shape === null) throw vm.giveUp(reasonOf(vm, input).reason);
  const axis = positiveAxis(vm, input, toAxis(vm, dim));
  const count = input.shape[axis];
  if (typeof count !== "number") throw vm.giveUp("a dimension that is not known is taken apart");
  const pieces = split(vm, input, new Array<number>(count).fill(1), axis);
  return tuple(pieces.map((piece) => squeeze(vm, piece, [axis])));
}

/** A slice of `length` positions from `start` along an axis. */
function narrow(vm: Vm, input: Tensor, dim: number, start: Dim, length: Dim): Tensor {
  if (input.shape === null) return index(vm, input, []);
  const axis = positiveAxis(vm, input, dim);
  const size = input.shape[axis] as Dim;
  if (typeof size === "number" && typeof start === "number" && typeof length === "number") {
    if ((start < 0 ? start + size : start) + length > size) {
      throw raise(vm, input, `start (${start}) + length (${length}) exceeds dimension size (${size}).`);
    }
    const first = start < 0 ? start + size : start;
    const before = Array.from({ length: axis }, () => ({ kind: "slice", lower: null, upper: null, step: 1 }) as const);
    return index(vm, input, [...before, { kind: "slice", lower: first, upper: first + length, step: 1 }]);
  }
  return move(
    vm,
    "slice",
    [input],
    input.shape.map((dim, i) => (i === axis ? length : dim)),
  );
}

function diagonal(vm: Vm, input: Tensor, offset: number, dim1: number, dim2: number): Tensor {
  if (input.shape === null) return move(vm, "gather", [input], null);
  const a = positiveAxis(vm, input, dim1);
  const b = positiveAxis(vm, input, dim2);
  const length = mapDims(
    (rows, columns) => Math.max(0, offset >= 0 ? Math.min(rows, columns - offset) : Math.min(rows + offset, columns)),
    input.shape[a] as Dim,
    input.shape[b] as Dim,
  );
  return move(vm, "gather", [input], [...input.shape.filter((_, axis) => axis !== a && axis !== b), length]);
}

function maskedSelect(vm: Vm, input: Tensor, mask: Tensor): Tensor {
  return index(vm, input, [{ kind: "tensor", tensor: mask }]);
}

/** Values written at an index: the shape of the target stays. */
const scattering = (signature: string, ...names: string[]): OpTable[string] => [
  signature,
  (vm, a) =>
    scatter(
      vm,
      tensorOf(vm, a),
      names.map((name) => a[name]).filter((value): value is Tensor => value instanceof Tensor),
    ),
];

const unknownCount = (what: string): OpTable[string] => [
  "input, *args, **kwargs",
  (vm, a) => constantOrGathered(vm, tensorOf(vm, a), [vm.unknown(`how many elements ${what} gives depends on values`)]),
];

function constantOrGathered(vm: Vm, input: Tensor, shape: Shape): Tensor {
  return move(vm, "gather", [input], shape);
}

function triangle(vm: Vm, input: Tensor, diagonal: Value | undefined, upper: boolean): Tensor {
  const { data, shape } = input;
  const offset = diagonal?.kind === "number" ? diagonal.value : null;
  const result = elementwise(vm, upper ? "triu" : "tril", [input], { dtype: input.dtype });
  const columns = shape?.at(-1);
  const rows = shape?.at(-2);
  if (
    result.role === "constant" &&
    data &&
    offset !== null &&
    typeof columns === "number" &&
    typeof rows === "number"
  ) {
    result.data = data.map((value, i) => {
      const ahead = (i % columns) - (Math.floor(i / columns) % rows);
      return (upper ? ahead >= offset : ahead <= offset) ? value : 0;
    });
  }
  return result;
}

/** Operations on parts, by name. */
export const PARTS: OpTable = {
  // The function names its second argument split_size_or_sections, the method split_size.
  split: [
    "input, split_size_or_sections=None, dim=0, *, split_size=None",
    (vm, a) =>
      splitBy(vm, tensorOf(vm, a), isNone(a["split_size"]) ? a["split_size_or_sections"] : a["split_size"], a["dim"]),
  ],
  split_with_sizes: ["input, split_sizes, dim=0", (vm, a) => splitBy(vm, tensorOf(vm, a), a["split_sizes"], a["dim"])],
  chunk: [
    "input, chunks, dim=0",
    (vm, a) => tuple(chunk(vm, tensorOf(vm, a), toAxis(vm, a["chunks"], "chunks"), toAxis(vm, a["dim"]))),
  ],
  tensor_split: [
    "input, indices_or_sections=None, dim=0, *, indices=None, sections=None",
    (vm, a) => {
      const input = tensorOf(vm, a);
      const axis = toAxis(vm, a["dim"]);
      const whole = input.shape?.[positiveAxis(vm, input, axis)];
      if (typeof whole !== "number") throw vm.giveUp("a dimension that is not known is split");
      const sections = [a["indices_or_sections"], a["indices"], a["sections"]].find((one) => !isNone(one)) as Value;
      if (isSequence(sections)) {
        const cuts = [0, ...vm.items(sections).map((cut) => toAxis(vm, cut)), whole];
        return tuple(
          split(
            vm,
            input,
            cuts.slice(1).map((end, i) => Math.max(0, end - (cuts[i] as number))),
            axis,
          ),
        );
      }
      const count = toAxis(vm, sections);
      return tuple(
        split(
          vm,
          input,
          Array.from({ length: count }, (_, i) => Math.floor(whole / count) + (i < whole % count ? 1 : 0)),
          axis,
        ),
      );
    },
  ],
  unbind: ["input, dim=0", (vm, a) => unbind(vm, tensorOf(vm, a), a["dim"])],
  narrow: [
    "input, dim, start, length",
    (vm, a) =>
      narrow(
        vm,
        tensorOf(vm, a),
        toAxis(vm, a["dim"]),
        toSize(vm, a["start"], "start"),
        toSize(vm, a["length"], "length"),
      ),
  ],
  select: [
    "input, dim, index",
    (vm, a) => select(vm, tensorOf(vm, a), toAxis(vm, a["dim"]), toSize(vm, a["index"], "index")),
  ],
  index_select: [
    "input, dim, index, *, out=None",
    (vm, a) => take(vm, tensorOf(vm, a), atLeast(vm, tensorOf(vm, a, "index"), 1), toAxis(vm, a["dim"])),
  ],
  gather: [
    "input, dim, index, *, sparse_grad=False, out=None",
    (vm, a) => gatherAlong(vm, tensorOf(vm, a), tensorOf(vm, a, "index"), toAxis(vm, a["dim"])),
  ],
  take_along_dim: [
    "input, indices, dim=None",
    (vm, a) =>
      gatherAlong(vm, tensorOf(vm, a), tensorOf(vm, a, "indices"), isNone(a["dim"]) ? 0 : toAxis(vm, a["dim"])),
  ],
  take: [
    "input, index",
    (vm, a) => {
      const indices = tensorOf(vm, a, "index");
      return move(vm, "gather", [tensorOf(vm, a), indices], indices.shape);
    },
  ],
  masked_select: ["input, mask, *, out=None", (vm, a) => maskedSelect(vm, tensorOf(vm, a), tensorOf(vm, a, "mask"))],
  nonzero: [
    "input, *, out=None, as_tuple=False",
    (vm, a) => nonzero(vm, tensorOf(vm, a), toBoolean(vm, a["as_tuple"])),
  ],
  argwhere: ["input", (vm, a) => nonzero(vm, tensorOf(vm, a), false)],
  unique: [
    "input, sorted=True, return_inverse=False, return_counts=False, dim=None",
    (vm, a) => {
      const { data, dtype, library } = tensorOf(vm, a);
      const plain = isNone(a["dim"]) && !toBoolean(vm, a["return_inverse"]) && !toBoolean(vm, a["return_counts"]);
      if (data === null || !plain) throw vm.giveUp("how many elements unique gives depends on values");
      const values = [...new Set(data)].sort((x, y) => x - y);
      return constant(library, [values.length], dtype, values);
    },
  ],
  unique_consecutive: unknownCount("unique_consecutive"),
  bincount: unknownCount("bincount"),
  histc: [
    "input, bins=100, min=0, max=0",
    (vm, a) => move(vm, "gather", [tensorOf(vm, a)], [toSize(vm, a["bins"], "bins")]),
  ],
  tril: ["input, diagonal=0, *, out=None", (vm, a) => triangle(vm, tensorOf(vm, a), a["diagonal"], false)],
  triu: ["input, diagonal=0, *, out=None", (vm, a) => triangle(vm, tensorOf(vm, a), a["diagonal"], true)],
  diag: [
    "input, diagonal=0, *, out=None",
    (vm, a) => {
      const input = tensorOf(vm, a);
      const offset = toAxis(vm, a["diagonal"]);
      if (input.shape?.length !== 1) return diagonal(vm, input, offset, 0, 1);
      const side = mapDims((size) => size + Math.abs(offset), input.shape[0] as Dim);
      return move(vm, "scatter", [input], [side, side]);
    },
  ],
  diagonal: [
    "input, offset=0, dim1=0, dim2=1",
    (vm, a) => diagonal(vm, tensorOf(vm, a), toAxis(vm, a["offset"]), toAxis(vm, a["dim1"]), toAxis(vm, a["dim2"])),
  ],
  diag_embed: [
    "input, offset=0, dim1=-2, dim2=-1",
    (vm, a) => {
      const input = tensorOf(vm, a);
      const offset = Math.abs(toAxis(vm, a["offset"]));
      if (input.shape === null || toAxis(vm, a["dim1"]) !== -2 || toAxis(vm, a["dim2"]) !== -1)
        return move(vm, "scatter", [input], null);
      const side = mapDims((size) => size + offset, input.shape.at(-1) as Dim);
      return move(vm, "scatter", [input], [...input.shape.slice(0, -1), side, side]);
    },
  ],
  scatter: scattering("input, dim, index, src=None, *, value=None, reduce=None", "index", "src"),
  scatter_add: scattering("input, dim, index, src", "index", "src"),
  scatter_reduce: scattering("input, dim, index, src, reduce='sum', *, include_self=True", "index", "src"),
  index_add: scattering("input, dim, index, source, *, alpha=1", "index", "source"),
  index_copy: scattering("input, dim, index, source", "index", "source"),
  index_fill: scattering("input, dim, index, value", "index"),
  index_put: scattering("input, indices, values, accumulate=False", "values"),
  masked_scatter: scattering("input, mask, source", "mask", "source"),
  select_scatter: scattering("input, src, dim, index", "src"),
  slice_scatter: scattering("input, src, dim=0, start=None, end=None, step=1", "src"),
  block_diag: [
    "*tensors",
    (vm, a) => {
      const tensors = toTensors(vm, a["tensors"]).map((tensor) => atLeast(vm, tensor, 2));
      const sum = (axis: number) =>
        mapDims(
          (...all) => all.reduce((total, size) => total + size, 0),
          ...tensors.map((tensor) => tensor.shape?.[axis] ?? reasonOf(vm, tensor)),
        );
      return move(vm, "scatter", tensors, [sum(0), sum(1)]);
    },
  ],
  bucketize: [
    "input, boundaries, *, out_int32=False, right=False",
    (vm, a) => move(vm, "gather", [tensorOf(vm, a)], tensorOf(vm, a).shape, "int64"),
  ],
  searchsorted: [
    "sorted_sequence, input, *, out_int32=False, right=False, side=None, sorter=None",
    (vm, a) => move(vm, "gather", [tensorOf(vm, a)], tensorOf(vm, a).shape, "int64"),
  ],
  one_hot: [
    "input, num_classes=-1",
    (vm, a) => {
      const input = tensorOf(vm, a);
      const classes = toSize(vm, a["num_classes"], "num_classes");
      const width = classes === -1 ? vm.unknown("the number of classes of a one-hot code depends on values") : classes;
      return move(vm, "scatter", [input], input.shape === null ? null : [...input.shape, width], "int64");
    },
  ],
};
