// Models in pages, components and notebooks: found, costed, and placed on the lines of their files.
import { describe, expect, it } from "vitest";
import { analyze } from "./analyzer";

const MODEL = `const model = tf.sequential();
model.add(tf.layers.dense({ units: 8, inputShape: [4] }));`;

const FILES: Record<string, [file: string, text: string]> = {
  "a page with a script tag": [
    "/index.html",
    `<html>\n<script src="https://cdn.jsdelivr.net/npm/@tensorflow/tfjs"></script>\n<body>\n<script>\n${MODEL}\n</script>\n</body>\n</html>`,
  ],
  "a page with a module": [
    "/index.html",
    `<html><body>\n<script type="module">\nimport * as tf from "https://cdn.jsdelivr.net/npm/@tensorflow/tfjs/+esm";\n${MODEL}\n</script></body></html>`,
  ],
  "a Vue component": [
    "/App.vue",
    `<template>\n  <p>{{ model }}</p>\n</template>\n<script setup lang="ts">\nimport * as tf from "@tensorflow/tfjs";\n${MODEL}\n</script>`,
  ],
  "a Svelte component": [
    "/App.svelte",
    `<script>\n\n  import * as tf from '@tensorflow/tfjs';\n${MODEL}\n</script>\n<p>{model}</p>`,
  ],
  "a notebook with JavaScript cells": [
    "/net.ipynb",
    JSON.stringify(
      {
        metadata: { kernelspec: { language: "javascript", name: "javascript" }, language_info: { name: "javascript" } },
        nbformat: 4,
        nbformat_minor: 5,
        cells: [
          { cell_type: "markdown", metadata: {}, source: ["A model"] },
          {
            cell_type: "code",
            metadata: {},
            outputs: [],
            source: [`const tf = require("@tensorflow/tfjs");\n`, "%%plot"],
          },
          { cell_type: "code", metadata: {}, outputs: [], source: MODEL.split(/(?<=\n)/) },
        ],
      },
      null,
      1,
    ),
  ],
};

describe("a model in a document that holds JavaScript", () => {
  it.each(Object.entries(FILES))("%s", async (_what, [file, text]) => {
    const { reports } = await analyze({ [file]: text });
    const report = reports.find(({ entry }) => entry === "model");
    const line = (part: string): number => text.split("\n").findIndex((one) => one.includes(part)) + 1;
    expect({
      params: report?.params.total,
      model: report?.place?.line,
      layer: report?.layers.find(({ type }) => type === "Dense")?.line,
    }).toEqual({ params: 40, model: line("const model = tf"), layer: line("model.add(") });
  });
});

describe("what is no model of TensorFlow.js", () => {
  it.each([
    ["ml5", "/sketch.js", `const classifier = ml5.imageClassifier("MobileNet", () => {});`],
    [
      "brain.js",
      "/sketch.js",
      `import brain from "brain.js";\nconst net = new brain.NeuralNetwork({ hiddenLayers: [3] });\nnet.train([]);`,
    ],
    [
      "brain.js",
      "/net.html",
      `<script src="https://unpkg.com/brain.js"></script><script>const net = new brain.recurrent.LSTM();</script>`,
    ],
  ])("%s in %s: no model is found, and why is said", async (name, file, text) => {
    const analysis = await analyze({ [file]: text });
    expect(analysis.reports).toEqual([]);
    expect(analysis.nothingFound).toContain(`no model found: ${name} makes its networks itself`);
  });

  it.each([
    ["/index.html", `<script>const x = tf.tensor([1, 2]);</script>`],
    ["/script.js", `const x = tf.tensor([1, 2]);`],
    ["/module.js", `import * as tf from "https://esm.sh/@tensorflow/tfjs";\nconst x = tf.tensor([1, 2]);`],
  ])("%s uses tf and makes no model", async (file, text) => {
    const analysis = await analyze({ [file]: text });
    expect(analysis.reports).toEqual([]);
    expect(analysis.nothingFound).toBe(
      "no model found: nothing in the file is a model, builds one or is a model class that can be made",
    );
  });

  it("another script", async () => {
    const { nothingFound } = await analyze({ "/script.js": "const x = [1, 2];" });
    expect(nothingFound).toBe("no model found: the file imports neither Keras, PyTorch nor TensorFlow.js");
  });
});
