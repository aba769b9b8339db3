// Arrays in another shape or order, joined and cut. Views are noted as sharing memory.
import type { Bound } from "../../../2-evaluate/native";
import { bool, int, isNone, list, type Value } from "../../../2-evaluate/values";
import { Unknown } from "../../../2-evaluate/signals";
import type { Vm } from "../../../2-evaluate/vm";
import { broadcastShapes, positiveAxis } from "../../../3-graph/operations/common";
import { split, splitEqually } from "../../../3-graph/operations/join";
import { jointShape } from "../../../3-graph/operations/move";
import { expand, moveAxes, reshape, squeeze, swapAxes, transpose } from "../../../3-graph/operations/reshape";
import { type Dim, elements, type Shape, showShape } from "../../../3-graph/shape";
import { Tensor } from "../../../3-graph/tensor";
import {
  array,
  axesArgument,
  knownInt,
  ranked,
  sameFacts,
  shapeArgument,
  shapeValue,
  share,
  toArray,
  toArrays,
} from "../array";
import { joinArrays } from "./create";
import { arrayOf, type NumpyTable } from "./table";

/** A result of a graph operation as an array; with `base`, one that shares its memory. */
export function result(of: Tensor, source: Tensor, isView = true): Tensor {
  const made = array(of.shape, source.dtype, of.data, of.reason ?? source.reason);
  return isView ? share(source, made) : made;
}

/** The same values in another shape. */
export function viewAs(source: Tensor, shape: Shape): Tensor {
  return share(source, array(shape, source.dtype, source.data, source.reason));
}

/** reshape with -1 for what remains; in Fortran order the values move, and are not known here. */
export function reshaped(vm: Vm, input: Tensor, target: readonly Dim[], order?: Value): Tensor {
  const made = reshape(vm, input, target);
  const isPlain = order?.kind !== "string" || order.value !== "F" || (input.shape?.length ?? 0) + target.length <= 2;
  return sameFacts(input, result(isPlain ? made : array(made.shape, input.dtype), input));
}

/** transpose with axes, or all axes reversed. */
export function transposed(vm: Vm, input: Tensor, axes: readonly number[] | null): Tensor {
  const shape = ranked(vm, input);
  if (axes !== null && axes.length !== shape.length) throw vm.error("ValueError", "axes don't match array");
  return result(transpose(vm, input, axes ?? shape.map((_, axis) => axis).reverse()), input);
}

/** One dimension at least, as ravel and concatenate see an array. */
export function raveled(vm: Vm, input: Tensor): Tensor {
  return sameFacts(input, viewAs(input, [elements(ranked(vm, input))]));
}

function expandDims(vm: Vm, input: Tensor, given: readonly number[]): Tensor {
  const shape = ranked(vm, input);
  const rank = shape.length + given.length;
  const axes = given.map((axis) => positiveAxis(vm, input, axis, rank));
  const rest = [...shape];
  return viewAs(
    input,
    Array.from({ length: rank }, (_, axis) => (axes.includes(axis) ? 1 : (rest.shift() as Dim))),
  );
}

/** At least `rank` dimensions, as np.atleast_2d and kin add them. */
function atLeast(input: Tensor, rank: number, vm: Vm): Tensor {
  const shape = ranked(vm, input);
  if (shape.length >= rank) return input;
  if (rank === 1) return viewAs(input, [1]);
  if (rank === 2) return viewAs(input, [1, shape[0] ?? 1]);
  return viewAs(input, shape.length === 2 ? [...shape, 1] : [1, shape[0] ?? 1, 1]);
}

function joinAlong(rank: number, axis: number): NumpyTable[string] {
  return [
    "tup, *, dtype=None, casting=None",
    (vm, a) => {
      const parts = toArrays(vm, a["tup"]).map((part) => atLeast(part, rank, vm));
      return joinArrays(vm, parts, rank === 1 && (parts[0]?.shape?.length ?? 1) > 1 ? 1 : axis);
    },
  ];
}

function stacked(vm: Vm, parts: readonly Tensor[], axis: number): Tensor {
  const [first] = parts;
  if (!first) throw vm.error("ValueError", "need at least one array to stack");
  const shapes = new Set(parts.map((part) => showShape(part.shape)));
  if (shapes.size > 1 && ![...shapes].some((shape) => shape.includes("?"))) {
    throw vm.error("ValueError", "all input arrays must have the same shape");
  }
  const at = positiveAxis(vm, first, axis, ranked(vm, first).length + 1);
  return joinArrays(
    vm,
    parts.map((part) => expandDims(vm, part, [at])),
    at,
  );
}

