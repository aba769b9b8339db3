// What the code of a file does tells what its models are: which functions gave a model and for which arguments, which model
// classes were made, which tensors a model was called with. Collected while the file runs, and from its `main` code.
import type { FunctionDefinition, Stmt } from "../1-syntax/tree";
import { guarded } from "../2-evaluate/interpreter";
import type { Activation, Machine } from "../2-evaluate/machine";
import { runGuarded } from "../2-evaluate/modules";
import type { Scope } from "../2-evaluate/scope";
import {
  type Arguments,
  type ClassValue,
  type Frame,
  type FunctionValue,
  type InstanceValue,
  int,
  type ModuleValue,
  UNDEFINED,
  type Value,
} from "../2-evaluate/values";
import { currentGraph } from "../3-graph/graph";
import { Tensor } from "../3-graph/tensor";
import type { Framework, InputGuess } from "../4-frameworks/framework";

export interface ReturnedModel {
  fn: FunctionValue;
  args: Arguments;
  model: InstanceValue;
}
export interface ConstructedModel {
  cls: ClassValue;
  args: Arguments;
  model: InstanceValue;
  /** True when it was made while another model was being constructed: a part of it. */
  isPart: boolean;
}

/** A model that is no instance of a class of the file, such as a Sequential, made by code of the file. */
export interface MadeModel {
  model: InstanceValue;
  /** The function that made it; null for code of the module. */
  maker: FunctionValue | null;
  /** The run of that function. */
  run: Activation;
  /** True when that run came to its end: before that layers may be missing. */
  isComplete: boolean;
  /** The methods that gave it to their callers, the innermost first. */
  givenBy: FunctionValue[];
}

/** Everything seen while the code of one file ran. */
export class Evidence {
  readonly returned: ReturnedModel[] = [];
  readonly constructed: ConstructedModel[] = [];
  /** Models of classes of other files, made by code of this one. */
  readonly imported: ConstructedModel[] = [];
  /** Functions of other files that gave a model to code of this one, with the line (from 1) of the call. */
  readonly elsewhere: { fn: FunctionValue; line: number }[] = [];
  /** Names of this file's functions that were called. */
  readonly called = new Set<string>();
  /** Functions and methods that were called. */
  readonly ran = new Set<FunctionDefinition>();
  /** Instances of plain classes of this file, with the first arguments. */
  readonly objects = new Map<ClassValue, { args: Arguments; value: InstanceValue }>();
  readonly made: MadeModel[] = [];
  /** Data sets that were made. */
  private readonly dataSets: InstanceValue[] = [];

  constructor(
    private readonly vm: Machine,
    private readonly file: string,
    private readonly frameworks: readonly Framework[],
  ) {}

  frameworkOf(value: Value): Framework | undefined {
    return this.frameworks.find((framework) => framework.isModel(this.vm, value));
  }

  /** Collects while `body` runs. */
  collect(body: () => void): void {
    const outer = this.vm.observer;
    this.vm.observer = {
      entered: (fn) => {
        this.ran.add(fn.definition);
        if (fn.module.file === this.file && !fn.home) this.called.add(fn.name);
      },
      returned: (fn, args, result, frame) => {
        for (const one of this.made) {
          if (one.run === this.vm.activation) one.isComplete = true;
          if (one.model === result && fn.name !== "") one.givenBy.push(fn);
        }
        // What a helper gives to a constructor is a part of that model.
        if (isInsideConstructor(frame)) return;
        if (frame && fn.module.file !== this.file && frame.place.file === this.file && !fn.module.isRecipe) {
          if (this.frameworkOf(result)) this.elsewhere.push({ fn, line: frame.place.span.line });
        }
        if (fn.module.file !== this.file || fn.name === "" || result.kind !== "instance" || fn.home) return;
        if (this.frameworkOf(result)) this.returned.push({ fn, args, model: result });
      },
      constructed: (cls, args, result, frame) => {
        if (result.kind !== "instance") return;
        if (cls.mro.some(({ name }) => DATA_SETS.has(name))) this.dataSets.push(result);
        if (cls.module?.file === this.file && !this.frameworkOf(result) && !this.objects.has(cls))
          this.objects.set(cls, { args, value: result });
        if (cls.module?.file !== this.file) {
          this.noteMade(result);
          const isOurs = result.madeAt?.place.file === this.file && !isInsideConstructor(frame);
          if (isOurs && cls.module?.file && this.frameworkOf(result)) {
            this.imported.push({ cls, args, model: result, isPart: false });
          }
          return;
        }
        if (this.frameworkOf(result)) {
          this.constructed.push({ cls, args, model: result, isPart: isInsideConstructor(frame) });
        }
      },
    };
    try {
      body();
    } finally {
      this.vm.observer = outer;
    }
  }

  private noteMade(model: InstanceValue): void {
    const { activation } = this.vm;
    if (model.madeAt?.place.file !== this.file || activation.module?.file !== this.file) return;
    if (!this.frameworkOf(model)?.isWhole?.(model)) return;
    const maker = activation.callee;
    // What the code of a model class makes is a part of that model.
    const home = maker?.home;
    if (home && this.frameworks.some((framework) => framework.isModelClass(this.vm, home))) return;
    this.made.push({ model, maker, run: activation, isComplete: maker === null, givenBy: [] });
  }

