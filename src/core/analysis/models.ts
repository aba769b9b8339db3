// One analysis of one file: evaluates it, finds the models it holds or declares, runs and costs each. What could be better is
// the business of findings.ts.
import type { AnalyzeRequest } from "../analyze";
import { runProgram } from "../2-evaluate/interpreter";
import { packageRootOf } from "../2-evaluate/packages";
import type { Raised } from "../2-evaluate/signals";
import type { ModuleValue, Place } from "../2-evaluate/values";
import type { InputGuess } from "../4-frameworks/framework";
import { candidateFor, discover, isLocalEntry } from "../5-models/discover";
import { declaredByComments, lineMeant, linesOfModel } from "../5-models/declared";
import type { Candidate, TracedModel } from "../5-models/model";
import { runModel } from "../5-models/run";
import { buildReport, errorReport } from "../7-cost/report";
import { readDirectives } from "../config/directives";
import { type DeclaredModel, mergeLimits } from "../config/file-budget";
import type { FileAnalysis, Report, SourcePlace } from "../report/report";
import { deploy } from "./deploy";
import { internalError } from "./internal-error";
import { whyNothing } from "./nothing-found";
import { FRAMEWORKS, type OpenSource, type Sources } from "./sources";

/** Told what an analysis meets on its way. */
export interface Watch {
  traced(traced: TracedModel, report: Report): void;
  /** An exception that kept a model from being made (then with its report), or ended a statement of the file. */
  raised(raised: Raised, report: Report | null): void;
}

function sourcePlace(place: Place | null): SourcePlace | null {
  if (!place) return null;
  const { line, column, endLine, endColumn } = place.span;
  return { file: place.file, line, column, endLine, endColumn };
}

/** Every model of a file, or the one the request asks for, with its report; without findings of rules. */
export function analyzeFile(
  sources: Sources,
  request: AnalyzeRequest,
  { language, program, text }: OpenSource,
  { changed, watch }: { changed?: ReadonlyMap<string, string>; watch?: Watch } = {},
): FileAnalysis {
  const { file, root } = request;
  const analysis: FileAnalysis = {
    file,
    reports: [],
    syntaxProblems: program.problems.map(({ message, span }) => ({ message, line: span.line, column: span.column })),
    commentProblems: [],
    elapsedMs: 0,
  };
  const vm = sources.machine(root, changed);
  const load = () => runProgram(vm, file, language, program);
  const directives = readDirectives(program.comments);
  const comments = declaredByComments(directives);
  analysis.commentProblems.push(
    ...directives.problems,
    ...comments.problems.map((problem) => ({ ...problem, column: 1, endColumn: 1 })),
  );
  const declared = [...comments.models, ...(request.budget?.models ?? [])];
  const report = (
    module: ModuleValue,
    candidate: Candidate,
    observed: InputGuess[] | null,
    own: readonly DeclaredModel[] = [],
    examples: readonly InputGuess[] = [],
  ): void => {
    const started = performance.now();
    vm.resetBudget();
    const inputs = request.inputs?.length ? request.inputs : (own.find((one) => one.inputs.length > 0)?.inputs ?? []);
    const traced = runModel(vm, module, candidate, inputs, observed, examples);
    const made = buildReport(traced, file, 0);
    made.limits = mergeLimits(
      own.flatMap((one) => one.limits),
      request.budget?.limits ?? [],
    );
    made.elapsedMs = Math.round((performance.now() - started) * 10) / 10;
    try {
      deploy(traced, made, request);
    } catch (error) {
      const reason = `what it costs on the board could not be worked out: ${internalError(error)}`;
      made.unknowns.push({ reason, file, line: null, column: null });
    }
    analysis.reports.push(made);
    watch?.traced(traced, made);
  };

  if (request.entry !== undefined) {
    const local = isLocalEntry(request.entry);
    const expr = local ? undefined : sources.readExpression(request.entry, language);
    if (!expr && !local) {
      analysis.reports.push(errorReport(file, request.entry, `the entry '${request.entry}' is not an expression`, 0));
      return analysis;
    }
    const module = load();
    vm.resetBudget();
    const found = candidateFor(vm, FRAMEWORKS, module, request.entry, expr, program.body);
    if ("error" in found) {
      const failed = errorReport(file, request.entry, found.error, 0, sourcePlace(found.place));
      analysis.reports.push(failed);
      if (found.raised) watch?.raised(found.raised, failed);
    } else {
      report(module, found.candidate, null);
    }
    return analysis;
  }

  const { candidates, evidence, failures, module } = discover(vm, FRAMEWORKS, program, file, load);
  if (module) {
    const examples = evidence.examples(module);
    const lines = text.split("\n");
    const meant = new Map(declared.map((one) => [one, one.line && lineMeant(lines, program, one.line)] as const));
    const reached = new Set<DeclaredModel>();
    for (const candidate of candidates) {
      const lines = linesOfModel(candidate, file);
      const here = declared.filter((one) => {
        const line = meant.get(one) ?? null;
        return line === null || lines.has(line);
      });
      for (const one of here) reached.add(one);
      // An entry stands for the model at its place.
      if (here.some((one) => one.entry !== null && one.line !== null)) continue;
      report(
        module,
        candidate,
        evidence.inputsOf(candidate.model),
        here.filter((one) => one.entry === null || one.entry === candidate.entry),
        examples,
      );
    }
    const failed = new Set(failures.flatMap(({ place }) => (place.file === file ? [place.span.line] : [])));
    for (const one of comments.models) {
      if (one.entry !== null || reached.has(one) || failed.has(meant.get(one) ?? 0)) continue;
      if (one.limits.length === 0 && one.inputs.length === 0) continue;
      const message = `no model that is shown is made in line ${meant.get(one)}, so this holds for none; write it above a builder, a class or a line that makes a model, or name the model with entry = …`;
      analysis.commentProblems.push({ line: one.line ?? 1, column: 1, endColumn: 1, message });
    }
    for (const one of declared) {
      if (one.entry === null || analysis.reports.some((made) => made.entry === one.entry)) continue;
      vm.resetBudget();
      const expr = sources.readExpression(one.entry, language);
      const found =
        isLocalEntry(one.entry) || expr ? candidateFor(vm, FRAMEWORKS, module, one.entry, expr, program.body) : null;
      if (found && "candidate" in found) report(module, found.candidate, null, [one]);
      else {
        const reason = found ? found.error : `the entry '${one.entry}' is not an expression`;
        const failed = errorReport(file, one.entry, reason, 0, found ? sourcePlace(found.place) : null);
        analysis.reports.push(failed);
        if (found?.raised) watch?.raised(found.raised, failed);
      }
    }
  }
  for (const { name, place, reason, raised, isCertain } of failures) {
    const failed = errorReport(file, name, reason, 0, sourcePlace(place));
    analysis.reports.push(failed);
    if (isCertain) watch?.raised(raised, failed);
  }
  for (const { raised, place } of vm.failures) {
    if (raised && packageRootOf(vm, place.file) === undefined) watch?.raised(raised, null);
  }
  if (analysis.reports.length === 0) analysis.nothingFound = whyNothing(vm, program, file, evidence);
  return analysis;
}
