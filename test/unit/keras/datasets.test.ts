// Data sets of Keras: shapes and label values as the Keras documentation of each states them.
import { describe, expect, it } from "vitest";
import { evaluate } from "./harness";

const load = (name: string, args = "") =>
  `import numpy as np\nimport keras\n(x, y), (a, b) = keras.datasets.${name}.load_data(${args})\n`;
const value = (source: string, expression: string) => evaluate(source, "python", expression);

describe("data sets of Keras", () => {
  it("have the documented shapes", () => {
    for (const [name, args, shapes] of [
      ["mnist", "", [[60000, 28, 28], [60000], [10000, 28, 28], [10000]]],
      ["fashion_mnist", "", [[60000, 28, 28], [60000], [10000, 28, 28], [10000]]],
      [
        "cifar10",
        "",
        [
          [50000, 32, 32, 3],
          [50000, 1],
          [10000, 32, 32, 3],
          [10000, 1],
        ],
      ], // prettier-ignore
      [
        "cifar100",
        "'coarse'",
        [
          [50000, 32, 32, 3],
          [50000, 1],
          [10000, 32, 32, 3],
          [10000, 1],
        ],
      ], // prettier-ignore
      ["boston_housing", "", [[404, 13], [404], [102, 13], [102]]],
      ["boston_housing", "test_split=0.5", [[253, 13], [253], [253, 13], [253]]],
      ["california_housing", "", [[16512, 8], [16512], [4128, 8], [4128]]],
      ["california_housing", "version='small'", [[480, 8], [480], [120, 8], [120]]],
      ["imdb", "num_words=1000", [[25000], [25000], [25000], [25000]]],
      ["reuters", "num_words=1000, test_split=0.2", [[8982], [8982], [2246], [2246]]],
    ] as const) {
      expect(value(load(name, args), "[list(v.shape) for v in (x, y, a, b)]"), name).toEqual(shapes);
    }
  });

  it("have labels from 0 to the number of classes less 1", () => {
    for (const [name, args, classes] of [
      ["mnist", "", 10],
      ["cifar10", "", 10],
      ["cifar100", "", 100],
      ["cifar100", "label_mode='coarse'", 20],
      ["imdb", "", 2],
      ["reuters", "", 46],
    ] as const) {
      const source = load(name, args);
      expect(value(source, "len(np.unique(y))"), name).toBe(classes);
      expect(value(source, "int(np.max(y)) + 1"), name).toBe(classes);
      expect(value(source, "y.reshape(-1).astype('int32').max() + 1"), name).toBe(classes);
      expect(value(source, "keras.utils.to_categorical(y).shape[-1]"), name).toBe(classes);
    }
  });

  it("tell nothing of the labels of a part", () => {
    expect(value(load("mnist"), "len(np.unique(y[:50]))")).not.toBe(10);
    expect(value(load("mnist"), "np.max(y[y > 20])")).not.toBe(9);
  });
});
