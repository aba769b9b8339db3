// Every recorded answer of numpy (rows.json, its version inside) against our evaluation of the same code.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { plain, runPython } from "./numpy-machine";

interface Row {
  code: string;
  result: { error?: string; [key: string]: unknown };
}

const { rows } = JSON.parse(readFileSync(new URL("rows.json", import.meta.url), "utf8")) as { rows: Row[] };

describe("numpy as numpy evaluates it", () => {
  test.each(rows)("$code", async ({ code, result }) => {
    const parts = code.split(";;").map((part) => part.trim());
    const source = ["import numpy as np", ...parts.slice(0, -1)].join("\n");
    const { outcome, failures } = await runPython(source, parts.at(-1) as string);
    if (result.error !== undefined) {
      const raised = [...failures, outcome.value === null ? outcome.reason : ""].some((reason) =>
        reason.startsWith(result.error as string),
      );
      expect({ raised, outcome: outcome.value && plain(outcome.value) }).toMatchObject({ raised: true });
      return;
    }
    expect(failures).toEqual([]);
    expect(outcome.value ? plain(outcome.value) : outcome.reason).toEqual(result);
  });
});
