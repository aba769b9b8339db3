// String literals: prefixes, escapes, implicit concatenation, f-strings. Literal text is read from the source between the
// interpolations, because the parser's own pieces of a string are many small nodes.

import type { Expr, HoleExpr, StringExpr, TemplateExpr } from "../tree";
import { type Context, named } from "./context";
import type { ParsedNode } from "./parsed";

type Part = TemplateExpr["parts"][number];

interface Literal {
  parts: Part[];
  bytes: boolean;
  /** An f-string, even without interpolations. */
  formatted: boolean;
  /** A t-string (3.14): its value is a template object, not a string. */
  isTemplateObject: boolean;
}

/** One string literal, or several side by side (`concatenated_string`). */
export function lowerString(cx: Context, node: ParsedNode): StringExpr | TemplateExpr | HoleExpr {
  const pieces = node.type === "concatenated_string" ? named(node).filter((child) => child.type === "string") : [node];
  const literals = pieces.map((piece) => readLiteral(cx, piece));
  const parts = merge(literals.flatMap((literal) => literal.parts));
  if (literals.some((literal) => literal.isTemplateObject)) {
    const values = parts.flatMap((part): Expr[] => (typeof part === "string" ? [] : [part.value]));
    return cx.hole(node, "template string (t-string)", values);
  }
  const span = cx.span(node);
  const bytes = literals.some((literal) => literal.bytes);
  const [first] = parts;
  if (parts.length === 0 || (parts.length === 1 && typeof first === "string")) {
    return { kind: "string", span, value: typeof first === "string" ? first : "", bytes };
  }
  return { kind: "template", span, parts };
}

/** Whether this node is a plain string that Python takes as a docstring. */
export function isDocstring(cx: Context, node: ParsedNode): boolean {
  const pieces = node.type === "concatenated_string" ? named(node) : [node];
  return pieces.every((piece) => piece.type === "string" && /^[uUrR]{0,2}["']/.test(cx.source(piece)));
}

function readLiteral(cx: Context, node: ParsedNode): Literal {
  const source = cx.source(node);
  const [opening = "", letters = "", quote = ""] = /^([a-zA-Z]*)("""|'''|"|')/.exec(source) ?? [];
  const prefix = letters.toLowerCase();
  const raw = prefix.includes("r");
  const bytes = prefix.includes("b");
  const formatted = prefix.includes("f") || prefix.includes("t");
  const closed = quote !== "" && source.length >= opening.length + quote.length && source.endsWith(quote);
  const contentEnd = node.end - (closed ? quote.length : 0);
  const parts: Part[] = [];
  let at = node.start + opening.length;
  const literalUpTo = (end: number) => {
    if (end > at) parts.push(decode(cx.text.slice(at, end), raw, bytes, formatted));
  };
  if (formatted) {
    for (const child of node.children) {
      if (child.type !== "interpolation" && child.type !== "ERROR") continue;
      literalUpTo(child.start);
      if (child.type === "ERROR") parts.push({ value: cx.hole(child, "syntax error") });
      else parts.push(...readInterpolation(cx, child, raw));
      at = child.end;
    }
  }
  literalUpTo(contentEnd);
  return { parts, bytes, formatted, isTemplateObject: prefix.includes("t") };
}

/** `{value=!r:format}`: the value, before it the source text when there is a `=`. */
function readInterpolation(cx: Context, node: ParsedNode, raw: boolean): Part[] {
  let value: Expr | null = null;
  let valueEnd = node.start + 1;
  let conversion: string | undefined;
  let format: Expr | undefined;
  let debug = false;
  for (const child of node.children) {
    if (child.type === "=") debug = true;
    else if (child.type === "type_conversion") conversion = cx.source(child).slice(1);
    else if (child.type === "format_specifier") format = readFormat(cx, child, raw);
    else if (child.named && !value) {
      value = cx.expression(child);
      valueEnd = child.end;
    }
  }
  if (!value || node.broken) value = cx.hole(node, "syntax error", value ? [value] : []);
  const part: Part = { value };
  if (debug && conversion === undefined && format === undefined) conversion = "r";
  if (conversion !== undefined) part.conversion = conversion;
  if (format !== undefined) part.format = format;
  if (!debug) return [part];
  const shown = /^[^=]*=\s*/.exec(cx.text.slice(valueEnd, node.end))?.[0] ?? "";
  return [cx.text.slice(node.start + 1, valueEnd + shown.length), part];
}

/** The format spec after the colon: text with nested interpolations. */
function readFormat(cx: Context, node: ParsedNode, raw: boolean): Expr {
  const parts: Part[] = [];
  let at = node.start + 1;
  for (const child of node.children) {
    if (child.type !== "format_expression") continue;
    if (child.start > at) parts.push(decode(cx.text.slice(at, child.start), raw, false, false));
    parts.push(...readInterpolation(cx, child, raw));
    at = child.end;
  }
  if (node.end > at) parts.push(decode(cx.text.slice(at, node.end), raw, false, false));
  const merged = merge(parts);
  const [first] = merged;
  const span = cx.span(node);
  if (merged.length === 0) return { kind: "string", span, value: "", bytes: false };
  if (merged.length === 1 && typeof first === "string") return { kind: "string", span, value: first, bytes: false };
  return { kind: "template", span, parts: merged };
}

/** Joins neighbouring pieces of text and drops empty ones. */
function merge(parts: Part[]): Part[] {
  const merged: Part[] = [];
  for (const part of parts) {
    const last = merged[merged.length - 1];
    if (part === "") continue;
    if (typeof part === "string" && typeof last === "string") merged[merged.length - 1] = last + part;
    else merged.push(part);
  }
  return merged;
}

const SIMPLE_ESCAPES: Record<string, string> = {
  "\n": "",
  "\\": "\\",
  "'": "'",
  '"': '"',
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};
const ESCAPE = /\\(?:([0-7]{1,3})|x([0-9a-fA-F]{2})|(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})|(N\{[^}]+\})|([\s\S]))/g;

function decode(source: string, raw: boolean, bytes: boolean, braces: boolean): string {
  let text = source.includes("\r") ? source.replace(/\r\n?/g, "\n") : source;
  if (braces && (text.includes("{{") || text.includes("}}"))) text = text.replace(/\{\{/g, "{").replace(/\}\}/g, "}");
  if (raw || !text.includes("\\")) return text;
  return text.replace(ESCAPE, (whole, octal, hex, unicode, name, single) => {
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & (bytes ? 0xff : 0x1ff));
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    if (single !== undefined) return SIMPLE_ESCAPES[single] ?? whole;
    if (bytes) return whole;
    // A character by name would need the Unicode name table; one unknown character keeps the length right.
    if (name !== undefined) return "\ufffd";
    const point = Number.parseInt(unicode.slice(1), 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : "\ufffd";
  });
}
