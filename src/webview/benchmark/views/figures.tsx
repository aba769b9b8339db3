// The large numbers above a result: what each is, its value and a remark. The page lists them, the picture draws them.
import { formatCount } from "../../../core/report/format";
import type { Report } from "../../../core/report/report";
import { t } from "../../shared/l10n";
import { type Pair, predictedSpeedUp } from "../measure/pair";
import type { Result } from "../measure/result";
import { percentText, ratioText, speedText, speedUpText, timeText } from "./texts";

export interface Figure {
  name: string;
  value: string;
  remark: string;
  /** Of the value's element in the page. */
  id?: string;
}

export function resultFigures(result: Result): Figure[] {
  const { whole, sumMs, firstMs, prepareMs, macs } = result;
  return [
    {
      name: t("Whole model"),
      value: t("{0} ms", timeText(whole.median)),
      remark: t("p90 {0} ms, ±{1}, {2} runs", timeText(whole.p90), percentText(whole.spread), whole.runs),
      id: "whole",
    },
    {
      name: t("Sum of layers"),
      value: t("{0} ms", timeText(sumMs)),
      remark: t("{0} of the whole", percentText(sumMs / whole.median)),
    },
    {
      name: t("First run"),
      value: t("{0} ms", timeText(firstMs)),
      remark: t("prepared in {0} ms", prepareMs.toFixed(0)),
    },
    { name: t("Speed"), value: speedText(result), remark: t("{0} MACs", formatCount(macs)) },
  ];
}

export function pairFigures({ speedUp }: Pair, before: Report | null, after: Report | null): Figure[] {
  const predicted = predictedSpeedUp(before, after);
  const board = before?.deployment?.boardName;
  return [
    {
      name: t("Measured here"),
      value: speedUpText(speedUp),
      remark: t("half of the turns between {0} and {1}", ratioText(speedUp.low), ratioText(speedUp.high)),
      id: "speed-up",
    },
    {
      name: board ? t("Predicted on {0}", board) : t("Predicted on the board"),
      value: predicted === null ? t("not known") : t("{0}× as fast", predicted.toFixed(2)),
      remark: t("middle of the estimate"),
      id: "predicted",
    },
  ];
}

export function Figures({ figures }: { figures: readonly Figure[] }) {
  return (
    <dl class="summary">
      {figures.map(({ name, value, remark, id }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd id={id}>{value}</dd>
          <dd class="quiet">{remark}</dd>
        </div>
      ))}
    </dl>
  );
}
