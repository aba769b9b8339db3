// Tests of rules: source with the places of findings marked, the fixed source, and the promise kept. A mark stands round the
// place of a finding: `⟦nn.Conv2d(64, 128, 3)⟧`.
import { expect } from "vitest";
import { applyEdits } from "../../../src/core/8-advice/edit";
import { quantitiesOf } from "../../../src/core/8-advice/quantities";
import type { AdviseRequest } from "../../../src/core/analyze";
import { createNodeAnalyzer } from "../../../src/platform/node";
import type { LeverContext } from "../../../src/core/8-advice/levers/lever";
import type { Finding, TextEdit } from "../../../src/core/report/finding";
import type { FileAnalysis, SourcePlace } from "../../../src/core/report/report";
import { chooseTarget } from "../../../src/core/targets/choose";
import type { DeployTarget } from "../../../src/core/targets/target";

const ROOT = "/workspace";

/** A source file in memory, by the ending of its language. */
export type Source = { py: string } | { js: string } | { ts: string };

function fileOf(source: Source): { path: string; text: string } {
  const [ending, text] = Object.entries(source)[0] as [string, string];
  return { path: `${ROOT}/model.${ending}`, text };
}

let overlay = new Map<string, string>();
const analyzer = createNodeAnalyzer((path) => overlay.get(path));

/** The analysis of a source with the findings of all rules. */
export async function advised(source: Source, options: Partial<AdviseRequest> = {}): Promise<FileAnalysis> {
  const { path, text } = fileOf(source);
  overlay = new Map([[path, text]]);
  analyzer.invalidate(path);
  return analyzer.advise({ file: path, root: ROOT, ...options });
}

/** What a function gives for each model of a source. */
export async function examined<T>(source: Source, look: (context: LeverContext) => T): Promise<T[]> {
  const { path, text } = fileOf(source);
  overlay = new Map([[path, text]]);
  analyzer.invalidate(path);
  const { analysis, found } = await analyzer.examine({ file: path, root: ROOT }, look);
  expect(analysis.syntaxProblems).toEqual([]);
  expect(analysis.reports.map(({ error }) => error).filter((error) => error !== undefined)).toEqual([]);
  expect(found.length, analysis.nothingFound).toBeGreaterThan(0);
  return found;
}

/** The text of a source after edits. */
export function edited(source: Source, edits: readonly TextEdit[]): string {
  const { path, text } = fileOf(source);
  return applyEdits(path, text, edits);
}

/** What stands at a place of a source. */
export function textAt(source: Source, { line, column, endLine, endColumn }: SourcePlace): string {
  const { text } = fileOf(source);
  return text.slice(offsetOf(text, line, column), offsetOf(text, endLine, endColumn));
}

/** A board with its usual TensorFlow Lite Micro, as somebody would choose it. */
export function chosenBoard(id: string): DeployTarget {
  const chosen = chooseTarget({ board: id, runtime: "tflm-cmsis-nn", dtype: null });
  if ("problem" in chosen) throw new Error(chosen.problem);
  return chosen.target;
}

/** The findings of one rule, with what went wrong with the models, so that a test of silence cannot pass by an error. */
export async function findingsOf(rule: string, source: Source, options?: Partial<AdviseRequest>): Promise<Finding[]> {
  const analysis = await advised(source, options);
  expect(analysis.syntaxProblems).toEqual([]);
  expect(analysis.reports.length, analysis.nothingFound).toBeGreaterThan(0);
  return analysis.reports.flatMap((report) => report.findings.filter((finding) => finding.rule === rule));
}

const unmarked = (text: string) => text.replace(/[⟦⟧]/g, "");

function withText(source: Source, change: (text: string) => string): Source {
  const [ending, text] = Object.entries(source)[0] as [string, string];
  return { [ending]: change(text) } as unknown as Source;
}

/** Places of the marks, as offsets of the text without them. */
function marks(text: string): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  let removed = 0;
  for (const match of text.matchAll(/⟦([^⟧]*)⟧/g)) {
    const start = match.index - removed;
    found.push({ start, end: start + (match[1]?.length ?? 0) });
    removed += 2;
  }
  return found;
}

function offsetOf(text: string, line: number, column: number): number {
  return (
    text
      .split("\n")
      .slice(0, line - 1)
      .reduce((sum, one) => sum + one.length + 1, 0) +
    column -
    1
  ); // prettier-ignore
}

/** The rule finds nothing in a model that is exact. */
export async function expectSilent(rule: string, source: Source, options?: Partial<AdviseRequest>): Promise<void> {
  expect((await findingsOf(rule, source, options)).map(({ message }) => message)).toEqual([]);
}

/** The rule finds what is marked; gives the findings. */
export async function expectFound(rule: string, source: Source, options?: Partial<AdviseRequest>): Promise<Finding[]> {
  const findings = await findingsOf(rule, withText(source, unmarked), options);
  const { text } = fileOf(source);
  const plain = unmarked(text);
  const places = findings.map((one) => ({
    start: offsetOf(plain, one.line ?? 0, one.column ?? 0),
    end: offsetOf(plain, one.endLine ?? 0, one.endColumn ?? 0),
  }));
  expect(places).toEqual(marks(text));
  return findings;
}

/**
 * The first fix of the first finding gives `fixed`; evaluating that text gives the numbers of the receipt, and the finding at
 * that place is gone. Gives the finding.
 */
export async function expectFixed(
  rule: string,
  source: Source,
  fixed: string,
  options?: Partial<AdviseRequest>,
): Promise<Finding> {
  const [finding, ...others] = await expectFound(rule, source, options);
  const fix = finding?.fixes[0];
  if (!finding || !fix) throw new Error("no fix is offered");
  const { path, text } = fileOf(source);
  const after = withText(source, () => applyEdits(path, unmarked(text), fix.edits));
  expect(fileOf(after).text).toBe(fixed);
  const again = await advised(after, options);
  const report = again.reports.find((one) => one.entry === finding.entry) ?? again.reports[0];
  expect(report && quantitiesOf(report)).toEqual(fix.receipt.after);
  expect(report?.findings.filter((one) => one.rule === rule)).toHaveLength(others.length);
  return finding;
}
