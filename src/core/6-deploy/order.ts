// The order of operators. A Keras model reaches the converter as a graph without order, which is then sorted: reverse post-order of
// a depth-first walk that visits the readers of a tensor by descending name, so of two branches the one whose first layer comes
// first in the alphabet runs first, whole (TensorFlow's GetReversePostOrder with a comparator of names).
import type { Step, Value } from "./draft";

/** Steps sorted as the converter does. */
export function sortSteps(steps: readonly Step[], inputs: readonly Value[]): Step[] {
  const readers = new Map<Value, number[]>();
  steps.forEach((step, index) => {
    for (const input of new Set(step.inputs)) {
      if (!input || input.role === "constant" || input.role === "state") continue;
      const known = readers.get(input);
      if (known) known.push(index);
      else readers.set(input, [index]);
    }
  });
  const compare = (a: number, b: number): number => {
    const left = steps[a]?.name ?? "";
    const right = steps[b]?.name ?? "";
    return left < right ? -1 : left > right ? 1 : a - b;
  };
  const visited = new Set<number>();
  const finished: number[] = [];
  const walk = (start: readonly number[]): void => {
    const stack = start.map((index) => ({ index, leave: false }));
    for (let work = stack.pop(); work; work = stack.pop()) {
      if (work.leave) {
        finished.push(work.index);
        continue;
      }
      if (visited.has(work.index)) continue;
      visited.add(work.index);
      stack.push({ index: work.index, leave: true });
      const next = (steps[work.index]?.outputs ?? []).flatMap((output) => readers.get(output) ?? []);
      for (const index of [...new Set(next)].sort(compare))
        if (!visited.has(index)) stack.push({ index, leave: false });
    }
  };
  const first = new Set(inputs.flatMap((input) => readers.get(input) ?? []));
  steps.forEach((step, index) => {
    const alone = step.inputs.every((input) => !input || input.role === "constant" || input.role === "state");
    if (alone) first.add(index);
  });
  walk([...first].sort(compare));
  return finished.reverse().map((index) => steps[index] as Step);
}
