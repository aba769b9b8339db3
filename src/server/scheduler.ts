// When open files are analysed: after a pause in the typing, the changed file first, one at a time, and dropped when the text changes
// meanwhile. A result that knows less than the one shown waits until it is believed.
import type { AnalyzeRequest } from "../core/analyze";
import type { FileAnalysis } from "../core/report/report";
import type { OpenDocument } from "./document";
import type { ServedFile } from "./surfaces";

/** A pause in the typing this long starts an analysis. */
export const DEBOUNCE_MS = 200;
/** A result that knows less than the one shown is believed after a pause this long. */
const SETTLE_MS = 1500;
/** An open file with what the scheduler knows about it. */
export interface OpenFile extends ServedFile {
  markReady: () => void;
  settleTimer: ReturnType<typeof setTimeout> | undefined;
}

/** What the scheduler needs of the server. */
export interface SchedulerHost {
  /** What is asked for a document, or why nobody shall speak about it. */
  request(document: OpenDocument): Promise<AnalyzeRequest | { silence: string }>;
  analyze(request: AnalyzeRequest): Promise<FileAnalysis>;
  /** What is shown of a file is another. */
  shown(): void;
  /** There is something new of a document. */
  analysed(uri: string): void;
  /** Its findings may be worked out. */
  advise(uri: string): void;
}

/** Where it says what it did. */
interface Log {
  error(message: string): void;
  info(message: string): void;
  debug(message: string): void;
}

export class Scheduler {
  private debounceTimer: ReturnType<typeof setTimeout> | undefined;
  private dueAt = 0;
  private isAnalysing = false;
  private mustAnalyseAgain = false;
  private edits = 0;
  private lastChanged: string | undefined;

  constructor(
    private readonly files: ReadonlyMap<string, OpenFile>,
    private readonly console: Log,
    private readonly host: SchedulerHost,
  ) {}

  /** Changes with every edit, so that an analysis under way can see that it is out of date. */
  get generation(): number {
    return this.edits;
  }

  /** A text has changed; that of no open file when undefined. */
  changed(uri: string | undefined, delay: number): void {
    this.lastChanged = uri;
    this.outdated(delay);
  }

  /** All that was analysed is out of date. */
  outdated(delay: number): void {
    this.edits++;
    this.schedule(delay);
  }

  dispose(): void {
    clearTimeout(this.debounceTimer);
    for (const file of this.files.values()) clearTimeout(file.settleTimer);
  }

  /** Starts an analysis after `delay` ms without another call; a file just opened does not wait for one being typed in. */
  schedule(delay: number): void {
    const now = Date.now();
    const isPending = this.debounceTimer !== undefined;
    if (isPending && delay === 0 && this.dueAt <= now) return;
    clearTimeout(this.debounceTimer);
    this.dueAt = now + delay;
    this.debounceTimer = setTimeout(() => {
      this.debounceTimer = undefined;
      void this.analyseAll();
    }, delay);
  }

  /** Analyses every open file, the changed one first: an edit may concern all files that import it. */
  private async analyseAll(): Promise<void> {
    if (this.isAnalysing) {
      this.mustAnalyseAgain = true;
      return;
    }
    this.isAnalysing = true;
    try {
      do {
        this.mustAnalyseAgain = false;
        const { generation } = this;
        const changed = this.lastChanged === undefined ? undefined : this.files.get(this.lastChanged);
        const order = new Set([...(changed === undefined ? [] : [changed]), ...this.files.values()]);
        let mustRefresh = false;
        for (const file of order) {
          if (await this.analyse(file)) mustRefresh = true;
          // Between two files the edits and requests that came in get their turn.
          await new Promise((resolve) => setTimeout(resolve, 0));
          if (this.generation !== generation) break;
        }
        if (mustRefresh) this.host.shown();
      } while (this.mustAnalyseAgain);
    } finally {
      this.isAnalysing = false;
    }
  }

  /** Analyses one file; true when its lenses changed. */
  private async analyse(file: OpenFile): Promise<boolean> {
    const { document } = file;
    const { version, path } = document;
    const request = await this.host.request(document);
    const silence = "silence" in request ? request.silence : undefined;
    let fresh: FileAnalysis;
    if ("silence" in request) {
      fresh = {
        file: path,
        reports: [],
        syntaxProblems: [],
        commentProblems: [],
        nothingFound: request.silence,
        elapsedMs: 0,
      };
    } else {
      try {
        fresh = await this.host.analyze(request);
      } catch (error) {
        const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
        this.console.error(
          `${path} could not be analysed; its lenses stay as they were. Please report this:\n${reason}`,
        );
        file.markReady();
        return false;
      }
    }
    if (document.version !== version || this.files.get(document.uri) !== file) return false;
    const isFirst = document.analysis === undefined;
    const outcome = silence === undefined ? document.offer(fresh) : document.replace(fresh);
    const summary = summarize(fresh);
    if (isFirst) this.console.info(summary);
    else this.console.debug(outcome === "held" ? `${summary} Not shown yet: it knows less than before.` : summary);
    file.markReady();
    if (outcome !== "held") this.host.analysed(document.uri);
    this.host.advise(document.uri);
    this.cancelSettling(file);
    if (outcome === "held") file.settleTimer = setTimeout(() => this.settle(file), SETTLE_MS);
    return outcome === "shown";
  }

  /** Believes what is held back, if anything is. */
  settle(file: OpenFile): void {
    this.cancelSettling(file);
    if (file.document.settle() !== "shown") return;
    this.host.shown();
    this.host.analysed(file.document.uri);
  }

  cancelSettling(file: OpenFile): void {
    clearTimeout(file.settleTimer);
    file.settleTimer = undefined;
  }
}

function summarize(analysis: FileAnalysis): string {
  const { file, reports, syntaxProblems, nothingFound } = analysis;
  const found =
    reports.length === 0
      ? (nothingFound ?? "no model")
      : `${reports.length} ${reports.length === 1 ? "model" : "models"}`;
  const problem = syntaxProblems[0];
  const broken = problem === undefined ? "" : ` Line ${problem.line} does not parse: ${problem.message}`;
  return `${file}: ${found} (${analysis.elapsedMs.toFixed(1)} ms).${broken}`;
}
