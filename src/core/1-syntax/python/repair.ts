// Repairs text that did not parse, so that a half-typed line costs itself and not the rest of the file: brackets and quotes
// left open are closed, a dangling operator gets a placeholder, a header gets its colon and an empty block its `pass`.
// One lexical pass; the edits never remove text but blank it, and every place maps back to the text as written.

import { type Token, tokenize } from "./tokens";

/** A name of no width in the written text: the lowering sees an empty identifier, which is a hole. */
const PLACEHOLDER = " __hole__ ";

interface Edit {
  at: number;
  insert: string;
  /** How many characters from `at` are blanked. */
  blank: number;
}

/** A repaired text, where its offsets were in the original, and what had to be repaired (in original offsets). */
export interface Repair {
  text: string;
  toOriginal(offset: number): number;
  problems: { message: string; start: number; end: number }[];
}

interface Bracket {
  token: Token;
  /** Indentation of the statement it stands in. */
  indent: number;
}

/** Python itself allows 200 nested brackets. */
const MAX_OPEN = 500;
const CLOSER: Record<string, string> = { "(": ")", "[": "]", "{": "}" };
const words = (text: string) => new Set(text.split(" "));

/** These start a statement and nothing else, wherever they stand. */
const STATEMENT_WORDS = words(
  "def class return import raise while with try except finally pass break continue global nonlocal assert del elif",
);
/** These start a statement or, inside brackets, a part of a comprehension or conditional. */
const MAYBE_STATEMENT_WORDS = words("if for async from else");
const HEADER_WORDS = words("def class if elif else for while with try except finally async");
const OPERATOR_WORDS = words("and or not in is if else for as async lambda await from import");
/** Words that cannot end a line or stand before a closing bracket. */
const NEEDS_MORE_WORDS = words(
  "and or not in is if elif while for as await import assert del global nonlocal with class def",
);
const NEEDS_MORE = words(
  ". = + - / // % @ << >> & | ^ ~ == != <= >= < > <> := -> += -= *= /= //= %= @= &= |= ^= >>= <<= **=",
);

/** Gives the repaired text, or null when the lexical pass finds nothing to repair. */
export function repair(text: string): Repair | null {
  const repairer = new Repairer(text);
  repairer.run();
  if (repairer.edits.length === 0) return null;
  return apply(text, repairer.edits, repairer.problems);
}

function apply(text: string, edits: Edit[], problems: Repair["problems"]): Repair {
  const sorted = edits.map((edit, order) => ({ ...edit, order })).sort((a, b) => a.at - b.at || a.order - b.order);
  const starts: number[] = [];
  const lengths: number[] = [];
  const places: number[] = [];
  let result = "";
  let at = 0;
  for (const edit of sorted) {
    if (edit.at > at) {
      result += text.slice(at, edit.at);
      at = edit.at;
    }
    if (edit.insert !== "") {
      starts.push(result.length);
      lengths.push(edit.insert.length);
      places.push(at);
      result += edit.insert;
    }
    if (edit.blank > 0) {
      result += " ".repeat(edit.blank);
      at += edit.blank;
    }
  }
  result += text.slice(at);
  let last = -1;
  const toOriginal = (offset: number): number => {
    // Nodes come nearly in order, so the right insertion is the last one or near it.
    while (last >= 0 && (starts[last] ?? 0) > offset) last--;
    while ((starts[last + 1] ?? Number.POSITIVE_INFINITY) <= offset) last++;
    if (last < 0) return offset;
    const behind = offset - (starts[last] ?? 0) - (lengths[last] ?? 0);
    return (places[last] ?? 0) + Math.max(0, behind);
  };
  return { text: result, toOriginal, problems };
}

class Repairer {
  readonly edits: Edit[] = [];
  readonly problems: Repair["problems"] = [];
  private readonly tokens: Token[];
  /** Brackets that nothing closes before the next line that must be a statement. */
  private readonly neverClosed: Set<Token>;
  private readonly open: Bracket[] = [];
  /** Bracket depths at which a lambda has no colon yet. */
  private readonly lambdas: number[] = [];
  /** Index of the statement's first token. */
  private first = 0;

  constructor(private readonly text: string) {
    this.tokens = tokenize(text);
    this.neverClosed = this.findNeverClosed();
  }

