// RAM over time: the buffers of the arena as bars over the operators, the fullest step marked. The chart is one control: arrows
// move from step to step, Enter goes to the source. Below it what is alive at the chosen step, each with its line.
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Timeline, TimelineBuffer } from "../../core/report/deployment";
import { formatBytes, formatFullShape } from "../../core/report/format";
import type { SourcePlace } from "../../core/report/report";
import { t } from "./l10n";
import "./timeline.css";
import { aliveAt, bytesAt, layoutTimeline, stepAt } from "./timeline-layout";

const HEIGHT = 132;
/** More buffers than this are summed in the last row. */
const MAX_ROWS = 8;

interface Props {
  timeline: Timeline;
  go(place: SourcePlace): void;
}

function bufferText({ name, bytes, shape }: TimelineBuffer): string {
  return [name, formatBytes(bytes), shape.length > 0 ? formatFullShape([...shape]) : ""].filter(Boolean).join(" · ");
}

export function TimelineView({ timeline, go }: Props) {
  const { steps, peakStep, buffers } = timeline;
  const holder = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(260);
  const [chosen, setChosen] = useState<number>();
  const [hovered, setHovered] = useState<{ step: number; buffer: number | undefined }>();

  useLayoutEffect(() => {
    const element = holder.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => setWidth(Math.max(100, element.clientWidth)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  // A model that changed has other steps.
  useEffect(() => setChosen(undefined), [steps.length]);

  const layout = layoutTimeline(timeline, width, HEIGHT);
  const step = chosen ?? peakStep;
  const pointed = hovered?.step ?? step;
  const hoveredBuffer = hovered?.buffer === undefined ? undefined : buffers[hovered.buffer];
  const textOf = (at: number) => {
    const op = steps[at]?.op ?? "";
    const place = steps[at]?.place;
    const used = t("{0} in use", formatBytes(bytesAt(timeline, at)));
    return [op, place ? t("line {0}", place.line) : "", used].filter(Boolean).join(" · ");
  };
  const move = (to: number) => setChosen(Math.max(0, Math.min(steps.length - 1, to)));
  const onKeyDown = (event: KeyboardEvent) => {
    const moves: Record<string, number> = {
      ArrowLeft: step - 1,
      ArrowRight: step + 1,
      ArrowDown: step - 1,
      ArrowUp: step + 1,
      PageDown: step - 10,
      PageUp: step + 10,
      Home: 0,
      End: steps.length - 1,
    };
    const to = moves[event.key];
    const place = steps[step]?.place;
    if (to !== undefined) move(to);
    else if (event.key === "Enter" && place) go(place);
    else if (event.key === "Escape") setChosen(undefined);
    else return;
    event.preventDefault();
  };
  const pointerStep = (event: MouseEvent) => {
    const box = holder.current?.getBoundingClientRect();
    return box ? stepAt(timeline, event.clientX - box.left, box.width) : step;
  };

  const alive = aliveAt(timeline, step);
  const rows = alive.slice(0, alive.length > MAX_ROWS ? MAX_ROWS - 1 : MAX_ROWS);
  const rest = alive.slice(rows.length);
  return (
    <section class="section" aria-labelledby="memory-title">
      <div class="section-head">
        <h3 id="memory-title">{t("RAM over time")}</h3>
        <span class="quiet">{t("arena {0}", formatBytes(timeline.headBytes))}</span>
      </div>
      <div
        class="chart"
        ref={holder}
        tabIndex={0}
        role="slider"
        aria-label={t("RAM over time: step of the inference")}
        aria-valuemin={0}
        aria-valuemax={steps.length - 1}
        aria-valuenow={step}
        aria-valuetext={`${textOf(step)}${step === peakStep ? `, ${t("the peak")}` : ""}`}
        onKeyDown={onKeyDown}
        onMouseMove={(event) => {
          const bar = (event.target as Element).getAttribute("data-buffer");
          setHovered({ step: pointerStep(event), buffer: bar === null ? undefined : Number(bar) });
        }}
        onMouseLeave={() => setHovered(undefined)}
        onClick={(event) => {
          const at = pointerStep(event);
          const bar = (event.target as Element).getAttribute("data-buffer");
          setChosen(at);
          const place = (bar === null ? undefined : buffers[Number(bar)]?.place) ?? steps[at]?.place;
          if (place) go(place);
        }}
      >
        <svg width={width} height={HEIGHT} viewBox={`0 0 ${width} ${HEIGHT}`} aria-hidden="true">
          <rect class="plot" width={width} height={HEIGHT} />
          <rect class="peak-band" x={layout.peakX} width={Math.max(2, layout.step)} height={HEIGHT} />
          {layout.bars.map((bar) => (
            <rect
              key={bar.index}
              data-buffer={bar.index}
              class={[
                "buffer",
                bar.buffer.kind === "scratch" ? "scratch" : bar.buffer.first === 0 ? "input" : "tensor",
                bar.isAtPeak ? "at-peak" : "",
                hovered?.buffer === bar.index ? "hovered" : "",
              ].join(" ")}
              x={bar.x}
              y={bar.y}
              width={bar.width}
              height={bar.height}
            />
          ))}
          <rect
            class="peak-frame"
            x={layout.peakX + 0.5}
            y={0.5}
            width={Math.max(2, layout.step - 1)}
            height={HEIGHT - 1}
          />
          {pointed !== peakStep && (
            <rect
              class="cursor"
              x={pointed * layout.step + 0.5}
              y={0.5}
              width={Math.max(2, layout.step - 1)}
              height={HEIGHT - 1}
            />
          )}
        </svg>
      </div>
      <p class="readout">{hoveredBuffer ? bufferText(hoveredBuffer) : textOf(pointed)}</p>
      {timeline.headBytes > bytesAt(timeline, peakStep) && (
        <p class="quiet note">
          {t(
            "The planner leaves {0} of the arena unused even at the peak.",
            formatBytes(timeline.headBytes - bytesAt(timeline, peakStep)),
          )}
        </p>
      )}
      <h3 class="alive-title">
        {step === peakStep ? t("In use at the peak: {0}", formatBytes(bytesAt(timeline, step))) : t("In use then")}
      </h3>
      <ul class="alive">
        {rows.map((buffer) => (
          <li key={`${buffer.offset} ${buffer.first}`}>
            <span class="amount">{formatBytes(buffer.arenaBytes)}</span>
            <span class="what" title={bufferText(buffer)}>
              {buffer.name}
              {buffer.shape.length > 0 && <span class="quiet"> {formatFullShape([...buffer.shape])}</span>}
            </span>
            {buffer.place && (
              <button type="button" class="link" onClick={() => buffer.place && go(buffer.place)}>
                {t("line {0}", buffer.place.line)}
              </button>
            )}
          </li>
        ))}
        {rest.length > 0 && (
          <li>
            <span class="amount">{formatBytes(rest.reduce((sum, { arenaBytes }) => sum + arenaBytes, 0))}</span>
            <span class="what">{t("in {0} more", rest.length)}</span>
          </li>
        )}
      </ul>
    </section>
  );
}
