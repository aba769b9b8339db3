// Gives a model that has no width multiplier one: every channel count is scaled through one constant, as the file's own
// rounding helper does it, else to a multiple of 8. Counts are wrapped where they are written: followed from the layers out
// through names, parameters and calls to the numbers. The channels of the input and the outputs of the last layers stay.
import type { Expr } from "../../1-syntax/tree";
import type { Frame } from "../../2-evaluate/values";
import type { Operation } from "../../3-graph/operation";
import type { Dim } from "../../3-graph/shape";
import type { TextEdit } from "../../report/finding";
import { libraryLayerOf, namesItsClass, type Site, type SourceFile } from "../sites";
import { isScaled } from "./channel-change";
import { type LeverContext, writeNumber } from "./lever";
import { bindingsOf, bodiesOf, frameIn, handedOver, parameterOf, withinOf } from "./scope-of";
import type { WidthMultiplier } from "./width-multiplier";

/** Smaller factors than this beside another count are ratios and repetitions, not channel counts. */
const LEAST_FACTOR = 8;
/** The multiplier it is tried with. */
const TRIAL = 0.5;
/** Chains of names and calls longer than this are not followed. */
const MAX_DEPTH = 24;

/** A part of the text that is a channel count, and what stands for it then: `scaled(64)`, `scaled(64) * 49`. */
interface Wrap {
  file: SourceFile;
  start: number;
  end: number;
  /** The count itself, when it is only a part of what is replaced. */
  text: string;
  after: string;
}

const keyOf = ({ file, start, end }: Wrap) => `${file.path}:${start}:${end}`;

/** Follows a channel count to where it is written. */
class Trail {
  private readonly visiting = new Set<string>();
  readonly wraps = new Map<string, Wrap>();

  constructor(
    private readonly context: LeverContext,
    /** A flattened feature map the count is a product of: its channels and positions. */
    private readonly flattened: { channels: number; positions: number } | null,
  ) {}

  private add(file: SourceFile, { span }: Expr, text = file.text.slice(span.start, span.end), after = ""): void {
    const wrap = { file, start: span.start, end: span.end, text, after };
    this.wraps.set(keyOf(wrap), wrap);
  }

  /** `least` is what a number must be to count as a channel count. */
  follow(file: SourceFile, expr: Expr, frame: Frame | null, least = 1, depth = 0): void {
    if (depth > MAX_DEPTH) return;
    const next = (inner: Expr, floor = least) => this.follow(file, inner, frame, floor, depth + 1);
    switch (expr.kind) {
      case "number":
        this.number(file, expr, expr.value, least);
        return;
      case "name":
        this.name(file, expr, expr.id, frame, least, depth);
        return;
      case "attribute":
        if (expr.object.kind === "name" && (expr.object.id === "self" || expr.object.id === "this"))
          this.attribute(file, expr, expr.name, frame, least, depth);
        return;
      case "binary":
        this.binary(expr, next);
        return;
      case "call": {
        // `int(32 * scale)`, `max(8, channels)`, `Math.floor(…)`.
        const inner = expr.args.find(({ value }) => value.kind !== "number") ?? expr.args[0];
        const name =
          expr.callee.kind === "name" ? expr.callee.id : expr.callee.kind === "attribute" ? expr.callee.name : "";
        if (inner && /^(int|round|max|min|floor|ceil|trunc)$/.test(name)) next(inner.value);
        return;
      }
      case "conditional":
        next(expr.then);
        next(expr.otherwise);
        return;
      case "index":
        if (expr.object.kind === "name") this.element(file, expr, expr.object, frame, depth);
        return;
      default:
    }
  }

  private number(file: SourceFile, expr: Expr, value: number, least: number): void {
    const map = this.flattened;
    if (map && map.positions > 1) {
      if (value === map.channels * map.positions) this.add(file, expr, String(map.channels), ` * ${map.positions}`);
      else if (value === map.channels) this.add(file, expr);
    } else if (value >= least && Number.isInteger(value)) this.add(file, expr);
  }

