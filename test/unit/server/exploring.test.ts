// Questions of views about one model: one evaluation answers several of them, a changed text asks for another.
import { describe, expect, it } from "vitest";
import type { AnalyzeRequest } from "../../../src/core/analyze";
import { createNodeAnalyzer } from "../../../src/platform/node";
import { Exploring } from "../../../src/server/exploring";

const FILE = "/workspace/net.py";
const URI = "file:///workspace/net.py";
const TEXT = `
from tensorflow import keras
from tensorflow.keras import layers

def build(alpha=0.5):
    i = keras.Input((32, 32, 3))
    x = layers.Conv2D(int(32 * alpha), 3, padding="same")(i)
    x = layers.Conv2D(int(64 * alpha), 3, padding="same")(x)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(i, layers.Dense(10)(x))

model = build()
`;

function exploring(text: string) {
  const state = { text, generation: 0, evaluations: 0, request: { file: FILE, root: "/workspace", target: "budget" } };
  const analyzer = createNodeAnalyzer((path) => (path === FILE ? state.text : undefined));
  const examine = analyzer.examine.bind(analyzer);
  analyzer.examine = (request, look) => {
    state.evaluations++;
    return examine(request, look);
  };
  const host = {
    request: async (uri: string) => (uri === URI ? (state.request as AnalyzeRequest) : undefined),
    generation: () => state.generation,
  };
  const change = (next: string) => {
    state.text = next;
    state.generation++;
    analyzer.invalidate(FILE);
  };
  return { state, change, exploring: new Exploring(analyzer, host) };
}

describe("exploring a model", () => {
  it("answers all questions about a text from one evaluation of the model, and anew when it has changed", async () => {
    const { state, change, exploring: it } = exploring(TEXT);
    const model = { uri: URI, index: 0 };
    const timeline = await it.timeline(model);
    expect(timeline?.steps.map(({ op }) => op)).toEqual(["input", "CONV_2D", "CONV_2D", "MEAN", "FULLY_CONNECTED"]);
    expect(await it.levers(model)).toMatchObject({
      width: { name: "alpha", current: 0.5 },
      resolution: { current: 32 },
    });
    const half = await it.whatIf(model, { width: 0.25, resolution: null });
    // 3·3·3·8·32² + 3·3·8·16·32² + 16·10
    expect(half).toMatchObject({ model: { macs: 221_184 + 1_179_648 + 160 } });
    expect(state.evaluations).toBe(1);

    change(TEXT.replace("32, 32, 3", "16, 16, 3"));
    expect(await it.whatIf(model, { width: 0.25, resolution: null })).toMatchObject({
      model: { macs: (221_184 + 1_179_648) / 4 + 160 },
    });
    expect(state.evaluations).toBe(2);
  });

  it("has no answer for a file that is not open, a model that is not there and one that cannot be made", async () => {
    const { exploring: it } = exploring(TEXT);
    expect(await it.timeline({ uri: "file:///workspace/other.py", index: 0 })).toBeNull();
    expect(await it.levers({ uri: URI, index: 9 })).toBeNull();
    expect(await it.whatIf({ uri: URI, index: 9 }, { width: 1, resolution: null })).toBeNull();
    const broken = exploring(TEXT.replace("    i = keras", '    raise ValueError("not today")\n    i = keras'));
    expect(await broken.exploring.levers({ uri: URI, index: 0 })).toBeNull();
  });
});
