// A result as a file: JSON with everything, CSV with a row for each layer.
import { type Pair, pairLayers } from "../measure/pair";
import type { Result } from "../measure/result";

export function toJson(result: Result | Pair): string {
  return `${JSON.stringify(result, null, 2)}\n`;
}

const quoted = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

export function toCsv({ layers, sumMs, backend }: Result): string {
  const head = "layer,type,backend,median_ms,p90_ms,spread,runs,share,macs,macs_per_s,remark";
  const rows = layers.map((layer) => {
    const rate = layer.macs !== null && layer.median > 0 ? (layer.macs / layer.median) * 1000 : "";
    return [
      quoted(layer.name),
      quoted(layer.type),
      backend,
      layer.median,
      layer.p90,
      layer.spread,
      layer.runs,
      sumMs > 0 ? layer.median / sumMs : "",
      layer.macs ?? "",
      rate,
      layer.remark ?? "",
    ].join(",");
  });
  return `${[head, ...rows].join("\n")}\n`;
}

/** The layers of both models, those that are the same in one row. */
export function pairToCsv({ before, after }: Pair): string {
  const head =
    "layer_before,type_before,median_ms_before,macs_before,layer_after,type_after,median_ms_after,macs_after";
  const rows = pairLayers(before.layers, after.layers).map((row) =>
    [row.before, row.after]
      .flatMap((layer) =>
        layer ? [quoted(layer.name), quoted(layer.type), layer.median, layer.macs ?? ""] : ["", "", "", ""],
      )
      .join(","),
  );
  return `${[head, ...rows].join("\n")}\n`;
}
