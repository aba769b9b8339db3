// Every fix of a set of programs, made again: its text must be the one that ran in the real framework (../../data/fixes.jsonl,
// recorded by test/oracle/record_fixes.mjs), and what we say of that text must be what the framework answered.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { applyEdits } from "../../../src/core/8-advice/edit";
import type { Report } from "../../../src/core/report/report";
import { createNodeAnalyzer } from "../../../src/platform/node";

/** What a framework answers for a program. `macs` is null where they could not be counted. */
interface Answer {
  outputShapes: (number | null)[][];
  params: number;
  trainable: number;
  macs: number | null;
}

interface RecordedFix extends Answer {
  rule: string;
  line: number;
  title: string;
  /** Start, end and new text of each edit. */
  edits: [number, number, string][];
}

interface RecordedModel extends Answer {
  id: string;
  framework: "keras" | "torch" | "tfjs";
  source: string;
  fixes: RecordedFix[];
}

const tests = join(import.meta.dirname, "..", "..");
const models = readFileSync(join(tests, "data", "fixes.jsonl"), "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line) as RecordedModel);

const ROOT = "/fixable";
let open = { path: "", text: "" };
const analyzer = createNodeAnalyzer((path) => (path === open.path ? open.text : undefined));

async function reportOf(path: string, text: string, work: "analyze" | "advise"): Promise<Report> {
  open = { path, text };
  analyzer.invalidate(path);
  const { reports } = await analyzer[work]({ file: path, root: ROOT, target: "budget" });
  const report = reports.find(({ entry }) => entry === "model") ?? reports.at(-1);
  if (!report) throw new Error(`no model in:\n${text}`);
  return report;
}

/** Our numbers, where the framework has them. */
const answerOf = (report: Report, { macs }: Answer): Answer => ({
  outputShapes: report.outputs.map(({ shape }) => shape ?? []),
  params: report.params.total ?? Number.NaN,
  trainable: report.params.trainable ?? Number.NaN,
  macs: macs === null ? null : report.macs,
});

const frameworkOf = ({ outputShapes, params, trainable, macs }: Answer): Answer => ({
  outputShapes,
  params,
  trainable,
  macs,
});

const textAfter = (source: string, edits: RecordedFix["edits"]): string =>
  applyEdits(
    "",
    source,
    edits.map(([start, end, text]) => ({ file: "", start, end, text })),
  );

describe("fixes that were run in their frameworks", () => {
  it("are enough, of every framework", () => {
    const fixedOf = (framework: string) =>
      models.filter((model) => model.framework === framework && model.fixes.length > 0);
    expect(models.length).toBeGreaterThanOrEqual(75);
    for (const framework of ["keras", "torch", "tfjs"]) expect(fixedOf(framework).length).toBeGreaterThanOrEqual(18);
  });

  it.each(["keras", "torch", "tfjs"])("are those of the programs in fixable_%s.txt", (framework) => {
    const text = readFileSync(join(tests, "oracle", `fixable_${framework}.txt`), "utf8");
    const recorded = models.filter((model) => model.framework === framework);
    expect(recorded.map(({ id, source }) => `## ${id.slice(framework.length + 1)}\n${source}`).join("")).toBe(text);
  });

  it.each(models.map((model) => [model.id, model] as const))("%s", async (_id, model) => {
    const path = `${ROOT}/model.${model.framework === "tfjs" ? "js" : "py"}`;
    const report = await reportOf(path, model.source, "advise");
    expect(answerOf(report, model)).toEqual(frameworkOf(model));
    const fixes = report.findings.flatMap((finding) => finding.fixes.map((fix) => ({ finding, fix })));
    const made = fixes.map(({ finding: { rule, line }, fix: { title, edits } }) => ({
      rule,
      line,
      title,
      text: applyEdits(path, model.source, edits),
    }));
    const recorded = model.fixes.map(({ rule, line, title, edits }) => ({
      rule,
      line,
      title,
      text: textAfter(model.source, edits),
    }));
    expect(made, "record again: test/oracle/README.md").toEqual(recorded);
    for (const [index, { text }] of made.entries()) {
      const fix = model.fixes[index] as RecordedFix;
      const receipt = fixes[index]?.fix.receipt;
      const after = await reportOf(path, text, "analyze");
      expect(answerOf(after, fix)).toEqual(frameworkOf(fix));
      expect(receipt?.after.params).toBe(fix.params);
      if (fix.macs !== null) expect(receipt?.after.macs).toBe(fix.macs);
    }
  });
});
