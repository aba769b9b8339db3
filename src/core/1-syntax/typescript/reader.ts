// Reads TypeScript and JavaScript into the program tree with the TypeScript parser, which keeps the statements around a
// half-typed line. One parser mode fits nearly all files (TSX: JavaScript, TypeScript, JSX); angle-bracket casts only read
// as plain TypeScript, which is tried when TSX has problems in a file that may hold them.
// Total: any text gives a program. What the language means is not decided here, except that types are erased.

import type ts from "typescript";
import type { Expr, Program, Reader, Stmt, SyntaxProblem } from "../tree";
import type { TypescriptModule } from "./api";
import { lowerClass } from "./classes";
import { collectComments } from "./comments";
import { registerExpressions } from "./expressions";
import { lowerFunction } from "./functions";
import { type DanglingDot, Handlers, Lowering } from "./lowering";
import { registerModules } from "./modules";
import { Positions } from "./positions";
import { registerStatements } from "./statements";
import { lowerTarget } from "./targets";

/** How a text is to be parsed. */
export type TypescriptDialect = "ts" | "tsx" | "js";

export interface TypescriptReader extends Reader {
  /** `dialect` when the file's extension settles it; without it the one with fewer problems is taken. */
  read(text: string, options?: { dialect?: TypescriptDialect }): Program;
}

/** A place where `<T>x` is a cast in TypeScript and an element in TSX: a "<" where an expression starts. */
const MAY_BE_CAST = /(?:[=(,:?[{};>&|!+]|\b(?:return|await|yield|case|new))\s*<\s*[\w${[(]/;

const PARTS = { target: lowerTarget, functionDefinition: lowerFunction, classDefinition: lowerClass };

/** Makes a reader from the loaded compiler, or from a cut of it that has what `typescriptApi` lists. */
export function createTypescriptReader(api: TypescriptModule): TypescriptReader {
  const handlers = new Handlers();
  registerExpressions(api, handlers);
  registerStatements(api, handlers);
  registerModules(api, handlers);

  function parse(text: string, dialect: TypescriptDialect): ParsedFile {
    const { ScriptKind } = api;
    const kind = dialect === "ts" ? ScriptKind.TS : dialect === "tsx" ? ScriptKind.TSX : ScriptKind.JSX;
    const options = {
      languageVersion: api.ScriptTarget.ESNext,
      jsDocParsingMode: api.JSDocParsingMode.ParseNone, // comments are collected apart, and types are not looked at
    };
    return api.createSourceFile(`program.${dialect}`, text, options, false, kind);
  }

  function parseBest(text: string, dialect: TypescriptDialect | undefined): ParsedFile {
    const file = parse(text, dialect ?? "tsx");
    const count = file.parseDiagnostics?.length ?? 0;
    if (dialect || count === 0 || !MAY_BE_CAST.test(text)) {
      return file;
    }
    const plain = parse(text, "ts");
    return (plain.parseDiagnostics?.length ?? 0) < count ? plain : file;
  }

  function read(text: string, options?: { dialect?: TypescriptDialect }): Program {
    const positions = new Positions(text);
    const program: Program = { language: "javascript", body: [], problems: [], comments: [] };
    try {
      let file = parseBest(text, options?.dialect);
      let lowering = new Lowering(api, handlers, PARTS, positions);
      program.body = lowering.statements(file.statements);
      program.comments = collectComments(api, file, positions);
      const hasProblems = (file.parseDiagnostics?.length ?? 0) > 0;
      const dots = lowering.danglingDots.filter(({ name }) => hasProblems || standsAlone(name, text));
      if (dots.length > 0) {
        file = parseBest(withoutDots(text, dots), options?.dialect);
        lowering = new Lowering(api, handlers, PARTS, positions, dots);
        program.body = lowering.statements(file.statements);
      }
      program.problems = problemsOf(file, dots, positions);
    } catch (error) {
      // The parser is recursive: text nested thousands deep exhausts the stack.
      const span = positions.of(0, text.length);
      const message = error instanceof RangeError ? "nested too deeply" : "the parser failed on this text";
      const hole: Stmt = { kind: "hole", reason: message, parts: [], span };
      return { ...program, body: [hole], problems: [{ message, span }] };
    }
    return program;
  }

  function readExpression(text: string): Expr | undefined {
    // In parentheses an object literal or a function is an expression; the line end closes a trailing comment.
    const wrapped = `(${text}\n)`;
    try {
      const file = parseBest(wrapped, undefined);
      const statement = file.statements[0];
      if (
        file.parseDiagnostics?.length ||
        file.statements.length !== 1 ||
        !statement ||
        !api.isExpressionStatement(statement) ||
        !api.isParenthesizedExpression(statement.expression)
      ) {
        return undefined;
      }
      const positions = new Positions(wrapped, text.length, 1);
      return new Lowering(api, handlers, PARTS, positions).expression(statement.expression.expression);
    } catch {
      return undefined;
    }
  }

  return { read, readExpression };
}

/** `parseDiagnostics` is not in the compiler's public types; it holds what the parser alone found. */
interface ParsedFile extends ts.SourceFile {
  readonly parseDiagnostics?: readonly {
    readonly start?: number;
    readonly length?: number;
    readonly messageText: string | ts.DiagnosticMessageChain;
  }[];
}

function problemsOf(file: ParsedFile, dots: readonly DanglingDot[], positions: Positions): SyntaxProblem[] {
  const problems = (file.parseDiagnostics ?? []).map(({ start = 0, length = 0, messageText }) => ({
    message: typeof messageText === "string" ? messageText : messageText.messageText,
    span: positions.of(start, start + length),
  }));
  for (const { dot } of dots) {
    problems.push({ message: "Identifier expected.", span: positions.of(dot, dot + 1) });
  }
  return dots.length === 0 ? problems : problems.sort((a, b) => a.span.start - b.span.start);
}

/** Whether the word is also used apart from a dot, as a variable is; a file without problems may just break lines there. */
function standsAlone(name: string, text: string): boolean {
  const uses = new RegExp(`(?<![\\w$]|\\.\\s*)${name.replaceAll("$", "\\$")}(?![\\w$])`);
  return uses.test(text);
}

/**
 * Ends the statement at each dot. While `model.` is typed above `model.compile(…)`, JavaScript reads `model.model.compile`;
 * code that breaks lines after a dot on purpose indents the next one.
 */
function withoutDots(text: string, dots: readonly DanglingDot[]): string {
  const pieces: string[] = [];
  let done = 0;
  for (const { dot } of [...dots].sort((a, b) => a.dot - b.dot)) {
    const isOptional = text.charAt(dot - 1) === "?";
    pieces.push(text.slice(done, isOptional ? dot - 1 : dot), isOptional ? " ;" : ";");
    done = dot + 1;
  }
  pieces.push(text.slice(done));
  return pieces.join("");
}
