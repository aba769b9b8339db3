// What the finders of levers look at. A lever is one thing in the source that sets how large the whole model is: a width
// multiplier, the size of the input. Finders know nothing of rules; they find the place and write the edits.
import type { Frame } from "../../2-evaluate/values";
import type { TracedModel } from "../../5-models/model";
import type { TextEdit } from "../../report/finding";
import type { Report } from "../../report/report";
import type { Site, SourceFile } from "../sites";

/** A model with its source, and the means to try a change of it. */
export interface LeverContext {
  traced: TracedModel;
  report: Report;
  /** Where its layers are made, in order of first run. */
  sites: readonly Site[];
  /** A file whose text may be edited; undefined for packages, recipes and files that are not plain text. */
  fileOf(path: string): SourceFile | undefined;
  /** The same model after edits; undefined when the file has it no more. Costs an analysis of the file. */
  evaluate(edits: readonly TextEdit[]): Report | undefined;
}

/** Calls of user code that led to the layers and operations of a model, each place once, innermost first in every chain. */
export function framesOf({ traced }: LeverContext): Frame[] {
  const frames = new Map<string, Frame>();
  const add = (innermost: Frame | null): void => {
    for (let frame = innermost; frame; frame = frame.parent) {
      const key = `${frame.place.file}:${frame.place.span.start}:${frame.place.span.end}`;
      if (frames.has(key)) continue;
      frames.set(key, frame);
    }
  };
  for (const { layers, stack } of traced.graph.operations) {
    for (const layer of layers) add(layer.madeAt);
    add(stack);
  }
  add(traced.model.madeAt);
  return [...frames.values()];
}

/** The editable files whose code takes part in making a model: the analysed one first. */
export function filesOf(context: LeverContext): SourceFile[] {
  const paths = new Set([context.report.file, ...framesOf(context).map(({ place }) => place.file)]);
  return [...paths].flatMap((path) => context.fileOf(path) ?? []);
}

/** A number as a language writes it, whole ones of Python with a point where `isFloat`. */
export function writeNumber(value: number, isFloat: boolean): string {
  const text = String(Number(value.toPrecision(12)));
  return isFloat && Number.isInteger(value) && /^\d+$/.test(text) ? `${text}.0` : text;
}
