// The planners alone: hand-made examples of the rules, and properties on random buffers.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { greedyPlanner } from "../../../src/core/7-cost/memory/greedy-planner";
import { linearPlanner } from "../../../src/core/7-cost/memory/linear-planner";
import type { PlannedBuffer } from "../../../src/core/7-cost/memory/planner";

const buffer = (bytes: number, first: number, last: number, fixedOffset?: number): PlannedBuffer =>
  fixedOffset === undefined ? { bytes, first, last } : { bytes, first, last, fixedOffset };

describe("the greedy planner", () => {
  it("places the largest first and fills gaps by offset", () => {
    // 64 at 0; 48 overlaps it; 32 overlaps only the 48, which begins at 64.
    const { offsets, headBytes } = greedyPlanner.plan([buffer(32, 2, 3), buffer(64, 0, 1), buffer(48, 1, 2)]);
    expect(offsets).toEqual([0, 0, 64]);
    expect(headBytes).toBe(112);
  });

  it("of equal sizes the later buffer comes first", () => {
    expect(greedyPlanner.plan([buffer(16, 0, 1), buffer(16, 1, 2), buffer(16, 1, 1)]).offsets).toEqual([32, 16, 0]);
  });

  it("what nothing touches shares memory with all but its like", () => {
    expect(greedyPlanner.plan([buffer(16, 0, 5), buffer(16, -1, -1), buffer(16, -1, -1)]).offsets).toEqual([0, 16, 0]);
  });

  it("takes prescribed offsets as they are, and the others around them", () => {
    const { offsets, headBytes } = greedyPlanner.plan([buffer(64, 0, 1), buffer(16, 0, 1, 32), buffer(32, 0, 1)]);
    expect(offsets).toEqual([48, 32, 0]);
    expect(headBytes).toBe(112);
  });

  it("an empty buffer takes no room", () => {
    expect(greedyPlanner.plan([buffer(32, 0, 1), buffer(0, 1, 1)])).toEqual({ offsets: [0, 0], headBytes: 32 });
    expect(greedyPlanner.plan([])).toEqual({ offsets: [], headBytes: 0 });
  });

  const buffers = fc.array(
    fc
      .tuple(fc.integer({ min: 1, max: 64 }), fc.nat(20), fc.nat(6))
      .map(([units, first, length]) => buffer(16 * units, first, first + length)),
    { minLength: 1, maxLength: 40 },
  );

  it("never lets two buffers that are alive together overlap", () => {
    fc.assert(
      fc.property(buffers, (planned) => {
        const { offsets, headBytes } = greedyPlanner.plan(planned);
        planned.forEach((a, i) => {
          const start = offsets[i] ?? -1;
          expect(start).toBeGreaterThanOrEqual(0);
          expect(start + a.bytes).toBeLessThanOrEqual(headBytes);
          planned.slice(0, i).forEach((b, j) => {
            const other = offsets[j] ?? -1;
            const together = a.first <= b.last && b.first <= a.last;
            expect(together && start < other + b.bytes && other < start + a.bytes).toBe(false);
          });
        });
      }),
    );
  });

  it("needs at least what is alive at any time, and at most what the linear planner takes", () => {
    fc.assert(
      fc.property(buffers, (planned) => {
        const { headBytes } = greedyPlanner.plan(planned);
        expect(headBytes).toBeLessThanOrEqual(linearPlanner.plan(planned).headBytes);
        for (let time = 0; time <= 26; time++) {
          const alive = planned.filter(({ first, last }) => first <= time && time <= last);
          expect(headBytes).toBeGreaterThanOrEqual(alive.reduce((sum, { bytes }) => sum + bytes, 0));
        }
      }),
    );
  });
});

describe("the linear planner", () => {
  it("gives every buffer memory of its own", () => {
    expect(linearPlanner.plan([buffer(16, 0, 0), buffer(32, 1, 1), buffer(16, 2, 2)])).toEqual({
      offsets: [0, 16, 48],
      headBytes: 64,
    });
  });
});
