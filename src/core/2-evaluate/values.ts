// The values of the abstract interpreter, shared by both languages.
// Concrete values are plain data; what is not known is an OpaqueValue with a reason and a place. Values that belong to a
// framework (tensors and the like) are HostObjects: the interpreter knows their protocol, not their meaning.
// How operators, attributes and truth behave is the business of the dialects.
import type { ClassDefinition, Expr, FunctionDefinition, Language, Span } from "../1-syntax/tree";
import type { Scope } from "./scope";
import type { Vm } from "./vm";

export type Value =
  | NoneValue
  | UndefinedValue
  | EllipsisValue
  | BooleanValue
  | NumberValue
  | StringValue
  | ListValue
  | TupleValue
  | SetValue
  | DictValue
  | SliceValue
  | RangeValue
  | IteratorValue
  | FunctionValue
  | NativeFunction
  | BoundMethod
  | PropertyValue
  | StaticMethod
  | ClassMethod
  | ClassValue
  | InstanceValue
  | ModuleValue
  | SuperValue
  | HostObject
  | OpaqueValue;

/** A place in a file, for reasons and provenance. */
export interface Place {
  file: string;
  span: Span;
}

/** One step of the chain of calls that led somewhere: the call's place, and the frame that made that call. A linked list, so taking one is free. */
export interface Frame {
  place: Place;
  /** Name of the function that was called. */
  functionName: string;
  parent: Frame | null;
  depth: number;
}

export class NoneValue {
  readonly kind = "none";
}
export class UndefinedValue {
  readonly kind = "undefined";
}
export class EllipsisValue {
  readonly kind = "ellipsis";
}
export class BooleanValue {
  readonly kind = "boolean";
  constructor(readonly value: boolean) {}
}

/** A number. In Python `isFloat` tells 1.0 from 1; in JavaScript it is always false and means nothing. Infinity and NaN are numbers. */
export class NumberValue {
  readonly kind = "number";
  constructor(
    readonly value: number,
    readonly isFloat: boolean,
  ) {}
}
export class StringValue {
  readonly kind = "string";
  constructor(
    readonly value: string,
    readonly bytes = false,
  ) {}
}

/**
 * A Python list or a JavaScript array. Call `vm.touch(list)` before changing `items`.
 * `taint` is set when an unknown condition or loop changed the length: its contents are then not known.
 */
export class ListValue {
  readonly kind = "list";
  taint: OpaqueValue | null = null;
  constructor(public items: Value[]) {}
}
export class TupleValue {
  readonly kind = "tuple";
  /** Field names of a named tuple, and its class. */
  names: readonly string[] | null = null;
  type: ClassValue | null = null;
  constructor(readonly items: readonly Value[]) {}
}

/** Keys are hashed by `hashKey`. Call `vm.touch(set)` before changing `entries`. */
export class SetValue {
  readonly kind = "set";
  taint: OpaqueValue | null = null;
  constructor(
    public entries = new Map<string, Value>(),
    /** Python's frozenset: has no changing methods and may be a key. */
    readonly frozen = false,
  ) {}
}

/** A Python dict (any hashable key) or a JavaScript Map. Call `vm.touch(dict)` before changing `entries`. */
export class DictValue {
  readonly kind = "dict";
  taint: OpaqueValue | null = null;
  /** `collections.defaultdict`: called for a missing key. */
  defaultFactory: Value | null = null;
  /** Set for `object.__dict__`: what is written here is written to the fields of this instance too. */
  owner: InstanceValue | null = null;
  constructor(
    public entries = new Map<string, { key: Value; value: Value }>(),
    /** Class name for `isinstance` and printing: dict, OrderedDict, defaultdict, Counter, Map. */
    readonly typeName = "dict",
  ) {}
  get(key: string | number): Value | undefined {
    return this.entries.get(typeof key === "string" ? `s:${key}` : `n:${key}`)?.value;
  }
  /** Sets a string key. */
  put(key: string, value: Value): void {
    this.entries.set(`s:${key}`, { key: new StringValue(key), value });
  }
}
export class SliceValue {
  readonly kind = "slice";
  constructor(
    readonly lower: Value,
    readonly upper: Value,
    readonly step: Value,
  ) {}
}
export class RangeValue {
  readonly kind = "range";
  constructor(
    readonly start: number,
    readonly stop: number,
    readonly step: number,
  ) {}
  get length(): number {
    return Math.max(0, Math.ceil((this.stop - this.start) / this.step));
  }
}

