// Puts the stages together: read, evaluate, find the models, run them, cost them. One analyzer serves one workspace and keeps
// what it parsed; every analysis evaluates afresh, so no result depends on an earlier one.
import type { AdviseRequest, AnalyzeRequest, Analyzer, SourceHost } from "./analyze";
import { readDocument } from "./1-syntax/document";
import type { Language, Program, Reader } from "./1-syntax/tree";
import { type AnyNode, walk } from "./1-syntax/walk";
import { runProgram } from "./2-evaluate/interpreter";
import { javascriptDialect } from "./2-evaluate/javascript/dialect";
import { type Environment, Machine } from "./2-evaluate/machine";
import { packageRootOf } from "./2-evaluate/packages";
import { pythonDialect } from "./2-evaluate/python/dialect";
import type { Raised } from "./2-evaluate/signals";
import type { ModuleValue, Place } from "./2-evaluate/values";
import type { Vm } from "./2-evaluate/vm";
import type { Framework, InputGuess } from "./4-frameworks/framework";
import { keras } from "./4-frameworks/keras/index";
import { numpyModules } from "./4-frameworks/numpy/index";
import { tfjs } from "./4-frameworks/tfjs/index";
import { thirdPartyFallbacks, thirdPartyModules } from "./4-frameworks/third-party/index";
import { torch } from "./4-frameworks/torch/index";
import { torchvisionModules } from "./4-frameworks/torchvision/index";
import { candidateFor, discover, isLocalEntry } from "./5-models/discover";
import { declaredByComments, lineMeant } from "./5-models/declared";
import type { Candidate, TracedModel } from "./5-models/model";
import { runModel } from "./5-models/run";
import { lower } from "./6-deploy/lower";
import { Deployer } from "./7-cost/deployment";
import { buildReport, errorReport, placesOf } from "./7-cost/report";
import { advise, findingOf } from "./8-advice/advise";
import { applyEdits } from "./8-advice/edit";
import { applyIgnores } from "./8-advice/ignores";
import { RULES } from "./8-advice/rules/index";
import { shapeError, shapeErrorAt } from "./8-advice/rules/shape-error";
import { type SourceFile, sitesOf } from "./8-advice/sites";
import { readDirectives } from "./config/directives";
import { findBudget } from "./config/find-budget";
import { budgetOfFile, type DeclaredModel, mergeLimits } from "./config/file-budget";
import type { TextEdit } from "./report/finding";
import type { Deployment } from "./report/deployment";
import type { FileAnalysis, Report, SourcePlace } from "./report/report";
import { chooseTarget } from "./targets/choose";

export const FRAMEWORKS: readonly Framework[] = [torch, keras, tfjs];

/** Readers are made when first needed: the TypeScript one loads a large parser. */
export interface ReaderSource {
  python(): Promise<Reader>;
  javascript(): Promise<Reader>;
}

function librariesOf(frameworks: readonly Framework[]): Record<string, (vm: Vm) => ModuleValue> {
  return Object.assign({}, ...frameworks.map((framework) => framework.modules)) as Record<
    string,
    (vm: Vm) => ModuleValue
  >;
}

/** Told what an analysis meets on its way. */
interface Watch {
  traced(traced: TracedModel, report: Report): void;
  /** An exception that kept a model from being made (then with its report), or ended a statement of the file. */
  raised(raised: Raised, report: Report | null): void;
}

/** Findings about code that fails before there is a model to run; each place is spoken of once. */
function adviseErrors(
  analysis: FileAnalysis,
  errors: readonly { raised: Raised; report: Report | null }[],
  levels: NonNullable<AdviseRequest["levels"]>,
): void {
  const level = levels[shapeError.id] ?? shapeError.level;
  if (level === "off") return;
  for (const { raised, report } of errors) {
    const proposal = shapeErrorAt(raised, analysis.file);
    if (!proposal) continue;
    const { line, column } = proposal.place;
    const known = analysis.reports
      .flatMap(({ findings }) => findings)
      .find((one) => one.rule === shapeError.id && one.line === line && one.column === column);
    if (known) {
      // A run by the file's own code shows more callers than ours.
      if (known.related.length === 0) known.related = proposal.related ?? [];
      continue;
    }
    let home = report ?? analysis.reports[0];
    if (!home) {
      home = errorReport(analysis.file, "", `${raised.type}: ${raised.message}`, 0, proposal.place);
      analysis.reports.push(home);
      delete analysis.nothingFound;
    }
    home.findings.push(findingOf(shapeError, level, home.entry, proposal, []));
  }
}

