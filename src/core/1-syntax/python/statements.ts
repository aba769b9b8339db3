// Statements. One handler for each node type of the grammar; it adds what it reads to the list of statements, because one
// line may be several (`import a, b`). What cannot be read is a hole that keeps its readable pieces.

import type { Argument, BinaryOp, Expr, ImportFromStmt, IfStmt, Stmt, Target, TryStmt, WithStmt } from "../tree";
import { childOf, type Context, hasToken, named } from "./context";
import { brokenParts, lowerClass, lowerFunction } from "./definitions";
import { isExpression, lowerTuple } from "./expressions";
import type { ParsedNode } from "./parsed";
import { lowerCasePatterns } from "./patterns";
import { joinsLines } from "./tokens";

type Handler = (cx: Context, node: ParsedNode, into: Stmt[]) => void;

/** Lowers one child of a module or block. */
export function lowerStatement(cx: Context, node: ParsedNode, into: Stmt[]): void {
  const handler = HANDLERS.get(node.type);
  if (handler) {
    handler(cx, node, into);
  } else if (isExpression(node)) {
    into.push({ kind: "expression", span: cx.span(node), value: cx.expression(node) });
  } else {
    lowerUnreadable(cx, node, into);
  }
}

/** An ERROR node, or a clause without its statement: a hole with the statements found inside. */
function lowerUnreadable(cx: Context, node: ParsedNode, into: Stmt[]): void {
  const parts = cx.block(node);
  if (node.type === "ERROR") into.push({ kind: "hole", span: cx.span(node), reason: "syntax error", parts });
  else into.push(...parts);
}

/** A simple statement with something unreadable in it: its readable pieces run, its effect is not known. */
function ifWhole(handler: Handler): Handler {
  return (cx, node, into) => {
    // The grammar takes `x = self.` and the line after it for one statement.
    if (!cx.joinsLines && cx.spansLines(node)) cx.joinsLines = joinsLines(cx.text, node.start, node.end);
    if (node.broken) into.push({ kind: "hole", span: cx.span(node), reason: "syntax error", parts: cx.block(node) });
    else handler(cx, node, into);
  };
}

function lowerExpressionStatement(cx: Context, node: ParsedNode, into: Stmt[]): void {
  const [first] = node.children;
  if (first && node.children.length === 1) {
    if (HANDLERS.has(first.type)) lowerStatement(cx, first, into);
    else into.push({ kind: "expression", span: cx.span(node), value: cx.expression(first) });
    return;
  }
  const value = lowerTuple(cx, named(node), true);
  if (value) into.push({ kind: "expression", span: cx.span(node), value });
}

function lowerAssignment(cx: Context, node: ParsedNode, into: Stmt[]): void {
  const span = cx.span(node);
  const targets: Target[] = [];
  let annotation: Expr | null = null;
  let assignment = node;
  for (;;) {
    const parts = named(assignment);
    const [left] = parts;
    const type = childOf(assignment, "type");
    if (left) targets.push(cx.target(left));
    if (type) annotation = cx.expression(type);
    const right = parts.findLast((part) => part !== left && part !== type);
    if (right?.type === "assignment" && !right.broken) {
      assignment = right;
      continue;
    }
    if (right) {
      into.push({ kind: "assignment", span, targets, value: cx.expression(right), annotation });
    } else if (annotation && !hasToken(assignment, "=")) {
      const [target] = targets;
      if (target) into.push({ kind: "annotation", span, target, annotation });
    } else {
      into.push({ kind: "assignment", span, targets, value: cx.hole(node, "nothing written here yet"), annotation });
    }
    return;
  }
}

function lowerAugmented(cx: Context, node: ParsedNode, into: Stmt[]): void {
  const [left, operator, right] = node.children;
  if (!left || !operator || !right) return lowerUnreadable(cx, node, into);
  const op = operator.type.slice(0, -1) as BinaryOp;
  into.push({ kind: "augmented", span: cx.span(node), target: cx.target(left), op, value: cx.expression(right) });
}

function lowerTypeAlias(cx: Context, node: ParsedNode, into: Stmt[]): void {
  const [left, right] = named(node);
  const inner = left && named(left)[0];
  if (!inner || !right) return lowerUnreadable(cx, node, into);
  const span = cx.span(node);
  const value = cx.expression(right);
  const call = callOfType(node, inner);
  if (call) {
    into.push({ kind: "assignment", span, targets: [cx.target(call)], value, annotation: null });
    return;
  }
  const name = inner.type === "generic_type" || inner.type === "subscript" ? (named(inner)[0] ?? inner) : inner;
  into.push({ kind: "assignment", span, targets: [cx.target(name)], value, annotation: null });
}

