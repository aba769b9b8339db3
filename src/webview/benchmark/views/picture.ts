// A result as a picture: summary, fit, bars of the layers and the scatter, or both models of a comparison, drawn onto one canvas in the
// colours of the theme. Drawn from the same data as the page.
import { formatMs } from "../../../core/report/format";
import type { Report } from "../../../core/report/report";
import { t } from "../../shared/l10n";
import type { Rival } from "../messages";
import { type LayerPair, type Pair, pairLayers } from "../measure/pair";
import { type Figure, pairFigures, resultFigures } from "./figures";
import { changeText, quantitiesOf } from "./pair-view";
import type { Result } from "../measure/result";
import { predictedShares } from "./result-view";
import { axisOf, decadeText, pointsOf } from "./roofline-layout";
import { boardTimeText, bytesOfText, percentText, timeText, verdictText } from "./texts";

const WIDTH = 1000;
const EDGE = 28;
/** Pixels of the picture for one of the layout: sharp in print, too. */
const SCALE = 2;
/** More layers than this are not drawn; those that take longest are. */
const MOST_ROWS = 28;
const ROW = 28;
const NAME = 300;

interface Theme {
  back: string;
  text: string;
  quiet: string;
  line: string;
  measured: string;
  predicted: string;
  changed: string;
  font: string;
}

/** The editor's colours, as the page has them. */
function themeOf(element: Element): Theme {
  const style = getComputedStyle(element);
  const colour = (name: string, other: string) => style.getPropertyValue(`--vscode-${name}`).trim() || other;
  return {
    back: colour("editor-background", "#ffffff"),
    text: colour("editor-foreground", "#222222"),
    quiet: colour("descriptionForeground", "#666666"),
    line: colour("contrastBorder", "") || colour("widget-border", "") || colour("panel-border", "#cccccc"),
    measured: colour("charts-blue", "#1a85ff"),
    predicted: colour("charts-yellow", "#bf8803"),
    changed: colour("charts-green", "#388a34"),
    font: style.fontFamily || "sans-serif",
  };
}

/** Draws text and bars; knows how long a text is. */
class Pen {
  constructor(
    private readonly context: CanvasRenderingContext2D,
    readonly theme: Theme,
  ) {}

  /** Writes a text on one line, cut with an ellipsis where it gets longer than `room`. */
  text(
    text: string,
    x: number,
    y: number,
    options: { size?: number; bold?: boolean; colour?: string; align?: CanvasTextAlign; room?: number } = {},
  ): void {
    const { context, theme } = this;
    const { size = 13, bold = false, colour = theme.text, align = "left", room = WIDTH } = options;
    context.font = `${bold ? "600 " : ""}${size}px ${theme.font}`;
    context.fillStyle = colour;
    context.textAlign = align;
    let shown = text;
    while (shown.length > 1 && context.measureText(shown).width > room) shown = `${shown.slice(0, -2)}…`;
    context.fillText(shown, x, y);
  }

  width(text: string, size: number): number {
    this.context.font = `${size}px ${this.theme.font}`;
    return this.context.measureText(text).width;
  }

  bar(x: number, y: number, width: number, height: number, colour: string): void {
    this.context.fillStyle = colour;
    this.context.fillRect(x, y, Math.max(1, width), height);
  }

  line(x1: number, y1: number, x2: number, y2: number): void {
    const { context } = this;
    context.strokeStyle = this.theme.line;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(x1, y1);
    context.lineTo(x2, y2);
    context.stroke();
  }

  point(x: number, y: number, colour: string): void {
    const { context } = this;
    context.fillStyle = colour;
    context.globalAlpha = 0.75;
    context.beginPath();
    context.arc(x, y, 4, 0, 2 * Math.PI);
    context.fill();
    context.globalAlpha = 1;
  }
}

/** A part of the picture, from top to bottom. */
interface Part {
  height: number;
  /** Draws from `y` down. */
  draw(pen: Pen, y: number): void;
}

/** The picture as the bytes of a PNG file. */
export async function pictureOf(
  report: Report | null,
  result: Result | null,
  comparison: { pair: Pair; rival: Rival } | null,
): Promise<ArrayBuffer> {
  const parts = comparison ? pairParts(comparison, report) : result ? resultParts(result, report) : [];
  const height = parts.reduce((sum, part) => sum + part.height, 2 * EDGE);
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH * SCALE;
  canvas.height = Math.ceil(height * SCALE);
  const context = canvas.getContext("2d");
  if (!context) throw new Error("there is no canvas to draw on");
  context.scale(SCALE, SCALE);
  const theme = themeOf(document.body);
  const pen = new Pen(context, theme);
  pen.bar(0, 0, WIDTH, height, theme.back);
  let y = EDGE;
  for (const part of parts) {
    part.draw(pen, y);
    y += part.height;
  }
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (!blob) throw new Error("the canvas gave no image");
  return blob.arrayBuffer();
}

