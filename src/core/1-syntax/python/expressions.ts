// Expressions. One handler for each node type of the grammar; what is not in the table is a hole.

import type {
  Argument,
  BinaryOp,
  CallExpr,
  CompareExpr,
  CompareOp,
  ComprehensionExpr,
  DictExpr,
  Expr,
  LogicalExpr,
  SequenceExpr,
  SliceExpr,
  UnaryExpr,
} from "../tree";
import { type Context, hasToken, named } from "./context";
import { lowerLambda } from "./definitions";
import type { ParsedNode } from "./parsed";
import { lowerString } from "./strings";
import { lowerTarget } from "./targets";

type Handler = (cx: Context, node: ParsedNode) => Expr;

/** Lowers one expression node. */
export function lowerExpression(cx: Context, node: ParsedNode): Expr {
  const handler = HANDLERS.get(node.type);
  if (!handler) return cx.hole(node, "syntax error", readableParts(cx, node));
  // An operator with an unreadable operand in between has no value, but its pieces do.
  if (node.broken && !TOLERANT.has(node.type)) return cx.hole(node, "syntax error", readableParts(cx, node));
  return handler(cx, node);
}

/** Whether a node of this type can stand where a value is wanted. */
export function isExpression(node: ParsedNode): boolean {
  return HANDLERS.has(node.type);
}

/** The expressions somewhere inside an unreadable node, outermost ones only. */
export function readableParts(cx: Context, node: ParsedNode): Expr[] {
  const parts: Expr[] = [];
  const pending = [...node.children].reverse();
  for (let next = pending.pop(); next; next = pending.pop()) {
    if (!next.named) continue;
    if (isExpression(next)) parts.push(cx.expression(next));
    else pending.push(...[...next.children].reverse());
  }
  return parts;
}

/** Several expressions as a tuple, one alone as itself (`return a, b`, `x[a, b]`). */
export function lowerTuple(cx: Context, nodes: readonly ParsedNode[], always: boolean): Expr | null {
  const first = nodes[0];
  const last = nodes[nodes.length - 1];
  if (!first || !last) return null;
  if (nodes.length === 1 && !always) {
    const only = cx.expression(first);
    // `x[*rest]` is `x[(*rest,)]`.
    return only.kind === "spread" ? { kind: "sequence", span: only.span, type: "tuple", elements: [only] } : only;
  }
  return { kind: "sequence", span: cx.spanning(first, last), type: "tuple", elements: cx.expressions(nodes) };
}

/** The arguments of a call or a class header. */
export function lowerArguments(cx: Context, node: ParsedNode): Argument[] {
  const args: Argument[] = [];
  for (const child of node.children) {
    if (!child.named) continue;
    if (child.type === "keyword_argument") {
      const [name, value] = named(child);
      if (name && value) args.push({ name: cx.identifier(name), value: cx.expression(value) });
    } else if (child.type === "dictionary_splat") {
      const [value] = named(child);
      if (value) args.push({ value: cx.expression(value), spread: "dict" });
    } else if (child.type === "ERROR") {
      readBrokenArgument(cx, child, args);
    } else {
      const value = cx.expression(child);
      args.push(value.kind === "spread" ? { value: value.value, spread: "list" } : { value });
    }
  }
  return args;
}

/** An argument that is not finished still takes its place: dropping it would change what the call means. */
function readBrokenArgument(cx: Context, error: ParsedNode, args: Argument[]): void {
  const equals = hasToken(error, "=");
  const [first] = named(error);
  const previous = args[args.length - 1];
  if (equals && first?.type === "identifier") {
    args.push({ name: cx.identifier(first), value: cx.hole(error, "syntax error") });
  } else if (equals && !first && previous?.value.kind === "name" && !previous.name && !previous.spread) {
    previous.name = previous.value.id;
    previous.value = cx.hole(error, "syntax error");
  } else if (first || error.end > error.start + 1) {
    args.push({ value: cx.hole(error, "syntax error", readableParts(cx, error)) });
  }
}

function lowerName(cx: Context, node: ParsedNode): Expr {
  if (node.end === node.start) return cx.hole(node, "nothing written here yet");
  return { kind: "name", span: cx.span(node), id: cx.identifier(node) };
}

function lowerNumber(cx: Context, node: ParsedNode): Expr {
  const text = cx.source(node).replace(/_/g, "").replace(/[lL]$/, "");
  if (/[jJ]$/.test(text)) return cx.hole(node, "complex number");
  let value = Number(text);
  // Python 2 octal.
  if (node.type === "integer" && /^0[0-7]+$/.test(text)) value = Number.parseInt(text, 8);
  if (Number.isNaN(value)) return cx.hole(node, "not a number");
  return { kind: "number", span: cx.span(node), value, isFloat: node.type === "float" };
}

