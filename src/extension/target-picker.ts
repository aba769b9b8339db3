// The target picker: boards by vendor with what the model costs on each, the runtime and the type, and boards of one's own. The
// choice is written where it holds for everybody: into the budget file where one governs the file, else into the settings.
import * as vscode from "vscode";
import type { Deployment } from "../core/report/deployment";
import { formatBytes } from "../core/report/format";
import { timeOf, timeText } from "../core/report/time-text";
import {
  ADD_BOARD_REQUEST,
  type BoardChoice,
  CHOOSE_TARGET_REQUEST,
  type ChosenTarget,
  type ChooseTargetParams,
  type DocumentParams,
  type FileEdit,
  type ModelRef,
  type TargetChange,
  type TargetChoices,
  TARGETS_REQUEST,
} from "../server/protocol";
import type { Analyses } from "./analyses";
import type { ServerHandle } from "./client";
import { applyFileEdit } from "./file-edit";
import { modelOf } from "./models";
import { writeSettings } from "./settings";
import { timeWords } from "./time-words";

type Action =
  | { kind: "board"; id: string }
  | { kind: "runtime"; id: string }
  | { kind: "dtype"; dtype: "int8" | "float32" }
  | { kind: "show"; view: View }
  | { kind: "add-board" };

type View = "boards" | "fitting" | "runtimes" | "types";

interface Item extends vscode.QuickPickItem {
  action?: Action;
}

/** Registers `modelBudget.pickTarget` and `modelBudget.whichBoards`. */
export function registerTargetPicker(server: ServerHandle, analyses: Analyses): vscode.Disposable[] {
  const pick = (view: View) => async (argument: unknown) => {
    const model = modelOf(analyses, argument);
    const uri = model?.uri ?? vscode.window.activeTextEditor?.document.uri;
    if (!uri) {
      void vscode.window.showInformationMessage(vscode.l10n.t("Open a file with a model to pick its target."));
      return;
    }
    await new TargetPicker(server, uri, model?.index).show(view);
  };
  return [
    vscode.commands.registerCommand("modelBudget.pickTarget", pick("boards")),
    vscode.commands.registerCommand("modelBudget.whichBoards", pick("fitting")),
  ];
}

class TargetPicker {
  constructor(
    private readonly server: ServerHandle,
    private readonly uri: vscode.Uri,
    private readonly index: number | undefined,
  ) {}

  /** Shows the list until something is chosen or it is left. */
  async show(view: View): Promise<void> {
    const picker = vscode.window.createQuickPick<Item>();
    picker.title = vscode.l10n.t("Target of the model");
    picker.matchOnDescription = true;
    picker.matchOnDetail = true;
    picker.busy = true;
    picker.placeholder = vscode.l10n.t("Working out what the model costs on each board…");
    picker.show();
    try {
      const params: DocumentParams & Partial<ModelRef> = { uri: this.uri.toString(), index: this.index };
      const choices = await this.server.request<TargetChoices | null>(TARGETS_REQUEST, params);
      if (!choices) {
        picker.placeholder = vscode.l10n.t("The language server does not know this file.");
        picker.busy = false;
        await ended(picker);
        return;
      }
      for (let next: View | undefined = view; next; ) {
        this.fill(picker, choices, next);
        picker.busy = false;
        const action = (await accepted(picker))?.action;
        next = undefined;
        if (action?.kind === "show") next = action.view;
        else if (action) await this.run(action);
      }
    } finally {
      picker.dispose();
    }
  }

  private fill(picker: vscode.QuickPick<Item>, choices: TargetChoices, view: View): void {
    const { entry, problem } = choices;
    picker.value = "";
    picker.title =
      entry === null ? vscode.l10n.t("Target of the models of this file") : vscode.l10n.t("Target of {0}", entry);
    const items = this.items(choices, view);
    picker.placeholder = problem ?? PLACEHOLDERS[view]();
    picker.items = items;
    const current = items.find(({ action }) => isCurrent(choices, action));
    if (current) picker.activeItems = [current];
  }

