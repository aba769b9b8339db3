// From a traced model to its plan. Total: a size that is not known, or a gap in the graph, is the reason why there is none.
import type { InstanceValue, OpaqueValue } from "../2-evaluate/values";
import { isOpaque } from "../2-evaluate/values";
import type { Operation, Setting } from "../3-graph/operation";
import { isKnown } from "../3-graph/shape";
import type { DType, Tensor } from "../3-graph/tensor";
import type { TracedModel } from "../5-models/model";
import { costOf } from "../7-cost/operation-cost";
import { placesOf } from "../7-cost/report";
import type { SourcePlace } from "../report/report";
import type { NoPlan, Plan, PlanLayer, PlanResult, PlanStep, PlanTensor, PlanType } from "./plan";

/** Known values of a constant travel with the plan up to this many. */
const DATA_LIMIT = 4096;

/** Thrown inside this file only. */
class Refused {
  constructor(readonly none: NoPlan) {}
}

/** The plan of a model of `file`. */
export function makePlan(traced: TracedModel, file: string): PlanResult {
  try {
    return { plan: new Planner(traced, file).plan() };
  } catch (error) {
    if (error instanceof Refused) return { none: error.none };
    throw error;
  }
}

function typeOf(dtype: DType): PlanType | null {
  if (dtype === "bool") return "bool";
  if (dtype.startsWith("float") || dtype === "bfloat16") return "float32";
  return dtype.startsWith("int") || dtype === "uint8" ? "int32" : null;
}

class Planner {
  private readonly tensors: PlanTensor[] = [];
  private readonly numbers = new Map<Tensor, number>();
  private readonly layers: PlanLayer[] = [];
  private readonly layerNumbers = new Map<InstanceValue | null, number>();

  constructor(
    private readonly traced: TracedModel,
    private readonly file: string,
  ) {}

  plan(): Plan {
    const { traced, file } = this;
    this.refuseGaps();
    const made = new Set(traced.graph.operations.flatMap((operation) => operation.outputs));
    const inputs = traced.inputs.map((input) => this.number(input, "input", null));
    const steps = traced.graph.operations.map((operation) => this.step(operation, made));
    const outputs = traced.outputs.map((output) => this.number(output, made.has(output) ? "activation" : null, null));
    for (const step of steps) this.bound(step);
    const sums = this.layers.map(() => 0 as number | null);
    for (const { layer, macs } of steps) sums[layer] = plus(sums[layer] ?? null, macs);
    sums.forEach((sum, index) => {
      (this.layers[index] as PlanLayer).macs = sum;
    });
    return {
      file,
      entry: traced.entry,
      framework: traced.framework.name,
      tensors: this.tensors,
      inputs,
      outputs,
      steps,
      layers: this.layers,
      macs: steps.reduce<number | null>((sum, { macs }) => plus(sum, macs), 0),
      assumptions: [...traced.assumptions],
    };
  }

  private refuseGaps(): void {
    const { failure, graph, outputs, inputs } = this.traced;
    const unknownInput = inputs.length === 0 || inputs.some(({ shape }) => shape === null || !isKnown(shape));
    if (failure) {
      const place = failure.place ? this.placeOf(failure.place) : null;
      throw new Refused({ reason: failure.reason, place, action: unknownInput ? "input" : null });
    }
    const [gap] = graph.gaps;
    if (gap) throw this.refusal(gap.reason, gap);
    if (outputs.length === 0) throw this.refusal("the model gives no output", null);
    if (unknownInput) {
      const open = inputs.flatMap(({ shape }) => shape ?? []).find((dim) => typeof dim !== "number");
      throw this.refusal(open && isOpaque(open) ? open.reason : "the input shape is not known", null, "input");
    }
  }

  private placeOf(place: NonNullable<OpaqueValue["place"]>): SourcePlace {
    return placesOf({ place, functionName: "", parent: null, depth: 0 })[0] as SourcePlace;
  }

  private refusal(reason: string, from: OpaqueValue | null, action: NoPlan["action"] = null): Refused {
    return new Refused({ reason, place: from?.place ? this.placeOf(from.place) : null, action });
  }

