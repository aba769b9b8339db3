// Functions of every syntax and their parameters. A destructured parameter gets a made-up name ("{0}" for the first) that
// no program can use; TypeScript's `this` parameter is a type and vanishes. Statements after the body's end are none of
// ours: hoisting is the evaluator's business.

import type ts from "typescript";
import type { Expr, FunctionDefinition, Parameter, Span, Stmt } from "../tree";
import type { Lowering } from "./lowering";

/** Lowers a function, method, accessor, constructor or arrow. */
export function lowerFunction(
  node: ts.FunctionLikeDeclaration,
  low: Lowering,
  name: string,
  nameSpan: Span,
): FunctionDefinition {
  const { api } = low;
  return {
    name,
    nameSpan,
    span: low.span(node),
    parameters: lowerParameters(node.parameters, low),
    body: lowerBody(node.body, low),
    decorators: low.decorators(node),
    isAsync: low.hasModifier(node, api.SyntaxKind.AsyncKeyword),
    isGenerator: node.asteriskToken !== undefined,
    isArrow: node.kind === api.SyntaxKind.ArrowFunction,
  };
}

function lowerBody(body: ts.Block | ts.Expression | undefined, low: Lowering): Stmt[] {
  if (!body || low.api.isBlock(body)) {
    return low.body(body);
  }
  const value: Expr = low.expression(body);
  return [{ kind: "return", value, span: low.span(body) }];
}

function lowerParameters(nodes: readonly ts.ParameterDeclaration[], low: Lowering): Parameter[] {
  const { api } = low;
  const parameters: Parameter[] = [];
  for (const node of nodes) {
    const name = api.isIdentifier(node.name) ? api.idText(node.name) : "";
    if (name === "this") {
      continue;
    }
    parameters.push({
      name: name || `{${parameters.length}}`,
      target: name ? null : low.target(node.name),
      fallback: low.optionalExpression(node.initializer),
      annotation: null,
      kind: node.dotDotDotToken ? "rest" : "normal",
      span: low.span(node),
    });
  }
  return parameters;
}
