// Methods of str and bytes. bytes are held one byte per character, so most methods serve both.
import { Unknown } from "../signals";
import {
  bool,
  DictValue,
  int,
  isNone,
  isOpaque,
  list,
  NativeFunction,
  NONE,
  StringValue,
  str,
  tuple,
  type Value,
} from "../values";
import type { Vm } from "../vm";
import { formatTemplate } from "./format";
import { collect } from "./iterate";
import { characters, textLength } from "./sequence";
import { addMethods, derived, indexOf, indexOr, isMissing, type MethodTable, staticFn } from "./support";
import { bytesType, isText, payload, strType, typeNameOf } from "./types";

type Text = StringValue;

function wrap(like: Text, value: string): Value {
  return like.bytes ? new StringValue(value, true) : str(value);
}

/** The text of an argument of the same kind as `self`. */
function like(vm: Vm, self: Text, value: Value, what = "must be"): string {
  const inner = payload(value);
  if (inner.kind === "opaque") throw new Unknown(derived(inner));
  if (inner.kind === "string" && inner.bytes === self.bytes) return inner.value;
  throw vm.error(
    "TypeError",
    `${what} ${self.bytes ? "a bytes-like object is required" : "str"}, not ${typeNameOf(value)}`,
  );
}

const whitespace = " \t\n\r\v\f\x1c\x1d\x1e\x1f\x85\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000";
const leadingSpace = new RegExp(`^[${whitespace}]+`);
const trailingSpace = new RegExp(`[${whitespace}]+$`);
const spaces = new RegExp(`[${whitespace}]+`);

function strip(vm: Vm, self: Text, chars: Value, left: boolean, right: boolean): Value {
  let value = self.value;
  if (isNone(chars)) {
    if (left) value = value.replace(leadingSpace, "");
    if (right) value = value.replace(trailingSpace, "");
    return wrap(self, value);
  }
  const set = new Set(characters(like(vm, self, chars, "strip arg must be None or")));
  const all = characters(value);
  let start = 0;
  let end = all.length;
  while (left && start < end && set.has(all[start] as string)) start++;
  while (right && end > start && set.has(all[end - 1] as string)) end--;
  return wrap(self, all.slice(start, end).join(""));
}

function split(vm: Vm, self: Text, separator: Value, most: Value): Value {
  const limit = indexOr(vm, most, -1);
  if (isNone(separator)) {
    let rest = self.value.replace(leadingSpace, "");
    const parts: string[] = [];
    while (rest !== "") {
      const match = parts.length === limit ? null : spaces.exec(rest);
      if (!match) {
        parts.push(parts.length === limit ? rest : rest.replace(trailingSpace, ""));
        break;
      }
      parts.push(rest.slice(0, match.index));
      rest = rest.slice(match.index + match[0].length);
    }
    return list(parts.map((part) => wrap(self, part)));
  }
  const by = like(vm, self, separator);
  if (by === "") throw vm.error("ValueError", "empty separator");
  const parts = self.value.split(by);
  const kept = limit < 0 || parts.length <= limit + 1 ? parts : [...parts.slice(0, limit), parts.slice(limit).join(by)];
  return list(kept.map((part) => wrap(self, part)));
}

function rsplit(vm: Vm, self: Text, separator: Value, most: Value): Value {
  const limit = indexOr(vm, most, -1);
  if (limit < 0) return split(vm, self, separator, most);
  if (isNone(separator)) {
    let rest = self.value.replace(trailingSpace, "");
    const parts: string[] = [];
    while (rest !== "" && parts.length < limit) {
      const match = new RegExp(`[${whitespace}]+(?=[^${whitespace}]*$)`).exec(rest);
      if (!match) break;
      parts.unshift(rest.slice(match.index + match[0].length));
      rest = rest.slice(0, match.index);
    }
    if (rest !== "") parts.unshift(rest.replace(parts.length < limit ? leadingSpace : trailingSpace, ""));
    return list(parts.map((part) => wrap(self, part)));
  }
  const by = like(vm, self, separator);
  if (by === "") throw vm.error("ValueError", "empty separator");
  const parts = self.value.split(by);
  const cut = parts.length - limit;
  const kept = cut <= 1 ? parts : [parts.slice(0, cut).join(by), ...parts.slice(cut)];
  return list(kept.map((part) => wrap(self, part)));
}

