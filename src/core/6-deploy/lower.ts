// Lowering: from a model that was run to the operators a TFLite runtime executes, as TFLiteConverter would write them. Total: a
// dimension that is not known, a gap of the graph or an operation without a lowering gives reasons with places, never a guess.
import type { Place } from "../2-evaluate/values";
import type { Operation } from "../3-graph/operation";
import type { TracedModel } from "../5-models/model";
import { assemble, type InterfaceType } from "./assemble";
import type { DeployedGraph, DeployType } from "./deployed-graph";
import { Draft, type Value } from "./draft";
import { Folder } from "./fold";
import { elementOf, inputOrder, isIdentity, NotLowered, shapeOf, Store } from "./layout";
import { sortSteps } from "./order";
import { translate } from "./translate";
import type { Style } from "./windows";

/**
 * Which converter is imitated. "keras2": TensorFlow up to 2.15 (or tf_keras) from a Keras model whose batch is open; "keras3": later
 * ones from a Keras 3 model with an open batch; "fixed-batch": a model converted with batch 1, where shapes are constants.
 * PyTorch models are always converted with a fixed batch.
 */
export type Converter = "keras2" | "keras3" | "fixed-batch";

export interface LowerOptions {
  type: DeployType;
  /** "keras2" unless given: what the public files we measured were made with. */
  converter?: Converter;
  /** Type of the input and output of an int8 model; "int8" unless given. */
  inputType?: InterfaceType;
  outputType?: InterfaceType;
}

/** Why a model, or one of its operations, has no lowering. */
export interface LowerReason {
  reason: string;
  place: Place | null;
}

export type Lowered = { graph: DeployedGraph } | { unknown: LowerReason[] };

/** Reasons why the traced model is not whole. */
function gapsOf(traced: TracedModel): LowerReason[] {
  const reasons: LowerReason[] = [];
  if (traced.failure) reasons.push({ reason: traced.failure.reason, place: traced.failure.place });
  for (const gap of traced.graph.gaps) reasons.push({ reason: gap.reason, place: gap.place });
  if (reasons.length === 0 && traced.outputs.length === 0) {
    reasons.push({ reason: "the model gives no output", place: traced.place });
  }
  return reasons;
}

/** Paths of the layers, by which Keras names the operations of a model. */
function namesOf(traced: TracedModel): (operation: Operation) => string {
  const names = new Map(traced.layers.map((entry) => [entry.instance, entry.name] as const));
  return (operation) =>
    operation.layers
      .map((layer) => names.get(layer) ?? (layer === traced.model ? "" : layer.type.name))
      .filter((name) => name !== "")
      .join("/");
}

/** True for a dense layer on a sequence, a dilated convolution and the like: with an open batch TFLM cannot run what they become. */
function needsFixedBatch(operation: Operation): boolean {
  const { attributes } = operation;
  if (attributes.kind === "dense") return (operation.inputs[0]?.shape?.length ?? 2) > 2;
  if (attributes.kind === "conv") return attributes.dilations.some((dilation) => dilation > 1);
  return (
    attributes.kind === "contraction" ||
    attributes.kind === "recurrent" ||
    (attributes.kind === "norm" && attributes.mode !== "batch" && attributes.mode !== "unit")
  );
}

function styleOf(traced: TracedModel, options: LowerOptions, draft: Draft): Style {
  const keras = traced.framework.name !== "torch";
  const converter = options.converter ?? "keras2";
  const open = keras && converter !== "fixed-batch" && traced.inputs.some((input) => input.freeBatch);
  const blocked = open && traced.graph.operations.some(needsFixedBatch);
  if (blocked) {
    draft.assumptions.add(
      "converted with a fixed batch of 1: with an open batch the converter computes shapes by operators that TFLM lacks",
    );
  } else if (open) {
    draft.assumptions.add(
      converter === "keras2"
        ? "converted from Keras 2 with an open batch (batch 1 at run time)"
        : "converted from Keras 3 with an open batch (batch 1 at run time)",
    );
  } else {
    draft.assumptions.add("batch 1");
  }
  return {
    freeBatch: open && !blocked,
    keras,
    keras2: keras && converter === "keras2",
    densePerChannel: converter !== "keras2",
  };
}

