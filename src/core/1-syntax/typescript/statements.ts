// Statements other than imports and exports. The bodies of branches, loops, cases, try blocks and functions are plain
// lists; each is a let/const scope of its own, as the block it came from was. Only a block that stands alone is a node.

import type ts from "typescript";
import type { DeclareStmt, Expr, Stmt, SwitchStmt, TryStmt } from "../tree";
import type { TypescriptModule } from "./api";
import type { Handlers, Lowering } from "./lowering";

/** Registers a handler for every kind of statement but those of modules. */
export function registerStatements(api: TypescriptModule, handlers: Handlers): void {
  const kinds = api.SyntaxKind;
  handlers.statement<ts.ExpressionStatement>(kinds.ExpressionStatement, (node, low, out) => {
    if (low.isMissing(node.expression)) {
      out.push(low.holeStatement(node, "missing statement"));
    } else {
      out.push({ kind: "expression", value: low.expression(node.expression), span: low.span(node) });
    }
  });
  handlers.statement<ts.Block>(kinds.Block, (node, low, out) => {
    out.push({ kind: "block", body: low.statements(node.statements), span: low.span(node) });
  });
  handlers.statement<ts.IfStatement>(kinds.IfStatement, (node, low, out) => {
    out.push({
      kind: "if",
      test: low.expression(node.expression),
      then: low.body(node.thenStatement),
      otherwise: low.body(node.elseStatement),
      span: low.span(node),
    });
  });
  handlers.statement<ts.ReturnStatement>(kinds.ReturnStatement, (node, low, out) => {
    out.push({ kind: "return", value: low.optionalExpression(node.expression), span: low.span(node) });
  });
  handlers.statement<ts.ThrowStatement>(kinds.ThrowStatement, (node, low, out) => {
    out.push({ kind: "raise", value: low.expression(node.expression), span: low.span(node) });
  });
  handlers.statement<ts.TryStatement>(kinds.TryStatement, (node, low, out) => out.push(lowerTry(node, low)));
  handlers.statement<ts.SwitchStatement>(kinds.SwitchStatement, (node, low, out) => out.push(lowerSwitch(node, low)));
  handlers.statement<ts.BreakStatement>(kinds.BreakStatement, (node, low, out) => out.push(jump("break", node, low)));
  handlers.statement<ts.ContinueStatement>(kinds.ContinueStatement, (node, low, out) =>
    out.push(jump("continue", node, low)),
  );
  handlers.statement<ts.LabeledStatement>(kinds.LabeledStatement, lowerLabeled);
  handlers.statement<ts.WithStatement>(kinds.WithStatement, (node, low, out) =>
    out.push(low.holeStatement(node, "with statement", low.body(node.statement))),
  );
  registerLoops(kinds, handlers);
  registerDeclarations(kinds, handlers);

  // No run time: types, empty statements, `debugger`.
  handlers.statement(
    [
      kinds.EmptyStatement,
      kinds.DebuggerStatement,
      kinds.InterfaceDeclaration,
      kinds.TypeAliasDeclaration,
      kinds.NotEmittedStatement,
      kinds.NamespaceExportDeclaration,
    ],
    () => {},
  );
  handlers.statement(kinds.MissingDeclaration, (node, low, out) =>
    out.push(low.holeStatement(node, "missing declaration")),
  );
}

function registerLoops(kinds: TypescriptModule["SyntaxKind"], handlers: Handlers): void {
  handlers.statement<ts.WhileStatement | ts.DoStatement>(
    [kinds.WhileStatement, kinds.DoStatement],
    (node, low, out) => {
      out.push({
        kind: "while",
        test: low.expression(node.expression),
        body: low.body(node.statement),
        otherwise: [],
        testFirst: node.kind === kinds.WhileStatement,
        span: low.span(node),
      });
    },
  );
  handlers.statement<ts.ForOfStatement | ts.ForInStatement>(
    [kinds.ForOfStatement, kinds.ForInStatement],
    (node, low, out) => {
      const { initializer } = node;
      const list = low.api.isVariableDeclarationList(initializer) ? initializer : undefined;
      const target = list ? list.declarations[0]?.name : initializer;
      out.push({
        kind: "for",
        target: target ? low.target(target) : low.hole(initializer, "missing loop variable"),
        declare: list ? declarationScope(list, low) : null,
        iterable: low.expression(node.expression),
        over: node.kind === kinds.ForInStatement ? "keys" : "values",
        body: low.body(node.statement),
        otherwise: [],
        span: low.span(node),
      });
    },
  );
  handlers.statement<ts.ForStatement>(kinds.ForStatement, (node, low, out) => {
    out.push({
      kind: "counter-for",
      init: lowerInitializer(node.initializer, low),
      test: low.optionalExpression(node.condition),
      update: low.optionalExpression(node.incrementor),
      body: low.body(node.statement),
      span: low.span(node),
    });
  });
}