/** Start and end of a search, from optional arguments. */
function window(vm: Vm, length: number, start: Value, end: Value): [number, number] {
  const clamp = (value: number): number => Math.min(Math.max(value < 0 ? value + length : value, 0), length);
  const from = indexOr(vm, start, 0);
  return [from > length ? length + 1 : clamp(from), clamp(indexOr(vm, end, length))];
}

function find(vm: Vm, self: Text, needle: Value, start: Value, end: Value, last: boolean): number {
  const wanted = like(vm, self, needle);
  const [from, to] = window(vm, self.value.length, start, end);
  if (from > to) return -1;
  const part = self.value.slice(from, to);
  const at = last ? part.lastIndexOf(wanted) : part.indexOf(wanted);
  return at < 0 ? -1 : at + from;
}

function count(vm: Vm, self: Text, needle: Value, start: Value, end: Value): number {
  const wanted = like(vm, self, needle);
  const [from, to] = window(vm, self.value.length, start, end);
  const part = self.value.slice(from, to);
  return wanted === "" ? textLength(part) + 1 : part.split(wanted).length - 1;
}

function affix(vm: Vm, self: Text, wanted: Value, start: Value, end: Value, name: string): Value {
  const inner = payload(wanted);
  const options = inner.kind === "tuple" ? inner.items : [inner];
  const [from, to] = window(vm, self.value.length, start, end);
  const part = self.value.slice(from, Math.max(from, to));
  const what = `${name} first arg must be str or a tuple of`;
  return bool(
    options.some((option) => {
      const text = like(vm, self, option, what);
      return name === "startswith" ? part.startsWith(text) : part.endsWith(text);
    }),
  );
}

function replace(vm: Vm, self: Text, old: Value, fresh: Value, most: Value): Value {
  const from = like(vm, self, old);
  const to = like(vm, self, fresh);
  const limit = indexOr(vm, most, -1);
  if (limit < 0) {
    if (from !== "") return wrap(self, self.value.split(from).join(to));
    return wrap(
      self,
      to +
        characters(self.value)
          .map((char) => char + to)
          .join(""),
    );
  }
  const parts = from === "" ? ["", ...characters(self.value), ""] : self.value.split(from);
  let out = parts[0] ?? "";
  for (let index = 1; index < parts.length; index++) out += (index <= limit ? to : from) + parts[index];
  return wrap(self, out);
}

function partition(vm: Vm, self: Text, separator: Value, last: boolean): Value {
  const by = like(vm, self, separator);
  if (by === "") throw vm.error("ValueError", "empty separator");
  const at = last ? self.value.lastIndexOf(by) : self.value.indexOf(by);
  const parts =
    at < 0
      ? last
        ? ["", "", self.value]
        : [self.value, "", ""]
      : [self.value.slice(0, at), by, self.value.slice(at + by.length)];
  return tuple(parts.map((part) => wrap(self, part)));
}

function join(vm: Vm, self: Text, items: Value): Value {
  const inner = payload(items);
  if (inner.kind === "number" || inner.kind === "none" || inner.kind === "boolean") {
    throw vm.error("TypeError", "can only join an iterable");
  }
  const parts = collect(vm, items).map((item, index) => {
    const part = payload(item);
    if (part.kind === "opaque") throw new Unknown(derived(part));
    if (part.kind === "string" && part.bytes === self.bytes) return part.value;
    const wanted = self.bytes ? "a bytes-like object" : "str instance";
    throw vm.error("TypeError", `sequence item ${index}: expected ${wanted}, ${typeNameOf(item)} found`);
  });
  return wrap(self, parts.join(self.value));
}

