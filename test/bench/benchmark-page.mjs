// In the page of test/bench/benchmark.mjs: the benchmark's own code, and a bare loop over the same kernels to compare it with.
import * as tf from "@tensorflow/tfjs-core";
import { Bench } from "../../src/webview/benchmark/measure/bench";
import { compile } from "../../src/webview/benchmark/executor/compile";
import { Running } from "../../src/webview/benchmark/executor/program";
import { use } from "../../src/webview/benchmark/measure/kernels";
import { start } from "../../src/webview/benchmark/measure/start";
import { timingOf } from "../../src/webview/benchmark/measure/statistics";

/**
 * A function that runs `runs` inferences and gives the milliseconds of one: kernels called in a row with nothing around them but what
 * any program must do, which is to read the outputs back and to give each tensor back after its last use.
 */
function bareLoop(plan) {
  const program = compile(plan);
  const running = new Running(program);
  const slots = running.slots.slice();
  const calls = program.kernels.map(({ run, inputs, outputs, isComposed }, index) => {
    const call = isComposed ? (given) => running.compute({ run: () => run(given), inputs: [], isComposed }) : run;
    return { call, inputs, outputs, last: running.last[index], given: new Array(inputs.length) };
  });
  const results = program.outputs.map(({ slot }) => slot);
  const isLate = tf.getBackend() === "webgpu";
  return async (runs) => {
    const begun = performance.now();
    for (let run = 0; run < runs; run++) {
      for (const { call, inputs, outputs, last, given } of calls) {
        for (let at = 0; at < inputs.length; at++) given[at] = slots[inputs[at]];
        const made = call(given);
        if (Array.isArray(made)) for (let at = 0; at < outputs.length; at++) slots[outputs[at]] = made[at];
        else slots[outputs[0]] = made;
        for (const slot of last) slots[slot].dispose();
      }
      if (isLate) await Promise.all(results.map((slot) => slots[slot].data()));
      else for (const slot of results) slots[slot].dataSync();
      for (const slot of new Set(results)) slots[slot].dispose();
    }
    return (performance.now() - begun) / runs;
  };
}

/** Both ways in turns of about 20 ms, so that they see the same load; the medians in milliseconds. */
async function compareLoops(plan, backend) {
  await use(backend);
  const bench = new Bench(plan, () => performance.now());
  for (let warm = 0; warm < 5; warm++) await bench.once();
  const bare = bareLoop(plan);
  await bare(5);
  const once = await bench.whole();
  const samples = Math.max(1, Math.ceil(20 / (once * bench.runsAtOnce)));
  const ours = [];
  const theirs = [];
  const turn = async () => {
    let sum = 0;
    for (let sample = 0; sample < samples; sample++) sum += await bench.whole();
    ours.push(sum / samples);
  };
  // A slow backend gets fewer.
  const rounds = Math.max(6, Math.min(60, Math.ceil(10_000 / (once * bench.runsAtOnce * samples * 2))));
  for (let round = 0; round < rounds; round++) {
    // Who begins alternates, too.
    if (round % 2 === 0) await turn();
    theirs.push(await bare(samples * bench.runsAtOnce));
    if (round % 2 === 1) await turn();
  }
  bench.dispose();
  // Of neighbours in time, so that a change of the load does not look like a difference.
  const ratio = timingOf(ours.map((ms, round) => ms / theirs[round])).median;
  return { oursMs: timingOf(ours).median, bareMs: timingOf(theirs).median, ratio };
}

Object.assign(window, {
  runBenchmark: (plan, backend) =>
    start(plan, backend, { isCancelled: () => false, onProgress: () => undefined, onWhole: () => undefined }),
  compareLoops,
});
