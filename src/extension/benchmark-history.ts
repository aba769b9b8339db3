// Earlier runs of the benchmark, kept for each model in the workspace's memory: the newest first, with names the reader gave.
import type * as vscode from "vscode";
import type { Result } from "../webview/benchmark/measure/result";
import type { Subject } from "../webview/benchmark/messages";

/** Results that are kept for each model; those with a name are the last to go. */
const KEPT = 10;

export class BenchmarkHistory {
  constructor(private readonly memory: vscode.Memento) {}

  of(subject: Subject): Result[] {
    return this.memory.get<Result[]>(keyOf(subject)) ?? [];
  }

  add(subject: Subject, result: Result): Thenable<void> {
    const results = [result, ...this.of(subject)];
    while (results.length > KEPT) {
      const oldest = results.findLastIndex(({ name }) => !name);
      // The new one stays even when all others have names.
      results.splice(oldest > 0 ? oldest : results.length - 1, 1);
    }
    return this.write(subject, results);
  }

  /** An empty name takes the name away. */
  rename(subject: Subject, date: string, name: string): Thenable<void> {
    const renamed = this.of(subject).map((one) => {
      if (one.date !== date) return one;
      const { name: _old, ...rest } = one;
      return name === "" ? rest : { ...rest, name };
    });
    return this.write(subject, renamed);
  }

  /** Forgets the run of a date, or all of them. */
  forget(subject: Subject, date: string | null): Thenable<void> {
    return this.write(subject, date === null ? [] : this.of(subject).filter((one) => one.date !== date));
  }

  private write(subject: Subject, results: Result[]): Thenable<void> {
    return this.memory.update(keyOf(subject), results.length === 0 ? undefined : results);
  }
}

function keyOf({ uri, index }: Subject): string {
  return `benchmark ${uri}#${index}`;
}