  private number(tensor: Tensor, role: PlanTensor["role"] | null, operation: Operation | null): number {
    const known = this.numbers.get(tensor);
    if (known !== undefined) return known;
    const { shape } = tensor;
    if (shape === null || !isKnown(shape)) {
      const open = shape?.find((dim) => typeof dim !== "number");
      const why = open !== undefined && isOpaque(open) ? open : tensor.reason;
      const onInput = this.traced.inputs.some((input) => input.shape?.some((dim) => dim === open));
      throw this.refusal(why?.reason ?? "the shape of a tensor is not known", why ?? null, onInput ? "input" : null);
    }
    const dtype = typeOf(tensor.dtype);
    if (dtype === null) {
      const place = operation?.stack?.place;
      const reason = `a tensor of ${tensor.dtype} cannot be benchmarked`;
      throw new Refused({ reason, place: place ? this.placeOf(place) : null, action: null });
    }
    const stored = tensor.role === "weight" || tensor.role === "buffer";
    const number = this.tensors.length;
    this.numbers.set(tensor, number);
    this.tensors.push({
      shape: [...shape],
      dtype,
      role: role ?? (stored ? "weight" : "constant"),
      name: tensor.name,
      ...(tensor.data !== null && tensor.data.length <= DATA_LIMIT ? { data: [...tensor.data] } : {}),
    });
    return number;
  }

  private step(operation: Operation, made: ReadonlySet<Tensor>): PlanStep {
    const number = (tensor: Tensor) => this.number(tensor, made.has(tensor) ? "activation" : null, operation);
    const cost = costOf(operation);
    const { kind, ...attributes } = operation.attributes;
    return {
      kind,
      attributes: this.plain(attributes),
      settings: Object.fromEntries(Object.entries(operation.settings ?? {}).filter(([, value]) => value !== undefined)),
      operands: (operation.operands ?? [...operation.inputs, ...operation.weights]).map(number),
      inputs: operation.inputs.map(number),
      weights: operation.weights.map(number),
      outputs: operation.outputs.map(number),
      layer: this.layer(operation),
      macs: typeof cost.macs === "number" ? cost.macs : null,
    };
  }

  /** Attributes as plain data; a dimension that is not known refuses the plan. */
  private plain(attributes: object): Record<string, Setting> {
    const convert = (value: unknown): Setting => {
      if (isOpaque(value as never)) throw this.refusal((value as OpaqueValue).reason, value as OpaqueValue);
      return Array.isArray(value) ? value.map(convert) : (value as Setting);
    };
    return Object.fromEntries(
      Object.entries(attributes).flatMap(([name, value]) => (value === undefined ? [] : [[name, convert(value)]])),
    );
  }

  /** The row an operation belongs to: the innermost layer around it, as in the report. */
  private layer(operation: Operation): number {
    const entries = this.traced.layers;
    const owner = operation.layers.findLast((one) => entries.some(({ instance }) => instance === one)) ?? null;
    const known = this.layerNumbers.get(owner);
    if (known !== undefined) return known;
    const entry = entries.find(({ instance }) => instance === owner);
    const places = placesOf(owner?.madeAt ?? operation.stack);
    const number = this.layers.length;
    this.layerNumbers.set(owner, number);
    this.layers.push({
      name: entry?.name ?? "",
      type: entry?.type ?? "operations",
      place: places.find(({ file }) => file === this.file) ?? places[0] ?? null,
      macs: null,
    });
    return number;
  }

  /** Whole numbers that pick rows of a table must be below its length. */
  private bound(step: PlanStep): void {
    const tensorOf = (index: number | undefined) => this.tensors[index ?? -1];
    if (step.kind === "embedding") {
      const indices = tensorOf(step.operands[0]);
      if (indices) indices.below = Math.min(indices.below ?? Infinity, step.attributes["vocabulary"] as number);
    } else if (step.kind === "move" && step.attributes["function"] === "gather") {
      const table = tensorOf(step.operands[0]);
      const axis = (step.attributes["axis"] ?? step.settings["axis"] ?? 0) as number;
      for (const operand of step.operands.slice(1)) {
        const indices = tensorOf(operand);
        if (indices && table) indices.below = Math.min(indices.below ?? Infinity, table.shape[axis] ?? 1);
      }
    }
  }
}

function plus(sum: number | null, value: number | null): number | null {
  return sum === null || value === null ? null : sum + value;
}