/** The grammar reads `type(x).a = 1` as an alias named `(x).a`: the target with the call put back, else null. */
function callOfType(statement: ParsedNode, node: ParsedNode): ParsedNode | null {
  if (node.type === "parenthesized_expression" || node.type === "tuple" || node.type === "generator_expression") {
    const callee = {
      ...node,
      type: "identifier",
      start: statement.start,
      end: statement.start + "type".length,
      children: [],
    };
    const given = node.type === "generator_expression" ? node : { ...node, type: "argument_list" };
    return { ...node, type: "call", start: statement.start, children: [callee, given] };
  }
  const [object, ...rest] = node.children;
  if (!object || !["attribute", "subscript", "call", "member_type", "type"].includes(node.type)) return null;
  const inner = callOfType(statement, object);
  if (!inner || node.type === "type") return inner;
  const type = node.type === "member_type" ? "attribute" : node.type;
  return { ...node, type, start: statement.start, children: [inner, ...rest] };
}

function lowerReturn(cx: Context, node: ParsedNode, into: Stmt[]): void {
  const [value] = named(node);
  into.push({ kind: "return", span: cx.span(node), value: value ? cx.expression(value) : null });
}

function lowerRaise(cx: Context, node: ParsedNode, into: Stmt[]): void {
  const [first] = node.children[1]?.named ? [node.children[1]] : [];
  // Python 2 `raise Kind, message`: the first one is the exception.
  const value = first?.type === "expression_list" ? named(first)[0] : first;
  const raise: Stmt = { kind: "raise", span: cx.span(node), value: value ? cx.expression(value) : null };
  const from = node.children.findIndex((child) => child.type === "from");
  const cause = from < 0 ? undefined : node.children[from + 1];
  if (cause) raise.cause = cx.expression(cause);
  into.push(raise);
}

function lowerAssert(cx: Context, node: ParsedNode, into: Stmt[]): void {
  const [test, message] = named(node);
  if (!test) return;
  const told = message ? cx.expression(message) : null;
  into.push({ kind: "assert", span: cx.span(node), test: cx.expression(test), message: told });
}

function lowerDelete(cx: Context, node: ParsedNode, into: Stmt[]): void {
  const [given] = named(node);
  if (!given) return;
  const many = given.type === "expression_list" || given.type === "tuple" || given.type === "list";
  const targets = (many ? named(given) : [given]).map((target) => cx.target(target));
  into.push({ kind: "delete", span: cx.span(node), targets });
}

function lowerScope(kind: "global" | "nonlocal"): Handler {
  return (cx, node, into) => {
    into.push({ kind, span: cx.span(node), names: named(node).map((name) => cx.identifier(name)) });
  };
}

function lowerJump(kind: "break" | "continue" | "pass"): Handler {
  return (cx, node, into) => {
    into.push({ kind, span: cx.span(node) });
  };
}

/** Python 2 `print a, b` and `print >>file, a`. */
function lowerPrint(cx: Context, node: ParsedNode, into: Stmt[]): void {
  const args: Argument[] = [];
  for (const child of named(node)) {
    const file = child.type === "chevron" ? named(child)[0] : undefined;
    if (file) args.push({ name: "file", value: cx.expression(file) });
    else args.push({ value: cx.expression(child) });
  }
  callByName(cx, node, "print", args, into);
}

/** Python 2 `exec code in scope`. */
function lowerExec(cx: Context, node: ParsedNode, into: Stmt[]): void {
  callByName(
    cx,
    node,
    "exec",
    cx.expressions(named(node)).map((value) => ({ value })),
    into,
  );
}

function callByName(cx: Context, node: ParsedNode, id: string, args: Argument[], into: Stmt[]): void {
  const span = cx.span(node);
  const callee: Expr = { kind: "name", span: cx.span({ start: node.start, end: node.start + id.length }), id };
  into.push({ kind: "expression", span, value: { kind: "call", span, callee, args, isNew: false, optional: false } });
}

// -------------------------------------------------------------------------------------------------------------- imports

function dotted(cx: Context, node: ParsedNode): string {
  return named(node)
    .map((name) => cx.identifier(name))
    .join(".");
}

