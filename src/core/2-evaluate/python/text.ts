// What Python's str() and repr() print. A text with an unknown part is unknown as a whole.
import {
  type ClassValue,
  type DictValue,
  type InstanceValue,
  isOpaque,
  OpaqueValue,
  type TupleValue,
  type Value,
} from "../values";
import type { Vm } from "../vm";
import { orderedItems } from "./set-order";
import { derived } from "./support";
import { objectType, payload, tupleType, typeNameOf } from "./types";

type Text = string | OpaqueValue;

/** A host object whose repr() differs from its str(). */
export interface Printable {
  repr(): string;
}

/** repr() of a float: the shortest digits that read back, with an exponent below 1e-4 and from 1e16 on. */
export function floatRepr(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (Object.is(value, -0)) return "-0.0";
  const [mantissa = "0", exponentText = "0"] = value.toExponential().split("e");
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 16) {
    return `${mantissa}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
  }
  if (exponent < 0) {
    const negative = value < 0;
    const digits = mantissa.replace("-", "").replace(".", "");
    return `${negative ? "-" : ""}0.${"0".repeat(-exponent - 1)}${digits}`;
  }
  const text = String(value);
  return text.includes(".") ? text : `${text}.0`;
}

export function numberText(value: number, isFloat: boolean): string {
  return isFloat ? floatRepr(value) : String(value);
}

const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u;
const escapes: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function escapeCharacter(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, "0")}`;
  if (code < 0x10000) return `\\u${code.toString(16).padStart(4, "0")}`;
  return `\\U${code.toString(16).padStart(8, "0")}`;
}

/** repr() of a string or, with `bytes`, of bytes held one per character. */
export function stringRepr(value: string, bytes = false): string {
  const quote = value.includes("'") && !value.includes('"') ? '"' : "'";
  let out = "";
  for (const char of value) {
    if (char === quote) out += `\\${quote}`;
    else if (escapes[char] !== undefined) out += escapes[char];
    else if (bytes ? char < " " || char > "~" : unprintable.test(char)) out += escapeCharacter(char);
    else out += char;
  }
  return `${bytes ? "b" : ""}${quote}${out}${quote}`;
}

/** A user's or library's operator method of an instance; what every object has does not count. */
export function operatorMethod(value: InstanceValue, name: string): Value | undefined {
  const found = value.type.find(name);
  return found !== undefined && found !== objectType.members.get(name) ? found : undefined;
}

/** Dotted name of a class, as in `<class 'collections.OrderedDict'>`. */
export function qualifiedName(cls: ClassValue): string {
  const own = cls.members.get("__module__");
  const module = own?.kind === "string" ? own.value : (cls.module?.name ?? "");
  return module === "" || module === "builtins" ? cls.name : `${module}.${cls.name}`;
}

/** Containers being printed, to print `[...]` where one holds itself. */
const printing = new Set<Value>();

function joined(vm: Vm, container: Value, open: string, items: Iterable<Value>, close: string): Text {
  if (printing.has(container)) return `${open}...${close}`;
  printing.add(container);
  try {
    const parts: string[] = [];
    for (const item of items) {
      const part = repr(vm, item);
      if (isOpaque(part)) return part;
      parts.push(part);
    }
    return open + parts.join(", ") + close;
  } finally {
    printing.delete(container);
  }
}

/** Entries in the order they are printed: a Counter shows the most common first. */
function shownEntries(dict: DictValue): { key: Value; value: Value }[] {
  const entries = [...dict.entries.values()];
  if (dict.typeName !== "Counter") return entries;
  const count = (value: Value): number => (value.kind === "number" ? value.value : 0);
  return entries.sort((a, b) => count(b.value) - count(a.value));
}

function dictRepr(vm: Vm, dict: DictValue): Text {
  if (dict.taint) return dict.taint;
  if (printing.has(dict)) return "{...}";
  printing.add(dict);
  try {
    const parts: string[] = [];
    for (const { key, value } of shownEntries(dict)) {
      const left = repr(vm, key);
      if (isOpaque(left)) return left;
      const right = repr(vm, value);
      if (isOpaque(right)) return right;
      parts.push(dict.typeName === "OrderedDict" ? `(${left}, ${right})` : `${left}: ${right}`);
    }
    const inner = parts.join(", ");
    if (dict.typeName === "OrderedDict") return parts.length === 0 ? "OrderedDict()" : `OrderedDict([${inner}])`;
    if (dict.typeName === "Counter") return parts.length === 0 ? "Counter()" : `Counter({${inner}})`;
    if (dict.typeName === "defaultdict") {
      const factory = dict.defaultFactory ? repr(vm, dict.defaultFactory) : "None";
      return isOpaque(factory) ? factory : `defaultdict(${factory}, {${inner}})`;
    }
    return `{${inner}}`;
  } finally {
    printing.delete(dict);
  }
}

