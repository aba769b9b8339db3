// A standard convolution that a depthwise-separable one could replace: a depthwise convolution of each channel, then a
// pointwise (1×1) one. Cost ratio 1/N + 1/D_K² for N filters and a D_K×D_K kernel (MobileNets, Howard et al. 2017, §3.1).
import { costOf } from "../../7-cost/operation-cost";
import type { Receipt, TextEdit } from "../../report/finding";
import { formatCount, formatShare } from "../../report/format";
import type { CallSite, WrittenArgument } from "../call-site";
import { importBeside } from "../imports";
import { placeOf } from "../places";
import type { Proposal, ProposedFix, Rule, RuleContext } from "../rule";
import type { Site } from "../sites";

/** Cost ratio above which the change does not pay. */
const WORTH_RATIO = 0.5;
/** Share of the model's MACs below which a layer is not worth the trouble. */
const WORTH_SHARE = 0.02;
/** Share of a line's MACs that may be in convolutions for which the change does not pay. */
const WORTH_REST = 0.2;
/** First layers read few channels: there is nothing to separate. */
const FEW_CHANNELS = 4;

export const standardConvCouldBeSeparable: Rule = {
  id: "standard-conv-could-be-separable",
  level: "information",
  summary: "A standard convolution costs several times what a depthwise-separable one does.",
  *check(context) {
    for (const site of context.sites) {
      const proposal = propose(context, site);
      if (proposal) yield proposal;
    }
  },
};

interface Conv {
  filters: number;
  channels: number;
  /** Kernel positions: D_K². */
  area: number;
  kernel: number[];
  macs: number;
}

/**
 * The convolutions of a site for which the change pays, the dearest first, with the MACs of all calls. A site may make
 * others too (a first layer, a 1×1 shortcut) as long as they are a small part of its work; undefined when they are not, or
 * when one of its convolutions cannot be separated.
 */
function standardConvolutions(site: Site): { convs: Conv[]; calls: number; macs: number } | undefined {
  const convs: Conv[] = [];
  let macs = 0;
  let otherMacs = 0;
  let calls = 0;
  for (const operation of site.operations) {
    const a = operation.attributes;
    if (a.kind !== "conv") continue;
    const cost = costOf(operation).macs;
    if (a.transposed || a.groups !== 1 || a.kernel.length > 2 || typeof cost !== "number") return undefined;
    const { inChannels: channels, outChannels: filters } = a;
    const kernel = a.kernel.filter((size) => typeof size === "number");
    if (typeof channels !== "number" || typeof filters !== "number" || kernel.length !== a.kernel.length)
      return undefined;
    const area = kernel.reduce((product, size) => product * size, 1);
    calls++;
    macs += cost;
    if (channels <= FEW_CHANNELS || area === 1 || 1 / filters + 1 / area > WORTH_RATIO) otherMacs += cost;
    else convs.push({ filters, channels, area, kernel, macs: cost });
  }
  convs.sort((a, b) => b.macs - a.macs);
  return convs.length > 0 && otherMacs <= WORTH_REST * macs ? { convs, calls, macs } : undefined;
}

function propose(context: RuleContext, site: Site): Proposal | undefined {
  const { macs: total } = context.report;
  const found = standardConvolutions(site);
  const first = found?.convs[0];
  if (!found || !first || total === null || found.macs < WORTH_SHARE * total) return undefined;
  const fixes = fixesFor(context, site);
  if (fixes.length === 0) return undefined;
  const ratio = 1 / first.filters + 1 / first.area;
  const what = `${first.kernel.join("×")} convolution of ${first.channels} channels to ${first.filters}`;
  const subject =
    found.calls > 1
      ? `This line makes ${found.calls} convolutions, the dearest a ${what}. They take`
      : `This ${what} takes`;
  return {
    place: placeOf(site),
    needsFix: true,
    fixes,
    message: (best) => {
      const saved = best ? (best.before.macs ?? 0) - (best.after.macs ?? 0) : 0;
      return (
        `${subject} ${formatCount(found.macs)} MACs, ${formatShare(found.macs, total)} of the model. ` +
        `Depthwise-separable, such a layer takes 1/N + 1/D_K² = 1/${first.filters} + 1/${first.area} = ${formatShare(ratio, 1)} of that: ` +
        `the change saves ${formatCount(saved)} MACs, ${formatShare(saved, total)} of the model. Train again afterwards.`
      );
    },
  };
}

function fixesFor(context: RuleContext, site: Site): ProposedFix[] {
  const { call } = site;
  const title = "Replace by a depthwise-separable convolution";
  const edits =
    context.traced.framework.name === "keras"
      ? kerasEdits(context, site)
      : context.traced.framework.name === "tfjs"
        ? tfjsEdits(call)
        : torchEdits(context, call);
  const pays = ({ before, after }: Receipt) =>
    before.macs !== null && after.macs !== null && before.macs - after.macs >= WORTH_SHARE * before.macs;
  return edits ? [{ title, edits, pays }] : [];
}

