// Where the value of an expression comes from, read from the text: the function it stands in, the assignments of a name, the
// argument a call hands over. Follows one chain of calls, given as its frames.
import type {
  CallExpr,
  ClassDefinition,
  Expr,
  FunctionDefinition,
  Parameter,
  Program,
  Span,
  Stmt,
  Target,
} from "../../1-syntax/tree";
import { type AnyNode, callsBySpan, walk } from "../../1-syntax/walk";
import type { Frame } from "../../2-evaluate/values";
import { CallSite } from "../call-site";
import type { SourceFile } from "../sites";

export interface Within {
  fn: FunctionDefinition | null;
  /** The class whose method `fn` is. */
  cls: ClassDefinition | null;
}

const holds = (outer: Span, inner: Span) => outer.start <= inner.start && inner.end <= outer.end;

/** What a program is asked for again and again. */
interface Index {
  calls: ReadonlyMap<string, CallExpr>;
  /** Functions and classes, outer ones first. */
  definitions: readonly ({ span: Span } & Within)[];
}

const indexes = new WeakMap<Program, Index>();

function indexOf(program: Program): Index {
  const known = indexes.get(program);
  if (known) return known;
  const definitions: ({ span: Span } & Within)[] = [];
  walk(program.body, (node) => {
    const one = node as AnyNode & { definition?: unknown };
    if (one.kind === "function-definition" || one.kind === "function")
      definitions.push({ span: one.span, fn: one.definition as FunctionDefinition, cls: null });
    else if (one.kind === "class-definition" || one.kind === "class") {
      const cls = one.definition as ClassDefinition;
      definitions.push({ span: one.span, fn: null, cls });
      // Methods of a JavaScript class are no nodes of their own.
      for (const { method } of cls.members) if (method) definitions.push({ span: method.span, fn: method, cls });
    }
  });
  const index = { calls: callsBySpan(program), definitions };
  indexes.set(program, index);
  return index;
}

/** The innermost function and class around a place. */
export function withinOf(file: SourceFile, place: Span): Within {
  let found: Within = { fn: null, cls: null };
  for (const { span, fn, cls } of indexOf(file.program).definitions) {
    if (holds(span, place)) found = fn ? { fn, cls: cls ?? found.cls } : { fn: null, cls };
  }
  return found;
}

/** A parameter of a function by name. */
export function parameterOf({ fn }: Within, name: string): Parameter | undefined {
  return fn?.parameters.find((one) => one.name === name);
}

/** What a call hands over for a parameter of the function it calls; undefined when it leaves it out or that cannot be told. */
export function handedOver(file: SourceFile, place: Span, { fn, cls }: Within, name: string): Expr | undefined {
  const call = indexOf(file.program).calls.get(`${place.start}:${place.end}`);
  if (!call || !fn) return undefined;
  const isMethod = cls !== null && file.program.language === "python";
  const names = fn.parameters.flatMap((one) =>
    one.kind === "normal" || one.kind === "positional-only" ? [one.name] : [],
  );
  const site = new CallSite(file.path, file.text, file.program.language, call, isMethod ? names.slice(1) : names);
  return site.find(name)?.value;
}

/** How a name or `self.name` gets its value. */
export type Binding =
  | { kind: "value"; value: Expr }
  /** `*=` and the like. */
  | { kind: "change"; op: string; value: Expr }
  /** One of the values of a loop, or a part of something unpacked. */
  | { kind: "part"; of: Expr };

function isMeant(target: Target, name: string, ofSelf: boolean): boolean {
  if (!ofSelf) return target.kind === "name" && target.id === name;
  return (
    target.kind === "attribute" &&
    target.name === name &&
    target.object.kind === "name" &&
    (target.object.id === "self" || target.object.id === "this")
  );
}

const unpacks = (target: Target, name: string, ofSelf: boolean): boolean =>
  target.kind === "unpack" && target.elements.some((one) => one !== null && isMeant(one.target, name, ofSelf));

/** All bindings of a name (or of an attribute of `self`) in statements, functions inside them left out unless `deep`. */
export function bindingsOf(body: readonly Stmt[], name: string, ofSelf: boolean, deep: boolean): Binding[] {
  const found: Binding[] = [];
  walk(body, (node) => {
    const one = node as Stmt | Expr;
    if (!deep && (one.kind === "function-definition" || one.kind === "class-definition" || one.kind === "function"))
      return false;
    if (one.kind === "assignment") {
      for (const target of one.targets) {
        if (isMeant(target, name, ofSelf)) found.push({ kind: "value", value: one.value });
        else if (unpacks(target, name, ofSelf)) {
          const at =
            target.kind === "unpack"
              ? target.elements.findIndex((part) => part && isMeant(part.target, name, ofSelf))
              : -1;
          const part = one.value.kind === "sequence" ? one.value.elements[at] : undefined;
          found.push(part ? { kind: "value", value: part } : { kind: "part", of: one.value });
        }
      }
    } else if (one.kind === "declare" && one.value) {
      if (isMeant(one.target, name, ofSelf)) found.push({ kind: "value", value: one.value });
      else if (unpacks(one.target, name, ofSelf)) found.push({ kind: "part", of: one.value });
    } else if (one.kind === "assign" && isMeant(one.target, name, ofSelf)) {
      found.push(one.op ? { kind: "change", op: one.op, value: one.value } : { kind: "value", value: one.value });
    } else if (one.kind === "augmented" && isMeant(one.target, name, ofSelf)) {
      found.push({ kind: "change", op: one.op, value: one.value });
    } else if (one.kind === "for" && (isMeant(one.target, name, ofSelf) || unpacks(one.target, name, ofSelf))) {
      found.push({ kind: "part", of: one.iterable });
    } else if (one.kind === "comprehension") {
      for (const { target, iterable } of one.clauses)
        if (isMeant(target, name, ofSelf) || unpacks(target, name, ofSelf)) found.push({ kind: "part", of: iterable });
    }
    return undefined;
  });
  return found;
}

/** The statements of a class's methods and body, for bindings of `self`. */
export function bodiesOf(cls: ClassDefinition): readonly Stmt[] {
  return [...cls.body, ...cls.members.flatMap(({ method }) => method?.body ?? [])];
}

/** The frame in which code at a place ran: the one of the chain whose call stands in the same function; null when there is none. */
export function frameIn(file: SourceFile, innermost: Frame | null, { fn }: Within): Frame | null {
  for (let frame = innermost; frame; frame = frame.parent) {
    if (frame.place.file === file.path && (!fn || holds(fn.span, frame.place.span))) return frame;
  }
  return null;
}
