// The real TensorFlow.js, on its plain JavaScript backend: builds a model from source text and says what it is.
import { runInThisContext } from "node:vm";
import * as tf from "@tensorflow/tfjs";
import { kernelMacs } from "../../oracle/tfjs_macs.mjs";

await tf.setBackend("cpu");

/** What the package says of a model. */
export interface Answer {
  /** Shapes of the outputs without the batch; sizes that the layer leaves open are those of a real run. */
  outputs: (number | null)[][];
  params: number;
  trainable: number;
  /** Counted from the kernels that one inference runs; null when it does not run. */
  macs: number | null;
}

/** The answer for an expression that yields a model, or the message of what it throws. */
export async function realAnswer(expression: string): Promise<Answer | { error: string }> {
  tf.engine().startScope();
  try {
    const make = runInThisContext(`(tf) => ${expression}`) as (tf: unknown) => tf.LayersModel;
    const model = make(tf);
    const size = (weights: readonly { shape: (number | null)[] }[]): number =>
      weights.reduce((sum, { shape }) => sum + shape.reduce<number>((product, dim) => product * (dim ?? 1), 1), 0);
    const outputs = model.outputs.map(({ shape }) => shape.slice(1));
    const answer = { outputs, params: model.countParams(), trainable: size(model.trainableWeights) };
    const feeds = model.inputs.map(({ shape, dtype }) =>
      tf.zeros(
        shape.map((dim) => dim ?? 1),
        dtype,
      ),
    );
    const predict = (): tf.Tensor[] => [model.predict(feeds.length === 1 ? (feeds[0] as tf.Tensor) : feeds)].flat();
    let results: tf.Tensor[];
    try {
      results = predict();
    } catch (error) {
      return { error: `does not run: ${(error as Error).message}` };
    }
    const macs = await kernelMacs(tf, predict);
    const sizes = outputs.map((shape, i) => (shape.includes(null) ? (results[i]?.shape.slice(1) ?? shape) : shape));
    return { ...answer, outputs: sizes, macs };
  } catch (error) {
    return { error: (error as Error).message };
  } finally {
    tf.engine().endScope();
  }
}
