// Data types as Keras, TensorFlow and TensorFlow.js name them, and the objects `tf.float32` and friends.
import { HostObject, isNone, str, type Value } from "../../2-evaluate/values";
import { bool } from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import { DTYPE_BYTES, type DType } from "../../3-graph/tensor";

const ALIASES: Readonly<Record<string, DType>> = {
  float: "float32",
  double: "float64",
  half: "float16",
  int: "int32",
  uint16: "int32",
  uint32: "int64",
  uint64: "int64",
  boolean: "bool",
  str: "string",
  complex128: "complex64",
  complex: "complex64",
  mixed_float16: "float32",
  mixed_bfloat16: "float32",
};

function known(name: string): DType | undefined {
  return name in DTYPE_BYTES ? (name as DType) : ALIASES[name];
}

/** A dtype object of TensorFlow: `tf.float32`. */
export class DTypeObject extends HostObject {
  readonly typeName = "DType";
  constructor(readonly dtype: DType) {
    super();
  }
  override getAttribute(_vm: Vm, name: string): Value | undefined {
    if (name === "name" || name === "as_numpy_dtype") return str(this.dtype);
    if (name === "base_dtype") return this;
    if (name === "is_floating") return bool(/float/.test(this.dtype));
    if (name === "is_integer") return bool(/int/.test(this.dtype));
    return undefined;
  }
  override compare(_vm: Vm, op: string, other: Value): Value | undefined {
    if (op !== "==" && op !== "!=") return undefined;
    const same = toDType(other, "complex64") === this.dtype;
    return bool(op === "==" ? same : !same);
  }
  override text(): string {
    return `<dtype: '${this.dtype}'>`;
  }
}

const objects = new Map<DType, DTypeObject>();

/** The dtype object of a dtype. */
export function dtypeObject(dtype: DType): DTypeObject {
  let object = objects.get(dtype);
  if (!object) {
    object = new DTypeObject(dtype);
    objects.set(dtype, object);
  }
  return object;
}

/** A dtype argument: a name, a dtype object, a numpy type; the fallback when there is none or it is not known. */
export function toDType(value: Value | undefined, fallback: DType): DType {
  if (value === undefined || isNone(value)) return fallback;
  if (value.kind === "string") return known(value.value) ?? fallback;
  if (value instanceof DTypeObject) return value.dtype;
  if (value.kind === "class" || value.kind === "native") return known(value.name) ?? fallback;
  if (value.kind === "host") {
    const name = (value as unknown as { dtype?: unknown }).dtype ?? (value as unknown as { name?: unknown }).name;
    if (typeof name === "string") return known(name) ?? fallback;
  }
  return fallback;
}
