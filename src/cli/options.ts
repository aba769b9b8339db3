// What options mean: formats, and shapes such as `tokens=1x128:int64`.
import { InvalidArgumentError } from "commander";
import { isDType } from "../core/5-models/run";
import type { InputSpec } from "../core/report/report";

export const FORMATS = ["text", "json", "jsonl"] as const;
export type Format = (typeof FORMATS)[number];

const EXAMPLE = "write it as [NAME=]1x3x32x32[:dtype], with ? for a dimension that is not known";

/** Parses one `--input` and adds it to those before it. */
export function parseInputOption(text: string, before: InputSpec[]): InputSpec[] {
  const match = /^(?:(?<name>[A-Za-z_][\w.]*)=)?(?<shape>[0-9?]+(?:[x,×][0-9?]+)*)(?::(?<dtype>\w+))?$/.exec(
    text.trim(),
  );
  const shapeText = match?.groups?.["shape"];
  if (!shapeText) throw new InvalidArgumentError(`cannot read the shape '${text}': ${EXAMPLE}.`);
  const shape = shapeText.split(/[x,×]/).map((part) => (part === "?" ? null : Number(part)));
  if (shape.some((dim) => dim !== null && !Number.isSafeInteger(dim))) {
    throw new InvalidArgumentError(`cannot read the shape '${text}': ${EXAMPLE}.`);
  }
  const spec: InputSpec = { shape };
  const name = match?.groups?.["name"];
  const dtype = match?.groups?.["dtype"];
  if (name !== undefined) spec.name = name;
  if (dtype !== undefined) {
    if (!isDType(dtype))
      throw new InvalidArgumentError(`'${dtype}' is not a dtype; use one such as float32, int8 or int64.`);
    spec.dtype = dtype;
  }
  return [...before, spec];
}
