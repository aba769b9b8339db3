// The size of an image, solved backwards: a model that flattens before a Linear layer takes few sizes only. Usual sizes are
// tried, each from the same state; when exactly one of them fits, that is the guess. A model that takes any size has none.
import { guarded } from "../2-evaluate/interpreter";
import type { Machine } from "../2-evaluate/machine";
import { type ModuleValue, UNDEFINED } from "../2-evaluate/values";
import { withGraph } from "../3-graph/graph";
import type { InputGuess } from "../4-frameworks/framework";
import type { Candidate } from "./model";

/** Sizes of the images of common data sets and networks, in pixels: MNIST, CIFAR, Tiny ImageNet, STL, ImageNet, Inception. */
const USUAL_SIZES = [28, 32, 64, 96, 128, 224, 227, 256, 299];

type Trial = "fits" | "fails" | "tells nothing";

/** One inference with square images; what it changes is taken back. */
function trial(vm: Machine, module: ModuleValue, candidate: Candidate, guess: InputGuess, size: number): Trial {
  const { framework, model } = candidate;
  const shape = (guess.shape ?? []).map((dim, index) => (index < 2 ? (dim ?? 1) : size));
  const gaps = vm.gaps.length;
  const run = (): Trial => {
    let rows: unknown = null;
    const { result } = withGraph(vm, () =>
      guarded(vm, module, () => {
        const input = framework.makeInput(vm, guess.name, shape, guess.dtype, guess.freeBatch);
        rows = framework.run(vm, model, [input])[0]?.shape?.[0];
        return UNDEFINED;
      }),
    );
    if (result.value === null) return result.raised ? "fails" : "tells nothing";
    // `view(-1, n)` of another size gives more rows instead of an error.
    return rows === 1 ? "fits" : "fails";
  };
  vm.resetBudget();
  const { left } = vm.journals.fork(run, () => null);
  const missed = vm.gaps.length > gaps;
  vm.gaps.length = gaps;
  return missed ? "tells nothing" : (left as Trial);
}

/** The guess with its height and width filled in; null when no usual size fits, or several do. */
export function solveSize(
  vm: Machine,
  module: ModuleValue,
  candidate: Candidate,
  guesses: readonly InputGuess[],
): InputGuess[] | null {
  const [guess] = guesses;
  const { shape } = guess ?? {};
  if (!guess || !shape || guesses.length !== 1 || candidate.framework.name !== "torch") return null;
  if (shape.length !== 4 || shape[1] === null || shape[2] !== null || shape[3] !== null) return null;
  const fitting: number[] = [];
  for (const size of USUAL_SIZES) {
    const outcome = trial(vm, module, candidate, guess, size);
    if (outcome === "tells nothing") return null;
    if (outcome === "fits") fitting.push(size);
    if (fitting.length > 1) return null;
  }
  const [size] = fitting;
  if (size === undefined) return null;
  return [
    {
      ...guess,
      shape: [1, shape[1] as number, size, size],
      assumption: `${guess.assumption ?? "input"}; ${size}x${size}, the one usual size that fits its Linear layers`,
    },
  ];
}
