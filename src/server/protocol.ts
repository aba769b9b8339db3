// What server and client agree on beyond the protocol. Only types are imported, so that the client bundle holds no server code.
import type { ProgressToken, WorkspaceEdit } from "vscode-languageserver";
import type { CalibrationAnswer } from "../core/report/calibration";
import type { Deployment } from "../core/report/deployment";
import type { CombinedFix, Finding, TextEdit } from "../core/report/finding";
import type { FitResult } from "../core/report/fit";
import type { FileAnalysis } from "../core/report/report";
import type { WhatIfSettings } from "../core/report/what-if";
import type { ReportFile } from "../core/targets/board-report/board-report";

/** Name of the command behind every lens; its one argument is `{ uri, id }`, its result the text to show. */
export const EXPLAIN_COMMAND = "modelBudget.explain";

/** Options an editor may send when it starts the server. */
export interface InitializationOptions {
  /** True when the editor itself prints what the explain command returns; otherwise the server logs it. */
  showsExplanations?: boolean;
  /** True when the editor wants to be told of every analysis (ANALYSED_NOTIFICATION). */
  followsAnalyses?: boolean;
  /** Commands the editor has: lenses offer those of ModelCommand that are among them, so that no editor gets a dead link. */
  commands?: readonly string[];
  /** True when the editor reads files for the server (FILES_REQUEST). */
  providesFiles?: boolean;
}

/** Commands of an editor about one model; their one argument is a ModelRef. */
export type ModelCommand =
  | "modelBudget.showBudget"
  | "modelBudget.benchmark"
  | "modelBudget.fit"
  | "modelBudget.pickTarget"
  | "modelBudget.setInputShape";

/** A model of an open file: the index of its report in the shown analysis. */
export interface ModelRef {
  uri: string;
  index: number;
}

/** Server to client, FilesParams → FilesAnswer: what is in folders and files the server cannot read itself. */
export const FILES_REQUEST = "modelBudget/files";

/** URIs. */
export interface FilesParams {
  folders: string[];
  files: string[];
}

/** Names of what a folder holds. */
export interface FolderEntries {
  files: string[];
  folders: string[];
}

/** In the order of the request; null for what is not there or cannot be read. */
export interface FilesAnswer {
  folders: (FolderEntries | null)[];
  files: (string | null)[];
}

/** Server to client, AssetParams → Uint8Array: a file of dist/ that a server in a web worker needs. */
export const ASSET_REQUEST = "modelBudget/asset";

export interface AssetParams {
  name: string;
}

/** Server to client, `{ uri }`: the analysis or the findings of an open file changed; ask for them when they are shown. */
export const ANALYSED_NOTIFICATION = "modelBudget/analysed";

/** Client to server, `{ uri }`: answers with a ShownAnalysis, or null for a file that is not open or not analysed yet. */
export const ANALYSIS_REQUEST = "modelBudget/analysis";

/** Client to server, a ModelRef: answers with the Timeline of its RAM, or null. */
export const TIMELINE_REQUEST = "modelBudget/timeline";

/** Client to server, a ModelRef: answers with its Levers, or null. Takes several analyses. */
export const LEVERS_REQUEST = "modelBudget/levers";

/** Client to server, WhatIfParams: answers with a WhatIfAnswer, or null. Offsets of its edits are those of the present text. */
export const WHAT_IF_REQUEST = "modelBudget/whatIf";

export interface WhatIfParams extends ModelRef {
  settings: WhatIfSettings;
}

/** Client to server, BenchmarkParams: answers with a PlanAnswer of core/9-benchmark/plan.ts. */
export const BENCHMARK_REQUEST = "modelBudget/benchmark";

export interface BenchmarkParams extends ModelRef {
  /** Entry of the model. */
  named?: string;
  /** Judges the model for this board instead of the chosen one. */
  board?: string;
  /** Plans the model as these edits of the present texts would make it; nothing is written. */
  edits?: TextEdit[];
}

export interface DocumentParams {
  uri: string;
}

/** Findings of all models of a file. Offsets of edits are those of the text of this version. */
export interface ShownFindings {
  version: number;
  findings: Finding[];
  /** All fixes of one rule in one model as one change. */
  combined: (CombinedFix & { entry: string })[];
}

/** Client to server, `{ uri }` of a cell: answers with CellStatus[], what a notebook's cell says of its models and layers. */
export const CELL_REQUEST = "modelBudget/cell";

export interface CellStatus {
  text: string;
  tooltip: string;
  /** What EXPLAIN_COMMAND gets. */
  lens: { uri: string; id: string };
}

/** The analysis whose numbers are on the screen. */
export interface ShownAnalysis {
  uri: string;
  /** Version of the document it was made from; its lines are those of that text. */
  version: number;
  /** Without findings of rules: those are in `findings`. */
  analysis: FileAnalysis;
  /** What the rules say; null until advice is ready. */
  findings: ShownFindings | null;
  /**
   * For a notebook, whose `uri` this is: its code cells in order, the first line (from 0) of each in the joined text, and the version of
   * the cell that was analysed; null while an analysis of its newest text is on the way.
   */
  cells?: { uri: string; line: number; version: number | null }[];
}

/**
 * Client to server, FitParams: searches for variants of a model that fit a board. Answers with a FitAnswer, or null for a file that
 * is not open or was edited meanwhile. Takes seconds; reports work done under the token and can be cancelled.
 */