function lowerAttribute(cx: Context, node: ParsedNode): Expr {
  const [object, name] = named(node);
  if (!object || !name) return cx.hole(node, "syntax error", readableParts(cx, node));
  return overSpread(cx.expression(object), (value) => {
    if (name.start === name.end) return cx.hole(node, "attribute name not written yet", [value]);
    return {
      kind: "attribute",
      span: cx.span(node),
      object: value,
      name: cx.identifier(name),
      optional: false,
      nameSpan: cx.span(name),
    };
  });
}

function lowerSubscript(cx: Context, node: ParsedNode): Expr {
  const [object, ...indexes] = named(node);
  if (!object) return cx.hole(node, "syntax error");
  const trailingComma = node.children[node.children.length - 2]?.type === ",";
  const index = lowerTuple(cx, indexes, trailingComma) ?? cx.hole(node, "no index");
  return overSpread(cx.expression(object), (value) => {
    return { kind: "index", span: cx.span(node), object: value, index, optional: false };
  });
}

function lowerSlice(cx: Context, node: ParsedNode): SliceExpr {
  const parts: (Expr | null)[] = [null, null, null];
  let at = 0;
  for (const child of node.children) {
    if (child.named) parts[at] = cx.expression(child);
    else if (child.type === ":") at++;
  }
  return {
    kind: "slice",
    span: cx.span(node),
    lower: parts[0] ?? null,
    upper: parts[1] ?? null,
    step: parts[2] ?? null,
  };
}

function lowerCall(cx: Context, node: ParsedNode): Expr {
  const [callee, given] = named(node);
  if (!callee || !given) return cx.hole(node, "syntax error", readableParts(cx, node));
  return overSpread(cx.expression(callee), (value): CallExpr => {
    const args = given.type === "argument_list" ? lowerArguments(cx, given) : [{ value: cx.expression(given) }];
    return { kind: "call", span: cx.span(node), callee: value, args, isNew: false, optional: false };
  });
}

/** The grammar reads `*a.b(c)` as `(*a).b(c)`: the star belongs to the whole. */
function overSpread(first: Expr, build: (value: Expr) => Expr): Expr {
  if (first.kind !== "spread") return build(first);
  const value = build(first.value);
  return {
    kind: "spread",
    span: { ...value.span, ...startOf(first) },
    value: { ...value, span: { ...value.span, ...startOf(first.value) } },
  };
}

function startOf(expression: Expr): { start: number; line: number; column: number } {
  const { start, line, column } = expression.span;
  return { start, line, column };
}

function lowerBinary(cx: Context, node: ParsedNode): Expr {
  const [left, operator, right] = node.children;
  if (!left || !operator || !right) return cx.hole(node, "syntax error", readableParts(cx, node));
  if (operator.type === "&" && hasExclusiveOr(node)) return lowerAndXor(cx, node);
  return overSpread(cx.expression(left), (value) => {
    return {
      kind: "binary",
      span: cx.span(node),
      op: operator.type as BinaryOp,
      left: value,
      right: cx.expression(right),
    };
  });
}

/** Whether an operand of this chain of `&` is a bare `^`. */
function hasExclusiveOr(node: ParsedNode): boolean {
  for (let chain: ParsedNode | undefined = node; chain?.type === "binary_operator"; chain = chain.children[0]) {
    const [, operator, right] = chain.children;
    if (operator?.type === "^") return true;
    if (operator?.type !== "&") return false;
    if (right?.type === "binary_operator" && right.children[1]?.type === "^") return true;
  }
  return false;
}

/** The grammar lets `^` bind tighter than `&`; in Python it is the other way round. */
function lowerAndXor(cx: Context, node: ParsedNode): Expr {
  const operands: ParsedNode[] = [];
  const operators: string[] = [];
  const collect = (part: ParsedNode) => {
    const [left, operator, right] = part.children;
    const isChain = part.type === "binary_operator" && (operator?.type === "&" || operator?.type === "^");
    if (!isChain || part.broken || !left || !right || !operator) {
      operands.push(part);
      return;
    }
    collect(left);
    operators.push(operator.type);
    collect(right);
  };
  collect(node);
  const join = (op: BinaryOp, left: Expr, right: Expr): Expr => {
    return { kind: "binary", span: cx.spanning(left.span, right.span), op, left, right };
  };
  const values = cx.expressions(operands);
  let result: Expr | null = null;
  let group = values[0] ?? cx.hole(node, "syntax error");
  operators.forEach((operator, i) => {
    const value = values[i + 1] ?? cx.hole(node, "syntax error");
    if (operator === "&") {
      group = join("&", group, value);
    } else {
      result = result ? join("^", result, group) : group;
      group = value;
    }
  });
  return result ? join("^", result, group) : group;
}

