// einsum: parses the equation (ellipsis, implicit output, repeated letters) and contracts pair by pair.
// Three or more operands take the cheapest order by the cost numpy's optimal path uses: per step the product of all index
// sizes. Each step is one contraction operation; a sum or transpose of one operand is a reduction or a move.
import type { Vm } from "../../2-evaluate/vm";
import { type Dim, mapDims, type Shape, showShape } from "../shape";
import type { Tensor } from "../tensor";
import { produce, promoteAll, raise, reasonOf } from "./common";

interface Term {
  tensor: Tensor;
  /** One label per dimension; a letter, or "…0", "…1" for the dimensions of an ellipsis counted from the last. */
  labels: string[];
}

/** Splits "ij...k" into labels for a shape of this rank. */
function labelsOf(vm: Vm, tensor: Tensor, text: string, rank: number): string[] {
  const [before = "", after] = text.split("...");
  const letters = [...before, ...(after ?? "")];
  if (after === undefined ? letters.length !== rank : letters.length > rank) {
    throw raise(vm, tensor, `einsum(): the subscript "${text}" does not fit an operand with ${rank} dimensions`);
  }
  if (after === undefined) return letters;
  const covered = rank - letters.length;
  return [...before, ...Array.from({ length: covered }, (_, i) => `…${covered - 1 - i}`), ...after];
}

