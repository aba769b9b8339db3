// torch operations that change shapes or move elements: views, transposes, joining, splitting, gathering, padding parts.
import { int, isNone, isOpaque, type Value } from "../../../2-evaluate/values";
import type { Vm } from "../../../2-evaluate/vm";
import { identity } from "../../../3-graph/operations/activation";
import { constant, positiveAxis, raise, reasonOf, unknownShape } from "../../../3-graph/operations/common";
import { concat, stack } from "../../../3-graph/operations/join";
import {
  depthToSpace,
  jointShape,
  move,
  reorder,
  repeatEach,
  slidingWindows,
  spaceToDepth,
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
} from "../../../3-graph/operations/reshape";
import { type Dim, dimValue, elements, mapDims, type Shape } from "../../../3-graph/shape";
import { Tensor } from "../../../3-graph/tensor";
import { sizeValue, toAxes, toAxis, toSize, toSizes, toTensor, toTensors, tuple } from "../arguments";
import { readDType } from "../dtypes";
import { convert } from "./elementwise";
import { atLeast, PARTS } from "./parts";
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

function stackAlong(rank: number, axisOf: (tensor: Tensor) => number): OpTable[string] {
  return [
    "tensors, *, out=None",
    (vm, a) => {
      const tensors = toTensors(vm, a["tensors"]).map((tensor) => atLeast(vm, tensor, rank));
      return concat(vm, tensors, tensors[0] ? axisOf(tensors[0]) : 0);
    },
  ];
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

function channelShuffle(vm: Vm, input: Tensor, groups: Value | undefined): Tensor {
  const settings = groups?.kind === "number" ? { shuffle: groups.value } : { shuffle: 1 };
  return move(vm, "transpose", [input], input.shape, undefined, settings);
}

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
export const SHAPE: OpTable = {
  ...PARTS,
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
  pixel_shuffle: [
    "input, upscale_factor",
    (vm, a) => depthToSpace(vm, tensorOf(vm, a), toAxis(vm, a["upscale_factor"]), "channels-first"),
  ],
  pixel_unshuffle: [
    "input, downscale_factor",
    (vm, a) => spaceToDepth(vm, tensorOf(vm, a), toAxis(vm, a["downscale_factor"]), "channels-first"),
  ],
  channel_shuffle: ["input, groups", (vm, a) => channelShuffle(vm, tensorOf(vm, a), a["groups"])],
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
