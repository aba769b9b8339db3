// What the extension and the page of the Budget view say to each other. Only types.
import type { BudgetModel } from "../../core/report/budget-model";
import type { Timeline } from "../../core/report/deployment";
import type { Levers, WhatIfSettings } from "../../core/report/what-if";

/** A place in a source; without a column the whole line. */
export interface PagePlace {
  file: string;
  line: number;
  column?: number;
}

export type BudgetState =
  /** No file that could hold a model was looked at. */
  | { kind: "no-file" }
  /** The file is being read. */
  | { kind: "reading"; file: string }
  /** The file has no model, and why. */
  | { kind: "no-model"; file: string; reason: string }
  | {
      kind: "model";
      /** Names the model and the text it is of: answers to older questions are recognised by it. */
      key: string;
      /** Names the model alone. */
      id: string;
      model: BudgetModel;
    };

/** What would be with other settings, as the page shows it. */
export type Outcome = { model: BudgetModel; timeline: Timeline | null } | { failure: string };

export type ToPage =
  | { type: "state"; state: BudgetState; canPickTarget: boolean; canSetInput: boolean; canFit: boolean }
  | { type: "timeline"; key: string; timeline: Timeline | null }
  | { type: "levers"; key: string; levers: Levers }
  | { type: "outcome"; key: string; settings: WhatIfSettings; outcome: Outcome };

export type ToExtension =
  | { type: "ready" }
  | { type: "go"; place: PagePlace }
  | { type: "try"; key: string; settings: WhatIfSettings }
  | { type: "apply"; key: string; settings: WhatIfSettings }
  | { type: "run"; command: "pick-target" | "set-input" | "fit" | "open-file" | "open-example" };
