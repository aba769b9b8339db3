// Notebooks that are open: their code cells, in the order of the notebook, are one text that is analysed like a file
// (joined-cells.ts), and what is found in it goes back to the cells.
import {
  type CodeAction,
  type CodeActionParams,
  type Connection,
  type Diagnostic,
  NotebookCellKind,
  type NotebookDocument,
  NotebookDocuments,
  type PublishDiagnosticsParams,
  TextDocumentEdit,
  type WorkspaceEdit,
} from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { openNotebookPath } from "../core/1-syntax/document";
import { JoinedCells, type Located } from "./joined-cells";
import { pathOfUri, uriOfPath } from "./paths";

/** A line of the joined cells (from 1) as people say it; undefined in a notebook without code. */
export function cellPlace(cells: JoinedCells, line: number): string | undefined {
  const found = cells.toCell({ line: line - 1, character: 0 });
  if (!found) return undefined;
  const index = cells.lines.findIndex(({ cell }) => cell.uri === found.uri);
  return `code cell ${index + 1}, line ${found.at.line + 1}`;
}

/**
 * A text that names places of the joined cells (as `path:line`, `(line 3)` or a Markdown link), with the cells in their stead: nobody
 * sees the lines of the joined text.
 */
export function withCellPlaces(text: string, path: string, cells: JoinedCells): string {
  const place = (line: string) => cells.toCell({ line: Number(line) - 1, character: 0 });
  const name = (line: string, otherwise: string) => cellPlace(cells, Number(line)) ?? otherwise;
  const address = uriOfPath(path);
  return text
    .replace(/\[[^\]]*:(\d+)\]\(([^()\s]*)#L\d+\)/g, (whole, line: string, to: string) => {
      const found = to === address ? place(line) : undefined;
      return found ? `[${name(line, line)}](${found.uri})` : whole;
    })
    .replace(/\(line (\d+)\)/g, (whole, line: string) => `(${name(line, whole)})`)
    .replaceAll(new RegExp(`${escapeRegExp(path)}:(\\d+)`, "g"), (whole, line: string) => name(line, whole));
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** What happens to the joined text of a notebook; its URI is the notebook's. */
export interface NotebookListener {
  opened(document: { uri: string; path: string; languageId: string; version: number; text: string }): void;
  changed(uri: string, text: string): void;
  saved(uri: string): void;
  closed(uri: string): void;
}

/** The open notebooks of an editor. */
export class Notebooks {
  private readonly documents = new NotebookDocuments(TextDocument);
  private readonly joined = new Map<string, JoinedCells>();
  /** Cells that have diagnostics, so that they can be taken away. */
  private readonly spokenOf = new Map<string, Set<string>>();

  constructor(
    private readonly connection: Connection,
    private readonly listener: NotebookListener,
  ) {}

  /** Starts to follow the editor; before the connection listens. */
  listen(): void {
    this.documents.onDidOpen((notebook) => this.update(notebook));
    this.documents.onDidChange(({ notebookDocument }) => this.update(notebookDocument));
    this.documents.onDidSave(({ uri }) => this.listener.saved(uri));
    this.documents.onDidClose(({ uri }) => {
      this.publish({ uri, diagnostics: [] });
      this.joined.delete(uri);
      this.listener.closed(uri);
    });
    this.documents.listen(this.connection);
  }

  /** The cells of a notebook that is open. */
  cellsOf(uri: string): JoinedCells | undefined {
    return this.joined.get(uri);
  }

  /** The notebook a document is a cell of, with its joined cells. */
  notebookOf(uri: string): { uri: string; cells: JoinedCells } | undefined {
    const notebook = this.documents.findNotebookDocumentForCell(uri)?.uri;
    const cells = notebook === undefined ? undefined : this.joined.get(notebook);
    return notebook !== undefined && cells ? { uri: notebook, cells } : undefined;
  }

