// Which values a width multiplier may take: networks of libraries with stored weights for some values only, and checks in the
// code such as `if alpha not in (0.25, 0.5, 1.0)`.
import type { CallExpr, Expr, Program } from "../../1-syntax/tree";
import { type AnyNode, walk } from "../../1-syntax/walk";
import { calledName } from "./written-numbers";

/** A network of a library that takes a width multiplier. */
export interface Application {
  name: string;
  /** Its positional parameters as far as the multiplier. */
  parameters: readonly string[];
  /** The parameter that is the multiplier. */
  argument: string;
  /** The values a call may have, ascending: those of the stored weights it asks for; null where any does. */
  allowed(call: CallExpr): readonly number[] | null;
}

const KERAS = ["input_shape", "alpha"];

/** Widths with stored ImageNet weights, by the code of keras.applications 3.15 and torchvision 0.14. */
const APPLICATIONS: Readonly<
  Record<string, { parameters: readonly string[]; argument: string; stored: readonly number[]; byDefault: boolean }>
> = {
  MobileNet: { parameters: KERAS, argument: "alpha", stored: [0.25, 0.5, 0.75, 1], byDefault: true },
  MobileNetV2: { parameters: KERAS, argument: "alpha", stored: [0.35, 0.5, 0.75, 1, 1.3, 1.4], byDefault: true },
  MobileNetV3Small: { parameters: KERAS, argument: "alpha", stored: [0.75, 1], byDefault: true },
  MobileNetV3Large: { parameters: KERAS, argument: "alpha", stored: [0.75, 1], byDefault: true },
  mobilenet_v2: { parameters: [], argument: "width_mult", stored: [1], byDefault: false },
  mobilenet_v3_small: { parameters: [], argument: "width_mult", stored: [1], byDefault: false },
  mobilenet_v3_large: { parameters: [], argument: "width_mult", stored: [1], byDefault: false },
};

function isNothing(value: Expr): boolean {
  return value.kind === "constant" && (value.value === "none" || value.value === false);
}

/** The application a call names; undefined for any other function. */
export function applicationCalled(call: CallExpr): Application | undefined {
  const name = calledName(call);
  if (name === null || !Object.hasOwn(APPLICATIONS, name)) return undefined;
  const { parameters, argument, stored, byDefault } = APPLICATIONS[name] as (typeof APPLICATIONS)[string];
  return {
    name,
    parameters,
    argument,
    allowed: ({ args }) => {
      const weights = args.filter((one) => one.name === "weights" || one.name === "pretrained");
      const asked = weights.length === 0 ? byDefault : weights.some(({ value }) => !isNothing(value));
      return asked ? stored : null;
    },
  };
}

/** The numbers of `[0.25, 0.5]`; undefined for anything else. */
function numbersIn(expr: Expr | undefined): number[] | undefined {
  if (expr?.kind !== "sequence") return undefined;
  const numbers = expr.elements.flatMap((element) => (element.kind === "number" ? [element.value] : []));
  return numbers.length === expr.elements.length && numbers.length > 1 ? numbers : undefined;
}

function isNamed(expr: Expr, name: string): boolean {
  return (expr.kind === "name" && expr.id === name) || (expr.kind === "attribute" && expr.name === name);
}

/** The values that the code itself accepts for a name, ascending: `name in [...]`, `[...].includes(name)`; null without a check. */
export function allowedByCode(programs: readonly Program[], name: string): readonly number[] | null {
  const lists = new Map<string, Expr>();
  let found: number[] | undefined;
  const read = (expr: Expr) => numbersIn(expr) ?? (expr.kind === "name" ? numbersIn(lists.get(expr.id)) : undefined);
  const bodies = programs.map(({ body }) => body);
  walk(bodies, (node) => {
    const one = node as AnyNode & { targets?: Expr[]; target?: Expr; value?: Expr };
    const target = one.kind === "assignment" ? one.targets?.[0] : one.kind === "declare" ? one.target : undefined;
    if (target?.kind === "name" && one.value) lists.set(target.id, one.value);
  });
  walk(bodies, (node) => {
    const one = node as Expr;
    if (one.kind === "compare" && isNamed(one.first, name)) {
      const [test] = one.rest;
      if (test && (test.op === "in" || test.op === "not in")) found ??= read(test.value);
    } else if (one.kind === "call" && calledName(one) === "includes" && one.callee.kind === "attribute") {
      const [argument] = one.args;
      if (argument && isNamed(argument.value, name)) found ??= read(one.callee.object);
    }
  });
  return found ? found.sort((a, b) => a - b) : null;
}
