// "Calibrate from a Board Report…": asks for the file, shows what it says of the model, and writes the budget file when that is
// wanted. The benchmark panel asks through the same functions.
import * as vscode from "vscode";
import { calibrationText } from "../core/report/calibration-text";
import type { ReportFile } from "../core/targets/board-report/board-report";
import {
  CALIBRATE_REQUEST,
  type CalibrateAnswer,
  type CalibrateParams,
  type FileEdit,
  FORGET_CALIBRATION_REQUEST,
  type ModelRef,
} from "../server/protocol";
import type { Analyses } from "./analyses";
import type { ServerHandle } from "./client";
import { applyFileEdit } from "./file-edit";
import { modelOf, refOf } from "./models";

/** What the server says of a report; nothing is written. */
export async function askCalibration(server: ServerHandle, params: CalibrateParams): Promise<CalibrateAnswer> {
  const answer = await server.request<CalibrateAnswer | null>(CALIBRATE_REQUEST, params);
  return answer ?? { problem: vscode.l10n.t("The model is no longer in the file."), edit: null };
}

/** Keeps a report in the budget file as it is now; a sentence when that cannot be. */
export async function storeCalibration(server: ServerHandle, params: CalibrateParams): Promise<string | undefined> {
  const answer = await askCalibration(server, params);
  if ("problem" in answer) return answer.problem;
  if (answer.edit && !(await applyFileEdit(answer.edit))) return vscode.l10n.t("The budget file could not be changed.");
  return undefined;
}

/** Takes what was measured of a model out of the budget file. */
export async function forgetCalibration(server: ServerHandle, ref: ModelRef): Promise<boolean> {
  const edit = await server.request<FileEdit | null>(FORGET_CALIBRATION_REQUEST, ref);
  return edit !== undefined && edit !== null && (await applyFileEdit(edit)) !== undefined;
}

/** Registers `modelBudget.calibrate` and `modelBudget.forgetCalibration`. */
export function registerCalibrate(server: ServerHandle, analyses: Analyses): vscode.Disposable {
  const model = (argument: unknown): ModelRef | undefined => {
    const found = modelOf(analyses, argument);
    if (!found) void vscode.window.showInformationMessage(vscode.l10n.t("There is no model at the cursor."));
    return found && refOf(found);
  };
  return vscode.Disposable.from(
    vscode.commands.registerCommand("modelBudget.calibrate", async (argument: unknown) => {
      const ref = model(argument);
      const report = ref && (await pickReport());
      if (ref && report) await calibrate(server, ref, report);
    }),
    vscode.commands.registerCommand("modelBudget.forgetCalibration", async (argument: unknown) => {
      const ref = model(argument);
      if (!ref || (await forgetCalibration(server, ref))) return;
      void vscode.window.showInformationMessage(vscode.l10n.t("Nothing was measured of this model."));
    }),
  );
}

async function pickReport(): Promise<ReportFile | undefined> {
  const [file] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t("Report from a board"),
      openLabel: vscode.l10n.t("Read"),
      filters: { [vscode.l10n.t("Reports")]: ["txt", "log", "csv", "json"], [vscode.l10n.t("All files")]: ["*"] },
    })) ?? [];
  if (!file) return undefined;
  const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
  return { text, name: file.path.slice(file.path.lastIndexOf("/") + 1), tickMhz: null };
}

async function calibrate(server: ServerHandle, ref: ModelRef, report: ReportFile): Promise<void> {
  const read = (file: ReportFile) =>
    vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t("Reading {0}", file.name) },
      () => askCalibration(server, { ...ref, report: file }),
    );
  let file = report;
  let answer = await read(file);
  if ("problem" in answer && answer.needsClock) {
    const typed = await vscode.window.showInputBox({
      title: vscode.l10n.t("Clock of the ticks in {0}", file.name),
      prompt: vscode.l10n.t("MHz: the report counts ticks and does not say how long one is."),
      validateInput: (text) => (Number(text) > 0 ? undefined : vscode.l10n.t("Write a number of MHz, such as 64.")),
    });
    if (typed === undefined) return;
    file = { ...file, tickMhz: Number(typed) };
    answer = await read(file);
  }
  if ("problem" in answer) {
    void vscode.window.showWarningMessage(answer.problem);
    return;
  }
  const keep = vscode.l10n.t("Keep in the budget file");
  const { warnings } = answer.proposal;
  const text = [calibrationText(answer.proposal), ...warnings].join(". ");
  if ((await vscode.window.showInformationMessage(text, keep)) !== keep) return;
  const problem = await storeCalibration(server, { ...ref, report: file });
  if (problem !== undefined) void vscode.window.showWarningMessage(problem);
}
