// A calibration in sentences, for the command line and messages of editors.
import type { CalibrationProposal } from "./calibration";
import { timeText } from "./time-text";

/** "25 of 27 operators matched"; empty for a report without operators. */
export function matchedText({ report, matches }: CalibrationProposal): string {
  const all = report.operators.length;
  return all === 0 ? "" : `${matches.length} of ${all} operators matched`;
}

/** "build_ds_cnn(): ≈ 80.1 ms, now 75.1 ms measured; 0.937 times what is predicted; 13 of 13 operators matched". */
export function calibrationText(proposal: CalibrationProposal): string {
  const { entry, before, after, ratio } = proposal;
  return [
    `${entry}: ${timeText(before) ?? "no time known"}, now ${timeText(after) ?? "no time known"}`,
    ...(ratio === null ? [] : [`${ratio} times what is predicted`]),
    ...(matchedText(proposal) === "" ? [] : [matchedText(proposal)]),
  ].join("; ");
}
