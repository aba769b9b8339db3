// A traced model into the report that every surface shows: a row for each layer, totals that are the sums of the rows,
// and a reason for everything that is not known.
import type { Frame, InstanceValue, OpaqueValue } from "../2-evaluate/values";
import { isOpaque } from "../2-evaluate/values";
import type { Operation } from "../3-graph/operation";
import { type Dim, elements, type Shape } from "../3-graph/shape";
import { type DType, DTYPE_BYTES, type Tensor } from "../3-graph/tensor";
import type { LayerEntry } from "../4-frameworks/framework";
import type { TracedModel } from "../5-models/model";
import { type MacsFormula, mergeFormulas } from "../report/formula";
import type { Known, LayerRow, Report, ReportShape, SourcePlace, UnknownRecord } from "../report/report";
import { activationPeakBytes, tensorBytes } from "./activation-peak";
import { blocksOf } from "./blocks";
import { costOf } from "./operation-cost";

/** A sum that turns unknown with the first unknown addend. */
class Sum {
  private total = 0;
  unknown: OpaqueValue | null = null;
  private broken = false;
  add(value: Dim): void {
    if (isOpaque(value)) this.unknown ??= value;
    else if (Number.isFinite(value)) this.total += value;
    else this.broken = true;
  }
  get value(): Known {
    return this.unknown || this.broken ? null : this.total;
  }
}

/** Collects reasons, each once for each place. */
class Unknowns {
  readonly records: UnknownRecord[] = [];
  private readonly seen = new Set<string>();
  constructor(private readonly file: string) {}
  add(value: OpaqueValue | null): void {
    if (value)
      this.addReason(value.reason, value.place?.file ?? null, value.place?.span.line, value.place?.span.column);
  }
  addReason(reason: string, file: string | null, line?: number, column?: number): void {
    const key = `${reason}|${file}|${line}`;
    if (this.seen.has(key)) return;
    this.seen.add(key);
    this.records.push({ reason, file: file ?? this.file, line: line ?? null, column: column ?? null });
  }
}

/** The chain of user places that made something, innermost first. */
export function placesOf(frame: Frame | null): SourcePlace[] {
  const places: SourcePlace[] = [];
  for (let one = frame; one; one = one.parent) {
    const { file, span } = one.place;
    places.push({ file, line: span.line, column: span.column, endLine: span.endLine, endColumn: span.endColumn });
  }
  return places;
}

function shapeOf(shape: Shape | null, freeBatch: boolean): ReportShape | null {
  if (shape === null) return null;
  return shape.map((dim, index) => (typeof dim !== "number" || (freeBatch && index === 0) ? null : dim));
}

/** The shape of a run with the dimensions that the layer's graph leaves open taken back from the declared shape. */
function withOpenDimensions(run: Shape | null, declared: Shape | null): Shape | null {
  if (run === null || declared?.length !== run.length) return run;
  return run.map((dim, axis) => {
    const open = declared[axis];
    return open !== undefined && isOpaque(open) ? open : dim;
  });
}

interface RowWork {
  operations: Operation[];
  /** Chain of the first operation, for rows that no layer instance stands behind. */
  stack: Frame | null;
}