  private items(choices: TargetChoices, view: View): Item[] {
    const { current } = choices;
    if (view === "runtimes") {
      return [
        ...choices.runtimes.map(
          ({ id, name }): Item => ({
            label: mark(id === current?.runtime, name),
            description: id,
            action: { kind: "runtime", id },
          }),
        ),
        back(),
      ];
    }
    if (view === "types") {
      const detail = { int8: vscode.l10n.t("Quantized to 8 bits"), float32: vscode.l10n.t("As trained") };
      return [
        ...(["int8", "float32"] as const).map(
          (dtype): Item => ({
            label: mark(dtype === current?.dtype, dtype),
            detail: detail[dtype],
            action: { kind: "dtype", dtype },
          }),
        ),
        back(),
      ];
    }
    if (view === "fitting") return this.fitting(choices);
    return [...this.general(choices), ...this.byVendor(choices), separator(""), addBoard()];
  }

  /** What is not a board: the other parts of the target, and the boards that fit. */
  private general({ current, entry }: TargetChoices): Item[] {
    const items: Item[] = [];
    if (entry !== null)
      items.push({
        label: `$(filter) ${vscode.l10n.t("Which boards fit?")}`,
        action: { kind: "show", view: "fitting" },
      });
    if (current) {
      items.push(
        {
          label: `$(gear) ${vscode.l10n.t("Runtime…")}`,
          description: current.runtimeName,
          action: { kind: "show", view: "runtimes" },
        },
        {
          label: `$(symbol-numeric) ${vscode.l10n.t("Type…")}`,
          description: current.dtype,
          action: { kind: "show", view: "types" },
        },
      );
    }
    return items;
  }

  private byVendor({ boards, current }: TargetChoices): Item[] {
    const others = vscode.l10n.t("Others");
    const groups = new Map<string, BoardChoice[]>();
    for (const board of boards) {
      const vendor = board.vendor || others;
      groups.set(vendor, [...(groups.get(vendor) ?? []), board]);
    }
    const own = vscode.l10n.t("Others");
    // The vendor of the current board comes first, those of boards without one last.
    const rank = (vendor: string, group: readonly BoardChoice[]) =>
      group.some(({ id }) => id === current?.board) ? 0 : vendor === own ? 2 : 1;
    return [...groups]
      .sort(([a, inA], [b, inB]) => rank(a, inA) - rank(b, inB) || (a < b ? -1 : 1))
      .flatMap(([vendor, group]) => [
        separator(vendor),
        ...group.map((board) => boardItem(board, board.id === current?.board)),
      ]);
  }

  /** Boards the model fits on, the fastest first; then those that nobody can say of. */
  private fitting({ boards, current }: TargetChoices): Item[] {
    const time = ({ deployment }: BoardChoice) => (deployment && timeOf(deployment)) ?? Number.POSITIVE_INFINITY;
    const of = (verdict: Deployment["verdict"]) =>
      boards
        .filter(({ deployment }) => deployment?.verdict === verdict)
        .sort((a, b) => time(a) - time(b))
        .map((board) => boardItem(board, board.id === current?.board));
    const fits = of("fits");
    const unsure = of("cannot-say");
    return [
      separator(vscode.l10n.t("fits {0} of {1} boards, the fastest first", fits.length, boards.length)),
      ...fits,
      ...(unsure.length > 0 ? [separator(vscode.l10n.t("cannot say")), ...unsure] : []),
      separator(""),
      back(),
    ];
  }

  private async run(action: Exclude<Action, { kind: "show" }>): Promise<void> {
    if (action.kind === "add-board") {
      await this.addBoard();
      return;
    }
    const change: TargetChange =
      action.kind === "board"
        ? { board: action.id }
        : action.kind === "runtime"
          ? { runtime: action.id }
          : { dtype: action.dtype };
    const params: ChooseTargetParams = { uri: this.uri.toString(), change };
    const chosen = await this.server.request<ChosenTarget | null>(CHOOSE_TARGET_REQUEST, params);
    if (!chosen) return;
    if (chosen.edit) await applyFileEdit(chosen.edit);
    const { board, runtime, dtype } = chosen.settings;
    await writeSettings(this.uri, {
      ...(board !== undefined && { board: board ?? undefined }),
      ...(runtime !== undefined && { runtime: runtime ?? undefined }),
      ...(dtype !== undefined && { dtype: dtype ?? undefined }),
    });
  }