/** A one-way stream: `iter(x)`, a generator, `zip`, `map`. `pull` gives the next value, undefined at the end. */
export class IteratorValue {
  readonly kind = "iterator";
  /** Values taken back, given before `pull` is asked. */
  readonly pushedBack: Value[] = [];
  /** What a generator returned, once it ran to its end. */
  result: Value | null = null;
  constructor(private readonly pull: () => Value | undefined) {}
  next(): Value | undefined {
    return this.pushedBack.pop() ?? this.pull();
  }
}

/** A function of user code or of a recipe, with the scope it was made in. */
export class FunctionValue {
  readonly kind = "function";
  /** Attributes user code sets on it. */
  readonly fields = new Map<string, Value>();
  constructor(
    readonly definition: FunctionDefinition,
    readonly scope: Scope,
    readonly module: ModuleValue,
    /** Values of parameter defaults, by parameter index; Python evaluates them once, JavaScript at each call (then empty). */
    readonly defaults: ReadonlyMap<number, Value>,
    /** The class whose body holds it; `super()` starts after it. */
    public home: ClassValue | null = null,
    /** `this` of an arrow function. */
    readonly boundThis: Value | null = null,
  ) {}
  get name(): string {
    return this.definition.name;
  }
}

/** Arguments of a call, spreads already unpacked. */
export interface Arguments {
  positional: Value[];
  keywords: Map<string, Value>;
  /** Set when a spread of something unknown was among them: then the arguments are not fully known. */
  unknown: OpaqueValue | null;
  /** JavaScript: called with `new`. */
  isNew?: boolean;
}

/**
 * A function written in TypeScript. It may throw `Unknown` (gives an opaque result) or `Raised` (an exception of the user's
 * language); nothing else. As a class member it is bound: `self` comes as the first positional argument in Python, and as
 * `args.self` nowhere: JavaScript methods get it as the first positional argument too.
 */
export class NativeFunction {
  readonly kind = "native";
  constructor(
    readonly name: string,
    readonly call: (vm: Vm, args: Arguments) => Value,
  ) {}
}
export class BoundMethod {
  readonly kind = "method";
  constructor(
    readonly self: Value,
    readonly callable: Value,
  ) {}
}
export class PropertyValue {
  readonly kind = "property";
  constructor(
    readonly getter: Value | null,
    readonly setter: Value | null,
    readonly deleter: Value | null = null,
  ) {}
}
export class StaticMethod {
  readonly kind = "staticmethod";
  constructor(readonly callable: Value) {}
}
export class ClassMethod {
  readonly kind = "classmethod";
  constructor(readonly callable: Value) {}
}

/**
 * A class, of user code, of a recipe, or native. Members are functions, properties or plain values.
 * Call `vm.touch(cls)` before changing `members`.
 */
