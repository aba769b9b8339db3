// Operators of JavaScript: arithmetic on doubles, bit operators on 32-bit integers, `+` that joins text, the two kinds of
// equality, ordering, `typeof`, `in` and `instanceof`.
import type { BinaryOp, CompareOp } from "../../1-syntax/tree";
import { bool, type ClassValue, type HostObject, int, isOpaque, type OpaqueValue, str, type Value } from "../values";
import type { Vm } from "../vm";
import { asIndex, isPrimitive, limited, toKey, toNumber, toPrimitive, toText } from "./convert";
import { classOf, functionClass, hasPrototype, isSymbolText, objectClass, promiseClass } from "./kinds";
import { orUnknown, taintOf, unwrap } from "./support";

const ARITHMETIC: Partial<Record<BinaryOp, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "%": (a, b) => a % b,
  "**": (a, b) => a ** b,
  "<<": (a, b) => a << b,
  ">>": (a, b) => a >> b,
  ">>>": (a, b) => a >>> b,
  "&": (a, b) => a & b,
  "|": (a, b) => a | b,
  "^": (a, b) => a ^ b,
};

/** What a framework object says to an operator, on whichever side it stands. */
function hostSays(
  left: Value,
  right: Value,
  ask: (host: HostObject, other: Value, reflected: boolean) => Value | undefined,
): Value | undefined {
  const mine = left.kind === "host" ? ask(left, right, false) : undefined;
  return mine ?? (right.kind === "host" ? ask(right, left, true) : undefined);
}

export function binary(vm: Vm, op: BinaryOp, left: Value, right: Value): Value {
  const calculate = ARITHMETIC[op];
  if (!calculate) return vm.unknown(`JavaScript has no operator ${op}`);
  if (left.kind === "number" && right.kind === "number") return int(calculate(left.value, right.value));
  if (isOpaque(left)) return left;
  if (isOpaque(right)) return right;
  return orUnknown(() => {
    const own = hostSays(left, right, (host, other, reflected) => host.binary(vm, op, other, reflected));
    if (own) return own;
    if (op !== "+") return int(calculate(toNumber(vm, left), toNumber(vm, right)));
    const a = toPrimitive(vm, left);
    const b = toPrimitive(vm, right);
    if (a.kind === "string" || b.kind === "string") return str(limited(vm, toText(vm, a) + toText(vm, b)));
    return int(toNumber(vm, a) + toNumber(vm, b));
  });
}

export function unary(vm: Vm, op: "-" | "+" | "~" | "not" | "typeof", operand: Value): Value {
  if (isOpaque(operand)) return operand;
  return orUnknown(() => {
    switch (op) {
      case "typeof":
        return str(typeOf(operand));
      case "not": {
        const value = truth(operand);
        return isOpaque(value) ? value : bool(!value);
      }
      default: {
        const own = operand.kind === "host" ? operand.unary(vm, op) : undefined;
        if (own) return own;
        const number = toNumber(vm, operand);
        return int(op === "-" ? -number : op === "+" ? number : ~number);
      }
    }
  });
}

export function typeOf(value: Value): string {
  switch (value.kind) {
    case "undefined":
    case "boolean":
    case "number":
      return value.kind;
    case "string":
      return isSymbolText(value.value) ? "symbol" : "string";
    case "function":
    case "native":
    case "method":
    case "class":
    case "staticmethod":
    case "classmethod":
      return "function";
    default:
      return "object";
  }
}

export function truth(value: Value): boolean | OpaqueValue {
  switch (value.kind) {
    case "opaque":
      return value;
    case "boolean":
      return value.value;
    case "none":
    case "undefined":
      return false;
    case "number":
      return value.value !== 0 && !Number.isNaN(value.value);
    case "string":
      return value.value !== "";
    default:
      return true;
  }
}

/** `===`. */
export function strictEquals(left: Value, right: Value): boolean | OpaqueValue {
  if (isOpaque(left)) return left;
  if (isOpaque(right)) return right;
  if (left === right) return left.kind !== "number" || !Number.isNaN(left.value);
  switch (left.kind) {
    case "number":
    case "string":
    case "boolean":
      return left.kind === right.kind && left.value === right.value;
    case "none":
    case "undefined":
      return left.kind === right.kind;
    case "method":
      return right.kind === "method" && left.callable === right.callable;
    default:
      return false;
  }
}