function justify(vm: Vm, self: Text, width: Value, fill: Value, side: "l" | "r" | "c"): Value {
  const missing = indexOf(vm, width) - textLength(self.value);
  if (missing <= 0) return self;
  const char = isMissing(fill) ? " " : like(vm, self, fill);
  if (textLength(char) !== 1) throw vm.error("TypeError", "The fill character must be exactly one character long");
  if (side === "l") return wrap(self, self.value + char.repeat(missing));
  if (side === "r") return wrap(self, char.repeat(missing) + self.value);
  const width2 = missing + textLength(self.value);
  const left = Math.floor(missing / 2) + (missing & width2 & 1);
  return wrap(self, char.repeat(left) + self.value + char.repeat(missing - left));
}

function title(text: string): string {
  return text.replace(/\p{L}+/gu, (word) => {
    const [first = "", ...rest] = word;
    return first.toUpperCase() + rest.join("").toLowerCase();
  });
}

function capitalize(text: string): string {
  const [first = "", ...rest] = text;
  return first.toUpperCase() + rest.join("").toLowerCase();
}

function swapCase(text: string): string {
  return [...text].map((c) => (c === c.toUpperCase() ? c.toLowerCase() : c.toUpperCase())).join("");
}

function expandTabs(text: string, size: number): string {
  let column = 0;
  let out = "";
  for (const char of text) {
    if (char === "\t") {
      const width = size > 0 ? size - (column % size) : 0;
      out += " ".repeat(width);
      column += width;
    } else {
      out += char;
      column = char === "\n" || char === "\r" ? 0 : column + 1;
    }
  }
  return out;
}

function splitLines(self: Text, keep: boolean): Value {
  const pattern = self.bytes
    ? /[^\r\n]*(?:\r\n|\r|\n|$)/g
    : /[^\r\n\v\f\x1c-\x1e\x85\u2028\u2029]*(?:\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]|$)/g;
  const lines = (self.value.match(pattern) ?? []).filter((line) => line !== "");
  return list(
    lines.map((line) => wrap(self, keep ? line : line.replace(/(?:\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029])$/, ""))),
  );
}

const test =
  (pattern: RegExp) =>
  (_vm: Vm, self: Text): Value =>
    bool(pattern.test(self.value));

const map =
  (change: (text: string) => string) =>
  (_vm: Vm, self: Text): Value =>
    wrap(self, change(self.value));

