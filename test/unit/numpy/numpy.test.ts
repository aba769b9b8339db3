// Every recorded answer of numpy, einops and scikit-learn (their versions are in the files) against our evaluation of the same code.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { numpyModules } from "../../../src/core/4-frameworks/numpy/index";
import { thirdPartyModules } from "../../../src/core/4-frameworks/third-party/index";
import { type Libraries, plain, runPython } from "./numpy-machine";

interface Row {
  code: string;
  result: { error?: string; [key: string]: unknown };
}

function readRows(name: string): Row[] {
  return (JSON.parse(readFileSync(new URL(name, import.meta.url), "utf8")) as { rows: Row[] }).rows;
}

async function check({ code, result }: Row, imports: string[], libraries: Libraries): Promise<void> {
  const parts = code.split(";;").map((part) => part.trim());
  const source = [...imports, ...parts.slice(0, -1)].join("\n");
  const { outcome, failures } = await runPython(source, parts.at(-1) as string, libraries);
  if (result.error !== undefined) {
    const reasons = [...failures, outcome.value === null ? outcome.reason : ""];
    const raised = reasons.some((reason) => reason.startsWith(result.error as string));
    expect({ raised, outcome: outcome.value && plain(outcome.value) }).toMatchObject({ raised: true });
    return;
  }
  expect(failures).toEqual([]);
  expect(outcome.value ? plain(outcome.value) : outcome.reason).toEqual(result);
}

describe("numpy as numpy evaluates it", () => {
  test.each(readRows("rows.json"))("$code", (row) => check(row, ["import numpy as np"], numpyModules));
});

describe("einops and scikit-learn", () => {
  const imports = [
    "import numpy as np",
    "import einops",
    "import sklearn",
    "import sklearn.model_selection, sklearn.preprocessing, sklearn.datasets",
  ];
  const libraries = { ...numpyModules, ...thirdPartyModules };
  test.each(readRows("third-party-rows.json"))("$code", (row) => check(row, imports, libraries));
});
