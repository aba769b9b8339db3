// Data movement: reshapes and transposes, joining and cutting, padding, gathering, resizing. Where the graph does not say which
// elements are moved, as many are moved by a gather.
import * as tf from "@tensorflow/tfjs-core";
import type { PlanStep } from "../../../core/9-benchmark/plan";
import { type Builder, channelsLast, range, size, type StepBuilder } from "./builder";
import { cast, passOn } from "./pointwise";

const only = (step: PlanStep): [number, number] => [step.operands[0] as number, step.outputs[0] as number];

/** The first elements along every axis, as many as the result has; a stand-in where it is longer somewhere or has another rank. */
function cutOut(builder: Builder, x: number, output: number): void {
  const from = builder.shape(x);
  const to = builder.shape(output);
  if (from.length !== to.length || to.some((n, axis) => n > (from[axis] as number))) {
    builder.standIn(output, x);
    return;
  }
  builder.emit(output, [builder.get(x)], ([t]) =>
    tf.slice(
      t as tf.Tensor,
      from.map(() => 0),
      to,
    ),
  );
}

const reshape: StepBuilder = (builder, step) => {
  const [x, output] = only(step);
  const from = builder.shape(x);
  const to = builder.shape(output);
  const order = builder.order(x);
  const { dtype } = builder.tensor(output);
  if (from.length === to.length && from.every((n, axis) => n === to[axis])) {
    passOn(builder, step);
    return;
  }
  if (size(from) !== size(to)) {
    // Parts of a packed product of attention are views in the graph; here they are cut out, or made longer.
    cutOut(builder, x, output);
    return;
  }
  // A tensor that lies in another order, with all other dimensions one, is the same data.
  const isLine = from.filter((n) => n !== 1).length <= 1;
  builder.emit(output, [builder.get(x, isLine ? order : null)], ([t]) => {
    const made = tf.reshape(t as tf.Tensor, to);
    return made.dtype === dtype ? made : tf.cast(made, dtype);
  });
};

const transpose: StepBuilder = (builder, step) => {
  const [x, output] = only(step);
  const labels = step.settings["labels"] as unknown as [string[], string[]] | undefined;
  const shuffle = step.settings["shuffle"] as number | undefined;
  const rank = builder.shape(x).length;
  if (shuffle !== undefined) {
    const shape = builder.shape(x);
    const channels = shape[1] as number;
    const groups = channels % shuffle === 0 ? shuffle : 1;
    const stored = channelsLast(rank, rank - 2);
    const last = builder.stored(x, stored);
    const split = [...last.slice(0, -1), groups, channels / groups];
    const swap = [...range(rank - 1), rank, rank - 1];
    builder.emit(
      output,
      [builder.get(x, stored)],
      ([t]) => tf.reshape(tf.transpose(tf.reshape(t as tf.Tensor, split), swap), last),
      { order: stored, isComposed: true },
    );
    return;
  }
  const order =
    (step.attributes["order"] as number[] | undefined) ?? labels?.[1].map((label) => labels[0].indexOf(label));
  if (!order || order.length !== rank || new Set(order).size !== rank || order.includes(-1)) {
    builder.standIn(output, x);
    return;
  }
  const own = builder.order(x);
  // The data may lie as wanted already: then only the names of the dimensions change.
  if (own && order.every((axis, index) => axis === own[index])) builder.alias(output, builder.get(x, own));
  else if (own)
    builder.emit(output, [builder.get(x, own)], ([t]) =>
      tf.transpose(
        t as tf.Tensor,
        order.map((axis) => own.indexOf(axis)),
      ),
    );
  else builder.emit(output, [builder.get(x)], ([t]) => tf.transpose(t as tf.Tensor, order));
};

const concat: StepBuilder = (builder, step) => {
  const output = step.outputs[0] as number;
  const { shape, dtype } = builder.tensor(output);
  const axis = step.attributes["axis"] as number | undefined;
  if (axis === undefined) {
    builder.standIn(output, step.operands[0] as number);
    return;
  }
  const placed = step.operands.find((one) => builder.shape(one).length === shape.length && builder.order(one) !== null);
  const order = placed === undefined ? null : builder.order(placed);
  const at = order ? order.indexOf(axis) : axis;
  const slots = step.operands.map((one) => builder.get(one, order));
  builder.emit(
    output,
    slots,
    (x) => {
      const same = x.map((one) => (one.dtype === dtype ? one : tf.cast(one, dtype)));
      return same.length === 1 ? tf.clone(same[0] as tf.Tensor) : tf.concat(same, at);
    },
    { order, isComposed: true },
  );
};