  private binary(expr: Expr & { kind: "binary" }, next: (inner: Expr, floor?: number) => void): void {
    const { op, left, right } = expr;
    const isSmall = (side: Expr) => side.kind === "number" && side.value < LEAST_FACTOR;
    if (op === "*" && isSmall(right)) next(left);
    else if (op === "*" && isSmall(left)) next(right);
    else if (op === "/" || op === "//" || op === ">>" || op === "<<") next(left);
    else if (op === "*" || op === "+" || op === "-") {
      next(left, LEAST_FACTOR);
      next(right, LEAST_FACTOR);
    }
  }

  private name(file: SourceFile, expr: Expr, id: string, frame: Frame | null, least: number, depth: number): void {
    const within = withinOf(file, expr.span);
    const key = `${file.path}:${within.fn?.span.start ?? -1}:${id}:${frame?.place.span.start ?? -1}:${least}`;
    if (this.visiting.has(key)) return;
    this.visiting.add(key);
    const parameter = parameterOf(within, id);
    if (parameter) {
      const caller = frame?.parent;
      const home = caller ? this.context.fileOf(caller.place.file) : undefined;
      const given = caller && home ? handedOver(home, caller.place.span, within, id) : undefined;
      if (given && home) this.follow(home, given, caller ?? null, least, depth + 1);
      else if (parameter.fallback) this.follow(file, parameter.fallback, frame, least, depth + 1);
    }
    const body = within.fn?.body ?? file.program.body;
    let bindings = bindingsOf(body, id, false, false);
    if (bindings.length === 0 && !parameter && within.fn) bindings = bindingsOf(file.program.body, id, false, false);
    this.bindings(file, expr, bindings, frame, least, depth);
  }

  private bindings(
    file: SourceFile,
    use: Expr,
    bindings: ReturnType<typeof bindingsOf>,
    frame: Frame | null,
    least: number,
    depth: number,
  ): void {
    for (const binding of bindings) {
      if (binding.kind === "value") this.follow(file, binding.value, frame, least, depth + 1);
      else if (binding.kind === "change") {
        if (binding.op === "+" || binding.op === "-") this.follow(file, binding.value, frame, LEAST_FACTOR, depth + 1);
      } else if (binding.of.kind === "sequence" && binding.of.elements.every(({ kind }) => kind === "number")) {
        for (const element of binding.of.elements) this.follow(file, element, frame, least, depth + 1);
      } else this.add(file, use);
    }
  }

  private attribute(
    file: SourceFile,
    expr: Expr,
    name: string,
    frame: Frame | null,
    least: number,
    depth: number,
  ): void {
    const { cls } = withinOf(file, expr.span);
    const key = `${file.path}:self.${name}:${cls?.span.start ?? -1}:${least}`;
    if (!cls || this.visiting.has(key)) return;
    this.visiting.add(key);
    for (const binding of bindingsOf(bodiesOf(cls), name, true, true)) {
      const value = binding.kind === "part" ? binding.of : binding.value;
      const there = frameIn(file, frame, withinOf(file, value.span));
      this.bindings(file, expr, [binding], there, least, depth);
    }
  }

  /** `widths[2]` of a list of numbers. */
  private element(
    file: SourceFile,
    expr: Expr & { kind: "index" },
    list: Expr & { kind: "name" },
    frame: Frame | null,
    depth: number,
  ): void {
    const within = withinOf(file, expr.span);
    const local = bindingsOf(within.fn?.body ?? [], list.id, false, false);
    const bindings = local.length > 0 ? local : bindingsOf(file.program.body, list.id, false, false);
    const [binding, ...more] = bindings;
    if (binding?.kind === "value" && more.length === 0 && binding.value.kind === "sequence") {
      const { elements } = binding.value;
      const chosen = expr.index.kind === "number" ? elements.slice(expr.index.value, expr.index.value + 1) : elements;
      if (chosen.every(({ kind }) => kind === "number")) {
        for (const element of chosen) this.follow(file, element, frame, 1, depth + 1);
        return;
      }
    }
    this.add(file, expr);
  }
}

/** Parameters that are channel counts, by what they are of: what a layer reads, what it gives. */
const READS = [
  "in_channels",
  "in_features",
  "num_features",
  "num_channels",
  "normalized_shape",
  "groups",
  "input_size",
];
const GIVES = ["out_channels", "out_features", "filters", "units", "hidden_size"];

/** Operations behind which the outputs of a model come out unchanged in their number of channels. */
const PASSES = new Set([
  "activation",
  "softmax",
  "identity",
  "norm",
  "pool",
  "elementwise",
  "reduce",
  "move",
  "resize",
]);

