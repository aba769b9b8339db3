// The numbers written in a file with what each one binds: a parameter's default, an argument, a constant, an entry of a
// dictionary. What a number means is not decided here.
import type {
  CallExpr,
  ClassDefinition,
  DictExpr,
  Expr,
  FunctionDefinition,
  NumberExpr,
  Program,
  Stmt,
  Target,
} from "../../1-syntax/tree";
import { type AnyNode, walk } from "../../1-syntax/walk";
import type { SourceFile } from "../sites";

/** A number in the text. */
export interface WrittenNumber {
  file: SourceFile;
  node: NumberExpr;
  /** The parameter, name, attribute or key it is the value of; null where that cannot be told. */
  name: string | null;
  binds: "default" | "argument" | "constant" | "entry";
  /** The call it is an argument of. */
  call: CallExpr | null;
}

/** Parameter names of the functions and classes of files, by name, without `self`. */
export type Signatures = ReadonlyMap<string, readonly string[]>;

const namesOf = ({ parameters }: FunctionDefinition) =>
  parameters.flatMap(({ kind, name }, index) =>
    (kind === "normal" || kind === "positional-only") && !(index === 0 && (name === "self" || name === "cls"))
      ? [name]
      : [],
  );

/** The signatures that the programs define; of two with one name the first counts. */
export function signaturesOf(programs: readonly Program[]): Signatures {
  const found = new Map<string, readonly string[]>();
  const add = (name: string, parameters: readonly string[]) => {
    if (name !== "" && !found.has(name)) found.set(name, parameters);
  };
  walk(
    programs.map(({ body }) => body),
    (node) => {
      const one = node as AnyNode & { definition?: unknown; target?: Target; value?: Expr };
      if (one.kind === "function-definition") {
        const definition = one.definition as FunctionDefinition;
        add(definition.name, namesOf(definition));
      } else if (one.kind === "declare" && one.target?.kind === "name" && one.value?.kind === "function") {
        add(one.target.id, namesOf(one.value.definition));
      } else if (one.kind === "class-definition") {
        const { name, body, members } = one.definition as ClassDefinition;
        for (const statement of body) {
          if (statement.kind === "function-definition" && statement.definition.name === "__init__")
            add(name, namesOf(statement.definition));
        }
        for (const { key, method } of members) {
          if (key.kind === "string" && key.value === "constructor" && method) add(name, namesOf(method));
        }
      }
    },
  );
  return found;
}

/** Name of what is called: the last part of `a.b.Name(…)`. */
export function calledName({ callee }: CallExpr): string | null {
  return callee.kind === "name" ? callee.id : callee.kind === "attribute" ? callee.name : null;
}

function targetName(target: Target): string | null {
  return target.kind === "name" ? target.id : target.kind === "attribute" ? target.name : null;
}

function keyName(key: DictExpr["entries"][number]["key"]): string | null {
  return key?.kind === "string" ? key.value : key?.kind === "name" ? key.id : null;
}

/** `--width-mult` of `parser.add_argument("--width-mult", default=1.0)` names its default. */
function optionName(call: CallExpr): string | null {
  if (calledName(call) !== "add_argument") return null;
  const flags = call.args.flatMap(({ name, value }) =>
    name === undefined && value.kind === "string" ? value.value : [],
  );
  return flags.at(-1)?.replace(/^-+/, "").replaceAll("-", "_") ?? null;
}

/** Every number of a file that is a whole default, argument, constant or entry. */
export function writtenNumbers(file: SourceFile, signatures: Signatures): WrittenNumber[] {
  const found: WrittenNumber[] = [];
  const add = (
    value: Expr | null | undefined,
    name: string | null,
    binds: WrittenNumber["binds"],
    call: CallExpr | null = null,
  ) => {
    if (value?.kind === "number") found.push({ file, node: value, name, binds, call });
  };
  walk(file.program.body, (node) => {
    const one = node as Stmt | Expr;
    if (one.kind === "function-definition" || one.kind === "function")
      for (const { name, fallback } of one.definition.parameters) add(fallback, name, "default");
    else if (one.kind === "class-definition" || one.kind === "class")
      for (const { key, value } of one.definition.members) add(value, keyName(key), "constant");
    else if (one.kind === "call") {
      const positions = signatures.get(calledName(one) ?? "");
      const option = optionName(one);
      one.args.forEach(({ name, value, spread }, index) => {
        if (spread === undefined)
          add(
            value,
            option !== null && name === "default" ? option : (name ?? positions?.[index] ?? null),
            "argument",
            one,
          );
      });
    } else if (one.kind === "dict") for (const { key, value } of one.entries) add(value, keyName(key), "entry");
    else if (one.kind === "assignment")
      for (const target of one.targets) {
        add(one.value, targetName(target), "constant");
        if (target.kind === "unpack" && one.value.kind === "sequence") {
          const { elements } = one.value;
          target.elements.forEach((part, index) => {
            if (part && !part.rest) add(elements[index], targetName(part.target), "constant");
          });
        }
      }
    else if (one.kind === "declare") add(one.value, targetName(one.target), "constant");
  });
  return found;
}
