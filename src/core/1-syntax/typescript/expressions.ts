// Expressions. Types are erased here: `as`, `satisfies`, `!`, angle-bracket casts and type arguments leave their operand.
//
// Optional chains: in `a?.b.c` JavaScript skips the rest of the chain when `a` is null or undefined. Parentheses are gone
// from the tree, so *every* link after the `?.` carries `optional`; a consumer that gives undefined for an optional link
// on undefined gets the short circuit right without knowing about chains.

import type ts from "typescript";
import type { Argument, DictExpr, Expr, SequenceExpr, TemplateExpr } from "../tree";
import type { TypescriptModule } from "./api";
import { type Handlers, type Lowering, MAX_DEPTH } from "./lowering";
import { makeOperators, type Operator, type Operators } from "./operators";

/** Registers a handler for every kind of expression. */
export function registerExpressions(api: TypescriptModule, handlers: Handlers): void {
  const kinds = api.SyntaxKind;
  const operators = makeOperators(api);
  registerLiterals(kinds, handlers);
  registerErased(kinds, handlers);
  registerJsx(api, handlers);

  handlers.expression<ts.ArrayLiteralExpression>(kinds.ArrayLiteralExpression, lowerArray);
  handlers.expression<ts.ObjectLiteralExpression>(kinds.ObjectLiteralExpression, lowerObject);
  handlers.expression<ts.TemplateExpression>(kinds.TemplateExpression, lowerTemplate);
  handlers.expression<ts.TaggedTemplateExpression>(kinds.TaggedTemplateExpression, lowerTagged);
  handlers.expression<ts.CallExpression>(kinds.CallExpression, (node, low) => ({
    kind: "call",
    callee: low.expression(node.expression),
    args: lowerArguments(node.arguments, low),
    isNew: false,
    optional: inOptionalChain(node, low),
    span: low.span(node),
  }));
  handlers.expression<ts.NewExpression>(kinds.NewExpression, (node, low) => ({
    kind: "call",
    callee: low.expression(node.expression),
    args: lowerArguments(node.arguments ?? [], low),
    isNew: true,
    optional: false,
    span: low.span(node),
  }));
  handlers.expression<ts.PropertyAccessExpression>(kinds.PropertyAccessExpression, lowerAttribute);
  handlers.expression<ts.ElementAccessExpression>(kinds.ElementAccessExpression, (node, low) => ({
    kind: "index",
    object: low.expression(node.expression),
    index: low.expression(node.argumentExpression),
    optional: inOptionalChain(node, low),
    span: low.span(node),
  }));
  handlers.expression<ts.BinaryExpression>(kinds.BinaryExpression, (node, low) => lowerBinary(node, low, operators));
  handlers.expression<ts.ConditionalExpression>(kinds.ConditionalExpression, (node, low) => ({
    kind: "conditional",
    test: low.expression(node.condition),
    then: low.expression(node.whenTrue),
    otherwise: low.expression(node.whenFalse),
    span: low.span(node),
  }));
  handlers.expression<ts.PrefixUnaryExpression>(kinds.PrefixUnaryExpression, (node, low) => {
    const op = operators.prefix[node.operator];
    return op
      ? { kind: "unary", op, operand: low.expression(node.operand), span: low.span(node) }
      : lowerUpdate(node, low, true);
  });
  handlers.expression<ts.PostfixUnaryExpression>(kinds.PostfixUnaryExpression, (node, low) =>
    lowerUpdate(node, low, false),
  );
  handlers.expression<ts.TypeOfExpression>(kinds.TypeOfExpression, (node, low) => unary("typeof", node, low));
  handlers.expression<ts.VoidExpression>(kinds.VoidExpression, (node, low) => unary("void", node, low));
  handlers.expression<ts.DeleteExpression>(kinds.DeleteExpression, (node, low) => unary("delete", node, low));
  handlers.expression<ts.AwaitExpression>(kinds.AwaitExpression, (node, low) => ({
    kind: "await",
    value: low.expression(node.expression),
    span: low.span(node),
  }));
  handlers.expression<ts.YieldExpression>(kinds.YieldExpression, (node, low) => ({
    kind: "yield",
    value: low.optionalExpression(node.expression),
    from: node.asteriskToken !== undefined,
    span: low.span(node),
  }));
  handlers.expression<ts.SpreadElement>(kinds.SpreadElement, (node, low) => ({
    kind: "spread",
    value: low.expression(node.expression),
    span: low.span(node),
  }));
  handlers.expression<ts.ArrowFunction | ts.FunctionExpression>(
    [kinds.ArrowFunction, kinds.FunctionExpression],
    (node, low) => ({ kind: "function", definition: low.functionDefinition(node), span: low.span(node) }),
  );
  // Decorators of nothing where an expression should be.
  handlers.expression(kinds.MissingDeclaration, (node, low) => low.hole(node, "missing expression"));
  handlers.expression<ts.ClassExpression>(kinds.ClassExpression, (node, low) => ({
    kind: "class",
    definition: low.classDefinition(node),
    span: low.span(node),
  }));
}

