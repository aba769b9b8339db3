// Numbers of filters that do not fill the vector registers: the int8 kernels of CMSIS-NN work on four channels at a time (more
// with the Helium extension), and finish what is left one by one.
import { costOf } from "../../7-cost/operation-cost";
import { formatCount, formatShare } from "../../report/format";
import { placeOf } from "../places";
import type { Rule } from "../rule";
import { namesItsClass, type Site } from "../sites";

const GRID = 4;
/** Share of the model's MACs below which a layer is not worth the trouble. */
const WORTH_SHARE = 0.05;

export const channelsOffSimdGrid: Rule = {
  id: "channels-off-simd-grid",
  level: "hint",
  summary: "A number of filters is no multiple of four, the width of SIMD kernels.",
  *check({ traced, report, sites }) {
    const total = report.macs;
    const last = traced.graph.operations.findLast(({ attributes: { kind } }) => kind === "conv" || kind === "dense");
    for (const site of sites) {
      const filters = filtersOff(site);
      // What the model is to tell apart is not ours to change.
      if (filters === undefined || total === null || (last && site.operations.includes(last))) continue;
      const macs = site.operations.reduce((sum, one) => sum + Number(costOf(one).macs), 0);
      if (!(macs >= WORTH_SHARE * total)) continue;
      const [less, more] = [filters - (filters % GRID), filters - (filters % GRID) + GRID];
      yield {
        place: placeOf(site),
        needsFix: false,
        fixes: [],
        message: () =>
          `${filters} filters are no multiple of ${GRID}: int8 kernels for Cortex-M work on ${GRID} channels at a time (8 or 16 ` +
          `with Helium) and finish the other ${filters % GRID} one by one. The layer takes ${formatCount(macs)} MACs, ` +
          `${formatShare(macs, total)} of the model. ${less > 0 ? `${less} or ${more}` : more} filters suit them better.`,
      };
    }
  },
};

/** Filters of the convolutions of a site when they are off the grid; undefined when they are not, not known, or differ. */
function filtersOff(site: Site): number | undefined {
  if (!namesItsClass(site)) return undefined;
  const counts = site.operations.flatMap(({ attributes: a }) =>
    a.kind === "conv" && a.groups === 1 ? [a.outChannels] : [],
  );
  const [first] = counts;
  if (typeof first !== "number" || first % GRID === 0 || counts.some((count) => count !== first)) return undefined;
  return first;
}
