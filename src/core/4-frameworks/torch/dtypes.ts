// torch.float32 and friends, devices, layouts: small values of the library that carry little more than their name.
import { type Bound, native } from "../../2-evaluate/native";
import {
  bool,
  ClassValue,
  float as floatOf,
  HostObject,
  int,
  isNone,
  NONE,
  str,
  type Value,
} from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import { isFloating } from "../../3-graph/operations/common";
import { DTYPE_BYTES, type DType } from "../../3-graph/tensor";

export class DTypeValue extends HostObject {
  readonly typeName = "dtype";
  constructor(readonly dtype: DType) {
    super();
  }
  override getAttribute(_vm: Vm, name: string): Value | undefined {
    if (name === "is_floating_point") return bool(isFloating(this.dtype));
    if (name === "is_complex") return bool(this.dtype === "complex64");
    if (name === "itemsize") return int(DTYPE_BYTES[this.dtype]);
    return undefined;
  }
  override compare(_vm: Vm, op: string, other: Value): Value | undefined {
    if (op === "==" || op === "is") return bool(other === this);
    if (op === "!=" || op === "is not") return bool(other !== this);
    return undefined;
  }
  override truth(): boolean {
    return true;
  }
  override text(): string {
    return `torch.${this.dtype}`;
  }
}

const NAMES: Readonly<Record<string, DType>> = {
  float32: "float32",
  float: "float32",
  float64: "float64",
  double: "float64",
  float16: "float16",
  half: "float16",
  bfloat16: "bfloat16",
  int8: "int8",
  int16: "int16",
  short: "int16",
  int32: "int32",
  int: "int32",
  int64: "int64",
  long: "int64",
  uint8: "uint8",
  bool: "bool",
  complex64: "complex64",
  cfloat: "complex64",
  complex128: "complex64",
  qint8: "int8",
  quint8: "uint8",
};

const values = new Map<DType, DTypeValue>();

export function dtypeValue(dtype: DType): DTypeValue {
  let value = values.get(dtype);
  if (!value) {
    value = new DTypeValue(dtype);
    values.set(dtype, value);
  }
  return value;
}

/** Members of the torch module: float32, long, … */
export function dtypeMembers(): Record<string, Value> {
  return Object.fromEntries(Object.entries(NAMES).map(([name, dtype]) => [name, dtypeValue(dtype)]));
}

/** The dtype a value stands for: torch.float32, "float32", Python's float; undefined for anything else. */
export function readDType(value: Value | undefined): DType | undefined {
  if (value instanceof DTypeValue) return value.dtype;
  if (value?.kind === "string") return NAMES[value.value.replace("torch.", "")];
  if (value?.kind === "class" || value?.kind === "native") {
    if (value.name === "float") return "float32";
    if (value.name === "int") return "int64";
    if (value.name === "bool") return "bool";
  }
  return undefined;
}

/** A device: "cpu", "cuda", with an index that nobody here looks at. */
export class DeviceValue extends HostObject {
  readonly typeName = "device";
  constructor(readonly type: string) {
    super();
  }
  override getAttribute(_vm: Vm, name: string): Value | undefined {
    if (name === "type") return str(this.type);
    if (name === "index") return NONE;
    return undefined;
  }
  override compare(_vm: Vm, op: string, other: Value): Value | undefined {
    const same =
      (other instanceof DeviceValue && other.type === this.type) ||
      (other.kind === "string" && other.value === this.type);
    if (op === "==") return bool(same);
    if (op === "!=") return bool(!same);
    return undefined;
  }
  override truth(): boolean {
    return true;
  }
  override text(): string {
    return this.type;
  }
}

export const CPU = new DeviceValue("cpu");

/** torch.device: any argument gives the CPU unless a type is written. */
export function deviceClass(): ClassValue {
  const cls = new ClassValue("device", []);
  cls.construct = (_vm, _cls, args) => {
    const [first] = args.positional;
    if (first instanceof DeviceValue) return first;
    return first?.kind === "string" ? new DeviceValue(first.value.split(":")[0] as string) : CPU;
  };
  return cls;
}

/** A value with a name and no behaviour: layouts, memory formats, generators. */
export class NamedValue extends HostObject {
  constructor(
    readonly typeName: string,
    readonly name: string,
  ) {
    super();
  }
  override truth(): boolean {
    return true;
  }
  override text(): string {
    return this.name;
  }
}

/** Numeric limits as torch.finfo and torch.iinfo tell them. */
const LIMITS_OF: Partial<Record<DType, { max: number; min: number; eps: number; tiny: number; bits: number }>> = {
  float16: { max: 65504, min: -65504, eps: 0.0009765625, tiny: 6.103515625e-5, bits: 16 },
  bfloat16: {
    max: 3.3895313892515355e38,
    min: -3.3895313892515355e38,
    eps: 0.0078125,
    tiny: 1.1754943508222875e-38,
    bits: 16,
  },
  float32: {
    max: 3.4028234663852886e38,
    min: -3.4028234663852886e38,
    eps: 1.1920928955078125e-7,
    tiny: 1.1754943508222875e-38,
    bits: 32,
  },
  float64: {
    max: Number.MAX_VALUE,
    min: -Number.MAX_VALUE,
    eps: Number.EPSILON,
    tiny: 2.2250738585072014e-308,
    bits: 64,
  },
  int8: { max: 127, min: -128, eps: 0, tiny: 0, bits: 8 },
  uint8: { max: 255, min: 0, eps: 0, tiny: 0, bits: 8 },
  int16: { max: 32767, min: -32768, eps: 0, tiny: 0, bits: 16 },
  int32: { max: 2147483647, min: -2147483648, eps: 0, tiny: 0, bits: 32 },
  int64: { max: Number.MAX_SAFE_INTEGER, min: Number.MIN_SAFE_INTEGER, eps: 0, tiny: 0, bits: 64 },
};

class NumericInfo extends HostObject {
  readonly typeName = "finfo";
  constructor(private readonly dtype: DType) {
    super();
  }
  override getAttribute(vm: Vm, name: string): Value | undefined {
    const known = LIMITS_OF[this.dtype];
    if (!known) return vm.unknown(`the limits of ${this.dtype} are not known`);
    if (name === "smallest_normal") return numberOf(known.tiny, this.dtype);
    if (name === "bits") return int(known.bits);
    return name in known ? numberOf(known[name as keyof typeof known], this.dtype) : undefined;
  }
}

function numberOf(value: number, dtype: DType): Value {
  return isFloating(dtype) ? floatOf(value) : int(value);
}

/** torch.finfo and torch.iinfo. */
export const numericInfo = native(
  "finfo",
  "type=None",
  (_vm, a: Bound) => new NumericInfo(isNone(a["type"]) ? "float32" : (readDType(a["type"]) ?? "float32")),
);
