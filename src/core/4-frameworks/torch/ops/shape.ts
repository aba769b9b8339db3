// torch operations that change shapes or move elements: views, transposes, joining, splitting, gathering, padding parts.
import { toBoolean } from "../../../2-evaluate/native";
import { int, isNone, isOpaque, type Value } from "../../../2-evaluate/values";
import type { Vm } from "../../../2-evaluate/vm";
import { identity } from "../../../3-graph/operations/activation";
import { constant, positiveAxis, raise, reasonOf, unknownShape } from "../../../3-graph/operations/common";
import { elementwise } from "../../../3-graph/operations/elementwise";
import { index } from "../../../3-graph/operations/index";
import { chunk, concat, split, splitEvery, stack } from "../../../3-graph/operations/join";
import {
  depthToSpace,
  gatherAlong,
  jointShape,
  move,
  reorder,
  repeatEach,
  scatter,
  slidingWindows,
  spaceToDepth,
  take,
  tile,
} from "../../../3-graph/operations/move";
import {
  expand,
  flatten,
  moveAxes,
  reshape,
  squeeze,
  swapAxes,
  transpose,
  unflatten,
  unsqueeze,
  viewAs,
} from "../../../3-graph/operations/reshape";
import { type Dim, dimValue, elements, mapDims, type Shape } from "../../../3-graph/shape";
import { Tensor } from "../../../3-graph/tensor";
import { isSequence, sizeValue, toAxes, toAxis, toSize, toSizes, toTensor, toTensors, tuple } from "../arguments";
import { readDType } from "../dtypes";
import { convert, nonzero } from "./elementwise";
import { type OpTable, tensorOf } from "./table";

/** `x.view(...)`: sizes, or a dtype (then the last dimension may change, which is not modelled). */
function view(vm: Vm, input: Tensor, rest: Value): Tensor {
  const [first] = vm.items(rest);
  if (first && readDType(first) !== undefined && first.kind === "host") {
    return unknownShape(
      vm,
      { kind: "move", function: "reshape", view: true },
      [input],
      vm.unknown("a tensor is viewed with another dtype"),
    );
  }
  return reshape(vm, input, toSizes(vm, rest, "a size of a view"));
}

