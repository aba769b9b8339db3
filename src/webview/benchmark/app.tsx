// The panel: what runs, on which backend and for which board; starts and follows runs, and holds what they gave.
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Plan, PlanAnswer } from "../../core/9-benchmark/plan";
import type { CalibrationAnswer } from "../../core/report/calibration";
import type { SourcePlace } from "../../core/report/report";
import { onMessage, send } from "../shared/host";
import { t } from "../shared/l10n";
import { TimelineView } from "../shared/timeline-view";
import { type Backend, type BackendName, backends } from "./measure/backends";
import { CalibrateView } from "./views/calibrate-view";
import { CompareBar } from "./views/compare-bar";
import { FitView } from "./views/fit-view";
import { HeadView } from "./views/head-view";
import { HistoryView } from "./views/history-view";
import { needOf, roomOf } from "./measure/memory";
import type { Choice, Rival, Subject, ToExtension, ToPage } from "./messages";
import type { Pair } from "./measure/pair";
import { PairView } from "./views/pair-view";
import type { Result } from "./measure/result";
import { ResultView } from "./views/result-view";
import { useRuns } from "./runs";
import { problemText, refusalText, speedUpText, timeText } from "./views/texts";

interface Model {
  subject: Subject;
  answer: PlanAnswer;
}

/** Something to say above the result. */
export interface Notice {
  text: string;
  /** "problem": something did not work. */
  kind: "problem" | "note";
}

interface Comparison {
  rival: Rival;
  pair: Pair;
  isApplied: boolean;
}

const post = (message: ToExtension): void => send(message);
const go = (place: SourcePlace): void => post({ type: "go", place });
const planOf = ({ result }: PlanAnswer): Plan | null => ("plan" in result ? result.plan : null);

