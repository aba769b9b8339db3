// Runs one after the other: a new one cancels the one that is under way and waits for its end. Tells how far it is.
import { useCallback, useRef, useState } from "preact/hooks";
import type { Timing } from "./measure/result";

export interface Progress {
  /** From 0 to 1. */
  done: number;
  what: string;
  /** The first steady numbers of the whole model. */
  whole: Timing | null;
}

/** What a run looks at and tells. */
export interface Follow {
  isCancelled(): boolean;
  onProgress(done: number, what: string): void;
  onWhole(whole: Timing): void;
}

/** How a run ended: null when the reader cancelled it, "superseded" when another took its place. */
export type Ended<R> = R | null | "superseded";

export interface Runs {
  progress: Progress | null;
  run<R>(work: (follow: Follow) => Promise<R | null>): Promise<Ended<R>>;
  cancel(): void;
}

interface Turn {
  isCancelled: boolean;
  end: Promise<unknown>;
}

export function useRuns(): Runs {
  const [progress, setProgress] = useState<Progress | null>(null);
  const current = useRef<Turn | null>(null);

  const run = useCallback(async <R>(work: (follow: Follow) => Promise<R | null>): Promise<Ended<R>> => {
    const before = current.current;
    let end = (): void => {};
    const turn: Turn = { isCancelled: false, end: new Promise<void>((resolve) => (end = resolve)) };
    current.current = turn;
    const isCurrent = () => current.current === turn;
    try {
      if (before) {
        before.isCancelled = true;
        await before.end;
      }
      if (!isCurrent()) return "superseded";
      setProgress({ done: 0, what: "load", whole: null });
      const result = await work({
        isCancelled: () => turn.isCancelled,
        onProgress: (done, what) => {
          if (isCurrent()) setProgress((last) => ({ done, what, whole: last?.whole ?? null }));
        },
        onWhole: (whole) => {
          if (isCurrent()) setProgress((last) => ({ done: last?.done ?? 0, what: last?.what ?? "", whole }));
        },
      });
      return isCurrent() ? result : "superseded";
    } finally {
      end();
      if (isCurrent()) {
        current.current = null;
        setProgress(null);
      }
    }
  }, []);

  const cancel = useCallback(() => {
    if (current.current) current.current.isCancelled = true;
  }, []);

  return { progress, run, cancel };
}
