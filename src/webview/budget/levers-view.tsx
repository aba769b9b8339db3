// The sliders: other widths and input sizes, tried without touching the code; a button writes them into it. A slider that cannot
// be says why.
import type { Lever, Levers, NoLever, WhatIfSettings } from "../../core/report/what-if";
import { t } from "../shared/l10n";

interface Props {
  /** Undefined while they are looked for. */
  levers: Levers | undefined;
  settings: WhatIfSettings;
  /** Why the model cannot be as the settings say. */
  failure: string | undefined;
  canApply: boolean;
  change(settings: WhatIfSettings): void;
  apply(settings: WhatIfSettings): void;
}

export function LeversView({ levers, settings, failure, canApply, change, apply }: Props) {
  const isTrying = settings.width !== null || settings.resolution !== null;
  const width = levers && "choices" in levers.width ? levers.width : undefined;
  return (
    <section class="section levers" aria-labelledby="levers-title" aria-busy={levers === undefined}>
      <h3 id="levers-title">{t("What if")}</h3>
      {levers === undefined ? (
        <p class="quiet">{t("Looking for what can be changed …")}</p>
      ) : (
        <>
          <Slider
            label={t("Width multiplier α")}
            lever={levers.width}
            missing={t("The code has no width multiplier, and its channel counts cannot be followed to one place.")}
            value={settings.width}
            set={(value) => change({ ...settings, width: value })}
          />
          {width?.isNew && (
            <p class="quiet note">
              {t("The code has none yet.")}{" "}
              <button type="button" class="link" onClick={() => apply({ width: width.current, resolution: null })}>
                {t("Introduce a width multiplier")}
              </button>
            </p>
          )}
          <Slider
            label={t("Input resolution")}
            lever={levers.resolution}
            missing={
              "reason" in levers.resolution && levers.resolution.reason === "not-an-image"
                ? t("The model has no image of a known size as its one input.")
                : t("The size of the input is not written in the code as a number, or the outputs depend on it.")
            }
            value={settings.resolution}
            set={(value) => change({ ...settings, resolution: value })}
          />
          {failure && isTrying && (
            <p class="failure" role="status">
              {t("Not possible: {0}", failure)}
            </p>
          )}
          {(width ?? "choices" in levers.resolution) && (
            <div class="actions">
              <button type="button" class="button" disabled={!canApply} onClick={() => apply(settings)}>
                {t("Apply to Code")}
              </button>
              <button
                type="button"
                class="button secondary"
                disabled={!isTrying}
                onClick={() => change({ width: null, resolution: null })}
              >
                {t("Reset")}
              </button>
            </div>
          )}
        </>
      )}
    </section>
  );
}

interface SliderProps {
  label: string;
  lever: Lever | NoLever;
  /** What is said when there is no lever. */
  missing: string;
  /** Null for the present value. */
  value: number | null;
  set(value: number | null): void;
}

function Slider({ label, lever, missing, value, set }: SliderProps) {
  if ("reason" in lever) {
    return (
      <div class="lever">
        <span class="lever-name">{label}</span>
        <p class="quiet note">{missing}</p>
      </div>
    );
  }
  const { choices, texts, current, name } = lever;
  const chosen = value ?? current;
  const position = Math.max(0, choices.indexOf(chosen));
  const text = texts?.[position] ?? String(chosen);
  const before = texts?.[choices.indexOf(current)] ?? String(current);
  const isChanged = chosen !== current;
  const id = `lever-${label.replaceAll(/\W+/g, "-")}`;
  return (
    <div class="lever">
      <div class="lever-head">
        <label class="lever-name" htmlFor={id}>
          {label}
          {name !== null && <code>{name}</code>}
        </label>
        <span class="lever-value">
          {isChanged && <span class="quiet">{before} → </span>}
          {text}
        </span>
      </div>
      <input
        id={id}
        class="slider"
        type="range"
        min={0}
        max={choices.length - 1}
        step={1}
        value={position}
        aria-valuetext={isChanged ? t("{0}, now {1}", text, before) : text}
        onInput={(event) => {
          const next = choices[Number(event.currentTarget.value)];
          if (next !== undefined) set(next === current ? null : next);
        }}
      />
    </div>
  );
}
