// Transfer learning that trains everything: a pretrained base whose weights all change from the first step on. With little data
// that costs what the base knows; the new layers are trained first, with the base frozen (Keras guide on transfer learning).
import type { AssignStmt, Stmt } from "../../1-syntax/tree";
import { walk } from "../../1-syntax/walk";
import { elements } from "../../3-graph/shape";
import type { TextEdit } from "../../report/finding";
import { formatCount, formatShare } from "../../report/format";
import type { CallSite } from "../call-site";
import { placeOf } from "../places";
import type { Rule, RuleContext } from "../rule";
import { namesItsClass, type Site } from "../sites";

/** Share of the model's parameters that a base has at least. */
const BASE_SHARE = 0.5;

export const frozenBaseNotFrozen: Rule = {
  id: "frozen-base-not-frozen",
  level: "hint",
  summary: "A pretrained base is trained from the first step on.",
  *check(context) {
    const { traced, report, sites } = context;
    const { trainable } = report.params;
    const bases = new Map<string, Site[]>();
    for (const site of sites) {
      if (namesItsClass(site) || !isPretrained(site.call)) continue;
      const { start } = site.call.call.span;
      bases.set(`${site.call.file}:${start}`, [...(bases.get(`${site.call.file}:${start}`) ?? []), site]);
    }
    for (const parts of bases.values()) {
      const [site] = parts;
      const layers = new Set(parts.flatMap((part) => part.layers));
      const weights = traced.layers.filter(({ instance }) => layers.has(instance)).flatMap((layer) => layer.weights);
      const size = weights.reduce((sum, { shape, trainable: isTrained }) => {
        const count = isTrained && shape ? elements(shape) : 0;
        return sum + (typeof count === "number" ? count : 0);
      }, 0);
      const hasHead = traced.layers.some(({ instance, weights: own }) => own.length > 0 && !layers.has(instance));
      if (!site || !hasHead || trainable === null || size < BASE_SHARE * trainable) continue;
      const edit = freeze(context, site.call);
      yield {
        place: placeOf(site),
        needsFix: false,
        fixes: edit
          ? [
              {
                title: "Freeze the pretrained base",
                edits: [edit],
                pays: ({ before, after }) => before.macs === after.macs && before.params === after.params,
              },
            ]
          : [],
        message: () =>
          `All ${formatCount(size)} parameters of this pretrained base are trained, ${formatShare(size, trainable)} of what the ` +
          `model trains. On little data that undoes what the base knows: freeze it, train the ` +
          `${formatCount(trainable - size)} parameters of the new layers, and unfreeze it afterwards with a small learning rate.`,
      };
    }
  },
};

/** True for `weights="imagenet"`, `weights=Some_Weights.DEFAULT` and `pretrained=True`. */
function isPretrained(call: CallSite): boolean {
  return call.args.some(({ name, named, value }) => {
    if (!named) return false;
    if (name === "pretrained") return value.kind === "constant" && value.value === true;
    return name === "weights" && (value.kind === "string" || value.kind === "attribute");
  });
}

/** A line after `base = MobileNetV2(…)` that freezes it. */
function freeze({ traced, fileOf }: RuleContext, call: CallSite): TextEdit | undefined {
  const source = fileOf(call.file);
  let found: AssignStmt | undefined;
  walk(source?.program.body, (node) => {
    const one = node as unknown as Stmt;
    if (one.kind === "assignment" && one.value === call.call) found = one;
  });
  const [target, ...more] = found?.targets ?? [];
  if (!source || !found || !target || more.length > 0 || (target.kind !== "name" && target.kind !== "attribute"))
    return undefined;
  const { start, end } = found.span;
  const indent = source.text.slice(source.text.lastIndexOf("\n", start - 1) + 1, start);
  if (indent.trim() !== "" || !/^[ \t]*(#.*)?(\n|$)/.test(source.text.slice(end))) return undefined;
  const name = source.text.slice(target.span.start, target.span.end);
  const lineEnd = source.text.indexOf("\n", end);
  const at = lineEnd < 0 ? source.text.length : lineEnd;
  const text =
    traced.framework.name === "torch"
      ? `\n${indent}for parameter in ${name}.parameters():\n${indent}    parameter.requires_grad = False`
      : `\n${indent}${name}.trainable = False`;
  return { file: call.file, start: at, end: at, text };
}
