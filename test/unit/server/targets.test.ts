// Boards to choose from, with the verdict of the model on each, and where a choice goes.
import { describe, expect, it } from "vitest";
import { addOwnBoard, chooseTargetOf, targetChoices } from "../../../src/server/targets";
import { readBudget } from "../../../src/core/config/budget-file";
import { workspace } from "./requests";

const KERAS = `import keras
from keras import layers
model = keras.Sequential([keras.Input((32, 32, 3)), layers.Conv2D(8, 3), layers.Flatten(), layers.Dense(10)])
`;
const BUDGET = "/project/model-budget.json";

describe("targetChoices", () => {
  it("are all boards with what the model costs there, and the target that holds", async () => {
    const { document, host } = await workspace(KERAS);
    const choices = await targetChoices(document, 0, host);
    expect(choices).toMatchObject({
      entry: "model",
      current: { board: "arduino-nano-33-ble-sense", runtime: "tflm-cmsis-nn", dtype: "int8" },
      problem: null,
      budgetFile: null,
    });
    expect(choices.boards.length).toBeGreaterThan(60);
    expect(choices.boards.every(({ deployment }) => deployment !== null)).toBe(true);
    expect(choices.boards.find(({ id }) => id === "arduino-nano-33-ble-sense")).toMatchObject({
      vendor: "Arduino",
      ramBytes: 262_144,
      flashBytes: 983_040,
      clockMhz: 64,
      deployment: { verdict: "fits" },
    });
    // 20 KiB of RAM hold no 30 × 30 × 8 output beside its input and the runtime's own data.
    expect(choices.boards.find(({ id }) => id === "bluepill-f103c8")?.deployment?.verdict).toBe("does-not-fit");
    expect(choices.runtimes.map(({ id }) => id)).toContain("tflm-reference");
  });

  it("follow the settings, and a budget file before them", async () => {
    const settings = { board: "nucleo-l4r5zi", dtype: "float32" as const };
    const alone = await workspace(KERAS, { settings });
    expect((await targetChoices(alone.document, 0, alone.host)).current).toMatchObject({
      board: "nucleo-l4r5zi",
      dtype: "float32",
    });
    const files = { [BUDGET]: '{ "board": "teensy-4.1", "dtype": "int8" }' };
    const both = await workspace(KERAS, { settings, files });
    expect(await targetChoices(both.document, 0, both.host)).toMatchObject({
      current: { board: "teensy-4.1", dtype: "int8" },
      budgetFile: "file:///project/model-budget.json",
    });
  });

  it("say why there is no target", async () => {
    const { document, host } = await workspace(KERAS, { settings: { board: "nano34" } });
    const choices = await targetChoices(document, 0, host);
    expect(choices).toMatchObject({ current: null, problem: expect.stringContaining("there is no board 'nano34'") });
    expect(document.analysis?.targetProblem).toBe(choices.problem);
    expect(choices.boards[0]?.deployment).not.toBeNull();
  });
});

describe("chooseTargetOf", () => {
  it("is settings where no budget file governs the file", async () => {
    const { document, host } = await workspace(KERAS);
    expect(await chooseTargetOf(document, { board: "teensy-4.1" }, host)).toEqual({
      edit: null,
      settings: { board: "teensy-4.1" },
    });
  });

  it("is an edit of the budget file where one does", async () => {
    const files = { [BUDGET]: '{\n  "limits": { "macs": "3 M" }\n}\n' };
    const { document, host, after } = await workspace(KERAS, { files });
    const { edit, settings } = await chooseTargetOf(document, { board: "teensy-4.1" }, host);
    expect(settings).toEqual({});
    expect(after(edit)).toBe('{\n  "board": "teensy-4.1",\n  "limits": { "macs": "3 M" }\n}\n');
  });

  it("takes back a runtime that does not run on the new board", async () => {
    const { document, host } = await workspace(KERAS, { settings: { runtime: "tflm-cmsis-nn" } });
    expect((await chooseTargetOf(document, { board: "esp32-devkit" }, host)).settings).toEqual({
      board: "esp32-devkit",
      runtime: null,
    });
    expect((await chooseTargetOf(document, { board: "teensy-4.1" }, host)).settings).toEqual({ board: "teensy-4.1" });
  });
});

describe("addOwnBoard", () => {
  it("begins a budget file with a copy of the current board, which is then known", async () => {
    const { document, host, after } = await workspace(KERAS);
    const edit = await addOwnBoard(document, host);
    expect(edit).toMatchObject({ uri: "file:///project/model-budget.json", isNew: true });
    const text = after(edit);
    const read = readBudget(text, "json");
    expect(read?.problems).toEqual([]);
    expect(read?.budget.boards).toMatchObject([{ id: "my-board", core: "cortex-m4f", clockMhz: 64 }]);
    const with1 = await workspace(KERAS, { files: { [BUDGET]: text } });
    expect((await targetChoices(with1.document, 0, with1.host)).boards[0]?.id).toBe("my-board");
    expect(with1.after(await addOwnBoard(with1.document, with1.host))).toContain('"my-board-2"');
  });
});
