// Calibrating a model of an open file: what the server answers, and the edits of the budget file that keep and forget it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readBudget } from "../../../src/core/config/budget-file";
import { calibrateModel, forgetCalibration } from "../../../src/server/calibrate";
import { workspace } from "./requests";

const BUDGET = "/project/model-budget.json";
const source = readFileSync(join(__dirname, "../../../examples/mlperf-tiny/keyword_spotting.py"), "utf8");
const text = readFileSync(join(__dirname, "../../data/board-reports/mlperf-l4r5zi-kws.txt"), "utf8");
const report = { text, name: "log.txt", tickMhz: null };
const ref = { uri: "file:///project/net.py", index: 0 };
const chosen = '{\n  // ours\n  "board": "nucleo-l4r5zi",\n  "runtime": "x-cube-ai@7.3.0"\n}\n';

describe("calibrateModel", () => {
  it("gives the edit that keeps a report, after which the lens says what was measured", async () => {
    const { document, host, after } = await workspace(source, { files: { [BUDGET]: chosen } });
    const answer = await calibrateModel(document, { ...ref, report }, host);
    if (!answer || "problem" in answer) throw new Error("no proposal");
    expect(answer.proposal.measured).toMatchObject({ file: "net.py", latencyMs: 75.056, board: "nucleo-l4r5zi" });
    const written = after(answer.edit);
    expect(written).toContain("// ours");
    expect(readBudget(written, "json")?.problems).toEqual([]);
    const kept = await workspace(source, { files: { [BUDGET]: written } });
    expect(kept.document.lenses[0]?.title).toContain("75.1 ms measured");
    const forgotten = kept.after(forgetCalibration(kept.document, 0, kept.host));
    expect(readBudget(forgotten, "json")?.budget.calibration).toEqual([]);
    expect(forgotten).toContain('"board": "nucleo-l4r5zi"');
  });

  it("makes a budget file where there is none, for the board that is asked for", async () => {
    const { document, host, after } = await workspace(source);
    const answer = await calibrateModel(document, { ...ref, report, board: "nucleo-f401re" }, host);
    expect(answer?.edit).toMatchObject({ isNew: true, uri: "file:///project/model-budget.json" });
    expect(readBudget(after(answer?.edit ?? null), "json")?.budget.calibration[0]?.board).toBe("nucleo-f401re");
  });

  it("says why a report cannot be used, and writes nothing", async () => {
    const { document, host } = await workspace(source);
    const of = (body: string) => calibrateModel(document, { ...ref, report: { ...report, text: body } }, host);
    expect(await of("nothing")).toMatchObject({ edit: null, problem: expect.stringContaining("none of the reports") });
    expect(await of('"Event","Tag","Ticks"\n0,CONV_2D,64000\n')).toMatchObject({ edit: null, needsClock: true });
    expect(await calibrateModel(document, { ...ref, index: 9, report }, host)).toBeNull();
  });

  it("finds the model by its name when edits have moved it", async () => {
    const { document, host } = await workspace(source);
    const entry = document.analysis?.reports[0]?.entry ?? "";
    expect(await calibrateModel(document, { ...ref, index: 5, named: entry, report }, host)).toHaveProperty("proposal");
  });
});

describe("forgetCalibration", () => {
  it("is nothing where nothing was measured", async () => {
    const { document, host } = await workspace(source, { files: { [BUDGET]: chosen } });
    expect(forgetCalibration(document, 0, host)).toBeNull();
  });
});
