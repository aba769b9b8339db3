// "Compare with …": what the model can be compared with, in one list, and the button that runs both.
import { useEffect, useState } from "preact/hooks";
import { t } from "../../shared/l10n";
import type { Choice } from "../messages";

interface Props {
  /** Undefined until somebody looked. */
  choices: readonly Choice[] | undefined;
  isSearching: boolean;
  isRunning: boolean;
  onCompare(id: string): void;
}

const GROUPS: readonly { group: Choice["group"]; title: () => string }[] = [
  { group: "suggestion", title: () => t("Suggestions") },
  { group: "width", title: () => t("Width multiplier") },
  { group: "resolution", title: () => t("Input resolution") },
  { group: "model", title: () => t("Other models of the file") },
];

export function CompareBar({ choices, isSearching, isRunning, onCompare }: Props) {
  const [id, setId] = useState("");
  const isOffered = choices?.some((choice) => choice.id === id) ?? false;
  // What is chosen may be gone after an edit.
  useEffect(() => {
    if (choices && !isOffered) setId("");
  }, [choices, isOffered]);
  if (!choices) return null;
  return (
    <section class="compare">
      <label>
        {t("Compare with")}{" "}
        <select id="rival" value={id} onChange={(event) => setId(event.currentTarget.value)}>
          <option value="">{t("a change or another model …")}</option>
          {GROUPS.map(({ group, title }) => {
            const own = choices.filter((choice) => choice.group === group);
            return own.length === 0 ? null : (
              <optgroup key={group} label={title()}>
                {own.map((choice) => (
                  <option key={choice.id} value={choice.id}>
                    {choice.detail === "" ? choice.label : `${choice.label} (${choice.detail})`}
                  </option>
                ))}
              </optgroup>
            );
          })}
        </select>
      </label>
      <button
        type="button"
        id="run-both"
        class="button"
        disabled={!isOffered || isRunning}
        onClick={() => onCompare(id)}
      >
        {t("Run Both")}
      </button>
      {isSearching ? (
        <span class="quiet">{t("Looking for what can be changed …")}</span>
      ) : (
        choices.length === 0 && (
          <span class="quiet">
            {t("Nothing is suggested for this model, and its code has no size that can be changed.")}
          </span>
        )
      )}
    </section>
  );
}
