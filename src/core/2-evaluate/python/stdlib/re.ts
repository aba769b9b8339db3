// The re module, on JavaScript's regular expressions: ordinary patterns are translated, what has no counterpart is unknown.
import { nativeModule } from "../../native";
import { Unknown } from "../../signals";
import {
  ClassValue,
  DictValue,
  HostObject,
  int,
  isNone,
  isOpaque,
  IteratorValue,
  list,
  NONE,
  str,
  tuple,
  type Value,
} from "../../values";
import type { Vm } from "../../vm";
import { exceptionType, raisedWith } from "../exceptions";
import { derived, fn, indexOf, isMissing, noop, pure } from "../support";
import { stringRepr } from "../text";
import { objectType, payload, typeNameOf } from "../types";
import type { StandardModules } from "./modules";

const FLAGS = { A: 256, I: 2, L: 4, M: 8, S: 16, X: 64, U: 32 } as const;
const longNames: Readonly<Record<string, number>> = {
  ASCII: FLAGS.A,
  IGNORECASE: FLAGS.I,
  LOCALE: FLAGS.L,
  MULTILINE: FLAGS.M,
  DOTALL: FLAGS.S,
  VERBOSE: FLAGS.X,
  UNICODE: FLAGS.U,
  NOFLAG: 0,
};

const patternType = new ClassValue("Pattern", [objectType]);
const matchType = new ClassValue("Match", [objectType]);
const errorType = new ClassValue("error", [exceptionType("Exception")]);

/** Takes blanks and comments out of a verbose pattern. */
function compact(pattern: string): string {
  return pattern.replace(/\\[^]|\[\^?\]?(?:\\[^]|[^\]\\])*\]|\s+|#[^\n]*/g, (part) =>
    /^(?:\s|#)/.test(part) ? "" : part,
  );
}

