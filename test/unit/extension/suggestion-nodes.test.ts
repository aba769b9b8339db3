// The suggestions tree: findings by model and rule, and a fix found again after the text has changed.
import { describe, expect, it } from "vitest";
import type { Finding } from "../../../src/core/report/finding";
import { sameFix, type SuggestionNode, suggestionNodes } from "../../../src/extension/suggestion-nodes";
import { finding } from "../server/fixtures";

const at = (line: number, fields: Partial<Finding> = {}): Finding => ({ ...finding(line, []), ...fields });

function lines(nodes: readonly SuggestionNode[], indent = ""): string[] {
  return nodes.flatMap((node): string[] => {
    if (node.kind === "fix") return [`${indent}fix ${node.fix.title}`];
    const own =
      node.kind === "entry"
        ? node.entry
        : node.kind === "rule"
          ? `${node.level} ${node.rule}`
          : `line ${node.finding.line}: ${node.fix?.title ?? "no fix"}`;
    return [indent + own, ...lines(node.children, `${indent}  `)];
  });
}

describe("suggestions", () => {
  it("stand under their rules, the worst first, with one fix each and the others below", () => {
    const [fix] = at(1).fixes;
    if (!fix) throw new Error("the fixture has a fix");
    const findings = [
      at(4),
      at(9, { fixes: [fix, { ...fix, title: "Make it cheaper still" }] }),
      at(1, { rule: "over-budget", level: "error", fixes: [] }),
    ];
    expect(lines(suggestionNodes({ findings, combined: [] }))).toEqual([
      "error over-budget",
      "  line 1: no fix",
      "information a-rule",
      "  line 4: Make it cheap",
      "  line 9: Make it cheap",
      "    fix Make it cheaper still",
    ]);
  });

  it("stand under their models where several have some, once for a line that models share", () => {
    const findings = [at(4), at(4, { entry: "other()" }), at(7, { entry: "other()" })];
    expect(lines(suggestionNodes({ findings, combined: [] }))).toEqual([
      "build()",
      "  information a-rule",
      "    line 4: Make it cheap",
      "other()",
      "  information a-rule",
      "    line 7: Make it cheap",
    ]);
    expect(suggestionNodes({ findings: [], combined: [] })).toEqual([]);
  });

  it("of one rule are fixed together where that was tried, each in its own model", () => {
    const [fix] = at(1).fixes;
    if (!fix) throw new Error("the fixture has a fix");
    const combined = [
      { ...fix, rule: "a-rule", count: 2, entry: "other()", title: "Fix all 2 of this kind in other()" },
    ];
    const findings = [at(4), at(5, { entry: "other()" }), at(7, { entry: "other()" })];
    const all = suggestionNodes({ findings, combined }).flatMap((node) =>
      node.kind === "entry" ? node.children : node,
    );
    expect(all.map(({ entry, fixAll }) => [entry, fixAll?.title])).toEqual([
      ["build()", undefined],
      ["other()", "Fix all 2 of this kind in other()"],
    ]);
  });

  it("are found again among fresh findings: the nearest of the same rule, model and title", () => {
    const old = at(10);
    const fix = old.fixes[0];
    if (!fix) throw new Error("the fixture has a fix");
    const edit = (start: number) => [{ file: "/models/net.py", start, end: start + 1, text: "x" }];
    const fresh = [at(3), at(12), at(11, { rule: "another" }), at(11, { entry: "other()" })].map((one, index) => ({
      ...one,
      fixes: one.fixes.map((each) => ({ ...each, edits: edit(index) })),
    }));
    expect(sameFix(old, fix, fresh)?.edits).toEqual(edit(1));
    expect(sameFix(old, { ...fix, title: "Something else" }, fresh)).toBeUndefined();
    expect(sameFix(old, fix, [])).toBeUndefined();
  });
});
