// Imports, exports and namespaces. Type-only imports and exports vanish. `import x = require("m")` becomes the constant
// `x = require("m")` and `export = x` the assignment to `module.exports`, as CommonJS code writes them.
// A namespace becomes an object: `var N = {}` and a block whose exported names are assigned to N as they are declared.

import type ts from "typescript";
import type { ExportStmt, Expr, ImportFromStmt, Span, Stmt, Target } from "../tree";
import type { TypescriptModule } from "./api";
import type { Handlers, Lowering, StatementHandler } from "./lowering";

/** Registers imports, exports, namespaces, and the `export` modifier of declarations (so it comes after these). */
export function registerModules(api: TypescriptModule, handlers: Handlers): void {
  const kinds = api.SyntaxKind;
  handlers.statement<ts.ImportDeclaration>(kinds.ImportDeclaration, lowerImport);
  handlers.statement<ts.ImportEqualsDeclaration>(kinds.ImportEqualsDeclaration, lowerImportEquals);
  handlers.statement<ts.ExportDeclaration>(kinds.ExportDeclaration, lowerExport);
  handlers.statement<ts.ExportAssignment>(kinds.ExportAssignment, lowerExportAssignment);
  handlers.statement<ts.ModuleDeclaration>(kinds.ModuleDeclaration, lowerNamespace);
  for (const kind of [
    kinds.VariableStatement,
    kinds.FunctionDeclaration,
    kinds.ClassDeclaration,
    kinds.EnumDeclaration,
    kinds.ModuleDeclaration,
    kinds.ImportEqualsDeclaration,
  ]) {
    const plain = handlers.statements[kind] as StatementHandler<ts.Node> | undefined;
    if (plain) {
      handlers.statements[kind] = withExport(plain);
    }
  }
}

// -------------------------------------------------------------------------------------------------------------- imports

function lowerImport(node: ts.ImportDeclaration, low: Lowering, out: Stmt[]): void {
  const { api } = low;
  const span = low.span(node);
  const module = moduleName(node.moduleSpecifier, low);
  const clause = node.importClause;
  if (!clause) {
    out.push({ kind: "import", module, alias: null, span });
    return;
  }
  if (clause.phaseModifier === api.SyntaxKind.TypeKeyword) {
    return;
  }
  const names: ImportFromStmt["names"] = [];
  if (clause.name && !low.isMissing(clause.name)) {
    names.push({ name: "default", alias: api.idText(clause.name), span: low.span(clause.name) });
  }
  const bindings = clause.namedBindings;
  if (bindings && api.isNamedImports(bindings)) {
    for (const element of bindings.elements) {
      if (!element.isTypeOnly && !low.isMissing(element.name)) {
        const name = low.propertyText(element.propertyName ?? element.name) ?? "";
        names.push({ name, alias: api.idText(element.name), span: low.span(element) });
      }
    }
    if (bindings.elements.length === 0 && names.length === 0) {
      out.push({ kind: "import", module, alias: null, span });
    }
  }
  if (names.length > 0) {
    out.push({ kind: "import-from", module, level: 0, names, star: false, span });
  }
  if (bindings && !api.isNamedImports(bindings) && !low.isMissing(bindings.name)) {
    out.push({ kind: "import", module, alias: api.idText(bindings.name), span });
  }
}

/** "" when the specifier is not written yet. */
function moduleName(node: ts.Expression | undefined, low: Lowering): string {
  return node && low.api.isStringLiteralLike(node) ? node.text : "";
}

function lowerImportEquals(node: ts.ImportEqualsDeclaration, low: Lowering, out: Stmt[]): void {
  const { api } = low;
  if (node.isTypeOnly || low.isMissing(node.name)) {
    return;
  }
  const span = low.span(node);
  const reference = node.moduleReference;
  let value: Expr;
  if (api.isExternalModuleReference(reference)) {
    value = {
      kind: "call",
      callee: low.name("require", low.span(reference)),
      args: [{ value: low.expression(reference.expression) }],
      isNew: false,
      optional: false,
      span: low.span(reference),
    };
  } else {
    value = entityName(reference, low);
  }
  out.push({
    kind: "declare",
    scope: "const",
    target: low.name(api.idText(node.name), low.span(node.name)),
    value,
    span,
  });
}

/** `A.B.C` on the right of `import X = A.B.C`. */
function entityName(node: ts.EntityName, low: Lowering): Expr {
  const { api } = low;
  const path: ts.QualifiedName[] = [];
  let first: ts.EntityName = node;
  while (!api.isIdentifier(first)) {
    path.push(first);
    first = first.left;
  }
  let value: Expr = low.expression(first);
  for (const part of path.reverse()) {
    const nameSpan = low.span(part.right);
    const name = api.idText(part.right);
    value = { kind: "attribute", object: value, name, optional: false, nameSpan, span: low.span(part) };
  }
  return value;
}

// -------------------------------------------------------------------------------------------------------------- exports

function exportStatement(span: Span, content: Partial<ExportStmt>): ExportStmt {
  return { kind: "export", names: [], from: null, star: null, value: null, ...content, span };
}

