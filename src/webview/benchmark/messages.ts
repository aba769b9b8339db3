// What the extension and the benchmark's page say to each other. Only types.
import type { PlanAnswer } from "../../core/9-benchmark/plan";
import type { SourcePlace } from "../../core/report/report";
import type { Result } from "./result";

/** The model the panel is about. */
export interface Subject {
  uri: string;
  index: number;
  /** The expression that gives it, and the file's name. */
  entry: string;
  fileName: string;
}

export type ToPage =
  /** A model to run, at once. */
  | { type: "model"; subject: Subject; answer: PlanAnswer; history: Result[] }
  /** The same model judged for another board. */
  | { type: "board"; answer: PlanAnswer }
  /** There is nothing to run. */
  | { type: "nothing"; reason: string };

export type ToExtension =
  | { type: "ready" }
  | { type: "go"; place: SourcePlace }
  | { type: "board"; board: string }
  /** Reads the model again, as the file is now. */
  | { type: "reload" }
  | { type: "set-input" }
  | { type: "done"; result: Result }
  | { type: "save"; name: string; content: string };