function sourcePlace(place: Place | null): SourcePlace | null {
  if (!place) return null;
  const { line, column, endLine, endColumn } = place.span;
  return { file: place.file, line, column, endLine, endColumn };
}

export function createAnalyzer(host: SourceHost, readers: ReaderSource): Analyzer {
  const programs = new Map<string, { text: string; program: Program }>();
  const recipes = new Map<string, { text: string; program: Program }>();
  const libraries = { ...numpyModules, ...thirdPartyModules, ...librariesOf(FRAMEWORKS) };
  const fallbackLibraries = { ...torchvisionModules(), ...thirdPartyFallbacks };
  let python: Reader | undefined;
  let javascript: Reader | undefined;

  const read = (text: string, language: Language): Program | undefined =>
    (language === "python" ? python : javascript)?.read(text);
  const parse = (text: string, language: Language, path: string): Program | undefined => {
    const cache = path.startsWith("recipe:") ? recipes : programs;
    const known = cache.get(path);
    if (known && known.text === text) return known.program;
    const program = read(text, language);
    if (!program) return undefined;
    cache.set(path, { text, program });
    return program;
  };

  /** `changed` holds texts that count instead of the files' own; they are not kept. */
  const makeMachine = (root: string, changed?: ReadonlyMap<string, string>): Machine => {
    const environment: Environment = {
      readFile: (path) => changed?.get(path) ?? host.readFile(path),
      isFile: (path) => host.isFile(path),
      isFolder: (path) => host.isFolder(path),
      root,
      packageRoots: host.packageRoots?.(root) ?? [],
      parse: (text, language, path) => (changed?.has(path) ? read(text, language) : parse(text, language, path)),
      dialects: { python: pythonDialect, javascript: javascriptDialect },
      pageGlobals: { tf: "@tensorflow/tfjs" },
      libraries,
      fallbackLibraries,
    };
    return new Machine(environment);
  };

  const analyzeProgram = (
    request: AnalyzeRequest,
    language: Language,
    program: Program,
    text: string,
    changed?: ReadonlyMap<string, string>,
    watch?: Watch,
  ): FileAnalysis => {
    const { file, root } = request;
    const analysis: FileAnalysis = {
      file,
      reports: [],
      syntaxProblems: program.problems.map(({ message, span }) => ({ message, line: span.line, column: span.column })),
      commentProblems: [],
      elapsedMs: 0,
    };
    const vm = makeMachine(root, changed);
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
        // A mistake of ours must not cost the counts.
        const message = error instanceof Error ? error.message : String(error);
        const reason = `what it costs on the board could not be worked out: internal error of Model Budget: ${message}; please report it with the file`;
        made.unknowns.push({ reason, file, line: null, column: null });
      }
      analysis.reports.push(made);
      watch?.traced(traced, made);
    };

    if (request.entry !== undefined) {
      const reader = language === "python" ? python : javascript;
      const local = isLocalEntry(request.entry);
      const expr = local ? undefined : reader?.readExpression(request.entry);
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
      const lineOf = (candidate: Candidate) => candidate.place?.span.line ?? null;
      for (const candidate of candidates) {
        const here = declared.filter((one) => meant.get(one) === null || meant.get(one) === lineOf(candidate));
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
      for (const one of declared) {
        if (one.entry === null || analysis.reports.some((made) => made.entry === one.entry)) continue;
        vm.resetBudget();
        const expr = (language === "python" ? python : javascript)?.readExpression(one.entry);
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
    if (analysis.reports.length === 0) analysis.nothingFound = whyNothing(vm, program, file);
    return analysis;
  };

  /** The findings of every report, in place: each model is run, and each fix is tried on the changed text. */
  const adviseProgram = (request: AdviseRequest, language: Language, program: Program, text: string): FileAnalysis => {
    const models: { traced: TracedModel; report: Report }[] = [];
    const errors: { raised: Raised; report: Report | null }[] = [];
    const analysis = analyzeProgram(request, language, program, text, undefined, {
      traced: (traced, report) => models.push({ traced, report }),
      raised: (raised, report) => errors.push({ raised, report }),
    });
    const sources = new Map<string, SourceFile | undefined>();
    const fileOf = (path: string): SourceFile | undefined => {
      if (!sources.has(path)) sources.set(path, editable(path, request.root));
      return sources.get(path);
    };
    models.forEach(({ traced, report }, index) => {
      const evaluate = (edits: readonly TextEdit[]): Report | undefined => {
        const changed = new Map<string, string>();
        for (const path of new Set(edits.map((edit) => edit.file))) {
          const source = fileOf(path);
          if (source) changed.set(path, applyEdits(path, source.text, edits));
        }
        const own = changed.get(request.file);
        const edited = own === undefined ? program : read(own, language);
        const { reports } = analyzeProgram(request, language, edited as Program, own ?? text, changed);
        return reports.find((one) => one.entry === report.entry) ?? reports[index];
      };
      const sites = sitesOf(traced, fileOf);
      const context = { traced, report, sites, fileOf, targetIsChosen: request.targetIsChosen ?? false };
      report.findings.push(...advise(context, { rules: RULES, levels: request.levels ?? {}, evaluate }));
    });
    adviseErrors(analysis, errors, request.levels ?? {});
    const { ignores } = readDirectives(program.comments);
    const ids = RULES.map(({ id }) => id);
    if (ignores.length > 0) applyIgnores(analysis, ignores, program, text.split("\n"), ids);
    return analysis;
  };

  /** A file whose text a fix may change: plain source under the workspace, not an installed package. */
  const editable = (path: string, root: string): SourceFile | undefined => {
    if (!path.startsWith(root) || /\/(site-packages|dist-packages|node_modules)\//.test(path)) return undefined;
    const text = host.readFile(path);
    const document = text === undefined ? undefined : readDocument(path, text);
    if (text === undefined || !document || "reason" in document || document.text.length !== text.length)
      return undefined;
    const program = parse(document.text, document.language, path);
    return program && { path, text: document.text, program };
  };

  /** The request with what the nearest budget file says, where the request itself says nothing. */
  const withBudget = <R extends AnalyzeRequest & Partial<AdviseRequest>>(request: R): R => {
    if (request.budget && request.target !== "budget") return request;
    const found = findBudget((path) => host.readFile(path), request.file, request.root);
    const own = found && budgetOfFile(found.budget, request.file.slice(found.folder.length + 1), nameOf(found.path));
    const chosen = chooseTarget(found?.budget ?? { board: null, runtime: null, dtype: null });
    const target = request.target === "budget" && "target" in chosen ? chosen.target : request.target;
    return {
      ...request,
      ...(own && !request.budget && { budget: own.budget }),
      ...(target && { target }),
      ...(found && !request.levels && { levels: found.budget.rules }),
      targetIsChosen: request.targetIsChosen ?? (found?.budget.board ?? null) !== null,
    };
  };

  const run = async <R extends AnalyzeRequest>(
    request: R,
    work: (request: R, language: Language, program: Program, text: string) => FileAnalysis,
  ): Promise<FileAnalysis> => {
    const started = performance.now();
    const done = (analysis: FileAnalysis): FileAnalysis => {
      analysis.elapsedMs = Math.round((performance.now() - started) * 10) / 10;
      for (const report of analysis.reports) if (request.id !== undefined) report.id = request.id;
      return analysis;
    };
    const failed = (message: string): FileAnalysis => {
      const report: Report = errorReport(request.file, request.entry ?? "", message, 0);
      return done({ file: request.file, reports: [report], syntaxProblems: [], commentProblems: [], elapsedMs: 0 });
    };
    const text = host.readFile(request.file);
    if (text === undefined) return failed("the file could not be read");
    const document = readDocument(request.file, text);
    if ("reason" in document) return failed(document.reason);
    // Recipes are Python, so its reader is always needed.
    python ??= await readers.python();
    if (document.language === "javascript") javascript ??= await readers.javascript();
    try {
      const program = parse(document.text, document.language, request.file) as Program;
      const analysis = work(withBudget(request), document.language, program, document.text);
      if (document.fileLine) mapLines(analysis, document.fileLine);
      return done(analysis);
    } catch (error) {
      // A mistake of ours must not cost the other files.
      const message = error instanceof Error ? error.message : String(error);
      return failed(`internal error of Model Budget: ${message}; please report it with the file`);
    }
  };

  return {
    analyze: (request) => run(request, (one, language, program, text) => analyzeProgram(one, language, program, text)),
    advise: (request) => run(request, adviseProgram),
    invalidate(path): void {
      programs.delete(path);
    },
  };
}

/** Adds what the model costs on the asked targets. */
function deploy(traced: TracedModel, report: Report, { target, compare }: AnalyzeRequest): void {
  if ((!target || target === "budget") && !compare) return;
  // A layer of a framework is looked for where it was made; other operations where they run.
  const leaves = new Set(traced.layers.flatMap((entry) => (entry.isLeaf ? [entry.instance] : [])));
  const deployer = new Deployer(
    (type) => lower(traced, { type }),
    report.file,
    ({ sources }) =>
      sources.flatMap(({ layers, stack }) => placesOf(layers.findLast((layer) => leaves.has(layer))?.madeAt ?? stack)),
  );
  if (target && target !== "budget") {
    const deployment = deployer.deployment(target);
    report.deployment = deployment;
    const { ramBytes, flashBytes, latencyMs, reasons } = deployment;
    if (ramBytes.total === null || flashBytes.total === null || latencyMs === null) {
      report.unknowns.push(...reasons.map((reason) => ({ reason, file: report.file, line: null, column: null })));
    }
    report.findings.push(...deployer.findings(target, report));
  }
  if (compare) report.boards = compare.map((one) => deployer.deployment(one));
}

/** Places of a deployment, each once. */
function deploymentPlaces({ operators, peak }: Deployment): SourcePlace[] {
  const places = [...operators, ...(peak ? [peak, ...peak.alive] : [])].flatMap(({ place }) => (place ? [place] : []));
  return [...new Set(places)];
}

/** Turns lines of a notebook's joined text into lines of its file, everywhere in the analysis. */
function mapLines(analysis: FileAnalysis, fileLine: (line: number) => number): void {
  const map = (place: { line: number | null }): void => {
    if (place.line !== null) place.line = fileLine(place.line);
  };
  const mapPlace = (place: SourcePlace | null): void => {
    if (!place || place.file !== analysis.file) return;
    place.line = fileLine(place.line);
    place.endLine = fileLine(place.endLine);
  };
  analysis.syntaxProblems.forEach(map);
  analysis.commentProblems.forEach(map);
  for (const report of analysis.reports) {
    mapPlace(report.place);
    for (const deployment of [report.deployment, ...(report.boards ?? [])]) {
      if (deployment) deploymentPlaces(deployment).forEach(mapPlace);
    }
    for (const unknown of report.unknowns) if (unknown.file === analysis.file) map(unknown);
    for (const finding of report.findings) if (finding.file === analysis.file) map(finding);
    for (const layer of report.layers) {
      map(layer);
      layer.stack.forEach(mapPlace);
    }
  }
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** Libraries that wrap TensorFlow.js or do without it, by their global name. */
const OTHER_LIBRARIES: ReadonlyMap<string, string> = new Map([
  ["ml5", "ml5"],
  ["brain", "brain.js"],
]);
const OTHER_PACKAGES = /^(ml5|brain\.js)$/;

/** One sentence saying why a file has no model. */
function whyNothing(vm: Machine, program: Program, file: string): string {
  const imports = program.body.flatMap((statement) =>
    statement.kind === "import" || statement.kind === "import-from" ? [statement.module] : [],
  );
  const isKnown = imports.some(
    (name) => /^(torch|keras|tensorflow|tf_keras|@tensorflow)/.test(name) || /tensorflow|tfjs/.test(name),
  );
  let global: string | undefined;
  walk(program.body, (node) => {
    if (program.language !== "javascript" || node.kind !== "name") return;
    const { id } = node as AnyNode & { id: string };
    if (id === "tf" || OTHER_LIBRARIES.has(id)) global ??= id;
  });
  const other = imports.find((name) => OTHER_PACKAGES.test(name)) ?? global;
  if (!isKnown && other !== undefined && other !== "tf") {
    return `no model found: ${OTHER_LIBRARIES.get(other) ?? other} makes its networks itself, and they are not read; Model Budget reads Keras, PyTorch and TensorFlow.js`;
  }
  const installed = [...vm.modules.values()].filter((module) => packageRootOf(vm, module.file) !== undefined);
  const unread = installed.find((module) => module.unread !== null)?.unread;
  if (unread) return `no model found: ${unread.reason}`;
  if (!isKnown && global !== "tf" && installed.length === 0)
    return "no model found: the file imports neither Keras, PyTorch nor TensorFlow.js";
  const failure = vm.failures.find(({ place }) => place.file === file);
  if (failure) return `no model found; line ${failure.place.span.line} could not be evaluated: ${failure.reason}`;
  return "no model found: nothing in the file is a model, builds one or is a model class that can be made";
}