// ------------------------------------------------------------------------------------------------------ names, literals

function registerLiterals(kinds: TypescriptModule["SyntaxKind"], handlers: Handlers): void {
  handlers.expression<ts.Identifier>(kinds.Identifier, (node, low) =>
    low.isMissing(node) ? low.hole(node, "missing expression") : low.name(low.api.idText(node), low.span(node)),
  );
  // `#field in object`; elsewhere the parser reports it.
  handlers.expression<ts.PrivateIdentifier>(kinds.PrivateIdentifier, (node, low) =>
    low.string(low.api.idText(node), low.span(node)),
  );
  handlers.expression(kinds.ThisKeyword, (node, low) => low.name("this", low.span(node)));
  handlers.expression(kinds.SuperKeyword, (node, low) => low.name("super", low.span(node)));
  handlers.expression(kinds.ImportKeyword, (node, low) => low.name("import", low.span(node)));
  handlers.expression(kinds.OmittedExpression, (node, low) => low.name("undefined", low.span(node)));
  handlers.expression<ts.MetaProperty>(kinds.MetaProperty, (node, low) => {
    const keyword = node.keywordToken === kinds.NewKeyword ? "new" : "import";
    return low.name(`${keyword}.${low.api.idText(node.name)}`, low.span(node));
  });
  handlers.expression(kinds.NullKeyword, (node, low) => ({ kind: "constant", value: "none", span: low.span(node) }));
  handlers.expression(kinds.TrueKeyword, (node, low) => ({ kind: "constant", value: true, span: low.span(node) }));
  handlers.expression(kinds.FalseKeyword, (node, low) => ({ kind: "constant", value: false, span: low.span(node) }));
  handlers.expression<ts.NumericLiteral>(kinds.NumericLiteral, (node, low) => number(Number(node.text), node, low));
  handlers.expression<ts.BigIntLiteral>(kinds.BigIntLiteral, (node, low) => ({
    kind: "call",
    callee: low.name("BigInt", low.span(node)),
    args: [{ value: low.string(node.text.replace(/n$/, ""), low.span(node)) }],
    isNew: false,
    optional: false,
    span: low.span(node),
  }));
  handlers.expression<ts.StringLiteral | ts.NoSubstitutionTemplateLiteral>(
    [kinds.StringLiteral, kinds.NoSubstitutionTemplateLiteral],
    (node, low) => low.string(node.text, low.span(node)),
  );
  handlers.expression<ts.RegularExpressionLiteral>(kinds.RegularExpressionLiteral, (node, low) => {
    const span = low.span(node);
    const close = Math.max(node.text.lastIndexOf("/"), 1);
    const parts = [node.text.slice(1, close), node.text.slice(close + 1)];
    return {
      kind: "call",
      callee: low.name("RegExp", span),
      args: parts
        .filter((part, index) => index === 0 || part !== "")
        .map((part) => ({ value: low.string(part, span) })),
      isNew: true,
      optional: false,
      span,
    };
  });
}

function number(value: number, node: ts.Node, low: Lowering): Expr {
  return { kind: "number", value, isFloat: false, span: low.span(node) };
}

function registerErased(kinds: TypescriptModule["SyntaxKind"], handlers: Handlers): void {
  handlers.expression<
    | ts.ParenthesizedExpression
    | ts.AsExpression
    | ts.SatisfiesExpression
    | ts.NonNullExpression
    | ts.TypeAssertion
    | ts.ExpressionWithTypeArguments
  >(
    [
      kinds.ParenthesizedExpression,
      kinds.AsExpression,
      kinds.SatisfiesExpression,
      kinds.NonNullExpression,
      kinds.TypeAssertionExpression,
      kinds.ExpressionWithTypeArguments,
    ],
    (node, low) => low.expression(node.expression),
  );
}

// ---------------------------------------------------------------------------------------------------------- collections

function lowerArray(node: ts.ArrayLiteralExpression, low: Lowering): SequenceExpr {
  const elements = node.elements.map((element) => low.expression(element));
  return { kind: "sequence", type: "list", elements, span: low.span(node) };
}

