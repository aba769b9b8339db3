// Dense(10) on 20 features has 210 values: 840 bytes in float32, beside a few of constants.
import { describe, expect, it } from "vitest";
import { BUILT_IN_BOARDS, RUNTIMES } from "../../../src/core/targets/catalogue";
import type { Board, DeployTarget, Runtime } from "../../../src/core/targets/target";
import { expectSilent, findingsOf } from "./tester";

const RULE = "float-could-be-int8";
const PY =
  "import keras\nfrom keras import layers\n\nmodel = keras.Sequential([keras.Input((20,)), layers.Dense(10)])\n";

const target = (type: DeployTarget["type"]): DeployTarget => ({
  board: BUILT_IN_BOARDS.find(({ id }) => id === "arduino-nano-33-ble-sense") as Board,
  runtime: RUNTIMES.find(({ id }) => id === "tflm-cmsis-nn") as Runtime,
  version: null,
  type,
});

describe("float-could-be-int8", () => {
  it("compares the weights", async () => {
    const [finding, ...more] = await findingsOf(RULE, { py: PY }, { target: target("float32") });
    expect(more).toEqual([]);
    expect(finding?.message).toMatch(/its weights take 84\d B of flash, in int8 about 21\d B/);
  });
  it("is silent about an int8 deployment and without a board", async () => {
    await expectSilent(RULE, { py: PY }, { target: target("int8") });
    await expectSilent(RULE, { py: PY });
  });
});
