// Arrays repeated, padded, turned, rolled, and with elements added or taken away.
import type { Bound } from "../../../2-evaluate/native";
import { isNone, isOpaque, type Value } from "../../../2-evaluate/values";
import type { Vm } from "../../../2-evaluate/vm";
import { DATA_LIMIT, positiveAxis } from "../../../3-graph/operations/common";
import { swapAxes } from "../../../3-graph/operations/reshape";
import { type Dim, elements, mapDims } from "../../../3-graph/shape";
import type { Tensor } from "../../../3-graph/tensor";
import { array, axesArgument, knownInt, ranked, shapeArgument, share, sizeOf, toArray, whyUnknown } from "../array";
import { joinArrays } from "./create";
import { axisOf, raveled, result, viewAs } from "./shape";
import { arrayOf, type NumpyTable, pickData } from "./table";

function tile(vm: Vm, input: Tensor, given: readonly Dim[]): Tensor {
  const own = ranked(vm, input);
  const rank = Math.max(own.length, given.length);
  const padded = <T>(items: readonly T[], one: T): T[] => [...new Array<T>(rank - items.length).fill(one), ...items];
  const from = padded<Dim>(own, 1);
  const shape = padded<Dim>(given, 1).map((count, axis) => mapDims((a, b) => a * b, count, from[axis] as Dim));
  const wide = array(from, input.dtype, input.data, input.reason);
  const total = elements(shape);
  const small = typeof total === "number" && total <= DATA_LIMIT;
  const data = small ? pickData(wide, shape, (index) => index.map((i, axis) => i % (from[axis] as number))) : null;
  return array(shape, input.dtype, data, input.reason);
}

function repeat(vm: Vm, given: Tensor, repeats: Value | undefined, axisValue: Value | undefined): Tensor {
  const input = isNone(axisValue) ? raveled(vm, given) : given;
  const shape = ranked(vm, input);
  const axis = isNone(axisValue) ? 0 : positiveAxis(vm, input, knownInt(vm, axisValue, "axis"));
  const own = shape[axis] as Dim;
  const counts = isOpaque(repeats) ? null : toArray(vm, repeats);
  let size: Dim;
  let places: number[] | null = null;
  if (counts === null) size = repeats as Dim;
  else if (counts.shape?.length === 0 || counts.shape?.[0] === 1) {
    const count = counts.data?.[0] ?? vm.unknown("how often elements are repeated is not known");
    size = mapDims((a, b) => a * b, own, count);
    if (typeof size === "number" && typeof count === "number" && size <= DATA_LIMIT) {
      places = Array.from({ length: size }, (_, i) => Math.floor(i / count));
    }
  } else {
    if (typeof own === "number" && typeof counts.shape?.[0] === "number" && counts.shape[0] !== own) {
      throw vm.error(
        "ValueError",
        `operands could not be broadcast together with shape (${own},) (${counts.shape[0]},)`,
      );
    }
    size =
      counts.data?.reduce((sum, count) => sum + count, 0) ?? vm.unknown("how often elements are repeated is not known");
    places = counts.data?.flatMap((count, i) => new Array<number>(count).fill(i)) ?? null;
  }
  const to = shape.map((dim, i) => (i === axis ? size : dim));
  const total = elements(to);
  const data =
    places && typeof total === "number" && total <= DATA_LIMIT
      ? pickData(input, to, (index) => index.map((i, at) => (at === axis ? (places[i] as number) : i)))
      : null;
  return array(to, input.dtype, data, input.reason);
}

/** Pad widths as numpy takes them: n, (before, after), ((before, after), …), or one pair for all. */
function padWidths(vm: Vm, value: Value | undefined, rank: number): (readonly [Dim, Dim])[] {
  const same = (pair: readonly [Dim, Dim]) => Array.from({ length: rank }, () => pair);
  if (value?.kind === "number" || isOpaque(value)) {
    const size = sizeOf(vm, value, "a pad width");
    return same([size, size]);
  }
  const items = vm.items(value as Value);
  if (items.every((item) => item.kind === "number" || isOpaque(item))) {
    const sizes = items.map((item) => sizeOf(vm, item, "a pad width"));
    return same([sizes[0] ?? 0, sizes[1] ?? sizes[0] ?? 0]);
  }
  const pairs = items.map((item): readonly [Dim, Dim] => {
    const [pair] = padWidths(vm, item, 1);
    return pair ?? [0, 0];
  });
  if (pairs.length === 1) return same(pairs[0] as readonly [Dim, Dim]);
  if (pairs.length !== rank) {
    throw vm.error(
      "ValueError",
      `operands could not be broadcast together with remapped shapes: ${pairs.length} pad widths for ${rank} dimensions`,
    );
  }
  return pairs;
}