  /** Puts a board to change into the budget file and shows it there. */
  private async addBoard(): Promise<void> {
    const edit = await this.server.request<FileEdit | null>(ADD_BOARD_REQUEST, { uri: this.uri.toString() });
    if (!edit) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t("Boards of your own go into model-budget.json; the budget of this file is kept elsewhere."),
      );
      return;
    }
    const document = await applyFileEdit(edit);
    if (!document) return;
    const editor = await vscode.window.showTextDocument(document);
    const offset = document.getText().lastIndexOf('"my-board');
    if (offset < 0) return;
    const start = document.positionAt(offset + 1);
    const end = document.positionAt(document.getText().indexOf('"', offset + 1));
    editor.selection = new vscode.Selection(start, end);
    editor.revealRange(editor.selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }
}

const PLACEHOLDERS: Readonly<Record<View, () => string>> = {
  boards: () => vscode.l10n.t("Board, vendor or chip"),
  fitting: () => vscode.l10n.t("Boards the model fits on"),
  runtimes: () => vscode.l10n.t("What executes the model on the board"),
  types: () => vscode.l10n.t("Type of the deployed model"),
};

function isCurrent({ current }: TargetChoices, action: Action | undefined): boolean {
  if (!current || !action) return false;
  return (
    (action.kind === "board" && action.id === current.board) ||
    (action.kind === "runtime" && action.id === current.runtime) ||
    (action.kind === "dtype" && action.dtype === current.dtype)
  );
}

function mark(isChosen: boolean, text: string): string {
  return isChosen ? `$(check) ${text}` : text;
}

function separator(label: string): Item {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

function back(): Item {
  return {
    label: `$(arrow-left) ${vscode.l10n.t("All boards")}`,
    action: { kind: "show", view: "boards" },
    alwaysShow: true,
  };
}

function addBoard(): Item {
  return { label: `$(add) ${vscode.l10n.t("Add a board…")}`, action: { kind: "add-board" }, alwaysShow: true };
}

function boardItem(board: BoardChoice, isChosen: boolean): Item {
  const { id, name, ramBytes, flashBytes, clockMhz, mcu, deployment } = board;
  return {
    label: mark(isChosen, name),
    description: `${formatBytes(ramBytes)} RAM · ${formatBytes(flashBytes)} flash · ${clockMhz} MHz · ${mcu}`,
    detail: deployment ? verdictText(deployment) : undefined,
    action: { kind: "board", id },
  };
}

/** `fits · 23.4 KiB RAM · 122 KiB flash · ≈ 280 ms`; what is not known is left out. */
function verdictText(deployment: Deployment): string {
  const { verdict, ramBytes, flashBytes, reasons } = deployment;
  const words = {
    fits: vscode.l10n.t("fits"),
    "does-not-fit": vscode.l10n.t("does not fit"),
    "cannot-say": vscode.l10n.t("cannot say"),
  };
  const parts = [words[verdict]];
  if (ramBytes.total !== null) parts.push(`${formatBytes(ramBytes.total)} RAM`);
  if (flashBytes.total !== null) parts.push(`${formatBytes(flashBytes.total)} flash`);
  const time = timeText(deployment, timeWords());
  if (time !== null) parts.push(time);
  if (verdict !== "fits" && reasons[0] !== undefined) parts.push(reasons[0]);
  return parts.join(" · ");
}

/** The item that is accepted, or undefined when the list is left. */
function accepted(picker: vscode.QuickPick<Item>): Promise<Item | undefined> {
  return new Promise((resolve) => {
    const subscriptions = [
      picker.onDidAccept(() => finish(picker.selectedItems[0])),
      picker.onDidHide(() => finish(undefined)),
    ];
    const finish = (item: Item | undefined) => {
      for (const subscription of subscriptions) subscription.dispose();
      resolve(item);
    };
  });
}

async function ended(picker: vscode.QuickPick<Item>): Promise<void> {
  await accepted(picker);
}