function lowerObject(node: ts.ObjectLiteralExpression, low: Lowering): DictExpr {
  const { api } = low;
  const entries: DictExpr["entries"] = [];
  for (const property of node.properties) {
    if (api.isPropertyAssignment(property)) {
      entries.push({ key: low.propertyKey(property.name), value: low.expression(property.initializer) });
    } else if (api.isShorthandPropertyAssignment(property)) {
      entries.push({ key: low.propertyKey(property.name), value: low.expression(property.name) });
    } else if (api.isSpreadAssignment(property)) {
      entries.push({ key: null, value: low.expression(property.expression) });
    } else {
      const definition = low.functionDefinition(property, low.propertyText(property.name) ?? "", property.name);
      const value: Expr = { kind: "function", definition, span: definition.span };
      const key = low.propertyKey(property.name);
      if (api.isGetAccessorDeclaration(property)) {
        entries.push({ key, value, accessor: "get" });
      } else if (api.isSetAccessorDeclaration(property)) {
        entries.push({ key, value, accessor: "set" });
      } else {
        entries.push({ key, value });
      }
    }
  }
  return { kind: "dict", object: true, entries, span: low.span(node) };
}

function lowerTemplate(node: ts.TemplateExpression, low: Lowering): TemplateExpr {
  const parts: TemplateExpr["parts"] = [];
  if (node.head.text !== "") {
    parts.push(node.head.text);
  }
  for (const span of node.templateSpans) {
    parts.push({ value: low.expression(span.expression) });
    if (span.literal.text) {
      parts.push(span.literal.text);
    }
  }
  return { kind: "template", parts, span: low.span(node) };
}

/** A tag is called with the list of strings and then the values. */
function lowerTagged(node: ts.TaggedTemplateExpression, low: Lowering): Expr {
  const { api } = low;
  const { template, tag } = node;
  // `String.raw` wants the text as it is written.
  const raw = api.isPropertyAccessExpression(tag) && api.idText(tag.name) === "raw";
  const textOf = (part: ts.TemplateLiteralLikeNode) => (raw ? part.rawText : undefined) ?? part.text ?? "";
  const strings: Expr[] = [];
  const args: Argument[] = [];
  if ("templateSpans" in template) {
    strings.push(low.string(textOf(template.head), low.span(template.head)));
    for (const span of template.templateSpans) {
      args.push({ value: low.expression(span.expression) });
      strings.push(low.string(textOf(span.literal), low.span(span.literal)));
    }
  } else {
    strings.push(low.string(textOf(template), low.span(template)));
  }
  const list: Expr = { kind: "sequence", type: "list", elements: strings, span: low.span(template) };
  return {
    kind: "call",
    callee: low.expression(node.tag),
    args: [{ value: list }, ...args],
    isNew: false,
    optional: false,
    span: low.span(node),
  };
}

// ------------------------------------------------------------------------------------------------------ calls, accesses

function lowerArguments(nodes: readonly ts.Expression[], low: Lowering): Argument[] {
  return nodes.map((node) =>
    low.api.isSpreadElement(node)
      ? { value: low.expression(node.expression), spread: "list" }
      : { value: low.expression(node) },
  );
}

function lowerAttribute(node: ts.PropertyAccessExpression, low: Lowering): Expr {
  const object = low.expression(node.expression);
  if (low.isMissing(node.name)) {
    return low.hole(node, "missing name after the dot", [object]);
  }
  const name = low.api.idText(node.name);
  const nameStart = low.positions.startOf(node.name);
  if (nameStart > node.name.pos && low.positions.continuesOutside(node.expression.end, nameStart)) {
    low.danglingDots.push({ pos: node.expression.pos, end: node.expression.end, dot: node.name.pos - 1, name });
  }
  return {
    kind: "attribute",
    object,
    name,
    optional: inOptionalChain(node, low),
    nameSpan: low.span(node.name),
    span: low.span(node),
  };
}

function inOptionalChain(node: ts.Node, low: Lowering): boolean {
  return (node.flags & low.api.NodeFlags.OptionalChain) !== 0;
}

// ------------------------------------------------------------------------------------------------------------ operators

function unary(
  op: "typeof" | "void" | "delete",
  node: ts.TypeOfExpression | ts.VoidExpression | ts.DeleteExpression,
  low: Lowering,
): Expr {
  return { kind: "unary", op, operand: low.expression(node.expression), span: low.span(node) };
}

