// Goes through a program tree without knowing its node kinds: every object with a `kind` and a `span` is a node.
// For those who look for a node (a call at a place, the imports of a name); the evaluator has its own walk.
import type { CallExpr, Program, Span } from "./tree";

/** A node of the tree, seen from outside. */
export interface AnyNode {
  kind: string;
  span: Span;
}

function isNode(value: object): value is AnyNode {
  return "kind" in value && "span" in value;
}

/** Calls `visit` for every node under `root` (itself included), parents first; `visit` returns false to leave out what is inside. */
export function walk(root: unknown, visit: (node: AnyNode) => boolean | void): void {
  if (typeof root !== "object" || root === null) return;
  if (Array.isArray(root)) {
    for (const item of root) walk(item, visit);
    return;
  }
  if (isNode(root) && visit(root) === false) return;
  for (const [key, value] of Object.entries(root)) if (key !== "span" && key !== "nameSpan") walk(value, visit);
}

/** The call expressions of a program by `start:end` of their span. */
export function callsBySpan(program: Program): Map<string, CallExpr> {
  const calls = new Map<string, CallExpr>();
  walk(program.body, (node) => {
    if (node.kind === "call") calls.set(`${node.span.start}:${node.span.end}`, node as CallExpr);
  });
  return calls;
}
