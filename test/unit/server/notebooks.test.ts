// Open notebooks: where a place of the joined cells is in its cell, and what the editor gets for cells.
import { PassThrough } from "node:stream";
import { afterEach, describe, expect, it } from "vitest";
import {
  type CodeAction,
  CodeActionRequest,
  type CodeLens,
  CodeLensRequest,
  createConnection,
  createProtocolConnection,
  DidChangeNotebookDocumentNotification,
  DidCloseNotebookDocumentNotification,
  DidOpenNotebookDocumentNotification,
  ExecuteCommandRequest,
  type Hover,
  HoverRequest,
  InitializedNotification,
  InitializeRequest,
  type InlayHint,
  InlayHintRequest,
  NotebookCellKind,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  type PublishDiagnosticsParams,
  StreamMessageReader,
  StreamMessageWriter,
  type TextDocumentEdit,
} from "vscode-languageserver/node";
import { createAnalyzer } from "../../../src/core/analyzer";
import { nodeHost, nodeReaders } from "../../../src/platform/node";
import { JoinedCells } from "../../../src/server/joined-cells";
import {
  ANALYSED_NOTIFICATION,
  ANALYSIS_REQUEST,
  CELL_REQUEST,
  type CellStatus,
  type ShownAnalysis,
} from "../../../src/server/protocol";
import { serve } from "../../../src/server/server";

const NOTEBOOK = "file:///notes/net.ipynb";
const cellUri = (name: string) => `vscode-notebook-cell:/notes/net.ipynb#${name}`;

describe("joined cells", () => {
  const cells = new JoinedCells(
    [
      { uri: "a", version: 3, text: "%matplotlib inline\nx = 1" },
      { uri: "b", version: 1, text: "" },
      { uri: "c", version: 7, text: "y = 2\nz = 3" },
    ],
    true,
  );

  it("are one text with the lines of the cells, magics as comments", () => {
    expect(cells.text).toBe("#matplotlib inline\nx = 1\n\ny = 2\nz = 3");
    expect(cells.lines.map(({ start, count }) => [start, count])).toEqual([
      [0, 2],
      [2, 1],
      [3, 2],
    ]);
  });

  it("give every place to its cell and back", () => {
    const places = [0, 1, 2, 3, 4].map((line) => cells.toCell({ line, character: 1 }));
    expect(places.map((place) => [place?.uri, place?.at.line])).toEqual([
      ["a", 0],
      ["a", 1],
      ["b", 0],
      ["c", 0],
      ["c", 1],
    ]);
    expect(places.map((place) => place && cells.fromCell(place)?.line)).toEqual([0, 1, 2, 3, 4]);
    expect(cells.fromCell({ uri: "d", at: { line: 0, character: 0 } })).toBeUndefined();
  });

  const edit = (startLine: number, start: number, endLine: number, end: number) => ({
    textDocument: { uri: "n", version: null },
    edits: [
      { range: { start: { line: startLine, character: start }, end: { line: endLine, character: end } }, newText: "!" },
    ],
  });

  it("an edit goes to its cell with the cell's version", () => {
    expect(cells.editsOfCells(edit(4, 4, 4, 5))).toEqual([
      {
        textDocument: { uri: "c", version: 7 },
        edits: [{ range: { start: { line: 1, character: 4 }, end: { line: 1, character: 5 } }, newText: "!" }],
      },
    ]);
  });

  it("removing the last line of a cell ends with the cell; an edit of two cells is refused", () => {
    expect(cells.editsOfCells(edit(1, 0, 2, 0))?.[0]?.edits).toEqual([
      { range: { start: { line: 1, character: 0 }, end: { line: 1, character: 5 } }, newText: "!" },
    ]);
    expect(cells.editsOfCells(edit(1, 0, 3, 1))).toBeUndefined();
  });
});

const IMPORTS =
  "%pip install tensorflow\nfrom tensorflow import keras\nfrom tensorflow.keras import layers\nWIDTH = 64";
const MODEL = `model = keras.Sequential([keras.Input((32, 32, 3)), layers.Conv2D(WIDTH, 3, padding="same")])`;
const BODY = `model.add(layers.Conv2D(64, 3, padding="same"))
model.add(layers.Conv2D(64, 3, padding="same"))`;
const HEAD = "model.add(layers.GlobalAveragePooling2D())\nmodel.add(layers.Dense(10))";

/** An editor that shows a notebook; the cells are named by their order. */
class Editor {
  readonly connection: ProtocolConnection;
  readonly diagnostics = new Map<string, PublishDiagnosticsParams["diagnostics"]>();
  private waiting: { holds: () => Promise<boolean>; done: () => void }[] = [];

