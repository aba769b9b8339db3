// The json module: text in the program is read, files are not.
import { nativeModule } from "../../native";
import { Unknown } from "../../signals";
import { bool, ClassValue, DictValue, float, int, isNone, isOpaque, list, NONE, str, type Value } from "../../values";
import type { Vm } from "../../vm";
import { exceptionType, raisedWith } from "../exceptions";
import { derived, fn, indexOf, noop, pure } from "../support";
import { numberText, stringRepr } from "../text";
import { payload, typeNameOf } from "../types";
import type { StandardModules } from "./modules";

const decodeError = new ClassValue("JSONDecodeError", [exceptionType("ValueError")]);

/** A reader of JSON text that keeps 1 and 1.0 apart, which JSON.parse does not. */
class JsonReader {
  private at = 0;
  constructor(
    private readonly vm: Vm,
    private readonly text: string,
  ) {}

  read(): Value {
    const value = this.value();
    this.space();
    if (this.at < this.text.length) this.fail("Extra data");
    return value;
  }
  private fail(message: string): never {
    const before = this.text.slice(0, this.at);
    const line = before.split("\n").length;
    const column = this.at - before.lastIndexOf("\n");
    const shown = `${message}: line ${line} column ${column} (char ${this.at})`;
    throw raisedWith(this.vm, "JSONDecodeError", [str(shown)], decodeError);
  }
  private space(): void {
    while (" \t\n\r".includes(this.text[this.at] ?? "x")) this.at++;
  }
  private take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    if (match) this.at += match[0].length;
    return match?.[0];
  }
  private value(): Value {
    this.vm.step();
    this.space();
    const char = this.text[this.at];
    if (char === "{") return this.object();
    if (char === "[") return this.array();
    if (char === '"') return str(this.string());
    const word = this.take(/true|false|null|NaN|-?Infinity/y);
    switch (word) {
      case "true":
      case "false":
        return bool(word === "true");
      case "null":
        return NONE;
      case undefined:
        break;
      default:
        return float(Number(word));
    }
    const number = this.take(/-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y);
    if (number === undefined) this.fail("Expecting value");
    if (/[.eE]/.test(number)) return float(Number(number));
    return Number.isSafeInteger(Number(number))
      ? int(Number(number))
      : this.vm.unknown("the whole number is larger than 2^53");
  }
  private string(): string {
    const raw = this.take(/"(?:[^"\\]|\\[^])*"/y);
    if (raw === undefined) this.fail("Unterminated string starting at");
    try {
      return JSON.parse(raw.replace(/[\n\r\t]/g, (char) => JSON.stringify(char).slice(1, -1))) as string;
    } catch {
      return this.fail("Invalid \\escape");
    }
  }
  private array(): Value {
    const items: Value[] = [];
    this.at++;
    this.space();
    if (this.text[this.at] !== "]") {
      do items.push(this.value());
      while (this.separator("]"));
    }
    this.at++;
    return list(items);
  }
  private object(): Value {
    const dict = new DictValue();
    this.at++;
    this.space();
    if (this.text[this.at] !== "}") {
      do {
        this.space();
        if (this.text[this.at] !== '"') this.fail("Expecting property name enclosed in double quotes");
        const key = this.string();
        this.space();
        if (this.text[this.at] !== ":") this.fail("Expecting ':' delimiter");
        this.at++;
        dict.put(key, this.value());
      } while (this.separator("}"));
    }
    this.at++;
    return dict;
  }
  private separator(end: string): boolean {
    this.space();
    const char = this.text[this.at];
    if (char === ",") this.at++;
    else if (char !== end) this.fail("Expecting ',' delimiter");
    return char === ",";
  }
}

interface Style {
  indent: string | null;
  sorted: boolean;
  ascii: boolean;
  separators: [item: string, key: string];
}