function lowerUpdate(node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression, low: Lowering, prefix: boolean): Expr {
  const delta = node.operator === low.api.SyntaxKind.PlusPlusToken ? 1 : -1;
  return { kind: "update", target: low.target(node.operand), delta, prefix, span: low.span(node) };
}

/** `a + b + c …` leans to the left and can be thousands long (joined strings), so its spine is walked in a loop. */
function lowerBinary(node: ts.BinaryExpression, low: Lowering, operators: Operators): Expr {
  const { api } = low;
  const operator = operators.binary[node.operatorToken.kind];
  if (operator?.kind === "assign") {
    return {
      kind: "assign",
      target: low.target(node.left),
      op: operator.op,
      value: low.expression(node.right),
      span: low.span(node),
    };
  }
  const spine: { node: ts.BinaryExpression; operator: Operator }[] = [];
  let left: ts.Expression = node;
  while (api.isBinaryExpression(left)) {
    const next: Operator | undefined = operators.binary[left.operatorToken.kind];
    if (!next || next.kind === "assign") {
      break;
    }
    spine.push({ node: left, operator: next });
    left = left.left;
  }
  if (spine.length === 0) {
    return low.hole(node, "unexpected operator", [low.expression(node.left), low.expression(node.right)]);
  }
  let result = low.expression(left);
  let depth = 0;
  for (let index = spine.length - 1; index >= 0; index--) {
    const step = spine[index];
    if (step) {
      const joined = combine(step.operator, result, low.expression(step.node.right), step.node, low);
      depth = joined.kind === "string" || joined.kind === "comma" ? 0 : depth + 1;
      result = depth > MAX_DEPTH ? low.hole(step.node, "expression too long") : joined;
    }
  }
  return result;
}

function combine(operator: Operator, left: Expr, right: Expr, node: ts.Node, low: Lowering): Expr {
  const span = low.span(node);
  switch (operator.kind) {
    case "comma":
      if (left.kind === "comma") {
        left.values.push(right);
        left.span = span;
        return left;
      }
      return { kind: "comma", values: [left, right], span };
    case "compare":
      return { kind: "compare", first: left, rest: [{ op: operator.op, value: right }], span };
    case "logical":
      return { kind: "logical", op: operator.op, left, right, span };
    case "binary":
      // Literals joined over several lines are one literal, as adjacent ones are in Python.
      if (operator.op === "+" && left.kind === "string" && right.kind === "string") {
        return low.string(left.value + right.value, span);
      }
      return { kind: "binary", op: operator.op, left, right, span };
    case "assign":
      return low.hole(node, "unexpected operator", [left, right]);
  }
}

// ------------------------------------------------------------------------------------------------------------------ JSX

/** JSX makes no model; what is computed inside the markup stays readable. */
function registerJsx(api: TypescriptModule, handlers: Handlers): void {
  const kinds = api.SyntaxKind;
  handlers.expression<ts.JsxElement>(kinds.JsxElement, (node, low) =>
    low.hole(node, "JSX", [...attributeParts(node.openingElement, low), ...childParts(node.children, low)]),
  );
  handlers.expression<ts.JsxSelfClosingElement>(kinds.JsxSelfClosingElement, (node, low) =>
    low.hole(node, "JSX", attributeParts(node, low)),
  );
  handlers.expression<ts.JsxFragment>(kinds.JsxFragment, (node, low) =>
    low.hole(node, "JSX", childParts(node.children, low)),
  );
}

function attributeParts(node: ts.JsxOpeningLikeElement, low: Lowering): Expr[] {
  const { api } = low;
  const parts: Expr[] = [];
  for (const attribute of node.attributes.properties) {
    if (api.isJsxSpreadAttribute(attribute)) {
      parts.push(low.expression(attribute.expression));
    } else if (api.isJsxAttribute(attribute) && attribute.initializer) {
      addPart(attribute.initializer, low, parts);
    }
  }
  return parts;
}

function childParts(children: readonly ts.JsxChild[], low: Lowering): Expr[] {
  const parts: Expr[] = [];
  for (const child of children) {
    addPart(child, low, parts);
  }
  return parts;
}

function addPart(node: ts.Node, low: Lowering, parts: Expr[]): void {
  const { api } = low;
  if (api.isJsxExpression(node)) {
    if (node.expression) {
      parts.push(low.expression(node.expression));
    }
  } else if (!api.isStringLiteralLike(node) && node.kind !== api.SyntaxKind.JsxText) {
    parts.push(low.expression(node));
  }
}
