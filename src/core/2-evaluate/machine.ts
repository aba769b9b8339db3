// The interpreter's state and the services natives use: one Machine evaluates the code of one entry.
// What expressions, statements, calls, classes, attributes and imports mean is in the files of those names beside this one;
// this file holds them together, counts steps against the limits and knows where in the user's code evaluation stands.
import type { BinaryOp, CompareOp, Language, Program, Span } from "../1-syntax/tree";
import { getAttribute, findAttribute, setAttribute } from "./attributes";
import { callWith } from "./calls";
import type { Dialect } from "./dialect";
import { Journals } from "./journal";
import { COSTS, LIMITS } from "./limits";
import { importModule, loadedModule, loadRecipe } from "./modules";
import { folderOf } from "./paths";
import { Scope } from "./scope";
import { LimitReached, Raised, Unknown } from "./signals";
import {
  type Arguments,
  type ClassValue,
  type Frame,
  type FunctionValue,
  isOpaque,
  type ModuleValue,
  OpaqueValue,
  type Place,
  UNDEFINED,
  type Value,
} from "./values";
import type { Mutable, Vm } from "./vm";

/** What the machine needs from outside: files, readers, dialects and libraries. All synchronous. */
export interface Environment {
  readFile(path: string): string | undefined;
  isFile(path: string): boolean;
  isFolder(path: string): boolean;
  /** Folder that imports resolve from, besides those of the importing file. Absolute. */
  root: string;
  /** Folders of the selected Python environment that hold installed packages, the first one first. Absolute. */
  packageRoots?: readonly string[];
  /** Reads a file's text as a program; undefined when no reader for the language is loaded. Memoised by the caller. */
  parse(text: string, language: Language, path: string): Program | undefined;
  dialects: Readonly<Record<Language, Dialect>>;
  /** JavaScript names that a page's script tags define, and the library module each stands for. */
  pageGlobals?: Readonly<Record<string, string>>;
  /** Libraries of ours by dotted name or specifier; each is made once per machine. */
  libraries: Readonly<Record<string, (vm: Vm) => ModuleValue>>;
  /** The same for packages whose source is read where it is found: ours stand in only where no file or package of that name is. */
  fallbackLibraries?: Readonly<Record<string, (vm: Vm) => ModuleValue>>;
}

/** One running function, class body or module. */
export interface Activation {
  module: ModuleValue;
  dialect: Dialect;
  /** The function that runs; null for module code. */
  callee: FunctionValue | null;
  /** Values collected by `yield`; null outside generators. */
  yields: Value[] | null;
  /** Values of returns on one side of an unknown condition, with that condition. */
  maybeReturned: { value: Value; why: OpaqueValue }[];
  /** True inside a `try` whose handlers catch a failed import. */
  catchesImports: boolean;
  /** True inside a `try` whose handlers catch a name that is not defined. */
  catchesNames: boolean;
}

/** Something that happened while evaluating and tells entries, arguments or input shapes. */
export interface Observer {
  /** A user function starts; its variables will be in this scope. */
  entered?(fn: FunctionValue, scope: Scope): void;
  /** A user function returned. */
  returned?(fn: FunctionValue, args: Arguments, result: Value, frame: Frame | null): void;
  /** An instance of a user class was made. */
  constructed?(cls: ClassValue, args: Arguments, result: Value, frame: Frame | null): void;
}

/** A statement of a module that failed; the names it would have bound are opaque. */
export interface Failure {
  place: Place;
  reason: string;
  /** The exception, when the user's code (or a framework) raised one. */
  raised: Raised | null;
}

export class Machine implements Vm {
  readonly state = new Map<string, unknown>();
  journals = new Journals();
  /** Modules by file path or library name. */
  readonly modules = new Map<string, ModuleValue>();
  readonly failures: Failure[] = [];
  observer: Observer | null = null;
  /** Work that may have been missed: calls that gave up, and calls of unknown things with tensors. Read by who runs a model. */
  readonly gaps: OpaqueValue[] = [];

  /** Frame of the running user function: who called it. */
  frame: Frame | null = null;
  /** Where user code is now: the innermost call, operator or item access being evaluated. */
  site: Span | null = null;
  siteFile: string | null = null;
  activation: Activation;
  depth = 0;
  private steps = 0;
  private statementEnd = Number.POSITIVE_INFINITY;
  private deadline: number;
  /** Steps and milliseconds that reading installed packages took so far, and the share that counts while one is read. */
  private packages = { steps: 0, ms: 0, isReading: false };
  private readonly builtinScopes = new Map<Language, Scope>();

