// Energy of one inference: latency times the power the board was measured to draw while it ran models. An estimate: power depends
// on supply, peripherals and what else runs, so the range is that of the published rows.
import type { Estimate } from "../report/deployment";
import type { LatencyCalibration } from "../targets/latency-calibration";
import calibrationFile from "../targets/latency-calibration.json";
import type { Board } from "../targets/target";

const CALIBRATION: LatencyCalibration = calibrationFile;

const rounded = (value: number) => Number(value.toPrecision(2));

/** µJ (mW · ms); null when no power of the board has been published. */
export function energyOf(latencyMs: Estimate, board: Board): Estimate | null {
  for (const name of board.measuredAs ?? []) {
    const power = CALIBRATION.power.find((one) => one.board === name);
    if (power) {
      return {
        low: rounded(latencyMs.low * power.lowMw),
        mid: rounded(latencyMs.mid * power.midMw),
        high: rounded(latencyMs.high * power.highMw),
      };
    }
  }
  return null;
}
