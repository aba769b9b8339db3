// What an editor shows of a document when it asks: lenses, hints, hovers, the line below a cell, and the text behind a lens. Cells of
// a notebook are asked about as documents and answered from the joined text of all of them; the way there and back is here.
import {
  type CancellationToken,
  type CodeLens,
  type Connection,
  type Hover,
  type InlayHint,
  LSPErrorCodes,
  MarkupKind,
  type Position,
  type Range,
  ResponseError,
} from "vscode-languageserver";
import { cellStatusOf } from "./cell-status";
import type { OpenDocument } from "./document";
import { explain } from "./explain";
import { hoverOf } from "./hover";
import { inlayHintsOf, tooltipOf } from "./inlay-hints";
import type { Located } from "./joined-cells";
import { codeLensesOf } from "./lens-actions";
import { visibleLenses } from "./lenses";
import { type Notebooks, withCellPlaces } from "./notebooks";
import { CELL_REQUEST, type CellStatus, type DocumentParams, EXPLAIN_COMMAND } from "./protocol";
import type { Settings } from "./settings";

/** An open file, or the joined cells of an open notebook. */
export interface ServedFile {
  document: OpenDocument;
  /** Resolves with the first analysis, or when the file is closed before. */
  ready: Promise<void>;
}

/** What the surfaces need of the server. */
export interface SurfacesHost {
  file(uri: string): ServedFile | undefined;
  settings(uri: string): Promise<Settings>;
}

/** What the client shows itself. */
interface ClientShows {
  /** The text behind a lens; else it is logged. */
  explanations: boolean;
  /** Commands that lenses may offer. */
  commands: ReadonlySet<string>;
}

/** A document that was asked about: where it is analysed, and the way between its places and those of the analysed text. */
interface Asked {
  uri: string;
  file: ServedFile;
  isCell: boolean;
  toText(at: Position): Position | undefined;
  /** Undefined for what is in another cell. */
  toAsked(at: Position): Position | undefined;
  rangeToAsked(range: Range): Range | undefined;
}

const CANCELLED = () => new ResponseError<void>(LSPErrorCodes.RequestCancelled, "cancelled");

export class Surfaces {
  private client: ClientShows = { explanations: false, commands: new Set() };

  constructor(
    private readonly notebooks: Notebooks,
    private readonly host: SurfacesHost,
  ) {}

  /** Takes what the client said of itself. */
  shows(client: ClientShows): void {
    this.client = client;
  }

  /** Answers the client; before the connection listens. */
  listen(connection: Connection): void {
    connection.onCodeLens(({ textDocument }, token) => this.codeLenses(textDocument.uri, token));
    connection.languages.inlayHint.on(({ textDocument, range }, token) =>
      this.inlayHints(textDocument.uri, range, token),
    );
    connection.languages.inlayHint.resolve((hint) => this.resolveHint(hint));
    connection.onHover(({ textDocument, position }, token) => this.hover(textDocument.uri, position.line, token));
    connection.onExecuteCommand(({ command, arguments: args }) => {
      if (command !== EXPLAIN_COMMAND) return undefined;
      const answer = this.explain(args?.[0]);
      if (!this.client.explanations) connection.console.info(answer);
      return answer;
    });
    connection.onRequest(CELL_REQUEST, ({ uri }: DocumentParams) => this.cellStatus(uri));
  }

  /** The document an editor asks about, which may be a cell; undefined when it is not open. */
  private asked(uri: string): Asked | undefined {
    const notebook = this.notebooks.notebookOf(uri);
    const file = this.host.file(notebook?.uri ?? uri);
    if (!file) return undefined;
    if (!notebook) {
      return { uri, file, isCell: false, toText: (at) => at, toAsked: (at) => at, rangeToAsked: (range) => range };
    }
    const { cells } = notebook;
    const own = <Where>(found: Located<Where> | undefined) => (found?.uri === uri ? found.at : undefined);
    return {
      uri: notebook.uri,
      file,
      isCell: true,
      toText: (at) => cells.fromCell({ uri, at }),
      toAsked: (at) => own(cells.toCell(at)),
      rangeToAsked: (range) => own(cells.rangeToCell(range)),
    };
  }

