// Variables: a chain of scopes. Python functions and modules, class bodies, and JavaScript blocks all use it.
import type { Value } from "./values";

export class Scope {
  variables = new Map<string, Value>();
  /** Names that Python's `global` / `nonlocal` send elsewhere. */
  redirected: Map<string, Scope> | null = null;
  /** Names a Python function assigns: read before that, they are not those of an outer scope. */
  locals: ReadonlySet<string> | null = null;
  /** Names whose values are looked up when they are read; see `defer`. */
  private deferred: Map<string, () => Value> | null = null;
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
      const value = scope.own(name);
      if (value !== undefined && (scope.type !== "class" || scope === this)) return value;
      if (scope.locals?.has(name)) return undefined;
      scope = scope.parent;
    }
    return undefined;
  }

  /** A variable of this scope itself. */
  own(name: string): Value | undefined {
    return this.variables.get(name) ?? this.deferred?.get(name)?.();
  }

  /** Binds a name to what `read` gives each time the name is asked for, until it is bound to something else. */
  defer(name: string, read: () => Value): void {
    this.deferred ??= new Map();
    this.deferred.set(name, read);
    this.variables.delete(name);
  }

  /** Binds every deferred name to its value, for code that looks at all names. */
  settle(): void {
    for (const [name, read] of this.deferred ?? []) {
      if (!this.variables.has(name)) this.variables.set(name, read());
    }
  }

  /** The scope that holds a variable, by the same rule as `find`. */
  holder(name: string): Scope | undefined {
    let scope: Scope | null = this;
    while (scope) {
      if (scope.own(name) !== undefined && (scope.type !== "class" || scope === this)) return scope;
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
