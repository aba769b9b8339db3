// In the page of test/bench/benchmark.mjs: the benchmark's own code, and a bare loop over the same kernels to compare it with.
import * as tf from "@tensorflow/tfjs-core";
import { compile } from "../../src/webview/benchmark/executor/compile";
import { Running } from "../../src/webview/benchmark/executor/program";
import { start } from "../../src/webview/benchmark/start";
import { timingOf } from "../../src/webview/benchmark/statistics";

/** Medians of the kernels called in a row with nothing else around them, outputs read back, in milliseconds. */
async function bareLoop(plan, runs) {
  const program = compile(plan);
  const running = new Running(program);
  // Slots as the executor fills them; here nothing is looked up, released in order or stored by name.
  const slots = running.slots.slice();
  const samples = [];
  const outputs = program.outputs.map(({ slot }) => slot);
  for (let run = 0; run < runs; run++) {
    const begun = performance.now();
    tf.engine().startScope();
    for (const { inputs, outputs: made, run: kernel } of program.kernels) {
      const result = kernel(inputs.map((slot) => slots[slot]));
      if (Array.isArray(result)) for (let at = 0; at < made.length; at++) slots[made[at]] = result[at];
      else slots[made[0]] = result;
    }
    for (const slot of outputs) slots[slot]?.dataSync();
    tf.engine().endScope();
    samples.push(performance.now() - begun);
    await Promise.resolve();
  }
  running.dispose();
  return timingOf(samples.slice(3)).median;
}

Object.assign(window, {
  runBenchmark: (plan) =>
    start(plan, "wasm", { isCancelled: () => false, onProgress: () => undefined, onWhole: () => undefined }),
  bareLoop,
});
