// Models that are made inside methods, objects, callbacks and functions that return nothing. Dense layers of n inputs and m
// units have (n + 1)·m parameters.
import { describe, expect, it } from "vitest";
import { analyze } from "../tfjs/analyzer";

const TF = `import * as tf from "@tensorflow/tfjs";\n`;
/** (4 + 1)·3 + (3 + 1)·2 = 23 */
const MAKE = `const m = tf.sequential();
m.add(tf.layers.dense({ units: 3, inputShape: [4] }));
m.add(tf.layers.dense({ units: 2 }));`;

async function found(file: string, text: string): Promise<[string, number | null][]> {
  const { reports } = await analyze({ [file]: text });
  return reports.map(({ entry, params }) => [entry, params.total as number | null]);
}

const SCRIPTS: Record<string, [text: string, entry: string]> = {
  "a class that makes its model in the constructor": [
    `class Trainer { constructor() { this.model = this.createModel(); } createModel() { ${MAKE}\nreturn m; } }
const trainer = new Trainer();`,
    "new Trainer().createModel()",
  ],
  "a class nobody uses": [
    `export class Trainer { constructor() { this.model = this.createModel(); } createModel() { ${MAKE}\nreturn m; } }`,
    "new Trainer().createModel()",
  ],
  "a class whose arguments the file gives": [
    `class Trainer { constructor(n) { this.n = n; } createModel() { const m = tf.sequential(); m.add(tf.layers.dense({ units: 3, inputShape: [this.n] })); m.add(tf.layers.dense({ units: 2 })); return m; } }
const trainer = new Trainer(4);`,
    "new Trainer(4).createModel()",
  ],
  "a model set into a field by a method": [
    `class Net { build() { this.model = tf.sequential(); this.model.add(tf.layers.dense({ units: 3, inputShape: [4] })); this.model.add(tf.layers.dense({ units: 2 })); } }
export default new Net();`,
    "model",
  ],
  "a static method": [`class Nets { static build() { ${MAKE}\nreturn m; } }`, "Nets.build()"],
  "an object with methods": [`const nets = { units: 2, build() { ${MAKE}\nreturn m; } };`, "m"],
  "methods of a Vue component": [
    `export default { data() { return { a: 1 }; }, methods: { buildModel() { ${MAKE}\nthis.model = m; } } };`,
    "m",
  ],
  "a React effect": [
    `import { useEffect } from "react";\nexport function App() { useEffect(() => { ${MAKE} }, []); return null; }`,
    "m",
  ],
  "an event handler": [`document.getElementById("go").onclick = async () => { ${MAKE}\nawait m.fit(); };`, "m"],
  "an event listener": [
    `document.addEventListener("DOMContentLoaded", run);\nasync function run() { ${MAKE} }`,
    "run :: m",
  ],
  "window.onload": [`window.onload = function () { ${MAKE} };`, "m"],
  "a promise": [`fetch("data.json").then((r) => r.json()).then((data) => { ${MAKE} });`, "m"],
  "a function called at once": [`(async () => { ${MAKE} })();`, "m"],
  "a function that returns nothing": [`async function run() { ${MAKE} }\nrun();`, "run :: m"],
  "a function nobody calls that returns nothing": [`async function run() { ${MAKE} }`, "run :: m"],
};

describe("a model made inside", () => {
  it.each(Object.entries(SCRIPTS))("%s", async (_what, [text, entry]) => {
    expect(await found("/a.js", TF + text)).toEqual([[entry, 23]]);
  });
});

const AGENT = `from keras.models import Sequential
from keras.layers import Dense

class Agent:
    def __init__(self, ARGUMENTS):
        self.n = n
        self.model = self._build_model()
        self.target = self._build_model()
    def _build_model(self):
        model = Sequential()
        model.add(Dense(3, input_dim=self.n))
        model.add(Dense(2))
        model.compile()
        return model
`;

describe("a model made by a method of an ordinary Python class", () => {
  it("whose arguments the file gives", async () => {
    const text = `${AGENT.replace("ARGUMENTS", "n")}\nif __name__ == "__main__":\n    agent = Agent(4)\n`;
    expect(await found("/a.py", text)).toEqual([["Agent(4)._build_model()", 23]]);
  });
  it("whose arguments have defaults", async () => {
    expect(await found("/a.py", AGENT.replace("ARGUMENTS", "n=4"))).toEqual([["Agent()._build_model()", 23]]);
  });
  it("whose arguments are not known: the size is not known either", async () => {
    expect(await found("/a.py", AGENT.replace("ARGUMENTS", "n"))).toEqual([["Agent()._build_model()", null]]);
  });
});

describe("what is not shown", () => {
  it("a model that was not finished", async () => {
    const text = `function run() { const m = tf.sequential(); m.add(tf.layers.dense({ units: 3, inputShape: [4] })); throw new Error("no"); }`;
    expect(await found("/a.js", TF + text)).toEqual([]);
  });
  it("a part of a model, and a model of some of its layers", async () => {
    const text = `async function run() {
  const base = tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [4] })] });
  const m = tf.sequential({ layers: [base, tf.layers.dense({ units: 2 })] });
  const part = tf.model({ inputs: base.inputs, outputs: base.layers[0].output });
}`;
    expect(await found("/a.js", TF + text)).toEqual([["run :: m", 23]]);
  });
  it("a part that a layer of one's own makes", async () => {
    const text = `import keras
class Block(keras.layers.Layer):
    def __init__(self, n):
        super().__init__()
        self.mlp = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
`;
    expect((await found("/a.py", text)).filter(([entry]) => entry === "mlp")).toEqual([]);
  });
  it("what code that nobody calls would change", async () => {
    const text = `${MAKE}
function extend() { m.add(tf.layers.dense({ units: 9 })); tf.sequential(); }
const extra = { grow() { m.add(tf.layers.dense({ units: 9 })); return tf.sequential(); } };`;
    expect(await found("/a.js", TF + text)).toEqual([["m", 23]]);
  });
});

describe("an entry that names a variable of a function", () => {
  it.each([
    ["its own", `function define() { ${MAKE} }`, "define :: m"],
    ["one of the file that it sets", `let m;\nfunction define() { ${MAKE.replace("const ", "")} }`, "define :: m"],
    ["one that it declares nowhere", `function define() { ${MAKE.replace("const ", "")} }`, "define :: m"],
  ])("%s", async (_what, text, entry) => {
    const { reports } = await analyze({ "/a.js": TF + text }, { entry });
    expect(reports.map(({ params, status }) => [params.total, status])).toEqual([[23, "exact"]]);
  });
  it("is not a variable of the file that another function sets", async () => {
    const text = `let m;\nfunction other() { ${MAKE.replace("const ", "")} }\nother();\nfunction define() { return 1; }`;
    const { reports } = await analyze({ "/a.js": TF + text }, { entry: "define :: m" });
    expect(reports.map(({ params, error }) => [params.total, error])).toEqual([[null, "'m' has no value in 'define'"]]);
  });
});