export function buildReport(traced: TracedModel, file: string, elapsedMs: number): Report {
  const { graph, layers, framework } = traced;
  const unknowns = new Unknowns(file);
  const freeBatch = traced.inputs.some((input) => input.freeBatch);
  const work = attribute(graph.operations, layers);
  const coverage = { costed: 0, free: 0, unknown: 0 };
  const rows: LayerRow[] = [];
  /** Where each row was made, in the order of the rows. */
  const frames: (Frame | null)[] = [];
  const counted = new Set<Tensor>();
  const total = { params: new Sum(), trainable: new Sum(), macs: new Sum(), multiplications: new Sum() };

  const complete = graph.gaps.length === 0 && traced.failure === null && traced.outputs.length > 0;
  const holes = new Map(
    [...layers.map((entry) => entry.instance), traced.model].map((one) => [one, holeIn(one, complete)] as const),
  );

  let mayHoldMore = false;

  const addRow = (name: string, type: string, entry: LayerEntry | null, own: RowWork | undefined): void => {
    const calls = entry ? graph.calls.filter((call) => call.layer === entry.instance) : [];
    const sums = { params: new Sum(), trainable: new Sum(), macs: new Sum(), multiplications: new Sum() };
    for (const weight of entry?.weights ?? []) {
      if (counted.has(weight)) continue;
      counted.add(weight);
      const size: Dim = weight.shape === null ? (weight.reason ?? NaN) : elements(weight.shape);
      sums.params.add(size);
      if (weight.trainable) sums.trainable.add(size);
    }
    const hole = entry ? holes.get(entry.instance) : null;
    if (hole) {
      sums.params.add(hole);
      sums.trainable.add(hole);
    }
    let state: LayerRow["state"] = "free";
    const formulas: MacsFormula[] = [];
    for (const operation of own?.operations ?? []) {
      const cost = costOf(operation);
      coverage[cost.state]++;
      if (operation.attributes.kind === "unknown") {
        const place = operation.stack?.place;
        unknowns.addReason(operation.attributes.reason, place?.file ?? null, place?.span.line, place?.span.column);
      }
      if (cost.formula) formulas.push(cost.formula);
      sums.macs.add(cost.macs);
      sums.multiplications.add(cost.multiplications);
      if (cost.state === "unknown") state = "unknown";
      else if (cost.state === "costed" && state === "free") state = "costed";
    }
    for (const key of ["params", "trainable", "macs", "multiplications"] as const) {
      const sum = sums[key];
      unknowns.add(sum.unknown);
      const value = sum.value;
      total[key].add(value ?? NaN);
    }
    // A model or block that holds something unknown may hold layers we do not see.
    if (entry && !entry.isLeaf && sums.params.value === null) mayHoldMore = true;
    const last = calls.at(-1);
    const shown = last ? (last.outputs[0] ?? null) : entry ? null : (own?.operations.at(-1)?.outputs[0]?.shape ?? null);
    const madeAt = entry?.instance.madeAt ?? own?.stack ?? null;
    frames.push(madeAt);
    const stack = placesOf(madeAt);
    const here = stack.find((place) => place.file === file) ?? null;
    const bytes = new Sum();
    if (last) for (const shape of last.outputs) bytes.add(shapeBytes(shape, last.dtype));
    else if (!entry) for (const tensor of own?.operations.at(-1)?.outputs ?? []) bytes.add(tensorBytes(tensor));
    rows.push({
      name,
      type,
      line: here?.line ?? null,
      column: here?.column ?? null,
      stack,
      calls: entry ? calls.length : 1,
      outputShape: shapeOf(withOpenDimensions(shown, entry?.declaredShape ?? null), freeBatch),
      runShape: shapeOf(shown, freeBatch),
      params: sums.params.value,
      trainableParams: sums.trainable.value,
      macs: sums.macs.value,
      multiplications: sums.multiplications.value,
      activationBytes: bytes.value,
      state,
      ...(formulas.length > 0 && sums.macs.value !== null ? { formula: mergeFormulas(formulas) } : {}),
    });
  };

  for (const entry of layers) {
    const own = work.get(entry.instance);
    const hasWork = own?.operations.some((operation) => costOf(operation).macs !== 0) ?? false;
    if (entry.isLeaf || hasWork || entry.weights.length > 0 || holes.get(entry.instance))
      addRow(entry.name, entry.type, entry, own);
    else for (const operation of own?.operations ?? []) coverage[costOf(operation).state]++;
  }
  const loose = work.get(null);
  if (loose) addRow("", "operations", null, loose);
  blocksOf(frames).forEach((blocks, index) => {
    const row = rows[index];
    if (row && blocks.length > 0 && !row.name.includes(".")) row.blocks = blocks;
  });

  const rootHole =
    traced.layersUnknown ?? (layers.some((entry) => entry.instance === traced.model) ? null : holes.get(traced.model));
  if (rootHole) {
    unknowns.add(rootHole);
    total.params.add(rootHole);
    total.trainable.add(rootHole);
  }
  for (const gap of graph.gaps) unknowns.add(gap);
  for (const value of traced.unknowns) unknowns.add(value);
  if (traced.failure) {
    const { reason, place } = traced.failure;
    unknowns.addReason(reason, place?.file ?? null, place?.span.line, place?.span.column);
  }
  // A model that may hold more layers than we know does more work than we counted.
  const whole = complete && !mayHoldMore && !rootHole && [...holes.values()].every((hole) => hole === null);
  const peak = whole ? activationPeakBytes(graph.operations, traced.outputs) : null;
  const report: Report = {
    schemaVersion: 1,
    file,
    entry: traced.entry,
    framework: framework.name,
    status: "exact",
    place: traced.place
      ? (placesOf({ place: traced.place, functionName: "", parent: null, depth: 0 })[0] ?? null)
      : null,
    assumptions: traced.assumptions,
    inputs: traced.inputs.map((input) => ({
      name: input.name,
      shape: shapeOf(input.shape, freeBatch) ?? [],
      dtype: input.dtype,
    })),
    outputs: traced.outputs.map((output) => ({ shape: shapeOf(output.shape, freeBatch) })),
    params: { total: total.params.value, trainable: total.trainable.value },
    macs: whole ? total.macs.value : null,
    multiplications: whole ? total.multiplications.value : null,
    activationBytes: typeof peak === "number" && Number.isFinite(peak) ? peak : null,
    coverage,
    layers: rows,
    unknowns: unknowns.records,
    limits: [],
    findings: [],
    elapsedMs,
  };
  if (report.params.total === null || report.macs === null || report.multiplications === null)
    report.status = "partial";
  if (report.status === "partial" && report.unknowns.length === 0) {
    unknowns.addReason("a size is not a number; this is a mistake of Model Budget, please report it", null);
  }
  return report;
}

