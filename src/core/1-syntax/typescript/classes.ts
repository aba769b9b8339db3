// Classes. Signatures without a body (overloads, abstract and declared members) vanish. A parameter property
// (`constructor(private units: number)`) becomes a field without value and an assignment at the start of the constructor,
// after `super(…)`. Field values that use such a property move behind these assignments, which is where compilers that
// target anything before ES2022 run them and the only order in which such a class works.

import type ts from "typescript";
import type { Argument, ClassDefinition, ClassMember, Expr, FunctionDefinition, Span, Stmt, Target } from "../tree";
import type { Lowering } from "./lowering";

/** Lowers a class declaration or expression. */
export function lowerClass(node: ts.ClassLikeDeclaration, low: Lowering): ClassDefinition {
  const { api } = low;
  return {
    name: node.name ? api.idText(node.name) : "",
    nameSpan: low.nameSpan(node, node.name),
    span: low.span(node),
    bases: lowerBases(node, low),
    decorators: low.decorators(node),
    body: [],
    members: lowerMembers(node, low),
  };
}

function lowerBases(node: ts.ClassLikeDeclaration, low: Lowering): Argument[] {
  for (const clause of node.heritageClauses ?? []) {
    const base = clause.types[0];
    if (clause.token === low.api.SyntaxKind.ExtendsKeyword && base) {
      return [{ value: low.expression(base.expression) }];
    }
  }
  return [];
}

function lowerMembers(node: ts.ClassLikeDeclaration, low: Lowering): ClassMember[] {
  const { api } = low;
  const properties = parameterProperties(node, low);
  const moved: Stmt[] = [];
  const movesFields = properties.length > 0 && fieldsUse(new Set(properties.map((p) => p.name)), node, low);
  const members: ClassMember[] = properties.map((property) => ({
    kind: "field",
    key: low.string(property.name, property.span),
    isStatic: false,
    method: null,
    value: null,
    span: property.span,
  }));
  for (const member of node.members) {
    const span = low.span(member);
    const isStatic = low.hasModifier(member, api.SyntaxKind.StaticKeyword);
    if (api.isPropertyDeclaration(member)) {
      if (isTypeOnly(member, low)) {
        continue;
      }
      const key = low.propertyKey(member.name);
      let value = low.optionalExpression(member.initializer);
      if (value && movesFields && !isStatic) {
        moved.push(assignToThis(key, value, span, low));
        value = null;
      }
      members.push({ kind: "field", key, isStatic, method: null, value, span });
    } else if (api.isClassStaticBlockDeclaration(member)) {
      members.push({
        kind: "static-block",
        key: low.string("", low.nameSpan(member, undefined)),
        isStatic: true,
        method: staticBlock(member, low),
        value: null,
        span,
      });
    } else if (api.isConstructorDeclaration(member)) {
      if (member.body) {
        members.push({
          kind: "method",
          key: low.string("constructor", low.nameSpan(member, undefined)),
          isStatic: false,
          method: low.functionDefinition(member, "constructor"),
          value: null,
          span,
        });
      }
    } else if (
      api.isMethodDeclaration(member) ||
      api.isGetAccessorDeclaration(member) ||
      api.isSetAccessorDeclaration(member)
    ) {
      if (member.body && !isTypeOnly(member, low)) {
        const name = low.propertyText(member.name) ?? "";
        const method = low.functionDefinition(member, name, member.name);
        const kind = api.isGetAccessorDeclaration(member)
          ? "get"
          : api.isSetAccessorDeclaration(member)
            ? "set"
            : "method";
        members.push({ kind, key: low.propertyKey(member.name), isStatic, method, value: null, span });
      }
    }
    // Index signatures and stray semicolons have no run time.
  }
  if (properties.length > 0) {
    const assigned = properties.map(({ name, span }) =>
      assignToThis(low.string(name, span), low.name(name, span), span, low),
    );
    insertIntoConstructor(members, [...assigned, ...moved]);
  }
  return members;
}

function staticBlock(node: ts.ClassStaticBlockDeclaration, low: Lowering): FunctionDefinition {
  const kind = { decorators: [], isAsync: false, isGenerator: false, isArrow: false };
  const body = low.body(node.body);
  return { name: "", nameSpan: low.nameSpan(node, undefined), span: low.span(node), parameters: [], body, ...kind };
}

function isTypeOnly(member: ts.Node, low: Lowering): boolean {
  const kinds = low.api.SyntaxKind;
  return low.hasModifier(member, kinds.DeclareKeyword) || low.hasModifier(member, kinds.AbstractKeyword);
}

// ------------------------------------------------------------------------------------------------- parameter properties

interface ParameterProperty {
  name: string;
  span: Span;
}

function parameterProperties(node: ts.ClassLikeDeclaration, low: Lowering): ParameterProperty[] {
  const { api } = low;
  const kinds = api.SyntaxKind;
  const markers = [
    kinds.PublicKeyword,
    kinds.PrivateKeyword,
    kinds.ProtectedKeyword,
    kinds.ReadonlyKeyword,
    kinds.OverrideKeyword,
  ] as const;
  const out: ParameterProperty[] = [];
  for (const member of node.members) {
    if (!api.isConstructorDeclaration(member) || !member.body) {
      continue;
    }
    for (const parameter of member.parameters) {
      const isProperty = parameter.modifiers && markers.some((marker) => low.hasModifier(parameter, marker));
      if (isProperty && api.isIdentifier(parameter.name) && !low.isMissing(parameter.name)) {
        out.push({ name: api.idText(parameter.name), span: low.span(parameter.name) });
      }
    }
  }
  return out;
}

/** Whether a field's value reads `this.<name>` of one of the names. */
function fieldsUse(names: Set<string>, node: ts.ClassLikeDeclaration, low: Lowering): boolean {
  const { api } = low;
  const uses = (inner: ts.Node, depth: number): boolean => {
    if (api.isPropertyAccessExpression(inner) && inner.expression.kind === api.SyntaxKind.ThisKeyword) {
      return names.has(api.idText(inner.name));
    }
    return depth < 100 && (api.forEachChild(inner, (child) => uses(child, depth + 1) || undefined) ?? false);
  };
  return node.members.some(
    (member) =>
      api.isPropertyDeclaration(member) &&
      member.initializer !== undefined &&
      !low.hasModifier(member, api.SyntaxKind.StaticKeyword) &&
      uses(member.initializer, 0),
  );
}

function assignToThis(key: Expr, value: Expr, span: Span, low: Lowering): Stmt {
  const object = low.name("this", span);
  const target: Target =
    key.kind === "string"
      ? { kind: "attribute", object, name: key.value, optional: false, nameSpan: key.span, span }
      : { kind: "index", object, index: key, optional: false, span };
  return { kind: "expression", value: { kind: "assign", target, op: null, value, span }, span };
}

function insertIntoConstructor(members: ClassMember[], statements: Stmt[]): void {
  for (const { key, method } of members) {
    if (method && key.kind === "string" && key.value === "constructor") {
      const afterSuper = method.body.findIndex(isSuperCall) + 1;
      method.body.splice(afterSuper, 0, ...statements);
      return;
    }
  }
}

function isSuperCall(statement: Stmt): boolean {
  if (statement.kind !== "expression" || statement.value.kind !== "call") {
    return false;
  }
  const { callee } = statement.value;
  return callee.kind === "name" && callee.id === "super";
}
