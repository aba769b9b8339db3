// Where the points of the scatter go: speed of each layer against its MACs per byte moved, on logarithmic axes. Pure.
import type { LayerTiming } from "../measure/result";

export interface Point {
  name: string;
  type: string;
  /** MACs per byte, and 10⁹ MACs per second. */
  x: number;
  y: number;
}

export interface Axis {
  /** Powers of ten that get a line. */
  decades: number[];
  /** Position between `from` and `to`. */
  at(value: number): number;
}

/** Layers that multiply; others have no place in it. */
export function pointsOf(layers: readonly LayerTiming[]): Point[] {
  return layers.flatMap(({ name, type, macs, bytes, median }) =>
    macs && bytes > 0 && median > 0 ? [{ name, type, x: macs / bytes, y: macs / median / 1e6 }] : [],
  );
}

/** An axis that holds all values between whole powers of ten. */
export function axisOf(values: readonly number[], from: number, to: number): Axis {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values)) - 1e-9));
  return {
    decades: Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index)),
    at: (value) => from + ((Math.log10(value) - low) / (high - low)) * (to - from),
  };
}

/** A power of ten as it stands at an axis. */
export function decadeText(value: number): string {
  return value < 1 ? value.toPrecision(1) : String(Math.round(value));
}
