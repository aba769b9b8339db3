// A recurrent layer that is unrolled: the deployed program holds a copy of its operators for each step.
import { formatCount } from "../../report/format";
import { placeOf } from "../places";
import type { Rule } from "../rule";
import { namesItsClass, type Site } from "../sites";

/** Steps from which copies are many. */
const MANY_STEPS = 8;

export const unrolledRecurrence: Rule = {
  id: "unrolled-recurrence",
  level: "information",
  summary: "A recurrent layer is unrolled into a copy of its operators for each step.",
  *check({ sites }) {
    for (const site of sites) {
      const { call } = site;
      const steps = stepsOf(site);
      if (steps === undefined || steps < MANY_STEPS || !namesItsClass(site)) continue;
      const unroll = call.find("unroll");
      const isCell = site.type.endsWith("Cell");
      if (!isCell && !(unroll?.named && unroll.value.kind === "constant" && unroll.value.value === true)) continue;
      yield {
        place: placeOf(site),
        needsFix: !isCell,
        fixes: unroll
          ? [
              {
                title: "Do not unroll",
                edits: [call.remove(unroll)],
                pays: ({ before, after }) => before.macs === after.macs && before.params === after.params,
              },
            ]
          : [],
        message: () =>
          `${isCell ? "This cell runs in a loop of" : "Unrolled, this layer is"} ${formatCount(steps)} ` +
          `${isCell ? "steps, so" : "copies of one step:"} the deployed program holds ${formatCount(steps)} times the operators of a ` +
          `step, all with their own buffers. ${isCell ? "A recurrent layer over the whole sequence" : "Not unrolled, it"} is one operator.`,
      };
    }
  },
};

/** Steps of the first recurrent layer of a site, or how often its cell runs. */
function stepsOf(site: Site): number | undefined {
  if (site.type.endsWith("Cell")) return site.operations.length / site.layers.length;
  const a = site.operations.find(({ attributes }) => attributes.kind === "recurrent")?.attributes;
  return a?.kind === "recurrent" && typeof a.steps === "number" ? a.steps : undefined;
}