  run(): void {
    const { tokens } = this;
    for (let i = 0; i < tokens.length; i++) {
      const token = tokens[i] as Token;
      if (token.closing !== undefined) {
        this.insert(token.end, token.closing);
        this.report("string is not closed", token.start, token.end);
      }
      if (token.kind === "newline") this.lineEnd(i);
      else if (token.kind === "operator") this.operator(i);
      else if (i > this.first) this.operand(i);
      if (token.text === "lambda") this.lambdas.push(this.open.length);
    }
    if (tokens.length > 0 && tokens[tokens.length - 1]?.kind !== "newline") this.lineEnd(tokens.length);
  }

  private findNeverClosed(): Set<Token> {
    const open: Token[] = [];
    const never = new Set<Token>();
    const { tokens } = this;
    for (let i = 0; i < tokens.length; i++) {
      const token = tokens[i] as Token;
      if (token.kind === "newline") {
        if (open.length > 0 && this.mustBeStatement(i + 1)) for (const bracket of open.splice(0)) never.add(bracket);
      } else if (CLOSER[token.text]) {
        if (open.length < MAX_OPEN) open.push(token);
      } else if (isCloser(token)) {
        const match = open.findLastIndex((bracket) => CLOSER[bracket.text] === token.text);
        if (match >= 0) for (const bracket of open.splice(match).slice(1)) never.add(bracket);
      }
    }
    for (const bracket of open) never.add(bracket);
    return never;
  }

  /** Whether the line that starts with this token cannot be inside brackets. */
  private mustBeStatement(index: number): boolean {
    const first = this.tokens[index];
    if (first?.kind !== "name") return false;
    const next = this.tokens[index + 1];
    const isArgument = next?.text === "=" || next?.text === ",";
    if (STATEMENT_WORDS.has(first.text)) return !isArgument;
    if (MAYBE_STATEMENT_WORDS.has(first.text)) return this.endsWithColon(index);
    return this.isAssignment(index) === "dotted";
  }

  private endsWithColon(index: number): boolean {
    let depth = 0;
    for (let i = index; i < this.tokens.length; i++) {
      const token = this.tokens[i] as Token;
      if (token.kind === "newline") return depth === 0 && this.tokens[i - 1]?.text === ":";
      if (CLOSER[token.text]) depth++;
      else if (isCloser(token)) depth--;
      if (depth < 0) return false;
    }
    return this.tokens[this.tokens.length - 1]?.text === ":";
  }

  /** `a = …` is "plain" (or a keyword argument), `a.b = …` and `a[i] = …` are "dotted": those are always statements. */
  private isAssignment(index: number): "plain" | "dotted" | null {
    let dotted = false;
    let depth = 0;
    for (let i = index + 1; i < this.tokens.length; i++) {
      const token = this.tokens[i] as Token;
      if (token.kind === "newline") return null;
      if (CLOSER[token.text]) {
        if (token.text !== "[" && depth === 0) return null;
        depth++;
      } else if (isCloser(token)) {
        depth--;
        dotted = true;
        if (depth < 0) return null;
      } else if (depth > 0) {
        continue;
      } else if (token.text === "=" || /^(?!==|!=|<=|>=|:=).+=$/.test(token.text)) {
        if (token.text === "=" && !dotted) return "plain";
        return "dotted";
      } else if (token.text === ".") {
        dotted = true;
      } else if (token.kind !== "name" || this.tokens[i - 1]?.kind === "name") {
        return null;
      }
    }
    return null;
  }

  private operator(index: number): void {
    const token = this.tokens[index] as Token;
    const previous = this.tokens[index - 1];
    if (CLOSER[token.text]) {
      if (this.open.length < MAX_OPEN) this.open.push({ token, indent: this.statementIndent() });
    } else if (isCloser(token)) {
      this.closer(index);
    } else if (token.text === "," && previous && index > this.first) {
      const starred = previous.text === "*" || previous.text === "/";
      if (!starred && (this.needsMore(index - 1) || previous.text === "," || CLOSER[previous.text]))
        this.placeholder(index - 1);
    } else if (token.text === ":" && this.lambdas[this.lambdas.length - 1] === this.open.length) {
      this.lambdas.pop();
    } else if (token.text === ":" && this.open.length === 0 && index > this.first) {
      if (this.needsMore(index - 1) || previous?.text === "return") this.placeholder(index - 1);
    }
  }

  private closer(index: number): void {
    const token = this.tokens[index] as Token;
    const match = this.open.findLastIndex((bracket) => CLOSER[bracket.token.text] === token.text);
    if (match < 0) {
      this.edits.push({ at: token.start, insert: "", blank: token.end - token.start });
      this.report(`nothing opens this "${token.text}"`, token.start, token.end);
      return;
    }
    const previous = this.tokens[index - 1];
    const emptyValue = previous?.text === ":" && token.text === "}";
    if (emptyValue || this.needsMore(index - 1)) this.placeholder(index - 1);
    while (this.open.length > match + 1) this.close(this.open.pop(), token.start);
    this.finishLambdas(match + 1, token.start);
    this.open.pop();
  }