/** The last layers with weights before the outputs. */
function lastOf({ traced }: LeverContext): Set<Operation> {
  const found = new Set<Operation>();
  const seen = new Set<Operation>();
  const visit = (operation: Operation | null): void => {
    if (!operation || seen.has(operation)) return;
    seen.add(operation);
    const { kind } = operation.attributes;
    if (!PASSES.has(kind)) found.add(operation);
    else for (const input of operation.inputs) visit(input.producer);
  };
  for (const output of traced.outputs) visit(output.producer);
  return found;
}

/** True when an operation reads the channels of a model's input: nothing before it changes them. */
function readsInput(operation: Operation): boolean {
  const seen = new Set<Operation>();
  const visit = (one: Operation | null): boolean => {
    if (!one || seen.has(one)) return true;
    seen.add(one);
    return PASSES.has(one.attributes.kind) && one.inputs.every(({ producer }) => visit(producer));
  };
  return operation.inputs.every(({ producer }) => visit(producer));
}

function flattenedOf(operation: Operation): { channels: number; positions: number } | null {
  if (operation.attributes.kind !== "dense") return null;
  let one = operation.inputs[0]?.producer;
  while (one && (one.attributes.kind === "identity" || one.attributes.kind === "activation"))
    one = one.inputs[0]?.producer;
  const shape = one?.attributes.kind === "move" && one.attributes.view ? one.inputs[0]?.shape : undefined;
  if (!shape || shape.length < 3 || !shape.every((dim) => typeof dim === "number")) return null;
  const [, channels = 0, ...rest] = shape as number[];
  return { channels, positions: rest.reduce((product, dim) => product * dim, 1) };
}

/** Channels an operation reads and gives; those of an operation that keeps them are read. */
function channelsOf({ attributes: a, inputs }: Operation): { read: Dim; given: Dim } {
  if (a.kind === "conv") return { read: a.inChannels, given: a.outChannels };
  if (a.kind === "dense") return { read: a.inFeatures, given: a.outFeatures };
  if (a.kind === "recurrent") return { read: a.inputSize, given: a.hiddenSize };
  const count = inputs[0]?.shape?.[1] ?? 0;
  return { read: count, given: count };
}

/** The counts of the layers of one site; the ones that must stay go to `kept`. */
function followSite(
  context: LeverContext,
  site: Site,
  last: ReadonlySet<Operation>,
  wraps: Map<string, Wrap>,
  kept: Set<string>,
): void {
  const file = context.fileOf(site.call.file);
  if (!file) return;
  const isTorch = context.traced.framework.name === "torch";
  for (const layer of site.layers) {
    const own = site.operations.filter((operation) => libraryLayerOf(operation) === layer);
    const [first] = own;
    if (!first || own.every(({ weights }) => weights.length === 0)) continue;
    /** `stays` is the count that must stay where it is written. */
    const add = (
      names: readonly string[],
      stays: Dim | null,
      flattened: ReturnType<typeof flattenedOf> = null,
    ): void => {
      for (const name of names) {
        const written = site.call.find(name);
        if (!written) continue;
        if (name === "groups" && first.attributes.kind === "conv" && first.attributes.groups === 1) continue;
        const trail = new Trail(context, flattened);
        trail.follow(file, written.value, layer.madeAt);
        for (const [key, wrap] of trail.wraps) {
          if (stays === null) wraps.set(key, wrap);
          else if (wrap.text === String(stays)) kept.add(key);
        }
      }
    };
    const channels = channelsOf(first);
    if (isTorch) add(READS, own.some(readsInput) ? channels.read : null, flattenedOf(first));
    add(GIVES, own.some((operation) => last.has(operation)) ? channels.given : null);
  }
}

/** A function of the file that rounds channel counts: `_make_divisible(v, divisor, min_value=None)`. */
function roundingHelper(file: SourceFile): string | undefined {
  for (const statement of file.program.body) {
    if (statement.kind !== "function-definition") continue;
    const { name, parameters } = statement.definition;
    const required = parameters.filter(({ fallback }) => !fallback).length;
    if (/divisible/i.test(name) && parameters.length >= 2 && required <= 2) return name;
  }
  return undefined;
}

