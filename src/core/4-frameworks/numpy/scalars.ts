// np.float32(x), np.int64(x) and kin as calls: plain numbers of the language, or arrays converted. Numbers get the methods that
// numpy's own numbers have, because the results of numpy functions are plain numbers here.
import { isNone, NativeFunction, type Value } from "../../2-evaluate/values";
import { floatType, intType } from "../../2-evaluate/python/types";
import { fn } from "../../2-evaluate/python/support";
import type { Vm } from "../../2-evaluate/vm";
import { array, give, plainReason, toArray } from "./array";
import { converted, readDType, SCALAR_TYPES } from "./dtypes";
import type { DType } from "../../3-graph/tensor";

function convert(vm: Vm, value: Value | undefined, dtype: DType): Value {
  if (isNone(value)) return give(vm, array([], dtype, [0]));
  if (value?.kind === "string") {
    const parsed = vm.call(dtype.startsWith("float") ? floatType : intType, [value]);
    return convert(vm, parsed, dtype);
  }
  // A dimension converted to a whole number is that dimension still.
  if (value?.kind === "opaque") return dtype.startsWith("int") ? value : plainReason(value);
  const input = toArray(vm, value);
  return give(vm, array(input.shape, dtype, converted(dtype, input.data), input.reason), `a number as ${dtype}`);
}

for (const cls of Object.values(SCALAR_TYPES)) {
  const dtype = readDType(cls) as DType;
  if (dtype === "string") {
    cls.construct = (vm, _cls, args) => args.positional[0] ?? vm.unknown(`a value of type ${cls.name}`);
    continue;
  }
  cls.construct = (vm, _cls, args) => {
    if (dtype === "complex64") return vm.unknown("complex numbers are not modelled");
    return convert(vm, args.positional[0] ?? args.keywords.get("x"), dtype);
  };
}

/** Methods of numpy's numbers that Python's lack. */
const EXTRA: Readonly<Record<string, NativeFunction>> = {
  astype: fn("astype", "self dtype", (vm, self, dtype) => {
    const wanted = readDType(dtype);
    return wanted === undefined ? vm.unknown("the dtype of a number is not known") : convert(vm, self, wanted);
  }),
  item: new NativeFunction("item", (_vm, args) => args.positional[0] as Value),
  tolist: new NativeFunction("tolist", (_vm, args) => args.positional[0] as Value),
  squeeze: new NativeFunction("squeeze", (_vm, args) => args.positional[0] as Value),
};

for (const type of [intType, floatType]) {
  for (const [name, method] of Object.entries(EXTRA)) if (!type.members.has(name)) type.members.set(name, method);
}