function tupleRepr(vm: Vm, value: TupleValue): Text {
  if (!value.names) {
    const items = joined(vm, value, "(", value.items, value.items.length === 1 ? ",)" : ")");
    return isOpaque(items) || !value.type || value.type === tupleType ? items : `${value.type.name}${items}`;
  }
  const parts: string[] = [];
  for (const [index, item] of value.items.entries()) {
    const part = repr(vm, item);
    if (isOpaque(part)) return part;
    parts.push(`${value.names[index]}=${part}`);
  }
  return `${value.type?.name ?? "tuple"}(${parts.join(", ")})`;
}

/** What `object.__repr__` prints; without the address, which nobody can know. */
export function plainRepr(vm: Vm, value: Value): Text {
  const inner = payload(value);
  if (inner !== value) return repr(vm, inner);
  const name = value.kind === "instance" ? qualifiedName(value.type) : typeNameOf(value);
  return `<${name} object>`;
}

function callForText(vm: Vm, method: Value, value: InstanceValue, name: string): Text {
  const result = vm.call(method, [value]);
  const inner = payload(result);
  if (inner.kind === "string") return inner.value;
  if (isOpaque(inner)) return derived(inner);
  throw vm.error("TypeError", `${name} returned non-string (type ${typeNameOf(result)})`);
}

export function repr(vm: Vm, value: Value): Text {
  switch (value.kind) {
    case "none":
    case "undefined":
      return "None";
    case "ellipsis":
      return "Ellipsis";
    case "boolean":
      return value.value ? "True" : "False";
    case "number":
      return numberText(value.value, value.isFloat);
    case "string":
      return stringRepr(value.value, value.bytes);
    case "list":
      return value.taint ?? joined(vm, value, "[", value.items, "]");
    case "tuple":
      if (value.type) {
        const method = value.type.find("__repr__");
        if (method && method.kind === "function") return textOf(vm, vm.call(method, [value]));
      }
      return tupleRepr(vm, value);
    case "set": {
      if (value.taint) return value.taint;
      const items = value.entries.size === 0 ? "" : joined(vm, value, "{", orderedItems(value.entries), "}");
      if (isOpaque(items)) return items;
      return value.frozen ? `frozenset(${items})` : items || "set()";
    }
    case "dict":
      return dictRepr(vm, value);
    case "slice":
      return joined(vm, value, "slice(", [value.lower, value.upper, value.step], ")");
    case "range":
      return `range(${value.start}, ${value.stop}${value.step === 1 ? "" : `, ${value.step}`})`;
    case "function":
      return `<function ${value.name || "<lambda>"}>`;
    case "native":
      return `<built-in function ${value.name}>`;
    case "method":
      return `<bound method ${value.callable.kind === "function" ? value.callable.name : "object"}>`;
    case "class":
      return value.enumMembers ? `<enum '${value.name}'>` : `<class '${qualifiedName(value)}'>`;
    case "module":
      return `<module '${value.name}'>`;
    case "instance": {
      const method = operatorMethod(value, "__repr__");
      if (method) return callForText(vm, method, value, "__repr__");
      return value.type.unknownBase ? derived(value.type.unknownBase) : plainRepr(vm, value);
    }
    case "host":
      return (
        (value as Partial<Printable>).repr?.() ??
        value.text(vm) ??
        vm.unknown(`how ${value.typeName} prints is not known`)
      );
    case "opaque":
      return derived(value);
    default:
      return `<${typeNameOf(value)} object>`;
  }
}

function textOf(vm: Vm, value: Value): Text {
  return value.kind === "string" ? value.value : repr(vm, value);
}

/** str(value). */
export function text(vm: Vm, value: Value): Text {
  if (value.kind === "string" && !value.bytes) return value.value;
  if (value.kind === "host") return value.text(vm) ?? vm.unknown(`how ${value.typeName} prints is not known`);
  if (value.kind === "tuple" && value.type) {
    const method = value.type.find("__str__");
    if (method?.kind === "function") return textOf(vm, vm.call(method, [value]));
  }
  if (value.kind === "instance") {
    const method = operatorMethod(value, "__str__");
    if (method) return callForText(vm, method, value, "__str__");
    if (!operatorMethod(value, "__repr__") && value.payload) return text(vm, value.payload);
  }
  return repr(vm, value);
}
