// Imports a fix needs: a class named without its module must be imported beside the one it stands for.
import type { ImportFromStmt, Program } from "../1-syntax/tree";
import { walk } from "../1-syntax/walk";
import type { TextEdit } from "../report/finding";

/**
 * The edits that make names available where `known` was imported by name (`from keras.layers import Conv2D`). No edit for those
 * that are already there; undefined when `known` was not imported that way, so that nothing can be told.
 */
export function importBeside(
  program: Program,
  file: string,
  known: string,
  ...wanted: readonly string[]
): TextEdit[] | undefined {
  const statements: ImportFromStmt[] = [];
  walk(program.body, (node) => {
    if (node.kind === "import-from") statements.push(node as ImportFromStmt);
  });
  const has = (name: string) => statements.some((one) => one.names.some(({ alias }) => alias === name));
  const missing = wanted.filter((name, index) => !has(name) && wanted.indexOf(name) === index);
  if (missing.length === 0) return [];
  const home = statements.findLast(
    (one) => one.star || one.names.some(({ name, alias }) => name === known && alias === known),
  );
  if (!home) return undefined;
  if (home.star) return [];
  const after = home.names.find(({ name }) => name === known);
  if (!after) return undefined;
  const text = missing.map((name) => `, ${name}`).join("");
  return [{ file, start: after.span.end, end: after.span.end, text }];
}
