// A model deployed in float32: weights and activations take four bytes a value, and small boards have no vector unit for them.
import { formatBytes } from "../../report/format";
import type { Rule } from "../rule";

export const floatCouldBeInt8: Rule = {
  id: "float-could-be-int8",
  level: "information",
  summary: "The model is deployed in float32; int8 takes a quarter of the memory.",
  *check({ report }) {
    const { deployment, place } = report;
    if (deployment?.dtype !== "float32" || !place) return;
    const { weights } = deployment.flashBytes;
    const { activations } = deployment.ramBytes;
    if (weights === null) return;
    yield {
      place,
      needsFix: false,
      fixes: [],
      message: () =>
        `${report.entry} is deployed in float32 on ${deployment.boardName}: its weights take ${formatBytes(weights)} of flash, in ` +
        `int8 about ${formatBytes(Math.round(weights / 4))}` +
        `${activations === null ? "" : `, and its activations ${formatBytes(activations)} of RAM, in int8 about ${formatBytes(Math.round(activations / 4))}`}. ` +
        "Quantise it after training, with examples of real inputs.",
    };
  },
};