/** Labels of the result: as written, or (implicit) the ellipsis and then the letters that occur once, in alphabetic order. */
function outputLabels(vm: Vm, terms: readonly Term[], written: string | null): string[] {
  const counts = new Map<string, number>();
  for (const term of terms) for (const label of term.labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const dots = [...counts.keys()]
    .filter((label) => label.length > 1)
    .sort((a, b) => Number(b.slice(1)) - Number(a.slice(1)));
  if (written === null) {
    return [
      ...dots,
      ...[...counts]
        .filter(([label, count]) => label.length === 1 && count === 1)
        .map(([label]) => label)
        .sort(),
    ];
  }
  const [before = "", after] = written.split("...");
  const labels = after === undefined ? [...before] : [...before, ...dots, ...after];
  const stray = labels.find((label) => !counts.has(label));
  if (stray !== undefined)
    throw raise(
      vm,
      terms[0]?.tensor,
      `einsum(): output subscript ${stray} does not appear in the equation for any input operand`,
    );
  return labels;
}

/** einsum over any number of operands. The result has the labels of the right-hand side. */
export function einsum(
  vm: Vm,
  equation: string,
  operands: readonly Tensor[],
  /** "matmul" where the framework runs a matrix product whatever the lengths. */
  runs: "einsum" | "matmul" = "einsum",
): Tensor {
  const text = equation.replace(/\s+/g, "");
  const [left = "", right = null] = text.split("->");
  const parts = left.split(",");
  const first = operands[0];
  if (first === undefined || parts.length !== operands.length) {
    throw raise(
      vm,
      first,
      `einsum(): the equation "${equation}" has ${parts.length} operands, but ${operands.length} were given`,
    );
  }
  const unranked = operands.find((operand) => operand.shape === null);
  if (unranked) {
    const why = reasonOf(vm, ...operands);
    return produce(vm, { kind: "contraction", equation: text, products: why, reduced: true }, operands, {
      shape: null,
      reason: why,
    });
  }
  const terms = operands.map(
    (tensor, i): Term => ({ tensor, labels: labelsOf(vm, tensor, parts[i] as string, (tensor.shape as Shape).length) }),
  );
  const sizes = new Map<string, Dim>();
  for (const term of terms) {
    term.labels.forEach((label, axis) => {
      const size = (term.tensor.shape as Shape)[axis] as Dim;
      const known = sizes.get(label);
      if (known === undefined || known === 1 || typeof known !== "number") {
        if (known === undefined || known === 1 || typeof size === "number") sizes.set(label, size);
      } else if (typeof size === "number" && size !== 1 && size !== known) {
        throw raise(
          vm,
          first,
          `einsum(): operands do not broadcast with remapped shapes: subscript ${label} has sizes ${known} and ${size} in ${terms.map((t) => showShape(t.tensor.shape)).join(" and ")}`,
        );
      }
    });
  }
  const output = outputLabels(vm, terms, right);
  const shapeOf = (labels: readonly string[]): Shape => labels.map((label) => sizes.get(label) as Dim);
  if (terms.length === 1) return single(vm, terms[0] as Term, output, shapeOf(output));
  let rest = terms;
  for (const [i, j] of contractionPath(
    rest.map((term) => term.labels),
    output,
    sizes,
  )) {
    const a = rest[i] as Term;
    const b = rest[j] as Term;
    const others = rest.filter((_, index) => index !== i && index !== j);
    const involved = [...new Set([...a.labels, ...b.labels])];
    const kept =
      others.length === 0
        ? output
        : involved.filter((label) => output.includes(label) || others.some((term) => term.labels.includes(label)));
    // A label that is summed counts only where both operands run along it; else one is summed on its own first. With no
    // such label the rest is an outer product, which is free.
    const summed = involved.filter((label) => !kept.includes(label));
    const contracted =
      runs === "matmul" ? summed : summed.filter((label) => runsAlong(a, label) && runsAlong(b, label));
    const reduced = contracted.length > 0;
    const products = mapDims(
      (...all) => all.reduce((product, size) => product * size, 1),
      ...shapeOf([...kept, ...contracted]),
    );
    const step = operands.length === 2 ? text : `${show(a.labels)},${show(b.labels)}->${show(kept)}`;
    const tensor = produce(vm, { kind: "contraction", equation: step, products, reduced }, [a.tensor, b.tensor], {
      shape: shapeOf(kept),
      dtype: promoteAll([a.tensor, b.tensor]),
      settings: { labels: [a.labels, b.labels, kept] },
    });
    rest = [...others, { tensor, labels: kept }];
  }
  return (rest[0] as Term).tensor;
}

/** Whether an operand has a label with more than one position. */
function runsAlong(term: Term, label: string): boolean {
  const axis = term.labels.indexOf(label);
  return axis >= 0 && (term.tensor.shape as Shape)[axis] !== 1;
}

function show(labels: readonly string[]): string {
  return labels
    .map((label) => (label.length > 1 ? "…" : label))
    .join("")
    .replace(/…+/g, "...");
}

function single(vm: Vm, term: Term, output: readonly string[], shape: Shape): Tensor {
  const summed = new Set(term.labels).size > output.length;
  const axes = term.labels.map((label, axis) => (output.includes(label) ? -1 : axis)).filter((axis) => axis >= 0);
  return summed
    ? produce(vm, { kind: "reduce", function: "sum", axes, keepDims: false }, [term.tensor], {
        shape,
        settings: { labels: [term.labels, output] },
      })
    : produce(vm, { kind: "move", function: "transpose", view: false }, [term.tensor], {
        shape,
        settings: { labels: [term.labels, output] },
      });
}

/**
 * The order of pairwise contractions, as positions in the list that remains (results go to its end). Exact search up to 6
 * operands, then cheapest pair first. Unknown sizes count as 2 for the choice only.
 */
export function contractionPath(
  terms: readonly (readonly string[])[],
  output: readonly string[],
  sizes: ReadonlyMap<string, Dim>,
): [number, number][] {
  const sizeOf = (label: string): number => {
    const size = sizes.get(label);
    return typeof size === "number" ? size : 2;
  };
  const search = (list: readonly (readonly string[])[]): { cost: number; path: [number, number][] } => {
    if (list.length <= 1) return { cost: 0, path: [] };
    let best: { cost: number; path: [number, number][] } | null = null;
    let pairs: { i: number; j: number; cost: number; next: (readonly string[])[] }[] = [];
    for (let i = 0; i < list.length; i++) {
      for (let j = i + 1; j < list.length; j++) {
        const involved = [...new Set([...(list[i] as string[]), ...(list[j] as string[])])];
        const others = list.filter((_, index) => index !== i && index !== j);
        const kept = involved.filter(
          (label) => output.includes(label) || others.some((labels) => labels.includes(label)),
        );
        // numpy counts an addition beside each product where a label is summed.
        const cost = involved.reduce(
          (product, label) => product * sizeOf(label),
          kept.length < involved.length ? 2 : 1,
        );
        pairs.push({ i, j, cost, next: [...others, kept] });
      }
    }
    if (list.length > 6) pairs = [pairs.reduce((least, pair) => (pair.cost < least.cost ? pair : least))];
    for (const pair of pairs) {
      if (best !== null && pair.cost >= best.cost) continue;
      const rest = search(pair.next);
      const cost = pair.cost + rest.cost;
      if (best === null || cost < best.cost) best = { cost, path: [[pair.i, pair.j], ...rest.path] };
    }
    return best ?? { cost: 0, path: [] };
  };
  return search(terms).path;
}