/**
 * What a layer holds without our knowing: a part that could not be put in, an unknown entry of a container, or, when the
 * model could not be run to its end, any attribute that is not known and so may be a layer. Attributes nobody used in a
 * complete run are settings, not layers.
 */
function holeIn(instance: InstanceValue, complete: boolean): OpaqueValue | null {
  if (instance.incomplete) return instance.incomplete;
  for (const [name, value] of instance.fields) {
    if (isOpaque(value) && (!complete || /^\d+$/.test(name))) return value;
    if (value.kind === "list" && value.taint && !complete) return value.taint;
  }
  return null;
}

function shapeBytes(shape: Shape | null, dtype: DType): Dim {
  if (shape === null) return NaN;
  const size = elements(shape);
  return typeof size === "number" ? size * DTYPE_BYTES[dtype] : size;
}

/** Operations by the innermost layer that has a row of its own; null for those outside every layer. */
function attribute(
  operations: readonly Operation[],
  layers: readonly LayerEntry[],
): Map<InstanceValue | null, RowWork> {
  const known = new Set(layers.map((entry) => entry.instance));
  const work = new Map<InstanceValue | null, RowWork>();
  for (const operation of operations) {
    const owner = operation.layers.findLast((layer) => known.has(layer)) ?? null;
    let own = work.get(owner);
    if (!own) {
      own = { operations: [], stack: operation.stack };
      work.set(owner, own);
    }
    own.operations.push(operation);
  }
  return work;
}

/** The report of something that gives no model: one sentence says why. */
export function errorReport(
  file: string,
  entry: string,
  error: string,
  elapsedMs: number,
  place: SourcePlace | null = null,
): Report {
  return {
    schemaVersion: 1,
    file,
    entry,
    framework: "unknown",
    status: "error",
    error,
    place,
    assumptions: [],
    inputs: [],
    outputs: [],
    params: { total: null, trainable: null },
    macs: null,
    multiplications: null,
    activationBytes: null,
    coverage: { costed: 0, free: 0, unknown: 0 },
    layers: [],
    unknowns: [{ reason: error, file, line: place?.line ?? null, column: place?.column ?? null }],
    limits: [],
    findings: [],
    elapsedMs,
  };
}
