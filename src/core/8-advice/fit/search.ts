// The search for variants of a model that fit its target. A variant is a rung of the width ladder, a rung of the size ladder and
// some layers replaced by cheaper ones; every one that counts is analysed, nothing is estimated.
//
// Wanted are the variants from which no change can be taken back. A narrower model or a smaller image never needs more, so for
// each number of replaced layers and each image size the widest model that fits is found by halving the rungs that are
// left, and rungs that only repeat a variant already found with fewer changes are not looked at.
import type { Deployment } from "../../report/deployment";
import type { TextEdit } from "../../report/finding";
import type { FitProgress, FitResult, FitVariant } from "../../report/fit";
import type { Report } from "../../report/report";
import { applyEdits, composeEdits, mergeEdits } from "../edit";
import { quantitiesOf } from "../quantities";
import type { RuleContext } from "../rule";
import { brokenBy, deployedAs, fits, overrun, paretoSet } from "./judge";
import {
  idOf,
  type Substitution,
  substitutionEdits,
  substitutionNames,
  substitutionsOf,
  substitutionWords,
  worthOf,
} from "./substitutions";
import { type Ladder, sizeLadder, widthLadder } from "./steps";

/** Analyses of changed source in one search: some seconds for a model of usual size. */
export const MAX_EVALUATIONS = 160;
/** More layers than this are not replaced one by one. */
const MAX_SUBSTITUTIONS = 8;

/** Texts of changed files by their paths. */
export type Texts = ReadonlyMap<string, string>;

export interface FitHost {
  /** The model with changed texts in place of the files' own; undefined when it is there no more. Its report has a deployment for every type. */
  inspect(changed: Texts): RuleContext | undefined;
  /** Told before every analysis; the search waits for it, so that a host can answer others in between. */
  progress(progress: FitProgress): Promise<void> | void;
  isCancelled(): boolean;
}

/** What a search gives beside the names of model and target. */
export type FitFindings = Pick<
  FitResult,
  "outcome" | "variants" | "closest" | "levers" | "evaluations" | "stopped" | "problem"
>;

type DType = Deployment["dtype"];

/** A variant by its rungs and what is replaced. */
interface Point {
  width: number;
  size: number;
  /** Ids of substitutions. */
  replaced: readonly string[];
}

interface Tried {
  context: RuleContext;
  texts: Texts;
  edits: TextEdit[];
}

class Stopped extends Error {
  constructor(readonly why: "cancelled" | "limit") {
    super(why);
  }
}

/** Searches for one model. `types` are the types it may be deployed in, `base` the model as it is. */
export async function searchFit(base: RuleContext, types: readonly DType[], host: FitHost): Promise<FitFindings> {
  const search = new Search(base, types, host);
  return search.run();
}

class Search {
  private evaluations = 0;
  private readonly tried = new Map<string, Tried | null>();
  private width: Ladder | null = null;
  private size: Ladder | null = null;
  private substitutions: readonly Substitution[] = [];

  constructor(
    private readonly base: RuleContext,
    private readonly types: readonly DType[],
    private readonly host: FitHost,
  ) {}

  async run(): Promise<FitFindings> {
    const variants: FitVariant[] = [];
    let stopped: FitFindings["stopped"] = null;
    const start: Point = { width: 0, size: 0, replaced: [] };
    this.tried.set(keyOf(start), { context: this.base, texts: new Map(), edits: [] });
    const nothing = { variants, closest: null, levers: [], evaluations: 0, stopped, problem: null };
    const [own] = this.types;
    if (own !== undefined && fits(deployedAs(this.base.report, own))) {
      variants.push(this.variantOf(start, own));
      return { ...nothing, outcome: "found" };
    }
    const problem = this.unanswerable();
    if (problem !== null) return { ...nothing, outcome: "unknown", problem };
    try {
      await this.pause("the model as it is");
      this.width = widthLadder(this.base);
      this.size = sizeLadder(this.base);
      this.substitutions = substitutionsOf(this.base).slice(0, MAX_SUBSTITUTIONS);
      for (const type of this.types) {
        const found = await this.searchType(type);
        variants.push(...found.map((point) => this.variantOf(point, type)));
      }
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
      stopped = error.why;
    }
    const best = paretoSet(variants);
    return {
      outcome: best.length > 0 ? "found" : "none",
      variants: best,
      closest: best.length === 0 ? this.closest() : null,
      levers: this.levers(),
      evaluations: this.evaluations,
      stopped,
      problem: null,
    };
  }