function write(vm: Vm, value: Value, style: Style, depth: number): string {
  const inner = payload(value);
  switch (inner.kind) {
    case "opaque":
      throw new Unknown(derived(inner));
    case "none":
      return "null";
    case "boolean":
      return String(inner.value);
    case "number":
      if (!Number.isFinite(inner.value))
        return Number.isNaN(inner.value) ? "NaN" : inner.value > 0 ? "Infinity" : "-Infinity";
      return numberText(inner.value, inner.isFloat);
    case "string":
      return quoted(inner.value, style.ascii);
    case "list":
    case "tuple": {
      if (inner.kind === "list" && inner.taint) throw new Unknown(inner.taint);
      return wrapped(
        "[",
        inner.items.map((item) => write(vm, item, style, depth + 1)),
        "]",
        style,
        depth,
      );
    }
    case "dict": {
      if (inner.taint) throw new Unknown(inner.taint);
      let entries = [...inner.entries.values()].map(({ key, value: item }) => ({ key: keyText(vm, key), item }));
      if (style.sorted) entries = entries.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
      const parts = entries.map(
        ({ key, item }) => quoted(key, style.ascii) + style.separators[1] + write(vm, item, style, depth + 1),
      );
      return wrapped("{", parts, "}", style, depth);
    }
    default:
      throw vm.error("TypeError", `Object of type ${typeNameOf(value)} is not JSON serializable`);
  }
}

function keyText(vm: Vm, key: Value): string {
  const inner = payload(key);
  if (inner.kind === "string") return inner.value;
  if (inner.kind === "number") return numberText(inner.value, inner.isFloat);
  if (inner.kind === "boolean") return String(inner.value);
  if (inner.kind === "none") return "null";
  throw vm.error("TypeError", `keys must be str, int, float, bool or None, not ${typeNameOf(key)}`);
}

function quoted(text: string, ascii: boolean): string {
  const written = JSON.stringify(text);
  if (!ascii) return written;
  return written.replace(/[\u007f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function wrapped(open: string, parts: readonly string[], close: string, style: Style, depth: number): string {
  if (parts.length === 0) return open + close;
  if (style.indent === null) return open + parts.join(style.separators[0]) + close;
  const inner = `\n${style.indent.repeat(depth + 1)}`;
  return open + inner + parts.join(style.separators[0] + inner) + `\n${style.indent.repeat(depth)}${close}`;
}

const dumpsSignature =
  "obj skipkeys? ensure_ascii? check_circular? allow_nan? cls? indent? separators? default? sort_keys?";

function dumps(vm: Vm, ...args: Value[]): Value {
  const [value = NONE, , ascii = NONE, , , , indent = NONE, separators = NONE, , sort = NONE] = args;
  const indentation = isNone(indent) ? null : indent.kind === "string" ? indent.value : " ".repeat(indexOf(vm, indent));
  const [item, key] = separators.kind === "tuple" ? separators.items : [];
  const style: Style = {
    indent: indentation,
    sorted: vm.truth(sort) === true,
    ascii: ascii.kind === "undefined" || vm.truth(ascii) === true,
    separators: [
      item?.kind === "string" ? item.value : indentation === null ? ", " : ",",
      key?.kind === "string" ? key.value : ": ",
    ],
  };
  return str(write(vm, value, style, 0));
}

export const jsonModules: StandardModules = {
  json: () =>
    nativeModule("json", {
      loads: pure(
        "loads",
        "s cls? object_hook? parse_float? parse_int? parse_constant? object_pairs_hook?",
        (vm, text) => {
          const inner = payload(text);
          if (inner.kind === "string") return new JsonReader(vm, inner.value).read();
          throw vm.error("TypeError", `the JSON object must be str, bytes or bytearray, not ${typeNameOf(text)}`);
        },
      ),
      load: fn("load", "fp", (vm, file) =>
        isOpaque(file) ? derived(file) : vm.unknown("the content of files is not read"),
      ),
      dumps: fn("dumps", dumpsSignature, dumps),
      dump: noop("dump"),
      JSONDecodeError: decodeError,
    }),
};

/** ast.literal_eval for what is JSON but for Python's spelling; anything else is not known. */
export function literal(vm: Vm, text: string): Value {
  const spelled = text
    .trim()
    .replace(/\bTrue\b/g, "true")
    .replace(/\bFalse\b/g, "false")
    .replace(/\bNone\b/g, "null");
  if (!/^[[{"\d.+-]|^(?:true|false|null)$/.test(spelled) || spelled.includes("'") || /[()]/.test(spelled)) {
    return vm.unknown(`the literal ${stringRepr(text)} is not read`);
  }
  return new JsonReader(vm, spelled.replace(/,\s*([\]}])/g, "$1")).read();
}
