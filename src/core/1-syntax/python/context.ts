// What the lowering files share while one text is lowered: the text, spans, problems, the function being read, a depth
// limit, and the doors to each other's entry points (so that the files need not import each other in circles).

import type { Expr, HoleExpr, Span, Stmt, Target } from "../tree";
import type { ParsedNode } from "./parsed";
import type { Positions } from "./positions";

/** Expressions and blocks nested deeper than this become holes: everything that walks the tree is recursive. */
export const MAX_DEPTH = 500;

export class Context {
  /** A statement ran over a line end where Python would have ended it (`x = self.` and the next line). */
  joinsLines = false;
  private readonly functions: { isGenerator: boolean }[] = [];
  private depth = 0;

  constructor(
    readonly text: string,
    readonly positions: Positions,
    private readonly lower: {
      expression(cx: Context, node: ParsedNode): Expr;
      target(cx: Context, node: ParsedNode): Target;
      statement(cx: Context, node: ParsedNode, into: Stmt[]): void;
    },
  ) {}

  span(node: { start: number; end: number }): Span {
    return this.positions.span(node.start, node.end);
  }

  /** From the start of one node to the end of another. */
  spanning(first: { start: number }, last: { end: number }): Span {
    return this.positions.span(first.start, Math.max(first.start, last.end));
  }

  source(node: { start: number; end: number }): string {
    return this.text.slice(node.start, node.end);
  }

  /** An identifier, normalised as Python does. */
  identifier(node: { start: number; end: number }): string {
    const name = this.source(node);
    for (let i = 0; i < name.length; i++) if (name.charCodeAt(i) > 127) return name.normalize("NFKC");
    return name;
  }

  spansLines(node: { start: number; end: number }): boolean {
    return this.positions.lineAt(node.start) !== this.positions.lineAt(node.end);
  }

  hole(node: { start: number; end: number }, reason: string, parts: Expr[] = []): HoleExpr {
    return { kind: "hole", span: this.span(node), reason, parts };
  }

  expression(node: ParsedNode): Expr {
    if (this.depth >= MAX_DEPTH) return this.hole(node, "nested too deeply");
    this.depth++;
    const result = this.lower.expression(this, node);
    this.depth--;
    return result;
  }

  expressions(nodes: readonly ParsedNode[]): Expr[] {
    return nodes.map((node) => this.expression(node));
  }

  target(node: ParsedNode): Target {
    if (this.depth >= MAX_DEPTH) return this.hole(node, "nested too deeply");
    this.depth++;
    const result = this.lower.target(this, node);
    this.depth--;
    return result;
  }

  /** The statements of a module or block; a missing block has none. */
  block(node: ParsedNode | undefined): Stmt[] {
    const statements: Stmt[] = [];
    if (!node) return statements;
    if (this.depth >= MAX_DEPTH) {
      return [{ kind: "hole", span: this.span(node), reason: "nested too deeply", parts: [] }];
    }
    this.depth++;
    for (const child of node.children) if (child.named) this.lower.statement(this, child, statements);
    this.depth--;
    return statements;
  }

  /** Runs `read` as the inside of a function and tells whether it yields. */
  inFunction(read: () => void): boolean {
    const state = { isGenerator: false };
    this.functions.push(state);
    read();
    this.functions.pop();
    return state.isGenerator;
  }

  noteYield(): void {
    const state = this.functions[this.functions.length - 1];
    if (state) state.isGenerator = true;
  }
}

/** The named children. */
export function named(node: ParsedNode): ParsedNode[] {
  return node.children.filter((child) => child.named);
}

/** The first named child of this type. */
export function childOf(node: ParsedNode, type: string): ParsedNode | undefined {
  return node.children.find((child) => child.named && child.type === type);
}

export function hasToken(node: ParsedNode, type: string): boolean {
  return node.children.some((child) => !child.named && child.type === type);
}