const split: StepBuilder = (builder, step) => {
  const x = step.operands[0] ?? (step.inputs[0] as number);
  const axis = (step.attributes["axis"] as number | undefined) ?? 0;
  const order = builder.order(x);
  const at = order ? order.indexOf(axis) : axis;
  const sizes = step.outputs.map((output) => builder.shape(output)[axis] as number);
  builder.emitMany(
    step.outputs,
    [builder.get(x, order)],
    ([t]) => (sizes.length === 1 ? [tf.clone(t as tf.Tensor)] : tf.split(t as tf.Tensor, sizes, at)),
    order,
  );
};

const slice: StepBuilder = (builder, step) => {
  const [x, output] = only(step);
  const from = builder.shape(x);
  const to = builder.shape(output);
  const starts = step.settings["starts"] as unknown as [number, number | null][] | undefined;
  if (!starts || starts.length > from.length) {
    // A part of known size at a place that is not known: taken from the start.
    cutOut(builder, x, output);
    return;
  }
  // Which sizes remain: those of the result without new axes, in order.
  const kept = starts.filter(([, stride]) => stride !== null);
  const sizes = keptSizes(
    to,
    kept.length,
    kept.map((_, index) => index),
    from,
    starts,
  );
  if (!sizes) {
    builder.standIn(output, x);
    return;
  }
  const rest = range(from.length).slice(starts.length);
  const begin = [...starts.map(([start]) => start), ...rest.map(() => 0)];
  const stride = [...starts.map(([, by]) => by ?? 1), ...rest.map(() => 1)];
  let next = 0;
  const counts = [
    ...starts.map(([, by]) => (by === null ? 1 : (sizes[next++] as number))),
    ...rest.map((axis) => from[axis] as number),
  ];
  const plain = stride.every((by) => by === 1);
  builder.emit(
    output,
    [builder.get(x)],
    ([t]) => {
      const input = t as tf.Tensor;
      if (plain) return tf.reshape(tf.slice(input, begin, counts), to);
      // Steps below zero read backwards: the part is taken forwards and reversed.
      const reversed = range(from.length).filter((axis) => (stride[axis] as number) < 0);
      const low = begin.map((start, axis) =>
        (stride[axis] as number) < 0 ? start + (stride[axis] as number) * ((counts[axis] as number) - 1) : start,
      );
      const by = stride.map(Math.abs);
      const high = low.map((start, axis) => start + (by[axis] as number) * ((counts[axis] as number) - 1) + 1);
      const part = tf.stridedSlice(input, low, high, by);
      return tf.reshape(reversed.length > 0 ? tf.reverse(part, reversed) : part, to);
    },
    { isComposed: true },
  );
};

/** Sizes of the sliced dimensions: those of the result, with the ones that were added left out. */
function keptSizes(
  to: readonly number[],
  count: number,
  _order: readonly number[],
  from: readonly number[],
  starts: readonly (readonly [number, number | null])[],
): number[] | null {
  const axes = starts.flatMap(([, by], axis) => (by === null ? [] : [axis]));
  const whole = to.length - (from.length - starts.length);
  const head = to.slice(0, whole);
  if (head.length === count) return head;
  if (head.length < count) return null;
  // New axes have length one: drop as many ones as there are too many, keeping those of dimensions that were one.
  const result: number[] = [];
  let extra = head.length - count;
  for (const n of head) {
    const axis = axes[result.length];
    if (n === 1 && extra > 0 && (axis === undefined || from[axis] !== 1)) {
      extra--;
      continue;
    }
    result.push(n);
  }
  while (extra > 0 && result.includes(1)) {
    result.splice(result.indexOf(1), 1);
    extra--;
  }
  return result.length === count ? result : null;
}

const pad: StepBuilder = (builder, step) => {
  const [x, output] = only(step);
  const from = builder.shape(x);
  const to = builder.shape(output);
  const given = step.settings["pads"] as unknown as (readonly [number | null, number | null])[] | undefined;
  if (from.length !== to.length) {
    builder.standIn(output, x);
    return;
  }
  const pads = to.map((n, axis): [number, number] => {
    const [before, after] = given?.[axis] ?? [null, null];
    const whole = n - (from[axis] as number);
    return [before ?? Math.floor(whole / 2), after ?? Math.ceil(whole / 2)];
  });
  const order = builder.order(x);
  const stored = order ? order.map((axis) => pads[axis] as [number, number]) : pads;
  const mirrors = step.attributes["fill"] === "mirror";
  const grown = stored.map(([before, after]) => [Math.max(0, before), Math.max(0, after)] as [number, number]);
  const cuts = stored.some(([before, after]) => before < 0 || after < 0);
  const grows = grown.some(([before, after]) => before + after > 0);
  const result = builder.stored(output, order);
  const { dtype } = builder.tensor(output);
  builder.emit(
    output,
    [builder.get(x, order)],
    ([t]) => {
      const input = t as tf.Tensor;
      const cut = cuts
        ? tf.slice(
            input,
            stored.map(([before]) => Math.max(0, -before)),
            result.map((n, axis) => n - (grown[axis] as [number, number])[0] - (grown[axis] as [number, number])[1]),
          )
        : input;
      const made = !grows ? tf.clone(cut) : mirrors ? tf.mirrorPad(cut, grown, "reflect") : tf.pad(cut, grown);
      return made.dtype === dtype ? made : tf.cast(made, dtype);
    },
    { order, isComposed: true },
  );
};