/** The name of one imported thing and what it is bound to; null when it is not written yet. */
function importedName(cx: Context, node: ParsedNode): { name: string; alias: string | null } | null {
  const [name, alias] = node.type === "aliased_import" ? named(node) : [node, undefined];
  const text = name ? dotted(cx, name) : "";
  if (text === "" || text.endsWith(".")) return null;
  return { name: text, alias: alias ? cx.identifier(alias) || null : null };
}

function lowerImport(cx: Context, node: ParsedNode, into: Stmt[]): void {
  for (const child of named(node)) {
    const imported = importedName(cx, child);
    if (imported) into.push({ kind: "import", span: cx.span(node), module: imported.name, alias: imported.alias });
  }
}

function lowerImportFrom(cx: Context, node: ParsedNode, into: Stmt[]): void {
  const future = node.type === "future_import_statement";
  const children = named(node);
  const from = future ? undefined : children[0];
  const given = future ? children : children.slice(1);
  const names: ImportFromStmt["names"] = [];
  let module = future ? "__future__" : "";
  let level = 0;
  if (from?.type === "relative_import") {
    const prefix = childOf(from, "import_prefix");
    const name = childOf(from, "dotted_name");
    level = prefix ? cx.source(prefix).replace(/[^.]/g, "").length : 0;
    module = name ? dotted(cx, name) : "";
  } else if (from) {
    module = dotted(cx, from);
  }
  for (const child of given) {
    const imported = child.type === "wildcard_import" ? null : importedName(cx, child);
    if (imported) names.push({ name: imported.name, alias: imported.alias ?? imported.name, span: cx.span(child) });
  }
  const star = given.some((child) => child.type === "wildcard_import");
  into.push({ kind: "import-from", span: cx.span(node), module, level, names, star });
}

// --------------------------------------------------------------------------------------------------- compound statements

function header(cx: Context, node: ParsedNode): Expr {
  const test = node.children.find((child) => child.named && isExpression(child));
  return test ? cx.expression(test) : cx.hole({ start: node.start, end: node.start }, "nothing written here yet");
}

function lowerIf(cx: Context, node: ParsedNode, into: Stmt[]): void {
  const first: IfStmt = {
    kind: "if",
    span: cx.span(node),
    test: header(cx, node),
    then: body(cx, node),
    otherwise: [],
  };
  let last = first;
  for (const clause of node.children) {
    if (clause.type === "elif_clause") {
      const next: IfStmt = {
        kind: "if",
        span: cx.spanning(clause, node),
        test: header(cx, clause),
        then: body(cx, clause),
        otherwise: [],
      };
      last.otherwise = [next];
      last = next;
    } else if (clause.type === "else_clause") {
      last.otherwise = body(cx, clause);
    }
  }
  into.push(first);
}

/** The block of a compound statement or clause, with what was unreadable before it. */
function body(cx: Context, node: ParsedNode | undefined): Stmt[] {
  return node ? [...brokenParts(cx, node), ...cx.block(childOf(node, "block"))] : [];
}

function lowerFor(cx: Context, node: ParsedNode, into: Stmt[]): void {
  const [left, right] = named(node).filter(
    (child) => child.type !== "block" && child.type !== "else_clause" && child.type !== "ERROR",
  );
  const nowhere = { start: node.start, end: node.start };
  into.push({
    kind: "for",
    span: cx.span(node),
    target: left ? cx.target(left) : cx.hole(nowhere, "nothing written here yet"),
    declare: null,
    iterable: right ? cx.expression(right) : cx.hole(nowhere, "nothing written here yet"),
    over: "values",
    body: body(cx, node),
    otherwise: body(cx, childOf(node, "else_clause")),
  });
}

function lowerWhile(cx: Context, node: ParsedNode, into: Stmt[]): void {
  const otherwise = body(cx, childOf(node, "else_clause"));
  const span = cx.span(node);
  into.push({ kind: "while", span, test: header(cx, node), body: body(cx, node), otherwise, testFirst: true });
}

function lowerTry(cx: Context, node: ParsedNode, into: Stmt[]): void {
  const handlers: TryStmt["handlers"] = [];
  for (const clause of node.children) {
    if (clause.type !== "except_clause") continue;
    const given = named(clause).filter((child) => child.type !== "block" && child.type !== "ERROR");
    let [type, alias] = given.length > 1 && hasToken(clause, "as") ? given : [undefined, undefined];
    const [only] = given;
    if (only?.type === "as_pattern") [type, alias] = named(only);
    const value = type ? cx.expression(type) : lowerTuple(cx, given, false);
    const target = alias ? cx.target(alias) : null;
    handlers.push({ type: value, target, body: body(cx, clause), span: cx.span(clause) });
  }
  into.push({
    kind: "try",
    span: cx.span(node),
    body: body(cx, node),
    handlers,
    otherwise: body(cx, childOf(node, "else_clause")),
    finally: body(cx, childOf(node, "finally_clause")),
  });
}

