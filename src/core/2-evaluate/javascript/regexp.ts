// RegExp, by JavaScript's own engine. User text must never make us hang, so a pattern runs only where its work is bounded:
// no quantifier around a group that repeats or branches inside, and few open quantifiers for the length of the text.
import { int, InstanceValue, list, ListValue, str, bool, UNDEFINED, type Value } from "../values";
import type { Vm } from "../vm";
import { constructible } from "./construct";
import { integerOr, limited, toText } from "./convert";
import { hiddenFields, listExtras, makeObject, regexpClass, stringClass } from "./kinds";
import { pieces, textOf } from "./strings";
import { addGetters, addMethods, asJs, callback, fromJs, isCallable, iterator, known } from "./support";

/** Steps that matching one text may take at most, by a rough bound. */
const MAX_WORK = 1e8;

/** Groups that are repeated while they repeat or branch themselves make matching exponential. */
function isNested(source: string): boolean {
  const groups: boolean[] = [];
  let inClass = false;
  for (let index = 0; index < source.length; index++) {
    const char = source[index] as string;
    if (char === "\\") index++;
    else if (inClass) inClass = char !== "]";
    else if (char === "[") inClass = true;
    else if (char === "(") groups.push(false);
    else if (char === ")") {
      const risky = groups.pop() ?? false;
      const repeated = /[*+{]/.test(source[index + 1] ?? "");
      if (risky && repeated) return true;
      if ((risky || repeated) && groups.length > 0) groups[groups.length - 1] = true;
    } else if (/[*+{|]/.test(char) && groups.length > 0) groups[groups.length - 1] = true;
  }
  return false;
}

function checkWork(vm: Vm, source: string, text: string): void {
  const open = source.match(/[*+]|\{\d+,\d*\}/g)?.length ?? 0;
  if (
    isNested(source) ||
    /\\[1-9]|\\k</.test(source) ||
    (text.length + 1) ** (open + 1) > MAX_WORK * (open === 0 ? 100 : 1)
  ) {
    throw vm.giveUp("this regular expression is too costly to run here");
  }
}

function compile(vm: Vm, source: string, flags: string): RegExp {
  return asJs(vm, () => new RegExp(source, flags));
}

constructible(regexpClass, (vm, [pattern, flags]) => {
  const isRegexp = pattern?.kind === "instance" && pattern.type === regexpClass;
  const given = flags === undefined || flags.kind === "undefined" ? undefined : toText(vm, flags);
  const source = isRegexp ? fieldText(pattern, "source") : pattern === undefined ? "(?:)" : toText(vm, pattern);
  const regexp = compile(vm, source, given ?? (isRegexp ? fieldText(pattern, "flags") : ""));
  const made = new InstanceValue(regexpClass);
  made.fields.set("source", str(regexp.source));
  made.fields.set("flags", str(regexp.flags));
  made.fields.set("lastIndex", int(0));
  hiddenFields.set(made, new Set(made.fields.keys()));
  return made;
});

function fieldText(object: InstanceValue, name: string): string {
  const value = object.fields.get(name);
  return value?.kind === "string" ? value.value : "";
}

/** The real pattern of a RegExp value, checked against the text it is to run on. */
function ready(vm: Vm, regexp: InstanceValue, text: string): RegExp {
  const real = compile(vm, fieldText(regexp, "source"), fieldText(regexp, "flags"));
  checkWork(vm, real.source, text);
  real.lastIndex = integerOr(vm, regexp.fields.get("lastIndex"), 0);
  return real;
}

function isRegexp(value: Value | undefined): value is InstanceValue {
  return value?.kind === "instance" && value.type.isSubclassOf(regexpClass);
}

function self(vm: Vm, value: Value): InstanceValue {
  if (isRegexp(value)) return value;
  throw vm.error("TypeError", "this is not a regular expression");
}

/** Runs a pattern once and keeps its place. */
function run(vm: Vm, regexp: InstanceValue, text: string): RegExpExecArray | null {
  const real = ready(vm, regexp, text);
  const match = real.exec(text);
  vm.touch(regexp);
  regexp.fields.set("lastIndex", int(real.lastIndex));
  return match;
}

function matchValue(match: RegExpMatchArray): ListValue {
  const made = new ListValue(match.map((part) => fromJs(part)));
  const groups = match.groups
    ? makeObject(Object.entries(match.groups).map(([name, text]) => [name, fromJs(text)]))
    : UNDEFINED;
  listExtras.set(
    made,
    new Map<string, Value>([
      ["index", int(match.index ?? 0)],
      ["input", str(match.input ?? "")],
      ["groups", groups],
    ]),
  ); // prettier-ignore
  return made;
}

function matchOrNull(match: RegExpMatchArray | null): Value {
  return match ? matchValue(match) : fromJs(null);
}

addMethods(regexpClass, {
  test: (vm, regexp, [text]) => bool(run(vm, self(vm, regexp), toText(vm, text ?? UNDEFINED)) !== null),
  exec: (vm, regexp, [text]) => matchOrNull(run(vm, self(vm, regexp), toText(vm, text ?? UNDEFINED))),
  toString: (vm: Vm, value: Value) => {
    const regexp = self(vm, value);
    return str(`/${fieldText(regexp, "source")}/${fieldText(regexp, "flags")}`);
  },
});

const FLAGS = { global: "g", ignoreCase: "i", multiline: "m", sticky: "y", unicode: "u", dotAll: "s" };
addGetters(
  regexpClass,
  Object.fromEntries(
    Object.entries(FLAGS).map(([name, flag]) => [
      name,
      (vm: Vm, value: Value) => bool(fieldText(self(vm, value), "flags").includes(flag)),
    ]),
  ),
);

// --- methods of strings that take patterns --------------------------------------------------------------------------

/** A pattern argument as a real RegExp, from the start of the text. */
function patternFor(vm: Vm, value: Value | undefined, text: string, flags = ""): RegExp {
  if (isRegexp(value)) {
    const real = ready(vm, value, text);
    real.lastIndex = 0;
    return real;
  }
  const source = value === undefined || value.kind === "undefined" ? "(?:)" : toText(vm, value);
  const real = compile(vm, source, flags);
  checkWork(vm, real.source, text);
  return real;
}

function replace(vm: Vm, value: Value, [pattern, replacement]: readonly Value[], all: boolean): Value {
  const text = textOf(vm, value);
  const wanted = known(pattern);
  const search = isRegexp(wanted) ? patternFor(vm, wanted, text) : toText(vm, wanted);
  const by = known(replacement);
  let substitute: string | ((...match: (string | number | undefined | Record<string, string>)[]) => string);
  if (isCallable(by)) {
    const call = callback(vm, by);
    // The callback gets the match, its groups, the place, the text and, with named groups, an object of them.
    substitute = (...match) =>
      toText(vm, call(...match.map((part) => (typeof part === "object" ? namedGroups(part) : fromJs(part)))));
  } else {
    substitute = toText(vm, by);
  }
  const run = (method: (pattern: string | RegExp, by: string) => string) =>
    limited(
      vm,
      asJs(vm, () => method.call(text, search, substitute as string)),
    );
  return str(run(all ? String.prototype.replaceAll : String.prototype.replace));
}

function namedGroups(groups: Record<string, string>): Value {
  return makeObject(Object.entries(groups).map(([name, text]) => [name, fromJs(text)]));
}

addMethods(stringClass, {
  match: (vm, value, [pattern]) => {
    const text = textOf(vm, value);
    const real = patternFor(vm, known(pattern), text);
    if (!real.global) return matchOrNull(text.match(real));
    const found = text.match(real);
    return found ? list([...found].map(str)) : fromJs(null);
  },
  matchAll: (vm, value, [pattern]) => {
    const text = textOf(vm, value);
    const real = patternFor(vm, known(pattern), text, "g");
    return iterator(asJs(vm, () => [...text.matchAll(real)]).map(matchValue));
  },
  search: (vm, value, [pattern]) => {
    const text = textOf(vm, value);
    return int(text.search(patternFor(vm, known(pattern), text)));
  },
  replace: (vm, value, args) => replace(vm, value, args, false),
  replaceAll: (vm, value, args) => replace(vm, value, args, true),
  split: (vm, value, [separator, limit]) => {
    const text = textOf(vm, value);
    const most = integerOr(vm, limit, Number.POSITIVE_INFINITY);
    const wanted = known(separator);
    if (wanted.kind === "undefined") return pieces([text], most);
    if (isRegexp(wanted)) return pieces(text.split(patternFor(vm, wanted, text)), most);
    return pieces(text.split(toText(vm, wanted)), most);
  },
});
