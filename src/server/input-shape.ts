// Input shapes that are not known: what was inferred of them, what a person may mean, and where the answer is written down.
import { splitItems } from "../core/config/directives";
import { setModelInput } from "../core/config/edit-budget";
import { parseShape } from "../core/config/quantity";
import type { Report, ReportInput, ReportShape } from "../core/report/report";
import type { OpenDocument } from "./document";
import { hasHole } from "./input-needs";
import type { DeclaredInput, DeclareInputParams, InputQuestion } from "./protocol";
import { budgetFileFor, budgetFor, fileEdit, type RequestHost } from "./request-host";

/** Usual sides of images: small ones, those of boards, those of large networks. */
const IMAGE_SIDES = [96, 224, 32];
/** Where channels are not known either: colour and grey. */
const IMAGE_CHANNELS = [3, 1];
const IMAGE_RANK = 4;

/** What to ask about the model at `index` of the shown analysis; null when it is gone. */
export function askInput(document: OpenDocument, index: number, host: RequestHost): InputQuestion | null {
  const report = document.analysis?.reports[index];
  if (!report) return null;
  const inputs = report.inputs.length > 0 ? report.inputs : [guessFromFirstLayer(report)];
  return {
    entry: report.entry,
    inferred: inputs.map((input) => written(input, input.shape)).join(", "),
    proposals: proposals(inputs, report.framework),
    places: {
      comment: commentLine(document, index) !== undefined,
      budgetFile: ((found) => (found ? host.uriOf(found.path) : null))(budgetFor(document, host)),
    },
  };
}

/** The rank of an input nobody described, from the kind of the layer that takes it. */
function guessFromFirstLayer({ layers }: Report): ReportInput {
  const type = layers.find((row) => row.name !== "")?.type ?? "";
  const rank = /3d/i.test(type) ? 5 : /2d/i.test(type) ? IMAGE_RANK : /1d|lstm|gru|rnn|attention/i.test(type) ? 3 : 2;
  return { name: "input", shape: [1, ...new Array<null>(rank - 1).fill(null)], dtype: "float32" };
}

/** An input as people write it: `1x3x?x?`, `1x20:int64`. */
function written({ dtype }: ReportInput, shape: ReportShape): string {
  const sizes = shape.map((size, axis) => size ?? (axis === 0 ? 1 : "?")).join("x");
  return dtype === "float32" ? sizes : `${sizes}:${dtype}`;
}

/** Complete shapes for one image; other inputs are for a person to know. */
function proposals(inputs: readonly ReportInput[], framework: Report["framework"]): string[] {
  const [input, ...others] = inputs;
  if (!input || others.length > 0 || input.shape.length !== IMAGE_RANK || !hasHole(input.shape)) return [];
  const channelAxis = framework === "torch" ? 1 : IMAGE_RANK - 1;
  const channels = input.shape[channelAxis];
  const fill = (side: number, count: number) =>
    written(
      input,
      input.shape.map((size, axis) => size ?? (axis === 0 ? 1 : axis === channelAxis ? count : side)),
    );
  const counts = typeof channels === "number" ? [channels] : IMAGE_CHANNELS;
  return [...new Set(counts.flatMap((count) => IMAGE_SIDES.map((side) => fill(side, count))))];
}

/** The line, from 0, of the code a comment about the model belongs to; undefined for a model that is not written here. */
function commentLine({ analysis, lenses, path }: OpenDocument, index: number): number | undefined {
  const place = analysis?.reports[index]?.place;
  if (place?.file !== path || path.endsWith(".ipynb")) return undefined;
  return lenses.find(({ id }) => id === `model:${index}`)?.position.line;
}

/** Writes a declared shape beside the model or into the budget file. */
export function declareInput(
  document: OpenDocument,
  { index, shape, place }: DeclareInputParams,
  host: RequestHost,
): DeclaredInput {
  const report = document.analysis?.reports[index];
  if (!report) return { problem: "The model is no longer in the file." };
  const items = splitItems(shape.replaceAll("×", "x"));
  const problem = shapeProblem(items);
  if (problem !== undefined) return { problem };
  if (place === "comment") {
    const line = commentLine(document, index);
    if (line === undefined)
      return { problem: "The model is not written in this file; put the shape into the budget file." };
    return edited(fileEdit(document.uri, document.text, withDirective(document, line, items)));
  }
  const { path, kind, folder, budget, text, isNew } = budgetFileFor(document, host);
  const file = document.path.slice(folder.length + 1);
  // An entry that was shortened for people would not be found again.
  const entry = report.entry.includes("…") || report.entry === "" ? null : report.entry;
  const known = (budget?.models ?? []).findIndex(
    (one) => one.file.replace(/^\.\//, "") === file && (one.entry === null || one.entry === entry),
  );
  const shapes = items.map((item) => item.replace(/:\w+$/, ""));
  const input = shapes.length === 1 ? (shapes[0] ?? "") : shapes;
  const changed = setModelInput(text, kind, known < 0 ? null : known, { file, entry, input });
  if (changed === undefined) return { problem: `The model has an entry in ${path} already; write its input there.` };
  return edited(fileEdit(host.uriOf(path), text, changed, isNew));
}

function edited(edit: ReturnType<typeof fileEdit>): DeclaredInput {
  return edit ? { edit } : { problem: "This is what the file says already." };
}

/** What is wrong with the shapes; every size but the batch must be known, for that is what is asked. */
function shapeProblem(items: readonly string[]): string | undefined {
  if (items.length === 0) return "Write the sizes with the batch first, such as 1x3x96x96.";
  for (const item of items) {
    const parsed = parseShape(item.replace(/:\w+$/, ""));
    if ("error" in parsed) return parsed.error;
    if (parsed.length < 2) return `"${item}" has no sizes besides the batch; write for example 1x3x96x96`;
    if (hasHole(parsed)) return `"${item}" still has a ?; write every size, for example 1x3x96x96`;
    if (parsed.includes(0)) return `"${item}" has a size of 0`;
  }
  return undefined;
}

/** The text with `budget: input = …` above a line; a comment that is there already gets the input. */
function withDirective({ text, path }: OpenDocument, line: number, items: readonly string[]): string {
  const mark = path.endsWith(".py") ? "#" : "//";
  const lines = text.split("\n");
  const inputs = items.map((item) => `input = ${item}`);
  const directive = new RegExp(`^(.*${mark}\\s*budget:)([^\\r]*)(\\r?)$`);
  const isAbove = (candidate: string) => new RegExp(`^\\s*(${mark}|@)`).test(candidate);
  for (let at = line; at >= 0 && (at === line || isAbove(lines[at] ?? "")); at--) {
    const found = directive.exec(lines[at] ?? "");
    if (!found) continue;
    const others = splitItems(found[2] ?? "").filter((item) => !/^input\b/.test(item));
    lines[at] = `${found[1]} ${[...others, ...inputs].join(", ")}${found[3]}`;
    return lines.join("\n");
  }
  const code = lines[line] ?? "";
  const indent = /^\s*/.exec(code)?.[0] ?? "";
  lines.splice(line, 0, `${indent}${mark} budget: ${inputs.join(", ")}${code.endsWith("\r") ? "\r" : ""}`);
  return lines.join("\n");
}
