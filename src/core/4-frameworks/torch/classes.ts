// torch.Tensor, FloatTensor, … and Parameter as classes: for construction and for isinstance. Made once per evaluation.
import { toBoolean } from "../../2-evaluate/native";
import { objectType } from "../../2-evaluate/python/types";
import { type Arguments, ClassValue, FALSE, isNone, isOpaque, TRUE, type Value } from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import { constant } from "../../3-graph/operations/common";
import { filled } from "../../3-graph/operations/create";
import type { Shape } from "../../3-graph/shape";
import { type DType, Tensor } from "../../3-graph/tensor";
import { isSequence, toSizes, toTensor, torchLibrary, tuple } from "./arguments";
import { tensorFrom } from "./ops/create";

/** What `isinstance` asks of a tensor, by class. */
const tests = new WeakMap<ClassValue, (tensor: Tensor) => boolean>();

/** True when the tensor counts as an instance of the class. */
export function isTensorClass(cls: Value, tensor: Tensor): boolean {
  if (cls.kind !== "class") return false;
  return cls === objectType || (tests.get(cls)?.(tensor) ?? false);
}

function tensorClass(name: string, dtype: DType): ClassValue {
  const cls = new ClassValue(name, [objectType]);
  tests.set(cls, (tensor) => name === "Tensor" || tensor.dtype === dtype);
  cls.construct = (vm, _cls, args) => construct(vm, args, dtype);
  return cls;
}

/** `torch.Tensor(2, 3)` has sizes, `torch.Tensor([2, 3])` values. */
function construct(vm: Vm, args: Arguments, dtype: DType): Value {
  const [first] = args.positional;
  if (args.unknown) return constant(torchLibrary(), null, dtype, null, args.unknown);
  if (first === undefined) return filled(torchLibrary(), [0], dtype, null);
  // One value that is not known may be data of any shape, unless it is a size.
  if (args.positional.length === 1 && isOpaque(first) && first.dimension === null)
    return constant(torchLibrary(), null, dtype, null, first);
  if (
    args.positional.length === 1 &&
    (isSequence(first) || first.kind === "host") &&
    !(first.kind === "tuple" && first.type !== null)
  ) {
    return tensorFrom(vm, first, dtype);
  }
  return filled(torchLibrary(), toSizes(vm, tuple(args.positional), "a size of a new tensor"), dtype, null);
}

/** A stored, trainable tensor of the shape of `data`. */
export function makeParameter(vm: Vm, data: Value | undefined, requiresGrad = true): Tensor {
  const model =
    data === undefined || isNone(data) ? filled(torchLibrary(), [0], "float32", null) : toTensor(vm, data, "data");
  const tensor = new Tensor(model.shape, model.dtype, torchLibrary(), model.reason);
  tensor.role = "weight";
  tensor.trainable = requiresGrad;
  return tensor;
}

/** A stored, trainable tensor. */
export function parameter(shape: Shape): Tensor {
  const tensor = new Tensor(shape, "float32", torchLibrary());
  tensor.role = "weight";
  return tensor;
}

function parameterClass(): ClassValue {
  const cls = new ClassValue("Parameter", [objectType]);
  tests.set(cls, (tensor) => tensor.role === "weight");
  cls.construct = (vm, _cls, args) => {
    if (args.unknown) return makeParameter(vm, args.unknown);
    const data = args.positional[0] ?? args.keywords.get("data");
    const flag = args.positional[1] ?? args.keywords.get("requires_grad");
    return makeParameter(vm, data, flag === undefined ? true : toBoolean(vm, flag));
  };
  return cls;
}

const TYPES: Readonly<Record<string, DType>> = {
  Tensor: "float32",
  FloatTensor: "float32",
  DoubleTensor: "float64",
  HalfTensor: "float16",
  BFloat16Tensor: "bfloat16",
  LongTensor: "int64",
  IntTensor: "int32",
  ShortTensor: "int16",
  ByteTensor: "uint8",
  CharTensor: "int8",
  BoolTensor: "bool",
};

export interface TensorClasses {
  /** Members of the torch module. */
  byName: Readonly<Record<string, ClassValue>>;
  Parameter: ClassValue;
}

const KEY = "torch.classes";

/** The tensor classes of this evaluation. */
export function tensorClasses(vm: Vm): TensorClasses {
  let classes = vm.state.get(KEY) as TensorClasses | undefined;
  if (!classes) {
    classes = {
      byName: Object.fromEntries(Object.entries(TYPES).map(([name, dtype]) => [name, tensorClass(name, dtype)])),
      Parameter: parameterClass(),
    };
    vm.state.set(KEY, classes);
  }
  return classes;
}

/** Booleans for flags of the library. */
export const flag = (value: boolean): Value => (value ? TRUE : FALSE);
