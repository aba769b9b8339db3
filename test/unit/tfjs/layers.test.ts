// Every factory that tfjs-layers 4.22 exports from `layers` is known here, and no other.
import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { FACTORIES } from "../../../src/core/4-frameworks/tfjs/layers";
import { CONFIGURATIONS } from "./configurations";
import { reportOf } from "../keras/harness";

/** Exported beside the factories: base classes, and `tf.input` under both names. */
const OTHERS = ["Layer", "RNN", "RNNCell", "input"];

describe("tf.layers", () => {
  it("has the factories of the package", () => {
    const exported = Object.keys(tf.layers).filter((name) => !OTHERS.includes(name));
    expect(tf.version["tfjs-layers"]).toBe("4.22.0");
    expect(Object.keys(FACTORIES).sort()).toEqual(exported.sort());
  });

  it("has a random configuration of each of their classes", () => {
    const classes = new Set(Object.values(FACTORIES).map(({ className }) => className));
    expect([...classes].sort()).toEqual(Object.keys(CONFIGURATIONS).sort());
  });

  it("says what the package cannot run", async () => {
    const report = await reportOf(
      `import * as tf from "@tensorflow/tfjs";
const cell = tf.layers.convLstm2dCell({ filters: 4, kernelSize: 3 });
const model = tf.sequential({ layers: [tf.layers.rnn({ cell, inputShape: [4, 8, 8, 3] })] });`,
      "javascript",
      "model",
    );
    expect(report.params.total).toBeNull();
    expect(report.error).toContain("expected ndim=3, found ndim=5");
  });

  it("does not guess what is loaded", async () => {
    const report = await reportOf(
      `import * as tf from "@tensorflow/tfjs";
const base = await tf.loadLayersModel("https://example.org/model.json");
const model = tf.sequential({ layers: [base, tf.layers.dense({ units: 2 })] });`,
      "javascript",
      "model",
    );
    expect(report.params.total).toBeNull();
    expect([report.error, ...report.unknowns.map(({ reason }) => reason)].join()).toContain(
      "loaded from a file or address",
    );
  });
});
