// The JavaScript of a document: the inline scripts of an HTML page, or of a Vue or Svelte component. Everything else is
// blanked, so that offsets, lines and columns in what is read are those of the document.

import { Parser } from "htmlparser2";

export type DocumentKind = "html" | "vue" | "svelte";

/** `<script src="…">`. */
export interface ScriptSource {
  /** As written, entities resolved. */
  src: string;
  /** Where its tag starts. */
  start: number;
}

export interface DocumentScripts {
  /** As long as the document; what is not an inline script is blank, line breaks stay. */
  text: string;
  /** The inline scripts, from the end of the opening tag to the start of the closing one. */
  blocks: { start: number; end: number }[];
  /** The external scripts in order. */
  sources: ScriptSource[];
}

/** Values of `type` and `lang` that hold JavaScript or TypeScript; other scripts are data (JSON, templates, shaders). */
const SCRIPT_TYPE =
  /^$|^module$|^(?:(?:text|application)\/)?(?:x-)?(?:java|ecma|live|j)script(?:1\.\d)?$|^(?:text\/)?(?:babel|jsx|tsx|js|ts|typescript)$|^application\/typescript$/;

/** Finds the scripts of a document. Total: any text gives a result, an unclosed script reaches to the end. */
export function readScripts(document: string, kind: DocumentKind): DocumentScripts {
  const { blocks, sources } = findScripts(document, kind);
  const pieces: string[] = [];
  let done = 0;
  for (const { start, end } of blocks) {
    pieces.push(blank(document.slice(done, start)), withoutHtmlComment(document.slice(start, end)));
    done = end;
    if (document.startsWith("</", end)) {
      // Scripts are apart: a line of JavaScript ends here (U+2028 is no line break to an editor), and a statement too.
      pieces.push("\u2028;");
      done += 2;
    }
  }
  pieces.push(blank(document.slice(done)));
  return { text: pieces.join(""), blocks, sources };
}

function findScripts(document: string, kind: DocumentKind): Omit<DocumentScripts, "text"> {
  const blocks: DocumentScripts["blocks"] = [];
  const sources: ScriptSource[] = [];
  let open: { start: number } | undefined;
  let templates = 0;
  const close = (end: number): void => {
    if (open && end > open.start) {
      blocks.push({ start: open.start, end });
    }
    open = undefined;
  };
  const parser: Parser = new Parser(
    {
      onopentag(name, attributes) {
        if (name === "template") {
          templates++;
        }
        // What stands in a component's template is markup, never its script.
        if (name !== "script" || open || (kind === "vue" && templates > 0)) {
          return;
        }
        const type = (attributes["type"] ?? attributes["lang"] ?? "").trim().toLowerCase();
        if (!SCRIPT_TYPE.test(type.split(";")[0]?.trim() ?? "")) {
          return;
        }
        const src = attributes["src"];
        if (src === undefined) {
          open = { start: parser.endIndex + 1 };
        } else {
          sources.push({ src: src.trim(), start: parser.startIndex });
        }
      },
      onclosetag(name) {
        if (name === "template") {
          templates--;
        } else if (name === "script") {
          close(Math.min(parser.startIndex, document.length));
        }
      },
      onend() {
        close(document.length);
      },
    },
    // Components may close a tag in itself; in a page "<script/>" opens one.
    { recognizeSelfClosing: kind !== "html", decodeEntities: true },
  );
  parser.end(document);
  return { blocks, sources };
}

function blank(text: string): string {
  return text.replace(/[^\r\n]/g, " ");
}

/** `<!--` around an old page's script: the browser reads it as a line comment. */
function withoutHtmlComment(script: string): string {
  return script.replace(/^(\s*)<!--/, "$1//--").replace(/-->(\s*)$/, "//>$1");
}
