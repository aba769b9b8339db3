// Answers requests to fit a model to a board: runs the search, tells how far it is, lets others be answered in between, and makes
// an edit of the workspace of each variant.
import { type CancellationToken, type Connection, WorkDoneProgress } from "vscode-languageserver";
import type { Analyzer, AnalyzeRequest } from "../core/analyze";
import type { FitVariant } from "../core/report/fit";
import { changesText, outcomeText } from "../core/report/fit-text";
import { receiptText } from "../core/report/receipt";
import type { OpenDocument } from "./document";
import type { FitAnswer, FitParams } from "./protocol";
import { type EditedFiles, workspaceEdit } from "./workspace-edits";

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
  const edits = result.variants.map((variant) => {
    const purpose = host.knowsAnnotations() ? purposeOf(variant) : null;
    return workspaceEdit(variant.edits, host.files, purpose) ?? null;
  });
  return { version, result, summary: outcomeText(result), edits };
}

function purposeOf(variant: FitVariant) {
  return { label: changesText(variant), description: receiptText(variant.receipt), needsConfirmation: true };
}
