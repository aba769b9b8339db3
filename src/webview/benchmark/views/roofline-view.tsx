// How fast each layer multiplies against how much it computes for each byte it moves. Layers at the top are limited by arithmetic,
// layers to the left by memory.
import { t } from "../../shared/l10n";
import type { LayerTiming } from "../measure/result";
import { axisOf, decadeText, pointsOf } from "./roofline-layout";

const WIDTH = 560;
const HEIGHT = 260;
const LEFT = 52;
const BOTTOM = 36;

export function Roofline({ layers }: { layers: readonly LayerTiming[] }) {
  const points = pointsOf(layers);
  if (points.length < 2) return null;
  const xs = axisOf(
    points.map(({ x }) => x),
    LEFT,
    WIDTH - 12,
  );
  const ys = axisOf(
    points.map(({ y }) => y),
    HEIGHT - BOTTOM,
    16,
  );
  const title = t("Speed of each layer against its MACs per byte moved");
  return (
    <figure class="section">
      <figcaption>{title}</figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={title}>
        {xs.decades.map((x) => (
          <g key={`x${x}`}>
            <line class="grid" x1={xs.at(x)} x2={xs.at(x)} y1={16} y2={HEIGHT - BOTTOM} />
            <text x={xs.at(x)} y={HEIGHT - BOTTOM + 14} text-anchor="middle">
              {decadeText(x)}
            </text>
          </g>
        ))}
        {ys.decades.map((y) => (
          <g key={`y${y}`}>
            <line class="grid" x1={LEFT} x2={WIDTH - 12} y1={ys.at(y)} y2={ys.at(y)} />
            <text x={LEFT - 6} y={ys.at(y) + 4} text-anchor="end">
              {decadeText(y)}
            </text>
          </g>
        ))}
        <text x={(WIDTH + LEFT) / 2} y={HEIGHT - 4} text-anchor="middle">
          {t("MACs per byte")}
        </text>
        <text x={4} y={10}>
          {t("GMAC/s")}
        </text>
        {points.map(({ name, type, x, y }) => (
          <circle key={name} class="point" cx={xs.at(x)} cy={ys.at(y)} r={4}>
            <title>{`${name} (${type}): ${y.toPrecision(3)} GMAC/s, ${x.toPrecision(3)} MACs/byte`}</title>
          </circle>
        ))}
      </svg>
    </figure>
  );
}
