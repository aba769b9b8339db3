// The modules of numpy. What they do not have is opaque and names the function.
import { nativeClass, nativeModule } from "../../2-evaluate/native";
import {
  bool,
  ClassValue,
  float,
  HostObject,
  int,
  isNone,
  list,
  type ModuleValue,
  NativeFunction,
  NONE,
  str,
  tuple,
  type Value,
} from "../../2-evaluate/values";
import { boolType, floatType, intType, objectType, strType } from "../../2-evaluate/python/types";
import { collect } from "../../2-evaluate/python/iterate";
import type { Vm } from "../../2-evaluate/vm";
import { forEachIndex, isFloating } from "../../3-graph/operations/common";
import { elements, isKnown } from "../../3-graph/shape";
import { DTYPE_BYTES, type DType, Tensor } from "../../3-graph/tensor";
import { array, ranked, scalarOf, shapeArgument, toArray, toArrays, whyUnknown } from "./array";
import {
  ABSTRACT_TYPES,
  ALIASES,
  dtypeArgument,
  dtypeObject,
  isSubtype,
  promoteTypes,
  readDType,
  SCALAR_TYPES,
} from "./dtypes";
import { ndarrayClass } from "./library";
import { ARRANGE } from "./ops/arrange";
import { CREATE, INDEX_TRICKS } from "./ops/create";
import { addReductions, elementwise, ELEMENTWISE } from "./ops/elementwise";
import { FFT, LINALG, LINEAR, STRIDES } from "./ops/linear";
import { RANDOM } from "./ops/random";
import { REDUCE } from "./ops/reduce";
import { SELECT } from "./ops/select";
import { SHAPE } from "./ops/shape";
import { arrayOf, makeFunction, makeFunctions, type NumpyTable } from "./ops/table";
import "./scalars";

/** Functions that read files or memory: what they give is not known. */
const READERS = ["load", "loadtxt", "genfromtxt", "fromfile", "frombuffer", "fromstring", "memmap", "fromregex"];

/** Functions that write, print or configure. */
const SILENT = [
  "save",
  "savez",
  "savez_compressed",
  "savetxt",
  "set_printoptions",
  "seterr",
  "setbufsize",
  "show_config",
  "info",
];

/** Limits of a type, as np.finfo and np.iinfo tell them. */
class TypeLimits extends HostObject {
  constructor(
    readonly typeName: "finfo" | "iinfo",
    private readonly dtype: DType,
  ) {
    super();
  }
  override getAttribute(vm: Vm, name: string): Value | undefined {
    if (name === "dtype") return dtypeObject(this.dtype);
    if (name === "bits") return int(DTYPE_BYTES[this.dtype] * 8);
    const value = LIMITS_OF[this.dtype]?.[name];
    if (value === undefined) return vm.unknown(`np.${this.typeName}.${name} is not known`);
    return isFloating(this.dtype) ? float(value) : int(value);
  }
}

const LIMITS_OF: Partial<Record<DType, Record<string, number>>> = {
  float16: { max: 65504, min: -65504, eps: 0.0009765625, tiny: 6.103515625e-5, smallest_normal: 6.103515625e-5 },
  float32: {
    max: 3.4028234663852886e38,
    min: -3.4028234663852886e38,
    eps: 1.1920928955078125e-7,
    tiny: 1.1754943508222875e-38,
    smallest_normal: 1.1754943508222875e-38,
  },
  float64: {
    max: Number.MAX_VALUE,
    min: -Number.MAX_VALUE,
    eps: Number.EPSILON,
    tiny: 2.2250738585072014e-308,
    smallest_normal: 2.2250738585072014e-308,
  },
  int8: { max: 127, min: -128 },
  uint8: { max: 255, min: 0 },
  int16: { max: 32767, min: -32768 },
  int32: { max: 2147483647, min: -2147483648 },
};

