// YAML written in the program: block and flow mappings and sequences, quoted and plain scalars, comments. Anything further
// (anchors, tags, several documents, block scalars) is not read, and then the whole text is not known.
import { float, FALSE, int, list, NONE, str, TRUE, DictValue, type Value } from "../../2-evaluate/values";
import { hashKey } from "../../2-evaluate/values";

/** Thrown for text outside of what is read; caught by `parseYaml`. */
class NotRead {}

interface Line {
  indent: number;
  text: string;
}

/** Cuts a comment off: `#` at the start or after a blank, outside of quotes. */
function withoutComment(line: string): string {
  let quote = "";
  for (let i = 0; i < line.length; i++) {
    const char = line[i] as string;
    if (quote !== "") {
      if (char === quote) quote = "";
    } else if ((char === '"' || char === "'") && /[\s[{,:]|^$/.test(line[i - 1] ?? "")) quote = char;
    else if (char === "#" && (i === 0 || /\s/.test(line[i - 1] as string))) return line.slice(0, i);
  }
  return line;
}

function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  for (const raw of text.split("\n")) {
    const line = withoutComment(raw).trimEnd();
    if (line.trim() === "") continue;
    if (/^(---|\.\.\.|%)/.test(line) || line.includes("\t")) throw new NotRead();
    lines.push({ indent: line.length - line.trimStart().length, text: line.trimStart() });
  }
  return lines;
}

/** A plain scalar by YAML 1.1's rules, as PyYAML reads it. */
function scalar(text: string): Value {
  if (text === "" || text === "~" || /^null$/i.test(text)) return NONE;
  if (/^(true|yes|on)$/i.test(text)) return TRUE;
  if (/^(false|no|off)$/i.test(text)) return FALSE;
  if (/^[-+]?(0|[1-9][\d_]*)$/.test(text)) return int(Number(text.replaceAll("_", "")));
  if (/^[-+]?(\d[\d_]*)\.[\d_]*([eE][-+]\d+)?$/.test(text) || /^[-+]?\.\d[\d_]*([eE][-+]\d+)?$/.test(text)) {
    return float(Number(text.replaceAll("_", "")));
  }
  if (/^[-+]?\.inf$/i.test(text))
    return float(text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY);
  // Octal, hexadecimal, times, dates, anchors, tags and block scalars are left alone.
  if (/^[-+]?0[\dxXbo]/.test(text) || /^\d+:\d/.test(text) || /^\d{4}-\d\d?-/.test(text) || /^[&*!|>%@`]/.test(text)) {
    throw new NotRead();
  }
  return str(text);
}

/** Reads flow text from a position: `[1, {a: b}]`, quoted and plain scalars. */
class Flow {
  at = 0;
  constructor(private readonly text: string) {}
  private blank(): void {
    while (this.text[this.at] === " ") this.at++;
  }
  value(): Value {
    this.blank();
    const char = this.text[this.at];
    if (char === "[") return this.items();
    if (char === "{") return this.pairs();
    if (char === '"' || char === "'") return str(this.quoted(char));
    const start = this.at;
    while (this.at < this.text.length && !/[,\]}]/.test(this.text[this.at] as string)) {
      if (this.text[this.at] === ":" && /^(\s|$)/.test(this.text.slice(this.at + 1))) break;
      this.at++;
    }
    return scalar(this.text.slice(start, this.at).trim());
  }
  quoted(quote: string): string {
    const end = this.text.indexOf(quote, this.at + 1);
    const inner = this.text.slice(this.at + 1, end);
    if (end < 0 || inner.includes("\\") || this.text[end + 1] === quote) throw new NotRead();
    this.at = end + 1;
    return inner;
  }
  private items(): Value {
    this.at++;
    const found: Value[] = [];
    for (;;) {
      this.blank();
      if (this.text[this.at] === "]") break;
      found.push(this.value());
      this.separator("]");
    }
    this.at++;
    return list(found);
  }
  private pairs(): Value {
    this.at++;
    const found = new DictValue();
    for (;;) {
      this.blank();
      if (this.text[this.at] === "}") break;
      const key = this.value();
      this.blank();
      if (this.text[this.at] !== ":") throw new NotRead();
      this.at++;
      found.entries.set(hashKey(key), { key, value: this.value() });
      this.separator("}");
    }
    this.at++;
    return found;
  }
  private separator(end: string): void {
    this.blank();
    if (this.text[this.at] === ",") this.at++;
    else if (this.text[this.at] !== end) throw new NotRead();
  }
}

/** A scalar or flow collection that fills its text. */
function inline(text: string): Value {
  if (!/^["'[{]/.test(text)) return scalar(text);
  const flow = new Flow(text);
  const value = flow.value();
  if (flow.at < text.length) throw new NotRead();
  return value;
}

const KEY = /^(?:"([^"\\]*)"|'([^']*)'|([^\s"'[\]{},#&*!|>%@`-][^:#]*?|-[^\s:][^:#]*?)):(?:\s+(.*))?$/;

class Block {
  private at = 0;
  constructor(private readonly lines: Line[]) {}
  get finished(): boolean {
    return this.at >= this.lines.length;
  }
  private get line(): Line | undefined {
    return this.lines[this.at];
  }

  value(indent: number): Value {
    const { line } = this;
    if (!line) return NONE;
    if (line.text === "-" || line.text.startsWith("- ")) return this.items(indent);
    if (KEY.test(line.text)) return this.pairs(indent);
    this.at++;
    return inline(line.text);
  }

  private items(indent: number): Value {
    const found: Value[] = [];
    while (this.line?.indent === indent && (this.line.text === "-" || this.line.text.startsWith("- "))) {
      const { text } = this.line;
      const rest = text.slice(1).trimStart();
      if (rest === "") {
        this.at++;
        found.push(this.nested(indent + 1));
        continue;
      }
      // What follows the dash is a block of its own, indented to where it starts.
      this.lines[this.at] = { indent: indent + text.length - rest.length, text: rest };
      found.push(this.value(indent + text.length - rest.length));
    }
    return list(found);
  }

  private nested(least: number): Value {
    const next = this.line;
    return next && next.indent >= least ? this.value(next.indent) : NONE;
  }

  private pairs(indent: number): Value {
    const found = new DictValue();
    while (this.line?.indent === indent) {
      const match = KEY.exec(this.line.text);
      if (!match) throw new NotRead();
      const key = match[3] === undefined ? str(match[1] ?? match[2] ?? "") : scalar(match[3].trim());
      this.at++;
      const rest = match[4] ?? "";
      let value: Value;
      if (rest !== "") value = inline(rest);
      else {
        const isList = this.line?.indent === indent && this.line.text.startsWith("-");
        value = isList ? this.items(indent) : this.nested(indent + 1);
      }
      found.entries.set(hashKey(key), { key, value });
    }
    if (this.line && this.line.indent > indent) throw new NotRead();
    return found;
  }
}

/** The value of a YAML text; undefined where it has something that is not read. */
export function parseYaml(text: string): Value | undefined {
  try {
    const block = new Block(linesOf(text.replaceAll("\r", "")));
    if (block.finished) return NONE;
    const value = block.value(linesOf(text.replaceAll("\r", ""))[0]?.indent ?? 0);
    return block.finished ? value : undefined;
  } catch (signal) {
    if (signal instanceof NotRead) return undefined;
    throw signal;
  }
}
