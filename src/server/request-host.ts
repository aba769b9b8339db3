// What the requests of our client need of the server, and the files they write to.
import type { Analyzer, AnalyzeRequest, SourceHost } from "../core/analyze";
import { NEW_BUDGET } from "../core/config/edit-budget";
import type { Budget, BudgetFileKind } from "../core/config/budget-file";
import { findBudget, type FoundBudget } from "../core/config/find-budget";
import type { OpenDocument } from "./document";
import { wholeTextEdit } from "./positions";
import type { FileEdit } from "./protocol";
import type { Settings } from "./settings";

/** What the requests need of the server. */
export interface RequestHost {
  version: string;
  /** The document at a URI while it is open. */
  document(uri: string): OpenDocument | undefined;
  analyzer: Analyzer;
  /** An analyzer of its own for texts that count instead of those of the workspace. */
  analyzerWith(overlay: (path: string) => string | undefined): Analyzer;
  /** Text of a file as the analyzer sees it. */
  textOf: SourceHost["readFile"];
  uriOf(path: string): string;
  rootOf(path: string): string;
  request(document: OpenDocument): Promise<AnalyzeRequest | { silence: string }>;
  settings(uri: string): Promise<Settings>;
  /** A line of a document (from 1) as people say it: `line 3`, in a notebook `code cell 2, line 3`. */
  lineName(document: OpenDocument, line: number): string;
}

/** The budget that holds for a document, if any. */
export function budgetFor({ path }: OpenDocument, host: RequestHost): FoundBudget | null {
  return findBudget(host.textOf, path, host.rootOf(path));
}

/** A budget file as it is now, or as a new one begins. */
export interface BudgetFile {
  path: string;
  /** Paths in it are relative to this folder. */
  folder: string;
  kind: BudgetFileKind;
  budget: Budget | null;
  text: string;
  isNew: boolean;
}

/** The budget file of a document with its text; a new one in the workspace folder where there is none. */
export function budgetFileFor(document: OpenDocument, host: RequestHost): BudgetFile {
  const found = budgetFor(document, host);
  const path = found?.path ?? `${host.rootOf(document.path)}/model-budget.json`;
  const old = host.textOf(path);
  const kind = found?.kind ?? "json";
  return {
    path,
    kind,
    budget: found?.budget ?? null,
    folder: found?.folder ?? host.rootOf(document.path),
    text: old ?? NEW_BUDGET,
    isNew: old === undefined,
  };
}

/** The edit that makes a file's text another; null when nothing changes. */
export function fileEdit(uri: string, old: string, fresh: string, isNew = false): FileEdit | null {
  if (isNew) return { uri, isNew, start: { line: 0, character: 0 }, end: { line: 0, character: 0 }, text: fresh };
  const edit = wholeTextEdit(old, fresh);
  return edit === undefined ? null : { uri, isNew, ...edit };
}