  /** A word or literal right behind another, on a new line inside brackets: a comma was forgotten. */
  private operand(index: number): void {
    const token = this.tokens[index] as Token;
    const newline = this.tokens[index - 1];
    const previous = this.tokens[index - 2];
    if (this.open.length === 0 || newline?.kind !== "newline" || !previous || index - 2 < this.first) return;
    if (!endsOperand(previous) || !startsOperand(token)) return;
    if (token.kind === "string" && previous.kind === "string") return;
    this.insert(previous.end, ",");
    this.report("comma expected", previous.end, previous.end);
  }

  private lineEnd(index: number): void {
    const wasOpen = this.open.length > 0;
    if (wasOpen && this.endsStatement(index)) {
      if (this.needsMore(index - 1)) this.placeholder(index - 1);
      const end = this.tokens[index - 1]?.end ?? 0;
      while (this.open.length > 0) this.close(this.open.pop(), end);
      this.finishLambdas(0, end);
    }
    if (this.open.length > 0) return;
    this.statementEnd(index, wasOpen);
    this.first = index + 1;
  }

  /** Whether the brackets open at this line end have to be closed here. */
  private endsStatement(index: number): boolean {
    const next = this.tokens[index + 1];
    if (!next || this.mustBeStatement(index + 1)) return true;
    const innermost = this.open[this.open.length - 1];
    const outermost = this.open[0];
    if (!innermost || !outermost || !this.open.some((bracket) => this.neverClosed.has(bracket.token))) return false;
    if (this.column(next) > outermost.indent) return false;
    if (next.text === "@" || MAYBE_STATEMENT_WORDS.has(next.text)) return true;
    const assignment = next.kind === "name" ? this.isAssignment(index + 1) : null;
    if (assignment === "plain") return this.lineLast(index + 1)?.text !== ",";
    // Arguments are hardly ever at the statement's own indentation.
    return assignment === "dotted" || next.kind === "name" || next.kind === "string";
  }

  private statementEnd(index: number, closed: boolean): void {
    const first = this.tokens[this.first];
    const last = this.tokens[index - 1];
    if (!first || !last || index <= this.first) return;
    const isImport = first.text === "from" || first.text === "import";
    if (!closed && (this.needsMore(index - 1) || ((last.text === "*" || last.text === "**") && !isImport))) {
      if (last.text === "def") this.insert(last.end, " __hole__()");
      else this.placeholder(index - 1);
      if (last.text === "def") this.report("name expected", last.end, last.end);
    }
    this.finishLambdas(0, last.end);
    if (first.text === "from") this.importFrom(index);
    else this.grammarGaps(index);
    if (HEADER_WORDS.has(first.text)) this.header(index);
  }

  /** Valid Python the grammar does not read; no problem is told. */
  private grammarGaps(index: number): void {
    const { tokens } = this;
    const [first, name, bracket] = tokens.slice(this.first, this.first + 3);
    let depth = 0;
    let valueStart = -1;
    let hasDefault = false;
    for (let i = this.first; i < index; i++) {
      const token = tokens[i] as Token;
      const next = tokens[i + 1];
      if (CLOSER[token.text]) depth++;
      else if (isCloser(token)) depth--;
      hasDefault ||= depth === 1 && token.text === "=";
      // `class A[T = int]` (3.13): type parameters are erased anyway.
      if (
        depth === 0 &&
        token.text === "]" &&
        bracket?.text === "[" &&
        name?.kind === "name" &&
        first &&
        bracket.start < token.end
      ) {
        if (/^(?:class|def|type)$/.test(first.text) && hasDefault)
          this.edits.push({ at: bracket.start, insert: "", blank: token.end - bracket.start });
        return;
      }
      if (depth !== 0) continue;
      if (token.text === "=" || token.text === "return" || token.text === "yield" || token.text === "in")
        valueStart = next?.start ?? -1;
      // `x = a, *[b]`: a tuple without parentheses may hold a star only before a name.
      if (token.text === "*" && tokens[i - 1]?.text === "," && next && next.kind !== "name" && valueStart >= 0) {
        const last = tokens[index - 1] as Token;
        this.insert(valueStart, "(");
        this.insert(last.text === ":" ? last.start : last.end, ")");
        return;
      }
    }
  }

