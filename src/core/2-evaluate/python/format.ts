// Python's format mini-language (`f"{x:>8.2f}"`, `format()`, `str.format`) and `%` formatting.
import { Unknown } from "../signals";
import { int, isOpaque, type OpaqueValue, str, type Value } from "../values";
import type { Vm } from "../vm";
import { fixed, scientific } from "./numbers";
import { derived, numeric } from "./support";
import { floatRepr, operatorMethod, repr, stringRepr, text } from "./text";
import { payload, typeNameOf } from "./types";

interface Spec {
  fill: string;
  align: string;
  sign: string;
  alternate: boolean;
  width: number;
  grouping: string;
  precision: number | null;
  type: string;
}

const specPattern = /^(?:(.)?([<>=^]))?([-+ ])?(z)?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?(.)?$/su;

function parseSpec(vm: Vm, spec: string, typeName: string): Spec {
  const match = specPattern.exec(spec);
  if (!match) throw vm.error("ValueError", `Invalid format specifier '${spec}' for object of type '${typeName}'`);
  const [, fill, align, sign, , alternate, zero, width, grouping, precision, type] = match;
  return {
    fill: fill ?? (zero && !align ? "0" : " "),
    align: align ?? (zero ? "=" : ""),
    sign: sign ?? "-",
    alternate: alternate !== undefined,
    width: width === undefined ? 0 : Number(width),
    grouping: grouping ?? "",
    precision: precision === undefined ? null : Number(precision),
    type: type ?? "",
  };
}

function length(value: string): number {
  return [...value].length;
}

function pad(body: string, spec: Spec, defaultAlign: string): string {
  const missing = spec.width - length(body);
  if (missing <= 0) return body;
  const align = spec.align === "" || spec.align === "=" ? defaultAlign : spec.align;
  if (align === ">") return spec.fill.repeat(missing) + body;
  if (align === "^") {
    const left = Math.floor(missing / 2);
    return spec.fill.repeat(left) + body + spec.fill.repeat(missing - left);
  }
  return body + spec.fill.repeat(missing);
}

function group(digits: string, separator: string, size: number): string {
  if (separator === "") return digits;
  const parts: string[] = [];
  for (let end = digits.length; end > 0; end -= size) parts.unshift(digits.slice(Math.max(0, end - size), end));
  return parts.join(separator);
}

/** Puts sign, prefix, grouped digits and the rest together, padding between sign and digits for `=`. */
function assemble(spec: Spec, negative: boolean, prefix: string, digits: string, rest: string, size = 3): string {
  const sign = negative ? "-" : spec.sign === "-" ? "" : spec.sign;
  let whole = group(digits, spec.grouping, size);
  if (spec.align === "=") {
    const room = spec.width - sign.length - prefix.length - rest.length;
    if (spec.fill === "0" && spec.grouping !== "") {
      let padded = digits;
      while (group(padded, spec.grouping, size).length < room) padded = `0${padded}`;
      whole = group(padded, spec.grouping, size);
      if (whole.length > room && whole.startsWith("0") && group(padded.slice(1), spec.grouping, size).length >= room) {
        whole = group(padded.slice(1), spec.grouping, size);
      }
    } else if (whole.length < room) {
      whole = spec.fill.repeat(room - whole.length) + whole;
    }
  }
  return pad(sign + prefix + whole + rest, spec, ">");
}