function title(text: string, result: Result): Part {
  const { date, version, backend, details } = result;
  const when = new Date(date).toLocaleString();
  const how = t(
    "TensorFlow.js {0}, {1}, {2}; random weights; this computer, not the board.",
    version,
    backend,
    details,
  );
  return {
    height: 60,
    draw: (pen, y) => {
      pen.text(text, EDGE, y + 18, { size: 20, bold: true, room: WIDTH - 2 * EDGE });
      pen.text(`${when} · ${how}`, EDGE, y + 40, { size: 12, colour: pen.theme.quiet, room: WIDTH - 2 * EDGE });
    },
  };
}

/** Large numbers in a row, each with what it is above and a remark below. */
function figures(cells: readonly Figure[]): Part {
  const width = (WIDTH - 2 * EDGE) / Math.max(1, cells.length);
  return {
    height: 78,
    draw: (pen, y) => {
      cells.forEach(({ name, value, remark }, index) => {
        const x = EDGE + index * width;
        const room = width - 12;
        pen.text(name, x, y + 14, { size: 12, colour: pen.theme.quiet, room });
        pen.text(value, x, y + 38, { size: 19, bold: true, room });
        pen.text(remark, x, y + 56, { size: 11, colour: pen.theme.quiet, room });
      });
    },
  };
}

function fit(report: Report | null): Part[] {
  const deployment = report?.deployment;
  if (!deployment) return [];
  const { boardName, ramBytes, flashBytes, limits, latencyMs, verdict } = deployment;
  const texts = [
    `${boardName}: ${verdictText(verdict)}`,
    `${t("RAM")} ${bytesOfText(ramBytes.total, limits.ramBytes)}`,
    `${t("Flash")} ${bytesOfText(flashBytes.total, limits.flashBytes)}`,
    deployment.measured
      ? `${t("Latency")} ${boardTimeText(deployment)}`
      : latencyMs
        ? `${t("Latency")} ${formatMs(latencyMs.mid)} (${formatMs(latencyMs.low)} – ${formatMs(latencyMs.high)})`
        : "",
  ];
  return [
    {
      height: 34,
      draw: (pen, y) => {
        pen.line(EDGE, y + 0.5, WIDTH - EDGE, y + 0.5);
        pen.text(texts.filter(Boolean).join("  ·  "), EDGE, y + 21, { room: WIDTH - 2 * EDGE });
        pen.line(EDGE, y + 32.5, WIDTH - EDGE, y + 32.5);
      },
    },
  ];
}

/** A heading with a legend of what the colours mean. */
function heading(text: string, colours: readonly { colour: keyof Theme; name: string }[]): Part {
  return {
    height: 42,
    draw: (pen, y) => {
      pen.text(text, EDGE, y + 28, { bold: true, room: NAME + 180 });
      let x = WIDTH - EDGE;
      for (const { colour, name } of [...colours].reverse()) {
        pen.text(name, x, y + 28, { size: 12, colour: pen.theme.quiet, align: "right" });
        x -= pen.width(name, 12) + 16;
        pen.bar(x, y + 18, 10, 10, pen.theme[colour]);
        x -= 18;
      }
    },
  };
}

interface BarRow {
  name: string;
  bars: { colour: keyof Theme; share: number; text: string }[];
}

function bars(rows: readonly BarRow[]): Part {
  const from = EDGE + NAME;
  const longest = WIDTH - EDGE - from - 110;
  const thick = 11;
  return {
    height: rows.length * ROW + 6,
    draw: (pen, y) => {
      rows.forEach(({ name, bars: own }, index) => {
        const middle = y + index * ROW + ROW / 2;
        pen.text(name, from - 10, middle + 4, { size: 12, align: "right", room: NAME - 14 });
        const top = middle - (own.length * thick) / 2;
        own.forEach(({ colour, share, text }, at) => {
          const barTop = top + at * thick;
          pen.bar(from, barTop + 0.5, longest * share, thick - 1, pen.theme[colour]);
          pen.text(text, from + longest * share + 6, barTop + 9.5, { size: 10.5, colour: pen.theme.quiet });
        });
      });
    },
  };
}

