// What stands around a layer's call in the text, and edits that depend on it: two layers in place of one, none in place of one.
// A layer is made as an element of a stack, is called where it is made, or is added to a model.
import type { CallExpr, Expr, Stmt } from "../1-syntax/tree";
import { type AnyNode, walk } from "../1-syntax/walk";
import type { TextEdit } from "../report/finding";
import type { CallSite } from "./call-site";
import type { SourceFile } from "./sites";

/** Where a layer's call stands. */
export type Around =
  /** An element of a list or of `Sequential(…)`. */
  | { kind: "element"; siblings: readonly Expr[] }
  /** `Layer(…)(x)`, or `layer.apply(x)`. */
  | { kind: "called"; call: CallExpr; how: "" | ".apply" }
  /** A statement `model.add(Layer(…))`. */
  | { kind: "added"; statement: Stmt; receiver: string };

function isStack(call: CallExpr): boolean {
  const { callee } = call;
  const name = callee.kind === "name" ? callee.id : callee.kind === "attribute" ? callee.name : "";
  return name === "Sequential" || name === "ModuleList";
}

/** What stands around a call; undefined for anything else than the forms above. */
export function aroundOf(source: SourceFile, call: CallExpr): Around | undefined {
  let found: Around | undefined;
  walk(source.program.body, (node: AnyNode) => {
    if (found || node.span.end < call.span.start || node.span.start > call.span.end) return false;
    const one = node as Expr | Stmt;
    if (one.kind === "sequence" && one.elements.includes(call)) found = { kind: "element", siblings: one.elements };
    else if (one.kind === "call" && one.callee === call) found = { kind: "called", call: one, how: "" };
    else if (one.kind === "call" && isStack(one) && one.args.some(({ value }) => value === call))
      found = { kind: "element", siblings: one.args.map(({ value }) => value) };
    else if (one.kind === "call" && one.callee.kind === "attribute" && one.callee.object === call) {
      if (one.callee.name === "apply") found = { kind: "called", call: one, how: ".apply" };
    } else if (one.kind === "expression" && one.value.kind === "call") {
      const { callee, args } = one.value;
      if (callee.kind === "attribute" && callee.name === "add" && args.length === 1 && args[0]?.value === call) {
        found = {
          kind: "added",
          statement: one,
          receiver: source.text.slice(callee.object.span.start, callee.object.span.end),
        };
      }
    }
    return undefined;
  });
  return found;
}

/** White space before a place on its line; undefined when something else stands there. */
function indentAt(text: string, at: number): string | undefined {
  const before = text.slice(text.lastIndexOf("\n", at - 1) + 1, at);
  return before.trim() === "" ? before : undefined;
}

/** The edits that put several layers, in order of work, where one is made; undefined where the text has no place for them. */
export function inPlaceOf(source: SourceFile, site: CallSite, layers: readonly string[]): TextEdit[] | undefined {
  const around = aroundOf(source, site.call);
  const { file, call } = site;
  const last = layers.at(-1) as string;
  if (around?.kind === "element") {
    const indent = indentAt(source.text, call.span.start);
    const text = layers.join(indent === undefined ? ", " : `,\n${indent}`);
    return [{ file, start: call.span.start, end: call.span.end, text }];
  }
  if (around?.kind === "called") {
    const { args, span } = around.call;
    const first = args[0]?.value.span.start;
    if (first === undefined || args.some(({ name, spread }) => name !== undefined || spread !== undefined))
      return undefined;
    const given = source.text.slice(first, span.end - 1);
    const text = layers.reduce((input, layer) => `${layer}${around.how}(${input})`, given);
    return [{ file, start: span.start, end: span.end, text }];
  }
  if (around?.kind === "added") {
    const { statement, receiver } = around;
    const indent = indentAt(source.text, statement.span.start);
    if (indent === undefined) return undefined;
    const end = source.text.slice(statement.span.start, statement.span.end).endsWith(";") ? ";" : "";
    const lines = layers.slice(0, -1).map((layer) => `${receiver}.add(${layer})${end}\n${indent}`);
    return [
      { file, start: statement.span.start, end: statement.span.start, text: lines.join("") },
      { file, start: call.span.start, end: call.span.end, text: last },
    ];
  }
  return undefined;
}

/** The statement `name = call`; undefined where the call is not the whole value of one name. */
function assignmentOf(source: SourceFile, call: CallExpr): { name: string; start: number; end: number } | undefined {
  let found: ReturnType<typeof assignmentOf>;
  walk(source.program.body, (node: AnyNode) => {
    const one = node as Stmt;
    const [target, ...more] = one.kind === "assignment" ? one.targets : [];
    if (one.kind === "assignment" && one.value === call && target?.kind === "name" && more.length === 0)
      found = { name: target.id, start: one.span.start, end: one.span.end };
    return !found;
  });
  return found;
}

/** The edits that take a layer out: an element with its comma, a whole statement, or a call around its input. */
export function withoutLayer(source: SourceFile, site: CallSite): TextEdit[] | undefined {
  const around = aroundOf(source, site.call);
  const { file, call } = site;
  const { text } = source;
  const line = (start: number, end: number): TextEdit[] | undefined => {
    const from = text.lastIndexOf("\n", start - 1) + 1;
    const rest = /^[;,]?[ \t]*\n/.exec(text.slice(end));
    return rest && indentAt(text, start) !== undefined
      ? [{ file, start: from, end: end + rest[0].length, text: "" }]
      : undefined;
  };
  if (around?.kind === "element") {
    const index = around.siblings.indexOf(call);
    const previous = around.siblings[index - 1];
    const own = line(call.span.start, call.span.end);
    if (own && text.slice(call.span.end).trimStart().startsWith(",")) return own;
    return previous && [{ file, start: previous.span.end, end: call.span.end, text: "" }];
  }
  if (around?.kind === "added") return line(around.statement.span.start, around.statement.span.end);
  if (around?.kind === "called") {
    const [argument, ...more] = around.call.args;
    if (!argument || more.length > 0 || argument.name !== undefined || argument.spread !== undefined) return undefined;
    const { start, end } = around.call.span;
    const { value } = argument;
    // `x = Pool()(x)` goes as a whole.
    const statement = assignmentOf(source, around.call);
    const whole = value.kind === "name" && statement?.name === value.id && line(statement.start, statement.end);
    if (whole) return whole;
    return [{ file, start, end, text: text.slice(argument.value.span.start, argument.value.span.end) }];
  }
  return undefined;
}
