// The door to the core: text of a file in, reports of its models out.
// Pure: files are read through the SourceHost it is given. Nothing here throws on user text.
import type { LeverContext } from "./8-advice/levers/lever";
import type { PlanAnswer } from "./9-benchmark/plan";
import type { FileBudget } from "./config/file-budget";
import type { CalibrationAnswer } from "./report/calibration";
import type { Level, TextEdit } from "./report/finding";
import type { FitProgress, FitResult } from "./report/fit";
import type { FileAnalysis, InputSpec } from "./report/report";
import type { ReportFile } from "./targets/board-report/board-report";
import type { DeployTarget } from "./targets/target";

/** Read access to the files of a workspace. Paths are absolute and use `/`. */
export interface SourceHost {
  /** Text of a file, or undefined when it does not exist or cannot be read. */
  readFile(path: string): string | undefined;
  /** True for an existing file (not a folder). */
  isFile(path: string): boolean;
  /** True for an existing folder. */
  isFolder(path: string): boolean;
  /** Folders with the packages of the Python environment selected for a workspace folder, the first one first. */
  packageRoots?(root: string): readonly string[];
}

export type { InputSpec };

/** Choices of a person that the budget file of a workspace overrules. */
export interface Defaults {
  board: string | null;
  runtime: string | null;
  dtype: "int8" | "float32" | null;
  /** Levels of rules that differ from their own. */
  levels: Readonly<Record<string, Level | "off">>;
}

export interface AnalyzeRequest {
  /**
   * What the model is judged for: a target, or the one of the budget that holds for the file ("budget"; the teaching board
   * where no budget names one). Without it the report has no deployment.
   */
  target?: DeployTarget | "budget";
  /** Also says how the RAM is used over time: `timeline` of the deployment. */
  timeline?: boolean;
  /** Targets to compare: one deployment each, in `boards` of the report. */
  compare?: readonly DeployTarget[];
  /** Absolute path of the file. */
  file: string;
  /** Folder from which imports resolve besides the file's own; the workspace folder. */
  root: string;
  /** An expression in the file's own language and scope that yields the model. Without it every model of the file is reported. */
  entry?: string;
  inputs?: readonly InputSpec[];
  /** What a budget file says about this file. */
  budget?: FileBudget;
  /** What holds where the budget file says nothing: settings of an editor. */
  defaults?: Defaults;
  /** Given back in the report. */
  id?: string;
}

export interface AdviseRequest extends AnalyzeRequest {
  /** Levels of rules that differ from their own. */
  levels?: Readonly<Record<string, Level | "off">>;
  /** True when somebody chose the target, so that not fitting it is an error and not only a fact. */
  targetIsChosen?: boolean;
}

export interface FitRequest extends Omit<AnalyzeRequest, "entry" | "compare"> {
  /** What the model shall fit. */
  target: DeployTarget | "budget";
  /** Entry of a model of the file, with the inputs the file tells of, or else any expression that yields one; without it the only model. */
  model?: string;
  /** With the target "budget": the name of a board that counts instead of the budget's, with its usual runtime. */
  board?: string;
  /** The model may also be deployed in the other type than the target's. */
  mayChangeType?: boolean;
  /** Told before every analysis of a variant; the search waits for it. */
  onProgress?(progress: FitProgress): Promise<void> | void;
  isCancelled?(): boolean;
}

export interface PlanRequest extends AnalyzeRequest {
  /** Position of the model among the reports of its file. */
  index: number;
  /** Its entry, by which it is found when edits move it among the reports. */
  named?: string;
  /** Judges the model for this board instead of the one the request says. */
  board?: string;
  /** Plans the model as it is after these edits of the texts as they are now. Places in the plan are those of the changed texts. */
  edits?: readonly TextEdit[];
}

export interface CalibrateRequest extends AnalyzeRequest {
  /** A report from a board. */
  report: ReportFile;
  /** Position of the model among those of its file; without it, the one that the report fits. */
  index?: number;
  /** The file as the budget names it, and the day, as 2026-11-26. */
  storedAs: string;
  date: string;
  /** Name of a board that counts instead of the budget's, with its usual runtime. */
  board?: string;
}

/** Analyses files; keeps parsed modules between calls. One analyzer serves one workspace. */
export interface Analyzer {
  analyze(request: AnalyzeRequest): Promise<FileAnalysis>;
  /** Analyses a file and lets the rules speak: every report comes with its findings. Slower, since every fix is tried. */
  advise(request: AdviseRequest): Promise<FileAnalysis>;
  /**
   * Analyses a file and gives every model of it, with its source and the means to try changes of it, to `look`; `found` is what
   * `look` gave back. For searches over changes. Models that could not be made are in the analysis only.
   */
  examine<T>(
    request: AnalyzeRequest,
    look: (context: LeverContext) => T,
  ): Promise<{ analysis: FileAnalysis; found: T[] }>;
  /** Searches for variants of a model that fit a target: analyses many changed texts, so it takes seconds. */
  fit(request: FitRequest): Promise<FitResult>;
  /** What a benchmark needs to run one model of a file. */
  plan(request: PlanRequest): Promise<PlanAnswer>;
  /** What a report from a board says of a model of a file, and what would change. Writes nothing. */
  calibrate(request: CalibrateRequest): Promise<CalibrationAnswer>;
  /** Tells the analyzer that a file changed (or appeared, or vanished). */
  invalidate(path: string): void;
}
