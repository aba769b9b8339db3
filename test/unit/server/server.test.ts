// The language server as an editor meets it: messages in, lenses out, over streams in memory and with a made-up analyzer.
import { PassThrough } from "node:stream";
import { afterEach, describe, expect, it } from "vitest";
import {
  type CodeLens,
  CodeLensRefreshRequest,
  CodeLensRequest,
  CodeActionRequest,
  PublishDiagnosticsNotification,
  type PublishDiagnosticsParams,
  ConfigurationRequest,
  createConnection,
  createProtocolConnection,
  DidChangeConfigurationNotification,
  DidChangeTextDocumentNotification,
  DidChangeWatchedFilesNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DidSaveTextDocumentNotification,
  ExecuteCommandRequest,
  type Hover,
  type InlayHint,
  InlayHintRequest,
  InlayHintResolveRequest,
  HoverRequest,
  InitializedNotification,
  InitializeRequest,
  LogMessageNotification,
  type ProtocolConnection,
  RegistrationRequest,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver/node";
import type { AnalyzeRequest } from "../../../src/core/analyze";
import type { FileAnalysis } from "../../../src/core/report/report";
import type { InitializationOptions } from "../../../src/server/protocol";
import { serve } from "../../../src/server/server";
import { analysis, finding, layer, report } from "./fixtures";

const URI = "file:///models/net.py";
const PATH = "/models/net.py";

/** An editor with one server; `analyze` is what the made-up analyzer does with a text. */
class Editor {
  readonly connection: ProtocolConnection;
  readonly requests: AnalyzeRequest[] = [];
  readonly invalidated: string[] = [];
  readonly log: string[] = [];
  setting: unknown = { codeLens: "layers" };
  /** What the made-up analyzer advises. */
  advise: ((text: string | undefined) => FileAnalysis) | undefined;
  readonly published: PublishDiagnosticsParams[] = [];
  private refreshes = 0;
  /** The lenses fetched when the server last asked for it. */
  shown: string[] = [];

  constructor(analyze: (text: string | undefined, request: AnalyzeRequest) => FileAnalysis | Promise<FileAnalysis>) {
    const up = new PassThrough();
    const down = new PassThrough();
    serve(createConnection(new StreamMessageReader(up), new StreamMessageWriter(down)), {
      version: "1.2.3",
      runtime: "a test",
      readFile: () => undefined,
      createAnalyzer: (readOverlay) => ({
        advise: async (request) => this.advise?.(readOverlay(request.file)) ?? analysis([]),
        analyze: async (request) => {
          this.requests.push(request);
          return analyze(readOverlay(request.file), request);
        },
        examine: async () => ({ analysis: analysis([]), found: [] }),
        fit: async () => Promise.reject(new Error("no search in this test")),
        plan: async () => ({
          result: { none: { reason: "no plan", place: null, action: null } },
          report: null,
          boards: [],
        }),
        calibrate: async () => ({ problem: "no calibration in this test" }),
        invalidate: (path) => this.invalidated.push(path),
      }),
    });
    this.connection = createProtocolConnection(new StreamMessageReader(down), new StreamMessageWriter(up));
    this.connection.onRequest(CodeLensRefreshRequest.type, (): void => {
      this.refreshes++;
      this.lines().then(
        (lines) => {
          this.shown = lines;
        },
        // The test is over and the connection closed.
        () => undefined,
      );
    });
    this.connection.onRequest(ConfigurationRequest.type, ({ items }) => items.map(() => this.setting));
    this.connection.onRequest(RegistrationRequest.type, (): void => undefined);
    this.connection.onNotification(LogMessageNotification.type, ({ message }) => {
      this.log.push(message);
    });
    this.connection.onNotification(PublishDiagnosticsNotification.type, (params) => {
      this.published.push(params);
    });
    this.connection.listen();
  }

  async start(initializationOptions?: InitializationOptions): Promise<this> {
    await this.connection.sendRequest(InitializeRequest.type, {
      processId: null,
      rootUri: null,
      workspaceFolders: [{ uri: "file:///models", name: "models" }],
      initializationOptions,
      capabilities: {
        workspace: {
          codeLens: { refreshSupport: true },
          configuration: true,
          didChangeConfiguration: { dynamicRegistration: true },
          didChangeWatchedFiles: { dynamicRegistration: true },
        },
      },
    });
    await this.connection.sendNotification(InitializedNotification.type, {});
    return this;
  }

  open(text: string, uri = URI): Promise<void> {
    const textDocument = { uri, languageId: "python", version: 1, text };
    return this.connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument });
  }

  insert(line: number, text: string, version: number, uri = URI): Promise<void> {
    const start = { line, character: 0 };
    return this.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri, version },
      contentChanges: [{ range: { start, end: start }, text }],
    });
  }

  async lenses(uri = URI): Promise<CodeLens[]> {
    return (await this.connection.sendRequest(CodeLensRequest.type, { textDocument: { uri } })) ?? [];
  }

  async lines(uri = URI): Promise<string[]> {
    return (await this.lenses(uri)).map((lens) => `${lens.range.start.line}: ${lens.command?.title}`);
  }

  /** `line:character label` of the hints. */
  async hints(): Promise<string[]> {
    return (await this.inlayHints()).map(({ position: { line, character }, label }) => `${line}:${character} ${label}`);
  }

  async inlayHints(): Promise<InlayHint[]> {
    const range = { start: { line: 0, character: 0 }, end: { line: 100, character: 0 } };
    return (await this.connection.sendRequest(InlayHintRequest.type, { textDocument: { uri: URI }, range })) ?? [];
  }

  /** Titles of the code actions at the start of a line. */
  async actions(line: number): Promise<string[]> {
    const place = { line, character: 0 };
    const found = await this.connection.sendRequest(CodeActionRequest.type, {
      textDocument: { uri: URI },
      range: { start: place, end: place },
      context: { diagnostics: [] },
    });
    return (found ?? []).map(({ title }) => title);
  }

  hover(line: number, character = 0): Promise<Hover | null> {
    return this.connection.sendRequest(HoverRequest.type, {
      textDocument: { uri: URI },
      position: { line, character },
    });
  }

  get refreshCount(): number {
    return this.refreshes;
  }

  async stop(): Promise<void> {
    await this.connection.sendRequest(ShutdownRequest.type);
    this.connection.dispose();
  }
}

