// What a rule is: it looks at one model and says what could be better, where, and with which edits. Rules do not compute
// savings: advise.ts evaluates every edit before it is offered and gives the rule the numbers for its message.
import type { Level, Receipt, TextEdit } from "../report/finding";
import type { RuleId } from "../report/rule-ids";
import type { SourcePlace } from "../report/report";
import type { LeverContext } from "./levers/lever";

/** One model as a rule sees it. */
export interface RuleContext extends LeverContext {
  /** True when somebody chose the board the report's deployment is for. */
  targetIsChosen: boolean;
}

/** A change a rule proposes. */
export interface ProposedFix {
  /** An order: "Replace by a depthwise-separable convolution". */
  title: string;
  edits: TextEdit[];
  /** True when it changes the height and width of an input image on purpose; everything else of the inputs must stay. */
  changesImageSize?: boolean;
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
  id: RuleId;
  level: Level;
  /** What it is about, in one line. */
  summary: string;
  /** Total: gives nothing where it does not know. */
  check(context: RuleContext): Iterable<Proposal>;
}
