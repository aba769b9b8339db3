// tf.loadLayersModel where the model.json lies in the workspace: the description that the real package writes of a model, read back
// by us, costs what the package says of the model. What lies elsewhere is unknown and says why.
import * as tf from "@tensorflow/tfjs";
import { runInThisContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { analyze } from "./analyzer";
import { realAnswer } from "./real-package";

const SMALL = "recurrentInitializer: 'zeros'";
const MODELS: Record<string, string> = {
  "a stack": `tf.sequential({ layers: [
    tf.layers.conv2d({ filters: 4, kernelSize: 3, strides: 2, padding: "same", useBias: false, inputShape: [8, 8, 3] }),
    tf.layers.batchNormalization(), tf.layers.reLU({ maxValue: 6 }), tf.layers.depthwiseConv2d({ kernelSize: [3, 3] }),
    tf.layers.flatten(), tf.layers.dropout({ rate: 0.5 }), tf.layers.dense({ units: 3, activation: "softmax" })] })`,
  "a graph with a shared layer and a frozen one": `(() => {
    const a = tf.input({ shape: [4, 6], name: "left" }), b = tf.input({ shape: [4, 6], name: "right" });
    const shared = tf.layers.dense({ units: 5, trainable: false });
    const y = tf.layers.concatenate({ axis: 1 }).apply([shared.apply(a), shared.apply(b)]);
    return tf.model({ inputs: [a, b], outputs: [tf.layers.gru({ units: 3, ${SMALL} }).apply(y), y] });
  })()`,
  "a model in a model": `(() => {
    const base = tf.sequential({ layers: [tf.layers.dense({ units: 4, inputShape: [2] }), tf.layers.layerNormalization()] });
    const x = tf.input({ shape: [2] });
    return tf.model({ inputs: x, outputs: tf.layers.add().apply([base.apply(x), tf.layers.dense({ units: 4 }).apply(x)]) });
  })()`,
  "layers around layers": `tf.sequential({ layers: [
    tf.layers.timeDistributed({ layer: tf.layers.conv1d({ filters: 2, kernelSize: 3 }), inputShape: [3, 6, 2] }),
    tf.layers.timeDistributed({ layer: tf.layers.flatten() }),
    tf.layers.bidirectional({ layer: tf.layers.lstm({ units: 3, ${SMALL}, returnSequences: true }), mergeMode: "sum" }),
    tf.layers.rnn({ cell: [tf.layers.gruCell({ units: 4, ${SMALL} }), tf.layers.simpleRNNCell({ units: 2, ${SMALL} })] })] })`,
  words: `tf.sequential({ layers: [
    tf.layers.embedding({ inputDim: 20, outputDim: 4, inputLength: 5 }), tf.layers.globalAveragePooling1d(), tf.layers.dense({ units: 1 })] })`,
};

/** What the package writes of a model. */
function describeModel(expression: string): string {
  const make = runInThisContext(`(tf) => ${expression}`) as (tf: unknown) => tf.LayersModel;
  return JSON.stringify({ format: "layers-model", modelTopology: make(tf).toJSON(null, false), weightsManifest: [] });
}

/** Programs that load `/public/net/model.json`, and where they lie. */
const PROGRAMS: Record<string, [file: string, text: string]> = {
  "from the top of the site": ["/src/app.js", `const model = await tf.loadLayersModel("/net/model.json");`],
  "from beside the program": ["/public/app.js", `const model = await tf.loadLayersModel("net/model.json");`],
  "as a file": ["/src/app.mjs", `const model = await tf.loadLayersModel("file://../public/net/model.json");`],
  "with a callback": [
    "/public/app.js",
    `let model; tf.loadLayersModel("./net/model.json").then((loaded) => { model = loaded; });`,
  ],
};

describe("a model.json of the workspace", () => {
  it.each(Object.entries(MODELS))("%s", async (_what, expression) => {
    const [file, program] = PROGRAMS["from beside the program"] as [string, string];
    const source = `import * as tf from "@tensorflow/tfjs";\n${program}`;
    const files = { [file]: source, "/public/net/model.json": describeModel(expression) };
    const [report] = (await analyze(files, { entry: "model" })).reports;
    expect({
      outputs: report?.outputs.map(({ shape }) => shape?.slice(1)),
      params: report?.params.total,
      trainable: report?.params.trainable,
      macs: report?.macs,
    }).toEqual(await realAnswer(expression));
  });

  it.each(Object.entries(PROGRAMS))("is found %s", async (_where, [file, program]) => {
    const files = {
      [file]: `import * as tf from "@tensorflow/tfjs";\n${program}`,
      "/public/net/model.json": describeModel(MODELS["words"] as string),
    };
    const [report] = (await analyze(files, { entry: "model" })).reports;
    expect(report?.params.total).toBe(20 * 4 + 4 + 1);
  });

  it("is followed where a program goes on from it", async () => {
    const files = {
      "/app.js": `import * as tf from "@tensorflow/tfjs";
async function load() {
  const base = await tf.loadLayersModel("./model.json");
  const cut = base.getLayer("hidden");
  for (const layer of base.layers) layer.trainable = false;
  const output = tf.layers.dense({ units: 2 }).apply(cut.output);
  return tf.model({ inputs: base.inputs, outputs: output });
}`,
      "/model.json": describeModel(
        `tf.sequential({ layers: [tf.layers.dense({ units: 4, inputShape: [3], name: "hidden" }), tf.layers.dense({ units: 9 })] })`,
      ),
    };
    const [report] = (await analyze(files)).reports;
    expect(report?.params).toEqual({ total: 3 * 4 + 4 + (4 * 2 + 2), trainable: 4 * 2 + 2 });
  });
});

describe("a model that is not there to be read", () => {
  const elsewhere: Record<string, [call: string, reason: string]> = {
    "at an address": [
      `tf.loadLayersModel("https://example.org/model.json")`,
      "not in the workspace: https://example.org",
    ],
    "in the browser": [`tf.loadLayersModel("localstorage://mine")`, "not in the workspace: localstorage://mine"],
    "at a path that is computed": ["tf.loadLayersModel(location.href)", "file or address that is not known"],
    "as a graph model": [`tf.loadGraphModel("./graph.json")`, "a graph of operations is not read"],
    "as a graph model where layers are wanted": [`tf.loadLayersModel("./graph.json")`, "holds a graph model"],
    "with a layer of its own": [
      `tf.loadLayersModel("./own.json")`,
      "the layer class Mine of the model.json is not one",
    ],
    "in a file that is no description": [`tf.loadLayersModel("./list.json")`, "is not the description of a model"],
  };
  it.each(Object.entries(elsewhere))("%s", async (_where, [call, reason]) => {
    const own = { class_name: "Sequential", config: { name: "s", layers: [{ class_name: "Mine", config: {} }] } };
    const files = {
      "/app.js": `import * as tf from "@tensorflow/tfjs";\nconst base = await ${call};
const model = tf.sequential({ layers: [base, tf.layers.dense({ units: 2 })] });`,
      "/graph.json": JSON.stringify({ format: "graph-model", modelTopology: { node: [] }, weightsManifest: [] }),
      "/own.json": JSON.stringify({ modelTopology: own }),
      "/list.json": "[]",
    };
    const [report] = (await analyze(files, { entry: "model" })).reports;
    expect(report?.params.total ?? null).toBeNull();
    expect([report?.error, ...(report?.unknowns ?? []).map((one) => one.reason)].join()).toContain(reason);
  });
});
