// What a rule is: it looks at one model and says what could be better, where, and with which edits. Rules do not compute
// savings: advise.ts evaluates every edit before it is offered and gives the rule the numbers for its message.
import type { TracedModel } from "../5-models/model";
import type { Level, Receipt, TextEdit } from "../report/finding";
import type { Report, SourcePlace } from "../report/report";
import type { Site, SourceFile } from "./sites";

/** One model as a rule sees it. */
export interface RuleContext {
  traced: TracedModel;
  report: Report;
  /** Where its layers are made, in order of first run. */
  sites: readonly Site[];
  /** A file whose text may be edited; undefined for packages, recipes and files that are not plain text. */
  fileOf(path: string): SourceFile | undefined;
  /** True when somebody chose the board the report's deployment is for. */
  targetIsChosen: boolean;
}

/** A change a rule proposes. */
export interface ProposedFix {
  /** An order: "Replace by a depthwise-separable convolution". */
  title: string;
  edits: TextEdit[];
  /** Whether what it saves is worth offering; fewer MACs when not given. */
  pays?(receipt: Receipt): boolean;
}

/** Something a rule has to say. */
export interface Proposal {
  place: SourcePlace;
  /** What, why and what to do, with the numbers; `best` is what the first fix that holds was measured to save. */
  message(best: Receipt | null): string;
  related?: { message: string; place: SourcePlace }[];
  fixes: ProposedFix[];
  /** True for advice that is worth nothing without a fix that holds. */
  needsFix: boolean;
}

export interface Rule {
  /** Also the name of its page, docs/rules/<id>.md. */
  id: string;
  level: Level;
  /** What it is about, in one line. */
  summary: string;
  /** Total: gives nothing where it does not know. */
  check(context: RuleContext): Iterable<Proposal>;
}
