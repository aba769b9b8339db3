// Boards to choose from, with what the model costs on each, and where the choice is written.
import { targetChoice } from "../core/analysis/budget";
import { addBoard, setBudgetValues } from "../core/config/edit-budget";
import { validBoards } from "../core/targets/board-file";
import { createCatalogue, RUNTIMES, runsOn } from "../core/targets/catalogue";
import { chooseTarget, everyBoard } from "../core/targets/choose";
import type { OpenDocument } from "./document";
import type { ChosenTarget, FileEdit, TargetChange, TargetChoices } from "./protocol";
import { budgetFileFor, budgetFor, fileEdit, type RequestHost } from "./request-host";
import { defaultsOf } from "./settings";

/** All boards, those of the user first, with the verdict for the model at `index` of the shown analysis. */
export async function targetChoices(
  document: OpenDocument,
  index: number | undefined,
  host: RequestHost,
): Promise<TargetChoices> {
  const found = budgetFor(document, host);
  const choice = targetChoice(found?.budget ?? null, defaultsOf(await host.settings(document.uri)));
  const catalogue = createCatalogue(validBoards(found?.budget.boards ?? []));
  const chosen = chooseTarget(choice, catalogue);
  const target = "target" in chosen ? chosen.target : null;
  const request = await host.request(document);
  // The runtime that was chosen holds where it runs; elsewhere the usual one of the board.
  const compare = everyBoard(catalogue, null, choice.dtype ?? "int8").map((one) =>
    target && choice.runtime !== null && runsOn(target.runtime, one.board)
      ? { ...one, runtime: target.runtime, version: target.version }
      : one,
  );
  const entry = index === undefined ? undefined : document.analysis?.reports[index]?.entry;
  const fresh =
    entry === undefined || "silence" in request ? undefined : await host.analyzer.analyze({ ...request, compare });
  const reports = fresh?.reports ?? [];
  const report =
    reports[index ?? -1]?.entry === entry ? reports[index ?? -1] : reports.find((one) => one.entry === entry);
  const deployments = new Map(report?.boards?.map((one) => [one.board, one]));
  return {
    entry: report?.boards ? report.entry : null,
    boards: catalogue.boards.map((board) => {
      const deployment = deployments.get(board.id);
      return {
        id: board.id,
        name: board.name,
        vendor: board.vendor ?? "",
        mcu: board.mcu,
        ramBytes: board.ramBytes.largestBank ?? board.ramBytes.total,
        flashBytes: board.flashBytes.usable,
        clockMhz: board.clockMhz,
        deployment: deployment ? { ...deployment, operators: [], peak: null } : null,
      };
    }),
    current: target && {
      board: target.board.id,
      boardName: target.board.name,
      runtime: target.runtime.id,
      runtimeName: target.runtime.name,
      dtype: target.type,
    },
    problem: "problem" in chosen ? chosen.problem : null,
    runtimes: target ? RUNTIMES.filter((one) => runsOn(one, target.board)).map(({ id, name }) => ({ id, name })) : [],
    budgetFile: found ? host.uriOf(found.path) : null,
  };
}

/** The edit of the budget file that makes the choice, or, without a budget file, the settings that do. */
export async function chooseTargetOf(
  document: OpenDocument,
  change: TargetChange,
  host: RequestHost,
): Promise<ChosenTarget> {
  const found = budgetFor(document, host);
  const settings = defaultsOf(await host.settings(document.uri));
  const complete = { ...change };
  // A runtime that does not run on the new board would leave no target at all.
  const after = { ...targetChoice(found?.budget ?? null, settings), ...change };
  if (change.board !== undefined && "problem" in chooseTarget(after)) complete.runtime = null;
  if (!found) return { edit: null, settings: complete };
  const text = host.textOf(found.path) ?? "";
  const values = Object.fromEntries(Object.entries(complete).map(([key, value]) => [key, value ?? undefined]));
  return { edit: fileEdit(host.uriOf(found.path), text, setBudgetValues(text, found.kind, values)), settings: {} };
}

/** A board to copy and change, at the end of the boards of the budget file: the current one under another name. */
export async function addOwnBoard(document: OpenDocument, host: RequestHost): Promise<FileEdit | null> {
  const { path, kind, text, isNew } = budgetFileFor(document, host);
  const choices = await targetChoices(document, undefined, host);
  const catalogue = createCatalogue();
  const found = catalogue.board(choices.current?.board ?? "");
  const model = "found" in found ? found.found : catalogue.boards[0];
  if (!model) return null;
  const taken = new Set(choices.boards.map(({ id }) => id));
  let id = "my-board";
  for (let number = 2; taken.has(id); number++) id = `my-board-${number}`;
  const { mcu, core, clockMhz, ramBytes, flashBytes, measuredAs } = model;
  const board = {
    id,
    name: `My board, made from ${model.name}`,
    mcu,
    core,
    clockMhz,
    ramBytes,
    flashBytes,
    ...(measuredAs && { measuredAs }),
  };
  const changed = addBoard(text, kind, board);
  return changed === undefined ? null : fileEdit(host.uriOf(path), text, changed, isNew);
}
