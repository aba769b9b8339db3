// When our recipes stand in for torchvision and when they do not, what stored weights mean for a model, and the shapes that
// data sets and transforms give. Parameter counts are those torchvision publishes for its weights (meta["num_params"], 0.14).
import { describe, expect, it } from "vitest";
import type { Report } from "../../../src/core/report/report";
import { createNodeAnalyzer } from "../../../src/platform/node";

const files = new Map<string, string>();
const analyzer = createNodeAnalyzer((path) => files.get(path));

async function reportOf(root: string, source: string, shape: number[] = [1, 3, 64, 64]): Promise<Report> {
  const file = `${root}/main.py`;
  files.set(file, source);
  analyzer.invalidate(file);
  const { reports } = await analyzer.analyze({ file, root, entry: "model", inputs: [{ shape }] });
  return reports[0] as Report;
}

describe("which torchvision is read", () => {
  it("ours where there is none", async () => {
    const report = await reportOf("/none", "import torchvision.models as m\nmodel = m.resnet18(num_classes=2)\n");
    expect(report.params.total).toBe(11177538);
  });

  it("the one of the workspace, and nothing of ours beside it", async () => {
    files.set("/own/torchvision/__init__.py", "");
    files.set(
      "/own/torchvision/models.py",
      "import torch.nn as nn\ndef resnet18(**kwargs):\n    return nn.Conv2d(3, 5, 1)\n",
    );
    const found = await reportOf("/own", "from torchvision.models import resnet18\nmodel = resnet18()\n");
    expect(found.params.total).toBe(20);
    const source =
      "import torch.nn as nn\ntry:\n    from torchvision.ops import MLP\nexcept ImportError:\n    model = nn.Linear(2, 3)\n";
    const missing = await reportOf("/own", source, [1, 2]);
    expect(missing.params.total).toBe(9);
  });

  it("the places in recipes are not shown as the user's", async () => {
    const report = await reportOf("/none", "from torchvision.models import alexnet\n\nmodel = alexnet()\n");
    expect(new Set(report.layers.map((layer) => layer.line))).toEqual(new Set([3]));
  });
});

describe("stored weights", () => {
  const published: [string, number][] = [
    ["models.googlenet(pretrained=True)", 6624904],
    ["models.googlenet(weights=models.GoogLeNet_Weights.IMAGENET1K_V1)", 6624904],
    ["models.inception_v3(weights='DEFAULT')", 27161264],
    ["models.vit_b_16(weights=models.ViT_B_16_Weights.IMAGENET1K_V1)", 86567656],
    ["models.vit_b_16(weights=models.ViT_B_16_Weights.IMAGENET1K_SWAG_E2E_V1)", 86859496],
    ["models.segmentation.fcn_resnet50(weights=models.segmentation.FCN_ResNet50_Weights.DEFAULT)", 35322218],
    ["models.segmentation.deeplabv3_mobilenet_v3_large(pretrained=True)", 11029328],
    ["models.video.r2plus1d_18(weights=models.video.R2Plus1D_18_Weights.KINETICS400_V1)", 31505325],
  ];
  it.each(published)("%s", async (expression, params) => {
    const report = await reportOf("/none", `from torchvision import models\nmodel = ${expression}\n`);
    expect(report.params.total).toBe(params);
  });

  it("fix the number of classes, as torchvision says", async () => {
    const source = "from torchvision import models\nmodel = models.resnet18(pretrained=True, num_classes=10)\n";
    const report = await reportOf("/none", source);
    expect(report.error).toContain("The parameter 'num_classes' expected value 1000 but got 10 instead.");
  });

  it("asked for or not by something unknown: the architecture is the same", async () => {
    const source = "import mystery\nfrom torchvision import models\nmodel = models.resnet18(pretrained=mystery.flag)\n";
    expect((await reportOf("/none", source)).params.total).toBe(11689512);
  });

  it("asked for or not decides about auxiliary heads: unknown", async () => {
    const source =
      "import mystery\nfrom torchvision import models\nmodel = models.googlenet(pretrained=mystery.flag)\n";
    expect((await reportOf("/none", source)).params.total).toBeNull();
  });
});

describe("data sets and transforms", () => {
  /** A model whose parameters are the sizes of a value: nn.Embedding(1, n). */
  async function number(lines: string): Promise<number | null> {
    const head =
      "import torch.nn as nn\nfrom torchvision import datasets, transforms\nfrom torchvision.transforms import v2\n";
    const report = await reportOf("/none", `${head}${lines}\nmodel = nn.Linear(1, size, bias=False)\n`, [1, 1]);
    return report.params.total;
  }

  it("an example has the real shape", async () => {
    const item = "data = datasets.MNIST('.', train=False, transform=transforms.ToTensor())\nimage, label = data[0]\n";
    expect(await number(`${item}size = image.numel() + len(data) + len(data.classes)`)).toBe(28 * 28 + 10000 + 10);
  });

  it("transforms follow the size", async () => {
    const chain =
      "chain = transforms.Compose([transforms.Resize(100), transforms.CenterCrop((60, 50)), transforms.ToTensor(), transforms.Normalize([0.5], [0.5])])\n";
    const item = "image = datasets.ImageFolder('.', transform=chain)[0][0]\n";
    expect(await number(`${chain}${item}size = image.numel()`)).toBe(3 * 60 * 50);
  });

  it("the second version", async () => {
    const chain = "chain = v2.Compose([v2.ToImage(), v2.RandomCrop(24, padding=2), v2.ToDtype(None, scale=True)])\n";
    expect(await number(`${chain}size = datasets.CIFAR100('.', transform=chain)[5][0].numel()`)).toBe(3 * 24 * 24);
  });

  it("what is not known stays unknown", async () => {
    expect(await number("size = datasets.ImageFolder('.', transform=transforms.ToTensor())[0][0].numel()")).toBeNull();
    expect(await number("size = len(datasets.ImageFolder('.').classes)")).toBeNull();
  });
});

describe("a training script", () => {
  it("shows its model, and neither its transforms nor its loss", async () => {
    const file = "/none/train.py";
    files.set(
      file,
      [
        "import torch.nn as nn",
        "from torchvision import datasets, models, transforms",
        "normalize = transforms.Normalize([0.5], [0.5])",
        "train = datasets.CIFAR10('.', transform=transforms.Compose([transforms.ToTensor(), normalize]))",
        "model = models.mobilenet_v2(pretrained=True)",
        "model.classifier[1] = nn.Linear(model.last_channel, len(train.classes))",
        "criterion = nn.CrossEntropyLoss()",
        "count = len([label for image, label in train])",
        "sample, _ = train[0]",
        "for epoch in range(2):",
        "    for image, label in train:",
        "        loss = criterion(model(image.unsqueeze(0)), label)",
        "print(model(sample.unsqueeze(0)).shape, count)",
      ].join("\n"),
    );
    const { reports } = await analyzer.analyze({ file, root: "/none" });
    expect(reports.map((report) => [report.entry, report.params.total])).toEqual([["model", 2236682]]);
    expect(reports[0]?.inputs[0]?.shape).toEqual([1, 3, 32, 32]);
  });
});
