// One measurement of a model on a board, as the budget file keeps it under `calibration`.
import * as z from "zod/mini";
import { told } from "./schema";

/** What the times of a report are: only measured ones say how fast a board is. */
const BASIS = z.enum(["measured", "simulated", "estimated"]);

export const MEASURED_MODEL = z.strictObject({
  file: told(z.string(), "The source file of the model, relative to this file."),
  entry: told(z.string(), "The expression that makes the model."),
  board: told(z.string(), "Id of the board it ran on."),
  runtime: told(z.string(), 'Id of the runtime that ran it, with its version where one was chosen: "x-cube-ai@8.1.0".'),
  dtype: told(z.enum(["int8", "float32"]), "Type of the deployed model."),
  report: told(z.string(), "Name of the report's file."),
  format: told(z.string(), "What kind of report it is."),
  date: told(z.string(), "The day it was read, as 2026-11-26."),
  basis: told(BASIS, "How the times came about; only measured ones change the estimates of other models."),
  accelerator: z.optional(
    told(z.string(), "The accelerator that did part of the work; then other models are not fitted to it."),
  ),
  latencyMs: told(z.number().check(z.positive()), "Time of one inference, ms."),
  operatorsMs: z.optional(
    told(
      z.record(z.string(), z.number()),
      'Times of operators by their places in the deployed model, from 0, ms; "3+4" were measured together.',
    ),
  ),
  fingerprint: told(z.string(), "Tells whether the model is still the one that was measured."),
  work: told(
    z.record(z.string(), z.number()),
    "What the measured model does: MACs by kind, operators, elements. The estimates of other models are fitted with it.",
  ),
});

/** A measurement of one model on one board under one runtime. */
export type MeasuredModel = z.infer<typeof MEASURED_MODEL>;

/** True for two measurements of one model on one target, of which the later one counts. */
export function isSameMeasured(one: MeasuredModel, other: MeasuredModel): boolean {
  return (["file", "entry", "board", "runtime", "dtype"] as const).every((key) => one[key] === other[key]);
}
