// String: methods through JavaScript's own, with arguments converted first. Patterns are in regexp.ts.
import { LIMITS } from "../limits";
import { IteratorValue, list, str, UNDEFINED, type Value } from "../values";
import type { Vm } from "../vm";
import { constructible } from "./construct";
import { toInteger, toNumber, toText } from "./convert";
import { ITERATOR_KEY, stringClass } from "./kinds";
import { addMethods, addStatics, asJs, fromJs, known, type MethodBody } from "./support";

/** The text a method works on. */
export function textOf(vm: Vm, self: Value): string {
  if (self.kind === "none" || self.kind === "undefined") {
    throw vm.error("TypeError", "String.prototype method called on null or undefined");
  }
  return toText(vm, self);
}

/** Methods and the kinds of their arguments: n a whole number, s text. Missing arguments are left out. */
const METHODS: Record<string, string> = {
  at: "n",
  charAt: "n",
  charCodeAt: "n",
  codePointAt: "n",
  endsWith: "sn",
  includes: "sn",
  indexOf: "sn",
  isWellFormed: "",
  lastIndexOf: "sn",
  localeCompare: "s",
  normalize: "s",
  padEnd: "ns",
  padStart: "ns",
  repeat: "n",
  slice: "nn",
  startsWith: "sn",
  substr: "nn",
  substring: "nn",
  toLocaleLowerCase: "",
  toLocaleUpperCase: "",
  toLowerCase: "",
  toString: "",
  toUpperCase: "",
  trim: "",
  trimEnd: "",
  trimLeft: "",
  trimRight: "",
  trimStart: "",
  valueOf: "",
};

type Callable = (this: string, ...args: (string | number | undefined)[]) => string | number | boolean | undefined;

function viaString(name: string, kinds: string): MethodBody {
  const own = String.prototype[name as keyof string] as unknown as Callable;
  return (vm, self, args) => {
    const text = textOf(vm, self);
    const converted = args.slice(0, kinds.length).map((arg, index) => {
      const value = known(arg);
      if (value.kind === "undefined") return undefined;
      return kinds[index] === "n" ? toInteger(vm, value) : toText(vm, value);
    });
    const size = Number(converted[0]);
    if (
      (name === "repeat" && size * text.length > LIMITS.stringLength) ||
      (name.startsWith("pad") && size > LIMITS.stringLength)
    ) {
      throw vm.giveUp(`a string is longer than ${LIMITS.stringLength} characters`);
    }
    return fromJs(asJs(vm, () => own.apply(text, converted)));
  };
}

addMethods(
  stringClass,
  Object.fromEntries(Object.entries(METHODS).map(([name, kinds]) => [name, viaString(name, kinds)])),
);
addMethods(stringClass, {
  concat: (vm, self, args) => str([textOf(vm, self), ...args.map((arg) => toText(vm, arg))].join("")),
  [ITERATOR_KEY]: (vm, self) => {
    const characters = textOf(vm, self)[Symbol.iterator]();
    return new IteratorValue(() => {
      const next = characters.next();
      return next.done ? undefined : str(next.value);
    });
  },
});

constructible(stringClass, (vm, [value]) => str(value === undefined ? "" : toText(vm, value)));
addStatics(stringClass, {
  fromCharCode: (vm, args) => str(String.fromCharCode(...args.map((arg) => toNumber(vm, arg)))),
  fromCodePoint: (vm, args) => str(asJs(vm, () => String.fromCodePoint(...args.map((arg) => toNumber(vm, arg))))),
  raw: (vm, [strings, ...values]) => {
    const raw = vm.findAttribute(strings ?? UNDEFINED, "raw") ?? strings;
    const texts = vm.items(known(raw)).map((part) => toText(vm, part));
    return str(
      texts
        .map((part, index) => part + (index < texts.length - 1 && values[index] ? toText(vm, values[index]) : ""))
        .join(""),
    );
  },
});

/** The characters of a string as a list, for `split("")`. */
export function pieces(texts: readonly (string | undefined)[], limit: number): Value {
  return list(texts.slice(0, limit).map((text) => (text === undefined ? UNDEFINED : str(text))));
}
