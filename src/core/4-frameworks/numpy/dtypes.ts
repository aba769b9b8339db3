// numpy's types: np.float32 and kin as classes that make numbers, np.dtype objects, and how types combine.
// Unsigned and double-width types we have no name for take the next wider one we have.
import { bool, ClassValue, HostObject, int, isNone, str, type Value } from "../../2-evaluate/values";
import { boolType, floatType, intType, objectType, strType } from "../../2-evaluate/python/types";
import type { Vm } from "../../2-evaluate/vm";
import { isFloating } from "../../3-graph/operations/common";
import { DTYPE_BYTES, type DType } from "../../3-graph/tensor";

/** Names of types, the ones numpy prints first. */
const NAMES: Readonly<Record<string, DType>> = {
  float16: "float16",
  float32: "float32",
  float64: "float64",
  int8: "int8",
  int16: "int16",
  int32: "int32",
  int64: "int64",
  uint8: "uint8",
  uint16: "int32",
  uint32: "int64",
  uint64: "int64",
  bool_: "bool",
  str_: "string",
  bytes_: "string",
  object_: "string",
  complex64: "complex64",
  complex128: "complex64",
};

/** Other names for the classes above. */
export const ALIASES: Readonly<Record<string, string>> = {
  half: "float16",
  single: "float32",
  double: "float64",
  float_: "float64",
  longdouble: "float64",
  float128: "float64",
  byte: "int8",
  short: "int16",
  intc: "int32",
  int_: "int64",
  intp: "int64",
  long: "int64",
  longlong: "int64",
  ubyte: "uint8",
  ushort: "uint16",
  uintc: "uint32",
  uint: "uint64",
  uintp: "uint64",
  ulonglong: "uint64",
  bool8: "bool_",
  unicode_: "str_",
  string_: "bytes_",
  csingle: "complex64",
  cdouble: "complex128",
  complex_: "complex128",
};

/** Codes and names in text: "f4", "<i8", "float". */
const CODES: Readonly<Record<string, DType>> = {
  float: "float64",
  int: "int64",
  bool: "bool",
  str: "string",
  object: "string",
  complex: "complex64",
  f: "float32",
  d: "float64",
  e: "float16",
  i: "int32",
  l: "int64",
  q: "int64",
  b: "int8",
  B: "uint8",
  h: "int16",
  "?": "bool",
  f2: "float16",
  f4: "float32",
  f8: "float64",
  i1: "int8",
  i2: "int16",
  i4: "int32",
  i8: "int64",
  u1: "uint8",
  u2: "int32",
  u4: "int64",
  u8: "int64",
  b1: "bool",
  O: "string",
  U: "string",
  S: "string",
};

/** Abstract types and what they cover. */
const generic = new ClassValue("generic", [objectType]);
const number = new ClassValue("number", [generic]);
const integer = new ClassValue("integer", [number]);
const signedinteger = new ClassValue("signedinteger", [integer]);
const unsignedinteger = new ClassValue("unsignedinteger", [integer]);
const inexact = new ClassValue("inexact", [number]);
const floating = new ClassValue("floating", [inexact]);
const complexfloating = new ClassValue("complexfloating", [inexact]);
const flexible = new ClassValue("flexible", [generic]);
const character = new ClassValue("character", [flexible]);

export const ABSTRACT_TYPES: readonly ClassValue[] = [
  generic,
  number,
  integer,
  signedinteger,
  unsignedinteger,
  inexact,
  floating,
  complexfloating,
  flexible,
  character,
];

function baseOf(name: string): ClassValue {
  if (name.startsWith("uint")) return unsignedinteger;
  if (name.startsWith("int")) return signedinteger;
  if (name.startsWith("float")) return floating;
  if (name.startsWith("complex")) return complexfloating;
  return name === "str_" || name === "bytes_" ? character : generic;
}

/** The classes np.float32, np.int64, … by name. */
export const SCALAR_TYPES: Readonly<Record<string, ClassValue>> = Object.fromEntries(
  Object.keys(NAMES).map((name) => [name, new ClassValue(name, [baseOf(name)])]),
);

const dtypeOfClass = new Map<ClassValue, DType>(
  Object.entries(SCALAR_TYPES).map(([name, cls]) => [cls, NAMES[name] as DType]),
);
dtypeOfClass.set(floatType, "float64").set(intType, "int64").set(boolType, "bool");
dtypeOfClass.set(strType, "string").set(objectType, "string");
dtypeOfClass.set(floating, "float64").set(integer, "int64");

/** An np.dtype object; equal to every other way of writing the same type. */
export class NumpyDType extends HostObject {
  readonly typeName = "dtype";
  constructor(readonly dtype: DType) {
    super();
  }
  get name(): string {
    return this.dtype === "string" ? "str" : this.dtype;
  }
  override getAttribute(_vm: Vm, name: string): Value | undefined {
    switch (name) {
      case "name":
        return str(this.name);
      case "itemsize":
        return int(DTYPE_BYTES[this.dtype]);
      case "kind":
        return str(KINDS.find(([test]) => test.test(this.dtype))?.[1] ?? "O");
      case "type":
        return SCALAR_TYPES[this.dtype === "bool" ? "bool_" : this.dtype];
      default:
        return undefined;
    }
  }
  override compare(_vm: Vm, op: string, other: Value): Value | undefined {
    if (op !== "==" && op !== "!=") return undefined;
    const same = readDType(other) === this.dtype;
    return bool(op === "==" ? same : !same);
  }
  override truth(): boolean {
    return true;
  }
  override text(): string {
    return this.name;
  }
}