function limits(name: "finfo" | "iinfo"): NumpyTable[string] {
  return [
    "type",
    (vm, a) => {
      const value = a["type"] as Value;
      const of =
        readDType(value) ?? (value.kind === "number" || value instanceof Tensor ? toArray(vm, value).dtype : undefined);
      return of ? new TypeLimits(name, of) : vm.unknown(`the type given to np.${name} is not known`);
    },
  ];
}

/** All indices of a shape, as np.ndindex gives them. */
function indicesOf(vm: Vm, shape: readonly number[]): Value {
  if (shape.reduce((product, dim) => product * dim, 1) > 20_000) throw vm.giveUp("np.ndindex over very many places");
  const found: Value[] = [];
  forEachIndex(shape, (index) => found.push(tuple(index.map(int))));
  return list(found);
}

/** np.vectorize: the function is called for every element while there are few, else only the shape is known. */
function vectorized(vm: Vm, callee: Value, given: Value): Value {
  const parts = toArrays(vm, given);
  const operands = parts.map((tensor) => ({ tensor, weak: false }));
  const outline = elementwise(vm, operands, null);
  const shape = outline instanceof Tensor ? outline.shape : [];
  const [only] = parts;
  const size = shape && isKnown(shape) ? elements(shape) : null;
  if (parts.length !== 1 || !only?.data || typeof size !== "number" || size > 256) {
    const why = whyUnknown(...parts) ?? vm.unknown("the results of a vectorized function are not known");
    return shape?.length === 0 ? why : array(shape, "float64", null, why);
  }
  const results = only.data.map((value) => vm.call(callee, [scalarOf(vm, array([], only.dtype, [value]))]));
  if (shape?.length === 0) return results[0] as Value;
  const made = toArray(vm, list(results));
  return made.shape?.length === 1
    ? array(shape, made.dtype, made.data, made.reason)
    : vm.unknown("a vectorized function gives arrays");
}

const MISC: NumpyTable = {
  dtype: [
    "dtype, align=False, copy=False",
    (vm, a) => {
      const dtype = readDType(a["dtype"]);
      return dtype ? dtypeObject(dtype) : vm.unknown("a dtype that is not modelled");
    },
  ],
  finfo: limits("finfo"),
  iinfo: limits("iinfo"),
  issubdtype: [
    "a, b",
    (vm, a) => {
      const answer = isSubtype(a["a"] as Value, a["b"] as Value);
      return answer === undefined ? vm.unknown("whether one dtype is part of another is not known") : bool(answer);
    },
  ],
  promote_types: [
    "a, b",
    (vm, a) => dtypeObject(promoteTypes(dtypeArgument(vm, a["a"], "float64"), dtypeArgument(vm, a["b"], "float64"))),
  ],
  vectorize: [
    "pyfunc, otypes=None, doc=None, excluded=None, cache=False, signature=None",
    (vm, a) => {
      if (!isNone(a["signature"])) throw vm.giveUp("np.vectorize with a signature is not modelled");
      const callee = a["pyfunc"] as Value;
      return makeFunction("vectorized", ["*args", (inner, given) => vectorized(inner, callee, given["args"] as Value)]);
    },
  ],
  apply_along_axis: ["func1d, axis, a, *args, **kwargs", (vm) => vm.unknown("np.apply_along_axis is not modelled")],
  ndindex: [
    "*shape",
    (vm, a) => {
      const items = vm.items(a["shape"] as Value);
      const [only] = items;
      const shape = shapeArgument(vm, items.length === 1 && only ? only : (a["shape"] as Value));
      if (!isKnown(shape)) throw vm.giveUp("np.ndindex over a shape that is not known");
      return indicesOf(vm, shape);
    },
  ],
  ndenumerate: [
    "a",
    (vm, a) => {
      const input = arrayOf(vm, a);
      const shape = ranked(vm, input);
      if (!isKnown(shape)) throw vm.giveUp("np.ndenumerate over a shape that is not known");
      const flat = collect(vm, vm.getAttribute(input, "flat"));
      return list(collect(vm, indicesOf(vm, shape)).map((index, i) => tuple([index, flat[i] as Value])));
    },
  ],
  nditer: ["*args, **kwargs", (vm) => vm.unknown("np.nditer is not modelled")],
  array2string: ["a, *args, **kwargs", (vm) => vm.unknown("how an array prints is not known")],
  shares_memory: ["a, b", (vm) => vm.unknown("whether arrays share memory is not known")],
};