function lowerWith(cx: Context, node: ParsedNode, into: Stmt[]): void {
  const clause = childOf(node, "with_clause");
  const items = clause ? named(clause).flatMap((item) => withItems(cx, item)) : [];
  into.push({ kind: "with", span: cx.span(node), items, body: body(cx, node) });
}

/** One item; parentheses around several items may have been read as a tuple. */
function withItems(cx: Context, node: ParsedNode): WithStmt["items"] {
  const [first, second] = named(node);
  if (node.type === "with_item" && first) return withItems(cx, first);
  if (node.type === "as_pattern" && first) {
    return [{ value: cx.expression(first), target: second ? cx.target(second) : null }];
  }
  const grouped = node.type === "parenthesized_expression" && first?.type === "as_pattern";
  const several = node.type === "tuple" && node.children.some((child) => child.type === "as_pattern");
  if (grouped || several) return named(node).flatMap((item) => withItems(cx, item));
  return [{ value: cx.expression(node), target: null }];
}

function lowerMatch(cx: Context, node: ParsedNode, into: Stmt[]): void {
  const subjects = named(node).filter((child) => child.type !== "block" && child.type !== "ERROR");
  const comma = hasToken(node, ",");
  const subject = lowerTuple(cx, subjects, comma) ?? cx.hole(node, "nothing written here yet");
  const clauses = childOf(node, "block")?.children.filter((child) => child.type === "case_clause") ?? [];
  const cases = clauses.map((clause) => {
    const patterns = clause.children.filter((child) => child.type === "case_pattern");
    const guard = childOf(clause, "if_clause");
    const pattern = lowerCasePatterns(cx, patterns, hasToken(clause, ","));
    return { pattern, guard: guard ? header(cx, guard) : null, body: body(cx, clause) };
  });
  into.push({ kind: "match", span: cx.span(node), subject, cases });
}

function lowerDecorated(cx: Context, node: ParsedNode, into: Stmt[]): void {
  const decorators = node.children.filter((child) => child.type === "decorator").map((child) => header(cx, child));
  const definition = named(node).find((child) => child.type !== "decorator" && child.type !== "ERROR");
  if (definition) define(cx, definition, decorators, into);
}

function define(cx: Context, node: ParsedNode, decorators: Expr[], into: Stmt[]): void {
  const span = cx.span(node);
  if (node.type === "class_definition") {
    into.push({ kind: "class-definition", span, definition: lowerClass(cx, node, decorators) });
  } else {
    into.push({ kind: "function-definition", span, definition: lowerFunction(cx, node, decorators) });
  }
}

const HANDLERS = new Map<string, Handler>([
  ["expression_statement", ifWhole(lowerExpressionStatement)],
  ["assignment", ifWhole(lowerAssignment)],
  ["augmented_assignment", ifWhole(lowerAugmented)],
  ["type_alias_statement", ifWhole(lowerTypeAlias)],
  ["return_statement", ifWhole(lowerReturn)],
  ["raise_statement", ifWhole(lowerRaise)],
  ["assert_statement", ifWhole(lowerAssert)],
  ["delete_statement", ifWhole(lowerDelete)],
  ["global_statement", lowerScope("global")],
  ["nonlocal_statement", lowerScope("nonlocal")],
  ["pass_statement", lowerJump("pass")],
  ["break_statement", lowerJump("break")],
  ["continue_statement", lowerJump("continue")],
  ["print_statement", ifWhole(lowerPrint)],
  ["exec_statement", ifWhole(lowerExec)],
  ["import_statement", lowerImport],
  ["import_from_statement", lowerImportFrom],
  ["future_import_statement", lowerImportFrom],
  ["if_statement", lowerIf],
  ["for_statement", lowerFor],
  ["while_statement", lowerWhile],
  ["try_statement", lowerTry],
  ["with_statement", lowerWith],
  ["match_statement", lowerMatch],
  ["function_definition", (cx, node, into) => define(cx, node, [], into)],
  ["class_definition", (cx, node, into) => define(cx, node, [], into)],
  ["decorated_definition", lowerDecorated],
]);