function pad(vm: Vm, a: Bound): Tensor {
  const input = arrayOf(vm, a, "array");
  const shape = ranked(vm, input);
  const pads = padWidths(vm, a["pad_width"], shape.length);
  const to = shape.map((dim, axis) =>
    mapDims((size, x, y) => size + x + y, dim, ...(pads[axis] as readonly [Dim, Dim])),
  );
  const mode = a["mode"]?.kind === "string" ? a["mode"].value : "other";
  const fill = a["constant_values"];
  const value = fill?.kind === "number" ? fill.value : null;
  const total = elements(to);
  if (mode !== "constant" || value === null || typeof total !== "number" || total > DATA_LIMIT) {
    return array(to, input.dtype, null, input.reason);
  }
  const before = pads.map(([size]) => size as number);
  // Elements outside the input are picked from its first and replaced after.
  const outside: boolean[] = [];
  const picked = pickData(input, to, (index) => {
    const source = index.map((i, axis) => i - (before[axis] as number));
    const isOutside = source.some((i, axis) => i < 0 || i >= (shape[axis] as number));
    outside.push(isOutside);
    return isOutside ? source.map(() => 0) : source;
  });
  return array(to, input.dtype, picked?.map((item, i) => (outside[i] ? value : item)) ?? null, input.reason);
}

/** Elements along axes in reverse. */
function flip(vm: Vm, input: Tensor, axes: readonly number[] | null): Tensor {
  const shape = ranked(vm, input);
  const chosen = axes === null ? shape.map((_, axis) => axis) : axes.map((axis) => positiveAxis(vm, input, axis));
  const data = pickData(input, shape, (index) =>
    index.map((i, axis) => (chosen.includes(axis) ? (shape[axis] as number) - 1 - i : i)),
  );
  return share(input, array(shape, input.dtype, data, input.reason));
}

function roll(vm: Vm, input: Tensor, shift: Value | undefined, axisValue: Value | undefined): Tensor {
  const shape = ranked(vm, input);
  const flat = isNone(axisValue);
  const by = shift?.kind === "number" && !shift.isFloat ? shift.value : null;
  const axis = flat || axisValue?.kind !== "number" ? null : positiveAxis(vm, input, axisValue.value);
  if (by === null || (!flat && axis === null)) return array(shape, input.dtype, null, input.reason);
  const wrap = (i: number, size: number) => (((i - by) % size) + size) % size;
  if (axis === null) {
    const { data } = input;
    return array(shape, input.dtype, data?.map((_, i) => data[wrap(i, data.length)] as number) ?? null, input.reason);
  }
  const data = pickData(input, shape, (index) =>
    index.map((i, at) => (at === axis ? wrap(i, shape[at] as number) : i)),
  );
  return array(shape, input.dtype, data, input.reason);
}

function rotate(vm: Vm, input: Tensor, turns: number, axes: readonly number[]): Tensor {
  const [a = 0, b = 1] = axes.map((axis) => positiveAxis(vm, input, axis));
  const times = ((turns % 4) + 4) % 4;
  if (times === 0) return viewAs(input, ranked(vm, input));
  if (times === 2) return flip(vm, input, [a, b]);
  const swapped = (from: Tensor) => result(swapAxes(vm, from, a, b), from);
  return times === 1 ? swapped(flip(vm, input, [b])) : flip(vm, swapped(input), [b]);
}

