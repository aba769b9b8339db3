// What the converter folds away: batch normalisations and constant factors into the weights before (or the dense layer after) them,
// ReLU and ReLU6 into the operator before, reshapes of reshapes, and what nobody reads. A folded step leaves its sources and its
// place in the order to the step it became part of.
import { type Draft, sameShape, sizeOf, type Step, type Value } from "./draft";

/** Operators that take a factor and an offset of their output channels into weights and bias. */
const LINEAR: ReadonlySet<string> = new Set(["CONV_2D", "DEPTHWISE_CONV_2D", "TRANSPOSE_CONV", "FULLY_CONNECTED"]);

/** Operators with a fused activation. */
const FUSES_ACTIVATION: ReadonlySet<string> = new Set([
  "CONV_2D",
  "DEPTHWISE_CONV_2D",
  "FULLY_CONNECTED",
  "TRANSPOSE_CONV",
  "ADD",
  "SUB",
  "MUL",
  "DIV",
  "MAX_POOL_2D",
  "AVERAGE_POOL_2D",
]);

const ACTIVATIONS: Readonly<Record<string, "relu" | "relu6">> = { RELU: "relu", RELU6: "relu6" };

/** Where the bias of a linear operator is among its inputs. */
function biasPlace(step: Step): number {
  return step.op === "TRANSPOSE_CONV" ? 3 : 2;
}

function channelsOf(step: Step): number {
  return step.outputs[0]?.shape.at(-1) ?? 1;
}

export class Folder {
  private readonly producers = new Map<Value, Step>();
  private readonly readers = new Map<Value, Set<Step>>();
  private readonly steps: (Step | null)[];
  private readonly places = new Map<Step, number>();

  constructor(
    private readonly draft: Draft,
    steps: readonly Step[],
    private readonly outputs: ReadonlySet<Value>,
    /** Scales of a dense bias. */
    private readonly densePerChannel: boolean,
  ) {
    this.steps = [...steps];
    steps.forEach((step, index) => {
      this.places.set(step, index);
      this.link(step);
    });
  }

  /** All foldings; gives the steps that are left, in order. */
  run(): Step[] {
    for (const step of [...this.steps]) {
      if (!step) continue;
      if (step.op === "BATCH_NORM") this.foldNormalisation(step);
      else if (this.isConstantArithmetic(step)) this.foldArithmetic(step);
    }
    for (const step of [...this.steps]) {
      if (step && this.places.has(step) && ACTIVATIONS[step.op]) this.foldActivation(step);
    }
    for (const step of [...this.steps]) {
      if (step && this.places.has(step) && step.op === "RESHAPE") this.foldReshape(step);
    }
    for (const step of [...this.steps]) {
      if (step && this.places.has(step) && step.op === "BATCH_MATMUL") this.foldTranspose(step);
    }
    for (const step of [...this.steps]) {
      if (step && this.places.has(step) && step.op === "EXPAND_DIMS") this.foldExpansion(step);
    }
    this.removeUnread();
    return this.steps.filter((step): step is Step => step !== null);
  }

  private link(step: Step): void {
    for (const output of step.outputs) this.producers.set(output, step);
    for (const input of step.inputs) {
      if (!input) continue;
      const known = this.readers.get(input);
      if (known) known.add(step);
      else this.readers.set(input, new Set([step]));
    }
  }

  private remove(step: Step): void {
    const place = this.places.get(step);
    if (place !== undefined) this.steps[place] = null;
    this.places.delete(step);
    for (const input of step.inputs) if (input) this.readers.get(input)?.delete(step);
  }

  private onlyReader(value: Value, reader: Step): boolean {
    return (
      !this.outputs.has(value) && this.readers.get(value)?.size === 1 && this.readers.get(value)?.has(reader) === true
    );
  }

  /** The step before, with the reshape of a one-dimensional layer between them; null when others read in between. */
  private before(step: Step): { source: Step; through: Step | null } | null {
    const input = step.inputs.find((one) => one !== null && one.role !== "constant");
    if (!input || !this.onlyReader(input, step)) return null;
    const direct = this.producers.get(input);
    if (!direct || !this.places.has(direct)) return null;
    if (direct.op !== "RESHAPE" || direct.note === undefined) return { source: direct, through: null };
    const inner = direct.inputs[0];
    if (!inner || !this.onlyReader(inner, direct)) return null;
    const source = this.producers.get(inner);
    return source ? { source, through: direct } : null;
  }

  /** `step` becomes part of the step before it, which takes its output and its place. */
  private absorb(step: Step, found: { source: Step; through: Step | null }): void {
    const { source, through } = found;
    const output = step.outputs[0] as Value;
    const place = this.places.get(step) as number;
    this.remove(step);
    source.sources = [...source.sources, ...step.sources];
    const last = through ?? source;
    last.outputs = [output];
    this.producers.set(output, last);
    const old = this.places.get(last);
    if (old !== undefined) this.steps[old] = null;
    this.steps[place] = last;
    this.places.set(last, place);
  }