  /** Shapes of the examples of the data sets that were made: what their transforms give, with a batch of 1. */
  examples(module: ModuleValue): InputGuess[] {
    const found: InputGuess[] = [];
    for (const dataSet of this.dataSets.splice(0)) {
      this.vm.resetBudget();
      const { value } = guarded(this.vm, module, () => this.vm.getIndex(dataSet, int(0)));
      const first = value?.kind === "tuple" ? value.items[0] : value;
      if (!(first instanceof Tensor) || !first.shape?.every((dim) => typeof dim === "number")) continue;
      const shape = [1, ...(first.shape as number[])];
      const where = placeText(dataSet.madeAt);
      const assumption = `input ${shape.join("x")} from the examples of ${dataSet.type.name} in ${where}`;
      found.push({ name: "input", shape, dtype: first.dtype, freeBatch: false, assumption, implied: true });
    }
    return found;
  }

  /** Shapes a model was called with by code outside every model. */
  inputsOf(model: InstanceValue): InputGuess[] | null {
    for (const call of currentGraph(this.vm).calls) {
      if (call.layer !== model || call.within.length > 0 || call.inputs.length === 0) continue;
      const where = placeText(call.stack);
      const batch = call.inputs[0]?.[0];
      return call.inputs.map((shape, index) => {
        const known = shape?.map((dim) => (typeof dim === "number" ? dim : null)) ?? null;
        const axis = batchAxis(known, batch);
        if (known && axis >= 0) known[axis] = 1;
        return {
          name: call.inputs.length === 1 ? "input" : `input${index + 1}`,
          shape: known,
          dtype: call.inputTypes[index] ?? "float32",
          freeBatch: false,
          assumption: `input ${known?.map((dim) => dim ?? "?").join("x") ?? "?"} from a call in ${where}`,
        };
      });
    }
    return null;
  }
}

/** Classes that data sets derive from. */
const DATA_SETS: ReadonlySet<string> = new Set(["Dataset", "VisionDataset"]);

/** `train.py:12` */
function placeText(frame: Frame | null): string {
  const place = frame?.place;
  return place ? `${place.file.slice(place.file.lastIndexOf("/") + 1)}:${place.span.line}` : "the file";
}

/**
 * Where an input has its batch, given the first dimension of the first input: in front, unless only another dimension has that
 * size, as in the state [layers, batch, hidden] of a recurrent layer. -1 when the input has no dimension.
 */
function batchAxis(shape: readonly (number | null)[] | null, batch: unknown): number {
  if (!shape || shape.length === 0) return -1;
  if (typeof batch !== "number" || shape[0] === batch || !shape.includes(batch)) return 0;
  return shape.indexOf(batch);
}

function isInsideConstructor(frame: Frame | null): boolean {
  for (let one = frame; one; one = one.parent) {
    if (one.functionName === "__init__" || one.functionName === "constructor") return true;
  }
  return false;
}

/** True for `if __name__ == "__main__":`. */
function isMainGuard(statement: Stmt): boolean {
  if (statement.kind !== "if" || statement.test.kind !== "compare") return false;
  const { first, rest } = statement.test;
  const sides = [first, rest[0]?.value];
  return (
    sides.some((side) => side?.kind === "name" && side.id === "__name__") &&
    sides.some((side) => side?.kind === "string" && side.value === "__main__")
  );
}

/** Names of functions that people run to train or to try a model. */
const ENTRY_NAMES = /^_*(main|test|demo|example|run|train|check|debug)(_|$|[A-Z])/;

/** Runs functions that a person would run, when nothing has called them: `test()`, `main()`; those that need no arguments. */
export function runEntries(vm: Machine, module: ModuleValue, body: readonly Stmt[], called: ReadonlySet<string>): void {
  for (const statement of body) {
    if (statement.kind !== "function-definition" || !ENTRY_NAMES.test(statement.definition.name)) continue;
    const fn = module.scope?.variables.get(statement.definition.name);
    if (fn?.kind !== "function" || fn.module !== module || called.has(fn.name) || fn.definition.isGenerator) continue;
    const isFree = fn.definition.parameters.every(
      (parameter, index) =>
        fn.defaults.has(index) || parameter.fallback || parameter.kind === "rest" || parameter.kind === "keyword-rest",
    );
    if (!isFree) continue;
    vm.resetBudget();
    guarded(vm, module, () => vm.call(fn));
  }
}

/** The statements of the `main` code of a file, and the names they bound. */
export interface MainCode {
  statements: readonly Stmt[];
  scope: Scope;
}

/** Runs the code a person would run: `if __name__ == "__main__"` bodies, each statement on its own. */
export function runMain(vm: Machine, module: ModuleValue, body: readonly Stmt[]): MainCode | null {
  if (!module.scope) return null;
  const statements = body.flatMap((one) => (isMainGuard(one) && one.kind === "if" ? one.then : []));
  if (statements.length === 0) return null;
  // What it sets are names of the module: functions of the file read them.
  const { scope } = module;
  for (const one of statements) {
    vm.resetBudget();
    guarded(vm, module, () => {
      runGuarded(vm, [one], scope, module);
      return UNDEFINED;
    });
  }
  return { statements, scope };
}
