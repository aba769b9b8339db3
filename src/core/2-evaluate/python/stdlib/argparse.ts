// argparse: a parser that was given no command line answers with its defaults. Arguments a user must give are unknown, with
// a reason that names them. A literal list of arguments (`parse_args(["--width", "8"])`) is read.
import { nativeModule } from "../../native";
import {
  type Arguments,
  bool,
  ClassValue,
  DictValue,
  InstanceValue,
  int,
  isNone,
  isOpaque,
  list,
  NativeFunction,
  NONE,
  str,
  tuple,
  type Value,
} from "../../values";
import type { Vm } from "../../vm";
import { equals } from "../compare";
import { newInstance } from "../construct";
import { exceptionType, raisedWith } from "../exceptions";
import { collect } from "../iterate";
import { derived, firstUnknown, fn, noop, rawFn } from "../support";
import { repr } from "../text";
import { NOT_IMPLEMENTED, objectType, strType } from "../types";
import type { StandardModules } from "./modules";

// An action is an instance with the fields real argparse gives it: option_strings, dest, default, type, nargs, const, required.
const actionType = new ClassValue("Action", [objectType]);
const namespaceType = new ClassValue("Namespace", [objectType]);
const parserType = new ClassValue("ArgumentParser", [objectType]);
const groupType = new ClassValue("_ArgumentGroup", [objectType]);
const subparsersType = new ClassValue("_SubParsersAction", [objectType]);

function field(self: Value, name: string): Value {
  return (self.kind === "instance" ? self.fields.get(name) : undefined) ?? NONE;
}

function listField(self: Value, name: string): Value[] {
  const value = field(self, name);
  return value.kind === "list" ? value.items : [];
}

function add(vm: Vm, self: Value, name: string, item: Value): void {
  const value = field(self, name);
  if (value.kind !== "list") return;
  vm.touch(value);
  value.items.push(item);
}

/** Sets up the state of a parser; runs from `__init__`, so that subclasses of ArgumentParser work. */
function startParser(_vm: Vm, args: Arguments): Value {
  const [self] = args.positional;
  if (self?.kind !== "instance") return NONE;
  const inherited = args.keywords.get("parents");
  const parents = inherited?.kind === "list" ? inherited.items : [];
  self.fields.set("_actions", list(parents.flatMap((parent) => listField(parent, "_actions"))));
  self.fields.set("_defaults", new DictValue());
  for (const name of ["prog", "description", "epilog", "usage"]) self.fields.set(name, args.keywords.get(name) ?? NONE);
  self.fields.set("argument_default", args.keywords.get("argument_default") ?? NONE);
  return NONE;
}

const flags: Readonly<Record<string, { value: Value; fallback: Value }>> = {
  store_true: { value: bool(true), fallback: bool(false) },
  store_false: { value: bool(false), fallback: bool(true) },
};

function destinationOf(names: readonly string[]): string {
  const name = names.find((option) => option.startsWith("--")) ?? names[0] ?? "";
  return name.replace(/^-+/, "").replaceAll("-", names[0]?.startsWith("-") ? "_" : "-");
}

/** `parser.add_argument(…)`; `self` may be a group, which hands on to its parser. */
function addArgument(vm: Vm, args: Arguments): Value {
  const [self, ...given] = args.positional;
  const owner = self && field(self, "_container").kind === "instance" ? field(self, "_container") : self;
  if (!owner) return NONE;
  if (args.unknown || given.some((name) => name.kind !== "string")) {
    return vm.unknown("an argument of the command line is added under an unknown name");
  }
  const names = given.map((name) => (name.kind === "string" ? name.value : ""));
  const option = (name: string): Value | undefined => args.keywords.get(name);
  const action = option("action");
  const how = action?.kind === "string" ? action.value : action?.kind === "class" ? action.name : "store";
  const made = newInstance(vm, actionType, null);
  const isOption = names[0]?.startsWith("-") ?? true;
  const dest = option("dest");
  const optionStrings =
    how === "BooleanOptionalAction" ? names.flatMap((name) => [name, name.replace(/^--/, "--no-")]) : names;
  made.fields.set("option_strings", list(isOption ? optionStrings.map(str) : []));
  made.fields.set("dest", dest ?? str(destinationOf(names)));
  made.fields.set("action", str(how));
  made.fields.set("nargs", option("nargs") ?? (flags[how] || how === "store_const" || how === "count" ? int(0) : NONE));
  made.fields.set("const", option("const") ?? flags[how]?.value ?? NONE);
  made.fields.set("default", option("default") ?? flags[how]?.fallback ?? field(owner, "argument_default"));
  made.fields.set("type", option("type") ?? NONE);
  made.fields.set("choices", option("choices") ?? NONE);
  const required = option("required") ?? bool(!isOption && !isOptionalCount(option("nargs")));
  made.fields.set("required", required);
  made.fields.set("help", option("help") ?? NONE);
  if (how !== "help" && how !== "version") add(vm, owner, "_actions", made);
  return made;
}

