// Functions, lambdas, parameters and classes. Type parameters and return types are erased; parameter annotations are kept.

import type { ClassDefinition, Expr, FunctionDefinition, FunctionExpr, Parameter, Span, Stmt } from "../tree";
import { childOf, type Context, hasToken, named } from "./context";
import { lowerArguments } from "./expressions";
import type { ParsedNode } from "./parsed";
import { isDocstring } from "./strings";

/** `def` and `async def`. */
export function lowerFunction(cx: Context, node: ParsedNode, decorators: Expr[]): FunctionDefinition {
  const name = childOf(node, "identifier");
  const block = childOf(node, "block");
  const parameters = lowerParameters(cx, childOf(node, "parameters"));
  let body: Stmt[] = [];
  const isGenerator = cx.inFunction(() => {
    body = [...brokenParts(cx, node), ...cx.block(block)];
  });
  const definition: FunctionDefinition = {
    name: name ? cx.identifier(name) : "",
    nameSpan: cx.span(name ?? { start: node.start, end: node.start }),
    span: cx.span(node),
    parameters,
    body,
    decorators,
    isAsync: hasToken(node, "async"),
    isGenerator,
    isArrow: false,
  };
  const docstring = docstringOf(cx, block, body);
  if (docstring !== undefined) definition.docstring = docstring;
  return definition;
}

/** What the parser could not read between the header and the block: often the first lines of the body. */
export function brokenParts(cx: Context, node: ParsedNode): Stmt[] {
  if (!node.broken) return [];
  const errors = node.children.filter((child) => child.type === "ERROR");
  return cx.block({ ...node, children: errors });
}

function docstringOf(cx: Context, block: ParsedNode | undefined, body: Stmt[]): string | undefined {
  const statement = block?.children[0];
  const first = body[0];
  if (statement?.type !== "expression_statement" || first?.kind !== "expression") return undefined;
  const literal = statement.children[0];
  if (statement.children.length !== 1 || !literal || first.value.kind !== "string") return undefined;
  return isDocstring(cx, literal) ? first.value.value : undefined;
}

export function lowerLambda(cx: Context, node: ParsedNode): FunctionExpr {
  const list = childOf(node, "lambda_parameters");
  const value = named(node).findLast((child) => child !== list);
  const parameters = lowerParameters(cx, list);
  const span = cx.span(node);
  let body: Stmt[] = [];
  const isGenerator = cx.inFunction(() => {
    const result = value ? cx.expression(value) : cx.hole(node, "nothing written here yet");
    body = [{ kind: "return", span: result.span, value: result }];
  });
  const nameSpan = cx.span({ start: node.start, end: node.start });
  const definition = {
    name: "",
    nameSpan,
    span,
    parameters,
    body,
    decorators: [],
    isAsync: false,
    isGenerator,
    isArrow: false,
  };
  return { kind: "function", span, definition };
}

function lowerParameters(cx: Context, node: ParsedNode | undefined): Parameter[] {
  const parameters: Parameter[] = [];
  let kind: "normal" | "keyword-only" = "normal";
  for (const child of node ? named(node) : []) {
    switch (child.type) {
      case "keyword_separator":
        kind = "keyword-only";
        break;
      case "positional_separator":
        for (const parameter of parameters) if (parameter.kind === "normal") parameter.kind = "positional-only";
        break;
      default: {
        const parameter = lowerParameter(cx, child, kind);
        if (parameter) parameters.push(parameter);
        if (parameter?.kind === "rest") kind = "keyword-only";
      }
    }
  }
  return parameters;
}

function lowerParameter(cx: Context, node: ParsedNode, kind: Parameter["kind"]): Parameter | null {
  const type = childOf(node, "type");
  const annotation = type ? cx.expression(type) : null;
  const span = cx.span(node);
  switch (node.type) {
    case "identifier":
      if (node.start === node.end) return null;
      return { name: cx.identifier(node), target: null, fallback: null, annotation, kind, span };
    case "typed_parameter":
    case "default_parameter":
    case "typed_default_parameter": {
      const [inner, ...rest] = named(node);
      const parameter = inner ? lowerParameter(cx, inner, kind) : null;
      if (!parameter) return null;
      const value = rest.findLast((child) => child !== type);
      const missing = value || !hasToken(node, "=") ? null : cx.hole(node, "nothing written here yet");
      return { ...parameter, annotation, fallback: value ? cx.expression(value) : missing, span };
    }
    case "list_splat_pattern":
    case "dictionary_splat_pattern": {
      const [name] = named(node);
      if (!name) return null;
      const rest = node.type === "list_splat_pattern" ? "rest" : "keyword-rest";
      return { name: cx.identifier(name), target: null, fallback: null, annotation, kind: rest, span };
    }
    case "tuple_pattern":
      // Python 2: `def f(self, (a, b))`.
      return { name: `.${node.start}`, target: cx.target(node), fallback: null, annotation, kind, span };
    default:
      return null;
  }
}

/** `class`; its type parameters are erased. */
export function lowerClass(cx: Context, node: ParsedNode, decorators: Expr[]): ClassDefinition {
  const name = childOf(node, "identifier");
  const bases = childOf(node, "argument_list");
  const nameSpan: Span = cx.span(name ?? { start: node.start, end: node.start });
  return {
    name: name ? cx.identifier(name) : "",
    nameSpan,
    span: cx.span(node),
    bases: bases ? lowerArguments(cx, bases) : [],
    decorators,
    body: [...brokenParts(cx, node), ...cx.block(childOf(node, "block"))],
    members: [],
  };
}
