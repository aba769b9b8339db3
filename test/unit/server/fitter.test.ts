// Fit requests as an editor makes them: progress, cancellation, edits that ask for a preview. 30·⌊100·α⌋ MACs.
import {
  CancellationTokenSource,
  type Connection,
  type TextDocumentEdit,
  WorkDoneProgress,
} from "vscode-languageserver";
import { describe, expect, it } from "vitest";
import { codeActionsOf, shownFindings } from "../../../src/server/advice";
import { OpenDocument } from "../../../src/server/document";
import { fitDocument } from "../../../src/server/fitter";
import type { FitParams } from "../../../src/server/protocol";
import type { EditedFiles } from "../../../src/server/workspace-edits";
import { createNodeAnalyzer } from "../../../src/platform/node";

const PATH = "/workspace/model.py";
const URI = `file://${PATH}`;
const model = (alpha: string, limit = "1500") =>
  `import keras
from keras import layers

def build(alpha=${alpha}):  # budget: macs < ${limit}
    inputs = keras.Input((20,))
    x = layers.Dense(int(100 * alpha))(inputs)
    return keras.Model(inputs, layers.Dense(10)(x))

model = build()
`;

interface Told {
  token: unknown;
  message?: string;
  percentage?: number;
}

/** A server with one open file. */
function serverWith(text: string, knowsAnnotations = true) {
  const document = new OpenDocument(URI, PATH, "python", 7, text);
  const analyzer = createNodeAnalyzer((path) => (path === PATH ? document.text : undefined));
  const told: Told[] = [];
  const source = new CancellationTokenSource();
  const during = { progress: () => {} };
  const connection = {
    sendProgress: async (type: unknown, token: unknown, value: object) => {
      expect(type).toBe(WorkDoneProgress.type);
      told.push({ token, ...value });
      during.progress();
    },
  } as unknown as Connection;
  const files: EditedFiles = { textOf: () => document.text, uriOf: () => URI, versionOf: () => document.version };
  const fit = (params: Partial<FitParams> = {}) =>
    fitDocument({ uri: URI, ...params }, source.token, connection, analyzer, {
      document: (uri) => (uri === URI ? document : undefined),
      files,
      request: async () => ({ file: PATH, root: "/workspace", target: "budget" }),
      knowsAnnotations: () => knowsAnnotations,
    });
  return { document, fit, told, source, during, files, analyzer };
}

const { line, character } = { line: 3, character: "def build(alpha=".length };

