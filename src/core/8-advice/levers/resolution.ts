// Finds where the size of a model's input image is written: a shape given to Input or a first layer, a constant, a default, a
// dummy tensor, a `budget:` comment. What a number means is told by evaluating the model with another size: the input must
// have it then, and the outputs their old shapes.
import type { Expr, NumberExpr, Span } from "../../1-syntax/tree";
import { walk } from "../../1-syntax/walk";
import type { TextEdit } from "../../report/finding";
import type { Report, SourcePlace } from "../../report/report";
import type { SourceFile } from "../sites";
import { filesOf, framesOf, type LeverContext } from "./lever";
import { calledName, signaturesOf, writtenNumbers } from "./written-numbers";

export interface ImageSize {
  height: number;
  width: number;
}

/** The place that sets the size of an input image. */
export interface InputResolution {
  place: SourcePlace;
  /** Index of the input among the model's. */
  input: number;
  current: ImageSize;
  /** Smaller sizes that suit the strides of the model, the largest first, the ratio of the sides kept. */
  sizes: readonly ImageSize[];
  /** The changes of the text that set another size. */
  edits(size: ImageSize): TextEdit[];
}

/** More places than this are not tried for one model: each costs an analysis. */
const MAX_TRIED = 6;
/** Images are not made smaller than this many positions at the end, nor than this many pixels. */
const LEAST_POSITIONS = 2;
const LEAST_PIXELS = 16;

/** Functions and parameters that take the shape of an input. */
const LIKELY_CALL =
  /^(Input|InputLayer|input|inputLayer|randn?|zeros|ones|empty|summary|TensorSpec|build|MobileNet.*|.*Net.*|VGG.*|Xception|Inception.*)$/;
const LIKELY_NAME = /input|image|img|shape|resolution|size|height|width|rows|cols|^[hw]$|^dim|res$/i;

/** Text that holds a size: one number for both sides, or one for each. */
interface Written {
  file: SourceFile;
  place: SourcePlace;
  rank: number;
  edits(size: ImageSize): TextEdit[];
}

/** The one image among a model's inputs; undefined when there is none, several, or its size is not known. */
export function imageOf({
  traced,
  report,
}: LeverContext): { index: number; size: ImageSize; axis: number } | undefined {
  const images = report.inputs.flatMap(({ shape }, index) => (shape.length === 4 ? [{ index, shape }] : []));
  const [image, ...more] = images;
  if (!image || more.length > 0) return undefined;
  const first = traced.graph.operations.find(({ inputs }) => {
    const tensor = traced.inputs[image.index];
    return tensor !== undefined && inputs.includes(tensor);
  });
  const a = traced.graph.operations.find(({ attributes: { kind } }) => kind === "conv" || kind === "pool")?.attributes;
  const layout = a?.kind === "conv" || a?.kind === "pool" ? a.layout : undefined;
  if (!first || !layout) return undefined;
  // What the framework is given, whatever layout the first convolution sees after a transpose.
  const axis = traced.framework.name === "torch" ? 2 : layout === "channels-last" ? 1 : 2;
  const [height, width] = [image.shape[axis], image.shape[axis + 1]];
  if (typeof height !== "number" || typeof width !== "number") return undefined;
  return { index: image.index, size: { height, width }, axis };
}

/** How many pixels of the input one position of the smallest feature map stands for, as a power of two. */
function strideOf({ traced }: LeverContext, { height }: ImageSize): number {
  let smallest = height;
  for (const { attributes: a, outputs } of traced.graph.operations) {
    if (a.kind !== "conv" && (a.kind !== "pool" || a.global)) continue;
    const shape = outputs[0]?.shape;
    const rows = shape?.[a.layout === "channels-last" ? 1 : 2];
    if (shape?.length === 4 && typeof rows === "number" && rows > 1) smallest = Math.min(smallest, rows);
  }
  return 2 ** Math.max(0, Math.round(Math.log2(height / smallest)));
}

/** Smaller sizes on the grid of the strides. */
function smallerSizes(context: LeverContext, size: ImageSize): ImageSize[] {
  const stride = strideOf(context, size);
  const step = Math.max(stride, size.height >= 64 ? 8 : 4);
  const least = Math.max(LEAST_POSITIONS * stride, LEAST_PIXELS);
  const sizes: ImageSize[] = [];
  for (let height = Math.ceil(size.height / step) * step - step; height >= least; height -= step) {
    const width = size.width === size.height ? height : Math.round((height * size.width) / size.height / step) * step;
    if (width >= least) sizes.push({ height, width });
  }
  return sizes;
}

const isValue = (expr: Expr | undefined, value: number): expr is NumberExpr =>
  expr?.kind === "number" && expr.value === value;

function placeOf(file: string, { line, column, endLine, endColumn }: Span): SourcePlace {
  return { file, line, column, endLine, endColumn };
}

function editOf(file: SourceFile, { span }: { span: Span }, value: number): TextEdit {
  return { file: file.path, start: span.start, end: span.end, text: String(value) };
}