/** Settings of the kernel become settings of both kernels. */
function splitKernelSettings(call: CallSite, rename: (setting: string, part: string) => string): TextEdit[] {
  return call.args.flatMap((argument) => {
    const setting = ["initializer", "regularizer", "constraint"].find(
      (one) => argument.named && argument.name === rename(one, "kernel"),
    );
    if (!setting) return [];
    const value = call.textOf(argument.value);
    const parts = ["depthwise", "pointwise"].map((part) => call.write(rename(setting, part), value));
    return [call.replace(argument, ...parts)];
  });
}

const KERAS_SEPARABLE: Readonly<Record<string, string>> = {
  Conv2D: "SeparableConv2D",
  Convolution2D: "SeparableConv2D",
  Conv1D: "SeparableConv1D",
  Convolution1D: "SeparableConv1D",
};

/** The separable layers of Keras 3 refuse causal padding. */
function isCausal({ layers }: Site): boolean {
  return layers.some(({ fields }) => {
    const padding = fields.get("padding");
    return padding?.kind === "string" && padding.value.toLowerCase() === "causal";
  });
}

/** TensorFlow's depthwise kernel strides alike in rows and columns. */
function strideIsEven(site: Site): boolean {
  return site.operations.every(
    ({ attributes: a }) => a.kind !== "conv" || a.strides.every((stride) => stride === a.strides[0]),
  );
}

function kerasEdits(context: RuleContext, site: Site): TextEdit[] | undefined {
  const { call } = site;
  const name = call.calleeName;
  const separable = name === null ? undefined : KERAS_SEPARABLE[name];
  const source = context.fileOf(call.file);
  if (name === null || !separable || !source || call.hasSpread) return undefined;
  if (isCausal(site) || !strideIsEven(site)) return undefined;
  const imports = call.calleePrefix === "" ? importBeside(source.program, call.file, name, separable) : [];
  if (!imports) return undefined;
  // `groups=1` is the only number of groups that comes this far; the separable layer has no such argument.
  const groups = call.find("groups");
  if (groups && !groups.named) return undefined;
  const settings = splitKernelSettings(call, (setting, part) => `${part}_${setting}`);
  return [call.rename(separable), ...settings, ...(groups ? [call.remove(groups)] : []), ...imports];
}

function tfjsEdits(call: CallSite): TextEdit[] | undefined {
  if (call.calleeName !== "conv2d" || call.calleePrefix === "" || call.hasSpread) return undefined;
  const capital = (text: string) => `${text[0]?.toUpperCase()}${text.slice(1)}`;
  return [call.rename("separableConv2d"), ...splitKernelSettings(call, (setting, part) => part + capital(setting))];
}

/** `nn.Sequential` of a grouped and a pointwise convolution; what concerns space stays with the first, the bias with the second. */
function torchEdits(context: RuleContext, call: CallSite): TextEdit[] | undefined {
  const name = call.calleeName;
  const source = context.fileOf(call.file);
  if ((name !== "Conv2d" && name !== "Conv1d") || !source || call.hasSpread) return undefined;
  const input = call.find("in_channels");
  const output = call.find("out_channels");
  if (!input || !output) return undefined;
  const imports = call.calleePrefix === "" ? importBeside(source.program, call.file, name, "Sequential") : [];
  if (!imports) return undefined;
  const channels = call.textOf(input.value);
  const like = (argument: WrittenArgument, value: string) => (argument.named ? `${argument.name}=${value}` : value);
  const first = call.args.flatMap((argument) => {
    if (argument === output) return [like(argument, channels)];
    if (argument.name === "groups") return argument.named ? [] : [channels];
    if (argument.name === "bias") return argument.named ? [] : ["False"];
    return [call.text.slice(argument.start, argument.end)];
  });
  if (!call.args.some((argument) => argument.name === "groups" && !argument.named)) first.push(`groups=${channels}`);
  if (!call.args.some((argument) => argument.name === "bias" && !argument.named)) first.push("bias=False");
  const second = [channels, call.textOf(output.value), "1"];
  for (const kept of ["bias", "device", "dtype"]) {
    const argument = call.find(kept);
    if (argument) second.push(`${kept}=${call.textOf(argument.value)}`);
  }
  const { start, end } = call.call.span;
  const conv = call.text.slice(start, call.call.callee.span.end);
  const text = `${call.calleePrefix}Sequential(${conv}(${first.join(", ")}), ${conv}(${second.join(", ")}))`;
  return [{ file: call.file, start, end, text }, ...imports];
}
