// One layer replaced by several in a row: how each framework writes them where the one was made.
import type { TextEdit } from "../report/finding";
import { inPlaceOf } from "./around";
import type { CallSite } from "./call-site";
import { importBeside } from "./imports";
import type { RuleContext } from "./rule";
import type { Site } from "./sites";

/** A call as written, with some arguments changed, left out (null) or added: the text of another layer of the same kind. */
export function layerLike(call: CallSite, changes: Readonly<Record<string, string | null>>): string {
  const isObject = call.language === "javascript";
  const kept = call.args.flatMap((argument) => {
    const change = argument.name === null ? undefined : changes[argument.name];
    if (change === null) return [];
    if (change === undefined) return [call.text.slice(argument.start, argument.end)];
    return [argument.named ? call.write(argument.name as string, change) : change];
  });
  const added = Object.entries(changes).flatMap(([name, value]) =>
    value === null || call.find(name) ? [] : [call.write(name, value)],
  );
  const callee = call.text.slice(call.call.span.start, call.call.callee.span.end);
  const text = [...kept, ...added].join(", ");
  return isObject ? `${callee}({${text}})` : `${callee}(${text})`;
}

/** True where `layerLike` may write the call: every argument has a name it binds, in JavaScript in one object. */
export function isPlain(call: CallSite): boolean {
  if (call.hasSpread) return false;
  if (call.language === "javascript") return call.args.length > 0 && call.args.every(({ named }) => named);
  return call.args.every(({ name }) => name !== null);
}

/**
 * The edits that make `layers` where one layer of a site is made: a nested `nn.Sequential` in PyTorch, more layers in the same
 * place elsewhere. `parts` are the classes the text names beside the layer's own.
 */
export function inARow(
  context: RuleContext,
  site: Site,
  layers: readonly string[],
  parts: readonly string[] = [],
): TextEdit[] | undefined {
  const { call } = site;
  const source = context.fileOf(call.file);
  if (!source) return undefined;
  if (context.traced.framework.name !== "torch") return inPlaceOf(source, call, layers);
  const { file, calleeName: own, calleePrefix: prefix } = call;
  const imports = prefix === "" && own !== null ? importBeside(source.program, file, own, "Sequential", ...parts) : [];
  const { start, end } = call.call.span;
  return imports && [{ file, start, end, text: sequentialText(call, layers) }, ...imports];
}

/** Lines are broken beyond this column. */
const WIDEST = 100;

/** One step of indentation of a text. */
function indentStep(text: string): string {
  const steps = [...text.matchAll(/^([ \t]+)\S/gm)].map(([, indent = ""]) => indent);
  if (steps.some((indent) => indent.startsWith("\t"))) return "\t";
  return " ".repeat(Math.min(4, ...steps.map((indent) => indent.length).filter((length) => length > 1)));
}

/** `nn.Sequential(…)` in place of a call, on lines of its own where one line would be too long. */
export function sequentialText({ text, call, calleePrefix }: CallSite, layers: readonly string[]): string {
  const { start, end } = call.span;
  const line = text.lastIndexOf("\n", start - 1) + 1;
  const rest = text.slice(end, (text.indexOf("\n", end) + 1 || text.length + 1) - 1);
  const name = `${calleePrefix}Sequential`;
  const flat = `${name}(${layers.join(", ")})`;
  if (start - line + flat.length + rest.length <= WIDEST) return flat;
  const outer = /^[ \t]*/.exec(text.slice(line))?.[0] ?? "";
  const inner = outer + indentStep(text);
  return `${name}(\n${layers.map((layer) => `${inner}${layer},\n`).join("")}${outer})`;
}
