// The panel: what runs, on which backend and for which board; starts, follows and cancels a run; keeps earlier ones for comparison.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { PlanAnswer } from "../../core/9-benchmark/plan";
import { onMessage, send } from "../shared/host";
import { t } from "../shared/l10n";
import { type Backend, type BackendName, backends } from "./backends";
import { toCsv, toJson } from "./export";
import { FitView } from "./fit-view";
import type { Subject, ToExtension, ToPage } from "./messages";
import { ResultView } from "./result-view";
import type { Result, Timing } from "./result";

interface Progress {
  done: number;
  what: string;
  whole: Timing | null;
}

interface Model {
  subject: Subject;
  answer: PlanAnswer;
}

const post = (message: ToExtension): void => send(message);

/** What went wrong, in words that say what to do. */
function problemOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (/memory|allocat|out of bounds|Invalid (typed )?array length/i.test(message))
    return t("There is not enough memory here for this model: {0}", message);
  if (/lost|external Instance reference/i.test(message))
    return t("The graphics context was lost. Close other graphics-heavy pages and run again, or choose wasm.");
  return message;
}

export function App() {
  const [model, setModel] = useState<Model | null>(null);
  const [nothing, setNothing] = useState<string | null>(null);
  const [list, setList] = useState<Backend[]>([]);
  const [backend, setBackend] = useState<BackendName>("wasm");
  const [progress, setProgress] = useState<Progress | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [results, setResults] = useState<Result[]>([]);
  const [shown, setShown] = useState(0);
  const [other, setOther] = useState(-1);
  const cancelled = useRef(false);
  const isRunning = useRef(false);

  const run = useCallback(async ({ subject, answer }: Model, name: BackendName): Promise<void> => {
    if (isRunning.current || !("plan" in answer.result)) return;
    isRunning.current = true;
    cancelled.current = false;
    setProblem(null);
    setProgress({ done: 0, what: "load", whole: null });
    try {
      const { start } = await import("./start");
      const result = await start(answer.result.plan, name, {
        isCancelled: () => cancelled.current,
        onProgress: (done, what) => setProgress((last) => ({ done, what, whole: last?.whole ?? null })),
        onWhole: (whole) => setProgress((last) => ({ done: last?.done ?? 0, what: last?.what ?? "", whole })),
      });
      if (result) {
        setResults((last) => [result, ...last].slice(0, 20));
        setShown(0);
        setOther(-1);
        post({ type: "done", result });
      } else setProblem(t("Cancelled."));
    } catch (error) {
      setProblem(t("{0} did not run: {1}", subject.entry, problemOf(error)));
    } finally {
      isRunning.current = false;
      setProgress(null);
    }
  }, []);

  useEffect(() => {
    void backends().then(setList);
    // The kernels load while the model is on its way; a run says it when they do not.
    import("./start").catch(() => undefined);
    onMessage((message: ToPage) => {
      if (message.type === "nothing") {
        setModel(null);
        setNothing(message.reason);
        return;
      }
      if (message.type === "board") {
        setModel((last) => last && { ...last, answer: { ...message.answer, result: last.answer.result } });
        return;
      }
      const next = { subject: message.subject, answer: message.answer };
      setNothing(null);
      setModel(next);
      setResults(message.history);
      setShown(0);
      setOther(-1);
      setProblem(null);
      void run(next, "wasm");
    });
    post({ type: "ready" });
  }, [run]);

  if (nothing !== null) return <main class="message">{nothing}</main>;
  if (!model) return <main class="message">{t("Reading the model …")}</main>;
  const { subject, answer } = model;
  const result = results[shown] ?? null;
  const none = "none" in answer.result ? answer.result.none : null;
  return (
    <main>
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
              onChange={(event) => setBackend(event.currentTarget.value as BackendName)}
            >
              {list.map(({ name, problem: why }) => (
                <option key={name} value={name} disabled={why !== null} title={why ?? ""}>
                  {why === null ? name : `${name} – ${why}`}
                </option>
              ))}
            </select>
          </label>
          {progress ? (
            <button
              type="button"
              id="cancel"
              class="button secondary"
              onClick={() => {
                cancelled.current = true;
              }}
            >
              {t("Cancel")}
            </button>
          ) : (
            <button
              type="button"
              id="run"
              class="button"
              disabled={none !== null}
              onClick={() => void run(model, backend)}
            >
              {t("Run")}
            </button>
          )}
          <button
            type="button"
            class="button secondary"
            disabled={progress !== null}
            onClick={() => post({ type: "reload" })}
          >
            {t("Read the file again")}
          </button>
          {result && (
            <>
              <button
                type="button"
                class="link"
                onClick={() => post({ type: "save", name: "benchmark.json", content: toJson(result) })}
              >
                {t("Save as JSON")}
              </button>
              <button
                type="button"
                class="link"
                onClick={() => post({ type: "save", name: "benchmark.csv", content: toCsv(result) })}
              >
                {t("Save as CSV")}
              </button>
            </>
          )}
        </div>
        {progress && (
          <div class="progress">
            <progress max={1} value={progress.done} aria-label={t("Progress")} />
            <span class="quiet">
              {progress.what}
              {progress.whole && ` · ${t("whole model {0} ms", progress.whole.median.toFixed(2))}`}
            </span>
          </div>
        )}
        {problem && (
          <p class="problem" role="alert">
            {problem}
          </p>
        )}
        {none && (
          <p class="problem" role="alert">
            {t("This model cannot be run: {0}", none.reason)}{" "}
            {none.action === "input" && (
              <button type="button" class="button" onClick={() => post({ type: "set-input" })}>
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
      <FitView answer={answer} onBoard={(board) => post({ type: "board", board })} />
      {result && "plan" in answer.result && (
        <ResultView
          result={result}
          other={results[other] ?? null}
          plan={answer.result.plan}
          deployment={answer.report?.deployment ?? null}
          onGo={(place) => post({ type: "go", place })}
        />
      )}
      {results.length > 1 && (
        <section class="history">
          <h2>{t("Earlier runs")}</h2>
          <label>
            {t("Show")}{" "}
            <select value={String(shown)} onChange={(event) => setShown(Number(event.currentTarget.value))}>
              {results.map((one, index) => (
                <option key={one.date} value={String(index)}>
                  {labelOf(one)}
                </option>
              ))}
            </select>
          </label>{" "}
          <label>
            {t("compare with")}{" "}
            <select
              id="compare"
              value={String(other)}
              onChange={(event) => setOther(Number(event.currentTarget.value))}
            >
              <option value="-1">{t("nothing")}</option>
              {results.map((one, index) => (
                <option key={one.date} value={String(index)} disabled={index === shown}>
                  {labelOf(one)}
                </option>
              ))}
            </select>
          </label>
        </section>
      )}
    </main>
  );
}

function labelOf({ date, backend, whole, entry }: Result): string {
  return `${new Date(date).toLocaleTimeString()} · ${entry} · ${backend} · ${whole.median.toFixed(2)} ms`;
}
