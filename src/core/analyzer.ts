// Puts the stages together: read, evaluate, find the models, run them, cost them. One analyzer serves one workspace and keeps
// what it parsed; every analysis evaluates afresh, so no result depends on an earlier one.
import type { AnalyzeRequest, Analyzer, SourceHost } from "./analyze";
import { readDocument } from "./1-syntax/document";
import type { Language, Program, Reader } from "./1-syntax/tree";
import { runProgram } from "./2-evaluate/interpreter";
import { javascriptDialect } from "./2-evaluate/javascript/dialect";
import { type Environment, Machine } from "./2-evaluate/machine";
import { pythonDialect } from "./2-evaluate/python/dialect";
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
import type { Candidate } from "./5-models/model";
import { runModel } from "./5-models/run";
import { buildReport, errorReport } from "./7-cost/report";
import type { FileAnalysis, Report, SourcePlace } from "./report/report";

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

  const parse = (text: string, language: Language, path: string): Program | undefined => {
    const cache = path.startsWith("recipe:") ? recipes : programs;
    const known = cache.get(path);
    if (known && known.text === text) return known.program;
    const reader = language === "python" ? python : javascript;
    if (!reader) return undefined;
    const program = reader.read(text);
    cache.set(path, { text, program });
    return program;
  };

  const makeMachine = (root: string): Machine => {
    const environment: Environment = {
      readFile: (path) => host.readFile(path),
      isFile: (path) => host.isFile(path),
      isFolder: (path) => host.isFolder(path),
      root,
      parse,
      dialects: { python: pythonDialect, javascript: javascriptDialect },
      pageGlobals: { tf: "@tensorflow/tfjs" },
      libraries,
      fallbackLibraries,
    };
    return new Machine(environment);
  };

  const analyzeProgram = (request: AnalyzeRequest, language: Language, text: string): FileAnalysis => {
    const { file, root } = request;
    const program = parse(text, language, file) as Program;
    const analysis: FileAnalysis = {
      file,
      reports: [],
      syntaxProblems: program.problems.map(({ message, span }) => ({ message, line: span.line, column: span.column })),
      elapsedMs: 0,
    };
    const vm = makeMachine(root);
    const load = () => runProgram(vm, file, language, program);
    const report = (module: ModuleValue, candidate: Candidate, observed: InputGuess[] | null): void => {
      const started = performance.now();
      vm.resetBudget();
      const traced = runModel(vm, module, candidate, request.inputs ?? [], observed);
      const made = buildReport(traced, file, 0);
      made.elapsedMs = Math.round((performance.now() - started) * 10) / 10;
      analysis.reports.push(made);
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
      const found = candidateFor(vm, FRAMEWORKS, module, request.entry, expr);
      if ("error" in found) {
        analysis.reports.push(errorReport(file, request.entry, found.error, 0, sourcePlace(found.place)));
      } else {
        report(module, found.candidate, null);
      }
      return analysis;
    }

    const { candidates, evidence, failures, module } = discover(vm, FRAMEWORKS, program, file, load);
    if (module) for (const candidate of candidates) report(module, candidate, evidence.inputsOf(candidate.model));
    for (const { name, place, reason } of failures) {
      analysis.reports.push(errorReport(file, name, reason, 0, sourcePlace(place)));
    }
    if (analysis.reports.length === 0) analysis.nothingFound = whyNothing(vm, program);
    return analysis;
  };

  return {
    async analyze(request): Promise<FileAnalysis> {
      const started = performance.now();
      const done = (analysis: FileAnalysis): FileAnalysis => {
        analysis.elapsedMs = Math.round((performance.now() - started) * 10) / 10;
        for (const report of analysis.reports) if (request.id !== undefined) report.id = request.id;
        return analysis;
      };
      const failed = (message: string): FileAnalysis => {
        const report: Report = errorReport(request.file, request.entry ?? "", message, 0);
        return done({ file: request.file, reports: [report], syntaxProblems: [], elapsedMs: 0 });
      };
      const text = host.readFile(request.file);
      if (text === undefined) return failed("the file could not be read");
      const document = readDocument(request.file, text);
      if ("reason" in document) return failed(document.reason);
      // Recipes are Python, so its reader is always needed.
      python ??= await readers.python();
      if (document.language === "javascript") javascript ??= await readers.javascript();
      try {
        const analysis = analyzeProgram(request, document.language, document.text);
        if (document.fileLine) mapLines(analysis, document.fileLine);
        return done(analysis);
      } catch (error) {
        // A mistake of ours must not cost the other files.
        const message = error instanceof Error ? error.message : String(error);
        return failed(`internal error of Model Budget: ${message}; please report it with the file`);
      }
    },
    invalidate(path): void {
      programs.delete(path);
    },
  };
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
  for (const report of analysis.reports) {
    mapPlace(report.place);
    for (const unknown of report.unknowns) if (unknown.file === analysis.file) map(unknown);
    for (const layer of report.layers) {
      map(layer);
      layer.stack.forEach(mapPlace);
    }
  }
}

/** One sentence saying why a file has no model. */
function whyNothing(vm: Machine, program: Program): string {
  const imports = program.body.flatMap((statement) =>
    statement.kind === "import" || statement.kind === "import-from" ? [statement.module] : [],
  );
  const known = imports.some((name) => /^(torch|keras|tensorflow|tf_keras|@tensorflow)/.test(name));
  if (!known) return "no model found: the file imports neither Keras, PyTorch nor TensorFlow.js";
  const failure = vm.failures[0];
  if (failure) return `no model found; line ${failure.place.span.line} could not be evaluated: ${failure.reason}`;
  return "no model found: nothing in the file is a model, builds one or is a model class that can be made";
}