  /** Publishes the diagnostics of a document; those of a notebook on its cells. */
  publish(params: PublishDiagnosticsParams): void {
    const cells = this.joined.get(params.uri);
    if (!cells) {
      void this.connection.sendDiagnostics(params);
      return;
    }
    const byCell = new Map<string, Diagnostic[]>();
    for (const diagnostic of params.diagnostics) {
      const found = this.inCell(params.uri, cells, diagnostic);
      if (found) byCell.set(found.uri, [...(byCell.get(found.uri) ?? []), found.at]);
    }
    const before = this.spokenOf.get(params.uri) ?? new Set();
    for (const uri of new Set([...before, ...byCell.keys()])) {
      void this.connection.sendDiagnostics({ uri, diagnostics: byCell.get(uri) ?? [] });
    }
    this.spokenOf.set(params.uri, new Set(byCell.keys()));
  }

  /** Code actions of a cell from those of its notebook. */
  codeActions(params: CodeActionParams, ask: (params: CodeActionParams) => CodeAction[]): CodeAction[] {
    const found = this.notebookOf(params.textDocument.uri);
    if (!found) return ask(params);
    const { uri, cells } = found;
    const start = cells.fromCell({ uri: params.textDocument.uri, at: params.range.start });
    const end = cells.fromCell({ uri: params.textDocument.uri, at: params.range.end });
    if (!start || !end) return [];
    return ask({ ...params, textDocument: { uri }, range: { start, end } }).flatMap((action) => {
      const edit = action.edit && this.inCells(uri, action.edit);
      if (!edit) return [];
      const diagnostics = action.diagnostics?.flatMap((one) => this.inCell(uri, cells, one)?.at ?? []);
      return [{ ...action, diagnostics, edit }];
    });
  }

  /** An edit of a notebook as one of its cells, of any other document as it is; undefined when it reaches over the end of a cell. */
  inCells(uri: string, edit: WorkspaceEdit): WorkspaceEdit | undefined {
    const cells = this.joined.get(uri);
    if (!cells) return edit;
    const changes = (edit.documentChanges ?? []).map((change) => {
      if (!TextDocumentEdit.is(change) || change.textDocument.uri !== uri) return [change];
      return cells.editsOfCells(change);
    });
    if (changes.some((change) => change === undefined)) return undefined;
    return { ...edit, documentChanges: changes.flatMap((change) => change ?? []) };
  }

  /** Takes the cells as they are now; a notebook counts from its first code cell on. */
  private update(notebook: NotebookDocument): void {
    const { uri } = notebook;
    const isKnown = this.joined.has(uri);
    const cells = notebook.cells.filter(({ kind }) => kind === NotebookCellKind.Code);
    const path = pathOfUri(uri);
    if (path === undefined || (!isKnown && cells.length === 0)) return;
    const documents = cells.flatMap((cell) => this.documents.getCellTextDocument(cell) ?? []);
    const isPython = documents.some(({ languageId }) => languageId === "python");
    const ours = documents.filter(({ languageId }) => (languageId === "python") === isPython);
    const joined = new JoinedCells(
      ours.map((document) => ({ uri: document.uri, version: document.version, text: document.getText() })),
      isPython,
    );
    this.joined.set(uri, joined);
    if (isKnown) this.listener.changed(uri, joined.text);
    else {
      const languageId = isPython ? "python" : "typescript";
      this.listener.opened({
        uri,
        path: openNotebookPath(path, languageId),
        languageId,
        version: 1,
        text: joined.text,
      });
    }
  }

  private inCell(notebook: string, cells: JoinedCells, diagnostic: Diagnostic): Located<Diagnostic> | undefined {
    const found = cells.rangeToCell(diagnostic.range);
    if (!found) return undefined;
    const related = diagnostic.relatedInformation?.map((one) => {
      const place = one.location.uri === notebook ? cells.rangeToCell(one.location.range) : undefined;
      return place ? { ...one, location: { uri: place.uri, range: place.at } } : one;
    });
    return { uri: found.uri, at: { ...diagnostic, range: found.at, ...(related && { relatedInformation: related }) } };
  }
}