/** The grammar reads `await a ** b` as `await (a ** b)`. */
function lowerAwait(cx: Context, node: ParsedNode): Expr {
  const [inner] = named(node);
  const [base, operator, exponent] = inner?.type === "binary_operator" ? inner.children : [];
  if (inner && base && exponent && operator?.type === "**") {
    const left = lowerAwait(cx, { ...node, end: base.end, children: [base] });
    return { kind: "binary", span: cx.span(node), op: "**", left, right: cx.expression(exponent) };
  }
  return { kind: "await", span: cx.span(node), value: lowerInner(cx, node) };
}

function lowerUnary(cx: Context, node: ParsedNode): Expr {
  const [operator, operand] = node.children;
  if (!operator || !operand) return cx.hole(node, "syntax error");
  return { kind: "unary", span: cx.span(node), op: operator.type as UnaryExpr["op"], operand: cx.expression(operand) };
}

function lowerLogical(cx: Context, node: ParsedNode): Expr {
  const [left, operator, right] = node.children;
  if (!left || !operator || !right) return cx.hole(node, "syntax error", readableParts(cx, node));
  return overSpread(cx.expression(left), (value): LogicalExpr => {
    const op = operator.type === "and" ? "and" : "or";
    return { kind: "logical", span: cx.span(node), op, left: value, right: cx.expression(right) };
  });
}

function lowerComparison(cx: Context, node: ParsedNode): Expr {
  const [first, ...others] = node.children;
  if (!first) return cx.hole(node, "syntax error");
  return overSpread(cx.expression(first), (value): CompareExpr => {
    const rest: CompareExpr["rest"] = [];
    for (let i = 0; i + 1 < others.length; i += 2) {
      const operator = others[i]?.type;
      const operand = others[i + 1];
      if (operator && operand) {
        rest.push({ op: operator === "<>" ? "!=" : (operator as CompareOp), value: cx.expression(operand) });
      }
    }
    return { kind: "compare", span: cx.span(node), first: value, rest };
  });
}

function lowerConditional(cx: Context, node: ParsedNode): Expr {
  const [then, test, otherwise] = named(node);
  if (!then || !test || !otherwise) return cx.hole(node, "syntax error", readableParts(cx, node));
  return overSpread(cx.expression(then), (value) => {
    return {
      kind: "conditional",
      span: cx.span(node),
      test: cx.expression(test),
      then: value,
      otherwise: cx.expression(otherwise),
    };
  });
}

function lowerWalrus(cx: Context, node: ParsedNode): Expr {
  const [name, value] = named(node);
  if (!name || !value) return cx.hole(node, "syntax error", readableParts(cx, node));
  return { kind: "assign", span: cx.span(node), target: lowerTarget(cx, name), op: null, value: cx.expression(value) };
}

function lowerSequence(type: SequenceExpr["type"]): Handler {
  return (cx, node) => ({ kind: "sequence", span: cx.span(node), type, elements: lowerElements(cx, node) });
}

function lowerElements(cx: Context, node: ParsedNode): Expr[] {
  const elements: Expr[] = [];
  for (const child of node.children) {
    if (child.named) elements.push(cx.expression(child));
  }
  return elements;
}

function lowerDict(cx: Context, node: ParsedNode): Expr {
  const entries: DictExpr["entries"] = [];
  for (const child of named(node)) {
    const [key, value] = named(child);
    if (child.type === "pair" && key && value) entries.push({ key: cx.expression(key), value: cx.expression(value) });
    else if (child.type === "dictionary_splat" && key) entries.push({ key: null, value: cx.expression(key) });
    else entries.push({ key: null, value: cx.hole(child, "syntax error", readableParts(cx, child)) });
  }
  return { kind: "dict", span: cx.span(node), object: false, entries };
}

function lowerComprehension(type: ComprehensionExpr["type"]): Handler {
  return (cx, node) => {
    const [body, ...rest] = named(node);
    const [key, value] = body?.type === "pair" ? named(body) : [null, body];
    if (!value) return cx.hole(node, "syntax error", readableParts(cx, node));
    const clauses: ComprehensionExpr["clauses"] = [];
    for (const part of rest) {
      if (part.type === "for_in_clause") {
        const [target, ...iterables] = named(part);
        const trailingComma = part.children[part.children.length - 1]?.type === ",";
        const iterable = lowerTuple(cx, iterables, trailingComma);
        if (!target || !iterable || part.broken) return cx.hole(node, "syntax error", readableParts(cx, node));
        clauses.push({ target: cx.target(target), iterable, conditions: [] });
      } else if (part.type === "if_clause") {
        clauses[clauses.length - 1]?.conditions.push(...cx.expressions(named(part)));
      }
    }
    return {
      kind: "comprehension",
      span: cx.span(node),
      type,
      key: key ? cx.expression(key) : null,
      element: cx.expression(value),
      clauses,
    };
  };
}