const KINDS: readonly (readonly [RegExp, string])[] = [
  [/^u/, "u"],
  [/^int/, "i"],
  [/^(b?float)/, "f"],
  [/^bool/, "b"],
  [/^complex/, "c"],
  [/^string/, "U"],
];

const objects = new Map<DType, NumpyDType>();

export function dtypeObject(dtype: DType): NumpyDType {
  let object = objects.get(dtype);
  if (!object) {
    object = new NumpyDType(dtype);
    objects.set(dtype, object);
  }
  return object;
}

/** The dtype a value stands for: np.float32, np.dtype("f4"), "float32", float; undefined for None and for anything else. */
export function readDType(value: Value | undefined): DType | undefined {
  if (value === undefined || isNone(value)) return undefined;
  if (value instanceof NumpyDType) return value.dtype;
  if (value.kind === "class") return dtypeOfClass.get(value);
  if (value.kind === "string") {
    const text = value.value.replace(/^[<>=|]/, "");
    const named = ALIASES[text] ?? text;
    return NAMES[named] ?? CODES[named] ?? CODES[named.replace(/\d+$/, "")];
  }
  if (value.kind === "host") {
    const named = (value as unknown as { dtype?: unknown }).dtype;
    if (typeof named === "string" && named in DTYPE_BYTES) return named as DType;
  }
  return undefined;
}

/** A dtype argument: the fallback when None. Throws Unknown for one that is not known. */
export function dtypeArgument(vm: Vm, value: Value | undefined, fallback: DType): DType {
  if (value === undefined || isNone(value)) return fallback;
  const dtype = readDType(value);
  if (dtype === undefined) throw vm.giveUp("the dtype of an array is not known");
  return dtype;
}

/** What np.issubdtype answers; undefined when it is not known. */
export function isSubtype(value: Value, other: Value): boolean | undefined {
  const dtype = readDType(value);
  const cls = value.kind === "class" && !dtypeOfClass.has(value) ? value : dtype && classOf(dtype);
  if (!cls) return undefined;
  if (other.kind === "class" && other.isSubclassOf(generic)) return cls.isSubclassOf(other);
  const wanted = readDType(other);
  return wanted === undefined ? undefined : dtype === wanted;
}

function classOf(dtype: DType): ClassValue | undefined {
  return SCALAR_TYPES[dtype === "bool" ? "bool_" : dtype === "string" ? "str_" : dtype];
}

// --- combining and converting ---------------------------------------------------------------------------------------

const WIDTHS: readonly DType[] = ["bool", "uint8", "int8", "int16", "int32", "int64"];
const FLOATS: readonly DType[] = ["float16", "float32", "float64"];

/** The smallest float type that holds a whole-number type, as numpy sees it. */
function floatFor(dtype: DType): DType {
  if (isFloating(dtype)) return dtype;
  if (dtype === "bool" || dtype === "uint8" || dtype === "int8") return "float16";
  return dtype === "int16" ? "float32" : "float64";
}

/** The common type of two arrays (np.promote_types). */
export function promoteTypes(a: DType, b: DType): DType {
  if (a === b) return a;
  if (a === "string" || b === "string") return "string";
  if (a === "complex64" || b === "complex64") return "complex64";
  if (isFloating(a) || isFloating(b)) {
    const [x, y] = [FLOATS.indexOf(floatFor(a)), FLOATS.indexOf(floatFor(b))];
    return FLOATS[Math.max(x, y)] ?? "float64";
  }
  if ((a === "uint8" && b === "int8") || (a === "int8" && b === "uint8")) return "int16";
  return WIDTHS.indexOf(a) > WIDTHS.indexOf(b) ? a : b;
}

/** The type of functions that give floats (sqrt, exp …). */
export function floatTypeOf(dtype: DType): DType {
  return floatFor(dtype);
}

const RANGES: Partial<Record<DType, readonly [low: number, high: number]>> = {
  uint8: [0, 255],
  int8: [-128, 127],
  int16: [-32768, 32767],
  int32: [-2147483648, 2147483647],
  int64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
};

/** Values as an array of this type holds them; null when one would wrap around or is not exact here. */
export function settled(dtype: DType, data: readonly number[]): readonly number[] | null {
  if (dtype === "float64") return data;
  if (dtype === "float32") return data.map(Math.fround);
  if (dtype === "bool") return data.map((value) => (value !== 0 ? 1 : 0));
  if (dtype === "float16") {
    return data.every((value) => Number.isInteger(value * 64) && Math.abs(value) <= 32) ? data : null;
  }
  const range = RANGES[dtype];
  if (!range) return null;
  return data.every((value) => Number.isInteger(value) && value >= range[0] && value <= range[1]) ? data : null;
}

/** Values converted to a type, fractions cut off for whole numbers; null when that is not exact here. */
export function converted(dtype: DType, data: readonly number[] | null): readonly number[] | null {
  if (data === null) return null;
  const whole = dtype !== "bool" && !isFloating(dtype);
  return settled(dtype, whole ? data.map((value) => Math.trunc(value) + 0) : data);
}
