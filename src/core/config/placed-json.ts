// JSON with the place of every value, for files that people write: what is wrong is told with line and column.
import { findNodeAtLocation, type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";

/** Where something stands, from 1. */
export interface TextPosition {
  line: number;
  column: number;
}

/** Keys and indices from the outermost value to one inside. */
export type JsonPath = readonly (string | number)[];

export interface PlacedJson {
  /** Undefined for a text without any value. */
  value: unknown;
  /** The first thing that is not JSON; the rest was still read. */
  problem: (TextPosition & { message: string }) | null;
  /** Place of the value at a path, or of the nearest one around it. For a property, its name is where people look. */
  placeOf(path: JsonPath): TextPosition;
}

export function positionAt(text: string, offset: number): TextPosition {
  const before = text.slice(0, offset);
  return { line: before.split("\n").length, column: offset - before.lastIndexOf("\n") };
}

/** Reads a text in which comments and trailing commas are forgiven. */
export function readPlacedJson(text: string): PlacedJson {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  const [first] = errors;
  return {
    value: root && valueOf(root),
    problem: first
      ? { ...positionAt(text, first.offset), message: `this is not JSON: ${inWords(printParseErrorCode(first.error))}` }
      : null,
    placeOf(path) {
      for (let length = path.length; root && length >= 0; length--) {
        const node = findNodeAtLocation(root, path.slice(0, length));
        if (node) return positionAt(text, (length > 0 && node.parent?.type === "property" ? node.parent : node).offset);
      }
      return { line: 1, column: 1 };
    },
  };
}

/** "PropertyNameExpected" as "property name expected". */
function inWords(code: string): string {
  return code.replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`).trimStart();
}

/** The plain value of a node; jsonc-parser's own helper returns null prototypes, which schemas take for strangers. */
function valueOf(node: Node): unknown {
  if (node.type === "array") return (node.children ?? []).map(valueOf);
  if (node.type !== "object") return node.value as unknown;
  return Object.fromEntries(
    (node.children ?? []).flatMap(({ children }) =>
      children?.[0] && children[1] ? [[String(children[0].value), valueOf(children[1])]] : [],
    ),
  );
}
