// What the extension and the benchmark's page say to each other. Only types.
import type { PlanAnswer } from "../../core/9-benchmark/plan";
import type { CalibrationAnswer } from "../../core/report/calibration";
import type { SourcePlace } from "../../core/report/report";
import type { ReportFile } from "../../core/targets/board-report/board-report";
import type { PagePlace } from "../budget/messages";
import type { Result } from "./measure/result";

/** The model the panel is about. */
export interface Subject {
  uri: string;
  index: number;
  /** The expression that gives it, and the file's name. */
  entry: string;
  fileName: string;
}

/** Something the model can be compared with. */
export interface Choice {
  id: string;
  group: "suggestion" | "width" | "resolution" | "model";
  /** What it is, and what it saves; both in the reader's language as far as we write them. */
  label: string;
  detail: string;
}

/** A model to run beside the panel's own. */
export interface Rival {
  choice: Choice;
  answer: PlanAnswer;
  /** True for a change of the code, which can be made. */
  canApply: boolean;
}

export type ToPage =
  /** A model to run, at once. */
  | { type: "model"; subject: Subject; answer: PlanAnswer; history: Result[] }
  /** The same models judged for another board. */
  | { type: "board"; answer: PlanAnswer; rival: PlanAnswer | null }
  /** What the model can be compared with; more may come while `isSearching`. */
  | { type: "choices"; choices: Choice[]; isSearching: boolean }
  | { type: "rival"; rival: Rival }
  /** Why there is nothing to run beside the model. */
  | { type: "no-rival"; reason: string }
  | { type: "applied" }
  | { type: "history"; history: Result[] }
  /** The code has changed since the plan was made. */
  | { type: "edited" }
  /** The file is not there any more; what was measured stays on the page. */
  | { type: "gone"; reason: string }
  /** What a report says of the model. */
  | { type: "calibration"; answer: CalibrationAnswer }
  /** There is nothing to run. */
  | { type: "nothing"; reason: string };

export type ToExtension =
  | { type: "ready" }
  | { type: "go"; place: SourcePlace | PagePlace }
  | { type: "board"; board: string }
  /** Reads the model again, as the file is now. */
  | { type: "reload" }
  | { type: "set-input" }
  /** A report from a board: says what it tells of the model, or keeps that in the budget file. */
  | { type: "calibrate"; report: ReportFile }
  | { type: "keep-calibration"; report: ReportFile }
  | { type: "forget-calibration" }
  /** Looks for what the model can be compared with. */
  | { type: "find-choices" }
  | { type: "compare"; id: string }
  /** Makes the change that was compared with in the code. */
  | { type: "apply" }
  /** A run of a subject ended. */
  | { type: "done"; subject: Subject; result: Result }
  | { type: "rename"; date: string; name: string }
  /** Forgets one run, or all of the model. */
  | { type: "forget"; date: string | null }
  /** `content` is text, or the bytes of a picture. */
  | { type: "save"; name: string; content: string | ArrayBuffer };
