// The parser's tree copied out of WebAssembly in one pass. Every question to a live tree-sitter node crosses the wasm
// border and that costs more than parsing, so the copy asks as little as it can: a punctuation token is one shared object
// without a place, an inner node that ends with a named child takes its end from there, and comments are set aside.

import type { Language, Tree, TreeCursor } from "web-tree-sitter";

/** A node of the copied tree. Tokens (`named` false) are shared and have no place: use the place of their parent. */
export interface ParsedNode {
  readonly type: string;
  readonly named: boolean;
  start: number;
  end: number;
  children: ParsedNode[];
  /** Has an ERROR node as a direct child. */
  broken: boolean;
}

/** A tree copied out, with the comments and the unreadable places found on the way. */
export interface ParsedTree {
  root: ParsedNode;
  comments: { start: number; end: number }[];
  /** ERROR nodes (`missing` null) and tokens the parser had to make up. */
  errors: { start: number; end: number; missing: string | null }[];
}

type Role = "token" | "leaf" | "string" | "inner" | "comment" | "skip";

interface NodeType {
  type: string;
  role: Role;
  token: ParsedNode | null;
}

const LEAVES = new Set([
  "identifier",
  "integer",
  "float",
  "true",
  "false",
  "none",
  "ellipsis",
  "type_conversion",
  "import_prefix",
  "wildcard_import",
  "keyword_separator",
  "positional_separator",
  "pass_statement",
  "break_statement",
  "continue_statement",
]);
/** Nodes that end with text no child stands for. */
const HIDDEN_END = new Set(["string", "format_specifier"]);
const NO_CHILDREN: ParsedNode[] = [];
const ERROR_TYPE: NodeType = { type: "ERROR", role: "inner", token: null };

/** What each node type id of the grammar is; made once for a grammar. */
export function nodeTypes(language: Language): NodeType[] {
  return language.types.map((type, id) => {
    if (!language.nodeTypeIsNamed(id)) {
      return {
        type,
        role: "token",
        token: { type, named: false, start: -1, end: -1, children: NO_CHILDREN, broken: false },
      };
    }
    let role: Role = "inner";
    if (LEAVES.has(type)) role = "leaf";
    else if (type === "string") role = "string";
    else if (type === "comment") role = "comment";
    else if (
      type === "line_continuation" ||
      /^(string_(start|content|end)|escape_(sequence|interpolation))$/.test(type)
    ) {
      role = "skip";
    }
    return { type, role, token: null };
  });
}

/**
 * Copies a tree. `text` is what was parsed; `toOriginal` maps its offsets to the text the person wrote, when the parsed
 * one was repaired.
 */
export function copyTree(
  tree: Tree,
  text: string,
  types: readonly NodeType[],
  toOriginal: ((offset: number) => number) | null,
): ParsedTree {
  const cursor = tree.walk();
  try {
    return new Copier(cursor, text, types, toOriginal, tree.rootNode.hasError).copy();
  } finally {
    cursor.delete();
  }
}

class Copier {
  private readonly comments: ParsedTree["comments"] = [];
  private readonly errors: ParsedTree["errors"] = [];

  constructor(
    private readonly cursor: TreeCursor,
    private readonly text: string,
    private readonly types: readonly NodeType[],
    private readonly toOriginal: ((offset: number) => number) | null,
    private readonly hasError: boolean,
  ) {}

  copy(): ParsedTree {
    const { cursor } = this;
    const root: ParsedNode = {
      type: "module",
      named: true,
      start: 0,
      end: this.place(this.text.length),
      children: [],
      broken: false,
    };
    const open: ParsedNode[] = [root];
    let more = cursor.gotoFirstChild();
    // Depth first without recursion: source text decides how deep this goes.
    while (more) {
      const parent = open[open.length - 1] as ParsedNode;
      const child = this.visit(parent);
      if (child && cursor.gotoFirstChild()) {
        open.push(child);
        continue;
      }
      if (child) this.close(child, this.place(cursor.endIndex));
      while (!cursor.gotoNextSibling()) {
        if (open.length === 1) {
          more = false;
          break;
        }
        const done = open.pop() as ParsedNode;
        cursor.gotoParent();
        const last = done.children[done.children.length - 1];
        if (last?.named && !HIDDEN_END.has(done.type)) this.close(done, last.end);
        else this.close(done, this.place(cursor.endIndex));
      }
    }
    return { root, comments: this.comments, errors: this.errors };
  }

  /** Adds the cursor's node to its parent; gives it back when its children are wanted too. */
  private visit(parent: ParsedNode): ParsedNode | null {
    const { cursor } = this;
    const { type, role, token } = this.types[cursor.nodeTypeId] ?? ERROR_TYPE;
    if (role === "token") {
      if (this.hasError && cursor.nodeIsMissing) this.missing(type);
      if (token) parent.children.push(token);
      return null;
    }
    if (role === "skip") {
      if (this.hasError && cursor.nodeIsMissing) this.missing(type === "string_end" ? "end of string" : type);
      return null;
    }
    const startIndex = cursor.startIndex;
    const start = this.place(startIndex);
    if (role === "comment") {
      const end = this.place(cursor.endIndex);
      if (end > start) this.comments.push({ start, end });
      return null;
    }
    const node: ParsedNode = { type, named: true, start, end: start, children: NO_CHILDREN, broken: false };
    parent.children.push(node);
    const isLeaf = role === "leaf" || (role === "string" && !this.hasError && !this.isTemplate(startIndex));
    if (isLeaf) {
      node.end = this.place(type === "identifier" ? this.identifierEnd(startIndex) : cursor.endIndex);
      if (this.hasError && cursor.nodeIsMissing) this.missing(type);
      return null;
    }
    if (type === "ERROR") parent.broken = true;
    node.children = [];
    return node;
  }

  private close(node: ParsedNode, end: number): void {
    node.end = Math.max(node.start, end);
    if (node.type === "ERROR") this.errors.push({ start: node.start, end: node.end, missing: null });
  }

  /** Whether the string that starts here is an f-string or t-string, whose children matter. */
  private isTemplate(start: number): boolean {
    for (let i = start; i < start + 3; i++) {
      const code = this.text.charCodeAt(i) | 0x20;
      if (code === 0x66 || code === 0x74) return true;
      if (code < 0x61) return false;
    }
    return false;
  }

  /** Where a name ends, mostly without asking the parser. */
  private identifierEnd(start: number): number {
    for (let i = start; i <= this.text.length; i++) {
      const code = i < this.text.length ? this.text.charCodeAt(i) : 0;
      const isWord =
        (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || (code >= 48 && code <= 57);
      if (isWord) continue;
      return code > 127 || i === start ? this.cursor.endIndex : i;
    }
    return this.cursor.endIndex;
  }

  private missing(what: string): void {
    const start = this.place(this.cursor.startIndex);
    this.errors.push({ start, end: start, missing: what });
  }

  private place(offset: number): number {
    return this.toOriginal ? this.toOriginal(offset) : offset;
  }
}
