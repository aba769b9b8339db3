// Where the bars of the RAM-over-time chart go: a bar for each buffer, as long as it lives and as high as it is large, at its
// place in the arena. Pure; drawing is timeline-view.tsx's.
import type { Timeline, TimelineBuffer } from "../../core/report/deployment";

export interface Bar {
  buffer: TimelineBuffer;
  /** Index in the timeline. */
  index: number;
  x: number;
  y: number;
  width: number;
  height: number;
  isAtPeak: boolean;
}

export interface ChartLayout {
  bars: Bar[];
  /** Width of one step. */
  step: number;
  /** Left edge of the fullest step. */
  peakX: number;
}

/** A bar is drawn at least so high, else small buffers could not be seen. */
const LEAST_HEIGHT = 1;
/** Between bars, so that neighbours can be told apart; less where steps are narrow. */
const GAP = 1;

/** The chart in a space of `width` × `height`; offsets grow upwards. */
export function layoutTimeline(timeline: Timeline, width: number, height: number): ChartLayout {
  const { buffers, steps, headBytes, peakStep } = timeline;
  const step = steps.length === 0 ? width : width / steps.length;
  const scale = headBytes > 0 ? height / headBytes : 0;
  const gap = Math.min(GAP, step / 4);
  const bars = buffers.map((buffer, index): Bar => {
    const { first, last, offset, arenaBytes } = buffer;
    const barHeight = Math.max(LEAST_HEIGHT, arenaBytes * scale - gap);
    return {
      buffer,
      index,
      x: first * step,
      y: height - offset * scale - barHeight,
      width: Math.max(step / 2, (last - first + 1) * step - gap),
      height: barHeight,
      isAtPeak: first <= peakStep && peakStep <= last,
    };
  });
  return { bars, step, peakX: peakStep * step };
}

/** The buffers alive at a step, the largest first. */
export function aliveAt({ buffers }: Timeline, step: number): TimelineBuffer[] {
  return buffers
    .filter(({ first, last }) => first <= step && step <= last)
    .sort((a, b) => b.arenaBytes - a.arenaBytes || a.offset - b.offset);
}

/** Bytes of the arena in use at a step. */
export function bytesAt(timeline: Timeline, step: number): number {
  return aliveAt(timeline, step).reduce((sum, { arenaBytes }) => sum + arenaBytes, 0);
}

/** The step at a horizontal position. */
export function stepAt({ steps }: Timeline, x: number, width: number): number {
  return Math.max(0, Math.min(steps.length - 1, Math.floor((x / width) * steps.length)));
}
