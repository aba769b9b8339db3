// What every analysis of a workspace shares: parsed files, the libraries models are written with, and machines to evaluate in.
// Readers are loaded when a file of their language is first opened.
import type { SourceHost } from "../analyze";
import { readDocument } from "../1-syntax/document";
import type { Expr, Language, Program, Reader } from "../1-syntax/tree";
import { javascriptDialect } from "../2-evaluate/javascript/dialect";
import { Machine } from "../2-evaluate/machine";
import { pythonDialect } from "../2-evaluate/python/dialect";
import type { ModuleValue } from "../2-evaluate/values";
import type { Vm } from "../2-evaluate/vm";
import type { Framework } from "../4-frameworks/framework";
import { keras } from "../4-frameworks/keras/index";
import { numpyModules } from "../4-frameworks/numpy/index";
import { tfjs } from "../4-frameworks/tfjs/index";
import { thirdPartyFallbacks, thirdPartyModules } from "../4-frameworks/third-party/index";
import { torch } from "../4-frameworks/torch/index";
import { torchvisionModules } from "../4-frameworks/torchvision/index";
import type { SourceFile } from "../8-advice/sites";

export const FRAMEWORKS: readonly Framework[] = [torch, keras, tfjs];

type Libraries = Record<string, (vm: Vm) => ModuleValue>;

/** Readers are made when first needed: the TypeScript one loads a large parser. */
export interface ReaderSource {
  python(): Promise<Reader>;
  javascript(): Promise<Reader>;
}

/** A file as it is analysed: the code of it and what it parses to. */
export interface OpenSource {
  language: Language;
  program: Program;
  /** For a notebook or a page, its code; else the file's text. */
  text: string;
  /** Line of the file for a line of the text, where they differ. */
  fileLine?: (line: number) => number;
}

export class Sources {
  private readonly programs = new Map<string, { text: string; program: Program }>();
  private readonly recipes = new Map<string, { text: string; program: Program }>();
  private readonly libraries: Libraries = {
    ...numpyModules,
    ...thirdPartyModules,
    ...(Object.assign({}, ...FRAMEWORKS.map(({ modules }) => modules)) as Libraries),
  };
  private readonly fallbackLibraries: Libraries = { ...torchvisionModules(), ...thirdPartyFallbacks };
  private readonly ready: Partial<Record<Language, Reader>> = {};

  constructor(
    readonly host: SourceHost,
    private readonly readers: ReaderSource,
  ) {}

  /** Opens a file, or says in one sentence why it cannot be read. */
  async open(path: string): Promise<OpenSource | { reason: string }> {
    const text = this.host.readFile(path);
    if (text === undefined) return { reason: "the file could not be read" };
    const document = readDocument(path, text);
    if ("reason" in document) return document;
    // Recipes are Python, so its reader is always needed.
    this.ready.python ??= await this.readers.python();
    if (document.language === "javascript") this.ready.javascript ??= await this.readers.javascript();
    return { ...document, program: this.parse(document.text, document.language, path) as Program };
  }

  /** A text that is not kept; undefined while its language's reader is not loaded. */
  read(text: string, language: Language): Program | undefined {
    return this.ready[language]?.read(text);
  }

  readExpression(text: string, language: Language): Expr | undefined {
    return this.ready[language]?.readExpression(text);
  }

  /** A file as its rules may change it: plain source under the workspace, not an installed package; `changed` is not kept. */
  editable(path: string, root: string, changed?: string): SourceFile | undefined {
    if (!path.startsWith(root) || /\/(site-packages|dist-packages|node_modules)\//.test(path)) return undefined;
    const text = changed ?? this.host.readFile(path);
    const document = text === undefined ? undefined : readDocument(path, text);
    if (text === undefined || !document || "reason" in document || document.text.length !== text.length)
      return undefined;
    const program =
      changed === undefined
        ? this.parse(document.text, document.language, path)
        : this.read(document.text, document.language);
    return program && { path, text: document.text, program };
  }

  /** A machine of its own for one analysis. `changed` holds texts that count instead of the files' own; they are not kept. */
  machine(root: string, changed?: ReadonlyMap<string, string>): Machine {
    const { host } = this;
    return new Machine({
      readFile: (path) => changed?.get(path) ?? host.readFile(path),
      isFile: (path) => host.isFile(path),
      isFolder: (path) => host.isFolder(path),
      root,
      packageRoots: host.packageRoots?.(root) ?? [],
      parse: (text, language, path) =>
        changed?.has(path) ? this.read(text, language) : this.parse(text, language, path),
      dialects: { python: pythonDialect, javascript: javascriptDialect },
      pageGlobals: { tf: "@tensorflow/tfjs" },
      libraries: this.libraries,
      fallbackLibraries: this.fallbackLibraries,
    });
  }

  /** Forgets a file that changed. */
  forget(path: string): void {
    this.programs.delete(path);
  }

  private parse(text: string, language: Language, path: string): Program | undefined {
    const cache = path.startsWith("recipe:") ? this.recipes : this.programs;
    const known = cache.get(path);
    if (known && known.text === text) return known.program;
    const program = this.read(text, language);
    if (!program) return undefined;
    cache.set(path, { text, program });
    return program;
  }
}
