// The head of the page: what runs and where, the buttons of a run, how far it is, and what went wrong.
import type { PlanAnswer } from "../../../core/9-benchmark/plan";
import { t } from "../../shared/l10n";
import type { Notice } from "../app";
import type { Backend, BackendName } from "../measure/backends";
import { pairToCsv, toCsv, toJson } from "./export";
import type { Rival, Subject, ToExtension } from "../messages";
import type { Pair } from "../measure/pair";
import { pictureOf } from "./picture";
import type { Result } from "../measure/result";
import type { Progress } from "../runs";
import { phaseText } from "./texts";

interface Props {
  subject: Subject;
  answer: PlanAnswer;
  list: readonly Backend[];
  backend: BackendName;
  progress: Progress | null;
  notice: Notice | null;
  change: Notice | null;
  announcement: string;
  /** What is shown, and can be saved. */
  result: Result | null;
  comparison: { pair: Pair; rival: Rival } | null;
  post(message: ToExtension): void;
  onBackend(name: BackendName): void;
  onRun(): void;
  onCancel(): void;
  onProblem(text: string): void;
}

export function HeadView(props: Props) {
  const { subject, answer, list, backend, progress, notice, change, announcement, post } = props;
  const none = "none" in answer.result ? answer.result.none : null;
  return (
    <header>
      <h1>
        {subject.entry} <span class="quiet">{subject.fileName}</span>
      </h1>
      <div class="controls">
        <label>
          {t("Runs on")}{" "}
          <select
            id="backend"
            value={backend}
            onChange={(event) => props.onBackend(event.currentTarget.value as BackendName)}
          >
            {list.map(({ name, problem: why }) => (
              <option key={name} value={name} disabled={why !== null} title={why ?? ""}>
                {why === null ? name : `${name} – ${why}`}
              </option>
            ))}
          </select>
        </label>
        {progress ? (
          <button type="button" id="cancel" class="button secondary" onClick={props.onCancel}>
            {t("Cancel")}
          </button>
        ) : (
          <button type="button" id="run" class="button" disabled={none !== null} onClick={props.onRun}>
            {t("Run")}
          </button>
        )}
        <button
          type="button"
          id="reload"
          class="button secondary"
          disabled={progress !== null}
          onClick={() => post({ type: "reload" })}
        >
          {t("Read the file again")}
        </button>
        <Exports {...props} />
      </div>
      <span class="hidden-text" role="status">
        {announcement}
      </span>
      {progress && (
        <div class="progress">
          <progress max={1} value={progress.done} aria-label={t("Progress")} />
          <span class="quiet">
            {phaseText(progress.what)}
            {progress.whole && ` · ${t("whole model {0} ms", progress.whole.median.toFixed(2))}`}
          </span>
        </div>
      )}
      {[change, notice].map(
        (one) =>
          one && (
            <p key={one.text} class={`notice ${one.kind}`} role="alert">
              {one.text}
            </p>
          ),
      )}
      {none && (
        <p class="problem" role="alert">
          {t("This model cannot be run: {0}", none.reason)}{" "}
          {none.action === "input" && (
            <button type="button" id="set-input" class="button" onClick={() => post({ type: "set-input" })}>
              {t("Set Input Shape")}
            </button>
          )}
          {none.place && (
            <button type="button" class="link" onClick={() => none.place && post({ type: "go", place: none.place })}>
              {t("Go to line {0}", none.place.line)}
            </button>
          )}
        </p>
      )}
    </header>
  );
}

function Exports({ answer, result, comparison, post, onProblem }: Props) {
  if (!result && !comparison) return null;
  const name = comparison ? "comparison" : "benchmark";
  const savePicture = async (): Promise<void> => {
    try {
      const content = await pictureOf(answer.report, result, comparison);
      post({ type: "save", name: `${name}.png`, content });
    } catch (error) {
      onProblem(t("The picture could not be drawn: {0}", error instanceof Error ? error.message : String(error)));
    }
  };
  const shown = comparison?.pair ?? result;
  if (!shown) return null;
  return (
    <span class="exports">
      {t("Save as")}{" "}
      <button
        type="button"
        id="save-json"
        class="link"
        onClick={() => post({ type: "save", name: `${name}.json`, content: toJson(shown) })}
      >
        JSON
      </button>
      <button
        type="button"
        id="save-csv"
        class="link"
        onClick={() =>
          post({ type: "save", name: `${name}.csv`, content: "layers" in shown ? toCsv(shown) : pairToCsv(shown) })
        }
      >
        CSV
      </button>
      <button type="button" id="save-png" class="link" onClick={() => void savePicture()}>
        PNG
      </button>
    </span>
  );
}