function scatter(result: Result): Part[] {
  const points = pointsOf(result.layers);
  if (points.length < 2) return [];
  const tall = 250;
  return [
    heading(t("Speed of each layer against its MACs per byte moved"), []),
    {
      height: tall + 44,
      draw: (pen, y) => {
        const [left, right, bottom] = [EDGE + 52, WIDTH - EDGE, y + tall];
        const xs = axisOf(
          points.map((point) => point.x),
          left,
          right,
        );
        const ys = axisOf(
          points.map((point) => point.y),
          bottom,
          y + 18,
        );
        const small = { size: 11, colour: pen.theme.quiet };
        for (const x of xs.decades) {
          pen.line(xs.at(x), y + 18, xs.at(x), bottom);
          pen.text(decadeText(x), xs.at(x), bottom + 15, { ...small, align: "center" });
        }
        for (const value of ys.decades) {
          pen.line(left, ys.at(value), right, ys.at(value));
          pen.text(decadeText(value), left - 8, ys.at(value) + 4, { ...small, align: "right" });
        }
        pen.text(t("GMAC/s"), EDGE, y + 8, small);
        pen.text(t("MACs per byte"), (left + right) / 2, bottom + 34, { ...small, align: "center" });
        for (const point of points) pen.point(xs.at(point.x), ys.at(point.y), pen.theme.measured);
      },
    },
  ];
}

function resultParts(result: Result, report: Report | null): Part[] {
  const { layers, sumMs } = result;
  const predicted = predictedShares(report?.deployment ?? null);
  const slowest = [...layers]
    .map((layer, order) => ({ layer, order }))
    .sort((a, b) => b.layer.median - a.layer.median)
    .slice(0, MOST_ROWS)
    .sort((a, b) => a.order - b.order)
    .map(({ layer }) => layer);
  const shareOf = (ms: number) => (sumMs > 0 ? ms / sumMs : 0);
  const widest = Math.max(
    ...slowest.map(({ median, name }) => Math.max(shareOf(median), predicted.get(name) ?? 0)),
    0.01,
  );
  const rows = slowest.map(({ name, median }): BarRow => {
    const share = shareOf(median);
    const expected = predicted.get(name);
    return {
      name: name || t("(own code)"),
      bars: [
        { colour: "measured", share: share / widest, text: `${timeText(median)} ms, ${percentText(share)}` },
        ...(expected === undefined
          ? []
          : [{ colour: "predicted" as const, share: expected / widest, text: percentText(expected) }]),
      ],
    };
  });
  return [
    title(result.entry, result),
    figures(resultFigures(result)),
    ...fit(report),
    heading(
      layers.length > rows.length ? t("The {0} slowest of {1} layers", rows.length, layers.length) : t("Layers"),
      [
        { colour: "measured", name: t("measured") },
        ...(predicted.size > 0 ? [{ colour: "predicted" as const, name: t("predicted") }] : []),
      ],
    ),
    bars(rows),
    ...scatter(result),
  ];
}

function pairParts({ pair, rival }: { pair: Pair; rival: Rival }, before: Report | null): Part[] {
  const after = rival.answer.report;
  const all = pairLayers(pair.before.layers, pair.after.layers);
  const weight = (row: LayerPair) => Math.max(row.before?.median ?? 0, row.after?.median ?? 0);
  const shown = new Set([...all].sort((a, b) => weight(b) - weight(a)).slice(0, MOST_ROWS));
  const kept = all.filter((row) => shown.has(row));
  const longest = Math.max(...kept.map(weight), 1e-6);
  const rows = kept.map((row): BarRow => {
    const name = row.after?.name ?? row.before?.name ?? "";
    const mark = row.before === null ? `${t("new")}: ` : row.after === null ? `${t("gone")}: ` : "";
    const barOf = (colour: keyof Theme, ms: number) => ({ colour, share: ms / longest, text: `${timeText(ms)} ms` });
    return {
      name: mark + (name || t("(own code)")),
      bars: [
        ...(row.before ? [barOf("measured", row.before.median)] : []),
        ...(row.after ? [barOf("changed", row.after.median)] : []),
      ],
    };
  });
  const quantities = quantitiesOf(pair, before, after);
  return [
    title(t("{0}, compared with: {1}", pair.before.entry, rival.choice.label), pair.after),
    figures(pairFigures(pair, before, after)),
    figures(
      quantities.map((quantity) => ({
        name: quantity.name,
        value: quantity.after === null ? "?" : quantity.text(quantity.after),
        remark: t(
          "before {0}, {1}",
          quantity.before === null ? "?" : quantity.text(quantity.before),
          changeText(quantity) || "?",
        ),
      })),
    ),
    heading(all.length > rows.length ? t("The {0} slowest of {1} layers", rows.length, all.length) : t("Layers"), [
      { colour: "measured", name: t("as it is") },
      { colour: "changed", name: t("changed") },
    ]),
    bars(rows),
  ];
}
