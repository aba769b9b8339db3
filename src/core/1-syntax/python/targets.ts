// What can be assigned to: names, attributes, items and the unpacking of several.

import type { Target, UnpackTarget } from "../tree";
import { type Context, named } from "./context";
import type { ParsedNode } from "./parsed";

/** Lowers the left side of an assignment, a loop variable or the name after `as`. */
export function lowerTarget(cx: Context, node: ParsedNode): Target {
  switch (node.type) {
    case "identifier":
    case "attribute":
    case "subscript": {
      const value = cx.expression(node);
      if (value.kind === "name" || value.kind === "attribute" || value.kind === "index" || value.kind === "hole")
        return value;
      return cx.hole(node, "cannot be assigned to", [value]);
    }
    case "pattern_list":
    case "expression_list":
    case "tuple":
    case "tuple_pattern":
    case "list":
    case "list_pattern": {
      const [only] = node.children.length === 3 ? named(node) : [];
      // `(a) = 1` is a tuple pattern to the grammar; without a comma it is only parentheses.
      if (only && node.type === "tuple_pattern" && only.type !== "list_splat_pattern") return cx.target(only);
      return unpack(cx, node);
    }
    case "parenthesized_expression":
    case "as_pattern_target": {
      const [inner] = named(node);
      return inner ? cx.target(inner) : cx.hole(node, "syntax error");
    }
    default:
      return cx.hole(node, "cannot be assigned to");
  }
}

function unpack(cx: Context, node: ParsedNode): UnpackTarget {
  const elements = named(node).map((child) => {
    const rest = child.type === "list_splat_pattern" || child.type === "list_splat";
    const target = rest ? named(child)[0] : child;
    return { target: target ? cx.target(target) : cx.hole(child, "syntax error"), rest, fallback: null };
  });
  return { kind: "unpack", span: cx.span(node), elements };
}