/** Cuts at indices, or into equal pieces; `strict` demands that the pieces are equal. */
function cut(vm: Vm, input: Tensor, where: Value | undefined, axis: number, strict: boolean): Value {
  const shape = ranked(vm, input);
  const at = positiveAxis(vm, input, axis);
  const whole = shape[at] as Dim;
  if (where?.kind === "number") {
    const count = where.value;
    if (count <= 0) throw vm.error("ValueError", "number sections must be larger than 0.");
    if (strict) {
      if (typeof whole === "number" && whole % count !== 0) {
        throw vm.error("ValueError", "array split does not result in an equal division");
      }
      return pieces(splitEqually(vm, input, count, at), input);
    }
    if (typeof whole !== "number") throw new Unknown(whole);
    const [share_, extra] = [Math.floor(whole / count), whole % count];
    return pieces(
      split(
        vm,
        input,
        Array.from({ length: count }, (_, i) => share_ + (i < extra ? 1 : 0)),
        at,
      ),
      input,
    );
  }
  if (typeof whole !== "number") throw new Unknown(whole);
  const places = vm.items(where as Value).map((item) => knownInt(vm, item, "a place to split at"));
  const bounds = places.map((place) => Math.min(whole, Math.max(0, place < 0 ? place + whole : place)));
  const starts = [0, ...bounds];
  const sizes = starts.map((start, i) => Math.max(0, (bounds[i] ?? whole) - start));
  const covered = sizes.reduce((sum, size) => sum + size, 0);
  if (covered !== whole || bounds.some((bound, i) => bound < (starts[i] as number))) {
    return list(
      sizes.map((size) =>
        array(
          shape.map((dim, i) => (i === at ? size : dim)),
          input.dtype,
        ),
      ),
    );
  }
  return pieces(split(vm, input, sizes, at), input);
}

function pieces(parts: readonly Tensor[], source: Tensor): Value {
  return list(parts.map((part) => result(part, source)));
}

function splitting(axis: number, strict = true): NumpyTable[string] {
  return [
    "ary, indices_or_sections",
    (vm, a) => {
      const input = arrayOf(vm, a, "ary");
      const along = axis === 1 && input.shape?.length === 1 ? 0 : axis;
      return cut(vm, input, a["indices_or_sections"], along, strict);
    },
  ];
}

function broadcastTo(vm: Vm, input: Tensor, shape: readonly Dim[]): Tensor {
  const joint = broadcastShapes([ranked(vm, input), shape]);
  if (
    !joint ||
    joint.some((dim, axis) => typeof dim === "number" && typeof shape[axis] === "number" && dim !== shape[axis]) ||
    joint.length !== shape.length
  ) {
    throw vm.error(
      "ValueError",
      `operands could not be broadcast together with remapped shapes: ${showShape(input.shape)} and ${showShape(shape)}`,
    );
  }
  return result(expand(vm, input, joint), input);
}

export function axisOf(vm: Vm, a: Bound, name = "axis"): number {
  return knownInt(vm, a[name], name);
}

/** The number of dimensions of anything: arrays, tensors of a framework, nested lists. */
function anyShape(vm: Vm, value: Value | undefined): Tensor {
  return value instanceof Tensor ? value : toArray(vm, value);
}