const gather: StepBuilder = (builder, step) => {
  const [x, output] = only(step);
  const indices = step.operands[1];
  const mode = step.settings["mode"];
  const axis = (step.attributes["axis"] ?? 0) as number;
  if (mode !== "take" || indices === undefined || (step.settings["batchDims"] ?? 0) !== 0) {
    builder.standIn(output, x);
    return;
  }
  const { dtype } = builder.tensor(output);
  builder.emit(
    output,
    [builder.get(x), builder.get(indices)],
    ([t, i]) => {
      const whole = (i as tf.Tensor).dtype === "int32" ? (i as tf.Tensor) : tf.cast(i as tf.Tensor, "int32");
      return tf.cast(
        tf.reshape(tf.gather(t as tf.Tensor, tf.reshape(whole, [-1]) as tf.Tensor1D, axis), builder.shape(output)),
        dtype,
      );
    },
    { isComposed: true },
  );
};

const tile: StepBuilder = (builder, step) => {
  const [x, output] = only(step);
  const from = builder.shape(x);
  const to = builder.shape(output);
  const lead = to.length - from.length;
  const each = step.settings["each"] as number | undefined;
  if (lead < 0) {
    builder.standIn(output, x);
    return;
  }
  const wide = [...new Array<number>(lead).fill(1), ...from];
  if (each !== undefined) {
    const times = (to[each] as number) / Math.max(1, from[each] as number);
    if (!Number.isInteger(times)) {
      builder.standIn(output, x);
      return;
    }
    const apart = [...from.slice(0, each + 1), 1, ...from.slice(each + 1)];
    const reps = apart.map((_, axis) => (axis === each + 1 ? times : 1));
    builder.emit(output, [builder.get(x)], ([t]) => tf.reshape(tf.tile(tf.reshape(t as tf.Tensor, apart), reps), to), {
      isComposed: true,
    });
    return;
  }
  const reps = to.map((n, axis) => n / Math.max(1, wide[axis] as number));
  if (step.operands.length > 1 || reps.some((n) => !Number.isInteger(n))) {
    builder.standIn(output, x);
    return;
  }
  builder.emit(
    output,
    [builder.get(x)],
    ([t]) => {
      const input = lead > 0 ? tf.reshape(t as tf.Tensor, wide) : (t as tf.Tensor);
      return reps.every((n) => n === 1) ? tf.clone(input) : tf.tile(input, reps);
    },
    { isComposed: true },
  );
};

const flip: StepBuilder = (builder, step) => {
  const [x, output] = only(step);
  const order = builder.order(x);
  const axes = step.settings["axes"] as number[] | undefined;
  const rank = builder.shape(x).length;
  const at = (axes ?? range(rank)).map((axis) => (order ? order.indexOf(axis) : axis));
  builder.emit(output, [builder.get(x, order)], ([t]) => tf.reverse(t as tf.Tensor, at), { order });
};

const roll: StepBuilder = (builder, step) => {
  const [x, output] = only(step);
  const shape = builder.shape(x);
  // How far is not known: half of each dimension, which moves everything.
  const shifts = shape.map((n) => Math.floor(n / 2));
  builder.emit(
    output,
    [builder.get(x)],
    ([t]) => {
      let result = t as tf.Tensor;
      shifts.forEach((shift, axis) => {
        const n = shape[axis] as number;
        if (shift === 0) return;
        const [a, b] = tf.split(result, [n - shift, shift], axis) as [tf.Tensor, tf.Tensor];
        result = tf.concat([b, a], axis);
      });
      return result === t ? tf.clone(result) : result;
    },
    { isComposed: true },
  );
};

