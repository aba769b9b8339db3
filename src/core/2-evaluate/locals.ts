// Which names a Python function makes its own by assigning them anywhere in its body.
import type { FunctionDefinition, Stmt, Target } from "../1-syntax/tree";

const known = new WeakMap<FunctionDefinition, ReadonlySet<string>>();

/** Names assigned in a function's statements, without those sent elsewhere by `global` and `nonlocal`. */
export function localsOf(definition: FunctionDefinition): ReadonlySet<string> {
  let names = known.get(definition);
  if (!names) {
    const found = new Set<string>();
    const elsewhere = new Set<string>();
    collect(definition.body, found, elsewhere);
    for (const name of elsewhere) found.delete(name);
    names = found;
    known.set(definition, names);
  }
  return names;
}

function collect(body: readonly Stmt[], found: Set<string>, elsewhere: Set<string>): void {
  const target = (one: Target): void => {
    if (one.kind === "name") found.add(one.id);
    else if (one.kind === "unpack") for (const element of one.elements) if (element) target(element.target);
  };
  const inside = (...bodies: (readonly Stmt[])[]): void => {
    for (const one of bodies) collect(one, found, elsewhere);
  };
  for (const statement of body) {
    switch (statement.kind) {
      case "assignment":
        statement.targets.forEach(target);
        break;
      case "augmented":
        target(statement.target);
        break;
      case "function-definition":
      case "class-definition":
        found.add(statement.definition.name);
        break;
      case "global":
      case "nonlocal":
        for (const name of statement.names) elsewhere.add(name);
        break;
      case "if":
        inside(statement.then, statement.otherwise);
        break;
      case "for":
        target(statement.target);
        inside(statement.body, statement.otherwise);
        break;
      case "while":
        inside(statement.body, statement.otherwise);
        break;
      case "with":
        inside(statement.body);
        break;
      case "try":
        inside(
          statement.body,
          ...statement.handlers.map((handler) => handler.body),
          statement.otherwise,
          statement.finally,
        );
        break;
      default:
    }
  }
}