export const FIT_REQUEST = "modelBudget/fit";

export interface FitParams {
  uri: string;
  /** Entry of the model; without it the only one of the file. */
  entry?: string;
  /** A board that counts instead of the chosen one. */
  board?: string;
  workDoneToken?: ProgressToken;
}

export interface FitAnswer {
  /** Version of the document that was searched and that the edits change. */
  version: number;
  result: FitResult;
  /** What came of it, in sentences. */
  summary: string;
  /** One for each variant, in their order; a comment in them is optional, so the editor shows them first. null for one that cannot be made. */
  edits: (WorkspaceEdit | null)[];
}

/** One replacement in a file, which is new when `isNew`. Positions count from 0. */
export interface FileEdit {
  uri: string;
  isNew: boolean;
  start: { line: number; character: number };
  end: { line: number; character: number };
  text: string;
}

/** Client to server, ModelRef or DocumentParams: answers with TargetChoices, or null for a file that is not open. */
export const TARGETS_REQUEST = "modelBudget/targets";

/** One board a model may be judged for. */
export interface BoardChoice {
  id: string;
  name: string;
  /** Empty for a board whose maker is not known. */
  vendor: string;
  mcu: string;
  ramBytes: number;
  /** What an application gets; null where that is not known. */
  flashBytes: number | null;
  clockMhz: number;
  /** What the model costs there; null without a model. Without operators and buffers. */
  deployment: Deployment | null;
}

export interface TargetChoices {
  /** Entry of the model the verdicts are about; null without one. */
  entry: string | null;
  boards: BoardChoice[];
  /** The target that holds now; null where `problem` says why there is none. */
  current: { board: string; boardName: string; runtime: string; runtimeName: string; dtype: "int8" | "float32" } | null;
  problem: string | null;
  /** Runtimes that run on the current board. */
  runtimes: { id: string; name: string }[];
  /** The budget file that says the target, by its URI; null where the settings do. */
  budgetFile: string | null;
}

/** What is chosen; null takes a choice back. */
export interface TargetChange {
  board?: string | null;
  runtime?: string | null;
  dtype?: "int8" | "float32" | null;
}

/** Client to server, ChooseTargetParams: answers with a ChosenTarget. */
export const CHOOSE_TARGET_REQUEST = "modelBudget/chooseTarget";

export interface ChooseTargetParams {
  uri: string;
  change: TargetChange;
}

/** Where a choice is to be written: into the budget file, or, without one, into settings of these names. */
export interface ChosenTarget {
  edit: FileEdit | null;
  settings: TargetChange;
}

/** Client to server, DocumentParams: the edit that adds a board to copy and change to the budget file, or null. */
export const ADD_BOARD_REQUEST = "modelBudget/addBoard";

/** Client to server, ModelRef: answers with an InputQuestion, or null for a model that is gone. */
export const INPUT_REQUEST = "modelBudget/input";

/** What is known of a model's inputs. */
export interface InputQuestion {
  entry: string;
  /** The inputs as a person would write them, holes as `?`: `1x3x?x?`. */
  inferred: string;
  /** Complete shapes that fit what was inferred, for a list to choose from. */
  proposals: string[];
  /** Where the answer can be written. */
  places: { comment: boolean; budgetFile: string | null };
}

/** Client to server, DeclareInputParams: answers with the edit, or a sentence that says what is wrong. */
export const DECLARE_INPUT_REQUEST = "modelBudget/declareInput";

export interface DeclareInputParams extends ModelRef {
  /** `1x3x96x96`, several inputs with commas. */
  shape: string;
  place: "comment" | "budget";
}

export type DeclaredInput = { edit: FileEdit } | { problem: string };

/** Client to server, CalibrateParams: answers with a CalibrateAnswer, or null for a model that is gone. Writes nothing. */
export const CALIBRATE_REQUEST = "modelBudget/calibrate";

export interface CalibrateParams extends ModelRef {
  /** A report from a board. */
  report: ReportFile;
  /** The entry it had when it was shown: edits move models. */
  named?: string;
  /** A board that counts instead of the chosen one. */
  board?: string;
}

/** What the report says, and the edit of the budget file that keeps it. */
export type CalibrateAnswer = CalibrationAnswer & { edit: FileEdit | null };

/** Client to server, ModelRef: the edit that takes what was measured of a model out of the budget file; null for nothing. */
export const FORGET_CALIBRATION_REQUEST = "modelBudget/forgetCalibration";

/** Client to server, DocumentParams: Markdown that says what was seen in a file and why the rest was not. */
export const EXPLAIN_FILE_REQUEST = "modelBudget/explainFile";

/** Client to server, TableParams: the layers of a model as a table, or null. */
export const TABLE_REQUEST = "modelBudget/table";

export type TableFormat = "markdown" | "csv" | "latex";

export interface TableParams extends ModelRef {
  format: TableFormat;
}

/** Client to server, CompareParams: Markdown that says which lines changed the budget since another version. */
export const COMPARE_REQUEST = "modelBudget/compareVersions";

export interface CompareParams {
  uri: string;
  /** What the other version is called: "HEAD". */
  name: string;
  /** Texts of files in the other version, by URI; files that are not named are the same in both. */
  texts: Record<string, string>;
}
