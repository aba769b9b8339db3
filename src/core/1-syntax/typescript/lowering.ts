// What the parts of the reader share while one text is lowered: the dispatch by node kind, the depth guard, spans and the
// small makers of tree nodes. The parts (expressions, targets, functions, statements, modules) register their handlers
// here and reach each other only through this class, so none imports another in a circle.

import type ts from "typescript";
import type {
  ClassDefinition,
  Expr,
  FunctionDefinition,
  HoleExpr,
  HoleStmt,
  NameExpr,
  Span,
  Stmt,
  StringExpr,
  Target,
} from "../tree";
import type { TypescriptModule } from "./api";
import type { Positions } from "./positions";

/** Nesting beyond this becomes a hole, so that no consumer that walks the tree recursively runs out of stack. */
export const MAX_DEPTH = 600;

export type ExpressionHandler<N> = (node: N, low: Lowering) => Expr;
export type StatementHandler<N> = (node: N, low: Lowering, out: Stmt[]) => void;

/** Functions that other parts provide; bound once when the reader is made. */
export interface Parts {
  target(node: ts.Node, low: Lowering): Target;
  functionDefinition(node: ts.FunctionLikeDeclaration, low: Lowering, name: string, nameSpan: Span): FunctionDefinition;
  classDefinition(node: ts.ClassLikeDeclaration, low: Lowering): ClassDefinition;
}

/** Handlers by node kind; built once, used for every text. */
export class Handlers {
  readonly expressions: (ExpressionHandler<never> | undefined)[] = [];
  readonly statements: (StatementHandler<never> | undefined)[] = [];

  expression<N extends ts.Node>(kinds: N["kind"] | N["kind"][], handler: ExpressionHandler<N>): void {
    for (const kind of Array.isArray(kinds) ? kinds : [kinds]) {
      this.expressions[kind] = handler;
    }
  }

  statement<N extends ts.Node>(kinds: N["kind"] | N["kind"][], handler: StatementHandler<N>): void {
    for (const kind of Array.isArray(kinds) ? kinds : [kinds]) {
      this.statements[kind] = handler;
    }
  }
}

/** An object and a dot whose member name may not be written yet: the parser took the next line's first word for it. */
export interface DanglingDot {
  /** The object, as the parser placed it. */
  pos: number;
  end: number;
  /** The dot. */
  dot: number;
  /** The first word of the next line. */
  name: string;
}

/** Lowers the nodes of one text. */
export class Lowering {
  /** Found while lowering; the reader cuts the text at those it finds likely and lowers it again. */
  readonly danglingDots: DanglingDot[] = [];
  private depth = 0;

  constructor(
    readonly api: TypescriptModule,
    private readonly handlers: Handlers,
    private readonly parts: Parts,
    readonly positions: Positions,
    private readonly cutDots: readonly DanglingDot[] = [],
  ) {}

  // ------------------------------------------------------------------------------------------------------- dispatch

  expression(node: ts.Node): Expr {
    const handler = this.handlers.expressions[node.kind] as ExpressionHandler<ts.Node> | undefined;
    if (!handler) {
      return this.hole(node, "unexpected syntax");
    }
    if (this.depth >= MAX_DEPTH) {
      return this.hole(node, "nested too deeply");
    }
    this.depth++;
    const lowered = handler(node, this);
    this.depth--;
    if (this.cutDots.length > 0 && this.cutDots.some((cut) => cut.end === node.end && cut.pos === node.pos)) {
      return this.hole(node, "missing name after the dot", [lowered]);
    }
    return lowered;
  }

  optionalExpression(node: ts.Node | undefined): Expr | null {
    return node ? this.expression(node) : null;
  }

  /** Lowers one statement to none, one or several. */
  statement(node: ts.Node, out: Stmt[]): void {
    const handler = this.handlers.statements[node.kind] as StatementHandler<ts.Node> | undefined;
    if (!handler) {
      out.push(this.holeStatement(node, "unexpected syntax"));
    } else if (this.depth >= MAX_DEPTH) {
      out.push(this.holeStatement(node, "nested too deeply"));
    } else {
      this.depth++;
      handler(node, this, out);
      this.depth--;
    }
  }

