// Single Python expressions against what CPython printed for them or raised (python-rows.json): built-ins, methods, formats
// and the standard library. `record-python-rows.py` records again.
import { describe, expect, test } from "vitest";
import { evaluatePython } from "./python-machine";
import recorded from "./python-rows.json";

describe(`Python expressions as CPython ${recorded.version} prints them`, () => {
  test.each(recorded.rows)("$expression", async ({ expression, answer }) => {
    const { vm, outcome } = await evaluatePython(recorded.setup, expression, {}, "__main__");
    if (outcome.value === null) {
      const { raised, reason } = outcome;
      expect(raised ? `${raised.type}: ${raised.message}` : reason).toBe(answer);
      return;
    }
    const shown = vm.repr(outcome.value);
    expect(typeof shown === "string" ? shown : `unknown: ${shown.reason}`).toBe(answer);
  });
});