  constructor(
    readonly environment: Environment,
    /** Milliseconds since some start; for the time limit only. */
    private readonly now: () => number = () => performance.now(),
  ) {
    this.deadline = this.now() + LIMITS.entryMs;
    this.activation = {
      module: undefined as unknown as ModuleValue,
      dialect: environment.dialects.python,
      callee: null,
      yields: null,
      maybeReturned: [],
      catchesImports: false,
      catchesNames: false,
    };
  }

  get dialect(): Dialect {
    return this.activation.dialect;
  }
  get language(): Language {
    return this.activation.dialect.language;
  }

  /** The scope with a language's built-in names. */
  builtins(language: Language): Scope {
    let scope = this.builtinScopes.get(language);
    if (!scope) {
      scope = new Scope(null, "builtins");
      for (const [name, value] of this.environment.dialects[language].globals) scope.variables.set(name, value);
      this.builtinScopes.set(language, scope);
    }
    return scope;
  }

  /** Gives the machine a fresh budget of steps and time: for another entry of the same file. */
  resetBudget(): void {
    this.steps = 0;
    this.statementEnd = Number.POSITIVE_INFINITY;
    this.deadline = this.now() + LIMITS.entryMs;
  }

  /**
   * Gives one statement of a module its own share of steps, so that a loop over data does not use up what the model needs.
   * Returns what ends the share; work of modules imported meanwhile is not counted.
   */
  beginStatement(): () => void {
    const outer = this.statementEnd;
    const began = this.steps;
    this.statementEnd = began + LIMITS.statementSteps;
    return () => {
      this.statementEnd = outer + (this.steps - began);
    };
  }

  step(count = 1): void {
    if (this.steps > this.statementEnd) {
      throw new LimitReached(`one statement takes more than ${LIMITS.statementSteps} steps`);
    }
    const before = this.steps;
    this.steps += count;
    const { isReading } = this.packages;
    const end = isReading ? LIMITS.packageSteps : LIMITS.steps;
    const what = isReading ? " in installed packages" : "";
    if (this.steps > end) throw new LimitReached(`evaluation stopped after ${end} steps${what}`);
    if (before >> 10 !== this.steps >> 10 && this.now() > this.deadline) {
      throw new LimitReached(`evaluation stopped after ${isReading ? LIMITS.packageMs : LIMITS.entryMs} ms${what}`);
    }
  }

  /**
   * Runs the code of an installed package. It has a share of steps and time of its own for all packages together: a large one
   * that is imported ends with a reason, and takes nothing from what the workspace's own code may use.
   */
  readingPackage(run: () => void): void {
    if (this.packages.isReading) {
      run();
      return;
    }
    const outer = { steps: this.steps, statementEnd: this.statementEnd, deadline: this.deadline };
    const began = this.now();
    this.packages.isReading = true;
    this.steps = this.packages.steps;
    this.statementEnd = Number.POSITIVE_INFINITY;
    this.deadline = began + LIMITS.packageMs - this.packages.ms;
    try {
      run();
    } finally {
      const took = this.now() - began;
      this.packages = { steps: this.steps, ms: this.packages.ms + took, isReading: false };
      this.steps = outer.steps;
      this.statementEnd = outer.statementEnd;
      this.deadline = outer.deadline + took;
    }
  }

  /** The count of steps at which a loop that begins now has taken too many. */
  beginLoop(): number {
    return this.steps + LIMITS.loopSteps;
  }
  /** One more turn of a loop that ends at `end` steps at the latest. */
  turn(end: number): void {
    if (this.steps > end) throw this.giveUp(`a loop takes more than ${LIMITS.loopSteps} steps`);
  }

  /** Notes where user code is; places inside recipes are not noted. */
  at(span: Span): void {
    if (this.activation.module.isRecipe) return;
    this.site = span;
    this.siteFile = this.activation.module.file;
  }

  here(): Place | null {
    return this.site && this.siteFile !== null ? { file: this.siteFile, span: this.site } : null;
  }

  stack(): Frame | null {
    const place = this.here();
    if (!place) return this.frame;
    return { place, functionName: "", parent: this.frame, depth: (this.frame?.depth ?? 0) + 1 };
  }