export class ClassValue {
  readonly kind = "class";
  /** Python: class attributes and methods. JavaScript: prototype members. */
  members = new Map<string, Value>();
  /** JavaScript static members (Python keeps all in `members`). */
  statics = new Map<string, Value>();
  /** Method resolution order, this class first. */
  mro: ClassValue[];
  /** Set when a base class is not known: attributes not found may then exist. */
  unknownBase: OpaqueValue | null = null;
  /** JavaScript instance fields, evaluated at construction. */
  definition: ClassDefinition | null = null;
  scope: Scope | null = null;
  module: ModuleValue | null = null;
  /** Python: the class in whose body this one was defined. */
  outer: ClassValue | null = null;
  /** Dataclass fields in order, when it is a dataclass. */
  dataclassFields: { name: string; fallback: Value | null; factory: Value | null; inInit: boolean }[] | null = null;
  /** Set for Enum classes: members in order. */
  enumMembers: Map<string, Value> | null = null;
  /** Python: annotated names of the class body in order, with their annotations (dataclass fields, named tuples). */
  annotations = new Map<string, Expr>();
  /** Called when a class that has this one among its bases was defined (enum, NamedTuple); may give what the class statement binds instead. */
  onSubclass: ((vm: Vm, cls: ClassValue, keywords: ReadonlyMap<string, Value>) => Value | undefined) | null = null;
  /** Python: the class of this class, when it is not `type`. */
  metaclass: ClassValue | null = null;
  /** Python: methods left abstract; a class that has any cannot be instantiated. */
  abstract: readonly string[] = [];
  /** Makes the instance of a native class when it is not a plain InstanceValue (`int`, `dict`, a tensor type). */
  construct: ((vm: Vm, cls: ClassValue, args: Arguments) => Value) | null = null;
  constructor(
    readonly name: string,
    readonly bases: readonly ClassValue[],
    readonly language: Language = "python",
  ) {
    this.mro = [this, ...(bases[0]?.mro ?? [])];
  }
  /** Looks a member up along the method resolution order. */
  find(name: string): Value | undefined {
    for (const cls of this.mro) {
      const found = cls.members.get(name);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  isSubclassOf(other: ClassValue): boolean {
    return this.mro.includes(other);
  }
}

/** An object with fields: an instance of a class, or a JavaScript object literal. Call `vm.touch(instance)` before changing `fields`. */
export class InstanceValue {
  readonly kind = "instance";
  fields = new Map<string, Value>();
  /** Where it was made; for a layer this is its provenance. */
  madeAt: Frame | null = null;
  /** Set when something that was to be put into it was not known: it may hold more than it shows. */
  incomplete: OpaqueValue | null = null;
  /** The list, dict, string or number inside an instance of a subclass of a built-in type; operators and methods act on it. */
  payload: Value | null = null;
  /** JavaScript: set when something unknown was spread into it or a field of unknown name was set; fields it lacks are then not known. */
  taint: OpaqueValue | null = null;
  constructor(readonly type: ClassValue) {}
}

/** A module: a source file, or a library of ours. */
export class ModuleValue {
  readonly kind = "module";
  members = new Map<string, Value>();
  /** Names that exist but are made when first asked for. */
  lazy: ((vm: Vm, name: string) => Value | undefined) | null = null;
  scope: Scope | null = null;
  /** Runs the module's code; null once that has begun. A Python module runs when it is first asked for something. */
  pending: (() => void) | null = null;
  /** True while its code runs: names may still be missing, and importers in a cycle wait for them. */
  running = false;
  readonly waiting: (() => void)[] = [];
  /** Why names of it may be missing that it would have: its code was not run to the end. */
  unread: OpaqueValue | null = null;
  constructor(
    readonly name: string,
    /** Absolute path, or null for a library of ours. */
    readonly file: string | null,
    readonly language: Language,
    /** True for recipes of ours: their places are left out of provenance. */
    readonly isRecipe = false,
  ) {}
}

export class SuperValue {
  readonly kind = "super";
  constructor(
    readonly self: Value,
    /** Look-up starts after this class in the method resolution order of `self`. */
    readonly after: ClassValue,
  ) {}
}

/**
 * A value that belongs to a framework or library: a tensor, a dtype, an optimiser stub. Every method may return undefined
 * for "not mine"; the interpreter then does what it does for an unknown attribute or operation.
 */
export abstract class HostObject {
  readonly kind = "host";
  abstract readonly typeName: string;
  /** True for what models compute with (tensors): a call given one may be work of the model. */
  readonly isData: boolean = false;
  getAttribute(_vm: Vm, _name: string): Value | undefined {
    return undefined;
  }
  setAttribute(_vm: Vm, _name: string, _value: Value): boolean {
    return false;
  }
  call(_vm: Vm, _args: Arguments): Value | undefined {
    return undefined;
  }
  getIndex(_vm: Vm, _index: Value): Value | undefined {
    return undefined;
  }
  setIndex(_vm: Vm, _index: Value, _value: Value): boolean {
    return false;
  }
  /** `self op other`, or `other op self` when `reflected`. */
  binary(_vm: Vm, _op: string, _other: Value, _reflected: boolean): Value | undefined {
    return undefined;
  }
  /** `self op= other`; undefined where that is `self = self op other`. */
  inPlace(_vm: Vm, _op: string, _other: Value): Value | undefined {
    return undefined;
  }
  unary(_vm: Vm, _op: string): Value | undefined {
    return undefined;
  }
  compare(_vm: Vm, _op: string, _other: Value, _reflected: boolean): Value | undefined {
    return undefined;
  }
  iterate(_vm: Vm): Value[] | OpaqueValue | undefined {
    return undefined;
  }
  length(_vm: Vm): number | OpaqueValue | undefined {
    return undefined;
  }
  truth(_vm: Vm): boolean | OpaqueValue | undefined {
    return undefined;
  }
  /** Joins with what the other side of an unknown condition has in the same place; absent: the join is unknown. */
  joinWith?(other: HostObject, why: OpaqueValue): Value;
  /** What `isinstance(self, cls)` says. */
  isInstanceOf(_vm: Vm, _cls: ClassValue): boolean {
    return false;
  }
  /** What Python's str() or a template string prints. */
  text(_vm: Vm): string | undefined {
    return undefined;
  }
}

/** Something not known, with the reason: one sentence fragment that reads after "unknown, because". */
export class OpaqueValue {
  readonly kind = "opaque";
  constructor(
    readonly reason: string,
    readonly place: Place | null,
    /** The name of an unknown dimension, where it has one ("batch"). */
    readonly dimension: string | null = null,
  ) {}
}

export const NONE = new NoneValue();
export const UNDEFINED = new UndefinedValue();
export const ELLIPSIS = new EllipsisValue();
export const TRUE = new BooleanValue(true);
export const FALSE = new BooleanValue(false);

export function bool(value: boolean): BooleanValue {
  return value ? TRUE : FALSE;
}

const smallIntegers = Array.from({ length: 1025 }, (_, index) => new NumberValue(index, false));

/** A whole number (Python int) or any JavaScript number. */
export function int(value: number): NumberValue {
  return (
    (value >= 0 && value <= 1024 && !Object.is(value, -0) && smallIntegers[value]) || new NumberValue(value, false)
  );
}
export function float(value: number): NumberValue {
  return new NumberValue(value, true);
}
export function str(value: string): StringValue {
  return new StringValue(value);
}
export function list(items: Value[]): ListValue {
  return new ListValue(items);
}
export function tuple(items: readonly Value[]): TupleValue {
  return new TupleValue(items);
}
export function isOpaque(value: unknown): value is OpaqueValue {
  return value instanceof OpaqueValue;
}
export function isNone(value: Value | undefined): boolean {
  return value === undefined || value.kind === "none" || value.kind === "undefined";
}

let nextIdentity = 1;
const identities = new WeakMap<object, number>();

/** A number that stands for this object, equal only for the same object. */
export function identityOf(value: object): number {
  let id = identities.get(value);
  if (id === undefined) {
    id = nextIdentity++;
    identities.set(value, id);
  }
  return id;
}

/** Lengths go in front, so that a comma inside a string cannot make two different tuples alike. */
function joinKeys(keys: string[]): string {
  return keys.map((key) => `${key.length}|${key}`).join("");
}

/** Key under which a value is stored in a dict or set: equal for equal values, by identity for objects. */
export function hashKey(value: Value): string {
  switch (value.kind) {
    case "string":
      return value.bytes ? `b:${value.value}` : `s:${value.value}`;
    case "number":
      return `n:${value.value}`;
    case "boolean":
      return `n:${value.value ? 1 : 0}`;
    case "none":
      return "none";
    case "undefined":
      return "undefined";
    case "tuple":
      return `t:${joinKeys(value.items.map(hashKey))}`;
    case "set":
      return value.frozen ? `f:${joinKeys([...value.entries.keys()].sort())}` : `o:${identityOf(value)}`;
    case "instance":
      return value.payload ? hashKey(value.payload) : `o:${identityOf(value)}`;
    default:
      return `o:${identityOf(value)}`;
  }
}