  /** The same with the settings, once the document was analysed; null when it is not open. */
  private async whenReady(
    uri: string,
    token: CancellationToken,
  ): Promise<(Asked & { settings: Settings }) | ResponseError<void> | null> {
    const asked = this.asked(uri);
    if (!asked) return null;
    const [settings] = await Promise.all([this.host.settings(asked.uri), readyOrCancelled(asked.file.ready, token)]);
    return token.isCancellationRequested ? CANCELLED() : { ...asked, settings };
  }

  private async codeLenses(uri: string, token: CancellationToken): Promise<CodeLens[] | ResponseError<void>> {
    const asked = await this.whenReady(uri, token);
    if (asked === null) return [];
    if (asked instanceof ResponseError) return asked;
    const { settings, file, isCell } = asked;
    if (isCell && !settings.notebookCodeLens) return [];
    const { lenses, analysis } = file.document;
    const commands = settings.codeLensActions ? this.client.commands : new Set<string>();
    return codeLensesOf(asked.uri, visibleLenses(lenses, settings.codeLens), analysis, commands).flatMap((lens) => {
      const range = asked.rangeToAsked(lens.range);
      return range ? [{ ...lens, range }] : [];
    });
  }

  private async inlayHints(
    uri: string,
    range: Range,
    token: CancellationToken,
  ): Promise<InlayHint[] | ResponseError<void>> {
    const asked = await this.whenReady(uri, token);
    if (asked === null) return [];
    if (asked instanceof ResponseError) return asked;
    const start = asked.toText(range.start);
    const end = asked.toText(range.end);
    if (!start || !end) return [];
    return inlayHintsOf(asked.file.document, { start, end }, asked.settings.inlayHints).flatMap((hint) => {
      const position = asked.toAsked(hint.position);
      return position ? [{ ...hint, position }] : [];
    });
  }

  private resolveHint(hint: InlayHint): InlayHint {
    const { uri } = (hint.data ?? {}) as { uri?: string };
    const document = uri === undefined ? undefined : this.host.file(uri)?.document;
    const tooltip = document && tooltipOf(document, hint);
    if (!document || !tooltip) return hint;
    return { ...hint, tooltip: { ...tooltip, value: this.withPlaces(tooltip.value, document) } };
  }

  /** What stands behind the numbers of a line; it follows the line as the lenses do, and needs no lens to be shown. */
  private async hover(uri: string, askedLine: number, token: CancellationToken): Promise<Hover | null> {
    const asked = this.asked(uri);
    if (!asked) return null;
    const line = asked.toText({ line: askedLine, character: 0 })?.line;
    const { document, ready } = asked.file;
    await readyOrCancelled(ready, token);
    const { analysis, lenses } = document;
    if (token.isCancellationRequested || analysis === undefined) return null;
    const ids = lenses.filter(({ position }) => position.line === line).map(({ id }) => id);
    const found = hoverOf(analysis, ids);
    const value = found && this.withPlaces(found, document);
    return value === undefined ? null : { contents: { kind: MarkupKind.Markdown, value } };
  }

  /** What a cell of a notebook says below its code. */
  private cellStatus(uri: string): CellStatus[] {
    const found = this.notebooks.notebookOf(uri);
    const document = found && this.host.file(found.uri)?.document;
    const own = found?.cells.lines.find(({ cell }) => cell.uri === uri);
    if (!document || !own) return [];
    const items = cellStatusOf(document, own.start, own.count);
    return items.map((item) => ({ ...item, tooltip: this.withPlaces(item.tooltip, document) }));
  }

  private explain(argument: unknown): string {
    const { uri, id } = (argument ?? {}) as { uri?: unknown; id?: unknown };
    const document = typeof uri === "string" ? this.host.file(uri)?.document : undefined;
    const text = document?.analysis && typeof id === "string" ? explain(document.analysis, id) : undefined;
    return (
      (text && document && this.withPlaces(text, document)) ??
      "The lens is out of date; open the file and click it again."
    );
  }

  /** A text about a document, in which the lines of a notebook are those of its cells. */
  private withPlaces(text: string, { uri, path }: OpenDocument): string {
    const cells = this.notebooks.cellsOf(uri);
    return cells ? withCellPlaces(text, path, cells) : text;
  }
}

function readyOrCancelled(ready: Promise<void>, token: CancellationToken): Promise<void> {
  return new Promise((resolve) => {
    const subscription = token.onCancellationRequested(() => resolve());
    void ready.then(() => {
      subscription.dispose();
      resolve();
    });
  });
}