describe("fit request", () => {
  it("answers with variants and edits of this version that ask for a preview", async () => {
    const answer = await serverWith(model("1.0")).fit();
    expect(answer).toMatchObject({ version: 7, result: { outcome: "found", entry: "build()" } });
    expect(answer?.summary).toContain("fit Arduino Nano 33 BLE Sense");
    const [edit] = answer?.edits ?? [];
    expect(edit?.documentChanges).toEqual([
      {
        textDocument: { uri: URI, version: 7 },
        edits: [
          {
            range: { start: { line, character }, end: { line, character: character + 3 } },
            newText: "0.5",
            annotationId: "0",
          },
          {
            range: { start: { line: 3, character: 0 }, end: { line: 3, character: 0 } },
            newText: "# Fitted to Arduino Nano 33 BLE Sense (int8): alpha 1 → 0.5\n",
            annotationId: "1",
          },
        ],
      },
    ]);
    // What needs to be confirmed is the comment; that opens the preview, with the rest ticked.
    expect(edit?.changeAnnotations).toMatchObject({
      0: { label: "alpha 1 → 0.5", needsConfirmation: false },
      1: { label: "Note it in a comment", needsConfirmation: true },
    });
    expect(edit?.changeAnnotations?.["0"]?.description).toContain("3 k → 1.5 k MACs (−50 %)");
  });

  it("has plain edits for an editor that knows no annotations", async () => {
    const answer = await serverWith(model("1.0"), false).fit();
    const [change] = (answer?.edits[0]?.documentChanges ?? []) as TextDocumentEdit[];
    expect(answer?.edits[0]?.changeAnnotations).toBeUndefined();
    expect(change?.edits).toHaveLength(1);
    expect(change?.edits[0]).toMatchObject({ newText: "0.5" });
    expect(change?.edits[0]).not.toHaveProperty("annotationId");
  });

  it("judges for another board when told to", async () => {
    const { fit } = serverWith(model("1.0"));
    expect((await fit({ board: "nrf52832-dk" }))?.result.boardName).toBe("nRF52832 DK");
    expect((await fit({ board: "no-such-board" }))?.result).toMatchObject({ outcome: "failed" });
  });

  it("reports work done under the token of the request", async () => {
    const { fit, told } = serverWith(model("1.0"));
    await fit({ workDoneToken: "t" });
    expect(told.length).toBeGreaterThan(2);
    for (const one of told) expect(one).toMatchObject({ token: "t", kind: "report" });
    expect(told.at(-1)?.message).toMatch(/^alpha 1 → 0\.\d+/);
    const percentages = told.map(({ percentage }) => percentage ?? -1);
    expect(percentages).toEqual(percentages.toSorted((a, b) => a - b));
  });

  it("ends when it is cancelled", async () => {
    const { fit, told, source, during } = serverWith(model("1.0"));
    during.progress = () => {
      if (told.length === 2) source.cancel();
    };
    const answer = await fit({ workDoneToken: 1 });
    expect(answer?.result.stopped).toBe("cancelled");
    expect(told).toHaveLength(2);
  });

  it("answers nothing for a text that changed meanwhile, or a file that is not open", async () => {
    const { fit, document, told, during } = serverWith(model("1.0"));
    during.progress = () => document.change([{ text: model("0.9") }], 8);
    expect(await fit({ workDoneToken: 1 })).toBeNull();
    expect(told).toHaveLength(1);
    expect(await fit({ uri: "file:///other.py" })).toBeNull();
  });
});

describe("code actions", () => {
  const two =
    "import keras\nfrom keras import layers\n\nmodel = keras.Sequential([\n    keras.Input((16, 16, 8)),\n    layers.Conv2D(32, 3),\n    layers.Conv2D(64, 3),\n])\n";

  const actions = async (knowsAnnotations: boolean) => {
    const { analyzer, files } = serverWith(two);
    const analysis = await analyzer.advise({ file: PATH, root: "/workspace", target: "budget" });
    const [shown] = shownFindings(analysis, () => URI).filter(
      ({ finding }) => finding.rule === "standard-conv-could-be-separable" && finding.line === 6,
    );
    if (!shown) throw new Error("the finding is missing");
    return codeActionsOf(shown, files, knowsAnnotations);
  };

  it("make one fix, or all of a kind, with labels for a preview", async () => {
    const found = await actions(true);
    const single = found[0];
    const all = found.at(-1);
    expect(single?.isPreferred).toBe(true);
    expect(single?.edit?.changeAnnotations).toMatchObject({
      0: { label: "Replace by a depthwise-separable convolution", needsConfirmation: false },
    });
    expect(all?.title).toMatch(/^Fix all 2 of this kind in model: .* MACs/);
    expect(all?.isPreferred).toBe(false);
    expect(all?.edit?.changeAnnotations).toMatchObject({
      0: { label: "Fix all 2 of this kind in model", needsConfirmation: false },
    });
    const [change] = (all?.edit?.documentChanges ?? []) as TextDocumentEdit[];
    expect(change?.edits).toMatchObject([{ newText: "SeparableConv2D" }, { newText: "SeparableConv2D" }]);
  });

  it("come without annotations where the editor knows none", async () => {
    for (const { edit } of await actions(false)) expect(edit?.changeAnnotations).toBeUndefined();
  });
});