/** A Python pattern in JavaScript's spelling; undefined when there is none. */
function translate(pattern: string): string | undefined {
  // Conditionals, atomic groups, possessive quantifiers and locale flags have no counterpart.
  if (/\(\?\(|\(\?>|[*+?}]\+|\(\?[aLu]/.test(pattern.replace(/\\[^]|\[(?:\\[^]|[^\]\\])*\]/g, ""))) return undefined;
  return pattern
    .replace(/\\[^]|\(\?P<(\w+)>|\(\?P=(\w+)\)|\(\?#[^)]*\)/g, (part, name?: string, back?: string) => {
      if (name) return `(?<${name}>`;
      if (back) return `\\k<${back}>`;
      if (part.startsWith("(?#")) return "";
      if (part === "\\A") return "(?<![^])";
      if (part === "\\Z") return "(?![^])";
      return part;
    })
    .replace(/\\a/g, "\\x07");
}

class PatternObject extends HostObject {
  readonly typeName = "re.Pattern";
  /** Undefined when the pattern could not be translated. */
  readonly regex: RegExp | undefined;
  constructor(
    vm: Vm,
    readonly source: string,
    readonly flags: number,
  ) {
    super();
    let flagBits = flags;
    const inline = /^\(\?([imsx]+)\)/.exec(source);
    let body = inline ? source.slice(inline[0].length) : source;
    for (const letter of inline?.[1] ?? "") flagBits |= FLAGS[letter.toUpperCase() as "I"];
    if (flagBits & FLAGS.X) body = compact(body);
    const translated = translate(body);
    if (translated === undefined) return;
    // `$` of Python also matches before a line break at the very end.
    const ends =
      flagBits & FLAGS.M
        ? translated
        : translated.replace(/\\[^]|\[(?:\\[^]|[^\]\\])*\]|\$/g, (part) => (part === "$" ? "(?=\\n?(?![^]))" : part));
    const letters = `${flagBits & FLAGS.I ? "i" : ""}${flagBits & FLAGS.M ? "m" : ""}${flagBits & FLAGS.S ? "s" : ""}`;
    try {
      this.regex = new RegExp(ends, `dg${letters}`);
    } catch (problem) {
      throw raisedWith(
        vm,
        "error",
        [str(`the pattern is not well formed: ${problem instanceof Error ? problem.message : ""}`)],
        errorType,
      );
    }
  }
  /** The expression for this text. Throws Unknown where Python's Unicode classes would answer differently. */
  for(vm: Vm, text: string): RegExp {
    if (!this.regex) throw vm.giveUp(`the pattern ${stringRepr(this.source)} is not read`);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what is asked for
    if (/\\[wWbBsSdD]/.test(this.source) && /[^\x00-\x7f]/.test(text)) {
      throw vm.giveUp(`matching ${stringRepr(this.source)} against text outside ASCII is not modelled`);
    }
    return this.regex;
  }
  override getAttribute(_vm: Vm, name: string): Value | undefined {
    if (name === "pattern") return str(this.source);
    if (name === "flags") return int(this.flags | FLAGS.U);
    if (name === "groups") return int(new RegExp(`${this.regex?.source ?? ""}|`).exec("")?.length ?? 1);
    const method = methods[name];
    return (
      method &&
      fn(name, method.signature, (vm, ...args) => method.body(vm, this, ...args), {
        pure: name !== "sub" && name !== "subn",
      })
    );
  }
  override isInstanceOf(_vm: Vm, cls: ClassValue): boolean {
    return cls === patternType || cls.name === "Pattern";
  }
  override text(): string {
    return `re.compile(${stringRepr(this.source)})`;
  }
}

class MatchObject extends HostObject {
  readonly typeName = "re.Match";
  constructor(
    private readonly match: RegExpExecArray,
    private readonly pattern: PatternObject,
    private readonly subject: string,
  ) {
    super();
  }
  private place(vm: Vm, group: Value): number | string {
    const inner = payload(group);
    if (inner.kind === "undefined") return 0;
    if (inner.kind === "string" && this.match.groups && inner.value in this.match.groups) return inner.value;
    if (inner.kind === "number" && inner.value >= 0 && inner.value < this.match.length) return inner.value;
    throw vm.error("IndexError", "no such group");
  }
  private group(vm: Vm, group: Value): Value {
    const place = this.place(vm, group);
    return textOrNone(typeof place === "number" ? this.match[place] : this.match.groups?.[place]);
  }
  private span(vm: Vm, group: Value): [number, number] {
    const place = this.place(vm, group);
    const indices = this.match.indices;
    return (typeof place === "number" ? indices?.[place] : indices?.groups?.[place]) ?? [-1, -1];
  }
  override getIndex(vm: Vm, index: Value): Value {
    return this.group(vm, index);
  }
  override truth(): boolean {
    return true;
  }
  override getAttribute(_vm: Vm, name: string): Value | undefined {
    switch (name) {
      case "group":
        return pure(name, "*groups", (vm, ...groups) =>
          groups.length <= 1
            ? this.group(vm, groups[0] ?? int(0))
            : tuple(groups.map((group) => this.group(vm, group))),
        );
      case "groups":
        return pure(name, "default?", (_inner, fallback) =>
          tuple(this.match.slice(1).map((part) => textOrNone(part, fallback))),
        );
      case "groupdict":
        return pure(name, "default?", (_inner, fallback) => {
          const dict = new DictValue();
          for (const [key, part] of Object.entries(this.match.groups ?? {})) dict.put(key, textOrNone(part, fallback));
          return dict;
        });
      case "start":
        return pure(name, "group?", (vm, group) => int(this.span(vm, group)[0]));
      case "end":
        return pure(name, "group?", (vm, group) => int(this.span(vm, group)[1]));
      case "span":
        return pure(name, "group?", (vm, group) => tuple(this.span(vm, group).map((at) => int(at))));
      case "string":
        return str(this.subject);
      case "re":
        return this.pattern;
      case "lastindex": {
        const last = this.match.findLastIndex((part) => part !== undefined);
        return last > 0 ? int(last) : NONE;
      }
      case "expand":
        return pure(name, "template", (vm, template) => str(expand(vm, textOf(vm, template), this.match)));
      default:
        return undefined;
    }
  }
  override isInstanceOf(_vm: Vm, cls: ClassValue): boolean {
    return cls === matchType || cls.name === "Match";
  }
  override text(): string {
    const [start, end] = this.match.indices?.[0] ?? [0, 0];
    return `<re.Match object; span=(${start}, ${end}), match=${stringRepr(this.match[0])}>`;
  }
}

function textOrNone(text: string | undefined, fallback: Value = NONE): Value {
  return text === undefined ? (isMissing(fallback) ? NONE : fallback) : str(text);
}

function textOf(vm: Vm, value: Value): string {
  const inner = payload(value);
  if (inner.kind === "opaque") throw new Unknown(derived(inner));
  if (inner.kind === "string") return inner.value;
  throw vm.error("TypeError", `expected string or bytes-like object, got '${typeNameOf(value)}'`);
}

/** A replacement template with `\1`, `\g<name>`, `\n`. */
function expand(vm: Vm, template: string, match: RegExpExecArray): string {
  return template.replace(
    /\\(?:g<(\w+)>|(\d{1,2})|([^]))/g,
    (whole, named?: string, digits?: string, char?: string) => {
      const key = named ?? digits;
      if (key !== undefined) {
        const found = /^\d+$/.test(key) ? match[Number(key)] : match.groups?.[key];
        if (/^\d+$/.test(key) && Number(key) >= match.length) {
          throw raisedWith(vm, "error", [str(`invalid group reference ${key}`)], errorType);
        }
        return found ?? "";
      }
      return { n: "\n", t: "\t", r: "\r", "\\": "\\" }[char ?? ""] ?? whole;
    },
  );
}

function all(vm: Vm, pattern: PatternObject, text: string): RegExpExecArray[] {
  vm.step();
  const regex = pattern.for(vm, text);
  regex.lastIndex = 0;
  return [...text.matchAll(regex)] as RegExpExecArray[];
}

function first(vm: Vm, pattern: PatternObject, subject: Value, mode: "search" | "match" | "full"): Value {
  const text = textOf(vm, subject);
  const regex = pattern.for(vm, text);
  const source =
    mode === "search" ? regex.source : mode === "match" ? `(?:${regex.source})` : `(?:${regex.source})(?![^])`;
  const own = mode === "search" ? regex : new RegExp(source, regex.flags.replace("g", "y"));
  own.lastIndex = 0;
  const match = own.exec(text);
  return match ? new MatchObject(match, pattern, text) : NONE;
}

function substitute(vm: Vm, pattern: PatternObject, replacement: Value, subject: Value, most: Value): [Value, number] {
  const text = textOf(vm, subject);
  const limit = isMissing(most) ? 0 : indexOf(vm, most);
  const call = payload(replacement).kind === "string" ? undefined : replacement;
  const template = call ? "" : textOf(vm, replacement);
  let out = "";
  let at = 0;
  let count = 0;
  for (const match of all(vm, pattern, text)) {
    if (limit > 0 && count >= limit) break;
    const part = call
      ? textOf(vm, vm.call(call, [new MatchObject(match, pattern, text)]))
      : expand(vm, template, match);
    out += text.slice(at, match.index) + part;
    at = match.index + match[0].length;
    count++;
  }
  return [str(out + text.slice(at)), count];
}

function split(vm: Vm, pattern: PatternObject, subject: Value, most: Value): Value {
  const text = textOf(vm, subject);
  const limit = isMissing(most) ? 0 : indexOf(vm, most);
  const parts: Value[] = [];
  let at = 0;
  let count = 0;
  for (const match of all(vm, pattern, text)) {
    if (limit > 0 && count >= limit) break;
    parts.push(str(text.slice(at, match.index)), ...match.slice(1).map((part) => textOrNone(part)));
    at = match.index + match[0].length;
    count++;
  }
  return list([...parts, str(text.slice(at))]);
}

function findAll(vm: Vm, pattern: PatternObject, subject: Value): Value {
  return list(
    all(vm, pattern, textOf(vm, subject)).map((match) => {
      const groups = match.slice(1).map((part) => str(part ?? ""));
      return groups.length === 0 ? str(match[0]) : groups.length === 1 ? (groups[0] as Value) : tuple(groups);
    }),
  );
}

function findEach(vm: Vm, pattern: PatternObject, subject: Value): Value {
  const text = textOf(vm, subject);
  const matches = all(vm, pattern, text).values();
  return new IteratorValue(() => {
    const match = matches.next();
    return match.done ? undefined : new MatchObject(match.value, pattern, text);
  });
}

interface Method {
  signature: string;
  body: (vm: Vm, pattern: PatternObject, ...args: Value[]) => Value;
}

const methods: Readonly<Record<string, Method>> = {
  match: { signature: "string", body: (vm, pattern, text) => first(vm, pattern, text, "match") },
  search: { signature: "string", body: (vm, pattern, text) => first(vm, pattern, text, "search") },
  fullmatch: { signature: "string", body: (vm, pattern, text) => first(vm, pattern, text, "full") },
  findall: { signature: "string", body: findAll },
  finditer: { signature: "string", body: findEach },
  split: { signature: "string maxsplit?", body: split },
  sub: {
    signature: "repl string count?",
    body: (vm, pattern, fresh, text, count) => substitute(vm, pattern, fresh, text, count)[0],
  },
  subn: {
    signature: "repl string count?",
    body: (vm, pattern, fresh, text, most) => {
      const [made, count] = substitute(vm, pattern, fresh, text, most);
      return tuple([made, int(count)]);
    },
  },
};

function compile(vm: Vm, pattern: Value, flags: Value): PatternObject {
  if (pattern instanceof PatternObject) return pattern;
  return new PatternObject(vm, textOf(vm, pattern), isNone(flags) ? 0 : indexOf(vm, flags));
}

const functions = Object.entries(methods).map(([name, { signature, body }]): [string, Value] => {
  const most = signature.split(" ").length;
  return [
    name,
    fn(name, `pattern ${signature} flags?`, (vm, pattern, ...args) => {
      if (isOpaque(pattern)) return derived(pattern);
      return body(vm, compile(vm, pattern, args[most] ?? NONE), ...args.slice(0, most));
    }),
  ];
});

export const regexModules: StandardModules = {
  re: () =>
    nativeModule("re", {
      ...Object.fromEntries(functions),
      compile: pure("compile", "pattern flags?", compile),
      escape: pure("escape", "pattern", (vm, text) =>
        str(
          textOf(vm, text).replace(/[^\w\u0080-\uffff]/g, (char) =>
            /[!"%',/:;<=>@`]/.test(char) ? char : `\\${char}`,
          ),
        ),
      ),
      purge: noop("purge"),
      Pattern: patternType,
      Match: matchType,
      error: errorType,
      ...Object.fromEntries(Object.entries({ ...FLAGS, ...longNames }).map(([name, value]) => [name, int(value)])),
    }),
};