const common: MethodTable<Text> = {
  strip: ["chars?", (vm, s, chars) => strip(vm, s, chars, true, true)],
  lstrip: ["chars?", (vm, s, chars) => strip(vm, s, chars, true, false)],
  rstrip: ["chars?", (vm, s, chars) => strip(vm, s, chars, false, true)],
  split: ["sep? maxsplit?", (vm, s, sep, most) => split(vm, s, sep, most)],
  rsplit: ["sep? maxsplit?", (vm, s, sep, most) => rsplit(vm, s, sep, most)],
  splitlines: ["keepends?", (vm, s, keep) => splitLines(s, vm.truth(keep) === true)],
  find: ["sub start? end?", (vm, s, a, b, c) => int(find(vm, s, a, b, c, false))],
  rfind: ["sub start? end?", (vm, s, a, b, c) => int(find(vm, s, a, b, c, true))],
  index: ["sub start? end?", (vm, s, a, b, c) => found(vm, s, find(vm, s, a, b, c, false))],
  rindex: ["sub start? end?", (vm, s, a, b, c) => found(vm, s, find(vm, s, a, b, c, true))],
  count: ["sub start? end?", (vm, s, a, b, c) => int(count(vm, s, a, b, c))],
  startswith: ["p start? end?", (vm, s, a, b, c) => affix(vm, s, a, b, c, "startswith")],
  endswith: ["p start? end?", (vm, s, a, b, c) => affix(vm, s, a, b, c, "endswith")],
  replace: ["old new count?", (vm, s, a, b, c) => replace(vm, s, a, b, c)],
  partition: ["sep", (vm, s, sep) => partition(vm, s, sep, false)],
  rpartition: ["sep", (vm, s, sep) => partition(vm, s, sep, true)],
  join: ["iterable", (vm, s, items) => join(vm, s, items)],
  ljust: ["width fill?", (vm, s, width, fill) => justify(vm, s, width, fill, "l")],
  rjust: ["width fill?", (vm, s, width, fill) => justify(vm, s, width, fill, "r")],
  center: ["width fill?", (vm, s, width, fill) => justify(vm, s, width, fill, "c")],
  zfill: ["width", (vm, s, width) => wrap(s, zeroFill(s.value, indexOf(vm, width)))],
  removeprefix: ["p", (vm, s, p) => wrap(s, removeAffix(s.value, like(vm, s, p), true))],
  removesuffix: ["p", (vm, s, p) => wrap(s, removeAffix(s.value, like(vm, s, p), false))],
  expandtabs: ["tabsize?", (vm, s, size) => wrap(s, expandTabs(s.value, indexOr(vm, size, 8)))],
  upper: ["", map((text) => text.toUpperCase())],
  lower: ["", map((text) => text.toLowerCase())],
  title: ["", map(title)],
  capitalize: ["", map(capitalize)],
  swapcase: ["", map(swapCase)],
  isdigit: ["", test(/^[\p{Nd}²³¹⁰⁴-⁹₀-₉]+$/u)],
  isalpha: ["", test(/^\p{L}+$/u)],
  isalnum: ["", test(/^[\p{L}\p{N}]+$/u)],
  isspace: ["", test(new RegExp(`^[${whitespace}]+$`))],
  isupper: ["", (_vm, s) => bool(/\p{Lu}/u.test(s.value) && !/[\p{Ll}\p{Lt}]/u.test(s.value))],
  islower: ["", (_vm, s) => bool(/\p{Ll}/u.test(s.value) && !/[\p{Lu}\p{Lt}]/u.test(s.value))],
  istitle: ["", (_vm, s) => bool(/\p{L}/u.test(s.value) && title(s.value) === s.value)],
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is the question
  isascii: ["", test(/^[\x00-\x7f]*$/)],
};

function found(vm: Vm, self: Text, at: number): Value {
  if (at < 0) throw vm.error("ValueError", self.bytes ? "subsection not found" : "substring not found");
  return int(at);
}

function zeroFill(text: string, width: number): string {
  const sign = /^[+-]/.test(text) ? text.slice(0, 1) : "";
  const rest = text.slice(sign.length);
  return sign + "0".repeat(Math.max(0, width - textLength(text))) + rest;
}

function removeAffix(text: string, part: string, atStart: boolean): string {
  if (part === "") return text;
  if (atStart) return text.startsWith(part) ? text.slice(part.length) : text;
  return text.endsWith(part) ? text.slice(0, -part.length) : text;
}

const textOnly: MethodTable<Text> = {
  casefold: ["", map((text) => text.toLowerCase().replaceAll("ß", "ss"))],
  isdecimal: ["", test(/^\p{Nd}+$/u)],
  isnumeric: ["", test(/^\p{N}+$/u)],
  isidentifier: ["", test(/^[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}_]*$/u)],
  isprintable: ["", test(/^(?:[^\p{C}\p{Zl}\p{Zp}\p{Zs}]| )*$/u)],
  encode: ["encoding? errors?", (vm, s, encoding) => encode(vm, s.value, encoding)],
  translate: ["table", (vm, s, table) => translate(vm, s.value, table)],
  format_map: ["mapping", (vm, s, mapping) => formatMap(vm, s.value, mapping)],
};

function encodingName(vm: Vm, encoding: Value): string {
  const name = isMissing(encoding) ? "utf-8" : encoding.kind === "string" ? encoding.value.toLowerCase() : "";
  if (["utf-8", "utf8", "ascii", "latin-1", "latin1", "iso-8859-1"].includes(name)) return name;
  throw vm.giveUp(`the text encoding ${name} is not modelled`);
}

