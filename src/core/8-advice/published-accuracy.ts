// Published ImageNet accuracy of MobileNet v1 and v2 by width multiplier and input size, and telling whether a model is one of
// them: by the order of its convolutions and their widths, whoever wrote the code.
import type { Operation } from "../3-graph/operation";
import type { TracedModel } from "../5-models/model";

export type MobileNetVersion = 1 | 2;

/**
 * Top-1 accuracy in percent, float32, single crop, by width multiplier and side of the input. Sources: the tables of
 * github.com/tensorflow/models, research/slim/nets/mobilenet_v1.md (commit 02c04f4) and research/slim/nets/mobilenet/README.md
 * (commit 0ba83cf).
 */
const TOP_1: Readonly<Record<MobileNetVersion, Readonly<Record<string, Readonly<Record<number, number>>>>>> = {
  1: {
    "1": { 224: 70.9, 192: 70.0, 160: 68.0, 128: 65.2 },
    "0.75": { 224: 68.4, 192: 67.2, 160: 65.3, 128: 62.1 },
    "0.5": { 224: 63.3, 192: 61.7, 160: 59.1, 128: 56.3 },
    "0.25": { 224: 49.8, 192: 47.7, 160: 45.5, 128: 41.5 },
  },
  2: {
    "1.4": { 224: 75.0 },
    "1.3": { 224: 74.4 },
    "1": { 224: 71.8, 192: 70.7, 160: 68.8, 128: 65.3, 96: 60.3 },
    "0.75": { 224: 69.8, 192: 68.7, 160: 66.4, 128: 63.2, 96: 58.8 },
    "0.5": { 224: 65.4, 192: 63.9, 160: 61.0, 128: 57.7, 96: 51.2 },
    "0.35": { 224: 60.3, 192: 58.2, 160: 55.7, 128: 50.8, 96: 45.5 },
  },
};

/** The name of the source in a message. */
export const ACCURACY_SOURCE = "ImageNet top-1 of the float model, tables of TensorFlow-Slim";

/** Published top-1 accuracy in percent; undefined where none was published. */
export function publishedTop1(version: MobileNetVersion, alpha: number, side: number): number | undefined {
  return TOP_1[version][String(alpha)]?.[side];
}

/** Width multipliers with published accuracies, ascending. */
export function publishedWidths(version: MobileNetVersion): readonly number[] {
  return Object.keys(TOP_1[version])
    .map(Number)
    .sort((a, b) => a - b);
}

/** One convolution of a plan: how many channels it gives at full width (0: as many as it reads), and its stride. */
type Step = readonly [kind: "full" | "depthwise" | "pointwise", width: number, stride: number];

const separable = (width: number, stride: number): Step[] => [
  ["depthwise", 0, stride],
  ["pointwise", width, 1],
];
const repeat = (count: number, make: (index: number) => Step[]): Step[] =>
  Array.from({ length: count }, (_, index) => make(index)).flat();

/** Howard et al. 2017, table 1. */
const VERSION_1: readonly Step[] = [
  ["full", 32, 2],
  ...separable(64, 1),
  ...separable(128, 2),
  ...separable(128, 1),
  ...separable(256, 2),
  ...separable(256, 1),
  ...separable(512, 2),
  ...repeat(5, () => separable(512, 1)),
  ...separable(1024, 2),
  ...separable(1024, 1),
];
/** Sandler et al. 2018, table 2: expansion 6, which follows the width of the block before. */
const VERSION_2: readonly Step[] = [
  ["full", 32, 2],
  ...separable(16, 1),
  ...(
    [
      [24, 2, 2],
      [32, 3, 2],
      [64, 4, 2],
      [96, 3, 1],
      [160, 3, 2],
      [320, 1, 1],
    ] as const
  ).flatMap(([width, count, stride]) =>
    repeat(count, (index) => [["pointwise", -6, 1], ...separable(width, index === 0 ? stride : 1)]),
  ),
];

/** Rounding to multiples of 8 moves narrow layers this far. */
const ROUNDING = 6;

function isStep({ attributes: a }: Operation, [kind, width, stride]: Step, alpha: number): boolean {
  if (a.kind !== "conv" || a.transposed || a.kernel.length !== 2) return false;
  const { inChannels, outChannels, groups } = a;
  if (typeof inChannels !== "number" || typeof outChannels !== "number") return false;
  const side = kind === "pointwise" ? 1 : 3;
  if (!a.kernel.every((size) => size === side) || !a.strides.every((one) => one === stride)) return false;
  if (kind === "depthwise") return groups === inChannels && outChannels === inChannels;
  if (groups !== 1) return false;
  return width < 0 ? outChannels === -width * inChannels : Math.abs(outChannels - width * alpha) <= ROUNDING;
}

/** Which MobileNet a model of a given width multiplier is, or starts with; undefined for any other model. */
export function mobileNetOf({ graph }: TracedModel, alpha: number): MobileNetVersion | undefined {
  const convs = graph.operations.filter(({ attributes }) => attributes.kind === "conv");
  const is = (plan: readonly Step[]) =>
    plan.every((step, index) => {
      const conv = convs[index];
      return conv !== undefined && isStep(conv, step, alpha);
    });
  return is(VERSION_1) ? 1 : is(VERSION_2) ? 2 : undefined;
}