  /** Why no variant could be said to fit; null when one could. */
  private unanswerable(): string | null {
    const answers = this.types.map((type) => deployedAs(this.base.report, type).deployment);
    if (answers.some((one) => one && one.ramBytes.total !== null && one.flashBytes.total !== null)) return null;
    return `what it needs on the board is not known: ${answers[0]?.reasons[0] ?? "there is no deployment"}`;
  }

  /** The points of one type from which no change can be taken back. */
  private async searchType(type: DType): Promise<Point[]> {
    const found: Point[] = [];
    const order = await this.order(type);
    const widths = this.width?.steps.length ?? 1;
    const sizes = this.size?.steps.length ?? 1;
    for (let count = 0; count <= order.length; count++) {
      const replaced = order.slice(0, count);
      for (let size = 0; size < sizes; size++) {
        // What is at least as large and fits leaves only wider models to look for.
        const bound = Math.min(widths, ...found.flatMap((point) => (point.size <= size ? [point.width] : [])));
        const width = bound === 0 ? undefined : await this.widest(type, bound - 1, size, replaced);
        if (width !== undefined) found.push({ width, size, replaced });
        if (width === 0 || bound === 0) break;
      }
    }
    return found;
  }

  /** The first rung from 0 to `last` that fits; undefined when not even the last one does. */
  private async widest(
    type: DType,
    last: number,
    size: number,
    replaced: readonly string[],
  ): Promise<number | undefined> {
    const look = async (width: number): Promise<boolean | null> => {
      const tried = await this.evaluate({ width, size, replaced });
      return tried && fits(deployedAs(tried.context.report, type));
    };
    // The narrowest rungs may be none at all: a layer without channels.
    let high = last;
    let atEnd = await look(high);
    while (atEnd === null && high > 0) atEnd = await look(--high);
    if (!atEnd) return undefined;
    let low = -1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (await look(middle)) high = middle;
      else low = middle;
    }
    return high;
  }

  /** The substitutions worth making for a type, the one with the largest saving for each MAC lost first. */
  private async order(type: DType): Promise<string[]> {
    const before = deployedAs(this.base.report, type);
    const broken = brokenBy(before);
    const worths: { id: string; worth: number }[] = [];
    for (const id of this.substitutions.map(idOf)) {
      const tried = await this.evaluate({ width: 0, size: 0, replaced: [id] });
      if (!tried) continue;
      const worth = worthOf(before, deployedAs(tried.context.report, type), broken);
      if (worth > 0) worths.push({ id, worth });
    }
    return worths.sort((a, b) => b.worth - a.worth).map(({ id }) => id);
  }

  /** Analyses a variant once; null when the changes cannot be made together or the model is not the same from outside. */
  private async evaluate(point: Point): Promise<Tried | null> {
    const key = keyOf(point);
    const known = this.tried.get(key);
    if (known !== undefined) return known;
    const made = point.replaced.length > 0 ? await this.substituted(point) : await this.scaled(point);
    this.tried.set(key, made);
    return made;
  }

  private async scaled(point: Point): Promise<Tried | null> {
    const width = this.width?.steps[point.width]?.edits ?? [];
    const size = this.size?.steps[point.size]?.edits ?? [];
    const edits = mergeEdits([...width, ...size]);
    if (!edits) return null;
    const texts = new Map<string, string>();
    for (const file of new Set(edits.map((edit) => edit.file))) {
      const text = this.base.fileOf(file)?.text;
      if (text === undefined) return null;
      texts.set(file, applyEdits(file, text, edits));
    }
    return this.inspect(point, texts, edits);
  }

  private async substituted(point: Point): Promise<Tried | null> {
    const from = await this.evaluate({ ...point, replaced: [] });
    const later = from && substitutionEdits(from.context, point.replaced);
    if (!from || !later) return null;
    const texts = new Map(from.texts);
    const edits: TextEdit[] = [];
    for (const file of new Set([...from.edits, ...later].map((edit) => edit.file))) {
      const original = this.base.fileOf(file)?.text;
      const text = from.context.fileOf(file)?.text;
      if (original === undefined || text === undefined) return null;
      texts.set(file, applyEdits(file, text, later));
      edits.push(...composeEdits(file, original, from.edits, later));
    }
    return this.inspect(point, texts, edits);
  }

  private async inspect(point: Point, texts: Texts, edits: TextEdit[]): Promise<Tried | null> {
    await this.pause(this.wordsOf(point).join(", "));
    this.evaluations++;
    const context = this.host.inspect(texts);
    return context && isSameModel(this.base.report, context.report) ? { context, texts, edits } : null;
  }

  private async pause(trying: string): Promise<void> {
    if (this.evaluations >= MAX_EVALUATIONS) throw new Stopped("limit");
    await this.host.progress({ evaluations: this.evaluations, limit: MAX_EVALUATIONS, trying });
    if (this.host.isCancelled()) throw new Stopped("cancelled");
  }

  private wordsOf(point: Point): string[] {
    const words = [this.width?.steps[point.width]?.words ?? "", this.size?.steps[point.size]?.words ?? ""];
    words.push(...substitutionWords(this.substitutions.filter((one) => point.replaced.includes(idOf(one)))));
    return words.filter((one) => one !== "");
  }

  private variantOf(point: Point, dtype: DType): FitVariant {
    const tried = this.tried.get(keyOf(point)) as Tried;
    const report = deployedAs(tried.context.report, dtype);
    const [own] = this.types;
    const changes = this.wordsOf(point);
    const before = deployedAs(this.base.report, own as DType);
    if (dtype !== own) changes.push(`${dtype} instead of ${own}`);
    const kept = before.macs === null || before.macs === 0 || report.macs === null ? null : report.macs / before.macs;
    return {
      changes,
      dtype,
      edits: tried.edits,
      receipt: { before: quantitiesOf(before), after: quantitiesOf(report) },
      macsKept: kept,
      verdict: report.deployment?.verdict ?? "cannot-say",
      reasons: report.deployment?.reasons ?? [],
    };
  }

  /** Of everything that was tried, what needs least of its limits; of equals what keeps most. */
  private closest(): FitVariant | null {
    let best: { variant: FitVariant; over: number } | null = null;
    for (const [key, tried] of this.tried) {
      if (!tried) continue;
      for (const type of this.types) {
        const over = overrun(deployedAs(tried.context.report, type));
        const variant = this.variantOf(JSON.parse(key) as Point, type);
        const isBetter =
          !best || over < best.over || (over === best.over && (variant.macsKept ?? 0) > (best.variant.macsKept ?? 0));
        if (isBetter) best = { variant, over };
      }
    }
    return best?.variant ?? null;
  }

  private levers(): string[] {
    return [
      ...(this.width ? [this.width.name] : []),
      ...(this.size ? [this.size.name] : []),
      ...substitutionNames(this.substitutions),
      ...(this.types.length > 1 ? [`type (${this.types.join(", ")})`] : []),
    ];
  }
}

function keyOf({ width, size, replaced }: Point): string {
  return JSON.stringify({ width, size, replaced: replaced.toSorted() });
}

/** The same outputs, and nothing of what was known is unknown now. Inputs may have another size: the ladders see to them. */
function isSameModel(before: Report, after: Report): boolean {
  if (after.status === "error" || JSON.stringify(before.outputs) !== JSON.stringify(after.outputs)) return false;
  if (before.inputs.length !== after.inputs.length) return false;
  return before.status !== "exact" || after.status === "exact";
}
