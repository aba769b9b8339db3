// np.random: the same functions serve the module, RandomState and Generator. Shapes are exact, values never known.
import type { Bound } from "../../../2-evaluate/native";
import {
  type Arguments,
  ClassValue,
  HostObject,
  isNone,
  NONE,
  type OpaqueValue,
  type Value,
} from "../../../2-evaluate/values";
import type { Vm } from "../../../2-evaluate/vm";
import { objectType } from "../../../2-evaluate/python/types";
import { type Dim, type Shape } from "../../../3-graph/shape";
import type { DType } from "../../../3-graph/tensor";
import { broadcastTensors } from "../../../3-graph/operations/common";
import { array, knownInt, ranked, shapeArgument, sizeOf, toArray, write } from "../array";
import { dtypeArgument } from "../dtypes";
import { arrayOf, makeFunctions, type NumpyTable } from "./table";

function randomness(vm: Vm): OpaqueValue {
  return vm.unknown("it is a random number");
}

/** An array of random values, or one number. */
function drawn(vm: Vm, shape: Shape | null, dtype: DType = "float64"): Value {
  return shape === null || shape.length === 0 ? randomness(vm) : array(shape, dtype, null, randomness(vm));
}

/** A `size` argument; null for one number. */
function sizeArgument(vm: Vm, value: Value | undefined): Dim[] | null {
  return isNone(value) ? null : shapeArgument(vm, value);
}

/** Distributions: by size, or as large as their parameters. */
function distribution(parameters: string, dtype: DType = "float64"): NumpyTable[string] {
  const names = parameters.split(",").map((part) => part.trim().split("=")[0] as string);
  return [
    `${parameters === "" ? "" : `${parameters}, `}size=None, dtype=None, **kwargs`,
    (vm, a) => {
      const type = dtypeArgument(vm, a["dtype"], dtype);
      const shape = sizeArgument(vm, a["size"]);
      if (shape) return drawn(vm, shape, type);
      const given =
        parameters === "" ? [] : names.filter((name) => !isNone(a[name])).map((name) => toArray(vm, a[name]));
      return drawn(vm, given.length === 0 ? null : broadcastTensors(vm, given), type);
    },
  ];
}

/** rand(2, 3): one argument per dimension. */
const byDimensions: NumpyTable[string] = [
  "*dims, dtype=None",
  (vm, a) =>
    drawn(
      vm,
      vm.items(a["dims"] as Value).map((size) => sizeOf(vm, size)),
      dtypeArgument(vm, a["dtype"], "float64"),
    ),
];

function choice(vm: Vm, a: Bound): Value {
  const size = sizeArgument(vm, a["size"]);
  const from = a["a"];
  if (from?.kind === "number") return drawn(vm, size, "int64");
  const input = arrayOf(vm, a);
  const axis = a["axis"] === undefined ? 0 : knownInt(vm, a["axis"], "axis");
  const own = ranked(vm, input);
  const shape = [...own.slice(0, axis), ...(size ?? []), ...own.slice(axis + 1)];
  return shape.length === 0 ? randomness(vm) : array(shape, input.dtype, null, randomness(vm));
}

/** A row of a matrix-valued distribution for each element of `size`. */
function vectors(parameter: string, signature: string, dtype: DType): NumpyTable[string] {
  return [
    signature,
    (vm, a) => {
      const last = ranked(vm, toArray(vm, a[parameter])).at(-1);
      if (last === undefined) throw vm.error("ValueError", `${parameter} must be 1 dimensional`);
      return drawn(vm, [...(sizeArgument(vm, a["size"]) ?? []), last], dtype);
    },
  ];
}

/** A shuffled copy; of a number, the whole numbers below it. */
function permutation(vm: Vm, a: Bound): Value {
  const value = a["x"];
  if (value?.kind === "number" || value?.kind === "opaque")
    return array([sizeOf(vm, value)], "int64", null, randomness(vm));
  const input = toArray(vm, value);
  return array(ranked(vm, input), input.dtype, null, randomness(vm));
}