for (const name of READERS) {
  MISC[name] = ["*args, **kwargs", (vm) => vm.unknown(`np.${name} reads data that is not in the program`)];
}
for (const name of SILENT) MISC[name] = ["*args, **kwargs", () => NONE];

/** np.errstate and np.printoptions: context managers without effect. */
const quietContext = nativeClass("errstate", [objectType], {
  __init__: new NativeFunction("__init__", () => NONE),
  __enter__: new NativeFunction("__enter__", () => NONE),
  __exit__: new NativeFunction("__exit__", () => bool(false)),
});

const functions = makeFunctions({
  ...ELEMENTWISE,
  ...REDUCE,
  ...SHAPE,
  ...ARRANGE,
  ...SELECT,
  ...LINEAR,
  ...CREATE,
  ...MISC,
});
addReductions(functions, functions);

const scalarTypes: Record<string, Value> = {
  ...SCALAR_TYPES,
  ...Object.fromEntries(Object.entries(ALIASES).map(([name, of]) => [name, SCALAR_TYPES[of] as ClassValue])),
  ...Object.fromEntries(ABSTRACT_TYPES.map((cls) => [cls.name, cls])),
  // Names that were aliases of Python's own types before numpy 1.24, and np.bool of numpy 2.
  float: floatType,
  int: intType,
  bool: boolType,
  object: objectType,
  str: strType,
};

const members: Record<string, Value> = {
  ...functions,
  ...scalarTypes,
  ...INDEX_TRICKS,
  ndarray: ndarrayClass,
  errstate: quietContext,
  printoptions: quietContext,
  newaxis: NONE,
  pi: float(Math.PI),
  e: float(Math.E),
  euler_gamma: float(0.5772156649015329),
  inf: float(Number.POSITIVE_INFINITY),
  Inf: float(Number.POSITIVE_INFINITY),
  infty: float(Number.POSITIVE_INFINITY),
  PINF: float(Number.POSITIVE_INFINITY),
  NINF: float(Number.NEGATIVE_INFINITY),
  nan: float(Number.NaN),
  NaN: float(Number.NaN),
  NAN: float(Number.NaN),
  True_: bool(true),
  False_: bool(false),
  __version__: str("2.0.0"),
};

/** Checks of test suites: they say nothing about a model. */
const testing = Object.fromEntries(
  [
    "assert_allclose",
    "assert_array_equal",
    "assert_almost_equal",
    "assert_equal",
    "assert_array_almost_equal",
    "assert_array_less",
    "assert_raises",
  ].map((name) => [name, new NativeFunction(name, () => NONE)]),
);

const LINALG_MEMBERS: Record<string, Value> = {
  ...makeFunctions(LINALG),
  LinAlgError: nativeClass("LinAlgError", [objectType], {}),
};

const SUBMODULES: Readonly<Record<string, Readonly<Record<string, Value>>>> = {
  "numpy.random": RANDOM,
  "numpy.linalg": LINALG_MEMBERS,
  "numpy.fft": makeFunctions(FFT),
  "numpy.lib.stride_tricks": makeFunctions(STRIDES),
  "numpy.testing": testing,
};

function submodule(name: string): ModuleValue {
  return nativeModule(name, { ...SUBMODULES[name] });
}

/** The library modules of numpy by dotted name. */
export const numpyModules: Record<string, (vm: Vm) => ModuleValue> = {
  numpy: () => nativeModule("numpy", members),
  "numpy.lib": () => nativeModule("numpy.lib", {}),
  ...Object.fromEntries(Object.keys(SUBMODULES).map((name) => [name, () => submodule(name)])),
};
