// A bias that does nothing: the batch normalisation after a convolution or dense layer subtracts the mean of each channel, and
// with it whatever was added to the channel. Its own shift (beta) does what the bias was to do.
import type { Receipt } from "../../report/finding";
import { formatCount, formatShare } from "../../report/format";
import type { CallSite } from "../call-site";
import { Neighbours } from "../neighbours";
import { placeOf } from "../places";
import type { Rule } from "../rule";
import { namesItsClass, type Site } from "../sites";

const BIAS: Readonly<Record<string, string>> = { keras: "use_bias", torch: "bias", tfjs: "useBias" };

const saved = ({ before, after }: Receipt) => (before.params ?? 0) - (after.params ?? 0);

export const convBiasBeforeBatchnorm: Rule = {
  id: "conv-bias-before-batchnorm",
  level: "hint",
  summary: "The bias of a layer before a batch normalisation does nothing.",
  *check({ traced, report, sites }) {
    const neighbours = new Neighbours(traced);
    const option = BIAS[traced.framework.name] as string;
    for (const site of sites) {
      const edit = everyBiasIsLost(site, neighbours) ? withoutBias(site.call, option) : undefined;
      if (!edit) continue;
      yield {
        place: placeOf(site),
        needsFix: true,
        fixes: [
          {
            title: `Leave the bias out (${site.call.write(option, edit.text)})`,
            edits: [edit.edit],
            pays: (receipt) => saved(receipt) > 0 && receipt.after.macs === receipt.before.macs,
          },
        ],
        message: (best) =>
          `The bias here does nothing: the batch normalisation that follows subtracts the mean of each channel and adds a ` +
          `shift of its own. Without it the model has ${formatCount(best && saved(best))} parameters less ` +
          `(${formatShare(best && saved(best), report.params.total)}).`,
      };
    }
  },
};

/** Each output that a bias is added to is read by a batch normalisation only. */
function everyBiasIsLost(site: Site, neighbours: Neighbours): boolean {
  if (!namesItsClass(site)) return false;
  const biased = site.operations.filter(({ attributes: a }) => (a.kind === "conv" || a.kind === "dense") && a.hasBias);
  const isLost = (operation: (typeof biased)[number]) => {
    const next = neighbours.onlyReader(operation)?.attributes;
    return next?.kind === "norm" && next.mode === "batch";
  };
  return biased.length > 0 && biased.every(isLost);
}

function withoutBias(call: CallSite, option: string) {
  const text = call.language === "python" ? "False" : "false";
  const isObject = call.language === "python" || (call.args.length > 0 && call.args.every(({ named }) => named));
  if (call.hasSpread || !isObject) return undefined;
  const written = call.find(option);
  if (!written) return { edit: call.append(call.write(option, text)), text };
  const isTrue = written.value.kind === "constant" && written.value.value === true;
  return isTrue ? { edit: call.setValue(written, text), text } : undefined;
}