function isOptionalCount(nargs: Value | undefined): boolean {
  return nargs?.kind === "string" && (nargs.value === "?" || nargs.value === "*");
}

function nameOf(action: Value): string {
  const option = field(action, "option_strings");
  const first = option.kind === "list" ? option.items[0] : undefined;
  const dest = field(action, "dest");
  return first?.kind === "string" ? first.value : dest.kind === "string" ? dest.value : "";
}

/** Applies the `type` of an argument to a text. */
function convert(vm: Vm, action: Value, value: Value): Value {
  const type = field(action, "type");
  if (isNone(type) || isOpaque(value) || type === strType) return value;
  return vm.call(type, [value]);
}

/** What an argument is when the command line does not give it. */
function defaultOf(vm: Vm, action: Value, defaults: Value): Value {
  const dest = field(action, "dest");
  const set = defaults.kind === "dict" && dest.kind === "string" ? defaults.get(dest.value) : undefined;
  const fallback = set ?? field(action, "default");
  const required = field(action, "required");
  if (isOpaque(required)) return derived(required);
  if (vm.truth(required) === true) return vm.unknown(`the command-line argument ${nameOf(action)} has no default`);
  // Only text is converted, as argparse does it.
  if (fallback.kind === "string") return convert(vm, action, fallback);
  const nargs = field(action, "nargs");
  if (isPositional(action) && nargs.kind === "string" && nargs.value === "*" && isNone(fallback)) return list([]);
  return fallback;
}

interface Parsed {
  namespace: InstanceValue;
  rest: Value[];
}

function parse(vm: Vm, parser: Value, words: readonly string[] | null, into: Value): Parsed {
  const namespace = into.kind === "instance" ? into : newInstance(vm, namespaceType, null);
  const actions = listField(parser, "_actions");
  const defaults = field(parser, "_defaults");
  const given: Read = words ? readWords(vm, actions, words) : { values: new Map(), rest: [], command: null };
  vm.touch(namespace);
  const set = (dest: Value, value: Value): void => {
    if (dest.kind === "string" && dest.value !== "==SUPPRESS==") namespace.fields.set(dest.value, value);
  };
  // Of several actions for one name the first one's default counts, as in argparse, and a value that was given.
  for (const action of actions) {
    const dest = field(action, "dest");
    const name = dest.kind === "string" ? dest.value : "";
    const value = given.values.get(action);
    const fallback = field(action, "default");
    if (value) set(dest, value);
    else if (words && field(action, "_commands").kind === "dict") set(dest, NONE);
    else if (!namespace.fields.has(name) && !(fallback.kind === "string" && fallback.value === "==SUPPRESS==")) {
      set(dest, defaultOf(vm, action, defaults));
    }
  }
  if (defaults.kind === "dict") {
    for (const { key, value } of defaults.entries.values()) {
      if (key.kind === "string" && !namespace.fields.has(key.value)) namespace.fields.set(key.value, value);
    }
  }
  const rest: Value[] = given.rest.map(str);
  if (given.command) {
    // What a command sets counts more than what its parser has of the same name.
    const inner = parse(vm, given.command.parser, given.command.words, NONE);
    for (const [name, value] of inner.namespace.fields) namespace.fields.set(name, value);
    rest.push(...inner.rest);
  }
  return { namespace, rest };
}

