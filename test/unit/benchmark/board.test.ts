// The plan of a model for another board: the rest of the budget file stays in force.
import { describe, expect, it } from "vitest";
import { createNodeAnalyzer } from "../../../src/platform/node";

const FILES: Readonly<Record<string, string>> = {
  "/project/model.py":
    "import keras\nmodel = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Conv2D(4, 3), keras.layers.Flatten()])\n",
  "/project/model-budget.json": JSON.stringify({
    board: "arduino-nano-33-ble-sense",
    dtype: "float32",
    reserve: { ram: "16 KiB", flash: "100 KiB" },
  }),
};

async function deploymentOn(board?: string) {
  const analyzer = createNodeAnalyzer((path) => FILES[path]);
  const { report } = await analyzer.plan({
    file: "/project/model.py",
    root: "/project",
    target: "budget",
    index: 0,
    ...(board !== undefined && { board }),
  });
  return report?.deployment;
}

describe("a plan", () => {
  it("is judged for the budget's board", async () => {
    expect(await deploymentOn()).toMatchObject({ board: "arduino-nano-33-ble-sense", dtype: "float32" });
  });

  it("for another board keeps the type and what the application reserves", async () => {
    // The chip has 64 KiB of RAM and 512 KiB of flash.
    expect(await deploymentOn("nrf52832-dk")).toMatchObject({
      board: "nrf52832-dk",
      dtype: "float32",
      limits: { ramBytes: (64 - 16) * 1024, flashBytes: (512 - 100) * 1024 },
    });
  });
});
