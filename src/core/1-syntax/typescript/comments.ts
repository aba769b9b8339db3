// The comments of a file, without scanning it a second time: every "//" or "/*" is a comment unless it stands inside a
// string, a template, a regular expression or JSX text, and the parser's tree tells which of these a place is in.

import type ts from "typescript";
import type { Comment } from "../tree";
import type { TypescriptModule } from "./api";
import { lineEnd, type Positions } from "./positions";

/** All line and block comments in source order. */
export function collectComments(api: TypescriptModule, file: ts.SourceFile, positions: Positions): Comment[] {
  const text = file.text;
  const comments: Comment[] = [];
  const mark = /\/[/*]/g;
  for (let match = mark.exec(text); match; match = mark.exec(text)) {
    const start = match.index;
    const leaf = leafAt(api, file, start);
    if (isText(api, leaf) && (leaf.kind === api.SyntaxKind.JsxText || positions.startOf(leaf) <= start)) {
      mark.lastIndex = Math.max(leaf.end, start + 1);
      continue;
    }
    const isBlock = match[0] === "/*";
    const close = isBlock ? text.indexOf("*/", start + 2) : lineEnd(text, start + 2);
    const bodyEnd = close < 0 ? text.length : close;
    const end = isBlock ? Math.min(bodyEnd + 2, text.length) : bodyEnd;
    comments.push({ text: text.slice(start + 2, bodyEnd).trim(), span: positions.of(start, end) });
    mark.lastIndex = end;
  }
  return comments;
}

/** The innermost node whose text, leading blanks included, holds the position. */
function leafAt(api: TypescriptModule, file: ts.SourceFile, position: number): ts.Node {
  let node: ts.Node = file;
  for (;;) {
    const next: ts.Node | undefined = api.forEachChild(
      node,
      (child) => (child.pos <= position && position < child.end ? child : undefined),
      (children) => childAt(children, position),
    );
    if (!next) {
      return node;
    }
    node = next;
  }
}

/** Lists can be long (statements, class members, array elements), so they are searched by halves. */
function childAt(children: ts.NodeArray<ts.Node>, position: number): ts.Node | undefined {
  let low = 0;
  let high = children.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const child = children[middle];
    if (!child) {
      return undefined;
    }
    if (position < child.pos) {
      high = middle - 1;
    } else if (position >= child.end) {
      low = middle + 1;
    } else {
      return child;
    }
  }
  return undefined;
}

function isText(api: TypescriptModule, node: ts.Node): boolean {
  const kinds = api.SyntaxKind;
  switch (node.kind) {
    case kinds.StringLiteral:
    case kinds.NoSubstitutionTemplateLiteral:
    case kinds.TemplateHead:
    case kinds.TemplateMiddle:
    case kinds.TemplateTail:
    case kinds.RegularExpressionLiteral:
    case kinds.JsxText:
      return true;
    default:
      return false;
  }
}