/** Height and width next to each other: `(96, 96, 3)`, `randn(1, 3, 96, 96)`. */
function pairs(file: SourceFile, { height, width }: ImageSize, onTheWay: ReadonlySet<string>): Written[] {
  const found: Written[] = [];
  const look = (exprs: readonly Expr[], rank: number): void => {
    exprs.forEach((expr, index) => {
      const next = exprs[index + 1];
      if (!isValue(expr, height) || !isValue(next, width)) return;
      found.push({
        file,
        place: placeOf(file.path, { ...expr.span, endLine: next.span.endLine, endColumn: next.span.endColumn }),
        rank,
        edits: (size) => [editOf(file, expr, size.height), editOf(file, next, size.width)],
      });
    });
  };
  const ranks = new Map<Expr, number>();
  walk(file.program.body, (node) => {
    const one = node as Expr;
    if (one.kind === "call") {
      const likely = LIKELY_CALL.test(calledName(one) ?? "") || onTheWay.has(`${file.path}:${one.span.start}`);
      const rank = likely ? 2 : 1;
      look(
        one.args.map(({ value }) => value),
        rank,
      );
      for (const { name, value } of one.args) ranks.set(value, name !== undefined && LIKELY_NAME.test(name) ? 3 : rank);
    } else if (one.kind === "dict") {
      for (const { key, value } of one.entries)
        if (key?.kind === "string" && /shape|size/i.test(key.value)) ranks.set(value, 3);
    } else if (one.kind === "sequence") look(one.elements, ranks.get(one) ?? 1);
    return undefined;
  });
  return found;
}

/** `IMG_SIZE = 96`; for images that are not square, `HEIGHT = 48` and `WIDTH = 64`. */
function singles(files: readonly SourceFile[], { height, width }: ImageSize): Written[] {
  const signatures = signaturesOf(files.map(({ program }) => program));
  return files.flatMap((file) => {
    const named = writtenNumbers(file, signatures).filter(
      ({ node, name }) => name !== null && LIKELY_NAME.test(name) && (node.value === height || node.value === width),
    );
    const rankOf = (name: string | null) => (/input|image|img|resolution|^[hw]$/i.test(name ?? "") ? 2.5 : 1.5);
    if (height === width) {
      const both = named.map(
        ({ node, name }): Written => ({
          file,
          place: placeOf(file.path, node.span),
          rank: rankOf(name),
          edits: (size) => (size.height === size.width ? [editOf(file, node, size.height)] : []),
        }),
      );
      return [...both, ...sides(file, named, true)];
    }
    return sides(file, named, false);
  });

  /** Two constants, one for each side. */
  function sides(file: SourceFile, named: ReturnType<typeof writtenNumbers>, square: boolean): Written[] {
    const of = (pattern: RegExp, value: number) =>
      named.find(({ node, name }) => node.value === value && pattern.test(name ?? ""));
    const rows = of(/height|rows|(^|_)h($|_)/i, height);
    const columns = of(/width|cols|(^|_)w($|_)/i, width);
    if (!rows || !columns || rows.node === columns.node) return [];
    return [
      {
        file,
        place: placeOf(file.path, rows.node.span),
        rank: square ? 2.4 : 2.6,
        edits: (size) => [editOf(file, rows.node, size.height), editOf(file, columns.node, size.width)],
      },
    ];
  }
}

/** `# budget: input = 1x3x96x96`. */
function comments(file: SourceFile, { height, width }: ImageSize): Written[] {
  return file.program.comments.flatMap(({ span }) => {
    const text = file.text.slice(span.start, span.end);
    const match = /\bbudget:.*\binput\s*=\s*[\w?]*?x?/.exec(text);
    const sizes = match ? text.indexOf(`x${height}x${width}`, match.index) : -1;
    if (sizes < 0) return [];
    const start = span.start + sizes;
    const old = `x${height}x${width}`;
    return [
      {
        file,
        place: placeOf(file.path, span),
        rank: 4,
        edits: (size: ImageSize): TextEdit[] => [
          { file: file.path, start, end: start + old.length, text: `x${size.height}x${size.width}` },
        ],
      },
    ];
  });
}

/** True when `after` is the same model on an image of another size. */
function isResized(before: Report, after: Report | undefined, input: number, axis: number, size: ImageSize): boolean {
  if (!after || after.status === "error" || JSON.stringify(before.outputs) !== JSON.stringify(after.outputs))
    return false;
  if (before.status === "exact" && after.status !== "exact") return false;
  const expected = before.inputs.map(({ shape }, index) =>
    index === input ? shape.toSpliced(axis, 2, size.height, size.width) : shape,
  );
  return JSON.stringify(after.inputs.map(({ shape }) => shape)) === JSON.stringify(expected);
}

/**
 * Where the size of a model's input image is written, verified by evaluating it with a smaller size. A size that is written in
 * several places (a dummy tensor and a constant of the model) is changed in all of them. Empty when there is no image, the
 * outputs depend on its size, or the size is not written in the source.
 */
export function findInputResolutions(context: LeverContext): InputResolution[] {
  const image = imageOf(context);
  if (!image || context.report.status === "error") return [];
  const { size, axis, index } = image;
  const sizes = smallerSizes(context, size);
  // Half the size leaves room for every stride of the model.
  const trial = sizes.find(({ height }) => height <= size.height / 2) ?? sizes[0];
  if (!trial) return [];
  const files = filesOf(context);
  const onTheWay = new Set(framesOf(context).map(({ place }) => `${place.file}:${place.span.start}`));
  const written = [
    ...files.flatMap((file) => [...comments(file, size), ...pairs(file, size, onTheWay)]),
    ...singles(files, size),
  ].sort((a, b) => b.rank - a.rank);
  const works = (edits: readonly TextEdit[]) =>
    edits.length > 0 && isResized(context.report, context.evaluate(edits), index, axis, trial);
  const single = written.slice(0, MAX_TRIED).find((one) => works(one.edits(trial)));
  if (single) return [{ place: single.place, input: index, current: size, sizes, edits: (to) => single.edits(to) }];
  const likely = written.filter(({ rank }) => rank >= 2);
  const [first] = likely;
  const all = (to: ImageSize) => likely.flatMap((one) => one.edits(to));
  if (!first || likely.length < 2 || !works(all(trial))) return [];
  return [{ place: first.place, input: index, current: size, sizes, edits: all }];
}
