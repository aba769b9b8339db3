// The Python reader: tree-sitter parses, the tree is copied out of wasm and lowered into the program tree. After a parse
// with errors the text is repaired (brackets, quotes, dangling line ends) and parsed again; every span still refers to the
// text as written.

import { Language, Parser, type Tree } from "web-tree-sitter";
import type { Comment, Expr, Program, Reader, Stmt, SyntaxProblem } from "../tree";
import { Context } from "./context";
import { lowerExpression } from "./expressions";
import { copyTree, nodeTypes, type ParsedTree } from "./parsed";
import { Positions } from "./positions";
import { lowerStatement } from "./statements";
import { lowerTarget } from "./targets";

const LOWERING = { expression: lowerExpression, target: lowerTarget, statement: lowerStatement };

/** Makes a reader from the bytes of the tree-sitter runtime and of the Python grammar. */
export async function createPythonReader(grammar: { runtime: Uint8Array; python: Uint8Array }): Promise<Reader> {
  await Parser.init({ wasmBinary: grammar.runtime });
  const language = await Language.load(grammar.python);
  const parser = new Parser();
  parser.setLanguage(language);
  const types = nodeTypes(language);

  const parse = (text: string): ParsedTree | null => {
    let tree: Tree | null = null;
    try {
      tree = parser.parse(text);
      return tree ? copyTree(tree, text, types, null) : null;
    } finally {
      tree?.delete();
    }
  };

  const read = (text: string): Program => {
    const positions = new Positions(text);
    const parsed = parse(text);
    const problems: SyntaxProblem[] = [];
    const body: Stmt[] = [];
    const comments: Comment[] = [];
    if (parsed) {
      const cx = new Context(text, positions, LOWERING);
      body.push(...cx.block(parsed.root));
      for (const { start, end, missing } of parsed.errors) {
        const message = missing === null ? "Syntax error" : `Missing ${missing}`;
        problems.push({ message, span: positions.span(start, end) });
      }
      for (const place of parsed.comments) {
        comments.push({ text: text.slice(place.start + 1, place.end), span: positions.span(place.start, place.end) });
      }
    }
    return { language: "python", body, problems, comments };
  };

  const readExpression = (text: string): Expr | undefined => {
    const program = read(text.trim());
    const [statement] = program.body;
    if (program.problems.length > 0 || program.body.length !== 1 || statement?.kind !== "expression") return undefined;
    return statement.value;
  };
  return { read, readExpression };
}