  statements(nodes: readonly ts.Node[]): Stmt[] {
    const out: Stmt[] = [];
    for (const node of nodes) {
      this.statement(node, out);
    }
    return out;
  }

  /** The body of a function, loop or branch: a block gives its statements, the list itself is the scope. */
  body(node: ts.Node | undefined): Stmt[] {
    if (!node) {
      return [];
    }
    return this.api.isBlock(node) ? this.statements(node.statements) : this.statements([node]);
  }

  target(node: ts.Node): Target {
    if (this.depth >= MAX_DEPTH) {
      return this.hole(node, "nested too deeply");
    }
    this.depth++;
    const lowered = this.parts.target(node, this);
    this.depth--;
    return lowered;
  }

  /** A function of any syntax. The name defaults to its own identifier; methods pass their key. */
  functionDefinition(node: ts.FunctionLikeDeclaration, name?: string, nameNode?: ts.Node): FunctionDefinition {
    const ownName = nameNode ?? node.name;
    const ownText = ownName && this.api.isIdentifier(ownName) ? this.api.idText(ownName) : "";
    return this.parts.functionDefinition(node, this, name ?? ownText, this.nameSpan(node, ownName));
  }

  classDefinition(node: ts.ClassLikeDeclaration): ClassDefinition {
    return this.parts.classDefinition(node, this);
  }

  // ---------------------------------------------------------------------------------------------------------- makers

  span(node: ts.Node): Span {
    return this.positions.ofNode(node);
  }

  /** The span of a name, or no width at the start of what has none. */
  nameSpan(node: ts.Node, name: ts.Node | undefined): Span {
    if (name) {
      return this.span(name);
    }
    const start = this.positions.startOf(node);
    return this.positions.of(start, start);
  }

  name(id: string, span: Span): NameExpr {
    return { kind: "name", id, span };
  }

  string(value: string, span: Span): StringExpr {
    return { kind: "string", value, bytes: false, span };
  }

  hole(node: ts.Node, reason: string, parts: Expr[] = []): HoleExpr {
    return { kind: "hole", reason, parts, span: this.span(node) };
  }

  holeStatement(node: ts.Node, reason: string, parts: Stmt[] = []): HoleStmt {
    return { kind: "hole", reason, parts, span: this.span(node) };
  }

  /** Identifiers the parser made up where something is missing have no text. */
  isMissing(node: ts.Node): boolean {
    return this.api.isIdentifier(node) && node.escapedText === "";
  }

  /** A property name as an expression: names, strings and numbers are string keys, as they are at run time. */
  propertyKey(node: ts.Node): Expr {
    const { api } = this;
    if (api.isComputedPropertyName(node)) {
      return this.expression(node.expression);
    }
    if (this.isMissing(node)) {
      return this.hole(node, "missing name");
    }
    const text = this.propertyText(node);
    return text === undefined ? this.hole(node, "unexpected syntax") : this.string(text, this.span(node));
  }

  /** The text of a property name that is not computed. */
  propertyText(node: ts.Node): string | undefined {
    const { api } = this;
    if (api.isIdentifier(node) || api.isPrivateIdentifier(node)) {
      return api.idText(node);
    }
    if (api.isStringLiteralLike(node)) {
      return node.text;
    }
    if (api.isNumericLiteral(node)) {
      return String(Number(node.text));
    }
    return node.kind === api.SyntaxKind.BigIntLiteral ? (node as ts.BigIntLiteral).text.slice(0, -1) : undefined;
  }

  hasModifier(node: ts.Node, kind: ts.ModifierSyntaxKind): boolean {
    const { modifiers } = node as { modifiers?: readonly ts.ModifierLike[] };
    return modifiers?.some((modifier) => modifier.kind === kind) ?? false;
  }

  decorators(node: ts.Node): Expr[] {
    const { modifiers } = node as { modifiers?: readonly ts.ModifierLike[] };
    const out: Expr[] = [];
    for (const modifier of modifiers ?? []) {
      if (this.api.isDecorator(modifier)) {
        out.push(this.expression(modifier.expression));
      }
    }
    return out;
  }
}
