// Asks for the shape of an input nobody wrote down, and writes the answer beside the model or into the budget file. What was
// answered last is offered first the next time, and so is the place it went to.
import * as vscode from "vscode";
import {
  DECLARE_INPUT_REQUEST,
  type DeclaredInput,
  type DeclareInputParams,
  INPUT_REQUEST,
  type InputQuestion,
} from "../server/protocol";
import type { Analyses } from "./analyses";
import type { ServerHandle } from "./client";
import { applyFileEdit } from "./file-edit";
import { modelOf, refOf } from "./models";

const ANSWERS_KEY = "inputShapes";
const PLACE_KEY = "inputShapePlace";
const MAX_ANSWERS = 5;

type Place = DeclareInputParams["place"];

/** Registers `modelBudget.setInputShape`. */
export function registerInputShape(
  server: ServerHandle,
  analyses: Analyses,
  memory: vscode.Memento,
): vscode.Disposable {
  return vscode.commands.registerCommand("modelBudget.setInputShape", async (argument: unknown) => {
    const model = modelOf(analyses, argument);
    const question = model && (await server.request<InputQuestion | null>(INPUT_REQUEST, refOf(model)));
    if (!model || !question) {
      void vscode.window.showInformationMessage(vscode.l10n.t("There is no model at the cursor."));
      return;
    }
    const shape = await askShape(question, memory);
    if (shape === undefined) return;
    const place = await askPlace(question, memory);
    if (place === undefined) return;
    const params: DeclareInputParams = { ...refOf(model), shape, place };
    const declared = await server.request<DeclaredInput | null>(DECLARE_INPUT_REQUEST, params);
    if (!declared) return;
    if ("problem" in declared) {
      void vscode.window.showWarningMessage(declared.problem);
      return;
    }
    await applyFileEdit(declared.edit);
    const answers = memory.get<string[]>(ANSWERS_KEY, []).filter((one) => one !== shape);
    await memory.update(ANSWERS_KEY, [shape, ...answers].slice(0, MAX_ANSWERS));
    await memory.update(PLACE_KEY, place);
  });
}

async function askShape(
  { entry, inferred, proposals }: InputQuestion,
  memory: vscode.Memento,
): Promise<string | undefined> {
  const answers = memory.get<string[]>(ANSWERS_KEY, []).filter((answer) => matches(answer, inferred));
  const known = [...new Set([...answers, ...proposals])];
  const other: vscode.QuickPickItem = { label: `$(edit) ${vscode.l10n.t("Another shape…")}`, description: inferred };
  if (known.length > 0) {
    const items: vscode.QuickPickItem[] = known.map((label) => ({
      label,
      ...(answers.includes(label) && { description: vscode.l10n.t("used before") }),
    }));
    const picked = await vscode.window.showQuickPick([...items, other], {
      title: vscode.l10n.t("Input shape of {0}", entry),
      placeHolder: vscode.l10n.t("Batch first; inferred is {0}", inferred),
    });
    if (picked !== other) return picked?.label;
  }
  const hole = inferred.indexOf("?");
  return vscode.window.showInputBox({
    title: vscode.l10n.t("Input shape of {0}", entry),
    prompt: vscode.l10n.t("Every size with the batch first, such as 1x3x96x96; several inputs with commas."),
    value: inferred,
    valueSelection: hole < 0 ? undefined : [hole, hole + 1],
    validateInput: (text) => (/\?/.test(text) ? vscode.l10n.t("Put a size in place of each ?") : undefined),
  });
}

/** True when an answer fits what was inferred: the same sizes wherever those are known. */
function matches(answer: string, inferred: string): boolean {
  const sizes = (text: string) => text.split(",").map((one) => one.trim().split("x"));
  const wanted = sizes(inferred);
  const given = sizes(answer);
  return (
    given.length === wanted.length &&
    given.every((shape, at) => {
      const other = wanted[at] ?? [];
      return shape.length === other.length && shape.every((size, axis) => other[axis] === "?" || other[axis] === size);
    })
  );
}

async function askPlace({ places }: InputQuestion, memory: vscode.Memento): Promise<Place | undefined> {
  if (!places.comment) return "budget";
  if (places.budgetFile === null) return "comment";
  const file = places.budgetFile.slice(places.budgetFile.lastIndexOf("/") + 1);
  const items: (vscode.QuickPickItem & { place: Place })[] = [
    { place: "comment", label: `$(comment) ${vscode.l10n.t("In a comment above the model")}` },
    { place: "budget", label: `$(json) ${vscode.l10n.t("In {0}", file)}` },
  ];
  const last = memory.get<Place>(PLACE_KEY);
  items.sort((a, b) => Number(b.place === last) - Number(a.place === last));
  const picked = await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t("Where shall it be written?") });
  return picked?.place;
}