/** A model above the first line, a layer above each line that says `layer`; nothing in a text without one. */
function byLines(text: string | undefined): FileAnalysis {
  const rows = (text ?? "").split("\n").flatMap((line, index) => (line.includes("layer") ? [layer([index + 1])] : []));
  const syntaxProblems = text?.includes("((") ? [{ message: "unclosed", line: 1, column: 1 }] : [];
  return analysis(rows.length === 0 ? [] : [report(rows)], { syntaxProblems });
}

const MODEL = "Model Budget: 2.66 M MACs · 24.9 k params · 31.3 KiB activations";
const LAYER = "25×5×64 · 320 k MACs · 2.62 k params · 8 KiB";

describe("advice", () => {
  let editor: Editor;
  afterEach(() => editor.stop());

  const advice = (text: string | undefined): FileAnalysis => {
    const at = text?.indexOf("layer") ?? -1;
    const line = (text ?? "").slice(0, at).split("\n").length;
    return analysis([
      report([], { findings: [finding(line, [{ file: PATH, start: at, end: at + 5, text: "cheap" }])] }),
    ]);
  };

  it("is published when the typing rests, with actions that carry their receipt", async () => {
    editor = new Editor(byLines);
    editor.advise = advice;
    await editor.start();
    await editor.open("model\nlayer\n");
    await expect.poll(() => editor.published.length, { timeout: 5000 }).toBe(1);
    expect(editor.published[0]).toMatchObject({
      uri: URI,
      version: 1,
      diagnostics: [
        { code: "a-rule", message: "This is dear.", severity: 3, range: { start: { line: 1, character: 0 } } },
      ],
    });
    expect(await editor.actions(1)).toEqual(["Make it cheap: 200 k → 50 k MACs (−75 %), 64 KiB → 32 KiB RAM (−50 %)"]);
    expect(await editor.actions(0)).toEqual([]);
  });

  it("offers nothing for a text that is newer than it", async () => {
    editor = new Editor(byLines);
    editor.advise = advice;
    await editor.start();
    await editor.open("model\nlayer\n");
    await expect.poll(() => editor.published.length, { timeout: 5000 }).toBe(1);
    await editor.insert(0, "\n", 2);
    expect(await editor.actions(1)).toEqual([]);
    await expect.poll(() => editor.published.length, { timeout: 5000 }).toBe(2);
    expect(await editor.actions(2)).toHaveLength(1);
  });

  it("is silent where the setting says so, and goes with its file", async () => {
    editor = new Editor(byLines);
    editor.advise = advice;
    await editor.start();
    await editor.open("model\nlayer\n");
    await expect.poll(() => editor.published.length, { timeout: 5000 }).toBe(1);
    editor.setting = { findings: false };
    await editor.connection.sendNotification(DidChangeConfigurationNotification.type, { settings: null });
    await expect.poll(() => editor.published.at(-1)?.diagnostics, { timeout: 5000 }).toEqual([]);
    expect(await editor.actions(1)).toEqual([]);
  });
});

