// A result as a file: JSON with everything, CSV with a row for each layer.
import type { Result } from "./result";

export function toJson(result: Result): string {
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