function isPositional(action: Value): boolean {
  return listField(action, "option_strings").length === 0;
}

/** How many words an argument takes: least and most. */
function counts(action: Value): [least: number, most: number] {
  const nargs = field(action, "nargs");
  if (nargs.kind === "number") return [nargs.value, nargs.value];
  if (nargs.kind !== "string") return [1, 1];
  return (
    { "?": [0, 1] as [number, number], "*": [0, 1e6] as [number, number], "+": [1, 1e6] as [number, number] }[
      nargs.value
    ] ?? [0, 1e6]
  );
}

function valueFrom(vm: Vm, action: Value, words: readonly string[], before: Value | undefined, option: string): Value {
  const how = field(action, "action");
  const kind = how.kind === "string" ? how.value : "store";
  if (kind === "BooleanOptionalAction") return bool(!option.startsWith("--no-"));
  if (kind === "count") return vm.binary("+", before ?? int(0), int(1));
  if (flags[kind] || kind === "store_const") return field(action, "const");
  const values = words.map((word) => convert(vm, action, str(word)));
  for (const value of values) checkChoice(vm, action, value);
  const nargs = field(action, "nargs");
  const isSingle = isNone(nargs) || (nargs.kind === "string" && nargs.value === "?");
  const value = isSingle ? (values[0] ?? field(action, "const")) : list(values);
  if (kind !== "append") return value;
  return list([...(before?.kind === "list" ? before.items : []), value]);
}

/** argparse ends the program when a word is none of the choices. */
function checkChoice(vm: Vm, action: Value, value: Value): void {
  const choices = field(action, "choices");
  if (isNone(choices) || isOpaque(choices) || isOpaque(value)) return;
  const allowed = vm.iterate(choices);
  if (!Array.isArray(allowed) || allowed.some((one) => equals(vm, one, value) !== false)) return;
  throw raisedWith(vm, "SystemExit", [int(2)]);
}

interface Read {
  values: Map<Value, Value>;
  rest: string[];
  /** The command of add_subparsers that was named, with the words after it. */
  command: { parser: Value; words: string[] } | null;
}

function readWords(vm: Vm, actions: readonly Value[], given: readonly string[]): Read {
  const words = [...given];
  const commands = actions.find((action) => field(action, "_commands").kind === "dict");
  let command: Read["command"] = null;
  const values = new Map<Value, Value>();
  const loose: string[] = [];
  const rest: string[] = [];
  const optionOf = (word: string): Value | undefined =>
    actions.find((action) =>
      listField(action, "option_strings").some((name) => name.kind === "string" && name.value === word),
    ) ??
    actions.find(
      (action) =>
        word.startsWith("--") &&
        listField(action, "option_strings").some((name) => name.kind === "string" && name.value.startsWith(word)),
    );
  const isOption = (word: string): boolean => /^-[^\d.]/.test(word);
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string;
    const equals = word.startsWith("--") ? word.indexOf("=") : -1;
    const name = equals < 0 ? word : word.slice(0, equals);
    const action = isOption(word) ? optionOf(name) : undefined;
    if (!action && /^-[^-\d.]./.test(word)) {
      // `-vv` is `-v -v`, and `-n8` is `-n 8`.
      const first = optionOf(word.slice(0, 2));
      if (first) {
        const later = word.slice(2);
        words.splice(at--, 1, word.slice(0, 2), counts(first)[1] === 0 ? `-${later}` : later);
        continue;
      }
    }
    if (!action && commands && !isOption(word)) {
      const before = actions.slice(0, actions.indexOf(commands)).filter((one) => isPositional(one));
      if (loose.length >= before.reduce((sum, one) => sum + counts(one)[0], 0)) {
        const known = field(commands, "_commands");
        const parser = known.kind === "dict" ? known.get(word) : undefined;
        if (!parser) throw raisedWith(vm, "SystemExit", [int(2)]);
        values.set(commands, str(word));
        command = { parser, words: words.slice(at + 1) };
        break;
      }
    }
    if (!action) {
      (isOption(word) ? rest : loose).push(word);
      continue;
    }
    const [, most] = counts(action);
    const taken: string[] = equals < 0 ? [] : [word.slice(equals + 1)];
    while (equals < 0 && taken.length < most && at + 1 < words.length && !isOption(words[at + 1] as string))
      taken.push(words[++at] as string);
    values.set(action, valueFrom(vm, action, taken, values.get(action), name));
  }
  const positional = actions.filter((action) => isPositional(action) && action !== commands);
  for (const [index, action] of positional.entries()) {
    const needed = positional.slice(index + 1).reduce((sum, later) => sum + counts(later)[0], 0);
    const taken = loose.splice(0, Math.min(counts(action)[1], Math.max(0, loose.length - needed)));
    if (taken.length > 0) values.set(action, valueFrom(vm, action, taken, undefined, ""));
  }
  return { values, rest: [...loose, ...rest], command };
}

