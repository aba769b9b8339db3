// The model under the cursor.
import { describe, expect, it } from "vitest";
import { modelAt } from "../../../src/core/report/model-at";
import { analysis, layer, place, report } from "../server/fixtures";

const first = report([layer([3]), layer([4])], { entry: "first", place: place(1, 1) });
const second = report([layer([11]), layer([4, 12])], { entry: "second", place: place(10, 1) });
const both = analysis([first, second]);
const at = (line: number) => modelAt(both, line)?.entry;

describe("modelAt", () => {
  it("takes the model whose code the line is in", () => {
    expect([1, 3, 9, 10, 12, 40].map(at)).toEqual(["first", "first", "first", "second", "second", "second"]);
  });

  it("takes the first of the models that share a line", () => {
    expect(at(4)).toBe("first");
  });

  it("takes the first model above all of them", () => {
    expect(modelAt(analysis([second]), 2)?.entry).toBe("second");
  });

  it("prefers a model that could be made", () => {
    const failed = report([], { entry: "failed", status: "error", place: place(1, 1) });
    expect(modelAt(analysis([failed, first]), 1)?.entry).toBe("first");
    expect(modelAt(analysis([failed]), 1)?.entry).toBe("failed");
  });

  it("has none for a file without models", () => {
    expect(modelAt(analysis([]), 1)).toBeUndefined();
  });
});
