// Data sets that come with Keras: their arrays have the shapes of the real ones, and no values.
import { native, nativeModule } from "../../2-evaluate/native";
import { int, type ModuleValue, str, tuple, type Value } from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import { Tensor } from "../../3-graph/tensor";
import { outside } from "./inert";

/** Shapes of (x_train, y_train), (x_test, y_test), with the dtypes of x and y. */
const DATASETS: Readonly<Record<string, { shapes: readonly (readonly number[])[]; x: string; y: string }>> = {
  mnist: { shapes: [[60000, 28, 28], [60000], [10000, 28, 28], [10000]], x: "uint8", y: "uint8" },
  fashion_mnist: { shapes: [[60000, 28, 28], [60000], [10000, 28, 28], [10000]], x: "uint8", y: "uint8" },
  cifar10: {
    shapes: [
      [50000, 32, 32, 3],
      [50000, 1],
      [10000, 32, 32, 3],
      [10000, 1],
    ],
    x: "uint8",
    y: "uint8",
  },
  cifar100: {
    shapes: [
      [50000, 32, 32, 3],
      [50000, 1],
      [10000, 32, 32, 3],
      [10000, 1],
    ],
    x: "uint8",
    y: "int64",
  },
  boston_housing: { shapes: [[404, 13], [404], [102, 13], [102]], x: "float64", y: "float64" },
  imdb: { shapes: [[25000], [25000], [25000], [25000]], x: "int64", y: "int64" },
  reuters: { shapes: [[8982], [8982], [2246], [2246]], x: "int64", y: "int64" },
};

/** An array of numpy with unknown values. */
export function array(vm: Vm, shape: readonly number[], dtype: string): Value {
  const numpy = vm.importModule("numpy", "python");
  const empty = numpy ? vm.findAttribute(numpy, "empty") : undefined;
  if (!empty) return vm.unknown("numpy is not available");
  const made = vm.call(empty, [tuple(shape.map(int))], new Map([["dtype", str(dtype)]]));
  if (made instanceof Tensor) made.data = null;
  return made;
}

function dataset(name: string): ModuleValue {
  const entry = DATASETS[name];
  return nativeModule(`keras.datasets.${name}`, {
    load_data: native("load_data", "*args, **kwargs", (vm) => {
      if (!entry) throw vm.giveUp(`the shapes of the data set ${name} are not known`);
      const [a, b, c, d] = entry.shapes.map((shape, i) => array(vm, shape, i % 2 === 0 ? entry.x : entry.y));
      return tuple([tuple([a as Value, b as Value]), tuple([c as Value, d as Value])]);
    }),
    get_word_index: outside("get_word_index", "the word index of a data set is not in the source"),
  });
}

/** `keras.datasets`. */
export function datasetsModule(): ModuleValue {
  const module = nativeModule("keras.datasets", {});
  module.lazy = (_vm, name) => (/^[a-z]/.test(name) ? dataset(name) : undefined);
  return module;
}

/** `keras.datasets.mnist` and the others, for imports by full name. */
export const DATASET_MODULES: Readonly<Record<string, () => ModuleValue>> = Object.fromEntries(
  [...Object.keys(DATASETS), "california_housing"].map((name) => [name, () => dataset(name)] as const),
);