function axesOrSequence(vm: Vm, rest: Value): number[] {
  return toSizes(vm, rest, "dims").map((dim) => {
    if (typeof dim !== "number") throw vm.giveUp(dim.reason);
    return dim;
  });
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

function meshgrid(vm: Vm, tensors: readonly Tensor[], indexing: Value | undefined): Value {
  const list = isNone(indexing) || (indexing?.kind === "string" && indexing.value === "ij") ? tensors : null;
  const sizes = tensors.map((tensor) => (tensor.shape === null ? reasonOf(vm, tensor) : elements(tensor.shape)));
  if (list === null) {
    const shape = [sizes[1] ?? sizes[0] ?? 1, ...(sizes.length > 1 ? [sizes[0] as Dim] : []), ...sizes.slice(2)];
    return tuple(tensors.map((tensor) => move(vm, "tile", [tensor], shape)));
  }
  return tuple(
    list.map((tensor, i) => {
      const flat = sizes.map((size, axis) => (axis === i ? size : 1));
      return expand(vm, reshape(vm, tensor, flat), sizes);
    }),
  );
}

/** Adds dimensions of size 1 until the tensor has this many. */
function atLeast(vm: Vm, input: Tensor, rank: number): Tensor {
  const shape = input.shape;
  if (shape === null || shape.length >= rank) return input;
  if (rank === 3)
    return viewAs(vm, input, shape.length === 2 ? [...shape, 1] : shape.length === 1 ? [1, ...shape, 1] : [1, 1, 1]);
  return viewAs(vm, input, [...new Array<Dim>(rank - shape.length).fill(1), ...shape]);
}

function stackAlong(rank: number, axisOf: (tensor: Tensor) => number): OpTable[string] {
  return [
    "tensors, *, out=None",
    (vm, a) => {
      const tensors = toTensors(vm, a["tensors"]).map((tensor) => atLeast(vm, tensor, rank));
      return concat(vm, tensors, tensors[0] ? axisOf(tensors[0]) : 0);
    },
  ];
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

function repeatInterleave(
  vm: Vm,
  input: Tensor,
  repeats: Value | undefined,
  dim: Value | undefined,
  size: Value | undefined,
): Tensor {
  const axis = isNone(dim) ? null : toAxis(vm, dim);
  if (repeats instanceof Tensor || isOpaque(repeats)) {
    const known = repeats instanceof Tensor ? repeats.data : null;
    if (known?.length === 1) return repeatEach(vm, input, known[0] as number, axis);
    const total = !isNone(size)
      ? toSize(vm, size, "output_size")
      : known
        ? known.reduce((sum, value) => sum + value, 0)
        : vm.unknown("how often elements are repeated is not known");
    if (axis === null) return move(vm, "tile", [input], [total]);
    if (input.shape === null) return move(vm, "tile", [input], null);
    const at = positiveAxis(vm, input, axis);
    return move(
      vm,
      "tile",
      [input],
      input.shape.map((own, i) => (i === at ? total : own)),
    );
  }
  return repeatEach(vm, input, toSize(vm, repeats, "repeats"), axis);
}

function channelShuffle(vm: Vm, input: Tensor): Tensor {
  return move(vm, "transpose", [input], input.shape);
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

const keepShape = (signature: string, name: "roll" | "flip" | "copy"): OpTable[string] => [
  signature,
  (vm, a) => reorder(vm, tensorOf(vm, a), name),
];
const joining: OpTable[string] = [
  "tensors, dim=0, *, axis=None, out=None",
  (vm, a) => concat(vm, toTensors(vm, a["tensors"]), toAxis(vm, isNone(a["axis"]) ? a["dim"] : a["axis"])),
];
const swapping: OpTable[string] = [
  "input, dim0, dim1",
  (vm, a) => swapAxes(vm, tensorOf(vm, a), toAxis(vm, a["dim0"]), toAxis(vm, a["dim1"])),
];
const moving: OpTable[string] = [
  "input, source, destination",
  (vm, a) => moveAxes(vm, tensorOf(vm, a), toAxes(vm, a["source"]) ?? [], toAxes(vm, a["destination"]) ?? []),
];
const unknownCount = (what: string): OpTable[string] => [
  "input, *args, **kwargs",
  (vm, a) => constantOrGathered(vm, tensorOf(vm, a), [vm.unknown(`how many elements ${what} gives depends on values`)]),
];

function constantOrGathered(vm: Vm, input: Tensor, shape: Shape): Tensor {
  return move(vm, "gather", [input], shape);
}

export const SHAPE: OpTable = {
  reshape: [
    "input, *shape, **kwargs",
    (vm, a) => reshape(vm, tensorOf(vm, a), shapeArgument(vm, a["shape"] as Value, a["kwargs"])),
  ],
  flatten: [
    "input, start_dim=0, end_dim=-1",
    (vm, a) => flatten(vm, tensorOf(vm, a), toAxis(vm, a["start_dim"]), toAxis(vm, a["end_dim"])),
  ],
  ravel: ["input", (vm, a) => flatten(vm, tensorOf(vm, a))],
  unflatten: [
    "input, dim, sizes",
    (vm, a) => unflatten(vm, tensorOf(vm, a), toAxis(vm, a["dim"]), toSizes(vm, tuple([a["sizes"] as Value]), "sizes")),
  ],
  permute: [
    "input, *dims, **kwargs",
    (vm, a) => transpose(vm, tensorOf(vm, a), axesOrSequence(vm, keywordOr(a["dims"] as Value, a["kwargs"], "dims"))),
  ],
  transpose: swapping,
  swapaxes: swapping,
  swapdims: swapping,
  movedim: moving,
  moveaxis: moving,
  t: ["input", (vm, a) => turn(vm, tensorOf(vm, a))],
  adjoint: ["input", (vm, a) => swapAxes(vm, tensorOf(vm, a), -2, -1)],
  squeeze: ["input, dim=None", (vm, a) => squeeze(vm, tensorOf(vm, a), toAxes(vm, a["dim"]))],
  unsqueeze: ["input, dim", (vm, a) => unsqueeze(vm, tensorOf(vm, a), toAxis(vm, a["dim"]))],
  broadcast_to: [
    "input, *size, **kwargs",
    (vm, a) => expand(vm, tensorOf(vm, a), toSizes(vm, keywordOr(a["size"] as Value, a["kwargs"], "size"), "size")),
  ],
  broadcast_tensors: [
    "*tensors",
    (vm, a) => {
      const tensors = toTensors(vm, a["tensors"]);
      if (tensors.some((tensor) => tensor.shape === null))
        return tuple(
          tensors.map((tensor) =>
            unknownShape(vm, { kind: "move", function: "tile", view: true }, [tensor], reasonOf(vm, ...tensors)),
          ),
        );
      const shape = jointShape(
        vm,
        tensors.map((tensor) => tensor.shape as Shape),
        tensors[0],
      );
      return tuple(tensors.map((tensor) => expand(vm, tensor, shape)));
    },
  ],
  tile: [
    "input, *dims, **kwargs",
    (vm, a) => {
      const input = tensorOf(vm, a);
      const counts = toSizes(vm, keywordOr(a["dims"] as Value, a["kwargs"], "dims"), "dims");
      return tile(vm, input, [
        ...new Array<Dim>(Math.max(0, (input.shape?.length ?? 0) - counts.length)).fill(1),
        ...counts,
      ]);
    },
  ],
  repeat_interleave: [
    "input, repeats, dim=None, *, output_size=None",
    (vm, a) => repeatInterleave(vm, tensorOf(vm, a), a["repeats"], a["dim"], a["output_size"]),
  ],
  cat: joining,
  concat: joining,
  concatenate: joining,
  stack: [
    "tensors, dim=0, *, axis=None, out=None",
    (vm, a) => stack(vm, toTensors(vm, a["tensors"]), toAxis(vm, isNone(a["axis"]) ? a["dim"] : a["axis"])),
  ],
  hstack: stackAlong(1, (tensor) => (tensor.shape?.length === 1 ? 0 : 1)),
  vstack: stackAlong(2, () => 0),
  row_stack: stackAlong(2, () => 0),
  dstack: stackAlong(3, () => 2),
  column_stack: [
    "tensors, *, out=None",
    (vm, a) =>
      concat(
        vm,
        toTensors(vm, a["tensors"]).map((tensor) =>
          tensor.shape !== null && tensor.shape.length < 2 ? reshape(vm, tensor, [-1, 1]) : tensor,
        ),
        1,
      ),
  ],
  split: [
    "input, split_size_or_sections, dim=0",
    (vm, a) => splitBy(vm, tensorOf(vm, a), a["split_size_or_sections"], a["dim"]),
  ],
  split_with_sizes: ["input, split_sizes, dim=0", (vm, a) => splitBy(vm, tensorOf(vm, a), a["split_sizes"], a["dim"])],
  chunk: [
    "input, chunks, dim=0",
    (vm, a) => tuple(chunk(vm, tensorOf(vm, a), toAxis(vm, a["chunks"], "chunks"), toAxis(vm, a["dim"]))),
  ],
  tensor_split: [
    "input, indices_or_sections, dim=0",
    (vm, a) => {
      const input = tensorOf(vm, a);
      const axis = toAxis(vm, a["dim"]);
      const whole = input.shape?.[positiveAxis(vm, input, axis)];
      if (typeof whole !== "number") throw vm.giveUp("a dimension that is not known is split");
      const sections = a["indices_or_sections"] as Value;
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
  roll: keepShape("input, shifts, dims=None", "roll"),
  flip: keepShape("input, *dims, **kwargs", "flip"),
  fliplr: keepShape("input", "flip"),
  flipud: keepShape("input", "flip"),
  rot90: [
    "input, k=1, dims=None",
    (vm, a) => {
      const input = tensorOf(vm, a);
      const turns = toAxis(vm, a["k"]);
      const [x, y] = toAxes(vm, a["dims"]) ?? [0, 1];
      const flipped = reorder(vm, input, "flip");
      return turns % 2 === 0 ? flipped : swapAxes(vm, flipped, x ?? 0, y ?? 1);
    },
  ],
  clone: ["input, *, memory_format=None", (vm, a) => reorder(vm, tensorOf(vm, a), "copy")],
  contiguous: ["input, memory_format=None", (vm, a) => tensorOf(vm, a)],
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
  pixel_shuffle: [
    "input, upscale_factor",
    (vm, a) => depthToSpace(vm, tensorOf(vm, a), toAxis(vm, a["upscale_factor"]), "channels-first"),
  ],
  pixel_unshuffle: [
    "input, downscale_factor",
    (vm, a) => spaceToDepth(vm, tensorOf(vm, a), toAxis(vm, a["downscale_factor"]), "channels-first"),
  ],
  channel_shuffle: ["input, groups", (vm, a) => channelShuffle(vm, tensorOf(vm, a))],
  atleast_1d: ["input", (vm, a) => atLeast(vm, tensorOf(vm, a), 1)],
  atleast_2d: ["input", (vm, a) => atLeast(vm, tensorOf(vm, a), 2)],
  atleast_3d: ["input", (vm, a) => atLeast(vm, tensorOf(vm, a), 3)],
  detach: ["input", (vm, a) => detached(vm, tensorOf(vm, a))],
  numel: [
    "input",
    (vm, a) => {
      const { shape, reason } = tensorOf(vm, a);
      return shape === null ? (reason ?? vm.unknown("the rank of a tensor is not known")) : dimValue(elements(shape));
    },
  ],
  cartesian_prod: [
    "*tensors",
    (vm, a) => {
      const tensors = toTensors(vm, a["tensors"]);
      const total = mapDims(
        (...all) => all.reduce((product, size) => product * size, 1),
        ...tensors.map((tensor) => (tensor.shape ? elements(tensor.shape) : reasonOf(vm, tensor))),
      );
      return move(vm, "tile", tensors, tensors.length === 1 ? [total] : [total, tensors.length]);
    },
  ],
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
  kron: [
    "input, other",
    (vm, a) => {
      const left = tensorOf(vm, a);
      const right = tensorOf(vm, a, "other");
      if (left.shape?.length !== right.shape?.length || !left.shape)
        return unknownShape(
          vm,
          { kind: "elementwise", function: "mul", constantOperand: false },
          [left, right],
          vm.unknown("torch.kron of tensors of different rank"),
        );
      const spread = expand(vm, left, left.shape);
      const shape = left.shape.map((size, axis) => mapDims((x, y) => x * y, size, right.shape?.[axis] ?? 1));
      return move(vm, "tile", [spread, right], shape);
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
  meshgrid: [
    "*tensors, indexing=None",
    (vm, a) => {
      const items = vm.items(a["tensors"] as Value);
      const list =
        items.length === 1 && items[0] && !(items[0] instanceof Tensor)
          ? toTensors(vm, items[0])
          : items.map((item) => toTensor(vm, item));
      return meshgrid(vm, list, a["indexing"]);
    },
  ],
};

/** A keyword in place of the positional rest: `permute(dims=(0, 2, 1))`. */
function keywordOr(rest: Value, keywords: Value | undefined, name: string): Value {
  const found = keywords?.kind === "dict" ? keywords.get(name) : undefined;
  return found === undefined ? rest : tuple([found]);
}

function shapeArgument(vm: Vm, rest: Value, keywords: Value | undefined): Dim[] {
  return toSizes(vm, keywordOr(rest, keywords, "shape"), "a size of a shape");
}

function turn(vm: Vm, input: Tensor): Tensor {
  if (input.shape !== null && input.shape.length > 2)
    throw raise(vm, input, `t() expects a tensor with <= 2 dimensions, but self is ${input.shape.length}D`);
  return input.shape?.length === 2 || input.shape === null ? swapAxes(vm, input, 0, 1) : input;
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

/** The values without their history; a parameter gives a plain constant that shares its shape. */
export function detached(vm: Vm, input: Tensor): Tensor {
  if (input.role === "activation" || input.role === "input") return identity(vm, input, "detach");
  const copy = constant(input.library, input.shape, input.dtype, input.data, input.reason);
  return copy;
}

/** Operations that exist as Tensor methods only. */
export const METHODS_ONLY: OpTable = {
  view: [
    "input, *shape, **kwargs",
    (vm, a) => view(vm, tensorOf(vm, a), keywordOr(a["shape"] as Value, a["kwargs"], "size")),
  ],
  view_as: ["input, other", (vm, a) => likeShape(vm, tensorOf(vm, a), tensorOf(vm, a, "other"), reshape)],
  reshape_as: ["input, other", (vm, a) => likeShape(vm, tensorOf(vm, a), tensorOf(vm, a, "other"), reshape)],
  expand: [
    "input, *sizes, **kwargs",
    (vm, a) => expand(vm, tensorOf(vm, a), toSizes(vm, keywordOr(a["sizes"] as Value, a["kwargs"], "size"), "size")),
  ],
  expand_as: ["input, other", (vm, a) => likeShape(vm, tensorOf(vm, a), tensorOf(vm, a, "other"), expand)],
  repeat: [
    "input, *sizes, **kwargs",
    (vm, a) =>
      tile(vm, tensorOf(vm, a), toSizes(vm, keywordOr(a["sizes"] as Value, a["kwargs"], "repeats"), "repeats")),
  ],
  unfold: [
    "input, dimension, size, step",
    (vm, a) =>
      slidingWindows(vm, tensorOf(vm, a), toAxis(vm, a["dimension"]), toAxis(vm, a["size"]), toAxis(vm, a["step"])),
  ],
  size: ["input, dim=None", (vm, a) => sizeOf(vm, tensorOf(vm, a), a["dim"])],
  dim: ["input", (vm, a) => rankOf(vm, tensorOf(vm, a))],
  ndimension: ["input", (vm, a) => rankOf(vm, tensorOf(vm, a))],
  nelement: ["input", (vm, a) => elementsOf(vm, tensorOf(vm, a))],
  to: [
    "input, *args, **kwargs",
    (vm, a) =>
      convert(vm, tensorOf(vm, a), [
        ...vm.items(a["args"] as Value),
        ...(a["kwargs"]?.kind === "dict" ? [...a["kwargs"].entries.values()].map((entry) => entry.value) : []),
      ]),
  ],
  type: [
    "input, dtype=None, non_blocking=False",
    (vm, a) =>
      isNone(a["dtype"])
        ? vm.unknown("the name of a tensor type")
        : convert(vm, tensorOf(vm, a), [a["dtype"] as Value]),
  ],
  new_tensor: ["input, data, **kwargs", (vm, a) => toTensor(vm, a["data"])],
  as_strided: [
    "input, size, stride, storage_offset=None",
    (vm, a) => move(vm, "gather", [tensorOf(vm, a)], toSizes(vm, tuple([a["size"] as Value]), "size")),
  ],
};

function sizeOf(vm: Vm, input: Tensor, dim: Value | undefined): Value {
  if (input.shape === null) return reasonOf(vm, input);
  if (isNone(dim)) return sizeValue(input.shape);
  return dimValue(input.shape[positiveAxis(vm, input, toAxis(vm, dim))] as Dim);
}

function rankOf(vm: Vm, input: Tensor): Value {
  return input.shape === null ? reasonOf(vm, input) : int(input.shape.length);
}

function elementsOf(vm: Vm, input: Tensor): Value {
  return input.shape === null ? reasonOf(vm, input) : dimValue(elements(input.shape));
}

function likeShape(
  vm: Vm,
  input: Tensor,
  other: Tensor,
  change: (vm: Vm, input: Tensor, shape: Shape) => Tensor,
): Tensor {
  if (other.shape === null)
    return unknownShape(vm, { kind: "move", function: "reshape", view: true }, [input], reasonOf(vm, other));
  return change(vm, input, other.shape);
}