function lowerExport(node: ts.ExportDeclaration, low: Lowering, out: Stmt[]): void {
  const { api } = low;
  if (node.isTypeOnly) {
    return;
  }
  const from = node.moduleSpecifier ? moduleName(node.moduleSpecifier, low) : null;
  const clause = node.exportClause;
  const span = low.span(node);
  if (!clause) {
    out.push(exportStatement(span, { from: from ?? "", star: "" }));
  } else if (api.isNamedExports(clause)) {
    const names: ExportStmt["names"] = [];
    for (const element of clause.elements) {
      if (!element.isTypeOnly && !low.isMissing(element.name)) {
        const exported = low.propertyText(element.name) ?? "";
        const local = element.propertyName ? (low.propertyText(element.propertyName) ?? "") : exported;
        names.push({ local, exported });
      }
    }
    if (names.length > 0) {
      out.push(exportStatement(span, { names, from }));
    } else if (from !== null && clause.elements.length === 0) {
      out.push({ kind: "import", module: from, alias: null, span });
    }
  } else {
    out.push(exportStatement(span, { from: from ?? "", star: low.propertyText(clause.name) ?? "" }));
  }
}

function lowerExportAssignment(node: ts.ExportAssignment, low: Lowering, out: Stmt[]): void {
  const value = low.expression(node.expression);
  const span = low.span(node);
  if (!node.isExportEquals) {
    out.push(exportStatement(span, { value }));
    return;
  }
  const target: Target = {
    kind: "attribute",
    object: low.name("module", span),
    name: "exports",
    optional: false,
    nameSpan: span,
    span,
  };
  out.push({ kind: "expression", value: { kind: "assign", target, op: null, value, span }, span });
}

/** Adds the export of what a declaration with the modifier `export` declares. */
function withExport(plain: StatementHandler<ts.Node>): StatementHandler<ts.Node> {
  return (node, low, out) => {
    const kinds = low.api.SyntaxKind;
    if (!low.hasModifier(node, kinds.ExportKeyword)) {
      plain(node, low, out);
      return;
    }
    const declared: Stmt[] = [];
    plain(node, low, declared);
    const isDefault = low.hasModifier(node, kinds.DefaultKeyword);
    const names: ExportStmt["names"] = [];
    for (const statement of declared) {
      const anonymous = isDefault ? anonymousValue(statement) : null;
      if (anonymous) {
        out.push(exportStatement(statement.span, { value: anonymous }));
        continue;
      }
      out.push(statement);
      for (const local of declaredNames(statement)) {
        const exported = isDefault ? "default" : local;
        if (!names.some((name) => name.local === local)) {
          names.push({ local, exported });
        }
      }
    }
    if (names.length > 0) {
      out.push(exportStatement(low.span(node), { names }));
    }
  };
}

/** `export default function () {}` declares nothing; its value is what is exported. */
function anonymousValue(statement: Stmt): Expr | null {
  if (statement.kind === "function-definition" && statement.definition.name === "") {
    return { kind: "function", definition: statement.definition, span: statement.span };
  }
  if (statement.kind === "class-definition" && statement.definition.name === "") {
    return { kind: "class", definition: statement.definition, span: statement.span };
  }
  return null;
}

function declaredNames(statement: Stmt): string[] {
  switch (statement.kind) {
    case "declare":
      return targetNames(statement.target);
    case "function-definition":
    case "class-definition":
      return [statement.definition.name];
    case "enum":
      return [statement.name];
    default:
      return [];
  }
}

function targetNames(target: Target): string[] {
  switch (target.kind) {
    case "name":
      return [target.id];
    case "unpack":
      return target.elements.flatMap((element) => (element ? targetNames(element.target) : []));
    case "object-target":
      return [...target.properties.map((property) => property.target), ...(target.rest ? [target.rest] : [])].flatMap(
        targetNames,
      );
    default:
      return [];
  }
}

// ----------------------------------------------------------------------------------------------------------- namespaces

function lowerNamespace(node: ts.ModuleDeclaration, low: Lowering, out: Stmt[]): void {
  const { api } = low;
  const isAmbient =
    low.hasModifier(node, api.SyntaxKind.DeclareKeyword) || !api.isIdentifier(node.name) || isGlobal(node, low);
  if (isAmbient || !node.body) {
    return;
  }
  const name = low.name(api.idText(node.name), low.span(node.name));
  let inner: Stmt[];
  if (api.isModuleBlock(node.body)) {
    inner = low.statements(node.body.statements);
  } else {
    // `namespace A.B {}`: B is an exported namespace of A.
    inner = low.statements([node.body]);
    inner.push(...inner.slice(0, 1).flatMap((first) => exportedNames(first)));
  }
  if (inner.length === 0) {
    return; // only types
  }
  const span = low.span(node);
  const empty: Expr = { kind: "dict", object: true, entries: [], span: name.span };
  // `var N = N || {}` extends an earlier part of the namespace, or the class or function it is merged with.
  const value: Expr = { kind: "logical", op: "or", left: name, right: empty, span: name.span };
  out.push({ kind: "declare", scope: "var", target: name, value, span: name.span });
  out.push({ kind: "block", body: inner.flatMap((statement) => exportInto(name.id, statement, low)), span });
}

function isGlobal(node: ts.ModuleDeclaration, low: Lowering): boolean {
  return (node.flags & low.api.NodeFlags.GlobalAugmentation) !== 0;
}

function exportedNames(statement: Stmt): Stmt[] {
  const names = declaredNames(statement).map((local) => ({ local, exported: local }));
  return [exportStatement(statement.span, { names })];
}

/** An export inside a namespace is an assignment to its object. */
function exportInto(namespace: string, statement: Stmt, low: Lowering): Stmt[] {
  if (statement.kind !== "export" || statement.from !== null) {
    return [statement];
  }
  const { span } = statement;
  return statement.names.map(({ local, exported }) => {
    const object = low.name(namespace, span);
    const target: Target = { kind: "attribute", object, name: exported, optional: false, nameSpan: span, span };
    return {
      kind: "expression",
      value: { kind: "assign", target, op: null, value: low.name(local, span), span },
      span,
    };
  });
}