export const SHAPE: NumpyTable = {
  shape: ["a", (vm, a) => shapeValue(vm, anyShape(vm, a["a"]))],
  ndim: ["a", (vm, a) => int(ranked(vm, anyShape(vm, a["a"])).length)],
  size: [
    "a, axis=None",
    (vm, a) => {
      const shape = ranked(vm, anyShape(vm, a["a"]));
      const size = isNone(a["axis"]) ? elements(shape) : (shape.at(axisOf(vm, a)) as Dim);
      return typeof size === "number" ? int(size) : size;
    },
  ],
  reshape: [
    "a, shape=None, order='C', *, newshape=None, copy=None",
    (vm, a) =>
      reshaped(vm, arrayOf(vm, a), shapeArgument(vm, isNone(a["newshape"]) ? a["shape"] : a["newshape"]), a["order"]),
  ],
  ravel: ["a, order='C'", (vm, a) => reshaped(vm, arrayOf(vm, a), [-1], a["order"])],
  transpose: ["a, axes=None", (vm, a) => transposed(vm, arrayOf(vm, a), axesArgument(vm, a["axes"]))],
  swapaxes: [
    "a, axis1, axis2",
    (vm, a) => result(swapAxes(vm, arrayOf(vm, a), axisOf(vm, a, "axis1"), axisOf(vm, a, "axis2")), arrayOf(vm, a)),
  ],
  moveaxis: [
    "a, source, destination",
    (vm, a) => {
      const input = arrayOf(vm, a);
      return result(
        moveAxes(vm, input, axesArgument(vm, a["source"]) ?? [], axesArgument(vm, a["destination"]) ?? []),
        input,
      );
    },
  ],
  rollaxis: [
    "a, axis, start=0",
    (vm, a) => {
      const input = arrayOf(vm, a);
      const from = positiveAxis(vm, input, axisOf(vm, a));
      const start = axisOf(vm, a, "start");
      const to = start < 0 ? start + ranked(vm, input).length : start;
      return result(moveAxes(vm, input, [from], [from < to ? to - 1 : to]), input);
    },
  ],
  expand_dims: ["a, axis", (vm, a) => expandDims(vm, arrayOf(vm, a), axesArgument(vm, a["axis"]) ?? [])],
  squeeze: [
    "a, axis=None",
    (vm, a) => {
      const input = arrayOf(vm, a);
      return sameFacts(input, result(squeeze(vm, input, axesArgument(vm, a["axis"]), true), input));
    },
  ],
  concatenate: [
    "arrays, axis=0, out=None, *, dtype=None, casting=None",
    (vm, a) => {
      const parts = toArrays(vm, a["arrays"]);
      if (isNone(a["axis"]))
        return joinArrays(
          vm,
          parts.map((part) => raveled(vm, part)),
          0,
        );
      return joinArrays(vm, parts, axisOf(vm, a));
    },
  ],
  stack: [
    "arrays, axis=0, out=None, *, dtype=None, casting=None",
    (vm, a) => stacked(vm, toArrays(vm, a["arrays"]), axisOf(vm, a)),
  ],
  hstack: joinAlong(1, 0),
  vstack: joinAlong(2, 0),
  row_stack: joinAlong(2, 0),
  dstack: joinAlong(3, 2),
  column_stack: [
    "tup",
    (vm, a) => {
      const parts = toArrays(vm, a["tup"]).map((part) => {
        const shape = ranked(vm, part);
        return shape.length < 2 ? viewAs(part, [shape[0] ?? 1, 1]) : part;
      });
      return joinArrays(vm, parts, 1);
    },
  ],
  block: ["arrays", (vm) => vm.unknown("np.block is not modelled")],
  split: [
    "ary, indices_or_sections, axis=0",
    (vm, a) => cut(vm, arrayOf(vm, a, "ary"), a["indices_or_sections"], axisOf(vm, a), true),
  ],
  array_split: [
    "ary, indices_or_sections, axis=0",
    (vm, a) => cut(vm, arrayOf(vm, a, "ary"), a["indices_or_sections"], axisOf(vm, a), false),
  ],
  hsplit: splitting(1),
  vsplit: splitting(0),
  dsplit: splitting(2),
  broadcast_to: [
    "array, shape, subok=False",
    (vm, a) => broadcastTo(vm, arrayOf(vm, a, "array"), shapeArgument(vm, a["shape"])),
  ],
  broadcast_arrays: [
    "*args, subok=False",
    (vm, a) => {
      const parts = toArrays(vm, a["args"]);
      const shape = jointShape(
        vm,
        parts.map((part) => ranked(vm, part)),
        parts[0],
      );
      return list(parts.map((part) => broadcastTo(vm, part, shape)));
    },
  ],
  atleast_1d: ["a", (vm, a) => atLeast(arrayOf(vm, a), 1, vm)],
  atleast_2d: ["a", (vm, a) => atLeast(arrayOf(vm, a), 2, vm)],
  atleast_3d: ["a", (vm, a) => atLeast(arrayOf(vm, a), 3, vm)],
  iscomplexobj: ["x", (vm, a) => bool(arrayOf(vm, a, "x").dtype === "complex64")],
  isrealobj: ["x", (vm, a) => bool(arrayOf(vm, a, "x").dtype !== "complex64")],
};
SHAPE["permute_dims"] = SHAPE["transpose"] as NumpyTable[string];
SHAPE["matrix_transpose"] = ["a", (vm, a) => result(swapAxes(vm, arrayOf(vm, a), -2, -1), arrayOf(vm, a))];
SHAPE["concat"] = SHAPE["concatenate"] as NumpyTable[string];
