// The Python reader: tree-sitter parses, the tree is copied out of wasm and lowered into the program tree. After a parse
// with errors the text is repaired (brackets, quotes, dangling line ends) and parsed again; every span still refers to the
// text as written.

import { Language, Parser, type Tree } from "web-tree-sitter";
import type { Comment, Expr, Program, Reader, Stmt, SyntaxProblem } from "../tree";
import { Context } from "./context";
import { lowerExpression } from "./expressions";
import { copyTree, nodeTypes, type ParsedTree } from "./parsed";
import { Positions } from "./positions";
import { type Repair, repair } from "./repair";
import { lowerStatement } from "./statements";
import { lowerTarget } from "./targets";

const LOWERING = { expression: lowerExpression, target: lowerTarget, statement: lowerStatement };

/** The parser reports progress about once in 200 characters; it gives up at ten times as many reports. */
const REPORTS_PER_CHARACTER = 1 / 20;
const MIN_REPORTS = 2_000;

/** Spaces of typeset text, which code copied from a page holds and Python refuses. */
const WIDE_SPACE = /[\u00a0\u2000-\u200a\u202f\u3000]/g;

/** Makes a reader from the bytes of the tree-sitter runtime and of the Python grammar. */
export async function createPythonReader(grammar: { runtime: Uint8Array; python: Uint8Array }): Promise<Reader> {
  await Parser.init({ wasmBinary: grammar.runtime });
  const language = await Language.load(grammar.python);
  const parser = new Parser();
  parser.setLanguage(language);
  const types = nodeTypes(language);

  /** Null when the parser cannot recover from an error in reasonable time. */
  const parse = (text: string, toOriginal: Repair["toOriginal"] | null): ParsedTree | null => {
    let reports = MIN_REPORTS + text.length * REPORTS_PER_CHARACTER;
    let tree: Tree | null = null;
    try {
      tree = parser.parse(text, null, { progressCallback: () => --reports < 0 });
      return tree ? copyTree(tree, text, types, toOriginal) : null;
    } finally {
      if (tree) tree.delete();
      else parser.reset();
    }
  };

  const read = (text: string): Program => {
    // Python ends a line at a lone "\r" too, the grammar does not.
    const source = /\r(?!\n)/.test(text) ? text.replace(/\r(?!\n)/g, "\n") : text;
    const positions = new Positions(text);
    const program = readSource(source, positions);
    if (program.problems.length === 0 || source.search(WIDE_SPACE) < 0) return program;
    const plain = readSource(source.replace(WIDE_SPACE, " "), positions);
    if (plain.problems.length >= program.problems.length) return program;
    const at = source.search(WIDE_SPACE);
    const code = source.charCodeAt(at).toString(16).toUpperCase().padStart(4, "0");
    const message = `Syntax error: Python does not take this space (U+${code}); write a plain one`;
    plain.problems.push({ message, span: positions.span(at, at + 1) });
    plain.problems.sort((a, b) => a.span.start - b.span.start);
    return plain;
  };

  const readSource = (source: string, positions: Positions): Program => {
    const parsed = parse(source, null);
    const first = parsed && lower(source, positions, parsed);
    if (first && first.problems.length === 0 && !first.joinsLines) return first.program;
    const repaired = repair(source);
    const parsedAgain = repaired && parse(repaired.text, repaired.toOriginal);
    if (repaired && parsedAgain && (!parsed || badness(parsedAgain) <= badness(parsed))) {
      const { program } = lower(source, positions, parsedAgain);
      for (const { message, start, end } of repaired.problems) {
        program.problems.push({ message: `Syntax error: ${message}`, span: positions.span(start, end) });
      }
      program.problems.sort((a, b) => a.span.start - b.span.start);
      return program;
    }
    return first ? first.program : unreadable(source, positions);
  };

  const readExpression = (text: string): Expr | undefined => {
    const program = read(text.trim());
    const [statement] = program.body;
    if (program.problems.length > 0 || program.body.length !== 1 || statement?.kind !== "expression") return undefined;
    return statement.value;
  };
  return { read, readExpression };
}

function lower(text: string, positions: Positions, parsed: ParsedTree) {
  const cx = new Context(text, positions, LOWERING);
  const body = cx.block(parsed.root);
  const problems: SyntaxProblem[] = parsed.errors.map(({ start, end, missing }) => ({
    message: missing === null ? "Syntax error" : `Syntax error: ${missing} expected`,
    span: positions.span(start, end),
  }));
  const comments: Comment[] = parsed.comments.map(({ start, end }) => ({
    text: text.slice(start + 1, end),
    span: positions.span(start, end),
  }));
  const program: Program = { language: "python", body, problems, comments };
  return { program, problems, joinsLines: cx.joinsLines };
}

/** How much of the text the parser could not read. */
function badness(parsed: ParsedTree): number {
  return parsed.errors.reduce((sum, { start, end }) => sum + end - start + 1, 0);
}

function unreadable(text: string, positions: Positions): Program {
  const span = positions.span(0, text.length);
  const hole: Stmt = { kind: "hole", span, reason: "the file could not be read", parts: [] };
  return { language: "python", body: [hole], problems: [{ message: "Syntax error", span }], comments: [] };
}