  constructor(private readonly setting: unknown = {}) {
    const up = new PassThrough();
    const down = new PassThrough();
    serve(createConnection(new StreamMessageReader(up), new StreamMessageWriter(down)), {
      version: "1",
      runtime: "a test",
      readFile: () => undefined,
      createAnalyzer: (overlay) => createAnalyzer(nodeHost(overlay), nodeReaders()),
    });
    this.connection = createProtocolConnection(new StreamMessageReader(down), new StreamMessageWriter(up));
    this.connection.onRequest("workspace/configuration", ({ items }: { items: unknown[] }) =>
      items.map(() => this.setting),
    );
    this.connection.onNotification(PublishDiagnosticsNotification.type, ({ uri, diagnostics }) => {
      this.diagnostics.set(uri, diagnostics);
      void this.look();
    });
    this.connection.onNotification(ANALYSED_NOTIFICATION, () => void this.look());
    this.connection.listen();
  }

  async open(cells: string[]): Promise<this> {
    await this.connection.sendRequest(InitializeRequest.type, {
      processId: null,
      rootUri: null,
      workspaceFolders: [{ uri: "file:///notes", name: "notes" }],
      initializationOptions: { followsAnalyses: true },
      capabilities: {
        workspace: { configuration: true },
        notebookDocument: { synchronization: {} },
      },
    });
    await this.connection.sendNotification(InitializedNotification.type, {});
    await this.connection.sendNotification(DidOpenNotebookDocumentNotification.type, {
      notebookDocument: {
        uri: NOTEBOOK,
        notebookType: "jupyter-notebook",
        version: 1,
        cells: cells.map((_, index) => ({ kind: NotebookCellKind.Code, document: cellUri(String(index)) })),
      },
      cellTextDocuments: cells.map((text, index) => ({
        uri: cellUri(String(index)),
        languageId: "python",
        version: 1,
        text,
      })),
    });
    return this;
  }

  /** Types a text at a place of a cell. */
  type(cell: string, version: number, line: number, character: number, text: string): Promise<void> {
    const at = { line, character };
    return this.connection.sendNotification(DidChangeNotebookDocumentNotification.type, {
      notebookDocument: { uri: NOTEBOOK, version },
      change: {
        cells: {
          textContent: [
            { document: { uri: cellUri(cell), version }, changes: [{ range: { start: at, end: at }, text }] },
          ],
        },
      },
    });
  }

  /** Waits until this holds, asking at everything the server says. */
  until(holds: () => Promise<boolean>): Promise<void> {
    return new Promise((done) => {
      this.waiting.push({ holds, done });
      void this.look();
    });
  }

  status(cell: string): Promise<CellStatus[]> {
    return this.connection.sendRequest(CELL_REQUEST, { uri: cellUri(cell) });
  }

  async texts(cell: string): Promise<string[]> {
    return (await this.status(cell)).map(({ text }) => text);
  }

  lenses(cell: string): Promise<CodeLens[] | null> {
    return this.connection.sendRequest(CodeLensRequest.type, { textDocument: { uri: cellUri(cell) } });
  }

  async hover(cell: string, line: number): Promise<string> {
    const hover = (await this.connection.sendRequest(HoverRequest.type, {
      textDocument: { uri: cellUri(cell) },
      position: { line, character: 2 },
    })) as Hover | null;
    return (hover?.contents as { value: string } | undefined)?.value ?? "";
  }

  private async look(): Promise<void> {
    for (const one of [...this.waiting]) {
      if (!(await one.holds())) continue;
      this.waiting = this.waiting.filter((other) => other !== one);
      one.done();
    }
  }
}

