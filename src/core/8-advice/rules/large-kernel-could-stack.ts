// A large kernel that a stack of 3×3 ones could replace: the same field of view, fewer weights, more non-linearities
// (Simonyan & Zisserman 2015, §2.3; Szegedy et al. 2016, §3.1). Two of them see 5×5, three see 7×7.
import type { Operation } from "../../3-graph/operation";
import { costOf } from "../../7-cost/operation-cost";
import type { Receipt, TextEdit } from "../../report/finding";
import { formatCount, formatShare } from "../../report/format";
import type { WrittenArgument } from "../call-site";
import { Neighbours } from "../neighbours";
import { placeOf } from "../places";
import type { Rule, RuleContext } from "../rule";
import { namesItsClass, type Site } from "../sites";
import { inARow, isPlain, layerLike } from "../two-layers";

/** Share of the model's MACs that the change must save. */
const WORTH_SHARE = 0.02;
const KERNELS = [5, 7];

interface Large {
  kernel: number;
  count: number;
  channels: number;
  filters: number;
  macs: number;
}

export const largeKernelCouldStack: Rule = {
  id: "large-kernel-could-stack",
  level: "information",
  summary: "A stack of 3×3 convolutions sees as much as a large kernel for less.",
  *check(context) {
    const { report, sites } = context;
    for (const site of sites) {
      const found = largeKernel(site);
      const edits = found && editsFor(context, site, found);
      const total = report.macs;
      if (!found || !edits || total === null) continue;
      const { kernel, count, channels, filters, macs } = found;
      const saved = ({ before, after }: Receipt) => (before.macs ?? 0) - (after.macs ?? 0);
      yield {
        place: placeOf(site),
        needsFix: true,
        fixes: [
          {
            title: `Replace by ${count} convolutions of 3×3`,
            edits,
            pays: (receipt) => saved(receipt) >= WORTH_SHARE * (receipt.before.macs ?? Number.POSITIVE_INFINITY),
          },
        ],
        message: (best) =>
          `This ${kernel}×${kernel} convolution of ${channels} channels to ${filters} takes ${formatCount(macs)} MACs, ` +
          `${formatShare(macs, total)} of the model. ${count === 2 ? "Two" : "Three"} 3×3 convolutions in a row see the same ` +
          `${kernel}×${kernel} field and save ${formatCount(best && saved(best))} MACs, ` +
          `${formatShare(best && saved(best), total)} of the model. Train again afterwards.`,
      };
    }
  },
};

/** The one convolution of a site, when a stack with the same output costs less. */
function largeKernel(site: Site): Large | undefined {
  const [operation, ...more] = site.operations.filter(({ attributes }) => attributes.kind === "conv");
  const a = operation?.attributes;
  if (!operation || more.length > 0 || a?.kind !== "conv" || !namesItsClass(site)) return undefined;
  const [kernel] = a.kernel;
  if (a.kernel.length !== 2 || typeof kernel !== "number" || !a.kernel.every((size) => size === kernel))
    return undefined;
  if (!KERNELS.includes(kernel) || a.transposed || a.groups !== 1) return undefined;
  if ([...a.strides, ...a.dilations].some((step) => step !== 1)) return undefined;
  if (!a.padding.every(([left, right]) => left === (kernel - 1) / 2 && right === left)) return undefined;
  const { inChannels: channels, outChannels: filters } = a;
  const { macs } = costOf(operation);
  if (typeof channels !== "number" || typeof filters !== "number" || typeof macs !== "number") return undefined;
  const count = (kernel - 1) / 2;
  if (9 * (channels + (count - 1) * filters) >= kernel * kernel * channels) return undefined;
  return { kernel, count, channels, filters, macs };
}

function editsFor(context: RuleContext, site: Site, { count }: Large): TextEdit[] | undefined {
  const { call } = site;
  if (!isPlain(call)) return undefined;
  if (context.traced.framework.name === "torch") {
    const filters = call.find("out_channels");
    const mode = call.find("padding")?.value;
    if (!filters) return undefined;
    const sizes = { kernel_size: "3", ...(mode?.kind === "string" ? {} : { padding: "1" }) };
    const later = { ...sizes, in_channels: call.textOf(filters.value) };
    const convs = Array.from({ length: count }, (_, index) => layerLike(call, index === 0 ? sizes : later));
    const between = activationAfter(context, site);
    return inARow(
      context,
      site,
      convs.flatMap((conv, index) => (index === 0 ? [conv] : [between.text, conv])),
      between.parts,
    );
  }
  // A second layer of the same name is refused.
  if (call.find("name")) return undefined;
  const size: Record<string, string> = call.language === "python" ? { kernel_size: "3" } : { kernelSize: "3" };
  const later = { ...size, input_shape: null, inputShape: null, batchInputShape: null };
  const inner = call.find("activation") ? {} : kerasActivation(context, site);
  const convs = Array.from({ length: count }, (_, index) =>
    layerLike(call, { ...(index === 0 ? size : later), ...(index < count - 1 ? inner : {}) }),
  );
  return inARow(context, site, convs);
}

/** Classes of PyTorch for functions of one element. */
const TORCH_CLASSES: Readonly<Record<string, string>> = {
  relu: "ReLU",
  relu6: "ReLU6",
  silu: "SiLU",
  gelu: "GELU",
  elu: "ELU",
  selu: "SELU",
  mish: "Mish",
  tanh: "Tanh",
  sigmoid: "Sigmoid",
  hardswish: "Hardswish",
  leaky_relu: "LeakyReLU",
};
/** Names of activations that every Keras and TensorFlow.js has. */
const KERAS_NAMES = new Set(["relu", "elu", "selu", "tanh", "sigmoid"]);

/** The activation that follows the convolution of a site, right away or after a batch normalisation. */
function followingActivation({ traced }: RuleContext, site: Site): Operation | undefined {
  const neighbours = new Neighbours(traced);
  let one: Operation | undefined = site.operations.find(({ attributes }) => attributes.kind === "conv");
  for (let steps = 0; one && steps < 3; steps++) {
    one = neighbours.onlyReader(one);
    if (one?.attributes.kind === "activation") return one;
    if (one?.attributes.kind !== "norm" && one?.attributes.kind !== "identity") return undefined;
  }
  return undefined;
}

/** How PyTorch code writes the activation of a layer: as it stands behind the layer, else by its class; ReLU where there is none. */
function activationAfter(context: RuleContext, site: Site): { text: string; parts: string[] } {
  const { call } = site;
  const operation = followingActivation(context, site);
  const home = operation && context.sites.find(({ operations }) => operations.includes(operation));
  if (home && namesItsClass(home) && home.call.file === call.file && home.call.args.every(isLiteral))
    return { text: home.call.textOf(home.call.call), parts: [] };
  const a = operation?.attributes;
  const made = (a?.kind === "activation" ? TORCH_CLASSES[a.function] : undefined) ?? "ReLU";
  return { text: `${call.calleePrefix}${made}()`, parts: [made] };
}

const isLiteral = ({ value }: WrittenArgument) => value.kind === "number" || value.kind === "constant";

/** The argument that gives a Keras layer the activation that follows it; nothing where it has no name everywhere. */
function kerasActivation(context: RuleContext, site: Site): Record<string, string> {
  const a = followingActivation(context, site)?.attributes;
  const { text } = site.call;
  if (a?.kind !== "activation" || !KERAS_NAMES.has(a.function)) return {};
  const quote = text.split("'").length > text.split('"').length ? "'" : '"';
  return { activation: `${quote}${a.function}${quote}` };
}
