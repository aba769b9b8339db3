// A forgiving tokenizer for text the parser could not read. It only has to know where strings, comments, brackets and
// lines are; a string that is not closed ends where a person would have closed it, not at the end of the file.

export type TokenKind = "name" | "number" | "string" | "operator" | "newline";

export interface Token {
  kind: TokenKind;
  text: string;
  start: number;
  end: number;
  /** For a string that is not closed: what would close it. */
  closing?: string;
}

const NAME = /[\p{L}\p{Nl}_][\p{L}\p{N}\p{M}\p{Pc}_]*/uy;
const NUMBER = /(?:0[xX][\da-fA-F_]*|0[bBoO][\d_]*|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?[\d_]+)?)[jJlL]?/y;
const OPERATOR = /\*\*=?|\/\/=?|<<=?|>>=?|\.\.\.|->|:=|<>|[-+*/%@&|^=!<>]=|[^\s]/y;
const STRING_START = /([rRbBuUfFtT]{0,3})("""|'''|"|')/y;
const LOOKS_LIKE_CODE =
  /^[ \t]*(?:(?:async[ \t]+)?def[ \t]+\w+[ \t]*\(|class[ \t]+\w+[ \t]*[(:]|import[ \t]+\w+|from[ \t]+[\w.]+[ \t]+import\b|return\b|@\w|(?:if|for|while|with|elif)\b.*:[ \t]*$|[A-Za-z_][\w.]*[ \t]*=[^=])/m;

/** Splits text into tokens; blanks, comments and empty lines leave none. A newline token stands after each code line. */
export function tokenize(text: string, from = 0, to = text.length): Token[] {
  const tokens: Token[] = [];
  let at = from;
  let lineHasCode = false;
  const push = (kind: TokenKind, end: number, closing?: string) => {
    const token: Token = { kind, text: kind === "string" ? "" : text.slice(at, end), start: at, end };
    if (closing !== undefined) token.closing = closing;
    tokens.push(token);
    at = end;
    lineHasCode = true;
  };
  while (at < to) {
    const char = text[at] ?? "";
    if (char === "\n" || char === "\r") {
      if (lineHasCode) push("newline", at + 1);
      else at++;
      lineHasCode = false;
    } else if (char === " " || char === "\t" || char === "\f" || char === "\ufeff") {
      at++;
    } else if (char === "#") {
      at = lineEnd(text, at);
    } else if (char === "\\" && /^\\\r?\n/.test(text.slice(at, at + 3))) {
      at += text[at + 1] === "\r" ? 3 : 2;
    } else {
      const string = match(STRING_START, text, at);
      const name = string ? null : match(NAME, text, at);
      const number = string || name ? null : match(NUMBER, text, at);
      if (string) {
        const { end, closing } = stringEnd(text, at, string[1] ?? "", string[2] ?? "");
        push("string", end, closing);
      } else if (name) {
        push("name", at + name[0].length);
      } else if (number?.[0]) {
        push("number", at + number[0].length);
      } else {
        const operator = match(OPERATOR, text, at);
        if (operator) push("operator", at + operator[0].length);
        else at++;
      }
    }
  }
  return tokens;
}

/** Whether a statement runs over a line end that nothing allows: no bracket is open there and no backslash stands there. */
export function joinsLines(text: string, start: number, end: number): boolean {
  let depth = 0;
  for (const token of tokenize(text, start, end)) {
    if (token.kind === "newline" && depth === 0) return true;
    if (token.kind !== "operator") continue;
    if (token.text === "(" || token.text === "[" || token.text === "{") depth++;
    else if (token.text === ")" || token.text === "]" || token.text === "}") depth--;
  }
  return false;
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function lineEnd(text: string, at: number): number {
  for (let i = at; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 10 || code === 13) return i;
  }
  return text.length;
}

function stringEnd(text: string, start: number, prefix: string, quote: string): { end: number; closing?: string } {
  const from = start + prefix.length + quote.length;
  return quote.length === 3 ? tripleEnd(text, from, quote) : singleEnd(text, from, quote, /[ft]/i.test(prefix));
}

function tripleEnd(text: string, from: number, quote: string): { end: number; closing?: string } {
  let close = text.indexOf(quote, from);
  while (close >= 0 && isEscaped(text, close)) close = text.indexOf(quote, close + 1);
  const end = close < 0 ? text.length : close + 3;
  const content = text.slice(from, close < 0 ? text.length : close);
  // A closing mark with a word right behind it is really the opening mark of the next string: this one was never closed.
  const isSwapped = close >= 0 && /\w/.test(text[end] ?? "") && content.includes("\n");
  if (close >= 0 && !isSwapped) return { end };
  if (isSwapped || LOOKS_LIKE_CODE.test(content.slice(content.indexOf("\n") + 1))) {
    return { end: lineEnd(text, from), closing: quote };
  }
  return { end, closing: quote };
}

function singleEnd(text: string, from: number, quote: string, formatted: boolean): { end: number; closing?: string } {
  let braces = 0;
  let firstQuote = -1;
  for (let i = from; i < text.length; i++) {
    const char = text[i];
    if (char === "\\") {
      if (text[i + 1] === "\r" && text[i + 2] === "\n") i++;
      i++;
    } else if (char === quote && braces === 0) {
      return { end: i + 1 };
    } else if (char === "\n" || char === "\r") {
      return firstQuote < 0 ? unclosed(text, from, i, quote, braces) : { end: firstQuote + 1 };
    } else if (formatted && (char === "{" || char === "}")) {
      if (text[i + 1] === char && braces === 0) i++;
      else braces = Math.max(0, braces + (char === "{" ? 1 : -1));
    } else if (braces > 0 && (char === '"' || char === "'")) {
      // Since 3.12 a replacement field may hold the quote of its f-string; when that leads nowhere, it closes the string.
      if (char === quote && firstQuote < 0) firstQuote = i;
      const nested = text.indexOf(char, i + 1);
      if (nested >= 0 && nested < lineEnd(text, i)) i = nested;
    }
  }
  return firstQuote < 0 ? unclosed(text, from, text.length, quote, braces) : { end: firstQuote + 1 };
}

/** Closing brackets at the end of the line belong to the code around, unless they were opened in the string. */
function unclosed(
  text: string,
  from: number,
  end: number,
  quote: string,
  braces: number,
): { end: number; closing: string } {
  const content = text.slice(from, end);
  const tail = braces === 0 && !/[([{]/.test(content) ? (/[)\]}]+[,:]?\s*$/.exec(content)?.[0].length ?? 0) : 0;
  return { end: end - tail, closing: "}".repeat(braces) + quote };
}

function isEscaped(text: string, at: number): boolean {
  let slashes = 0;
  while (text[at - 1 - slashes] === "\\") slashes++;
  return slashes % 2 === 1;
}