function registerDeclarations(kinds: TypescriptModule["SyntaxKind"], handlers: Handlers): void {
  handlers.statement<ts.VariableStatement>(kinds.VariableStatement, (node, low, out) => {
    if (!low.hasModifier(node, kinds.DeclareKeyword)) {
      lowerDeclarations(node.declarationList, low, out);
    }
  });
  handlers.statement<ts.FunctionDeclaration>(kinds.FunctionDeclaration, (node, low, out) => {
    // Without a body it is an overload or ambient.
    if (node.body) {
      out.push({ kind: "function-definition", definition: low.functionDefinition(node), span: low.span(node) });
    }
  });
  handlers.statement<ts.ClassDeclaration>(kinds.ClassDeclaration, (node, low, out) => {
    if (!low.hasModifier(node, kinds.DeclareKeyword)) {
      out.push({ kind: "class-definition", definition: low.classDefinition(node), span: low.span(node) });
    }
  });
  // An ambient enum is kept: its values are written down, and that is all an enum has.
  handlers.statement<ts.EnumDeclaration>(kinds.EnumDeclaration, (node, low, out) => {
    const members = node.members.map((member) => {
      const key = low.propertyKey(member.name);
      return { name: key.kind === "string" ? key.value : "", value: low.optionalExpression(member.initializer) };
    });
    out.push({ kind: "enum", name: low.api.idText(node.name), members, span: low.span(node) });
  });
}

// --------------------------------------------------------------------------------------------------------- declarations

function declarationScope(list: ts.VariableDeclarationList, low: Lowering): DeclareStmt["scope"] {
  const { NodeFlags } = low.api;
  if ((list.flags & NodeFlags.Const) !== 0) {
    return "const"; // `using` and `await using` have this bit too
  }
  return (list.flags & NodeFlags.BlockScoped) !== 0 ? "let" : "var"; // `using` alone counts as let
}

function lowerDeclarations(list: ts.VariableDeclarationList, low: Lowering, out: Stmt[]): void {
  const scope = declarationScope(list, low);
  for (const declaration of list.declarations) {
    const target = low.target(declaration.name);
    const value = low.optionalExpression(declaration.initializer);
    // A nameless function or class is called after the variable it is declared with.
    if (
      (value?.kind === "function" || value?.kind === "class") &&
      value.definition.name === "" &&
      target.kind === "name"
    ) {
      value.definition.name = target.id;
    }
    out.push({ kind: "declare", scope, target, value, span: low.span(declaration) });
  }
}

function lowerInitializer(node: ts.ForInitializer | undefined, low: Lowering): Stmt[] {
  const out: Stmt[] = [];
  if (node && low.api.isVariableDeclarationList(node)) {
    lowerDeclarations(node, low, out);
  } else if (node) {
    out.push({ kind: "expression", value: low.expression(node), span: low.span(node) });
  }
  return out;
}

// ---------------------------------------------------------------------------------------------------------- compounds

function jump(kind: "break" | "continue", node: ts.BreakOrContinueStatement, low: Lowering): Stmt {
  const span = low.span(node);
  return node.label && !low.isMissing(node.label) ? { kind, label: low.api.idText(node.label), span } : { kind, span };
}

function lowerTry(node: ts.TryStatement, low: Lowering): TryStmt {
  const handlers: TryStmt["handlers"] = [];
  const clause = node.catchClause;
  const body = low.body(node.tryBlock);
  if (clause) {
    const binding = clause.variableDeclaration?.name;
    handlers.push({
      type: null,
      target: binding ? low.target(binding) : null,
      body: low.body(clause.block),
      span: low.span(clause),
    });
  }
  return { kind: "try", body, handlers, otherwise: [], finally: low.body(node.finallyBlock), span: low.span(node) };
}

function lowerSwitch(node: ts.SwitchStatement, low: Lowering): SwitchStmt {
  const subject = low.expression(node.expression);
  const cases: SwitchStmt["cases"] = node.caseBlock.clauses.map((clause) => {
    const test: Expr | null = "expression" in clause ? low.expression(clause.expression) : null;
    return { test, body: low.statements(clause.statements) };
  });
  return { kind: "switch", subject, cases, span: low.span(node) };
}

function lowerLabeled(node: ts.LabeledStatement, low: Lowering, out: Stmt[]): void {
  const label = low.api.idText(node.label);
  const body = low.statements([node.statement]);
  const only = body.length === 1 ? body[0] : undefined;
  switch (only?.kind) {
    case "while":
    case "for":
    case "counter-for":
    case "switch":
    case "block":
      if (only.label === undefined) {
        only.label = label;
        out.push(only);
        return;
      }
  }
  out.push({ kind: "block", body, label, span: low.span(node) });
}
