// What is not known stays unknown, with a reason: random values, files, tensors of a model, aliases, branches that cannot be decided.
import { describe, expect, test } from "vitest";
import { Tensor } from "../../../src/core/3-graph/tensor";
import { describeValues } from "../../../src/core/4-frameworks/numpy/array";
import { numpyModules } from "../../../src/core/4-frameworks/numpy/index";
import { torch } from "../../../src/core/4-frameworks/torch/index";
import { plain, runPython } from "./numpy-machine";

const libraries = { ...numpyModules, ...torch.modules };

async function value(source: string, expression: string): Promise<unknown> {
  const { outcome, failures } = await runPython(`import numpy as np\n${source}`, expression, libraries);
  expect(failures).toEqual([]);
  return outcome.value ? plain(outcome.value) : outcome.reason;
}

const unknown = (reason: string) => ({ unknown: reason });

describe("unknown values have reasons", () => {
  test.each([
    ["", "np.random.rand()", "it is a random number"],
    ["", "np.random.rand(3)[0]", "it is a random number"],
    ["", "np.random.rand(3).sum()", "it is a random number"],
    ["", "int(np.random.randint(0, 5))", "it is a random number"],
    ["", "np.load('data.npy')", "np.load reads data that is not in the program"],
    ["", "np.load('data.npz')['x'].shape", "np.load reads data that is not in the program"],
    ["import somewhere", "np.array(somewhere.images).shape", "the module 'somewhere' was not found"],
    ["import somewhere", "np.zeros(somewhere.shape).shape", "the module 'somewhere' was not found"],
    ["import somewhere", "np.zeros((3, 4))[somewhere.mask].shape", "the module 'somewhere' was not found"],
    ["", "np.frobnicate(3)", "numpy.frobnicate is not known to Model Budget"],
    ["", "np.array([{}, {}])", "an array of dict is not modelled"],
    ["", "np.array([[1, 2], [3]])", "an array of sequences of different lengths"],
    [
      "import torch",
      "np.sum(torch.nn.Linear(2, 2)(torch.rand(1, 2)))",
      "a numpy function is applied to a tensor of the model",
    ],
    ["", "np.float32(0.1) * 3", "arithmetic with a float32 number is rounded in ways that are not modelled"],
    ["", "np.array([2 ** 40, 2 ** 40]).prod()", "the result of a numpy function is not known"],
  ])("%s %s", async (source, expression, reason) => {
    expect(await value(source, expression)).toEqual(unknown(reason));
  });

  test("a dimension that is not known stays one dimension", async () => {
    expect(await value("import somewhere", "np.zeros((somewhere.n, 3))")).toMatchObject({
      array: ["?", 3],
      data: null,
    });
    expect(await value("import somewhere", "np.zeros((somewhere.n, 3)).shape[1]")).toEqual({ int: 3 });
    expect(await value("import somewhere", "np.array([somewhere.n, 3]).shape")).toEqual({ tuple: [{ int: 2 }] });
    expect(await value("import somewhere", "np.prod((somewhere.n, 3))")).toEqual(
      unknown("the module 'somewhere' was not found"),
    );
  });
});

describe("memory", () => {
  test("views share it, so what is written through one is not known in the other", async () => {
    const source = "a = np.zeros((2, 2))\nb = a[0]\nc = a.copy()\na[0, 0] = 5\n";
    expect(await value(source, "a")).toMatchObject({ data: [5, 0, 0, 0] });
    expect(await value(source, "b")).toMatchObject({ array: [2], data: null });
    expect(await value(source, "c")).toMatchObject({ data: [0, 0, 0, 0] });
  });
  test("a branch that cannot be decided leaves what it may have written unknown", async () => {
    const source = "import somewhere\na = np.zeros(3)\nb = np.zeros(3)\nif somewhere.flag:\n    a[0] = 1\n";
    expect(await value(source, "a")).toMatchObject({ array: [3], data: null });
    expect(await value(source, "b")).toMatchObject({ data: [0, 0, 0] });
  });
  test("an unknown place or value", async () => {
    const source = "import somewhere\na = np.zeros(3)\na[somewhere.i] = 1\nb = np.zeros(3)\nb[1] = somewhere.x\n";
    expect(await value(source, "a")).toMatchObject({ array: [3], data: null });
    expect(await value(source, "b")).toMatchObject({ array: [3], data: null });
  });
  test("a shuffled list keeps its length and loses its order", async () => {
    expect(await value("x = [1, 2, 3]\nnp.random.shuffle(x)", "len(x)")).toEqual({ int: 3 });
    expect(await value("x = [1, 2, 3]\nnp.random.shuffle(x)", "x[0]")).toEqual(unknown("it is a random number"));
  });
});

describe("between numpy and a framework", () => {
  test("arrays become tensors and keep their shapes", async () => {
    const source = "import torch\nx = torch.from_numpy(np.random.rand(4, 3).astype('float32'))";
    expect(await value(source, "tuple(x.shape)")).toEqual({ tuple: [{ int: 4 }, { int: 3 }] });
    expect(await value("import torch", "tuple((torch.ones(2, 3) * np.ones((2, 1))).shape)")).toEqual({
      tuple: [{ int: 2 }, { int: 3 }],
    });
  });
  test("counting parameters as scripts do", async () => {
    const source = "import torch\nmodel = torch.nn.Linear(3, 4)";
    expect(await value(source, "int(sum([np.prod(p.size()) for p in model.parameters()]))")).toEqual({ int: 16 });
    expect(await value(source, "tuple(torch.nn.Linear(np.prod((2, 3)), 2).weight.shape)")).toEqual({
      tuple: [{ int: 2 }, { int: 6 }],
    });
  });
});

describe("labels of a data set", () => {
  async function labels(expression: string): Promise<unknown> {
    const { vm, module, outcome } = await runPython(
      "import numpy as np\ny = np.empty((100, 1), dtype='int64')",
      "y",
      libraries,
    );
    if (!(outcome.value instanceof Tensor)) throw new Error("no array");
    describeValues(outcome.value, { min: 0, max: 9, distinct: 10 });
    const found = module.scope?.variables.get("np");
    if (!found) throw new Error("no numpy");
    if (expression === "max") return plain(vm.call(vm.getAttribute(found, "max"), [outcome.value]));
    const flat = vm.call(vm.getAttribute(outcome.value, "ravel"));
    return plain(vm.getAttribute(vm.call(vm.getAttribute(found, "unique"), [flat]), "shape"));
  }
  test("have limits and a number of classes", async () => {
    expect(await labels("max")).toEqual({ int: 9 });
    expect(await labels("unique")).toEqual({ tuple: [{ int: 10 }] });
  });
});