export function App() {
  const [model, setModel] = useState<Model | null>(null);
  const [nothing, setNothing] = useState<string | null>(null);
  const [list, setList] = useState<Backend[]>([]);
  const [backend, setBackend] = useState<BackendName>("wasm");
  const [notice, setNotice] = useState<Notice | null>(null);
  /** What became of the file since the plan was made. */
  const [change, setChange] = useState<Notice | null>(null);
  const [announcement, setAnnouncement] = useState("");
  const [results, setResults] = useState<Result[]>([]);
  const [shown, setShown] = useState(0);
  const [other, setOther] = useState(-1);
  const [choices, setChoices] = useState<{ choices: Choice[]; isSearching: boolean }>();
  const [calibration, setCalibration] = useState<CalibrationAnswer | null>(null);
  const [comparison, setComparison] = useState<Comparison | null>(null);
  const { progress, run, cancel } = useRuns();

  /** Refuses what cannot be held; else runs `work` and says how it ended. */
  const attempt = useCallback(
    async <R,>(
      entry: string,
      plans: readonly Plan[],
      name: BackendName,
      work: (
        start: typeof import("./measure/start"),
        follow: Parameters<Parameters<typeof run>[0]>[0],
      ) => Promise<R | null>,
    ): Promise<R | null> => {
      setNotice(null);
      const need = needOf(...plans);
      const room = roomOf(name, (navigator as { deviceMemory?: number }).deviceMemory);
      if (need.totalBytes > room) {
        const text = t("{0} was not run: {1}", entry, refusalText(need, room, name));
        setNotice({ text, kind: "problem" });
        return null;
      }
      setAnnouncement(t("Running {0} on {1}", entry, name));
      try {
        const ended = await run(async (follow) => work(await import("./measure/start"), follow));
        if (ended === "superseded") return null;
        if (ended === null) setNotice({ text: t("Cancelled."), kind: "note" });
        return ended;
      } catch (error) {
        setNotice({ text: t("{0} did not run: {1}", entry, problemText(error)), kind: "problem" });
        return null;
      }
    },
    [run],
  );

  const runModel = useCallback(
    async ({ subject, answer }: Model, name: BackendName): Promise<void> => {
      const plan = planOf(answer);
      if (!plan) return;
      const result = await attempt(subject.entry, [plan], name, ({ start }, follow) => start(plan, name, follow));
      if (!result) return;
      setResults((last) => [result, ...last].slice(0, 20));
      setShown(0);
      setOther(-1);
      setComparison(null);
      setAnnouncement(t("Done: the whole model takes {0} ms.", timeText(result.whole.median)));
      post({ type: "done", subject, result });
    },
    [attempt],
  );

  const runBoth = useCallback(
    async (model: Model, rival: Rival, name: BackendName): Promise<void> => {
      const before = planOf(model.answer);
      const after = planOf(rival.answer);
      if (!before) return;
      if (!after) {
        const reason = "none" in rival.answer.result ? rival.answer.result.none.reason : "";
        setNotice({ text: t("“{0}” cannot be run: {1}", rival.choice.label, reason), kind: "problem" });
        return;
      }
      const pair = await attempt(rival.choice.label, [before, after], name, ({ startBoth }, follow) =>
        startBoth([before, after], name, follow),
      );
      if (!pair) return;
      setComparison({ rival, pair, isApplied: false });
      setAnnouncement(t("Done: {0}", speedUpText(pair.speedUp)));
    },
    [attempt],
  );

  // What messages need of the present state.
  const now = useRef({ model, backend });
  now.current = { model, backend };

  useEffect(() => {
    void backends().then(setList);
    // The kernels load while the model is on its way; a run says it when they do not.
    import("./measure/start").catch(() => undefined);
    onMessage((message: ToPage) => {
      switch (message.type) {
        case "nothing":
          cancel();
          setModel(null);
          setNothing(message.reason);
          break;
        case "model": {
          const next = { subject: message.subject, answer: message.answer };
          setNothing(null);
          setModel(next);
          setResults(message.history);
          setShown(0);
          setOther(-1);
          setNotice(null);
          setChange(null);
          setChoices(undefined);
          setComparison(null);
          setCalibration(null);
          // Levers take the server several analyses: they are looked for when the run needs the computer no more.
          void runModel(next, now.current.backend).then(() => {
            if (now.current.model?.answer === next.answer && planOf(next.answer)) post({ type: "find-choices" });
          });
          if (!planOf(next.answer)) cancel();
          break;
        }
        case "board": {
          const { answer, rival } = message;
          setModel((last) => last && { ...last, answer: { ...answer, result: last.answer.result } });
          setComparison(
            (last) =>
              last && { ...last, rival: { ...last.rival, answer: rival ?? { ...last.rival.answer, report: null } } },
          );
          break;
        }
        case "calibration":
          setCalibration(message.answer);
          break;
        case "choices":
          setChoices(message);
          break;
        case "rival":
          if (now.current.model) void runBoth(now.current.model, message.rival, now.current.backend);
          break;
        case "no-rival":
          setNotice({ text: message.reason, kind: "problem" });
          break;
        case "applied":
          setComparison((last) => last && { ...last, isApplied: true });
          break;
        case "history":
          setResults(message.history);
          setShown((last) => Math.max(0, Math.min(last, message.history.length - 1)));
          setOther(-1);
          break;
        case "edited":
          setChange({ text: t("The code has changed since: this is the model as it was before."), kind: "note" });
          break;
        case "gone":
          setChange({ text: message.reason, kind: "problem" });
          break;
      }
    });
    post({ type: "ready" });
  }, [runModel, runBoth, cancel]);

  const result = results[shown] ?? null;
  const compared = results[other] ?? null;
  const deployment = model?.answer.report?.deployment ?? null;
  const plan = model && planOf(model.answer);

  // Long tables are drawn anew when what they show changes, not with every step of a run.
  const resultView = useMemo(
    () =>
      result && plan ? (
        <ResultView result={result} other={compared} plan={plan} deployment={deployment} onGo={go} />
      ) : null,
    [result, compared, plan, deployment],
  );
  const pairView = useMemo(
    () =>
      comparison && plan ? (
        <PairView
          pair={comparison.pair}
          label={comparison.rival.choice.label}
          plan={plan}
          before={model?.answer.report ?? null}
          after={comparison.rival.answer.report}
          change={comparison.isApplied ? "applied" : comparison.rival.canApply ? "offered" : "none"}
          onApply={() => post({ type: "apply" })}
          onClose={() => setComparison(null)}
          onGo={go}
        />
      ) : null,
    [comparison, plan, model?.answer.report],
  );

  if (nothing !== null) {
    return (
      <main class="message">
        <p role="alert">{nothing}</p>
        <button type="button" class="button" onClick={() => post({ type: "reload" })}>
          {t("Try Again")}
        </button>
      </main>
    );
  }
  if (!model) return <main class="message">{t("Reading the model …")}</main>;
  const { subject, answer } = model;
  return (
    <main>
      <HeadView
        subject={subject}
        answer={answer}
        list={list}
        backend={backend}
        progress={progress}
        notice={notice}
        change={change}
        announcement={announcement}
        result={comparison ? null : result}
        comparison={comparison && { pair: comparison.pair, rival: comparison.rival }}
        post={post}
        onBackend={setBackend}
        onRun={() => void runModel(model, backend)}
        onCancel={cancel}
        onProblem={(text) => setNotice({ text, kind: "problem" })}
      />
      <FitView
        answer={answer}
        onBoard={(board) => {
          setCalibration(null);
          post({ type: "board", board });
        }}
      />
      <CalibrateView
        deployment={deployment}
        answer={calibration}
        onReport={(report) => post({ type: "calibrate", report })}
        onKeep={(report) => {
          setCalibration(null);
          post({ type: "keep-calibration", report });
        }}
        onDiscard={() => setCalibration(null)}
        onForget={() => post({ type: "forget-calibration" })}
      />
      {plan && (
        <CompareBar
          choices={choices?.choices}
          isSearching={choices?.isSearching ?? false}
          isRunning={progress !== null}
          onCompare={(id) => post({ type: "compare", id })}
        />
      )}
      {pairView ?? resultView}
      {deployment?.timeline && (
        <TimelineView timeline={deployment.timeline} go={(place) => post({ type: "go", place })} />
      )}
      <HistoryView
        results={results}
        shown={shown}
        other={other}
        onShow={(index) => {
          setShown(index);
          setComparison(null);
        }}
        onOther={(index) => {
          setOther(index);
          setComparison(null);
        }}
        onRename={(date, name) => post({ type: "rename", date, name })}
        onForget={(date) => post({ type: "forget", date })}
      />
    </main>
  );
}