/** Shuffles in place: a list's items are still there, in an order that is not known. */
function shuffle(vm: Vm, value: Value | undefined): Value {
  if (value?.kind === "list") {
    const why = randomness(vm);
    vm.touch(value);
    value.items = value.items.map(() => why);
  } else if (value?.kind === "host") write(vm, toArray(vm, value), null);
  return NONE;
}

const nothing: NumpyTable[string] = ["*args, **kwargs", () => NONE];

const TABLE: NumpyTable = {
  rand: byDimensions,
  randn: byDimensions,
  random: distribution(""),
  uniform: distribution("low=0.0, high=1.0"),
  normal: distribution("loc=0.0, scale=1.0"),
  standard_normal: distribution(""),
  standard_gamma: distribution("shape"),
  standard_t: distribution("df"),
  standard_cauchy: distribution(""),
  standard_exponential: distribution(""),
  exponential: distribution("scale=1.0"),
  beta: distribution("a, b"),
  gamma: distribution("shape, scale=1.0"),
  laplace: distribution("loc=0.0, scale=1.0"),
  logistic: distribution("loc=0.0, scale=1.0"),
  lognormal: distribution("mean=0.0, sigma=1.0"),
  gumbel: distribution("loc=0.0, scale=1.0"),
  rayleigh: distribution("scale=1.0"),
  pareto: distribution("a"),
  weibull: distribution("a"),
  triangular: distribution("left, mode, right"),
  vonmises: distribution("mu, kappa"),
  chisquare: distribution("df"),
  binomial: distribution("n, p", "int64"),
  poisson: distribution("lam=1.0", "int64"),
  geometric: distribution("p", "int64"),
  randint: distribution("low, high=None", "int64"),
  integers: distribution("low, high=None", "int64"),
  random_integers: distribution("low, high=None", "int64"),
  choice: ["a, size=None, replace=True, p=None, axis=0, shuffle=True", (vm, a) => choice(vm, a)],
  permutation: ["x, axis=0", (vm, a) => permutation(vm, a)],
  permuted: ["x, *, axis=None, out=None", (vm, a) => permutation(vm, a)],
  shuffle: ["x, axis=0", (vm, a) => shuffle(vm, a["x"])],
  multivariate_normal: vectors("mean", "mean, cov, size=None, **kwargs", "float64"),
  dirichlet: vectors("alpha", "alpha, size=None", "float64"),
  multinomial: vectors("pvals", "n, pvals, size=None", "int64"),
  bytes: ["length", (vm) => randomness(vm)],
  seed: nothing,
  set_state: nothing,
  get_state: ["*args, **kwargs", (vm) => vm.unknown("the state of a random generator is not known")],
  spawn: ["n", (vm) => vm.unknown("random generators made from another are not modelled")],
};
for (const name of ["random_sample", "ranf", "sample"]) TABLE[name] = TABLE["random"] as NumpyTable[string];

const functions = makeFunctions(TABLE);

/** A generator object: np.random.RandomState(0), np.random.default_rng(). */
class RandomGenerator extends HostObject {
  constructor(
    readonly typeName: string,
    private readonly cls: ClassValue,
  ) {
    super();
  }
  override getAttribute(_vm: Vm, name: string): Value | undefined {
    return Object.hasOwn(functions, name) ? functions[name] : undefined;
  }
  override truth(): boolean {
    return true;
  }
  override isInstanceOf(_vm: Vm, cls: ClassValue): boolean {
    return cls === this.cls;
  }
}

function generatorClass(name: string): ClassValue {
  const cls = new ClassValue(name, [objectType]);
  cls.construct = (_vm: Vm, _cls: ClassValue, _args: Arguments) => new RandomGenerator(name, cls);
  return cls;
}

const RandomState = generatorClass("RandomState");
const Generator = generatorClass("Generator");

/** Members of np.random. */
export const RANDOM: Readonly<Record<string, Value>> = {
  ...functions,
  RandomState,
  Generator,
  ...makeFunctions({ default_rng: ["seed=None", () => new RandomGenerator("Generator", Generator)] }),
  ...Object.fromEntries(
    ["SeedSequence", "PCG64", "MT19937", "Philox", "SFC64"].map((name) => [name, generatorClass(name)]),
  ),
};