  private giveBias(step: Step): void {
    const place = biasPlace(step);
    while (step.inputs.length <= place) step.inputs.push(null);
    if (step.inputs[place]) return;
    const channels = channelsOf(step);
    const perChannel = step.op !== "FULLY_CONNECTED" || this.densePerChannel;
    step.inputs[place] = this.draft.bias(channels, perChannel ? channels : 1);
  }

  private isPlainLinear(step: Step): boolean {
    const { activation } = step.options;
    return LINEAR.has(step.op) && (activation === undefined || activation === "none");
  }

  private foldNormalisation(step: Step): void {
    const found = this.before(step);
    if (found && this.isPlainLinear(found.source)) {
      this.giveBias(found.source);
      this.absorb(step, found);
      return;
    }
    const input = step.inputs[0] as Value;
    const output = step.outputs[0] as Value;
    const next = this.onlyReaderOf(output);
    if (next?.op === "FULLY_CONNECTED" && next.inputs[0] === output && input.shape.length === 2) {
      this.remove(step);
      next.inputs[0] = input;
      next.sources = [...step.sources, ...next.sources];
      this.link(next);
      this.giveBias(next);
      return;
    }
    const channels = input.shape.at(-1) ?? 1;
    // Of one channel, it is a scalar factor and offset: they fold into a convolution without padding after it.
    if (
      channels === 1 &&
      next &&
      (next.op === "CONV_2D" || next.op === "DEPTHWISE_CONV_2D") &&
      next.options.padding === "valid"
    ) {
      this.remove(step);
      next.inputs[0] = input;
      next.sources = [...step.sources, ...next.sources];
      this.link(next);
      this.giveBias(next);
      return;
    }
    // Kept: a multiplication and an addition with a constant each.
    const note = "a batch normalisation that folds into no layer before it";
    const middle: Value = { ...output };
    const mul: Step = {
      ...step,
      op: "MUL",
      inputs: [input, this.draft.weight([channels])],
      outputs: [middle],
      options: { activation: "none" },
      note,
    };
    const add: Step = {
      ...step,
      op: "ADD",
      inputs: [middle, this.draft.weight([channels])],
      outputs: [output],
      options: { activation: "none" },
      note,
    };
    const place = this.places.get(step) as number;
    this.remove(step);
    this.steps.splice(place, 1, mul, add);
    this.places.clear();
    this.steps.forEach((one, index) => {
      if (one) this.places.set(one, index);
    });
    this.link(mul);
    this.link(add);
  }

  private onlyReaderOf(value: Value): Step | null {
    const readers = this.readers.get(value);
    if (this.outputs.has(value) || readers?.size !== 1) return null;
    return [...readers][0] ?? null;
  }

  private isConstantArithmetic(step: Step): boolean {
    if (step.op !== "ADD" && step.op !== "SUB" && step.op !== "MUL" && step.op !== "DIV") return false;
    const [left, right] = step.inputs;
    if (!left || !right || (left.role === "constant") === (right.role === "constant")) return false;
    // A constant divided by a value is no factor.
    if (step.op === "DIV" && left.role === "constant") return false;
    const constant = left.role === "constant" ? left : right;
    const size = sizeOf(constant.shape);
    const channels = step.outputs[0]?.shape.at(-1) ?? 1;
    if (constant.element !== "real") return false;
    if (size === 1 || (size === channels && constant.shape.at(-1) === channels)) return true;
    // The channels of a dense layer that a reshape has split.
    const source = this.before(step)?.source;
    const tail = step.outputs[0]?.shape.slice(-constant.shape.length) ?? [];
    return source?.op === "FULLY_CONNECTED" && size === channelsOf(source) && sameShape(tail, constant.shape);
  }

  /** A constant factor or offset goes into the weights before it; scalars also into those of a convolution after it. */
  private foldArithmetic(step: Step): void {
    const found = this.before(step);
    if (found && this.isPlainLinear(found.source)) {
      if (step.op === "ADD" || step.op === "SUB") this.giveBias(found.source);
      this.absorb(step, found);
      return;
    }
    this.foldForward(step);
  }

  private foldForward(step: Step): void {
    const output = step.outputs[0] as Value;
    const constant = step.inputs.find((input) => input?.role === "constant");
    const input = step.inputs.find((one) => one && one.role !== "constant");
    if (!constant || !input || sizeOf(constant.shape) !== 1) return;
    const next = this.onlyReaderOf(output);
    if (!next) return;
    // A chain of scalar factors and offsets (Rescaling) folds with the convolution at its end.
    const chain = [step];
    let reader: Step | null = next;
    while (reader && this.isConstantArithmetic(reader) && chain.length < 4) {
      const scalar = reader.inputs.find((one) => one?.role === "constant");
      if (!scalar || sizeOf(scalar.shape) !== 1) return;
      chain.push(reader);
      reader = this.onlyReaderOf(reader.outputs[0] as Value);
    }
    const dense = reader?.op === "FULLY_CONNECTED";
    if (!reader || (!dense && reader.op !== "CONV_2D" && reader.op !== "DEPTHWISE_CONV_2D")) return;
    const offsets = chain.some((one) => one.op === "ADD" || one.op === "SUB");
    if (reader.inputs[0] !== chain.at(-1)?.outputs[0] || (offsets && reader.options.padding !== "valid")) return;
    for (const one of chain) this.remove(one);
    reader.inputs[0] = input;
    reader.sources = [...new Set([...chain.flatMap((one) => one.sources), ...reader.sources])];
    this.link(reader);
    if (!dense) this.giveBias(reader);
  }

