// One step for each of 20 steps of the input.
import { describe, expect, it } from "vitest";
import { expectFixed, expectSilent } from "./tester";

const KERAS = "import keras\nfrom keras import layers\n\n";

describe("unrolled-recurrence", () => {
  const RULE = "unrolled-recurrence";
  const keras = (lstm: string) => `${KERAS}model = keras.Sequential([\n    keras.Input((20, 8)),\n    ${lstm},\n])\n`;
  it("takes unroll away", async () => {
    const finding = await expectFixed(RULE, { py: keras("⟦layers.LSTM(16, unroll=True)⟧") }, keras("layers.LSTM(16)"));
    expect(finding.message).toContain("20 copies of one step");
  });
  it.each(["layers.LSTM(16)", "layers.LSTM(16, unroll=False)"])("is silent about %s", async (lstm) =>
    expectSilent(RULE, { py: keras(lstm) }),
  ); // prettier-ignore
});
