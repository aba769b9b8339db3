// Runs a model once on its inputs: declared ones first, then what the model itself declares, then what its code was seen to
// be called with, then the examples of its data set, then what its layers imply. Every guess is written down.
import { guarded } from "../2-evaluate/interpreter";
import type { Machine } from "../2-evaluate/machine";
import { type ModuleValue, type OpaqueValue, UNDEFINED } from "../2-evaluate/values";
import { Graph, withGraph } from "../3-graph/graph";
import type { Dim, Shape } from "../3-graph/shape";
import { type DType, DTYPE_BYTES, type Tensor } from "../3-graph/tensor";
import type { InputGuess } from "../4-frameworks/framework";
import type { InputSpec } from "../report/report";
import type { Candidate, TracedModel } from "./model";
import { solveSize } from "./solve";

const CHANNELS_FIRST = ["batch", "channels", "height", "width", "depth"];
/** By rank; Keras and TensorFlow.js have the channels last. */
const CHANNELS_LAST: Readonly<Record<number, readonly string[]>> = {
  3: ["batch", "steps", "channels"],
  4: ["batch", "height", "width", "channels"],
  5: ["batch", "depth", "height", "width", "channels"],
};

/** What a dimension is called in the reason of an unknown one. */
function dimensionName(framework: string, rank: number, index: number): string {
  const names = framework === "torch" ? CHANNELS_FIRST : CHANNELS_LAST[rank];
  return names?.[index] ?? `dimension ${index}`;
}

function guessesFor(
  vm: Machine,
  candidate: Candidate,
  declared: readonly InputSpec[],
  observed: InputGuess[] | null,
  examples: readonly InputGuess[],
): InputGuess[] | null {
  const own = candidate.framework.inputsOf(vm, candidate.model);
  if (declared.length > 0) {
    return declared.map((spec, index) => {
      const known = own?.find((guess) => spec.name !== undefined && guess.name === spec.name) ?? own?.[index];
      return {
        name: spec.name ?? known?.name ?? `input${index + 1}`,
        shape: spec.shape,
        dtype: (spec.dtype as DType | undefined) ?? known?.dtype ?? "float32",
        freeBatch: known?.freeBatch ?? candidate.framework.name !== "torch",
        assumption: null,
      };
    });
  }
  const complete = (guesses: InputGuess[] | null) =>
    guesses?.every((guess) => guess.shape?.every((dim) => dim !== null)) ?? false;
  if (complete(own) && own?.every((guess) => guess.assumption === null)) return own;
  if (observed && (!own || own.length <= observed.length)) return observed;
  const example = own?.length === 1 ? examples.find((one) => fits(one, own[0] as InputGuess)) : undefined;
  return example ? [example] : (own ?? observed);
}

/** True when an example has the rank that is wanted, and is equal to it wherever that is known. */
function fits(example: InputGuess, wanted: InputGuess): boolean {
  if (!example.shape || wanted.shape?.length !== example.shape.length || wanted.dtype !== example.dtype) return false;
  return wanted.shape.every((dim, index) => dim === null || dim === example.shape?.[index]);
}

/** True for a dtype name we know the size of. */
export function isDType(name: string): name is DType {
  return Object.hasOwn(DTYPE_BYTES, name);
}

/** One inference of a model. Total: whatever goes wrong is part of the result. */
export function runModel(
  vm: Machine,
  module: ModuleValue,
  candidate: Candidate,
  declared: readonly InputSpec[],
  observed: InputGuess[] | null,
  examples: readonly InputGuess[] = [],
): TracedModel {
  const { framework, model } = candidate;
  const assumptions = candidate.assumptions.slice();
  const unknowns: OpaqueValue[] = [];
  let failure: TracedModel["failure"] = null;
  let inputs: Tensor[] = [];
  let outputs: Tensor[] = [];
  let graph = new Graph();

  const step = (body: () => void): boolean => {
    const outcome = guarded(vm, module, () => {
      body();
      return UNDEFINED;
    });
    if (outcome.value !== null) return true;
    failure = {
      reason: outcome.reason,
      place: outcome.raised?.place ?? null,
      stack: outcome.raised?.stack ?? null,
      raised: outcome.raised,
    };
    return false;
  };

  let guesses: InputGuess[] | null = null;
  step(() => {
    guesses = guessesFor(vm, candidate, declared, observed, examples);
  });
  if (guesses && declared.length === 0) {
    guesses = solveSize(vm, module, candidate, guesses) ?? guesses;
    vm.resetBudget();
  }
  const found = guesses as InputGuess[] | null;
  if (!found || found.some((guess) => guess.shape === null)) {
    failure ??= {
      reason: "the input shape is not known; declare it with --input or a dummy tensor in the file",
      place: candidate.place,
      stack: null,
      raised: null,
    };
  } else {
    for (const guess of found) if (guess.assumption) assumptions.push(guess.assumption);
    const ready = step(() => {
      inputs = found.map((guess) => {
        const shape: Shape = (guess.shape ?? []).map((dim, index): Dim => {
          if (dim !== null) return dim;
          if (index === 0) return 1;
          const name = dimensionName(framework.name, guess.shape?.length ?? 0, index);
          return vm.unknown(`the ${name} of input '${guess.name}' is not known; declare the input shape`, name);
        });
        return framework.makeInput(vm, guess.name, shape, guess.dtype, guess.freeBatch);
      });
    });
    if (ready) {
      const gapsBefore = vm.gaps.length;
      const traced = withGraph(vm, () =>
        step(() => {
          outputs = framework.run(vm, model, inputs);
        }),
      ); // prettier-ignore
      graph = traced.graph;
      graph.gaps.push(...vm.gaps.slice(gapsBefore));
    }
  }
  let layers: TracedModel["layers"] = [];
  const ended = failure as TracedModel["failure"];
  const listed = step(() => {
    layers = framework.layersOf(vm, model);
  });
  // Keras and TensorFlow.js build weights while a model runs: after a run that did not reach the end some may be missing.
  const built = framework.name === "torch" || (!ended && graph.gaps.length === 0 && outputs.length > 0);
  const why = (failure as TracedModel["failure"])?.reason ?? graph.gaps[0]?.reason ?? "the model could not be run";
  const layersUnknown = listed && built ? null : vm.unknown(why);
  const inputsImplied = found?.some((guess) => guess.implied) ?? false;
  return {
    ...candidate,
    assumptions,
    inputs,
    outputs,
    graph,
    layers,
    layersUnknown,
    failure,
    inputsImplied,
    unknowns,
  };
}