function lowerYield(cx: Context, node: ParsedNode): Expr {
  cx.noteYield();
  const [value] = named(node);
  return {
    kind: "yield",
    span: cx.span(node),
    value: value ? cx.expression(value) : null,
    from: hasToken(node, "from"),
  };
}

function lowerSpread(cx: Context, node: ParsedNode): Expr {
  const [value] = named(node);
  if (!value) return cx.hole(node, "syntax error");
  return { kind: "spread", span: cx.span(node), value: cx.expression(value) };
}

/** A node that only wraps another: parentheses, the `type` around an annotation. */
function lowerInner(cx: Context, node: ParsedNode): Expr {
  const [inner] = named(node);
  return inner ? cx.expression(inner) : cx.hole(node, "syntax error");
}

/** `list[int]` in an annotation, which the grammar does not read as a subscript. */
function lowerGenericType(cx: Context, node: ParsedNode): Expr {
  const [object, given] = named(node);
  if (!object || !given) return cx.hole(node, "syntax error");
  const trailingComma = given.children[given.children.length - 2]?.type === ",";
  const index = lowerTuple(cx, named(given), trailingComma) ?? cx.hole(given, "syntax error");
  return { kind: "index", span: cx.span(node), object: cx.expression(object), index, optional: false };
}

function lowerUnionType(cx: Context, node: ParsedNode): Expr {
  const [left, right] = named(node);
  if (!left || !right) return cx.hole(node, "syntax error");
  return { kind: "binary", span: cx.span(node), op: "|", left: cx.expression(left), right: cx.expression(right) };
}

function lowerDottedName(cx: Context, node: ParsedNode): Expr {
  const [first, ...rest] = named(node);
  if (!first) return cx.hole(node, "syntax error");
  let value = lowerName(cx, first);
  for (const name of rest) {
    const span = cx.spanning(first, name);
    value = {
      kind: "attribute",
      span,
      object: value,
      name: cx.identifier(name),
      optional: false,
      nameSpan: cx.span(name),
    };
  }
  return value;
}

const TOLERANT = new Set([
  "list",
  "tuple",
  "set",
  "dictionary",
  "expression_list",
  "pattern_list",
  "string",
  "concatenated_string",
]);

const HANDLERS = new Map<string, Handler>([
  ["identifier", lowerName],
  ["attribute", lowerAttribute],
  ["call", lowerCall],
  ["integer", lowerNumber],
  ["float", lowerNumber],
  ["string", lowerString],
  ["concatenated_string", lowerString],
  ["true", (cx, node) => ({ kind: "constant", span: cx.span(node), value: true })],
  ["false", (cx, node) => ({ kind: "constant", span: cx.span(node), value: false })],
  ["none", (cx, node) => ({ kind: "constant", span: cx.span(node), value: "none" })],
  ["ellipsis", (cx, node) => ({ kind: "constant", span: cx.span(node), value: "ellipsis" })],
  ["subscript", lowerSubscript],
  ["slice", lowerSlice],
  ["binary_operator", lowerBinary],
  ["unary_operator", lowerUnary],
  ["not_operator", lowerUnary],
  ["boolean_operator", lowerLogical],
  ["comparison_operator", lowerComparison],
  ["conditional_expression", lowerConditional],
  ["named_expression", lowerWalrus],
  ["lambda", lowerLambda],
  ["list", lowerSequence("list")],
  ["tuple", lowerSequence("tuple")],
  ["set", lowerSequence("set")],
  ["expression_list", lowerSequence("tuple")],
  ["pattern_list", lowerSequence("tuple")],
  ["tuple_pattern", lowerSequence("tuple")],
  ["list_pattern", lowerSequence("list")],
  ["dictionary", lowerDict],
  ["list_comprehension", lowerComprehension("list")],
  ["set_comprehension", lowerComprehension("set")],
  ["dictionary_comprehension", lowerComprehension("dict")],
  ["generator_expression", lowerComprehension("generator")],
  ["await", lowerAwait],
  ["yield", lowerYield],
  ["list_splat", lowerSpread],
  ["list_splat_pattern", lowerSpread],
  ["splat_type", lowerSpread],
  ["parenthesized_expression", lowerInner],
  ["type", lowerInner],
  ["generic_type", lowerGenericType],
  ["union_type", lowerUnionType],
  ["member_type", lowerAttribute],
  ["dotted_name", lowerDottedName],
]);
