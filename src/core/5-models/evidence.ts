// What the code of a file does tells what its models are: which functions gave a model and for which arguments, which model
// classes were made, which tensors a model was called with. Collected while the file runs, and from its `main` code.
import type { Stmt } from "../1-syntax/tree";
import { guarded } from "../2-evaluate/interpreter";
import type { Machine } from "../2-evaluate/machine";
import { execute } from "../2-evaluate/statements";
import { Scope } from "../2-evaluate/scope";
import {
  type Arguments,
  type ClassValue,
  type Frame,
  type FunctionValue,
  type InstanceValue,
  type ModuleValue,
  UNDEFINED,
  type Value,
} from "../2-evaluate/values";
import { currentGraph } from "../3-graph/graph";
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

/** Everything seen while the code of one file ran. */
export class Evidence {
  readonly returned: ReturnedModel[] = [];
  readonly constructed: ConstructedModel[] = [];

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
      returned: (fn, args, result, frame) => {
        // What a helper gives to a constructor is a part of that model.
        if (isInsideConstructor(frame)) return;
        if (fn.module.file !== this.file || fn.name === "" || result.kind !== "instance" || fn.home) return;
        if (this.frameworkOf(result)) this.returned.push({ fn, args, model: result });
      },
      constructed: (cls, args, result, frame) => {
        if (cls.module?.file !== this.file || result.kind !== "instance") return;
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

  /** Shapes a model was called with by code outside every model. */
  inputsOf(model: InstanceValue): InputGuess[] | null {
    for (const call of currentGraph(this.vm).calls) {
      if (call.layer !== model || call.within.length > 0 || call.inputs.length === 0) continue;
      const place = call.stack?.place;
      const where = place ? `${place.file.slice(place.file.lastIndexOf("/") + 1)}:${place.span.line}` : "the file";
      return call.inputs.map((shape, index) => {
        const known = shape?.map((dim) => (typeof dim === "number" ? dim : null)) ?? null;
        if (known && known.length > 0) known[0] = 1;
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

/** Runs the code a person would run: `if __name__ == "__main__"` bodies, each statement on its own. */
export function runMain(vm: Machine, module: ModuleValue, body: readonly Stmt[]): void {
  const scope = module.scope;
  if (!scope) return;
  for (const statement of body) {
    if (!isMainGuard(statement) || statement.kind !== "if") continue;
    const inner = new Scope(scope, "block");
    for (const one of statement.then) {
      vm.resetBudget();
      guarded(vm, module, () => {
        execute(vm, one, inner);
        return UNDEFINED;
      });
    }
  }
}
