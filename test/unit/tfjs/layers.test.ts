// Every factory that @tensorflow/tfjs-layers 4.22 exports from its layers is known here, and no other.
import { describe, expect, it } from "vitest";
import { FACTORIES } from "../../../src/core/4-frameworks/tfjs/layers";
import { reportOf } from "../keras/harness";

/** From dist/exports_layers.d.ts of the package. */
const EXPORTED = `
activation add alphaDropout average averagePooling1d averagePooling2d averagePooling3d avgPool1d
avgPool2d avgPool3d avgPooling1d avgPooling2d avgPooling3d batchNormalization bidirectional
categoryEncoding centerCrop concatenate conv1d conv2d conv2dTranspose conv3d conv3dTranspose
convLstm2d convLstm2dCell cropping2D dense depthwiseConv2d dot dropout elu embedding flatten
gaussianDropout gaussianNoise globalAveragePooling1d globalAveragePooling2d globalMaxPool1d
globalMaxPool2d globalMaxPooling1d globalMaxPooling2d gru gruCell inputLayer layerNormalization
leakyReLU lstm lstmCell masking maxPool1d maxPool2d maxPooling1d maxPooling2d maxPooling3d maximum
minimum multiply permute prelu randomWidth reLU repeatVector rescaling reshape resizing rnn
separableConv2d simpleRNN simpleRNNCell softmax spatialDropout1d stackedRNNCells thresholdedReLU
timeDistributed upSampling2d zeroPadding2d
`;

describe("tf.layers", () => {
  it("has the factories of the package", () => {
    expect(Object.keys(FACTORIES).sort()).toEqual(EXPORTED.trim().split(/\s+/).sort());
  });

  it("says what it does not model", async () => {
    const report = await reportOf(
      `import * as tf from "@tensorflow/tfjs";
const cell = tf.layers.convLstm2dCell({ filters: 4, kernelSize: 3 });
const model = tf.sequential({ layers: [tf.layers.rnn({ cell, inputShape: [4, 8, 8, 3] })] });`,
      "javascript",
      "model",
    );
    expect(report.params.total).toBeNull();
    expect(report.unknowns.map(({ reason }) => reason).join()).toContain("ConvLSTM cell");
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