  unknown(reason: string, dimension?: string): OpaqueValue {
    return new OpaqueValue(reason, this.here(), dimension ?? null);
  }
  giveUp(reason: string): Unknown {
    return new Unknown(this.unknown(reason));
  }
  error(type: string, message: string): Raised {
    this.step(COSTS.exception);
    return new Raised(type, message, this.here(), null, this.stack(), this.activation.module?.isRecipe);
  }

  touch(target: Mutable): void {
    this.journals.touch(target);
  }

  call(callee: Value, positional: readonly Value[] = [], keywords?: ReadonlyMap<string, Value>): Value {
    return callWith(this, callee, { positional: positional.slice(), keywords: new Map(keywords), unknown: null });
  }
  callWith(callee: Value, args: Arguments): Value {
    return callWith(this, callee, args);
  }
  getAttribute(object: Value, name: string): Value {
    return getAttribute(this, object, name);
  }
  findAttribute(object: Value, name: string): Value | undefined {
    return findAttribute(this, object, name);
  }
  setAttribute(object: Value, name: string, value: Value): void {
    setAttribute(this, object, name, value);
  }
  getIndex(object: Value, index: Value): Value {
    return this.dialect.getIndex(this, object, index);
  }
  setIndex(object: Value, index: Value, value: Value): void {
    this.dialect.setIndex(this, object, index, value);
  }
  binary(op: BinaryOp, left: Value, right: Value): Value {
    return this.dialect.binary(this, op, left, right);
  }
  compare(op: CompareOp, left: Value, right: Value): Value {
    return this.dialect.compare(this, op, left, right);
  }
  unary(op: "-" | "+" | "~" | "not", operand: Value): Value {
    return this.dialect.unary(this, op, operand);
  }
  truth(value: Value): boolean | OpaqueValue {
    switch (value.kind) {
      case "boolean":
        return value.value;
      case "opaque":
        return value;
      case "none":
      case "undefined":
        return false;
      default:
        return this.dialect.truth(this, value);
    }
  }
  equals(left: Value, right: Value): boolean | OpaqueValue {
    return this.dialect.equals(this, left, right);
  }

  iterate(value: Value): Value[] | OpaqueValue {
    if (value.kind === "list") {
      if (value.taint || this.language === "python") return value.taint ?? value.items;
      // Items of a JavaScript array that were never set read as undefined.
      return value.items.map((item) => (item.kind === "undefined" ? UNDEFINED : item));
    }
    if (value.kind === "tuple") return value.items as Value[];
    const iterator = this.dialect.iterate(this, value);
    if (isOpaque(iterator)) return iterator;
    const items: Value[] = [];
    for (let next = iterator.next(); !next.done; next = iterator.next()) {
      items.push(next.value);
      if (items.length > LIMITS.loopIterations) {
        return this.unknown(`an iteration has more than ${LIMITS.loopIterations} items`);
      }
      this.step();
    }
    return items;
  }
  items(value: Value): Value[] {
    const items = this.iterate(value);
    if (isOpaque(items)) throw new Unknown(items);
    return items;
  }
  text(value: Value): string | OpaqueValue {
    return this.dialect.text(this, value);
  }
  repr(value: Value): string | OpaqueValue {
    return this.dialect.repr(this, value);
  }
  isInstance(value: Value, cls: Value): boolean | OpaqueValue {
    return this.dialect.isInstance(this, value, cls);
  }
  typeName(value: Value): string {
    return this.dialect.typeName(this, value);
  }
  importModule(name: string, language: Language): Value | undefined {
    return importModule(this, name, language, this.activation.module?.file ?? null);
  }
  scriptFolder(): string {
    for (const { file } of this.modules.values()) if (file !== null) return folderOf(file);
    return this.environment.root;
  }
  loadedModule(name: string): ModuleValue | undefined {
    return loadedModule(this, name);
  }
  loadRecipe(name: string, source: string, language: Language): ModuleValue {
    return loadRecipe(this, name, source, language);
  }

  /** Runs `body` as code of another module (an activation of its own), and comes back to the present one whatever happens. */
  within<T>(activation: Activation, body: () => T): T {
    const outer = this.activation;
    this.activation = activation;
    try {
      return body();
    } finally {
      this.activation = outer;
    }
  }
}
