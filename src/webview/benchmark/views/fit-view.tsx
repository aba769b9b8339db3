// The fit check: RAM, flash and latency for a board against what it leaves the model, and the verdict. Another board is one choice away.
import type { PlanAnswer } from "../../../core/9-benchmark/plan";
import { formatMs } from "../../../core/report/format";
import { t } from "../../shared/l10n";
import { boardTimeText, bytesOfText, verdictText } from "./texts";

interface BarProps {
  label: string;
  used: number | null;
  limit: number | null;
  text: string;
}

function Bar({ label, used, limit, text }: BarProps) {
  const share = used !== null && limit ? Math.min(1, used / limit) : 0;
  const over = used !== null && limit !== null && used > limit;
  return (
    <div class="bar-row">
      <span class="bar-label">{label}</span>
      <span class="bar">
        <span class={over ? "bar-fill over" : "bar-fill"} style={{ width: `${share * 100}%` }} />
      </span>
      <span class="bar-text">{text}</span>
    </div>
  );
}

export function FitView({ answer, onBoard }: { answer: PlanAnswer; onBoard: (board: string) => void }) {
  const deployment = answer.report?.deployment;
  if (!deployment) return null;
  const { ramBytes, flashBytes, limits, latencyMs, measured, verdict, reasons } = deployment;
  return (
    <section class="fit">
      <div class="fit-head">
        <label>
          {t("Board")}{" "}
          <select id="board" value={deployment.board} onChange={(event) => onBoard(event.currentTarget.value)}>
            {answer.boards.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <strong id="verdict" class={`verdict ${verdict}`}>
          {verdictText(verdict)}
        </strong>
        <span class="quiet">
          {deployment.runtimeName}, {deployment.dtype}
        </span>
      </div>
      <Bar
        label={t("RAM")}
        used={ramBytes.total}
        limit={limits.ramBytes}
        text={bytesOfText(ramBytes.total, limits.ramBytes)}
      />
      <Bar
        label={t("Flash")}
        used={flashBytes.total}
        limit={limits.flashBytes}
        text={bytesOfText(flashBytes.total, limits.flashBytes)}
      />
      <div class="bar-row">
        <span class="bar-label">{t("Latency")}</span>
        <span class="wide">
          {measured
            ? boardTimeText(deployment)
            : latencyMs
              ? t(
                  "{0} ({1} to {2}), mostly {3}",
                  formatMs(latencyMs.mid),
                  formatMs(latencyMs.low),
                  formatMs(latencyMs.high),
                  latencyMs.dominatedBy,
                )
              : t("not known")}
        </span>
      </div>
      {verdict !== "fits" && reasons.length > 0 && <p class="quiet">{reasons.join("; ")}</p>}
    </section>
  );
}
