// Patterns of einops: "b (h p1) (w p2) c -> b (h w) (p1 p2 c)" as lists of groups of axis names, and the sizes of those axes.
import type { Vm } from "../../2-evaluate/vm";
import { type Dim, elements, mapDims, type Shape, showShape } from "../../3-graph/shape";

/** The axes that one dimension is made of; a dimension of size 1 has none. */
export type Group = readonly string[];

const ELLIPSIS = "…";
/** `(...)`: all dimensions of the ellipsis as one. */
const JOINED = "(…)";

/** An error as einops raises it. */
export function einopsError(vm: Vm, message: string): Error | object {
  return vm.error("EinopsError", message);
}

/** Reads one side of a pattern. The ellipsis stays one name until the rank is known. */
export function readSide(vm: Vm, text: string): Group[] {
  const tokens = text.replaceAll("...", ` ${ELLIPSIS} `).match(/[()]|[^\s()]+/g) ?? [];
  const groups: string[][] = [];
  const seen = new Set<string>();
  let open: string[] | null = null;
  for (const token of tokens) {
    if (token === "(") {
      if (open) throw einopsError(vm, "Axis composition is one-level (brackets inside brackets not allowed)");
      open = [];
    } else if (token === ")") {
      if (!open) throw einopsError(vm, "Brackets are not balanced");
      groups.push(open.length === 1 && open[0] === ELLIPSIS ? [JOINED] : open);
      open = null;
    } else if (token === "1") {
      if (!open) groups.push([]);
    } else {
      if (token !== ELLIPSIS && !/^[\p{L}_]\w*$/u.test(token)) {
        throw einopsError(vm, `Invalid axis identifier: ${token} in pattern "${text}"`);
      }
      if (seen.has(token)) throw einopsError(vm, `Indexing expression contains duplicate dimension "${token}"`);
      seen.add(token);
      if (open) open.push(token);
      else groups.push([token]);
    }
  }
  if (open) throw einopsError(vm, `Imbalanced parentheses in expression: "${text}"`);
  return groups;
}

/** Both sides of a pattern. */
export function readPattern(vm: Vm, pattern: string): [left: Group[], right: Group[]] {
  const sides = pattern.split("->");
  if (sides.length !== 2) throw einopsError(vm, `"${pattern}" must have exactly one "->"`);
  return [readSide(vm, sides[0] as string), readSide(vm, sides[1] as string)];
}

/** Names that stand for the dimensions the ellipsis of the left side covers. */
function ellipsisNames(vm: Vm, left: readonly Group[], rank: number): string[] {
  const has = left.some((group) => group.includes(ELLIPSIS));
  const others = left.length - (has ? 1 : 0);
  if (has ? rank < others : rank !== others) {
    throw einopsError(vm, `Wrong shape: expected ${has ? ">=" : ""}${others} dims. Received ${rank}-dim tensor.`);
  }
  return Array.from({ length: rank - others }, (_, i) => `${ELLIPSIS}${i}`);
}

/** The groups with the ellipsis written out: alone it gives one dimension each, in brackets one for all. */
function expanded(groups: readonly Group[], names: readonly string[]): Group[] {
  return groups.flatMap((group) => {
    if (group[0] === JOINED) return [names];
    if (group.length === 1 && group[0] === ELLIPSIS) return names.map((name) => [name]);
    return [group.flatMap((axis) => (axis === ELLIPSIS ? names : [axis]))];
  });
}

export interface Plan {
  left: Group[];
  right: Group[];
  /** Sizes of all axes, those that are only on the right too. */
  sizes: Map<string, Dim>;
}

/** Solves a pattern for a shape and the sizes that were given. */
export function solve(vm: Vm, pattern: string, shape: Shape, given: ReadonlyMap<string, Dim>): Plan {
  const [first, second] = readPattern(vm, pattern);
  const alone = (group: Group) => group.length === 1 && group[0] === ELLIPSIS;
  if (first.some((group) => group[0] === JOINED || (group.includes(ELLIPSIS) && !alone(group)))) {
    throw einopsError(vm, `Ellipsis inside parenthesis in the left side is not allowed: ${pattern}`);
  }
  if (second.some((group) => group[0] === JOINED || group.includes(ELLIPSIS)) && !first.some(alone)) {
    throw einopsError(vm, `Ellipsis found in right side, but not left side of a pattern ${pattern}`);
  }
  const names = ellipsisNames(vm, first, shape.length);
  const left = expanded(first, names);
  const right = expanded(second, names);
  const sizes = new Map<string, Dim>(given);
  left.forEach((group, axis) => {
    const whole = shape[axis] as Dim;
    const open = group.filter((name) => !sizes.has(name));
    const known = elements(group.filter((name) => sizes.has(name)).map((name) => sizes.get(name) as Dim));
    const mismatch = () =>
      einopsError(
        vm,
        `Shape mismatch in pattern "${pattern}": dimension ${axis} of ${showShape(shape)} does not fit (${group.join(" ")})`,
      );
    if (open.length > 1) throw einopsError(vm, `Could not infer sizes for (${open.join(" ")}) in pattern "${pattern}"`);
    const [name] = open;
    if (name === undefined) {
      if (typeof whole === "number" && typeof known === "number" && whole !== known) throw mismatch();
      return;
    }
    if (group.length === 1) {
      sizes.set(name, whole);
      return;
    }
    const size = mapDims(
      (all, part) => {
        if (part === 0 || all % part !== 0) throw mismatch();
        return all / part;
      },
      whole,
      known,
    );
    sizes.set(name, size);
  });
  return { left, right, sizes };
}
