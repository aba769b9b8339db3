// How fast each layer multiplies against how much it computes for each byte it moves. Layers at the top are limited by arithmetic,
// layers to the left by memory.
import { t } from "../shared/l10n";
import type { LayerTiming } from "./result";

const WIDTH = 560;
const HEIGHT = 260;
const LEFT = 52;
const BOTTOM = 36;

export function Roofline({ layers }: { layers: readonly LayerTiming[] }) {
  const points = layers.flatMap(({ name, type, macs, bytes, median }) =>
    macs && bytes > 0 && median > 0 ? [{ name, type, x: macs / bytes, y: macs / median / 1e6 }] : [],
  );
  if (points.length < 2) return null;
  const bounds = (values: readonly number[]): [number, number] => [
    Math.floor(Math.log10(Math.min(...values))),
    Math.ceil(Math.log10(Math.max(...values)) + 1e-9),
  ];
  const [x0, x1] = bounds(points.map(({ x }) => x));
  const [y0, y1] = bounds(points.map(({ y }) => y));
  const at = (value: number, low: number, high: number, from: number, to: number): number =>
    from + ((Math.log10(value) - low) / Math.max(1, high - low)) * (to - from);
  const px = (x: number) => at(x, x0, x1, LEFT, WIDTH - 12);
  const py = (y: number) => at(y, y0, y1, HEIGHT - BOTTOM, 12);
  const decades = (low: number, high: number) => Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i));
  return (
    <figure>
      <figcaption>{t("Speed of each layer against its MACs per byte moved")}</figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={t("Speed of each layer against its MACs per byte moved")}
      >
        {decades(x0, x1).map((x) => (
          <g key={`x${x}`}>
            <line class="grid" x1={px(x)} x2={px(x)} y1={12} y2={HEIGHT - BOTTOM} />
            <text x={px(x)} y={HEIGHT - BOTTOM + 14} text-anchor="middle">
              {x < 1 ? x.toPrecision(1) : x}
            </text>
          </g>
        ))}
        {decades(y0, y1).map((y) => (
          <g key={`y${y}`}>
            <line class="grid" x1={LEFT} x2={WIDTH - 12} y1={py(y)} y2={py(y)} />
            <text x={LEFT - 6} y={py(y) + 4} text-anchor="end">
              {y < 1 ? y.toPrecision(1) : y}
            </text>
          </g>
        ))}
        <text x={(WIDTH + LEFT) / 2} y={HEIGHT - 4} text-anchor="middle">
          {t("MACs per byte")}
        </text>
        <text x={LEFT} y={10}>
          {t("GMAC/s")}
        </text>
        {points.map(({ name, type, x, y }) => (
          <circle key={name} class="point" cx={px(x)} cy={py(y)} r={4}>
            <title>{`${name} (${type}): ${y.toPrecision(3)} GMAC/s, ${x.toPrecision(3)} MACs/byte`}</title>
          </circle>
        ))}
      </svg>
    </figure>
  );
}
