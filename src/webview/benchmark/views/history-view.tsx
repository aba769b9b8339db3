// Earlier runs of the model: names for them, one to show, one to compare with, and what to forget.
import { useEffect, useState } from "preact/hooks";
import { t } from "../../shared/l10n";
import type { Result } from "../measure/result";
import { runLabel } from "./texts";

interface Props {
  results: readonly Result[];
  shown: number;
  other: number;
  onShow(index: number): void;
  onOther(index: number): void;
  onRename(date: string, name: string): void;
  /** null for all. */
  onForget(date: string | null): void;
}

export function HistoryView({ results, shown, other, onShow, onOther, onRename, onForget }: Props) {
  const [isOpen, setOpen] = useState(false);
  // It opens with the second run, and stays as the reader leaves it.
  const isMany = results.length > 1;
  useEffect(() => {
    if (isMany) setOpen(true);
  }, [isMany]);
  if (results.length === 0) return null;
  return (
    <details class="section history" open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t("Runs of this model ({0})", results.length)}</summary>
      {results.length > 1 && (
        <label>
          {t("compare with")}{" "}
          <select id="compare" value={String(other)} onChange={(event) => onOther(Number(event.currentTarget.value))}>
            <option value="-1">{t("nothing")}</option>
            {results.map((one, index) => (
              <option key={one.date} value={String(index)} disabled={index === shown}>
                {runLabel(one)}
              </option>
            ))}
          </select>
        </label>
      )}
      <ul class="runs">
        {results.map(({ date, name, backend, whole }, index) => (
          <li key={date} class={index === shown ? "shown" : ""}>
            <button
              type="button"
              class="link"
              aria-pressed={index === shown}
              title={t("Show this run")}
              onClick={() => onShow(index)}
            >
              {new Date(date).toLocaleString([], { dateStyle: "short", timeStyle: "medium" })}
            </button>
            <span class="quiet run-numbers">
              {backend}, {whole.median.toFixed(2)} ms
            </span>
            <input
              class="run-name"
              value={name ?? ""}
              placeholder={t("Name this run")}
              aria-label={t("Name of the run")}
              onChange={(event) => onRename(date, event.currentTarget.value.trim())}
            />
            <button type="button" class="link" onClick={() => onForget(date)}>
              {t("Delete")}
            </button>
          </li>
        ))}
      </ul>
      <button type="button" id="forget-all" class="link" onClick={() => onForget(null)}>
        {t("Delete All Runs")}
      </button>
    </details>
  );
}
