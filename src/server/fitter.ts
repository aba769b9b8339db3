// Answers requests to fit a model to a board: runs the search, tells how far it is, lets others be answered in between, and makes
// an edit of the workspace of each variant.
import { type CancellationToken, type Connection, WorkDoneProgress } from "vscode-languageserver";
import type { Analyzer, AnalyzeRequest } from "../core/analyze";
import type { FitResult, FitVariant } from "../core/report/fit";
import { changesText, outcomeText } from "../core/report/fit-text";
import { receiptText } from "../core/report/receipt";
import type { OpenDocument } from "./document";
import type { FitAnswer, FitParams } from "./protocol";
import { type EditedFiles, type PurposefulEdits, workspaceEdit } from "./workspace-edits";

export interface FitterHost {
  /** The document at a URI while it is open. */
  document(uri: string): OpenDocument | undefined;
  files: EditedFiles;
  /** What is asked of the analyzer; null for a document it does not speak about. */
  request(document: OpenDocument): Promise<AnalyzeRequest | null>;
  /** Whether the editor knows annotated edits. */
  knowsAnnotations(): boolean;
}

/** Searches; null for a file that is not open, is excluded, or has changed while the search ran. */
export async function fitDocument(
  { uri, entry, board, workDoneToken }: FitParams,
  token: CancellationToken,
  connection: Connection,
  analyzer: Analyzer,
  host: FitterHost,
): Promise<FitAnswer | null> {
  const document = host.document(uri);
  const request = document && (await host.request(document));
  if (!document || !request) return null;
  const { version } = document;
  const result = await analyzer.fit({
    file: request.file,
    root: request.root,
    target: "budget",
    mayChangeType: true,
    ...(request.defaults && { defaults: request.defaults }),
    ...(entry !== undefined && { model: entry }),
    ...(board !== undefined && { board }),
    isCancelled: () => token.isCancellationRequested || document.version !== version,
    onProgress: async ({ evaluations, limit, trying }) => {
      if (workDoneToken !== undefined) {
        void connection.sendProgress(WorkDoneProgress.type, workDoneToken, {
          kind: "report",
          message: trying,
          percentage: Math.round((100 * evaluations) / limit),
        });
      }
      // Edits, requests and the cancellation itself get their turn.
      await new Promise((resolve) => setTimeout(resolve, 0));
    },
  });
  if (host.document(uri) !== document || document.version !== version) return null;
  const edits = result.variants.map((variant) => editOf(result, variant, host) ?? null);
  return { version, result, summary: outcomeText(result), edits };
}

/**
 * The changes of a variant, and a comment that says what was done, which the user may want: what is optional makes the editor show
 * all of it before anything is changed.
 */
function editOf(result: FitResult, variant: FitVariant, host: FitterHost) {
  const label = changesText(variant);
  const purpose = { label, description: receiptText(variant.receipt) };
  const note = noteAbove(result, variant, host.files);
  return workspaceEdit(
    [{ edits: variant.edits, purpose }, ...(note ? [note] : [])],
    host.files,
    host.knowsAnnotations(),
  );
}

function noteAbove(
  { file, place, boardName }: FitResult,
  variant: FitVariant,
  files: EditedFiles,
): PurposefulEdits | null {
  const text = files.textOf(file);
  if (place?.file !== file || text === undefined || variant.edits.length === 0) return null;
  const start = text.split("\n", place.line - 1).reduce((sum, line) => sum + line.length + 1, 0);
  const indent = /^[ \t]*/.exec(text.slice(start))?.[0] ?? "";
  const mark = file.endsWith(".py") ? "#" : "//";
  const comment = `${mark} Fitted to ${boardName} (${variant.dtype}): ${changesText(variant)}`;
  return {
    edits: [{ file, start, end: start, text: `${indent}${comment}\n` }],
    purpose: { label: "Note it in a comment", description: "what was changed, and for which board" },
    isOptional: true,
  };
}