function exponentText(exponent: number): string {
  return `e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

/** "general" format: fixed or scientific by the size of the exponent, trailing zeros dropped unless `#`. */
function general(value: number, precision: number, alternate: boolean, least: number): string {
  const p = precision === 0 ? 1 : precision;
  const { digits, exponent } = scientific(value, p - 1);
  const trim = (body: string): string => (alternate || !body.includes(".") ? body : body.replace(/\.?0+$/, ""));
  if (exponent < -4 || exponent >= p + least) return trim(digits) + exponentText(exponent);
  return trim(fixed(value, Math.max(0, p - 1 - exponent)));
}

function floatBody(value: number, spec: Spec): string {
  const type = spec.type.toLowerCase();
  if (!Number.isFinite(value)) return (Number.isNaN(value) ? "nan" : "inf") + (type === "%" ? "%" : "");
  const precision = spec.precision ?? 6;
  if (type === "f") return fixed(value, precision) + (precision === 0 && spec.alternate ? "." : "");
  if (type === "%") return `${fixed(value * 100, precision)}%`;
  if (type === "e") {
    const { digits, exponent } = scientific(value, precision);
    return digits + exponentText(exponent);
  }
  if (type === "g" || type === "n") return general(value, precision, spec.alternate, 0);
  if (spec.precision === null) return floatRepr(value);
  const body = general(value, spec.precision, spec.alternate, -1);
  return /[.e]/.test(body) ? body : `${body}.0`;
}

function formatFloat(value: number, spec: Spec): string {
  const negative = value < 0 || Object.is(value, -0);
  let body = floatBody(Math.abs(value), spec);
  if (spec.type === "E" || spec.type === "F" || spec.type === "G") body = body.toUpperCase();
  const digits = /^\d+/.exec(body)?.[0] ?? "";
  return assemble(spec, negative, "", digits, body.slice(digits.length));
}

const radixes: Readonly<Record<string, number>> = { b: 2, o: 8, x: 16, X: 16 };

function formatInt(vm: Vm, value: number, spec: Spec): string {
  const negative = value < 0;
  const radix = radixes[spec.type];
  if (spec.type === "c") return pad(String.fromCodePoint(value), spec, "<");
  if (radix !== undefined) {
    let digits = Math.abs(value).toString(radix);
    if (spec.type === "X") digits = digits.toUpperCase();
    return assemble(spec, negative, spec.alternate ? `0${spec.type}` : "", digits, "", 4);
  }
  if (spec.type === "" || spec.type === "d" || spec.type === "n") {
    if (spec.precision !== null) throw vm.error("ValueError", "Precision not allowed in integer format specifier");
    return assemble(spec, negative, "", String(Math.abs(value)), "");
  }
  return formatFloat(value, spec);
}

function unknownCode(vm: Vm, spec: Spec, typeName: string): never {
  throw vm.error("ValueError", `Unknown format code '${spec.type}' for object of type '${typeName}'`);
}

/** format(value, spec). */
export function format(vm: Vm, value: Value, spec: string): string | OpaqueValue {
  if (isOpaque(value)) return derived(value);
  if (value.kind === "instance") {
    const method = operatorMethod(value, "__format__");
    if (method) return text(vm, vm.call(method, [value, str(spec)]));
  }
  if (spec === "") return text(vm, value);
  const inner = payload(value);
  if (inner.kind === "number" || inner.kind === "boolean") {
    const number = Number(inner.value);
    const name = typeNameOf(inner);
    const parsed = parseSpec(vm, spec, name);
    if (inner.kind === "number" && inner.isFloat) {
      if (!/^[eEfFgGn%]?$/.test(parsed.type)) unknownCode(vm, parsed, name);
      return formatFloat(number, parsed);
    }
    if (!/^[bcdoxXneEfFgG%]?$/.test(parsed.type)) unknownCode(vm, parsed, name);
    if (inner.kind === "boolean" && parsed.type === "") return pad(inner.value ? "True" : "False", parsed, "<");
    return formatInt(vm, number, parsed);
  }
  if (inner.kind === "string") {
    const parsed = parseSpec(vm, spec, "str");
    if (parsed.type !== "" && parsed.type !== "s") unknownCode(vm, parsed, "str");
    const kept = parsed.precision === null ? inner.value : [...inner.value].slice(0, parsed.precision).join("");
    return pad(kept, parsed.align === "=" ? { ...parsed, align: "<" } : parsed, "<");
  }
  if (inner.kind === "host") return vm.unknown(`how ${inner.typeName} prints is not known`);
  throw vm.error("TypeError", `unsupported format string passed to ${typeNameOf(value)}.__format__`);
}

/** Applies `!r`, `!s`, `!a`. */
export function convert(vm: Vm, value: Value, conversion: string): string | OpaqueValue {
  if (conversion === "s") return text(vm, value);
  const printed = repr(vm, value);
  if (conversion === "r" || isOpaque(printed)) return printed;
  return [...printed]
    .map((char) => (char > "~" ? stringRepr(char).slice(1, -1).replace(char, asciiEscape(char)) : char))
    .join("");
}

function asciiEscape(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x100) return `\\x${code.toString(16)}`;
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, "0")}` : `\\U${code.toString(16).padStart(8, "0")}`;
}

function known(value: string | OpaqueValue): string {
  if (isOpaque(value)) throw new Unknown(value);
  return value;
}

/** Where `str.format` finds its values, with the counter of automatic fields. */
interface FormatFields {
  positional: readonly Value[];
  named: (name: string) => Value | undefined;
  next: number;
}

function lookUp(vm: Vm, name: string, fields: FormatFields): Value {
  const [, head = "", tail = ""] = /^([^.[]*)(.*)$/s.exec(name) ?? [];
  let value: Value | undefined;
  if (head === "" || /^\d+$/.test(head)) {
    if (head === "" ? fields.next < 0 : fields.next > 0) {
      const [from, to] = head === "" ? ["manual", "automatic"] : ["automatic", "manual"];
      const names = { manual: "manual field specification", automatic: "automatic field numbering" } as const;
      const message = `cannot switch from ${names[from as "manual"]} to ${names[to as "manual"]}`;
      throw vm.error("ValueError", message);
    }
    const index = head === "" ? fields.next++ : Number(head);
    if (head !== "") fields.next = -1;
    value = fields.positional[index];
    if (!value) {
      throw vm.error("IndexError", `Replacement index ${index} out of range for positional args tuple`);
    }
  } else {
    value = fields.named(head);
    if (!value) throw vm.error("KeyError", stringRepr(head));
  }
  for (const part of tail.matchAll(/\.([^.[]+)|\[([^\]]*)\]/gs)) {
    const [, attribute, index = ""] = part;
    if (attribute !== undefined) value = vm.getAttribute(value, attribute);
    else value = vm.getIndex(value, /^\d+$/.test(index) ? int(Number(index)) : str(index));
  }
  return value;
}

/** `template.format(…)`. Throws Unknown when a part is not known. */
export function formatTemplate(vm: Vm, template: string, fields: FormatFields): string {
  let out = "";
  let at = 0;
  while (at < template.length) {
    const char = template[at] as string;
    if ((char === "{" || char === "}") && template[at + 1] === char) {
      out += char;
      at += 2;
    } else if (char === "}") {
      throw vm.error("ValueError", "Single '}' encountered in format string");
    } else if (char === "{") {
      let depth = 1;
      let end = at + 1;
      while (end < template.length && depth > 0) {
        if (template[end] === "{") depth++;
        else if (template[end] === "}") depth--;
        end++;
      }
      if (depth > 0) {
        const message =
          end === at + 1 ? "Single '{' encountered in format string" : "expected '}' before end of string";
        throw vm.error("ValueError", message);
      }
      out += formatField(vm, template.slice(at + 1, end - 1), fields);
      at = end;
    } else {
      out += char;
      at++;
    }
  }
  return out;
}

function formatField(vm: Vm, field: string, fields: FormatFields): string {
  const [, name = "", conversion, spec = ""] = /^([^!:]*(?:\[[^\]]*\][^!:]*)*)(?:!(.))?(?::(.*))?$/s.exec(field) ?? [];
  let value = lookUp(vm, name, fields);
  if (conversion !== undefined) value = str(known(convert(vm, value, conversion)));
  return known(format(vm, value, spec.includes("{") ? formatTemplate(vm, spec, fields) : spec));
}

const percentPattern = /%(?:\(([^)]*)\))?([-+ #0]*)(\*|\d+)?(?:\.(\*|\d+)?)?[hlL]?(.)?/gs;

/** `template % values`. Throws Unknown when a part is not known. */
export function formatPercent(vm: Vm, template: string, values: Value): string {
  const inner = payload(values);
  const items = inner.kind === "tuple" ? inner.items : [values];
  const isMapping = inner.kind === "dict";
  let next = 0;
  const take = (): Value => {
    const value = items[next++];
    if (!value) throw vm.error("TypeError", "not enough arguments for format string");
    return value;
  };
  const out = template.replace(percentPattern, (whole, key, flags: string, width, precision, type, at: number) => {
    if (type === undefined) throw vm.error("ValueError", "incomplete format");
    if (type === "%") return "%";
    const wide = width === "*" ? (numeric(take()) ?? 0) : Number(width ?? 0);
    const hasPrecision = /\.(?:\*|\d+)?[hlL]?.$/s.test(whole);
    const digits = precision === "*" ? (numeric(take()) ?? 0) : hasPrecision ? Number(precision ?? 0) : null;
    const value = key === undefined ? take() : vm.getIndex(values, str(key));
    if (value.kind === "opaque") throw new Unknown(derived(value));
    return percentOne(vm, value, { flags, width: wide, precision: digits, type, at: at + whole.length - 1 });
  });
  if (next < items.length && !isMapping) {
    throw vm.error("TypeError", "not all arguments converted during string formatting");
  }
  return out;
}

interface PercentField {
  flags: string;
  width: number;
  precision: number | null;
  type: string;
  at: number;
}

function percentOne(vm: Vm, value: Value, field: PercentField): string {
  const { flags, type } = field;
  const spec: Spec = {
    fill: " ",
    align: flags.includes("-") ? "<" : ">",
    sign: flags.includes("+") ? "+" : flags.includes(" ") ? " " : "-",
    alternate: flags.includes("#"),
    width: field.width,
    grouping: "",
    precision: field.precision,
    type,
  };
  if (type === "s" || type === "r" || type === "a") {
    const body = known(convert(vm, value, type));
    return pad(field.precision === null ? body : body.slice(0, field.precision), spec, ">");
  }
  if (type === "c" && value.kind === "string") return pad(value.value, spec, ">");
  if (!/[diuoxXeEfFgGc]/.test(type)) {
    const code = type.charCodeAt(0).toString(16);
    throw vm.error("ValueError", `unsupported format character '${type}' (0x${code}) at index ${field.at}`);
  }
  const number = numeric(value);
  if (number === undefined) {
    const wanted = /[oxX]/.test(type) ? "an integer is required" : "a real number is required";
    throw vm.error("TypeError", `%${type} format: ${wanted}, not ${typeNameOf(value)}`);
  }
  const zero = flags.includes("0") && !flags.includes("-");
  const padded: Spec = zero ? { ...spec, fill: "0", align: "=" } : spec;
  if (/[eEfFgG]/.test(type)) return formatFloat(number, padded);
  const whole = Math.trunc(number);
  const plain: Spec = { ...padded, type: /[diu]/.test(type) ? "d" : type, precision: null };
  if (field.precision === null) return formatInt(vm, whole, plain);
  const digits = formatInt(vm, Math.abs(whole), { ...plain, width: field.precision, fill: "0", align: "=", sign: "-" });
  return pad((whole < 0 ? "-" : spec.sign === "-" ? "" : spec.sign) + digits, spec, ">");
}
