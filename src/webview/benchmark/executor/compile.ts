// A plan into a program: kernels in order, where every tensor lies, and what has no implementation.
import * as tf from "@tensorflow/tfjs-core";
import type { Plan, PlanStep } from "../../../core/9-benchmark/plan";
import {
  Builder,
  channelsLast,
  type Constant,
  type Kernel,
  type Order,
  type StepBuilder,
  Unsupported,
} from "./builder";
import { convolution, fusable, transposedConvolution } from "./convolution";
import { MOVES, resize } from "./moves";
import { normalise } from "./normalise";
import { activation, elementwise, passOn, softmax } from "./pointwise";
import { pooling } from "./pooling";
import { contraction, dense, embedding, matmul } from "./products";
import { recurrent } from "./recurrent";
import { reduction } from "./reduce";

/** A step that is not run as written, and why. */
export interface Remark {
  step: number;
  layer: number;
  /** missing: nothing is run, its result is made up beforehand. stand-in: as much data is moved another way. */
  kind: "missing" | "stand-in";
  what: string;
}

export interface Program {
  plan: Plan;
  kernels: Kernel[];
  constants: Constant[];
  fixed: { slot: number; make: () => tf.Tensor }[];
  inputs: { tensor: number; slot: number; order: Order }[];
  /** Slots of the model's outputs with the order they lie in. */
  outputs: { tensor: number; slot: number; order: Order }[];
  slots: number;
  /** The shape that lies in a slot, for those that hold a tensor of the plan. */
  shapes: ReadonlyMap<number, readonly number[]>;
  remarks: Remark[];
}

const BUILDERS: Readonly<Partial<Record<PlanStep["kind"], StepBuilder>>> = {
  matmul,
  contraction,
  embedding,
  recurrent,
  pool: pooling,
  norm: normalise,
  activation,
  softmax,
  elementwise,
  reduce: reduction,
  resize,
  identity: passOn,
};

/** Spatial dimensions of the operation that reads an input first, where that wants channels last and the model has them first. */
function inputOrder(plan: Plan, tensor: number): number[] | null {
  const reader = plan.steps.find((step) => step.inputs.includes(tensor));
  if (reader?.attributes["layout"] !== "channels-first") return null;
  const spatial = (reader.attributes["kernel"] as number[]).length;
  const rank = plan.tensors[tensor]?.shape.length ?? 0;
  return rank > spatial ? channelsLast(rank, spatial) : null;
}

export function compile(plan: Plan): Program {
  const builder = new Builder(plan);
  const remarks: Remark[] = [];
  const inputs = plan.inputs.map((tensor) => {
    const order = inputOrder(plan, tensor);
    return { tensor, slot: builder.input(tensor, order), order };
  });
  const uses = usesOf(plan);
  let fusedWith = -1;
  plan.steps.forEach((step, index) => {
    builder.begin(index);
    if (index === fusedWith) {
      // The kernel before has applied it.
      passOn(builder, step);
      return;
    }
    const next = plan.steps[index + 1] ?? null;
    try {
      const fused = uses.get(step.outputs[0] as number) === 1 ? fusable(step, next) : undefined;
      if (step.kind === "conv" && step.attributes["transposed"] !== true) convolution(builder, step, fused);
      else if (step.kind === "dense") dense(builder, step, fused);
      else {
        buildOther(builder, step);
        return;
      }
      if (fused) fusedWith = index + 1;
    } catch (error) {
      if (!(error instanceof Unsupported)) throw error;
      remarks.push({ step: index, layer: step.layer, kind: "missing", what: error.message });
      for (const output of step.outputs) {
        const { shape, dtype } = builder.tensor(output);
        builder.alias(
          output,
          builder.fixed(() => tf.zeros(shape, dtype)),
        );
      }
    }
  });
  for (const step of builder.standIns) {
    const { layer, kind, attributes } = plan.steps[step] as PlanStep;
    remarks.push({ step, layer, kind: "stand-in", what: String(attributes["function"] ?? attributes["mode"] ?? kind) });
  }
  const outputs = plan.outputs.map((tensor) => {
    const order = builder.order(tensor);
    return { tensor, slot: builder.get(tensor, order), order };
  });
  remarks.sort((a, b) => a.step - b.step);
  return {
    plan,
    kernels: builder.kernels,
    constants: builder.constants,
    fixed: builder.fixedValues,
    inputs,
    outputs,
    slots: builder.slots,
    shapes: builder.shapes(),
    remarks,
  };
}

function buildOther(builder: Builder, step: PlanStep): void {
  if (step.kind === "conv") transposedConvolution(builder, step);
  else if (step.kind === "unknown") throw new Unsupported(String(step.attributes["name"]));
  else if (step.kind === "move") {
    const name = String(step.attributes["function"]);
    const build = MOVES[name];
    if (!build) throw new Unsupported(`the movement ${name}`);
    build(builder, step, null);
  } else {
    const build = BUILDERS[step.kind];
    if (!build) throw new Unsupported(step.kind);
    build(builder, step, null);
  }
}

/** How often each tensor is read, by steps or as an output. */
function usesOf(plan: Plan): Map<number, number> {
  const uses = new Map<number, number>();
  const add = (tensor: number) => uses.set(tensor, (uses.get(tensor) ?? 0) + 1);
  for (const step of plan.steps) for (const operand of new Set([...step.operands, ...step.inputs])) add(operand);
  plan.outputs.forEach(add);
  return uses;
}
