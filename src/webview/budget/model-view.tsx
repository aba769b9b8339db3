// A model: the verdict, the gauges, what other settings would do, RAM over time, and what was assumed or is not known.
import { useEffect, useState } from "preact/hooks";
import type { BudgetModel } from "../../core/report/budget-model";
import { measuredFrom } from "../../core/report/time-text";
import type { Timeline } from "../../core/report/deployment";
import type { SourcePlace, UnknownRecord } from "../../core/report/report";
import type { Levers, WhatIfSettings } from "../../core/report/what-if";
import { remember, remembered, send } from "../shared/host";
import { t } from "../shared/l10n";
import { TimelineView } from "../shared/timeline-view";
import type { Abilities } from "./app";
import { directive } from "./directive";
import { GaugeView } from "./gauge-view";
import { gaugesOf, type Verdict, verdictOf } from "./gauges";
import { Icon, type IconName } from "./icons";
import { LeversView } from "./levers-view";
import type { Outcome, ToExtension } from "./messages";

interface Props {
  /** Names the model, whatever its text. */
  id: string;
  modelKey: string;
  model: BudgetModel;
  /** Undefined until it is there. */
  timeline: Timeline | null | undefined;
  levers: Levers | undefined;
  tried: { settings: WhatIfSettings; outcome: Outcome } | undefined;
  abilities: Abilities;
}

const AS_IT_IS: WhatIfSettings = { width: null, resolution: null };

/** Goes to a place; columns of whole-line places are left out. */
export function go({ file, line, column }: { file: string; line: number; column?: number | null }): void {
  send<ToExtension>({ type: "go", place: { file, line, ...(typeof column === "number" && { column }) } });
}

/** What the page remembers while it is hidden: where the sliders stand, by model; those that stand where they were are left out. */
type Remembered = Record<string, WhatIfSettings>;

function rememberSettings(id: string, settings: WhatIfSettings): void {
  const { [id]: _, ...others } = remembered<Remembered>() ?? {};
  remember<Remembered>(isAsItIs(settings) ? others : { ...others, [id]: settings });
}

function isAsItIs({ width, resolution }: WhatIfSettings): boolean {
  return width === null && resolution === null;
}

export function ModelView({ id, modelKey, model, timeline, levers, tried, abilities }: Props) {
  const [settings, setSettings] = useState<WhatIfSettings>(() => remembered<Remembered>()?.[id] ?? AS_IT_IS);
  const isTrying = !isAsItIs(settings);

  // The same settings on the text as it is now: they are asked for again when it changes.
  useEffect(() => {
    if (!levers || !isTrying) return;
    const keep = (value: number | null, lever: Levers["width"]) =>
      "choices" in lever && value !== lever.current && lever.choices.includes(value ?? Number.NaN) ? value : null;
    change({ width: keep(settings.width, levers.width), resolution: keep(settings.resolution, levers.resolution) });
  }, [modelKey, levers !== undefined]);

  const change = (next: WhatIfSettings) => {
    setSettings(next);
    rememberSettings(id, next);
    if (!isAsItIs(next)) send<ToExtension>({ type: "try", key: modelKey, settings: next });
  };
  const outcome = isTrying ? tried?.outcome : undefined;
  const isAnswered = tried !== undefined && JSON.stringify(tried.settings) === JSON.stringify(settings);
  const other = outcome && "model" in outcome ? outcome : undefined;
  const shown = other?.model ?? model;
  const now = gaugesOf(model);
  const gauges = gaugesOf(shown);
  const shownTimeline = other ? other.timeline : timeline;
  if (model.status === "error") return <ErrorView model={model} />;
  return (
    <main aria-label={t("Budget of {0}", model.entry)}>
      <Head model={model} shown={shown} verdict={verdictOf(shown, gauges)} isTrying={isTrying} abilities={abilities} />
      <section class="section gauges" aria-label={t("Costs")}>
        {gauges.map((gauge) => (
          <GaugeView
            key={gauge.name}
            gauge={gauge}
            before={other ? now.find(({ name }) => name === gauge.name) : undefined}
          />
        ))}
      </section>
      <LeversView
        levers={levers}
        settings={settings}
        failure={outcome && "failure" in outcome ? outcome.failure : undefined}
        canApply={isTrying && isAnswered && other !== undefined}
        change={change}
        apply={(wanted) => {
          send<ToExtension>({ type: "apply", key: modelKey, settings: wanted });
          setSettings(AS_IT_IS);
          rememberSettings(id, AS_IT_IS);
        }}
      />
      {/* Below the sliders: what comes and goes must not move them under the pointer. */}
      <Reasons shown={shown} abilities={abilities} />
      {shownTimeline && <TimelineView timeline={shownTimeline} go={go} />}
      <Assumptions model={shown} />
    </main>
  );
}

const VERDICT_ICONS: Readonly<Record<Verdict, IconName>> = {
  fits: "fits",
  "over-budget": "over",
  "does-not-fit": "over",
  "cannot-say": "question",
  "no-board": "question",
};

function verdictText(verdict: Verdict, isTrying: boolean): string {
  switch (verdict) {
    case "fits":
      return isTrying ? t("Would fit") : t("Fits");
    case "over-budget":
      return isTrying ? t("Would be over budget") : t("Over budget");
    case "does-not-fit":
      return isTrying ? t("Would not fit") : t("Does not fit");
    case "cannot-say":
      return t("Cannot say if it fits");
    case "no-board":
      return t("No board chosen");
  }
}

