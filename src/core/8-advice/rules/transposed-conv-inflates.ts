// A transposed convolution whose stride does not divide its kernel: outputs get unequal numbers of contributions (a
// checkerboard; Odena et al. 2016, Deconvolution and Checkerboard Artifacts), and runtimes that put zeros between the inputs
// multiply with them.
import { costOf } from "../../7-cost/operation-cost";
import { formatCount, formatShare } from "../../report/format";
import { placeOf } from "../places";
import type { Rule } from "../rule";
import { namesItsClass } from "../sites";

/** Share of the model's MACs below which a layer is not worth the trouble. */
const WORTH_SHARE = 0.02;

export const transposedConvInflates: Rule = {
  id: "transposed-conv-inflates",
  level: "information",
  summary: "The stride of a transposed convolution does not divide its kernel.",
  *check({ report, sites }) {
    const total = report.macs;
    for (const site of sites) {
      const [operation] = site.operations;
      const a = operation?.attributes;
      if (!operation || a?.kind !== "conv" || !a.transposed || !namesItsClass(site) || total === null) continue;
      const macs = site.operations.reduce((sum, one) => sum + Number(costOf(one).macs), 0);
      const kernel = a.kernel.filter((size) => typeof size === "number");
      if (kernel.length !== a.kernel.length || !(macs >= WORTH_SHARE * total)) continue;
      if (kernel.every((size, axis) => size % (a.strides[axis] ?? 1) === 0)) continue;
      const stuffed = a.strides.reduce((product, stride) => product * stride, 1);
      const next = kernel.map((size, axis) => Math.ceil(size / (a.strides[axis] ?? 1)) * (a.strides[axis] ?? 1));
      yield {
        place: placeOf(site),
        needsFix: false,
        fixes: [],
        message: () =>
          `The stride ${a.strides.join("×")} of this transposed convolution does not divide its kernel ${kernel.join("×")}, so ` +
          `neighbouring outputs get unequal numbers of contributions (a checkerboard). It takes ${formatCount(macs)} MACs, ` +
          `${formatShare(macs, total)} of the model, and about ${stuffed} times as many where the runtime puts zeros between the ` +
          `inputs. Convolve first and resize then, for as many MACs without a checkerboard, or use a kernel of ${next.join("×")}.`,
      };
    }
  },
};
