// How each framework writes a depthwise-separable convolution in place of a standard one: its own layer where it has one, or the
// parts – depthwise, normalisation, activation, pointwise – one after another, as MobileNets have them.
import type { TextEdit } from "../report/finding";
import { inPlaceOf } from "./around";
import type { CallSite, WrittenArgument } from "./call-site";
import { importBeside } from "./imports";
import type { RuleContext } from "./rule";
import { namesItsClass, type Site } from "./sites";
import { sequentialText } from "./two-layers";

/** The edits that make the convolutions of a site separable; undefined where they cannot be written. */
export function separableEdits(context: RuleContext, site: Site): TextEdit[] | undefined {
  const { name } = context.traced.framework;
  if (name === "torch") return torchEdits(context, site.call);
  return name === "keras" ? kerasEdits(context, site) : tfjsEdits(site.call);
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
  const text = sequentialText(call, [`${conv}(${first.join(", ")})`, `${conv}(${second.join(", ")})`]);
  return [{ file: call.file, start, end, text }, ...imports];
}

/** Arguments about space stay with the depthwise layer, those about the kernel go to both, the others to the pointwise one. */
const OF_SPACE: Readonly<Record<string, readonly string[]>> = {
  python: ["strides", "padding", "dilation_rate"],
  javascript: ["strides", "padding", "dilationRate"],
};
const OF_INPUT = ["input_shape", "batch_input_shape", "batch_shape", "inputShape", "batchInputShape"];
/** The one that differs from layer to layer: a normalisation would need its axis. */
const OF_LAYOUT = ["data_format", "dataFormat"];
const KERNEL_SETTING = /^kernel(_?)(initializer|regularizer|constraint)$/i;

interface Parts {
  depthwise: string;
  normalization: string;
  activation: string;
}

const KERAS_PARTS: Readonly<Record<string, Parts>> = {
  Conv2D: { depthwise: "DepthwiseConv2D", normalization: "BatchNormalization", activation: "ReLU" },
  Conv1D: { depthwise: "DepthwiseConv1D", normalization: "BatchNormalization", activation: "ReLU" },
  conv2d: { depthwise: "depthwiseConv2d", normalization: "batchNormalization", activation: "reLU" },
};

/**
 * Depthwise convolution, batch normalisation, ReLU and 1×1 convolution in place of a standard one (Howard et al. 2017, figure 3),
 * in a list, with `model.add` or where the layer is called; undefined elsewhere, and in PyTorch, where a normalisation is put in
 * only by whoever wants one.
 */
export function explicitEdits(context: RuleContext, site: Site): TextEdit[] | undefined {
  const { call } = site;
  const name = call.calleeName;
  const parts = name === null || context.traced.framework.name === "torch" ? undefined : KERAS_PARTS[name];
  const source = context.fileOf(call.file);
  if (!parts || name === null || !source || call.hasSpread || !namesItsClass(site)) return undefined;
  if (isCausal(site) || !strideIsEven(site) || call.args.some((one) => one.name === null)) return undefined;
  if (OF_LAYOUT.some((layout) => call.find(layout))) return undefined;
  const isPython = call.language === "python";
  const [kernelName, filters] = [isPython ? "kernel_size" : "kernelSize", call.find("filters")];
  const kernel = call.find(kernelName);
  if (!kernel || !filters || (!isPython && call.calleePrefix === "")) return undefined;
  const write = (argument: WrittenArgument, as = argument.name as string) =>
    call.write(as, call.textOf(argument.value));
  const first = [kernel.named ? write(kernel) : call.textOf(kernel.value)];
  const second = filters.named
    ? [write(filters), call.write(kernelName, "1")]
    : [call.textOf(filters.value), kernel.named ? call.write(kernelName, "1") : "1"];
  for (const argument of call.args) {
    const own = argument.name as string;
    if (argument === kernel || argument === filters || own === "groups") continue;
    const [, separator, setting] = KERNEL_SETTING.exec(own) ?? [];
    if (OF_SPACE[call.language]?.includes(own) || OF_INPUT.includes(own)) first.push(write(argument));
    else second.push(write(argument));
    if (setting !== undefined) first.push(write(argument, `depthwise${separator}${setting}`));
  }
  first.push(isPython ? call.write("use_bias", "False") : call.write("useBias", "false"));
  const made = (part: string, args: readonly string[]) =>
    `${call.calleePrefix}${part}(${isPython ? args.join(", ") : `{${args.join(", ")}}`})`;
  const layers = [
    made(parts.depthwise, first),
    made(parts.normalization, []),
    made(parts.activation, []),
    made(name, second),
  ];
  const imports =
    call.calleePrefix === ""
      ? importBeside(source.program, call.file, name, ...Object.values<string>({ ...parts }))
      : [];
  const edits = inPlaceOf(source, call, layers);
  return imports && edits && [...edits, ...imports];
}