describe("language server", () => {
  let editor: Editor;
  afterEach(() => editor.stop());

  it("says who it is and answers the first question with a whole analysis", async () => {
    editor = await new Editor(byLines).start();
    await editor.open("model\nlayer\n");
    expect(await editor.lines()).toEqual([`0: ${MODEL}`, `1: ${LAYER}`]);
    expect(editor.requests[0]).toEqual({
      file: PATH,
      root: "/models",
      target: "budget",
      defaults: { board: null, runtime: null, dtype: "int8", levels: {} },
    });
    expect(editor.log[0]).toBe("Language server 1.2.3 on a test");
  });

  it("moves lenses at once and brings fresh ones after a pause", async () => {
    let release = () => {};
    let mayAnswer = Promise.resolve();
    editor = await new Editor(async (text) => {
      await mayAnswer;
      return byLines(text);
    }).start();
    await editor.open("model\nlayer\n");
    await editor.lines();
    mayAnswer = new Promise((done) => {
      release = done;
    });
    await editor.insert(1, "layer\n", 2);
    expect(await editor.lines()).toEqual([`0: ${MODEL}`, `2: ${LAYER}`]);
    release();
    await expect.poll(() => editor.shown).toEqual([`0: ${MODEL}`, `1: ${LAYER}`, `2: ${LAYER}`]);
  });

  it("answers a hover for the line where the layer is now, whether lenses are shown or not", async () => {
    editor = new Editor(byLines);
    editor.setting = { codeLens: "off" };
    await editor.start();
    await editor.open("model\nlayer\n");
    const found = await editor.hover(1, 3);
    expect(found?.contents).toMatchObject({ kind: "markdown", value: expect.stringContaining("| MACs | 320,000") });
    expect((await editor.hover(0))?.contents).toMatchObject({ value: expect.stringContaining("| MACs | 2,656,768 |") });
    await editor.insert(0, "\n\n", 2);
    expect(await editor.hover(1)).toBeNull();
    expect(await editor.hover(3)).toEqual(found);
  });

  it("does not ask for a refresh when nothing changed", async () => {
    editor = await new Editor(byLines).start();
    await editor.open("model\nlayer\n");
    await editor.lines();
    const before = editor.refreshCount;
    await editor.insert(0, "\n", 2);
    await editor.open("model\nlayer\n", "file:///models/other.py");
    await expect.poll(() => editor.requests.filter((request) => request.file === PATH).length).toBeGreaterThan(1);
    expect(await editor.lines()).toEqual([`0: ${MODEL}`, `2: ${LAYER}`]);
    await editor.lines("file:///models/other.py");
    // The model's own lens stands on the first line again, the other file is new: two refreshes at most.
    expect(editor.refreshCount - before).toBeLessThanOrEqual(2);
  });

  it("drops the answer for a text that is older than the one on the screen", async () => {
    let release = () => {};
    let count = 0;
    editor = await new Editor(async (text) => {
      count++;
      if (count === 2) {
        await new Promise<void>((done) => {
          release = done;
        });
      }
      return byLines(text);
    }).start();
    await editor.open("model\nlayer\n");
    await editor.lines();
    await editor.insert(2, "layer\n", 2);
    await expect.poll(() => count).toBe(2);
    await editor.insert(2, "layer\n", 3);
    expect(await editor.lines()).toHaveLength(2);
    release();
    await expect.poll(() => editor.shown).toHaveLength(4);
  });

  it("keeps the last good lenses of a broken text and believes a lost model only when it is saved or left alone", async () => {
    editor = await new Editor(byLines).start();
    await editor.open("model\nlayer\n");
    await editor.lines();
    const analyses = editor.requests.length;
    await editor.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri: URI, version: 2 },
      contentChanges: [{ range: { start: { line: 1, character: 0 }, end: { line: 1, character: 5 } }, text: "lay((" }],
    });
    await expect.poll(() => editor.requests.length).toBeGreaterThan(analyses);
    expect(await editor.lines()).toHaveLength(2);
    await editor.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri: URI, version: 3 },
      contentChanges: [{ range: { start: { line: 1, character: 3 }, end: { line: 1, character: 5 } }, text: "" }],
    });
    await expect.poll(() => editor.requests.length).toBeGreaterThan(analyses + 1);
    expect(await editor.lines()).toHaveLength(2);
    await editor.connection.sendNotification(DidSaveTextDocumentNotification.type, { textDocument: { uri: URI } });
    expect(await editor.lines()).toEqual([]);
  });

  it("analyses open files again when a file on disk changed, unless that file is open too", async () => {
    editor = await new Editor(byLines).start();
    await editor.open("model\nlayer\n");
    await editor.lines();
    const { length } = editor.invalidated;
    const changes = [
      { uri: URI, type: 2 as const },
      { uri: "file:///models/blocks.py", type: 2 as const },
    ];
    await editor.connection.sendNotification(DidChangeWatchedFilesNotification.type, { changes });
    await expect.poll(() => editor.requests.length).toBe(2);
    expect(editor.invalidated.slice(length)).toEqual(["/models/blocks.py"]);
  });

  it("follows the setting", async () => {
    editor = await new Editor(byLines).start();
    await editor.open("model\nlayer\n");
    expect(await editor.lines()).toHaveLength(2);
    editor.setting = { codeLens: "models" };
    await editor.connection.sendNotification(DidChangeConfigurationNotification.type, { settings: null });
    await expect.poll(() => editor.shown).toEqual([`0: ${MODEL}`]);
    editor.setting = { codeLens: "off" };
    expect(await editor.lines()).toEqual([]);
  });

  it("is silent about a file that is excluded or while it is switched off, and speaks again", async () => {
    editor = new Editor(byLines);
    editor.setting = { exclude: ["net.py"] };
    await editor.start();
    await editor.open("model\nlayer\n");
    expect(await editor.lines()).toEqual([]);
    const speaks = async (setting: unknown, count: number) => {
      editor.setting = setting;
      await editor.connection.sendNotification(DidChangeConfigurationNotification.type, { settings: null });
      await expect.poll(() => editor.shown).toHaveLength(count);
      expect(await editor.hints()).toHaveLength(count / 2);
    };
    await speaks({ exclude: [] }, 2);
    await speaks({ enabled: false }, 0);
    await speaks({}, 2);
  });

  it("offers in a lens only what the editor can do", async () => {
    const commands = ["modelBudget.pickTarget", "modelBudget.showBudget", "other.command"];
    editor = await new Editor(byLines).start({ commands });
    await editor.open("model\nlayer\n");
    const lenses = await editor.lenses();
    const of = (line: number) =>
      lenses.filter(({ range }) => range.start.line === line).map(({ command }) => command?.command);
    expect(of(0)).toEqual(["modelBudget.explain", "modelBudget.showBudget", "modelBudget.pickTarget"]);
    expect(of(1)).toEqual(["modelBudget.explain"]);
    expect(lenses[1]?.command?.arguments).toEqual([{ uri: URI, index: 0 }]);
    editor.setting = { codeLensActions: false };
    expect(await editor.lenses()).toHaveLength(2);
  });

  it("survives an analyzer that throws, says so in the log and goes on", async () => {
    let mustFail = true;
    editor = await new Editor((text) => {
      if (mustFail) throw new Error("boom");
      return byLines(text);
    }).start();
    await editor.open("model\nlayer\n");
    expect(await editor.lines()).toEqual([]);
    await expect.poll(() => editor.log.join("\n")).toMatch(/net\.py could not be analysed; .*\n.*boom/);
    mustFail = false;
    await editor.insert(0, "\n", 2);
    await expect.poll(() => editor.shown).toHaveLength(2);
  });

  it("explains what was clicked, also after the text moved", async () => {
    editor = await new Editor(byLines).start();
    await editor.open("model\nlayer\n");
    const [, clicked] = await editor.lenses();
    await editor.insert(0, "\n\n", 2);
    const { command, arguments: args } = clicked?.command ?? { command: "" };
    const text: unknown = await editor.connection.sendRequest(ExecuteCommandRequest.type, { command, arguments: args });
    expect(text).toContain("conv2d  Conv2D  25×5×64");
    // This editor did not say that it prints explanations itself.
    expect(editor.log.at(-1)).toContain("conv2d  Conv2D  25×5×64");
  });

  it("has no lenses for what it was not shown or cannot read", async () => {
    editor = await new Editor(byLines).start();
    expect(await editor.lines()).toEqual([]);
    await editor.open("layer\n", "git:/models/net.py");
    expect(await editor.lines("git:/models/net.py")).toEqual([]);
    await editor.open("layer\n");
    await editor.connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri: URI } });
    expect(await editor.lines()).toEqual([]);
  });
});