  private foldActivation(step: Step): void {
    const found = this.before(step);
    if (!found || !FUSES_ACTIVATION.has(found.source.op)) return;
    const { activation } = found.source.options;
    if (activation !== undefined && activation !== "none") return;
    found.source.options = { ...found.source.options, activation: ACTIVATIONS[step.op] ?? "none" };
    this.absorb(step, found);
  }

  /** A reshape of a reshape takes the first one's input; one that changes nothing goes away. */
  private foldReshape(step: Step): void {
    if (step.inputs[1]?.role !== "constant") return;
    const input = step.inputs[0] as Value;
    const inner = this.producers.get(input);
    if (
      inner?.op === "RESHAPE" &&
      inner.inputs[1]?.role === "constant" &&
      this.places.has(inner) &&
      this.onlyReader(input, step)
    ) {
      const source = inner.inputs[0] as Value;
      this.remove(inner);
      this.readers.get(input)?.delete(step);
      step.inputs[0] = source;
      step.sources = [...new Set([...inner.sources, ...step.sources])];
      if (inner.note !== undefined && step.note === undefined) step.note = inner.note;
      this.link(step);
    }
    this.keepReduced(step);
    if (!this.places.has(step)) return;
    const source = step.inputs[0] as Value;
    const output = step.outputs[0] as Value;
    if (!sameShape(source.shape, output.shape) || this.outputs.has(output)) return;
    for (const reader of this.readers.get(output) ?? []) {
      reader.inputs = reader.inputs.map((one) => (one === output ? source : one));
      this.link(reader);
    }
    this.remove(step);
  }

  /** A reshape that gives reduced dimensions back as 1: the reduction keeps them instead. */
  private keepReduced(step: Step): void {
    const input = step.inputs[0] as Value;
    const reduction = this.producers.get(input);
    const from = reduction?.inputs[0];
    if (!reduction || (reduction.op !== "MEAN" && reduction.op !== "REDUCE_MAX") || !from) return;
    if (reduction.options.keepDims || !this.onlyReader(input, step) || !this.places.has(reduction)) return;
    const output = step.outputs[0] as Value;
    const rest = from.shape.filter((_, axis) => output.shape[axis] !== 1);
    const keeps =
      output.shape.length === from.shape.length &&
      output.shape.every((dim, axis) => dim === 1 || dim === from.shape[axis]);
    if (!keeps || sizeOf(rest) !== sizeOf(input.shape)) return;
    reduction.options = { ...reduction.options, keepDims: true };
    this.absorb(step, { source: reduction, through: null });
  }

  /** A product of three-dimensional values takes the exchange of the last two of its right side into an option. */
  private foldTranspose(step: Step): void {
    const input = step.inputs[1] as Value;
    const inner = this.producers.get(input);
    const source = inner?.inputs[0];
    if (inner?.op !== "TRANSPOSE" || !source || source.shape.length !== 3 || !this.places.has(inner)) return;
    if (
      !this.onlyReader(input, step) ||
      !sameShape(input.shape, [source.shape[0], source.shape[2], source.shape[1]] as number[])
    )
      return;
    this.remove(inner);
    step.inputs[1] = source;
    step.options = { ...step.options, adjointY: !step.options.adjointY };
    this.link(step);
  }

  /** Inside one layer (a separable convolution) the value keeps its extra dimension. */
  private foldExpansion(step: Step): void {
    const input = step.inputs[0] as Value;
    const inner = this.producers.get(input);
    const output = step.outputs[0] as Value;
    const layer = (one: Step | undefined) => one?.sources[0]?.layers.at(-1);
    if (inner?.op !== "RESHAPE" || inner.note === undefined || layer(inner) !== layer(step)) return;
    if (!layer(step) || !this.onlyReader(input, step) || !this.places.has(inner)) return;
    const source = inner.inputs[0] as Value;
    if (!sameShape(source.shape, output.shape)) return;
    for (const reader of this.readers.get(output) ?? []) {
      reader.inputs = reader.inputs.map((one) => (one === output ? source : one));
      this.link(reader);
    }
    this.remove(step);
    this.remove(inner);
  }

  private removeUnread(): void {
    for (let index = this.steps.length - 1; index >= 0; index--) {
      const step = this.steps[index];
      if (!step) continue;
      const read = step.outputs.some((output) => this.outputs.has(output) || (this.readers.get(output)?.size ?? 0) > 0);
      if (!read) this.remove(step);
    }
  }
}