function encode(vm: Vm, text: string, encoding: Value): Value {
  const name = encodingName(vm, encoding);
  if (!name.startsWith("utf")) return new StringValue(text, true);
  // encodeURIComponent is the one UTF-8 encoder every JavaScript platform has.
  const bytes = encodeURIComponent(text).replace(/%([0-9A-F]{2})/g, (_all, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return new StringValue(bytes, true);
}

function decode(vm: Vm, bytes: string, encoding: Value): Value {
  const name = encodingName(vm, encoding);
  if (!name.startsWith("utf")) return str(bytes);
  try {
    return str(
      decodeURIComponent(bytes.replace(/[^]/g, (char) => `%${char.charCodeAt(0).toString(16).padStart(2, "0")}`)),
    );
  } catch {
    throw vm.error("UnicodeDecodeError", "'utf-8' codec can't decode bytes: invalid data");
  }
}

function translate(vm: Vm, text: string, table: Value): Value {
  const dict = payload(table);
  if (dict.kind !== "dict" || dict.taint) throw vm.giveUp("the translation table is not known");
  let out = "";
  for (const char of characters(text)) {
    const mapped = dict.get(char.codePointAt(0) ?? 0);
    if (!mapped) out += char;
    else if (mapped.kind === "string") out += mapped.value;
    else if (mapped.kind === "number") out += String.fromCodePoint(mapped.value);
  }
  return str(out);
}

function formatMap(vm: Vm, template: string, mapping: Value): Value {
  return str(
    formatTemplate(vm, template, { positional: [], named: (name) => vm.getIndex(mapping, str(name)), next: 0 }),
  );
}

function makeTranslation(vm: Vm, from: Value, to: Value, gone: Value): Value {
  const table = new DictValue();
  const put = (code: number, value: Value): void => {
    table.entries.set(`n:${code}`, { key: int(code), value });
  };
  if (from.kind === "dict") {
    for (const { key, value } of from.entries.values()) {
      if (key.kind === "string") put(key.value.codePointAt(0) ?? 0, value);
      else if (key.kind === "number") put(key.value, value);
    }
    return table;
  }
  if (!isText(from) || !isText(to)) throw vm.giveUp("the translation table is not known");
  const target = characters(to.value);
  for (const [index, char] of characters(from.value).entries()) {
    put(char.codePointAt(0) ?? 0, int(target[index]?.codePointAt(0) ?? 0));
  }
  if (isText(gone)) for (const char of characters(gone.value)) put(char.codePointAt(0) ?? 0, NONE);
  return table;
}

const isAnyText = (value: Value): value is Text => value.kind === "string";

addMethods(strType, isAnyText, { ...common, ...textOnly }, { pure: true });
addMethods(
  bytesType,
  isAnyText,
  {
    ...common,
    decode: ["encoding? errors?", (vm, s, encoding) => decode(vm, s.value, encoding)],
    hex: ["", (_vm, s) => str([...s.value].map((c) => c.charCodeAt(0).toString(16).padStart(2, "0")).join(""))],
  },
  { pure: true },
);
strType.members.set(
  "maketrans",
  staticFn("str.maketrans", "x y? z?", (vm, x, y, z) => makeTranslation(vm, x, y, z)),
);
strType.members.set(
  "format",
  new NativeFunction("str.format", (vm, args) => {
    if (args.unknown) return args.unknown;
    const template = payload(args.positional[0] as Value);
    if (isOpaque(template)) return derived(template);
    if (template.kind !== "string") throw vm.error("TypeError", "descriptor 'format' requires a 'str' object");
    const named = (name: string): Value | undefined => args.keywords.get(name);
    return str(formatTemplate(vm, template.value, { positional: args.positional.slice(1), named, next: 0 }));
  }),
);
