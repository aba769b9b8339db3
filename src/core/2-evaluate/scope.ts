// Variables: a chain of scopes. Python functions and modules, class bodies, and JavaScript blocks all use it.
import type { Value } from "./values";

export class Scope {
  variables = new Map<string, Value>();
  /** Names that Python's `global` / `nonlocal` send elsewhere. */
  redirected: Map<string, Scope> | null = null;
  /** Names a Python function assigns: read before that, they are not those of an outer scope. */
  locals: ReadonlySet<string> | null = null;
  /** JavaScript names declared with `const`. */
  constants: Set<string> | null = null;
  constructor(
    readonly parent: Scope | null,
    readonly type: "builtins" | "module" | "function" | "class" | "block",
  ) {}

  /** Finds a variable. A class body is visible to itself only, not to the functions inside it. */
  find(name: string): Value | undefined {
    let scope: Scope | null = this;
    while (scope) {
      const value = scope.variables.get(name);
      if (value !== undefined && (scope.type !== "class" || scope === this)) return value;
      if (scope.locals?.has(name)) return undefined;
      scope = scope.parent;
    }
    return undefined;
  }

  /** The scope that holds a variable, by the same rule as `find`. */
  holder(name: string): Scope | undefined {
    let scope: Scope | null = this;
    while (scope) {
      if (scope.variables.has(name) && (scope.type !== "class" || scope === this)) return scope;
      scope = scope.parent;
    }
    return undefined;
  }

  /** Nearest enclosing function, class or module scope: where Python and `var` put variables. */
  functionScope(): Scope {
    let scope: Scope = this;
    while (scope.type === "block" && scope.parent) scope = scope.parent;
    return scope;
  }

  moduleScope(): Scope {
    let scope: Scope = this;
    while (scope.type !== "module" && scope.parent) scope = scope.parent;
    return scope;
  }
}
