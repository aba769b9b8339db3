// What the benchmark can compare a model with: the fixes that are offered for it, other values of its levers, and the other models of
// its file. Each becomes a plan of the server, made from the text with the change in memory.
import * as vscode from "vscode";
import type { PlanAnswer } from "../core/9-benchmark/plan";
import type { TextEdit } from "../core/report/finding";
import { receiptText } from "../core/report/receipt";
import type { Lever, Levers, NoLever, WhatIfAnswer, WhatIfSettings } from "../core/report/what-if";
import {
  BENCHMARK_REQUEST,
  type BenchmarkParams,
  LEVERS_REQUEST,
  type ModelRef,
  WHAT_IF_REQUEST,
  type WhatIfParams,
} from "../server/protocol";
import type { Choice, Rival, Subject } from "../webview/benchmark/messages";
import type { Analyses } from "./analyses";
import { applyEdits } from "./apply-edits";
import type { ServerHandle } from "./client";

/** More suggestions than this make no list to choose from. */
const MAX_SUGGESTIONS = 60;

/** How a choice is made. */
type Way =
  | { kind: "edits"; edits: TextEdit[]; version: number }
  | { kind: "settings"; settings: WhatIfSettings }
  | { kind: "model"; index: number; entry: string };

/** A rival, with what makes it. */
export interface MadeRival extends Rival {
  params: BenchmarkParams;
  /** Generation of the texts that its edits are of. */
  generation: number;
}

export class BenchmarkChoices {
  private readonly ways = new Map<string, { choice: Choice; way: Way }>();
  private levers: Levers | null | undefined;

  constructor(
    private readonly subject: Subject,
    private readonly server: ServerHandle,
    private readonly analyses: Analyses,
    /** Changes with every edit of a text. */
    private readonly generation: () => number,
  ) {}

  /** Looks for levers, which takes the server several analyses. */
  async findLevers(): Promise<void> {
    const { uri, index } = this.subject;
    this.levers = (await this.server.request<Levers | null>(LEVERS_REQUEST, { uri, index } satisfies ModelRef)) ?? null;
  }

  /** What there is to choose now: suggestions and levers come when they are found. */
  list(): Choice[] {
    this.ways.clear();
    const add = (choice: Choice, way: Way): void => {
      if (!this.ways.has(choice.id)) this.ways.set(choice.id, { choice, way });
    };
    this.addSuggestions(add);
    if (this.levers) {
      this.addLever("width", this.levers.width, add);
      this.addLever("resolution", this.levers.resolution, add);
    }
    const { analysis } = this.analyses.of(vscode.Uri.parse(this.subject.uri)) ?? {};
    analysis?.reports.forEach(({ entry, status, macs }, index) => {
      if (index === this.subject.index || status === "error" || macs === null) return;
      add({ id: `model ${index}`, group: "model", label: entry, detail: "" }, { kind: "model", index, entry });
    });
    return [...this.ways.values()].map(({ choice }) => choice);
  }

  private addSuggestions(add: (choice: Choice, way: Way) => void): void {
    const uri = vscode.Uri.parse(this.subject.uri);
    const { findings } = this.analyses.of(uri) ?? {};
    if (!findings || !this.analyses.isOfNewest(uri, findings.version)) return;
    const { entry } = this.subject;
    const { version } = findings;
    const combined = findings.combined.filter((fix) => fix.entry === entry);
    for (const { title, edits, receipt, rule } of combined)
      add(
        { id: `all ${rule}`, group: "suggestion", label: `${title} (${rule})`, detail: savingOf(receipt) },
        { kind: "edits", edits, version },
      );
    const own = findings.findings.filter((finding) => finding.entry === entry);
    for (const { rule, line, column, fixes } of own.slice(0, MAX_SUGGESTIONS))
      fixes.forEach(({ title, edits, receipt }, index) => {
        const label = line === null ? title : vscode.l10n.t("Line {0}: {1}", line, title);
        const id = `fix ${rule} ${line}:${column} ${index}`;
        add({ id, group: "suggestion", label, detail: savingOf(receipt) }, { kind: "edits", edits, version });
      });
  }

  private addLever(
    group: "width" | "resolution",
    lever: Lever | NoLever,
    add: (choice: Choice, way: Way) => void,
  ): void {
    if (!("choices" in lever)) return;
    lever.choices.forEach((value, at) => {
      if (value === lever.current) return;
      const text = lever.texts?.[at] ?? String(value);
      const now = lever.texts?.[lever.choices.indexOf(lever.current)] ?? String(lever.current);
      const name = lever.name ?? (group === "width" ? vscode.l10n.t("width") : vscode.l10n.t("input"));
      add(
        { id: `${group} ${value}`, group, label: `${name} = ${text}`, detail: vscode.l10n.t("now {0}", now) },
        {
          kind: "settings",
          settings: { width: null, resolution: null, [group]: value },
        },
      );
    });
  }

  /** The plan of a choice, or in words why there is none. */
  async make(id: string, board: string | undefined): Promise<MadeRival | { reason: string }> {
    const changed = vscode.l10n.t("The code has changed meanwhile; choose again.");
    const found = this.ways.get(id);
    if (!found) return { reason: changed };
    const { choice, way } = found;
    const { uri, index, entry } = this.subject;
    const generation = this.generation();
    let params: BenchmarkParams = { uri, index, named: entry, ...(board !== undefined && { board }) };
    if (way.kind === "model") params = { ...params, index: way.index, named: way.entry };
    else if (way.kind === "edits") {
      if (!this.analyses.isOfNewest(vscode.Uri.parse(uri), way.version)) return { reason: changed };
      params = { ...params, edits: way.edits };
    } else {
      const asked: WhatIfParams = { uri, index, settings: way.settings };
      const answer = await this.server.request<WhatIfAnswer | null>(WHAT_IF_REQUEST, asked);
      if (!answer) return { reason: changed };
      if ("failure" in answer) return { reason: answer.failure };
      params = { ...params, edits: answer.edits };
    }
    const answer = await this.server.request<PlanAnswer | null>(BENCHMARK_REQUEST, params);
    if (!answer || this.generation() !== generation) return { reason: changed };
    return { choice, answer, canApply: way.kind !== "model", params, generation };
  }

  /** Makes a rival's change in the editor; false when the code is another one by now. */
  async apply({ params, choice, generation }: MadeRival): Promise<boolean> {
    return (
      params.edits !== undefined && this.generation() === generation && (await applyEdits(params.edits, choice.label))
    );
  }
}

/** The first quantity a fix saves. */
function savingOf(receipt: Parameters<typeof receiptText>[0]): string {
  return receiptText(receipt).split(", ")[0] ?? "";
}