describe("hints", () => {
  let editor: Editor;
  afterEach(() => editor.stop());

  it("stand at the ends of lines, with the details in a tooltip that is made when asked for", async () => {
    editor = await new Editor(byLines).start();
    await editor.open("model\n  layer \r\n");
    expect(await editor.hints()).toEqual(["1:8 12 % MACs · 25×5×64"]);
    const [hint] = await editor.inlayHints();
    expect(hint?.tooltip).toBeUndefined();
    const resolved = await editor.connection.sendRequest(InlayHintResolveRequest.type, hint as InlayHint);
    expect(resolved.tooltip).toMatchObject({
      value: expect.stringMatching(/^12 \\% of the MACs[^]*\| MACs \| 320,000/),
    });
  });

  it("move with their lines at once and grow with what is typed", async () => {
    editor = await new Editor(byLines).start();
    await editor.open("model\nlayer\n");
    await editor.hints();
    await editor.insert(0, "\n\n", 2);
    expect(await editor.hints()).toEqual(["3:5 12 % MACs · 25×5×64"]);
    await editor.insert(3, "a ", 3);
    expect(await editor.hints()).toEqual(["3:7 12 % MACs · 25×5×64"]);
  });

  it("stay while the text is broken", async () => {
    editor = await new Editor(byLines).start();
    await editor.open("model\nlayer\n");
    await editor.hints();
    const analyses = editor.requests.length;
    await editor.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri: URI, version: 2 },
      contentChanges: [{ range: { start: { line: 1, character: 0 }, end: { line: 1, character: 5 } }, text: "lay((" }],
    });
    await expect.poll(() => editor.requests.length).toBeGreaterThan(analyses);
    expect(await editor.hints()).toEqual(["1:5 12 % MACs · 25×5×64"]);
  });

  it("follow the setting", async () => {
    editor = new Editor(byLines);
    editor.setting = { inlayHints: "off" };
    await editor.start();
    await editor.open("model\nlayer\n");
    expect(await editor.hints()).toEqual([]);
    editor.setting = { inlayHints: "all" };
    expect(await editor.hints()).toHaveLength(1);
  });
});
