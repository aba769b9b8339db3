// Calibrating with a report from a board: choose the file or drop it on the panel, see what it says of the model, keep it or not.
import { useEffect, useRef, useState } from "preact/hooks";
import type { CalibrationAnswer, CalibrationProposal } from "../../../core/report/calibration";
import type { Deployment } from "../../../core/report/deployment";
import { formatBytes } from "../../../core/report/format";
import { measuredFrom } from "../../../core/report/time-text";
import type { ReportFile } from "../../../core/targets/board-report/board-report";
import { t } from "../../shared/l10n";
import { boardTimeText } from "./texts";

export interface CalibrateProps {
  deployment: Deployment | null;
  /** What the last report says; null when there is none to decide about. */
  answer: CalibrationAnswer | null;
  onReport: (report: ReportFile) => void;
  onKeep: (report: ReportFile) => void;
  onDiscard: () => void;
  onForget: () => void;
}

export function CalibrateView({ deployment, answer, onReport, onKeep, onDiscard, onForget }: CalibrateProps) {
  const [report, setReport] = useState<ReportFile | null>(null);
  const [clock, setClock] = useState("");
  const chooser = useRef<HTMLInputElement>(null);
  const read = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    const next = { text: await file.text(), name: file.name, tickMhz: null };
    setReport(next);
    onReport(next);
  };
  const latest = useRef(read);
  latest.current = read;
  useEffect(() => {
    const over = (event: DragEvent) => event.preventDefault();
    const drop = (event: DragEvent) => {
      event.preventDefault();
      void latest.current(event.dataTransfer?.files[0]);
    };
    document.addEventListener("dragover", over);
    document.addEventListener("drop", drop);
    return () => {
      document.removeEventListener("dragover", over);
      document.removeEventListener("drop", drop);
    };
  }, []);
  if (!deployment) return null;
  const { measured, refit } = deployment;
  return (
    <section class="calibrate" id="calibrate">
      <div class="calibrate-head">
        <button type="button" class="button secondary" onClick={() => chooser.current?.click()}>
          {t("Calibrate from a board report…")}
        </button>
        <input
          ref={chooser}
          id="report"
          type="file"
          hidden
          onChange={(event) => {
            void read(event.currentTarget.files?.[0]);
            event.currentTarget.value = "";
          }}
        />
        {measured ? (
          <>
            <span id="measured">
              {boardTimeText(deployment)} <span class="quiet">{measuredFrom(measured)}</span>
            </span>
            <button type="button" class="link" id="forget" onClick={onForget}>
              {t("Forget")}
            </button>
          </>
        ) : (
          <span class="quiet">
            {refit
              ? t(
                  "The estimate is fitted to what was measured in this project: {0} times the published time.",
                  refit.factor,
                )
              : t("Or drop the file here: TFLM, ST Edge AI, MLPerf Tiny, MLTK or Vela.")}
          </span>
        )}
      </div>
      {answer && "problem" in answer && (
        <div class="calibrate-answer" role="alert">
          <p class="problem">{answer.problem}</p>
          {answer.needsClock && report && (
            <form
              class="calibrate-buttons"
              onSubmit={(event) => {
                event.preventDefault();
                const next = { ...report, tickMhz: Number(clock) };
                setReport(next);
                onReport(next);
              }}
            >
              <label>
                {t("Clock in MHz")}{" "}
                <input
                  type="number"
                  min="0.001"
                  step="any"
                  required
                  value={clock}
                  onInput={(event) => setClock(event.currentTarget.value)}
                />
              </label>
              <button type="submit" class="button">
                {t("Read")}
              </button>
            </form>
          )}
        </div>
      )}
      {answer && "proposal" in answer && (
        <div class="calibrate-answer" role="status">
          <Proposal proposal={answer.proposal} />
          <div class="calibrate-buttons">
            <button type="button" class="button" id="keep" onClick={() => report && onKeep(report)}>
              {t("Keep in the budget file")}
            </button>
            <button type="button" class="button secondary" onClick={onDiscard}>
              {t("Discard")}
            </button>
          </div>
        </div>
      )}
    </section>
  );
}

function Proposal({ proposal }: { proposal: CalibrationProposal }) {
  const { report, matches, onlyReport, before, after, ratio, warnings, measured } = proposal;
  const operators = report.operators.length;
  const strangers = onlyReport.map((at) => report.operators[at]?.type ?? "").join(", ");
  return (
    <>
      <p>
        <strong>{report.format}</strong> <span class="quiet">{measured.report}</span>
      </p>
      <p class="calibrate-times">
        {boardTimeText(before)} → <strong>{boardTimeText(after)}</strong>
        {ratio !== null && <span class="quiet">{t("{0} times what is predicted", ratio)}</span>}
      </p>
      {operators > 0 && (
        <p class="quiet">
          {t("{0} of {1} operators matched", matches.length, operators)}
          {strangers !== "" && ` · ${t("not in the model: {0}", strangers)}`}
        </p>
      )}
      {report.sizes.map(({ what, bytes }) => (
        <p class="quiet" key={what}>
          {formatBytes(bytes)} {what}
        </p>
      ))}
      {warnings.map((warning) => (
        <p class="calibrate-warning" key={warning}>
          {warning}
        </p>
      ))}
    </>
  );
}