/** Lowers a traced model for one data type. */
export function lower(traced: TracedModel, options: LowerOptions): Lowered {
  const gaps = gapsOf(traced);
  if (gaps.length > 0) return { unknown: gaps };
  const draft = new Draft();
  const style = styleOf(traced, options, draft);
  const torch = traced.framework.name === "torch";
  const store = new Store(draft, !torch);
  const nameOf = namesOf(traced);
  const reasons: LowerReason[] = [];
  const note = (error: unknown, operation: Operation | null): void => {
    if (!(error instanceof NotLowered)) throw error;
    const place = (error.operation ?? operation)?.stack?.place ?? traced.place;
    if (!reasons.some((one) => one.reason === error.reason && one.place === place))
      reasons.push({ reason: error.reason, place });
  };
  const inputs: Value[] = [];
  try {
    for (const input of traced.inputs) {
      const shape = shapeOf(input, null);
      const order = torch ? inputOrder(input, traced.graph.operations) : shape.map((_, axis) => axis);
      const element = elementOf(input.dtype);
      const value: Value = {
        shape: order.map((axis) => shape[axis] as number),
        role: "input",
        element,
        scales: 1,
        content: null,
      };
      if (!isIdentity(order)) {
        draft.assumptions.add(
          "channels last: the input and the feature maps are stored as N, H, W, C, as PyTorch converters do",
        );
      }
      store.set(input, value, order);
      inputs.push(value);
    }
  } catch (error) {
    note(error, null);
  }
  if (reasons.length > 0) return { unknown: reasons };
  // What a failed operation would have made: the operations that read it have no reason of their own.
  const lost = new Set<unknown>();
  for (const operation of traced.graph.operations) {
    draft.source = operation;
    draft.name = torch ? "" : nameOf(operation);
    if (operation.inputs.some((input) => lost.has(input))) {
      for (const output of operation.outputs) lost.add(output);
      continue;
    }
    try {
      // What depends on no input is computed once, by the converter.
      if (operation.attributes.kind !== "unknown" && operation.inputs.every((input) => store.isConstant(input))) {
        for (const output of operation.outputs) store.setConstant(output);
        continue;
      }
      translate(store, operation, style);
    } catch (error) {
      note(error, operation);
      for (const output of operation.outputs) lost.add(output);
    }
  }
  draft.source = null;
  const outputs: Value[] = [];
  for (const output of traced.outputs) {
    if (lost.has(output)) continue;
    try {
      outputs.push(store.get(output).value);
    } catch (error) {
      note(error, null);
    }
  }
  if (reasons.length > 0 || outputs.length === 0) {
    return { unknown: reasons.length > 0 ? reasons : [{ reason: "the model gives no output", place: traced.place }] };
  }
  const sorted = torch ? draft.steps : sortSteps(draft.steps, inputs);
  const steps = new Folder(draft, sorted, new Set(outputs), style.densePerChannel).run();
  const inputType = options.inputType ?? "int8";
  const outputType = options.outputType ?? "int8";
  if (options.type === "int8") {
    draft.assumptions.add(
      inputType === outputType ? `${inputType} input and output` : `${inputType} input, ${outputType} output`,
    );
    draft.assumptions.add(
      style.densePerChannel
        ? "dense weights quantised per channel"
        : "dense weights quantised per tensor (TensorFlow before 2.17)",
    );
  }
  return {
    graph: assemble({
      type: options.type,
      inputType,
      outputType,
      steps,
      inputs,
      outputs,
      assumptions: [...draft.assumptions],
    }),
  };
}
