// What can stand on the left of an assignment, as a parameter or as a loop variable: binding patterns (`const {a} = …`)
// and the array and object literals that are assigned to (`[a, b] = …`) become the same targets.

import type ts from "typescript";
import type { Expr, ObjectTarget, Target, UnpackTarget } from "../tree";
import type { Lowering } from "./lowering";

/** Lowers a binding name or an assigned expression. */
export function lowerTarget(node: ts.Node, low: Lowering): Target {
  const { api } = low;
  if (api.isArrayBindingPattern(node)) {
    return lowerArrayBinding(node, low);
  }
  if (api.isObjectBindingPattern(node)) {
    return lowerObjectBinding(node, low);
  }
  const inner = withoutTypes(node, low);
  if (api.isArrayLiteralExpression(inner)) {
    return lowerArrayAssignment(inner, low);
  }
  if (api.isObjectLiteralExpression(inner)) {
    return lowerObjectAssignment(inner, low);
  }
  const value = low.expression(inner);
  switch (value.kind) {
    case "name":
    case "attribute":
    case "index":
    case "hole":
      return value;
    default:
      return low.hole(node, "not assignable", [value]);
  }
}

/** Parentheses and type assertions around an assigned expression. */
function withoutTypes(node: ts.Node, low: Lowering): ts.Node {
  const kinds = low.api.SyntaxKind;
  let inner = node;
  while (
    inner.kind === kinds.ParenthesizedExpression ||
    inner.kind === kinds.AsExpression ||
    inner.kind === kinds.SatisfiesExpression ||
    inner.kind === kinds.NonNullExpression ||
    inner.kind === kinds.TypeAssertionExpression
  ) {
    inner = (inner as ts.ParenthesizedExpression).expression;
  }
  return inner;
}

function lowerArrayBinding(node: ts.ArrayBindingPattern, low: Lowering): UnpackTarget {
  const elements: UnpackTarget["elements"] = node.elements.map((element) =>
    low.api.isOmittedExpression(element)
      ? null
      : {
          target: low.target(element.name),
          rest: element.dotDotDotToken !== undefined,
          fallback: low.optionalExpression(element.initializer),
        },
  );
  return { kind: "unpack", elements, span: low.span(node) };
}

function lowerObjectBinding(node: ts.ObjectBindingPattern, low: Lowering): ObjectTarget {
  const properties: ObjectTarget["properties"] = [];
  let rest: Target | null = null;
  for (const element of node.elements) {
    if (element.dotDotDotToken) {
      rest = low.target(element.name);
      continue;
    }
    properties.push({
      key: low.propertyKey(element.propertyName ?? element.name),
      target: low.target(element.name),
      fallback: low.optionalExpression(element.initializer),
    });
  }
  return { kind: "object-target", properties, rest, span: low.span(node) };
}

function lowerArrayAssignment(node: ts.ArrayLiteralExpression, low: Lowering): UnpackTarget {
  const { api } = low;
  const elements: UnpackTarget["elements"] = node.elements.map((element) => {
    if (api.isOmittedExpression(element)) {
      return null;
    }
    const rest = api.isSpreadElement(element);
    return { ...withFallback(rest ? element.expression : element, low), rest };
  });
  return { kind: "unpack", elements, span: low.span(node) };
}

function lowerObjectAssignment(node: ts.ObjectLiteralExpression, low: Lowering): ObjectTarget {
  const { api } = low;
  const properties: ObjectTarget["properties"] = [];
  let rest: Target | null = null;
  for (const property of node.properties) {
    if (api.isSpreadAssignment(property)) {
      rest = low.target(property.expression);
    } else if (api.isShorthandPropertyAssignment(property)) {
      properties.push({
        key: low.propertyKey(property.name),
        target: low.target(property.name),
        fallback: low.optionalExpression(property.objectAssignmentInitializer),
      });
    } else if (api.isPropertyAssignment(property)) {
      properties.push({ key: low.propertyKey(property.name), ...withFallback(property.initializer, low) });
    } else {
      const key: Expr = low.propertyKey(property.name);
      properties.push({ key, target: low.hole(property, "not assignable"), fallback: null });
    }
  }
  return { kind: "object-target", properties, rest, span: low.span(node) };
}

/** `target = fallback` inside an assigned literal. */
function withFallback(node: ts.Expression, low: Lowering): { target: Target; fallback: Expr | null } {
  const { api } = low;
  if (api.isBinaryExpression(node) && node.operatorToken.kind === api.SyntaxKind.EqualsToken) {
    return { target: low.target(node.left), fallback: low.expression(node.right) };
  }
  return { target: low.target(node), fallback: null };
}
