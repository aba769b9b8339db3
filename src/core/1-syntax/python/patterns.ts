// The patterns of `match`. The grammar hides some wrapping nodes, so a minus sign stands beside its number.

import type { Expr, Pattern } from "../tree";
import { type Context, hasToken, named } from "./context";
import type { ParsedNode } from "./parsed";

/** The pattern of a case: several patterns separated by commas are a sequence. */
export function lowerCasePatterns(cx: Context, patterns: readonly ParsedNode[], trailingComma: boolean): Pattern {
  const [first] = patterns;
  if (first && patterns.length === 1 && !trailingComma) {
    const pattern = lowerPattern(cx, first);
    return pattern.kind === "star" ? { kind: "sequence", elements: [pattern] } : pattern;
  }
  return { kind: "sequence", elements: patterns.map((pattern) => lowerPattern(cx, pattern)) };
}

function lowerPattern(cx: Context, node: ParsedNode): Pattern {
  if (node.type !== "case_pattern") return readPatterns(cx, { ...node, children: [node] })[0] ?? unreadable(cx, node);
  return readPatterns(cx, node)[0] ?? { kind: "capture", name: null, span: cx.span(node) };
}

/** The patterns among a node's children, with signs put to their numbers. */
function readPatterns(cx: Context, node: ParsedNode): Pattern[] {
  const patterns: Pattern[] = [];
  let negative = false;
  for (const child of node.children) {
    if (child.type === "-") negative = true;
    else if (child.type === "_") patterns.push({ kind: "capture", name: null, span: cx.span(node) });
    else if (child.named) {
      patterns.push(readPattern(cx, child, negative));
      negative = false;
    }
  }
  return patterns;
}

function readPattern(cx: Context, node: ParsedNode, negative: boolean): Pattern {
  switch (node.type) {
    case "case_pattern":
      return lowerPattern(cx, node);
    case "as_pattern": {
      const [inner, name] = named(node);
      if (!inner || !name) return unreadable(cx, node);
      return { kind: "as", pattern: lowerPattern(cx, inner), name: cx.identifier(name), span: cx.span(name) };
    }
    case "dotted_name":
      return dottedName(cx, node);
    case "splat_pattern": {
      const [name] = named(node);
      return { kind: "star", name: captureName(cx, name), span: cx.span(name ?? node) };
    }
    case "union_pattern":
      return { kind: "or", options: readPatterns(cx, node) };
    case "list_pattern":
      return { kind: "sequence", elements: readPatterns(cx, node) };
    case "tuple_pattern": {
      const elements = readPatterns(cx, node);
      const [only] = elements;
      const isGroup = only && elements.length === 1 && only.kind !== "star" && !hasToken(node, ",");
      return isGroup ? only : { kind: "sequence", elements };
    }
    case "dict_pattern":
      return mapping(cx, node);
    case "class_pattern":
      return classPattern(cx, node);
    case "ERROR":
      return unreadable(cx, node);
    default: {
      const value = cx.expression(node);
      if (!negative) return { kind: "value", value };
      return { kind: "value", value: { kind: "unary", span: value.span, op: "-", operand: value } };
    }
  }
}

function captureName(cx: Context, name: ParsedNode | undefined): string | null {
  const text = name ? cx.identifier(name) : "_";
  return text === "_" ? null : text;
}

function dottedName(cx: Context, node: ParsedNode): Pattern {
  const [first, second] = named(node);
  if (first && !second) return { kind: "capture", name: captureName(cx, first), span: cx.span(node) };
  return { kind: "value", value: cx.expression(node) };
}

function mapping(cx: Context, node: ParsedNode): Pattern {
  const entries: { key: Expr; pattern: Pattern }[] = [];
  let rest: string | null = null;
  let key: Pattern | null = null;
  let negative = false;
  for (const child of node.children) {
    if (child.type === "-") negative = true;
    if (!child.named) continue;
    if (child.type === "splat_pattern") {
      rest = captureName(cx, named(child)[0]);
    } else if (child.type === "case_pattern" && key) {
      const value = key.kind === "value" ? key.value : cx.hole(node, "not a key");
      entries.push({ key: value, pattern: lowerPattern(cx, child) });
      key = null;
    } else {
      key = readPattern(cx, child, negative);
      negative = false;
    }
  }
  return { kind: "mapping", entries, rest };
}

function classPattern(cx: Context, node: ParsedNode): Pattern {
  const [type, ...given] = named(node);
  if (!type) return unreadable(cx, node);
  const positional: Pattern[] = [];
  const keywords: { name: string; pattern: Pattern }[] = [];
  for (const argument of given) {
    const keyword = argument.children.find((child) => child.type === "keyword_pattern");
    const name = keyword && named(keyword)[0];
    if (keyword && name) {
      const afterName = { ...keyword, children: keyword.children.slice(1) };
      keywords.push({ name: cx.identifier(name), pattern: readPatterns(cx, afterName)[0] ?? unreadable(cx, keyword) });
    } else {
      positional.push(lowerPattern(cx, argument));
    }
  }
  return { kind: "class", type: cx.expression(type), positional, keywords };
}

function unreadable(cx: Context, node: ParsedNode): Pattern {
  return { kind: "value", value: cx.hole(node, "syntax error") };
}
