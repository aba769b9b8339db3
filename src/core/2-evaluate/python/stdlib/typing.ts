// The typing module (and typing_extensions): everything can be subscripted, called and joined, and means nothing at run time,
// apart from the classes that do something (NamedTuple, TypedDict, Protocol, Generic).
import { nativeModule } from "../../native";
import { bool, ClassValue, DictValue, NONE, type Value } from "../../values";
import { abstractClass, abstractClasses } from "../abstract";
import { fn, noop, rawFn } from "../support";
import {
  counterType,
  defaultDictType,
  dictType,
  frozensetType,
  listType,
  objectType,
  orderedDictType,
  setType,
  strType,
  tupleType,
  typeType,
} from "../types";
import { TypeForm } from "../unions";
import { namedTupleType } from "./named-tuples";
import type { StandardModules } from "./modules";
import { dequeType } from "./collections";

const genericType = new ClassValue("Generic", [objectType]);
const protocolType = new ClassValue("Protocol", [genericType]);

/** `class Config(TypedDict): x: int` makes plain dicts. */
const typedDictType = new ClassValue("TypedDict", [dictType]);
typedDictType.onSubclass = (_vm, cls) => {
  cls.construct = (vm, _cls, args) => vm.callWith(dictType, args);
  return undefined;
};
typedDictType.construct = (_vm, _cls, args) => {
  const [name] = args.positional;
  const cls = new ClassValue(name?.kind === "string" ? name.value : "TypedDict", [dictType]);
  cls.construct = (vm, _made, given) => vm.callWith(dictType, given);
  return cls;
};

const forms = [
  "Any",
  "Union",
  "Optional",
  "Literal",
  "LiteralString",
  "Final",
  "ClassVar",
  "Annotated",
  "Concatenate",
  "NoReturn",
  "Never",
  "Self",
  "TypeAlias",
  "TypeGuard",
  "Unpack",
  "Required",
  "NotRequired",
  "ReadOnly",
  "ForwardRef",
  "AnyStr",
  "TypeIs",
]; // prettier-ignore

const aliases: Readonly<Record<string, ClassValue>> = {
  List: listType,
  Dict: dictType,
  Tuple: tupleType,
  Set: setType,
  FrozenSet: frozensetType,
  Type: typeType,
  Text: strType,
  OrderedDict: orderedDictType,
  DefaultDict: defaultDictType,
  Counter: counterType,
  Deque: dequeType,
  AbstractSet: abstractClass("Set"),
  ContextManager: new ClassValue("AbstractContextManager", [objectType]),
  IO: new ClassValue("IO", [objectType]),
  TextIO: new ClassValue("TextIO", [objectType]),
  BinaryIO: new ClassValue("BinaryIO", [objectType]),
  Pattern: new ClassValue("Pattern", [objectType]),
  Match: new ClassValue("Match", [objectType]),
};

const identity = fn("decorator", "value", (_vm, value) => value);
/** Type variables and the like, by the name given. */
const named = rawFn("TypeVar", (_vm, args) => {
  const [name] = args.positional;
  return new TypeForm(name?.kind === "string" ? name.value : "T", null);
});

const members: Record<string, Value> = {
  ...Object.fromEntries(forms.map((name) => [name, new TypeForm(name, null)])),
  ...Object.fromEntries(abstractClasses),
  ...aliases,
  Generic: genericType,
  Protocol: protocolType,
  NamedTuple: namedTupleType,
  TypedDict: typedDictType,
  TypeVar: named,
  ParamSpec: named,
  TypeVarTuple: named,
  NewType: fn("NewType", "name tp", () => identity),
  TYPE_CHECKING: bool(false),
  cast: fn("cast", "typ val", (_vm, _type, value) => value),
  overload: identity,
  final: identity,
  override: identity,
  no_type_check: identity,
  runtime_checkable: identity,
  dataclass_transform: rawFn("dataclass_transform", () => identity),
  deprecated: rawFn("deprecated", () => identity),
  assert_never: fn("assert_never", "arg", (vm) => {
    throw vm.error("AssertionError", "Expected code to be unreachable");
  }),
  assert_type: fn("assert_type", "val typ", (_vm, value) => value),
  reveal_type: identity,
  get_type_hints: fn("get_type_hints", "obj", (vm) => vm.unknown("type hints are not evaluated")),
  get_origin: fn("get_origin", "tp", (_vm, form) => (form instanceof TypeForm ? form : NONE)),
  get_args: fn("get_args", "tp", (vm, form) =>
    form instanceof TypeForm
      ? (form.getAttribute(vm, "__args__") ?? NONE)
      : vm.unknown("arguments of a type are not kept"),
  ),
  is_typeddict: fn("is_typeddict", "tp", (_vm, cls) => bool(cls.kind === "class" && cls.isSubclassOf(typedDictType))),
  clear_overloads: noop("clear_overloads"),
};

export const typingModules: StandardModules = {
  typing: () => nativeModule("typing", members),
  typing_extensions: () => nativeModule("typing_extensions", members),
  __future__: () =>
    nativeModule(
      "__future__",
      Object.fromEntries(
        [
          "annotations",
          "division",
          "print_function",
          "absolute_import",
          "unicode_literals",
          "generators",
          "with_statement",
        ].map((name) => [name, new DictValue()]),
      ),
    ),
};
