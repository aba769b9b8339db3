// Jupyter notebooks: the code cells as one text, so that a notebook is read like a file, and the way back from a place in
// that text to the cell and to the line of the .ipynb. Lines Python does not know (magics, shell commands, `name?`) become
// comments of the same length, so that every offset stays.

/** One code cell and where its lines are. */
export interface NotebookCell {
  /** Index among all cells of the notebook, text cells included. */
  index: number;
  /** The source as written, magics and all. */
  source: string;
  /** Where it starts in the joined text. */
  start: number;
  /** For each line of the cell, its line (from 1) in the .ipynb text. */
  jsonLines: number[];
}

export interface Notebook {
  language: "python" | "javascript" | "other";
  /** Name of the kernel's language as the notebook tells it. */
  kernel: string;
  /** The code cells joined; one line break between two cells. */
  text: string;
  cells: NotebookCell[];
  /** From an offset in `text` to the cell (index among all cells), the line in the cell and in the .ipynb (from 1). */
  locate(offset: number): { cell: number; line: number; column: number; jsonLine: number } | undefined;
}

/** Cell magics that run the cell as Python. */
const PYTHON_CELL_MAGICS = /^%%(?:time|timeit|capture|prun|python3?|mprun|memit|memory|debug)\b/;

/** Reads the text of an .ipynb; text that is no notebook gives a reason. */
export function readNotebookCells(json: string): Notebook | { reason: string } {
  let document: unknown;
  try {
    document = JSON.parse(json.startsWith("\ufeff") ? json.slice(1) : json);
  } catch (error) {
    return { reason: `not valid JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  const kernel = kernelLanguage(document);
  const list = cellsOf(document);
  if (!list) return { reason: "no list of cells" };
  const language = /^(i?python|sage)/i.test(kernel)
    ? "python"
    : /^(java|type)script|deno/i.test(kernel)
      ? "javascript"
      : "other";
  const places = sourcePlaces(json);
  const cells: NotebookCell[] = [];
  const texts: string[] = [];
  let start = 0;
  list.forEach((cell, index) => {
    if (!isRecord(cell) || cell.cell_type !== "code") return;
    const parts = sourceParts(isRecord(cell) ? (cell.source ?? cell.input) : undefined);
    const source = parts.join("");
    const jsonLines = linesOf(parts, places[index] ?? []);
    const text = language === "python" ? cellCode(source) : source;
    cells.push({ index, source, start, jsonLines });
    texts.push(text);
    start += text.length + 1;
  });
  const text = texts.join("\n");
  const locate: Notebook["locate"] = (offset) => {
    const cell = cells.findLast((candidate) => candidate.start <= offset);
    if (!cell) return undefined;
    const before = cell.source.slice(0, offset - cell.start);
    const line = before.split("\n").length;
    const column = before.length - (before.lastIndexOf("\n") + 1) + 1;
    const jsonLine = cell.jsonLines[line - 1] ?? cell.jsonLines[cell.jsonLines.length - 1] ?? 1;
    return { cell: cell.index, line, column, jsonLine };
  };
  return { language, kernel, text, cells, locate };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function kernelLanguage(document: unknown): string {
  const metadata = isRecord(document) ? document.metadata : undefined;
  if (!isRecord(metadata)) return "python";
  const { language_info: info, kernelspec } = metadata;
  if (isRecord(info) && typeof info.name === "string") return info.name;
  if (isRecord(kernelspec)) {
    if (typeof kernelspec.language === "string") return kernelspec.language;
    if (typeof kernelspec.name === "string") return kernelspec.name;
  }
  return "python";
}

/** The cells of format 4, or of the first sheet of format 3. */
function cellsOf(document: unknown): unknown[] | undefined {
  if (!isRecord(document)) return undefined;
  if (Array.isArray(document.cells)) return document.cells;
  const sheet: unknown = Array.isArray(document.worksheets) ? document.worksheets[0] : undefined;
  return isRecord(sheet) && Array.isArray(sheet.cells) ? sheet.cells : undefined;
}

function sourceParts(source: unknown): string[] {
  if (typeof source === "string") return [source];
  return Array.isArray(source) ? source.filter((part): part is string => typeof part === "string") : [];
}

/** For each line of a cell the line of the .ipynb, given the line of each string of its source. */
function linesOf(parts: string[], places: number[]): number[] {
  const lines: number[] = [];
  let atLineStart = true;
  parts.forEach((part, i) => {
    const place = places[i] ?? places[places.length - 1] ?? 1;
    for (const piece of part.split(/(?<=\n)/)) {
      if (atLineStart && piece !== "") lines.push(place);
      if (piece !== "") atLineStart = piece.endsWith("\n");
    }
  });
  if (atLineStart) lines.push(places[parts.length - 1] ?? lines[lines.length - 1] ?? places[0] ?? 1);
  return lines;
}

// ------------------------------------------------------------------------------------------------------ places in JSON

/**
 * For each cell the lines (from 1) of the strings of its source. JSON.parse tells no places, so this walks the text once;
 * the text is known to be valid JSON.
 */
function sourcePlaces(json: string): number[][] {
  const result: number[][] = [];
  /** Keys and list indexes from the root to here. */
  const path: (string | number)[] = [];
  let expectsKey = false;
  let line = 1;
  let at = 0;
  while (at < json.length) {
    const char = json[at];
    if (char === "\n") line++;
    if (char === "{" || char === "[") {
      path.push(char === "[" ? 0 : "");
      expectsKey = char === "{";
    } else if (char === "}" || char === "]") {
      path.pop();
    } else if (char === ",") {
      const last = path[path.length - 1];
      if (typeof last === "number") path[path.length - 1] = last + 1;
      else expectsKey = true;
    } else if (char === '"') {
      let end = at + 1;
      while (json[end] !== '"' && end < json.length) end += json[end] === "\\" ? 2 : 1;
      if (expectsKey && typeof path[path.length - 1] === "string") {
        path[path.length - 1] = json.slice(at + 1, end);
        expectsKey = false;
      } else {
        const cell = sourceCell(path);
        if (cell !== null) {
          result[cell] ??= [];
          result[cell].push(line);
        }
      }
      at = end;
    }
    at++;
  }
  return result;
}

/** The cell whose source this path is: `cells.3.source`, `cells.3.source.0`, or the same inside `worksheets.0`. */
function sourceCell(path: readonly (string | number)[]): number | null {
  const inside = path[0] === "worksheets" && path[1] === 0 ? path.slice(2) : path;
  const [list, index, key] = inside;
  const isSource = list === "cells" && (key === "source" || key === "input") && inside.length <= 4;
  return isSource && typeof index === "number" ? index : null;
}

// --------------------------------------------------------------------------------------------------------------- magics

/** The code of a Python cell: what only IPython understands is a comment of the same length. */
export function cellCode(source: string): string {
  const lines = source.split("\n");
  const first = lines.findIndex((line) => line.trim() !== "");
  const magic = lines[first]?.trimStart() ?? "";
  if (magic.startsWith("%%") && !PYTHON_CELL_MAGICS.test(magic)) return lines.map(asComment).join("\n");
  let quote = "";
  let continued = false;
  return lines
    .map((line) => {
      const inString = quote !== "";
      const isMagic = !inString && (continued || isIPythonOnly(line));
      continued = isMagic && line.trimEnd().endsWith("\\");
      if (isMagic) return asComment(line);
      quote = openQuote(line, quote);
      return line;
    })
    .join("\n");
}

function isIPythonOnly(line: string): boolean {
  if (/^\s*(?:%%?[A-Za-z_]|!|\?)/.test(line)) return true;
  // `files = !ls`, `x = %env HOME`, `model?`, `model??`
  if (/^\s*[A-Za-z_][\w.,\s]*=\s*(?:!|%[A-Za-z_])/.test(line)) return true;
  return /^\s*[A-Za-z_%][\w.*\][]*\?{1,2}\s*$/.test(line);
}

/** `import os` becomes `#mport os`: a comment where the line's first character was, all offsets kept. */
function asComment(line: string): string {
  const indent = /^\s*/.exec(line)?.[0].length ?? 0;
  return indent === line.length ? line : `${line.slice(0, indent)}#${line.slice(indent + 1)}`;
}

/** The triple quote that is open after this line, if any: a line inside a text is no magic. */
function openQuote(line: string, before: string): string {
  let open = before;
  for (const match of line.matchAll(/\\.|"""|'''|#.*|"(?:\\.|[^"\\])*"(?!")|'(?:\\.|[^'\\])*'(?!')/g)) {
    const token = match[0];
    if (token === open) open = "";
    else if (open === "" && (token === '"""' || token === "'''")) open = token;
    else if (open !== "" && token.length > 3) open = openQuote(token.slice(1), open);
  }
  return open;
}