  private importFrom(index: number): void {
    const end = this.tokens[index - 1]?.end ?? 0;
    for (let i = this.first; i < index; i++) if (this.tokens[i]?.text === "import") return;
    this.insert(end, index - this.first === 1 ? " . import __hole__" : " import __hole__");
    this.report('"import" expected', end, end);
  }

  /** A header needs a colon and a block. */
  private header(index: number): void {
    const { tokens } = this;
    const last = tokens[index - 1] as Token;
    let keyword = tokens[this.first] as Token;
    if (keyword.text === "async") keyword = tokens[this.first + 1] ?? keyword;
    let depth = 0;
    let lambdas = 0;
    let colon = -1;
    let parameters = false;
    for (let i = this.first; i < index; i++) {
      const token = tokens[i] as Token;
      if (CLOSER[token.text]) depth++;
      else if (isCloser(token)) depth--;
      if (token.text === "(") parameters = true;
      if (depth !== 0) continue;
      if (token.text === "lambda") lambdas++;
      else if (token.text === ":" && lambdas > 0) lambdas--;
      else if (token.text === ":" && colon < 0) colon = i;
    }
    const next = tokens[index + 1];
    const hasBlock = next !== undefined && this.column(next) > this.statementIndent();
    if (keyword.text === "def" && !parameters && last.text !== "def") {
      const before = colon < 0 ? last.end : (tokens[colon - 1]?.end ?? last.end);
      this.insert(before, "()");
      this.report("parameters expected", before, before);
    }
    if (colon < 0) {
      this.insert(last.end, hasBlock ? ":" : ": pass");
      this.report('":" expected', last.end, last.end);
    } else if (last.text === ":" && !hasBlock) {
      this.insert(last.end, " pass");
      this.report("indented block expected", last.end, last.end);
    }
  }

  /** Whether something has to follow this token in its statement. */
  private needsMore(index: number): boolean {
    const token = this.tokens[index];
    if (!token || index < this.first) return false;
    if (token.kind === "name") {
      if (token.text === "lambda" || token.text === "else") return false;
      return NEEDS_MORE_WORDS.has(token.text) && this.tokens[index - 1]?.text !== ".";
    }
    if (token.kind !== "operator" || !NEEDS_MORE.has(token.text)) return false;
    // `def f(a, /)` and `from . import x`.
    if (token.text === "/" && this.tokens[index - 1]?.text === ",") return false;
    return !(token.text === "." && this.tokens[this.first]?.text === "from");
  }

  private placeholder(index: number): void {
    const end = this.tokens[index]?.end ?? 0;
    this.insert(end, PLACEHOLDER);
    this.report("expression expected", end, end);
  }

  /** A lambda without a colon gets one, at this bracket depth and deeper ones. */
  private finishLambdas(depth: number, at: number): void {
    while ((this.lambdas[this.lambdas.length - 1] ?? -1) >= depth) {
      this.lambdas.pop();
      this.insert(at, `:${PLACEHOLDER}`);
      this.report("lambda without a value", at, at);
    }
  }

  private close(bracket: Bracket | undefined, at: number): void {
    if (!bracket) return;
    const { token } = bracket;
    this.insert(at, CLOSER[token.text] ?? "");
    this.report(`"${token.text}" is not closed`, token.start, token.end);
  }

  private insert(at: number, insert: string): void {
    this.edits.push({ at, insert, blank: 0 });
  }

  private report(message: string, start: number, end: number): void {
    this.problems.push({ message, start, end });
  }

  private statementIndent(): number {
    const first = this.tokens[this.first];
    return first ? this.column(first) : 0;
  }

  /** The last token of the line that starts with this one. */
  private lineLast(index: number): Token | undefined {
    let i = index;
    while (i < this.tokens.length && this.tokens[i]?.kind !== "newline") i++;
    return this.tokens[i - 1];
  }

  private column(token: Token): number {
    let column = 0;
    while (column < token.start && !/[\r\n]/.test(this.text[token.start - column - 1] ?? "")) column++;
    return column;
  }
}

function isCloser(token: Token): boolean {
  return token.kind === "operator" && (token.text === ")" || token.text === "]" || token.text === "}");
}

function endsOperand(token: Token): boolean {
  if (token.kind === "name") return !OPERATOR_WORDS.has(token.text) && !STATEMENT_WORDS.has(token.text);
  return token.kind === "number" || token.kind === "string" || isCloser(token);
}

function startsOperand(token: Token): boolean {
  if (token.kind === "name") return !OPERATOR_WORDS.has(token.text) && !STATEMENT_WORDS.has(token.text);
  return token.kind === "number" || token.kind === "string";
}
