// What a file holds that can be read as a program, by its ending: source files as they are, notebooks as the text of their code
// cells, pages as the text of their scripts. Everything else is not for us.
import { type DocumentKind, readScripts } from "./html";
import { readNotebookCells } from "./notebook";
import type { Language } from "./tree";

export interface SourceDocument {
  language: Language;
  /** What the reader of the language gets. */
  text: string;
  /** From a line of `text` (from 1) to the line of the file; absent when they are the same. */
  fileLine?: (line: number) => number;
}

const LANGUAGES: Readonly<Record<string, Language>> = {
  py: "python",
  pyi: "python",
  ts: "javascript",
  tsx: "javascript",
  mts: "javascript",
  cts: "javascript",
  js: "javascript",
  jsx: "javascript",
  mjs: "javascript",
  cjs: "javascript",
};

const PAGES: Readonly<Record<string, DocumentKind>> = { html: "html", htm: "html", vue: "vue", svelte: "svelte" };

function endingOf(path: string): string {
  return path.slice(path.lastIndexOf(".") + 1).toLowerCase();
}

/** A notebook that is open is known by its cells' code, which is a text like that of a source file, under a path of its own. */
export function openNotebookPath(path: string, language: "python" | "typescript"): string {
  return `${path}.${language === "python" ? "py" : "ts"}`;
}

/** The file that a path of `openNotebookPath` stands for; every other path stands for itself. */
export function filePath(path: string): string {
  return path.replace(/\.ipynb\.(py|ts)$/, ".ipynb");
}

/** True for a file that may hold models, by its name. */
export function isReadable(path: string): boolean {
  const ending = endingOf(path);
  return ending === "ipynb" || Object.hasOwn(LANGUAGES, ending) || Object.hasOwn(PAGES, ending);
}

/** The program text of a file; a reason when it holds none. */
export function readDocument(path: string, text: string): SourceDocument | { reason: string } {
  const ending = endingOf(path);
  const language = LANGUAGES[ending];
  if (language) return { language, text };
  const page = PAGES[ending];
  if (page) return { language: "javascript", text: readScripts(text, page).text };
  if (ending === "ipynb") {
    const notebook = readNotebookCells(text);
    if ("reason" in notebook) return notebook;
    const starts = [0];
    for (let at = notebook.text.indexOf("\n"); at >= 0; at = notebook.text.indexOf("\n", at + 1)) starts.push(at + 1);
    return {
      language: notebook.language === "javascript" ? "javascript" : "python",
      text: notebook.text,
      fileLine: (line) => notebook.locate(starts[line - 1] ?? 0)?.jsonLine ?? line,
    };
  }
  return {
    reason: "this kind of file is not read; Model Budget reads Python, TypeScript, JavaScript, notebooks and pages",
  };
}