/** Words of a literal list of arguments; null for the real command line, which nobody gave. Throws Unknown. */
function wordsOf(vm: Vm, args: Value): string[] | null {
  if (isNone(args)) return null;
  if (args.kind === "string") return args.value === "" ? [] : args.value.split("");
  return collect(vm, args).map((word) => {
    if (word.kind !== "string") throw vm.giveUp("a word of the command line is not known");
    return word.value;
  });
}

function parseMethod(known: boolean): (vm: Vm, self: Value, args: Value, namespace: Value) => Value {
  return (vm, self, args, namespace) => {
    const { namespace: made, rest } = parse(vm, self, wordsOf(vm, args), namespace);
    return known ? tuple([made, list(rest)]) : made;
  };
}

function setDefaults(vm: Vm, args: Arguments): Value {
  const defaults = field(args.positional[0] ?? NONE, "_defaults");
  if (args.unknown && defaults.kind === "dict") {
    vm.touch(defaults);
    defaults.taint = args.unknown;
  }
  for (const [name, value] of args.keywords) vm.setIndex(defaults, str(name), value);
  return NONE;
}

/** A group adds to its parser. */
function group(vm: Vm, args: Arguments): Value {
  const [self] = args.positional;
  const made = newInstance(vm, groupType, null);
  const outer = self && field(self, "_container");
  made.fields.set("_container", outer?.kind === "instance" ? outer : (self ?? NONE));
  return made;
}

function subparsers(vm: Vm, args: Arguments): Value {
  const made = newInstance(vm, subparsersType, null);
  made.fields.set("choices", new DictValue());
  if (args.positional[0]) {
    const action = newInstance(vm, actionType, null);
    action.fields.set("option_strings", list([]));
    action.fields.set("dest", args.keywords.get("dest") ?? str("==SUPPRESS=="));
    action.fields.set("nargs", str("?"));
    // Which command a real command line gives is not known.
    action.fields.set("required", bool(true));
    action.fields.set("_commands", field(made, "choices"));
    add(vm, args.positional[0], "_actions", action);
  }
  return made;
}

for (const [name, value] of Object.entries({
  __init__: new NativeFunction("ArgumentParser.__init__", startParser),
  add_argument: new NativeFunction("add_argument", addArgument),
  add_argument_group: rawFn("add_argument_group", group),
  add_mutually_exclusive_group: rawFn("add_mutually_exclusive_group", group),
  add_subparsers: rawFn("add_subparsers", subparsers),
  set_defaults: new NativeFunction("set_defaults", setDefaults),
  get_default: fn("get_default", "self dest", (vm, self, dest) => {
    const action = listField(self, "_actions").find((one) => equals(vm, field(one, "dest"), dest) === true);
    return action ? field(action, "default") : NONE;
  }),
  parse_args: fn("parse_args", "self args? namespace?", parseMethod(false)),
  parse_known_args: fn("parse_known_args", "self args? namespace?", parseMethod(true)),
  parse_intermixed_args: fn("parse_intermixed_args", "self args? namespace?", parseMethod(false)),
  print_help: noop("print_help"),
  print_usage: noop("print_usage"),
  format_help: fn("format_help", "self", (vm) => vm.unknown("help texts are not modelled")),
  register: noop("register"),
  error: fn("error", "self message", (vm) => {
    throw vm.error("SystemExit", "2");
  }),
  exit: fn("exit", "self status? message?", (vm) => {
    throw vm.error("SystemExit", "");
  }),
})) {
  parserType.members.set(name, value);
}
for (const name of ["add_argument", "add_argument_group", "add_mutually_exclusive_group"]) {
  groupType.members.set(name, parserType.members.get(name) as Value);
}
groupType.members.set(
  "set_defaults",
  new NativeFunction("set_defaults", (vm, args) =>
    setDefaults(vm, { ...args, positional: [field(args.positional[0] ?? NONE, "_container")] }),
  ),
);
subparsersType.members.set(
  "add_parser",
  rawFn("add_parser", (vm, args) => {
    const [self, name] = args.positional;
    const parser = vm.callWith(parserType, { positional: [], keywords: args.keywords, unknown: null });
    const choices = self && field(self, "choices");
    if (choices && name) vm.setIndex(choices, name, parser);
    return parser;
  }),
);

