// A kernel of 3 under a stride of 2; MACs by hand: each input meets the whole kernel once.
import { describe, expect, it } from "vitest";
import { expectFound, expectSilent } from "./tester";

const KERAS = "import keras\nfrom keras import layers\n\n";

describe("transposed-conv-inflates", () => {
  const RULE = "transposed-conv-inflates";
  const keras = (conv: string) =>
    `${KERAS}model = keras.Sequential([\n    keras.Input((8, 8, 16)),\n    ${conv},\n])\n`;
  it("names the kernel that the stride divides", async () => {
    const [finding] = await expectFound(RULE, {
      py: keras("⟦layers.Conv2DTranspose(16, 3, strides=2, padding='same')⟧"),
    });
    // Each of 64 inputs meets the whole kernel once: 64 · 9 · 16 · 16.
    expect(finding?.message).toContain("147 k MACs");
    expect(finding?.message).toContain("use a kernel of 4×4");
  });
  it.each([
    "layers.Conv2DTranspose(16, 4, strides=2)",
    "layers.Conv2DTranspose(16, 3)",
    "layers.Conv2D(16, 3, strides=2)",
  ])("is silent about %s", async (conv) => expectSilent(RULE, { py: keras(conv) })); // prettier-ignore
});
