// Whether a model's costs wait for the shape of an input. Apart from input-shape.ts because the client asks it too.
import type { Report, ReportShape } from "../core/report/report";

/** True when the model's costs wait for the shape of an input. */
export function needsInputShape({ status, inputs, macs }: Report): boolean {
  if (status !== "partial" || macs !== null) return false;
  return inputs.length === 0 || inputs.some(({ shape }) => hasHole(shape));
}

/** The batch may stay open. */
export function hasHole(shape: ReportShape): boolean {
  return shape.slice(1).includes(null);
}
