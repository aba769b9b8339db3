// What the tests in VS Code share: opening examples, reading lenses as the editor would get them, waiting for a condition.
import * as assert from "node:assert/strict";
import * as vscode from "vscode";

/** A lens of ours; `line` from 0. */
export interface SeenLens {
  line: number;
  title: string;
}

const WAIT_MS = 40_000;

/** A file of the opened copy of examples/; the same in every host, also where there is no disk. */
export function exampleUri(relative: string): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder, "the window has the examples open");
  return vscode.Uri.joinPath(folder.uri, ...relative.split("/"));
}

export async function readExample(relative: string): Promise<string> {
  return new TextDecoder().decode(await vscode.workspace.fs.readFile(exampleUri(relative)));
}

export async function writeExample(relative: string, text: string): Promise<void> {
  await vscode.workspace.fs.writeFile(exampleUri(relative), new TextEncoder().encode(text));
}

export async function deleteExample(relative: string): Promise<void> {
  await vscode.workspace.fs.delete(exampleUri(relative));
}

/** Opens a file of examples/ in an editor. */
export async function openExample(relative: string): Promise<vscode.TextEditor> {
  const document = await vscode.workspace.openTextDocument(exampleUri(relative));
  return vscode.window.showTextDocument(document);
}

/** Our lenses of a document, asked for as the editor asks. */
export async function lensesOf(document: vscode.TextDocument): Promise<SeenLens[]> {
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
    "vscode.executeCodeLensProvider",
    document.uri,
    Number.MAX_SAFE_INTEGER,
  );
  return lenses
    .filter((lens) => lens.command?.command === "modelBudget.explain")
    .map((lens) => ({ line: lens.range.start.line, title: lens.command?.title ?? "" }))
    .sort((a, b) => a.line - b.line);
}

/** Asks again and again until `holds`; fails with the last answer when it never does. */
export async function until<T>(what: string, ask: () => Promise<T>, holds: (answer: T) => boolean): Promise<T> {
  const end = Date.now() + WAIT_MS;
  for (;;) {
    const answer = await ask();
    if (holds(answer)) return answer;
    if (Date.now() > end)
      assert.fail(`Waited ${WAIT_MS / 1000} s for ${what}; the last answer was ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The first full set of lenses of a document. */
export function lensesWhenReady(document: vscode.TextDocument): Promise<SeenLens[]> {
  return until(
    `lenses in ${document.uri.path}`,
    () => lensesOf(document),
    (lenses) => lenses.length > 0,
  );
}

/** Line of the first occurrence of `text`, from 0. */
export function lineWith(document: vscode.TextDocument, text: string): number {
  const offset = document.getText().indexOf(text);
  assert.ok(offset >= 0, `${document.uri.path} contains ${JSON.stringify(text)}`);
  return document.positionAt(offset).line;
}

/** Throws the unsaved changes of the active editor away and closes it. */
export async function closeWithoutSaving(): Promise<void> {
  await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
}