describe("an open notebook", () => {
  let editor: Editor;
  afterEach(() => editor.connection.dispose());

  it("has hovers, statuses and hints on its cells", async () => {
    editor = await new Editor({ inlayHints: "all" }).open([IMPORTS, MODEL, BODY, HEAD]);
    await editor.until(async () => (await editor.status("1")).length > 0);
    // 32·32·64·(27 + 2·576) + 64·10
    const macs = 32 * 32 * 64 * (27 + 2 * 576) + 640;
    expect((await editor.texts("1"))[0]).toMatch(/^77\.3 M MACs · (fits|does not fit) /);
    expect(macs).toBe(77_267_584);
    expect(await editor.texts("2")).toEqual(["2 layers · 75.5 M MACs"]);
    expect(await editor.texts("0")).toEqual([]);
    expect(await editor.hover("2", 1)).toContain("37,748,736");
    expect(await editor.hover("0", 0)).toBe("");
    // The lines of the joined text are nobody's business.
    expect(await editor.hover("2", 1)).toContain(`[code cell 3, line 2](${cellUri("2")})`);
    const [{ lens, tooltip }] = (await editor.status("2")) as [CellStatus];
    expect(tooltip).not.toMatch(/\(line \d/);
    const explained: string = await editor.connection.sendRequest(ExecuteCommandRequest.type, {
      command: "modelBudget.explain",
      arguments: [lens],
    });
    expect(explained).toMatch(/^model, code cell 3, line 1\n/);
    const hints = (await editor.connection.sendRequest(InlayHintRequest.type, {
      textDocument: { uri: cellUri("2") },
      range: { start: { line: 0, character: 0 }, end: { line: 1, character: 100 } },
    })) as InlayHint[];
    expect(hints.map(({ position }) => position)).toEqual(
      BODY.split("\n").map((text, line) => ({ line, character: text.length })),
    );
    expect(await editor.lenses("1")).toEqual([]);
  });

  it("has lenses on cells where they are wanted", async () => {
    editor = await new Editor({ notebookCodeLens: true }).open([IMPORTS, MODEL, BODY, HEAD]);
    const lenses = await editor.lenses("2");
    expect(lenses?.map(({ range }) => range.start.line)).toEqual([0, 1]);
    expect(lenses?.[0]?.command?.title).toContain("37.7 M MACs");
  });

  it("has diagnostics on cells, whose fixes change the cell alone", async () => {
    editor = await new Editor().open([IMPORTS, MODEL, BODY, HEAD]);
    await editor.until(async () => (editor.diagnostics.get(cellUri("2")) ?? []).length > 0);
    expect([...editor.diagnostics.keys()].every((uri) => uri.startsWith("vscode-notebook-cell:"))).toBe(true);
    const found = editor.diagnostics.get(cellUri("2")) ?? [];
    const separable = found.find(({ code }) => code === "standard-conv-could-be-separable");
    expect(separable?.range.start).toEqual({ line: 0, character: BODY.indexOf("layers.Conv2D") });
    const actions = (await editor.connection.sendRequest(CodeActionRequest.type, {
      textDocument: { uri: cellUri("2") },
      range: { start: { line: 0, character: 12 }, end: { line: 0, character: 12 } },
      context: { diagnostics: found },
    })) as CodeAction[];
    const fix = actions.find(({ title }) => title.startsWith("Replace by a depthwise-separable"));
    const change = fix?.edit?.documentChanges?.[0] as TextDocumentEdit;
    expect(change.textDocument).toEqual({ uri: cellUri("2"), version: 1 });
    expect(change.edits.every(({ range }) => range.start.line === 0 && range.end.line === 0)).toBe(true);
    expect(fix?.diagnostics?.[0]?.range).toEqual(separable?.range);
    await editor.connection.sendNotification(DidCloseNotebookDocumentNotification.type, {
      notebookDocument: { uri: NOTEBOOK },
      cellTextDocuments: ["0", "1", "2", "3"].map((name) => ({ uri: cellUri(name) })),
    });
    await editor.until(async () => [...editor.diagnostics.values()].every((list) => list.length === 0));
  });

  it("a line typed in one cell moves nothing in the others, and a changed number counts in all", async () => {
    editor = await new Editor({ notebookCodeLens: true }).open([IMPORTS, MODEL, BODY, HEAD]);
    const before = await editor.lenses("3");
    await editor.type("1", 2, 0, 0, "# wide\n");
    expect(await editor.lenses("3")).toEqual(before);
    expect((await editor.lenses("1"))?.map(({ range }) => range.start.line)).toEqual([1, 1]);
    // WIDTH = 64 becomes 640: 32·32·640·27 for the first layer, ten times the input channels for the second.
    await editor.type("0", 3, 3, "WIDTH = 64".length, "0");
    const macs = (32 * 32 * (640 * 27 + 64 * 9 * 640 + 64 * 576) + 640) / 1e6;
    await editor.until(async () => (await editor.texts("1"))[0]?.startsWith(`${macs.toPrecision(3)} M MACs`) ?? false);
  });

  it("a cell that is added and cells that change their places count as the notebook shows them", async () => {
    editor = await new Editor().open([IMPORTS, MODEL, HEAD]);
    await editor.until(async () => (await editor.status("1")).length > 0);
    await editor.connection.sendNotification(DidChangeNotebookDocumentNotification.type, {
      notebookDocument: { uri: NOTEBOOK, version: 2 },
      change: {
        cells: {
          structure: {
            array: { start: 2, deleteCount: 0, cells: [{ kind: NotebookCellKind.Code, document: cellUri("new") }] },
            didOpen: [{ uri: cellUri("new"), languageId: "python", version: 1, text: BODY }],
          },
        },
      },
    });
    await editor.until(async () => (await editor.texts("new"))[0] === "2 layers · 75.5 M MACs");
    const shown: ShownAnalysis = await editor.connection.sendRequest(ANALYSIS_REQUEST, { uri: NOTEBOOK });
    expect(shown.cells).toEqual([
      { uri: cellUri("0"), line: 0, version: 1 },
      { uri: cellUri("1"), line: 4, version: 1 },
      { uri: cellUri("new"), line: 5, version: 1 },
      { uri: cellUri("2"), line: 7, version: 1 },
    ]);
    expect(shown.analysis.reports[0]?.layers.map(({ line }) => line)).toEqual([5, 6, 7, 8, 9]);
  });
});