export const resize: StepBuilder = (builder, step) => {
  const [x, output] = only(step);
  const shape = builder.shape(x);
  const rank = shape.length;
  const changed = range(rank).filter((axis) => shape[axis] !== builder.shape(output)[axis]);
  const isFirst = step.settings["layout"] === "channels-first";
  if (rank > 4 || rank < 3 || changed.length === 0) {
    if (changed.length === 0) passOn(builder, step);
    else volume(builder, step, changed);
    return;
  }
  const spatial = Math.min(2, rank === 3 ? (isFirst || changed.includes(0) ? (changed.includes(0) ? 2 : 1) : 1) : 2);
  const order = isFirst ? channelsLast(rank, spatial) : null;
  const from = builder.stored(x, order);
  const to = builder.stored(output, order);
  const four = (stored: readonly number[]) =>
    (spatial === 1 ? [stored[0], 1, ...stored.slice(1)] : rank === 3 ? [1, ...stored] : [...stored]) as [
      number,
      number,
      number,
      number,
    ];
  const wanted = four(to).slice(1, 3) as [number, number];
  const nearest = step.kind === "move";
  builder.emit(
    output,
    [builder.get(x, order)],
    ([t]) => {
      const input = tf.reshape<tf.Rank.R4>(tf.cast(t as tf.Tensor, "float32"), four(from));
      const made = nearest ? tf.image.resizeNearestNeighbor(input, wanted) : tf.image.resizeBilinear(input, wanted);
      return tf.reshape(made, to);
    },
    { order, isComposed: true },
  );
};

/** Resizing three spatial dimensions: axis by axis by a gather of the nearest positions. */
function volume(builder: Builder, step: PlanStep, axes: readonly number[]): void {
  const [x, output] = only(step);
  const from = builder.shape(x);
  const to = builder.shape(output);
  const tables = axes.map((axis) => {
    const n = to[axis] as number;
    const scale = (from[axis] as number) / n;
    return builder.fixed(() =>
      tf.tensor1d(
        range(n).map((i) => Math.min((from[axis] as number) - 1, Math.floor(i * scale))),
        "int32",
      ),
    );
  });
  if (step.kind !== "move") builder.noteStandIn();
  builder.emit(
    output,
    [builder.get(x), ...tables],
    ([t, ...at]) =>
      axes.reduce((result, axis, index) => tf.gather(result, at[index] as tf.Tensor1D, axis), t as tf.Tensor),
    { isComposed: true },
  );
}

const blocks =
  (toSpace: boolean): StepBuilder =>
  (builder, step) => {
    const [x, output] = only(step);
    const rank = builder.shape(x).length;
    const factor = step.settings["factor"] as number | undefined;
    if (factor === undefined || rank < 3) {
      builder.standIn(output, x);
      return;
    }
    const order = step.settings["layout"] === "channels-first" ? channelsLast(rank, 2) : null;
    const from = builder.stored(x, order);
    const to = builder.stored(output, order);
    const lead = size(from.slice(0, -3));
    const [h, w, c] = from.slice(-3) as [number, number, number];
    builder.emit(
      output,
      [builder.get(x, order)],
      ([t]) => {
        if (toSpace) {
          const apart = tf.reshape(t as tf.Tensor, [lead, h, w, factor, factor, c / (factor * factor)]);
          return tf.reshape(tf.transpose(apart, [0, 1, 3, 2, 4, 5]), to);
        }
        const apart = tf.reshape(t as tf.Tensor, [lead, h / factor, factor, w / factor, factor, c]);
        return tf.reshape(tf.transpose(apart, [0, 1, 3, 2, 4, 5]), to);
      },
      { order, isComposed: true },
    );
  };

const sort: StepBuilder = (builder, step) => {
  const x = step.operands[0] as number;
  const outputs = step.outputs;
  const from = builder.shape(x);
  const to = builder.shape(outputs[0] as number);
  const axis = from.findIndex((n, index) => n !== to[index]);
  const at = axis < 0 ? from.length - 1 : axis;
  const last = [...range(from.length).filter((one) => one !== at), at];
  const back = range(from.length).map((one) => last.indexOf(one));
  const count = to[at] as number;
  builder.emitMany(outputs, [builder.get(x)], ([t]) => {
    const { values, indices } = tf.topk(tf.transpose(t as tf.Tensor, last), count, true);
    return [values, indices].slice(0, outputs.length).map((one) => tf.transpose(one, back));
  });
};

const unfold: StepBuilder = (builder, step) => {
  const [x, output] = only(step);
  builder.standIn(output, x);
};

const scatter: StepBuilder = (builder, step) => {
  const [x, output] = only(step);
  const same = size(builder.shape(x)) === size(builder.shape(output));
  if (!same) builder.standIn(output, x);
  else {
    // As much is copied as the whole: the part that is written and the part that stays.
    builder.noteStandIn();
    builder.emit(
      output,
      [builder.get(x)],
      ([t]) => tf.reshape(tf.mul(t as tf.Tensor, tf.onesLike(t as tf.Tensor)), builder.shape(output)),
      { isComposed: true },
    );
  }
};

export const MOVES: Readonly<Record<string, StepBuilder>> = {
  reshape,
  transpose,
  concat,
  split,
  slice,
  pad,
  gather,
  scatter,
  tile,
  roll,
  flip,
  "resize-nearest": resize,
  "depth-to-space": blocks(true),
  "space-to-depth": blocks(false),
  cast,
  copy: passOn,
  sort,
  unfold,
};