/** The first name that the file does not use. */
function nameIn(file: SourceFile, ...wanted: string[]): string | undefined {
  return wanted.find((name) => !new RegExp(`\\b${name}\\b`).test(file.text));
}

/** The constant and the function that scales by it. */
function definitionOf(file: SourceFile, alpha: string, scaled: string, value: string): string {
  const own = roundingHelper(file);
  if (file.program.language === "python") {
    const rounded = own
      ? `${own}(channels * ${alpha}, 8)`
      : `max(min(channels, 8), int(channels * ${alpha} + 4) // 8 * 8)`;
    return (
      `${alpha} = ${value}  # width multiplier\n\n\ndef ${scaled}(channels):\n` +
      `    """Channels times ${alpha}, as a multiple of 8."""\n    return ${rounded}\n\n\n`
    );
  }
  const typed = /\.[mc]?tsx?$/.test(file.path);
  const signature = typed ? `${scaled}(channels: number): number` : `${scaled}(channels)`;
  const rounded = own
    ? `${own}(channels * ${alpha}, 8)`
    : `Math.max(Math.min(channels, 8), Math.floor((channels * ${alpha} + 4) / 8) * 8)`;
  return (
    `const ${alpha} = ${value}; // width multiplier\n\n/** Channels times ${alpha}, as a multiple of 8. */\n` +
    `function ${signature} {\n  return ${rounded};\n}\n\n`
  );
}

/** Where the constant goes: before the first statement that is no import; undefined in a file without one. */
function placeForConstant({ program, text }: SourceFile): number | undefined {
  const first = program.body.find(
    (one) =>
      one.kind !== "import" &&
      one.kind !== "import-from" &&
      !(one.kind === "expression" && one.value.kind === "string") &&
      !(one.kind === "declare" && /\brequire\s*\(/.test(text.slice(one.span.start, one.span.end))),
  );
  if (!first) return undefined;
  const definition =
    first.kind === "function-definition" || first.kind === "class-definition" ? first.definition : null;
  const start = Math.min(first.span.start, ...(definition?.decorators ?? []).map(({ span }) => span.start));
  let line = text.lastIndexOf("\n", start - 1) + 1;
  if (!/^(@|(export\s+)?(default\s+)?((const|let|var|async)\s+)?)$/.test(text.slice(line, start))) return undefined;
  // Comments right above belong to the statement.
  for (;;) {
    const above = text.lastIndexOf("\n", line - 2) + 1;
    if (line === 0 || !/^\s*(#(?!!)|\/\/|\/?\*)/.test(text.slice(above, line))) return line;
    line = above;
  }
}

/**
 * A width multiplier for a model without one; undefined where the counts cannot be followed, stand in several files, or
 * halving them does not leave the same model with narrower layers. `current` is 1: its edits put a constant and a helper in,
 * also for the value 1.
 */
export function introduceWidthMultiplier(context: LeverContext): WidthMultiplier | undefined {
  const { report } = context;
  if (report.status === "error" || !report.place) return undefined;
  const wraps = new Map<string, Wrap>();
  const kept = new Set<string>();
  const last = lastOf(context);
  for (const site of context.sites) if (namesItsClass(site)) followSite(context, site, last, wraps, kept);
  for (const key of kept) wraps.delete(key);
  const found = [...wraps.values()];
  const [file, ...others] = new Set(found.map((wrap) => wrap.file));
  if (!file || others.length > 0) return undefined;
  const alpha = nameIn(file, "ALPHA", "WIDTH_MULTIPLIER");
  const scaled = nameIn(file, "scaled", "scaled_channels");
  const at = placeForConstant(file);
  if (!alpha || !scaled || at === undefined) return undefined;
  const edits = (value: number): TextEdit[] => [
    {
      file: file.path,
      start: at,
      end: at,
      text: definitionOf(file, alpha, scaled, writeNumber(value, file.program.language === "python")),
    },
    ...found.map(({ start, end, text, after }) => ({
      file: file.path,
      start,
      end,
      text: `${scaled}(${text})${after}`,
    })),
  ];
  if (!isScaled(report, context.evaluate(edits(TRIAL)), TRIAL)) return undefined;
  return { place: report.place, name: alpha, current: 1, allowed: null, application: null, edits };
}