/** Equality of `includes`, Map and Set: `===`, and NaN equals itself. */
export function sameValueZero(left: Value, right: Value): boolean | OpaqueValue {
  if (left.kind === "number" && right.kind === "number" && Number.isNaN(left.value)) return Number.isNaN(right.value);
  return strictEquals(left, right);
}

/** `==`. May throw Unknown. */
function looseEquals(vm: Vm, left: Value, right: Value): boolean | OpaqueValue {
  const nothing = (value: Value) => value.kind === "none" || value.kind === "undefined";
  if (isOpaque(left)) return left;
  if (isOpaque(right)) return right;
  if (nothing(left) || nothing(right)) return nothing(left) && nothing(right);
  if (left.kind === right.kind) return strictEquals(left, right);
  if (isPrimitive(left) && isPrimitive(right)) return toNumber(vm, left) === toNumber(vm, right);
  if (!isPrimitive(left) && !isPrimitive(right)) return strictEquals(left, right);
  return looseEquals(vm, toPrimitive(vm, left), toPrimitive(vm, right));
}

const ORDER: Partial<Record<CompareOp, (a: number | string, b: number | string) => boolean>> = {
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};

export function compare(vm: Vm, op: CompareOp, left: Value, right: Value): Value {
  const order = ORDER[op];
  if (order && left.kind === "number" && right.kind === "number") return bool(order(left.value, right.value));
  const result = orUnknown(() => {
    if (order) return ordered(vm, op, order, left, right);
    switch (op) {
      case "==":
      case "!=":
        return looseEquals(vm, left, right);
      case "in":
      case "not in":
        return hasProperty(vm, right, left);
      case "instanceof":
        return isInstance(vm, left, right);
      default:
        return strictEquals(left, right);
    }
  });
  if (typeof result !== "boolean") return result;
  return bool(op.startsWith("!") || op === "not in" || op === "is not" ? !result : result);
}

function ordered(
  vm: Vm,
  op: CompareOp,
  order: (a: number | string, b: number | string) => boolean,
  left: Value,
  right: Value,
): boolean | OpaqueValue {
  if (isOpaque(left)) return left;
  if (isOpaque(right)) return right;
  const own = hostSays(left, right, (host, other, reflected) => host.compare(vm, op, other, reflected));
  if (own) return vm.truth(own);
  const a = toPrimitive(vm, left, "number");
  const b = toPrimitive(vm, right, "number");
  if (a.kind === "string" && b.kind === "string") return order(a.value, b.value);
  return order(toNumber(vm, a), toNumber(vm, b));
}

/** `key in object`. */
function hasProperty(vm: Vm, object: Value, key: Value): boolean | OpaqueValue {
  if (isOpaque(key)) return key;
  if (isOpaque(object)) return object;
  if (isPrimitive(object)) {
    throw vm.error("TypeError", `Cannot use 'in' operator to search for '${toText(vm, key)}' in ${toText(vm, object)}`);
  }
  const name = toKey(vm, key);
  const inner = unwrap(object);
  const index = asIndex(name);
  if ((inner.kind === "list" || inner.kind === "tuple") && index !== undefined) {
    return taintOf(inner) ?? index < inner.items.length;
  }
  if (inner.kind === "instance" && inner.fields.has(name)) return true;
  const found = vm.findAttribute(object, name);
  if (found === undefined) return false;
  return isOpaque(found) && inner.kind !== "list" ? found : true;
}

/** `value instanceof cls`. */
export function isInstance(vm: Vm, value: Value, cls: Value): boolean | OpaqueValue {
  if (isOpaque(value)) return value;
  if (isOpaque(cls)) return cls;
  if (cls === promiseClass) return vm.unknown("whether a value came as a promise is not followed");
  if (typeOf(cls) !== "function") throw vm.error("TypeError", "Right-hand side of 'instanceof' is not callable");
  if (value.kind === "host") return cls.kind === "class" && (cls === objectClass || value.isInstanceOf(vm, cls));
  if (isPrimitive(value)) return false;
  if (cls.kind === "function" && value.kind === "instance") {
    return hasPrototype(value.type, vm.getAttribute(cls, "prototype"));
  }
  if (cls.kind !== "class") return vm.unknown("whether an object was made by this function is not known");
  if (cls === objectClass) return true;
  const type: ClassValue | undefined = classOf(value);
  if (type?.isSubclassOf(cls)) return true;
  if (cls === functionClass) return typeOf(value) === "function";
  return type?.mro.find((one) => one.unknownBase)?.unknownBase ?? false;
}