export const ARRANGE: NumpyTable = {
  tile: ["A, reps", (vm, a) => tile(vm, arrayOf(vm, a, "A"), shapeArgument(vm, a["reps"]))],
  repeat: ["a, repeats, axis=None", (vm, a) => repeat(vm, arrayOf(vm, a), a["repeats"], a["axis"])],
  pad: ["array, pad_width, mode='constant', constant_values=0, **kwargs", (vm, a) => pad(vm, a)],
  flip: ["m, axis=None", (vm, a) => flip(vm, arrayOf(vm, a, "m"), axesArgument(vm, a["axis"]))],
  flipud: ["m", (vm, a) => flip(vm, arrayOf(vm, a, "m"), [0])],
  fliplr: ["m", (vm, a) => flip(vm, arrayOf(vm, a, "m"), [1])],
  rot90: [
    "m, k=1, axes=None",
    (vm, a) => rotate(vm, arrayOf(vm, a, "m"), axisOf(vm, a, "k"), axesArgument(vm, a["axes"]) ?? [0, 1]),
  ],
  roll: ["a, shift, axis=None", (vm, a) => roll(vm, arrayOf(vm, a), a["shift"], a["axis"])],
  append: [
    "arr, values, axis=None",
    (vm, a) => {
      const parts = [arrayOf(vm, a, "arr"), arrayOf(vm, a, "values")];
      if (isNone(a["axis"]))
        return joinArrays(
          vm,
          parts.map((part) => raveled(vm, part)),
          0,
        );
      return joinArrays(vm, parts, axisOf(vm, a));
    },
  ],
  insert: [
    "arr, obj, values, axis=None",
    (vm, a) => {
      const given = arrayOf(vm, a, "arr");
      const input = isNone(a["axis"]) ? raveled(vm, given) : given;
      const axis = isNone(a["axis"]) ? 0 : positiveAxis(vm, input, axisOf(vm, a));
      const values = arrayOf(vm, a, "values");
      const places = elements(ranked(vm, arrayOf(vm, a, "obj")));
      // One place may take several values; several places take one each.
      const count = places === 1 && ranked(vm, input).length === 1 ? elements(ranked(vm, values)) : places;
      const shape = ranked(vm, input).map((dim, i) => (i === axis ? mapDims((x, y) => x + y, dim, count) : dim));
      if (places === 1 && shape.length > 1 && ranked(vm, values).length === shape.length)
        throw vm.giveUp("np.insert of several rows is not modelled");
      return array(shape, input.dtype, null, whyUnknown(input, values));
    },
  ],
  delete: [
    "arr, obj, axis=None",
    (vm, a) => {
      const given = arrayOf(vm, a, "arr");
      const input = isNone(a["axis"]) ? raveled(vm, given) : given;
      const axis = isNone(a["axis"]) ? 0 : positiveAxis(vm, input, axisOf(vm, a));
      const shape = ranked(vm, input);
      const size = shape[axis] as Dim;
      const obj = a["obj"]?.kind === "slice" ? null : arrayOf(vm, a, "obj");
      if (obj?.dtype === "bool" || !obj?.data || typeof size !== "number") {
        const unknown = vm.unknown("how many elements np.delete removes is not known");
        return array(
          shape.map((dim, i) => (i === axis ? unknown : dim)),
          input.dtype,
        );
      }
      const gone = new Set(obj.data.map((at) => (at < 0 ? at + size : at)));
      if ([...gone].some((at) => at < 0 || at >= size)) {
        throw vm.error("IndexError", `index ${obj.data[0]} is out of bounds for axis ${axis} with size ${size}`);
      }
      const kept = Array.from({ length: size }, (_, i) => i).filter((i) => !gone.has(i));
      const to = shape.map((dim, i) => (i === axis ? kept.length : dim));
      const data = pickData(input, to, (index) => index.map((i, at) => (at === axis ? (kept[i] as number) : i)));
      return array(to, input.dtype, data, input.reason);
    },
  ],
  resize: [
    "a, new_shape",
    (vm, a) => {
      const input = arrayOf(vm, a);
      const shape = shapeArgument(vm, a["new_shape"]);
      const total = elements(shape);
      const { data } = input;
      const values =
        data && data.length > 0 && typeof total === "number" && total <= DATA_LIMIT
          ? Array.from({ length: total }, (_, i) => data[i % data.length] as number)
          : null;
      return array(shape, input.dtype, values, input.reason);
    },
  ],
};
