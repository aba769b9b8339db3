// Data sets that come with Keras: their arrays have the shapes of the real ones, and no values.
import { type Bound, native, nativeModule } from "../../2-evaluate/native";
import { int, isNone, isOpaque, type ModuleValue, str, tuple, type Value } from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import { Tensor } from "../../3-graph/tensor";
import { describeValues } from "../numpy/array";
import { outside } from "./inert";

/** A data set as `load_data()` gives it. */
interface DataSet {
  /** Shape of one example. */
  example: readonly number[];
  /** Shape of the label of one example. */
  label: readonly number[];
  /** Examples for training and for testing. */
  sizes: readonly [number, number];
  x: string;
  y: string;
  /**
   * Labels are the numbers from 0 to classes - 1. Every one of them occurs among the training labels, and, but for the newswires of
   * Reuters, among the test labels.
   */
  classes?: number;
  /** True where `test_split` says how many of all examples are for testing. */
  isSplit?: boolean;
}

const DIGITS: DataSet = { example: [28, 28], label: [], sizes: [60000, 10000], x: "uint8", y: "uint8", classes: 10 };
const PICTURES: DataSet = {
  example: [32, 32, 3],
  label: [1],
  sizes: [50000, 10000],
  x: "uint8",
  y: "uint8",
  classes: 10,
};

const DATASETS: Readonly<Record<string, DataSet>> = {
  mnist: DIGITS,
  fashion_mnist: DIGITS,
  cifar10: PICTURES,
  cifar100: { ...PICTURES, y: "int64", classes: 100 },
  boston_housing: { example: [13], label: [], sizes: [404, 102], x: "float64", y: "float64", isSplit: true },
  california_housing: { example: [8], label: [], sizes: [16512, 4128], x: "float32", y: "float32", isSplit: true },
  imdb: { example: [], label: [], sizes: [25000, 25000], x: "int64", y: "int64", classes: 2 },
  reuters: { example: [], label: [], sizes: [8982, 2246], x: "int64", y: "int64", classes: 46, isSplit: true },
};

/** Superclasses of CIFAR-100 (`label_mode="coarse"`). */
const COARSE_CLASSES = 20;

/** An array of numpy with unknown values. */
export function array(vm: Vm, shape: readonly number[], dtype: string): Value {
  const numpy = vm.importModule("numpy", "python");
  const empty = numpy ? vm.findAttribute(numpy, "empty") : undefined;
  if (!empty) return vm.unknown("numpy is not available");
  const made = vm.call(empty, [tuple(shape.map(int))], new Map([["dtype", str(dtype)]]));
  if (made instanceof Tensor) made.data = null;
  return made;
}

/** Labels: their values are not known, but which ones there are. */
function labels(vm: Vm, shape: readonly number[], dtype: string, classes: number | undefined): Value {
  const made = array(vm, shape, dtype);
  if (made instanceof Tensor && classes !== undefined)
    describeValues(made, { min: 0, max: classes - 1, distinct: classes });
  return made;
}

/** How many examples the arguments of `load_data` leave for training and testing; null when they are not known. */
function sizesOf(set: DataSet, a: Bound): readonly [number, number] | null {
  const [train, test] = set.sizes;
  const version = a["version"];
  const total = version?.kind === "string" && version.value === "small" ? 600 : train + test;
  const split = a["test_split"];
  if (!set.isSplit || (isNone(split) && total === train + test)) return set.sizes;
  const share = isNone(split) ? 0.2 : split?.kind === "number" ? split.value : null;
  if (share === null) return null;
  const kept = Math.trunc(total * (1 - share));
  return [kept, total - kept];
}

const SIGNATURES: Readonly<Record<string, string>> = {
  cifar100: "label_mode='fine'",
  boston_housing: "path=None, test_split=None, seed=113",
  california_housing: "version='large', path=None, test_split=None, seed=113",
  reuters: "path=None, num_words=None, skip_top=0, maxlen=None, test_split=None, **kwargs",
};

function dataset(name: string): ModuleValue {
  const entry = DATASETS[name];
  const signature = SIGNATURES[name] ?? "path=None, *args, **kwargs";
  return nativeModule(`keras.datasets.${name}`, {
    load_data: native("load_data", signature, (vm, a) => {
      if (!entry) throw vm.giveUp(`the shapes of the data set ${name} are not known`);
      const mode = a["label_mode"];
      const coarse = mode?.kind === "string" && mode.value === "coarse";
      const sizes = sizesOf(entry, a);
      if (!sizes) throw vm.giveUp(`how the data set ${name} is split is not known`);
      const isUsual = sizes[0] === entry.sizes[0];
      const [train, test] = sizes.map((size, index) => {
        const known = isUsual && !(name === "reuters" && index === 1) && !isOpaque(mode);
        const y = labels(
          vm,
          [size, ...entry.label],
          entry.y,
          known ? (coarse ? COARSE_CLASSES : entry.classes) : undefined,
        );
        return tuple([array(vm, [size, ...entry.example], entry.x), y]);
      });
      return tuple([train as Value, test as Value]);
    }),
    get_word_index: outside("get_word_index", "the word index of a data set is not in the source"),
    get_label_names: outside("get_label_names", "the names of the labels are not in the source"),
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
  Object.keys(DATASETS).map((name) => [name, () => dataset(name)] as const),
);