namespaceType.members.set(
  "__init__",
  rawFn("Namespace.__init__", (vm, args) => {
    const [self] = args.positional;
    if (self?.kind === "instance") {
      vm.touch(self);
      for (const [name, value] of args.keywords) self.fields.set(name, value);
    }
    return NONE;
  }),
);
namespaceType.members.set(
  "__contains__",
  fn("__contains__", "self key", (_vm, self, key) =>
    isOpaque(key) ? key : bool(self.kind === "instance" && key.kind === "string" && self.fields.has(key.value)),
  ),
);

function sameFields(vm: Vm, self: Value, other: Value): Value {
  if (self.kind !== "instance" || other.kind !== "instance" || self.type !== other.type) return NOT_IMPLEMENTED;
  const dict = (one: InstanceValue): DictValue => {
    const made = new DictValue();
    for (const [name, value] of one.fields) made.put(name, value);
    return made;
  };
  const same = equals(vm, dict(self), dict(other));
  return isOpaque(same) ? same : bool(same);
}

function shownFields(vm: Vm, self: Value, name: string): Value {
  const parts: string[] = [];
  for (const [key, value] of self.kind === "instance" ? self.fields : []) {
    const shown = repr(vm, value);
    if (isOpaque(shown)) return shown;
    parts.push(`${key}=${shown}`);
  }
  return str(`${name}(${parts.join(", ")})`);
}
namespaceType.members.set("__eq__", fn("__eq__", "self other", sameFields));
namespaceType.members.set(
  "__repr__",
  fn("__repr__", "self", (vm, self) => shownFields(vm, self, "Namespace")),
);

/** types.SimpleNamespace differs in name only. */
export const simpleNamespaceType = new ClassValue("SimpleNamespace", [objectType]);
for (const name of ["__init__", "__eq__"])
  simpleNamespaceType.members.set(name, namespaceType.members.get(name) as Value);
simpleNamespaceType.members.set(
  "__repr__",
  fn("__repr__", "self", (vm, self) => shownFields(vm, self, "namespace")),
);

const formatters = [
  "HelpFormatter",
  "ArgumentDefaultsHelpFormatter",
  "RawTextHelpFormatter",
  "RawDescriptionHelpFormatter",
  "MetavarTypeHelpFormatter",
];

export const argparseModules: StandardModules = {
  argparse: () =>
    nativeModule("argparse", {
      ArgumentParser: parserType,
      Namespace: namespaceType,
      Action: actionType,
      SUPPRESS: str("==SUPPRESS=="),
      REMAINDER: str("..."),
      OPTIONAL: str("?"),
      ZERO_OR_MORE: str("*"),
      ONE_OR_MORE: str("+"),
      BooleanOptionalAction: new ClassValue("BooleanOptionalAction", [actionType]),
      ArgumentTypeError: new ClassValue("ArgumentTypeError", [exceptionType("Exception")]),
      ArgumentError: new ClassValue("ArgumentError", [exceptionType("Exception")]),
      FileType: rawFn("FileType", (vm, args) => firstUnknown(args) ?? vm.unknown("the content of files is not read")),
      ...Object.fromEntries(formatters.map((name) => [name, new ClassValue(name, [objectType])])),
    }),
};
