// Tells from two reports of one model whether a change scaled its channel counts: the same layers, the same inputs and
// outputs, and most layers with weights with fewer channels than before.
import type { LayerRow, Report } from "../../report/report";

/** Share of the layers with weights (without the last one) whose channels must change. */
const MOST = 0.5;

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** After over before of the one dimension that differs; 1 when none does, undefined when several do or a shape is not known. */
function ratioOf(before: LayerRow, after: LayerRow): number | undefined {
  const [old, now] = [before.runShape, after.runShape];
  if (!old || !now || old.length !== now.length) return undefined;
  const changed = old.flatMap((dim, axis) => (dim === now[axis] ? [] : [[dim, now[axis]] as const]));
  const [pair, ...more] = changed;
  if (!pair) return 1;
  const [from, to] = pair;
  return more.length > 0 || typeof from !== "number" || typeof to !== "number" ? undefined : to / from;
}

/**
 * True when `after` is `before` with its channel counts scaled by about `factor` (below 1), as far as rounding lets it.
 * Layers that stay as wide as they are (a last convolution of fixed width) may be a small part.
 */
export function isScaled(before: Report, after: Report | undefined, factor: number): boolean {
  if (!after || after.status === "error" || before.layers.length !== after.layers.length) return false;
  if (!isSame(before.inputs, after.inputs) || !isSame(before.outputs, after.outputs)) return false;
  const rows = before.layers.flatMap((row, index) => {
    const other = after.layers[index];
    return row.calls > 0 && (row.params === null || row.params > 0) && other ? [[row, other] as const] : [];
  });
  let scaled = 0;
  for (const [row, other] of rows) {
    if (row.type !== other.type) return false;
    const ratio = ratioOf(row, other);
    if (ratio === undefined || ratio > 1 || ratio < factor / 2) return false;
    if (ratio < 1) scaled++;
  }
  // The last layer gives the outputs, which stay.
  return scaled > 0 && scaled >= MOST * (rows.length - 1);
}
