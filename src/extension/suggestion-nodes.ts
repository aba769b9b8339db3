// The tree of suggestions: the findings of a file by model and rule, with what their fixes save. Pure; suggestions-tree.ts shows it.
import type { CombinedFix, Finding, Level, OfferedFix } from "../core/report/finding";
import type { ShownFindings } from "../server/protocol";

export interface FixNode {
  kind: "fix";
  finding: Finding;
  fix: OfferedFix;
}

export interface FindingNode {
  kind: "finding";
  finding: Finding;
  /** Its first fix, which is applied from the row itself. */
  fix: OfferedFix | undefined;
  /** The others. */
  children: FixNode[];
}

export interface RuleNode {
  kind: "rule";
  entry: string;
  rule: string;
  /** The worst of its findings. */
  level: Level;
  children: FindingNode[];
  /** All of them at once. */
  fixAll: CombinedFix | undefined;
}

export interface EntryNode {
  kind: "entry";
  entry: string;
  children: RuleNode[];
}

export type SuggestionNode = EntryNode | RuleNode | FindingNode | FixNode;

const LEVELS: readonly Level[] = ["error", "warning", "information", "hint"];

function findingNode(finding: Finding): FindingNode {
  const [fix, ...others] = finding.fixes;
  return { kind: "finding", finding, fix, children: others.map((one) => ({ kind: "fix", finding, fix: one })) };
}

/** Of findings of one rule at one place, which models that share the line each have, the first. */
function distinct(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ rule, file, line, column, message }) => {
    const key = JSON.stringify([rule, file, line, column, rule === "over-budget" ? message : ""]);
    return !seen.has(key) && seen.add(key);
  });
}

function ruleNodes(entry: string, findings: readonly Finding[], combined: ShownFindings["combined"]): RuleNode[] {
  const byRule = new Map<string, Finding[]>();
  for (const finding of findings) byRule.set(finding.rule, [...(byRule.get(finding.rule) ?? []), finding]);
  return [...byRule]
    .map(([rule, own]): RuleNode => {
      const level = LEVELS.find((one) => own.some((finding) => finding.level === one)) ?? "hint";
      const fixAll = combined.find((one) => one.entry === entry && one.rule === rule);
      return { kind: "rule", entry, rule, level, children: own.map(findingNode), fixAll };
    })
    .sort((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level));
}

/** Rules with their findings, the worst first; under their models where several have findings. */
export function suggestionNodes({
  findings,
  combined,
}: Pick<ShownFindings, "findings" | "combined">): (EntryNode | RuleNode)[] {
  const own = distinct(findings);
  const entries = [...new Set(own.map(({ entry }) => entry))];
  const children = (entry: string) =>
    ruleNodes(
      entry,
      own.filter((finding) => finding.entry === entry),
      combined,
    );
  if (entries.length <= 1) return entries.flatMap(children);
  return entries.map((entry) => ({ kind: "entry", entry, children: children(entry) }));
}

/** The same fix among fresh findings: of the same rule, model and title, the nearest in the file. */
export function sameFix(finding: Finding, fix: OfferedFix, fresh: readonly Finding[]): OfferedFix | undefined {
  const distance = ({ line }: Finding) => Math.abs((line ?? 0) - (finding.line ?? 0));
  return fresh
    .filter(({ rule, entry, file }) => rule === finding.rule && entry === finding.entry && file === finding.file)
    .flatMap((one) =>
      one.fixes.filter(({ title }) => title === fix.title).map((found) => ({ found, at: distance(one) })),
    )
    .sort((a, b) => a.at - b.at)[0]?.found;
}
