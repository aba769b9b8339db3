// Flatten before a dense layer: every position of the feature map gets weights of its own. Averaging over the positions first
// (Lin et al. 2013, Network In Network, §3.2) leaves one weight for each channel and unit.
import type { Operation } from "../../3-graph/operation";
import type { TextEdit } from "../../report/finding";
import { formatCount, formatShare } from "../../report/format";
import { aroundOf } from "../around";
import { importBeside } from "../imports";
import { before } from "../neighbours";
import { placeOf } from "../places";
import type { ProposedFix, Rule, RuleContext } from "../rule";
import { libraryLayerOf, namesItsClass, type Site } from "../sites";

/** Share of the model's parameters below which the layer is not worth the trouble. */
const WORTH_SHARE = 0.2;
/** Positions of the feature map from which averaging says something. */
const LEAST_POSITIONS = 4;

interface Flattened {
  flatten: Operation;
  positions: number;
  channels: number;
  spatial: number;
  units: number;
}

export const flattenDenseCouldPool: Rule = {
  id: "flatten-dense-could-pool",
  level: "information",
  summary: "A dense layer on a flattened feature map has weights for every position.",
  *check(context) {
    const { sites, report } = context;
    const total = report.params.total;
    for (const site of sites) {
      const [operation, ...more] = site.operations.filter(({ attributes }) => attributes.kind === "dense");
      const found = operation && more.length === 0 ? flattenedBefore(context, operation) : undefined;
      if (!found || total === null || !namesItsClass(site)) continue;
      const { positions, channels, units, spatial } = found;
      const weights = positions * channels * units;
      if (weights < WORTH_SHARE * total) continue;
      const home = sites.find((one) => one.operations.includes(found.flatten));
      const saved = (positions - 1) * channels * units;
      yield {
        place: placeOf(home ?? site),
        needsFix: false,
        fixes: home ? fixes(context, home, site, found) : [],
        message: () =>
          `Flatten gives the dense layer ${positions} positions × ${channels} channels = ${formatCount(positions * channels)} ` +
          `features, so it has ${formatCount(weights)} weights, ${formatShare(weights, total)} of the model. Global average ` +
          `pooling over ${spatial === 2 ? "rows and columns" : "the steps"} leaves ${channels} features: ` +
          `${formatCount(saved)} parameters less. Train again afterwards.`,
      };
    }
  },
};

/** What a dense operation reads, when that is a flattened feature map. */
function flattenedBefore({ traced }: RuleContext, dense: Operation): Flattened | undefined {
  const a = dense.attributes;
  const flatten = before(dense);
  const map = flatten?.inputs[0]?.shape;
  if (a.kind !== "dense" || flatten?.attributes.kind !== "move" || !flatten.attributes.view || !map) return undefined;
  if (flatten.outputs[0]?.shape?.length !== 2 || (map.length !== 4 && map.length !== 3)) return undefined;
  const dims = map.slice(1);
  if (!dims.every((dim) => typeof dim === "number") || typeof a.outFeatures !== "number") return undefined;
  const first = traced.framework.name === "torch";
  // A sequence of tokens or a raw input is no feature map: what is flattened must come out of a convolution.
  if (!comesFromConvolution(flatten, first)) return undefined;
  const channels = (first ? dims[0] : dims.at(-1)) as number;
  const positions = dims.reduce<number>((product, dim) => product * (dim as number), 1) / channels;
  if (positions < LEAST_POSITIONS || a.inFeatures !== positions * channels) return undefined;
  return { flatten, positions, channels, spatial: dims.length - 1, units: a.outFeatures };
}

/** Goes back over operations of one input to a convolution with the usual layout of its framework. */
function comesFromConvolution(flatten: Operation, channelsFirst: boolean): boolean {
  let one = flatten.inputs[0]?.producer;
  for (let steps = 0; one && steps < 12; steps++) {
    const a = one.attributes;
    if (a.kind === "conv") return a.layout === (channelsFirst ? "channels-first" : "channels-last");
    if (a.kind === "move") return false;
    one = one.inputs[0]?.producer;
  }
  return false;
}

function fixes(context: RuleContext, flatten: Site, dense: Site, found: Flattened): ProposedFix[] {
  if (!namesItsClass(flatten) || flatten.operations.length !== 1) return [];
  const { name } = context.traced.framework;
  const edits = name === "torch" ? torchEdits(context, flatten, dense, found) : kerasEdits(context, flatten, found);
  const title = "Average over the positions instead of flattening";
  return edits ? [{ title, edits, pays: ({ before: b, after: a }) => (a.params ?? 0) < (b.params ?? 0) }] : [];
}

function kerasEdits(context: RuleContext, { call }: Site, { spatial }: Flattened): TextEdit[] | undefined {
  const source = context.fileOf(call.file);
  if (!source || call.hasSpread) return undefined;
  if (call.language === "javascript") {
    if (call.calleePrefix === "") return undefined;
    // The factory of the pooling layer does not work without a configuration.
    const empty = call.call.args.length === 0 ? [call.append("{}")] : [];
    return [call.rename(`globalAveragePooling${spatial}d`), ...empty];
  }
  const pooling = `GlobalAveragePooling${spatial}D`;
  const imports = call.calleePrefix === "" ? importBeside(source.program, call.file, "Flatten", pooling) : [];
  return imports && [call.rename(pooling), ...imports];
}

/** In one `Sequential`: a pooling layer before Flatten, and as many features of the Linear layer as there are channels. */
function torchEdits(context: RuleContext, flatten: Site, dense: Site, found: Flattened): TextEdit[] | undefined {
  const source = context.fileOf(flatten.call.file);
  const features = dense.call.find("in_features");
  if (!source || !features || dense.call.hasSpread || dense.call.file !== flatten.call.file) return undefined;
  const around = aroundOf(source, flatten.call.call);
  if (around?.kind !== "element" || !around.siblings.includes(dense.call.call)) return undefined;
  if (libraryLayerOf(found.flatten)?.type.name !== "Flatten") return undefined;
  const pooling = `AdaptiveAvgPool${found.spatial}d`;
  const { calleePrefix: prefix, file } = flatten.call;
  const imports = prefix === "" ? importBeside(source.program, file, "Flatten", pooling) : [];
  const { start } = flatten.call.call.span;
  const line = source.text.slice(source.text.lastIndexOf("\n", start - 1) + 1, start);
  const text = `${prefix}${pooling}(1),${line.trim() === "" ? `\n${line}` : " "}`;
  return (
    imports && [{ file, start, end: start, text }, dense.call.setValue(features, String(found.channels)), ...imports]
  );
}
