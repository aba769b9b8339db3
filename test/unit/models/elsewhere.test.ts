// A file whose models are made by a function of another file has none of its own, and says where they are made.
import { describe, expect, it } from "vitest";
import { createNodeAnalyzer } from "../../../src/platform/node";

const NETS = `import torch.nn as nn
def build(channels=4):
    return nn.Sequential(nn.Conv2d(3, channels, 3), nn.ReLU())
`;

async function reasonOf(files: Record<string, string>, file: string): Promise<string | undefined> {
  const analyzer = createNodeAnalyzer((path) => files[path]);
  return (await analyzer.analyze({ file, root: "/project" })).nothingFound;
}

describe("a model made by another file", () => {
  it("is said to be made there, for code of the module and of its main function", async () => {
    const main =
      "from nets import build\ndef main():\n    model = build(8)\n    model.train()\nif __name__ == '__main__':\n    main()\n";
    const files = {
      "/project/nets.py": NETS,
      "/project/a.py": "from nets import build\nmodel = build()\n",
      "/project/b.py": main,
    };
    const made = (line: number) =>
      `no model is made in this file: the one in line ${line} is made by build in nets.py; open that file to see what it costs`;
    expect(await reasonOf(files, "/project/a.py")).toBe(made(2));
    expect(await reasonOf(files, "/project/b.py")).toBe(made(3));
    expect(await reasonOf(files, "/project/nets.py")).toBeUndefined();
  });

  it("is none when the other file makes something else", async () => {
    const files = {
      "/project/nets.py": "def build():\n    return 3\n",
      "/project/a.py": "from nets import build\nx = build()\n",
    };
    expect(await reasonOf(files, "/project/a.py")).toContain("imports neither Keras, PyTorch nor TensorFlow.js");
  });
});