interface HeadProps {
  model: BudgetModel;
  shown: BudgetModel;
  verdict: Verdict;
  isTrying: boolean;
  abilities: Abilities;
}

function Head({ model, shown, verdict, isTrying, abilities }: HeadProps) {
  const { deployment } = shown;
  const { entry, place } = model;
  return (
    <header class="head">
      <h2 class={`verdict ${verdict}`} aria-live="polite">
        <Icon name={VERDICT_ICONS[verdict]} />
        <span>{verdictText(verdict, isTrying)}</span>
      </h2>
      {place ? (
        <button type="button" class="link entry" title={entry} onClick={() => go(place)}>
          {entry}
        </button>
      ) : (
        <p class="entry" title={entry}>
          {entry}
        </p>
      )}
      {deployment && (
        <p class="target">
          <span>
            {deployment.boardName} · {deployment.runtimeName} · {deployment.dtype}
          </span>{" "}
          {abilities.canPickTarget && (
            <button
              type="button"
              class="link"
              onClick={() => send<ToExtension>({ type: "run", command: "pick-target" })}
            >
              {t("Change…")}
            </button>
          )}
        </p>
      )}
      {abilities.canFit && !isTrying && (verdict === "does-not-fit" || verdict === "over-budget") && (
        <button type="button" class="button fit" onClick={() => send<ToExtension>({ type: "run", command: "fit" })}>
          {t("Fit to Board…")}
        </button>
      )}
    </header>
  );
}

/** True when what is missing is the shape of an input. */
function lacksInput({ inputs, unknowns }: BudgetModel): boolean {
  return inputs.length === 0 || unknowns.some(({ reason }) => /input shape/.test(reason));
}

/** Why something is not known, or the model does not fit. */
function Reasons({ shown, abilities }: { shown: BudgetModel; abilities: Abilities }) {
  const { deployment, unknowns, status } = shown;
  const ofBoard = deployment && deployment.verdict !== "fits" ? deployment.reasons : [];
  const places = new Map<string, UnknownRecord>();
  for (const unknown of unknowns) if (!places.has(unknown.reason)) places.set(unknown.reason, unknown);
  const reasons = new Set([...ofBoard, ...places.keys()]);
  if (reasons.size === 0) return null;
  const needsInput = status === "partial" && lacksInput(shown);
  return (
    <section class="section" aria-labelledby="reasons-title">
      <h3 id="reasons-title">
        {deployment?.verdict === "does-not-fit" ? t("Why it does not fit") : t("What is not known, and why")}
      </h3>
      <ul class="bullets">
        {[...reasons].slice(0, 6).map((reason) => {
          const { file, line, column } = places.get(reason) ?? { file: "", line: null, column: null };
          return (
            <li key={reason}>
              <span class="reason">{reason}</span>{" "}
              {line !== null && (
                <button type="button" class="link" onClick={() => go({ file, line, column })}>
                  {t("line {0}", line)}
                </button>
              )}
            </li>
          );
        })}
        {reasons.size > 6 && <li class="quiet">{t("{0} more", reasons.size - 6)}</li>}
      </ul>
      {needsInput && (
        <p class="advice">
          {t("Say the shape in a comment above the model, batch included:")}
          <code>{directive(shown.place?.file ?? ".py", "input = 1x3x224x224")}</code>
        </p>
      )}
      {needsInput && abilities.canSetInput && (
        <button type="button" class="button" onClick={() => send<ToExtension>({ type: "run", command: "set-input" })}>
          {t("Set Input Shape…")}
        </button>
      )}
    </section>
  );
}

function Assumptions({ model }: { model: BudgetModel }) {
  const all = [...model.assumptions, ...(model.deployment?.assumptions ?? [])];
  const measured = model.deployment?.measured;
  const basis = measured ? measuredFrom(measured) : model.deployment?.latencyMs?.basis;
  if (all.length === 0 && !basis) return null;
  return (
    <details class="section">
      <summary>{t("Taken for granted ({0})", all.length + (basis ? 1 : 0))}</summary>
      <ul class="bullets">
        {all.map((text) => (
          <li key={text}>{text}</li>
        ))}
        {basis && <li>{t("Latency: {0}", basis)}</li>}
      </ul>
    </details>
  );
}

function ErrorView({ model }: { model: BudgetModel }) {
  const { entry, error, place, unknowns } = model;
  const where: Pick<SourcePlace, "file" | "line"> | null =
    place ?? unknowns.flatMap(({ file, line }) => (line === null ? [] : [{ file, line }]))[0] ?? null;
  return (
    <section class="empty">
      <h2 class="verdict cannot-say">
        <Icon name="warning" />
        <span>{t("{0} cannot be made", entry)}</span>
      </h2>
      <p class="reason">{error ?? t("The reason was not recorded.")}</p>
      {where && (
        <button type="button" class="button" onClick={() => go(where)}>
          {t("Go to Line {0}", where.line)}
        </button>
      )}
      <p class="quiet">
        {t("An argument that only a command line or another file knows can be given in a comment:")}{" "}
        <code>{directive(where?.file ?? ".py", "entry = build(num_classes=10)")}</code>
      </p>
    </section>
  );
}
