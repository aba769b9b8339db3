// hash(): for whole numbers what CPython gives; for text and what holds it a value that differs between runs, of which only
// one thing is known: hashes of equal things are equal.
import { bool, type ClassValue, HostObject, hashKey, int, type Value } from "../values";
import type { Vm } from "../vm";
import { checkHashable } from "./keys";
import { derived } from "./support";
import { operatorMethod } from "./text";
import { intType, payload } from "./types";

/** A hash whose number is not known. */
export class HashValue extends HostObject {
  readonly typeName = "int";
  constructor(private readonly key: string) {
    super();
  }
  override compare(vm: Vm, op: string, other: Value): Value | undefined {
    if (op !== "==" && op !== "!=") return undefined;
    if (other instanceof HashValue && other.key === this.key) return bool(op === "==");
    return vm.unknown("whether two hashes are equal differs between runs");
  }
  override binary(_vm: Vm, op: string, other: Value, reflected: boolean): Value | undefined {
    const operand = other instanceof HashValue ? other.key : hashKey(other);
    return new HashValue(reflected ? `(${operand}${op}${this.key})` : `(${this.key}${op}${operand})`);
  }
  override isInstanceOf(_vm: Vm, cls: ClassValue): boolean {
    return cls === intType;
  }
}

/** hash(value). */
export function hashOf(vm: Vm, value: Value): Value {
  if (value.kind === "opaque") return derived(value);
  checkHashable(vm, value);
  const inner = payload(value);
  if (inner.kind === "boolean") return int(inner.value ? 1 : 0);
  if (inner.kind === "number" && Number.isSafeInteger(inner.value)) return int(inner.value === -1 ? -2 : inner.value);
  if (value.kind === "instance") {
    const method = operatorMethod(value, "__hash__");
    if (method) return vm.call(method, [value]);
  }
  if (value instanceof HashValue) return value;
  return new HashValue(hashKey(inner));
}
