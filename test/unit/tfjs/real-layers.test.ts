// Every class of tf.layers in random configurations, built by the real package and read by us: shapes, parameters and MACs agree, and
// where the package throws, when the model is made or when it runs, we give no number of MACs.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { analyze } from "./analyzer";
import { type Configuration, CONFIGURATIONS, MISTAKE } from "./configurations";
import { type Answer, realAnswer } from "./real-package";

/** Configurations of each class for which the package has an answer. */
const ANSWERS = 32;
/** Configurations tried for that; those the package refuses are compared too. */
const TRIES = 80;
/** Classes that TensorFlow.js 4.22 makes but cannot run in a model. */
const NEVER_RUN = new Set(["ConvLSTM2DCell", "RandomWidth", "Resizing"]);

/** An expression that makes a model of the layer alone. */
function modelOf({ layer, inputs }: Configuration): string {
  if (inputs.length === 0) return `tf.sequential({ layers: [${layer}] })`;
  const names = inputs.map((_, i) => `x${i}`);
  const made = inputs.map((shape, i) => `const x${i} = tf.input({ shape: [${shape.join(", ")}] });`);
  const feed = names.length === 1 ? names[0] : `[${names.join(", ")}]`;
  return `(() => { ${made.join(" ")} return tf.model({ inputs: ${feed}, outputs: ${layer}.apply(${feed}) }); })()`;
}

interface Compared {
  expression: string;
  real: Answer | { error: string };
}

/** Models of a class with what the package says of them. */
async function askPackage(name: string): Promise<Compared[]> {
  const found: Compared[] = [];
  const tries = NEVER_RUN.has(name) ? ANSWERS : TRIES;
  const configurations = CONFIGURATIONS[name] as fc.Arbitrary<Configuration>;
  let answered = 0;
  for (const configuration of fc.sample(configurations, { numRuns: tries, seed: 22 })) {
    const expression = modelOf(configuration);
    const real = await realAnswer(expression);
    found.push({ expression, real });
    if (!("error" in real) && ++answered === ANSWERS) break;
  }
  if (!NEVER_RUN.has(name)) expect(answered).toBe(ANSWERS);
  return found;
}

/** True when an answer is of no use: an empty output, or a size that is no size. Then we may say that we do not know. */
function isOdd({ expression, real }: Compared): boolean {
  return (
    expression.includes(MISTAKE) || (!("error" in real) && real.outputs.flat().some((dim) => dim === null || dim <= 0))
  );
}

describe("tf.layers, as the package has them", () => {
  it.each(Object.keys(CONFIGURATIONS))("%s", async (name) => {
    const compared = await askPackage(name);
    const source = compared.map(({ expression }, i) => `const m${i} = ${expression};`).join("\n");
    const { reports } = await analyze({ "/main.js": `import * as tf from "@tensorflow/tfjs";\n${source}` });
    for (const [i, one] of compared.entries()) {
      const report = reports.find(({ entry }) => entry === `m${i}`);
      const macs = report?.macs ?? null;
      if ("error" in one.real) {
        expect({ expression: one.expression, real: one.real.error, macs }).toMatchObject({ macs: null });
      } else if (macs !== null || !isOdd(one)) {
        const ours = {
          outputs: report?.outputs.map(({ shape }) => shape?.slice(1)),
          params: report?.params.total,
          trainable: report?.params.trainable,
          macs,
        };
        expect({ expression: one.expression, ...ours }).toEqual({ expression: one.expression, ...one.real });
      }
    }
  });
});
