// Third-party libraries around a model: what they pass through, configure, start or show of it.
import { describe, expect, test } from "vitest";
import { currentGraph } from "../../../src/core/3-graph/graph";
import { keras } from "../../../src/core/4-frameworks/keras/index";
import { numpyModules } from "../../../src/core/4-frameworks/numpy/index";
import { thirdPartyFallbacks, thirdPartyModules } from "../../../src/core/4-frameworks/third-party/index";
import { torch } from "../../../src/core/4-frameworks/torch/index";
import { plain, type Ran, runPython } from "./numpy-machine";

const libraries = { ...numpyModules, ...torch.modules, ...keras.modules, ...thirdPartyModules };

function run(source: string, expression: string): Promise<Ran> {
  return runPython(source, expression, libraries, thirdPartyFallbacks);
}

/** The value of an expression after a program that must run without a failure. */
async function value(source: string, expression: string): Promise<unknown> {
  const { outcome, failures } = await run(source, expression);
  expect(failures).toEqual([]);
  return outcome.value ? plain(outcome.value) : outcome.reason;
}

const int = (number: number) => ({ int: number });
const ints = (...numbers: number[]) => ({ tuple: numbers.map(int) });
const text = (string: string) => ({ str: string });

describe("einops in models", () => {
  const torchModel = `
import torch, torch.nn as nn
from einops import rearrange, repeat
from einops.layers.torch import Rearrange, Reduce
class Patches(nn.Module):
    def __init__(self, size=4, dim=64):
        super().__init__()
        self.embed = nn.Sequential(Rearrange('b c (h p1) (w p2) -> b (h w) (p1 p2 c)', p1=size, p2=size), nn.Linear(size * size * 3, dim))
        self.token = nn.Parameter(torch.randn(1, 1, dim))
        self.pool = Reduce('b n d -> b d', 'mean')
    def forward(self, img):
        x = self.embed(img)
        token = repeat(self.token, '1 1 d -> b 1 d', b=img.shape[0])
        return self.pool(torch.cat((token, x), dim=1))
`;
  test("layers for PyTorch", async () => {
    expect(await value(torchModel, "tuple(Patches()(torch.rand(1, 3, 32, 32)).shape)")).toEqual(ints(1, 64));
    expect(await value(torchModel, "tuple(Patches().embed(torch.rand(1, 3, 32, 32)).shape)")).toEqual(ints(1, 64, 64));
  });
  test("EinMix has the weight its shape says", async () => {
    const source = `
import torch
from einops.layers.torch import EinMix
mix = EinMix('b (h w) c -> b h w out', weight_shape='c out', bias_shape='out', c=8, out=16, h=4)
y = mix(torch.rand(2, 12, 8))
`;
    expect(await value(source, "tuple(y.shape)")).toEqual(ints(2, 4, 3, 16));
    expect(await value(source, "sum(p.numel() for p in mix.parameters())")).toEqual(int(8 * 16 + 16));
  });
  test("a pattern that is not known leaves an operation of unknown cost", async () => {
    const { outcome, vm } = await run(
      "import torch, other\nfrom einops import rearrange\ny = rearrange(torch.nn.Identity()(torch.nn.Linear(2, 2)(torch.rand(1, 2))), other.pattern)",
      "y.shape",
    );
    expect(outcome.value && plain(outcome.value)).toHaveProperty("unknown");
    expect(currentGraph(vm).operations.some(({ attributes }) => attributes.kind === "unknown")).toBe(true);
  });
  test("in a functional Keras model", async () => {
    const source = `
import keras
from keras import layers
from einops import rearrange
from einops.layers.keras import Rearrange
inputs = keras.Input((32, 32, 3))
x = rearrange(inputs, 'b (h p) (w q) c -> b (h w) (p q c)', p=8, q=8)
x = layers.Dense(10)(x)
x = Rearrange('b n c -> b (n c)')(x)
model = keras.Model(inputs, layers.Dense(2)(x))
`;
    expect(await value(source, "model.count_params()")).toEqual(int(192 * 10 + 10 + 160 * 2 + 2));
  });
});

describe("summaries show the input shape of a model", () => {
  const model = "import torch.nn as nn\nmodel = nn.Conv2d(3, 8, 3)\n";
  test.each([
    ["torchsummary", "from torchsummary import summary\nsummary(model, (3, 32, 32))"],
    ["torchinfo", "import torchinfo\ntorchinfo.summary(model, input_size=(1, 3, 32, 32))"],
    [
      "torchinfo with data",
      "import torch\nfrom torchinfo import summary\nsummary(model, input_data=torch.rand(1, 3, 32, 32))",
    ],
    [
      "thop",
      "import torch\nfrom thop import profile\nmacs, params = profile(model, inputs=(torch.rand(1, 3, 32, 32),))",
    ],
    [
      "ptflops",
      "from ptflops import get_model_complexity_info\nmacs, params = get_model_complexity_info(model, (3, 32, 32))",
    ],
    [
      "fvcore",
      "import torch\nfrom fvcore.nn import FlopCountAnalysis\nprint(FlopCountAnalysis(model, torch.rand(1, 3, 32, 32)).total())",
    ],
    [
      "tensorboardX",
      "import torch\nfrom tensorboardX import SummaryWriter\nwith SummaryWriter() as w:\n    w.add_graph(model, torch.rand(1, 3, 32, 32))",
    ],
  ])("%s", async (_name, code) => {
    const { vm, failures } = await run(model + code, "1");
    expect(failures).toEqual([]);
    const [call] = currentGraph(vm).calls;
    expect(call?.inputs[0]?.slice(1)).toEqual([3, 32, 32]);
    expect(call?.stack?.place.span.line).toBeGreaterThan(2);
  });
});

describe("configurations", () => {
  test("EasyDict", async () => {
    const source =
      "from easydict import EasyDict\nc = EasyDict(a=1)\nc.b = {'d': [1, {'e': 5}]}\nc['f'] = 7\nc.update(g=8)";
    expect(await value(source, "(c.a, c.b.d[1].e, c.f, c.g, c['a'], len(c))")).toEqual(ints(1, 5, 7, 8, 1, 4));
    expect(await value(source, "getattr(c, 'missing', 3)")).toEqual(int(3));
    expect(await value(source, "isinstance(c, dict)")).toEqual({ bool: true });
  });
  test("munch and addict", async () => {
    const source =
      "from munch import DefaultMunch, munchify\nfrom addict import Dict\nm = DefaultMunch.fromDict({'a': {'b': 2}})\nd = Dict()\nd.model.width = 32";
    expect(await value(source, "(m.a.b, munchify({'x': {'y': 3}}).x.y, d.model.width)")).toEqual(ints(2, 3, 32));
    expect(await value(source, "m.missing is None")).toEqual({ bool: true });
  });
  test("OmegaConf", async () => {
    const source = `
from omegaconf import OmegaConf
base = OmegaConf.create({'model': {'width': 32, 'depth': 2}, 'lr': 0.1})
text = OmegaConf.create('''
model:
  depth: 4   # deeper
  kernels: [3, 5]
''')
cfg = OmegaConf.merge(base, text)
`;
    expect(await value(source, "(cfg.model.width, cfg.model.depth, cfg['model']['kernels'][1])")).toEqual(
      ints(32, 4, 5),
    );
    expect(await value(source, "OmegaConf.to_container(cfg)['model']['depth']")).toEqual(int(4));
    expect(await value(source, "OmegaConf.load('config.yaml')")).toEqual({ unknown: "OmegaConf.load reads a file" });
  });
  test("attrs", async () => {
    const source = `
import attr
from attrs import define, field
@attr.s
class Old:
    width = attr.ib(default=8)
    layers = attr.ib(factory=list)
@define
class New:
    width: int
    depth: int = 2
    sizes: list = field(factory=lambda: [1, 2])
`;
    expect(await value(source, "(Old().width, Old(4).width, len(Old().layers))")).toEqual(ints(8, 4, 0));
    expect(await value(source, "(New(16).width, New(16, depth=5).depth, New(1).sizes[1])")).toEqual(ints(16, 5, 2));
  });
  test("pydantic", async () => {
    const source = `
from pydantic import BaseModel, Field
class Inner(BaseModel):
    width: int = 8
class Config(BaseModel):
    inner: Inner = Inner()
    depth: int = Field(default=3, ge=1)
    sizes: list = Field(default_factory=lambda: [4])
c = Config(depth=5)
`;
    expect(await value(source, "(c.depth, Config().depth, c.inner.width, c.sizes[0])")).toEqual(ints(5, 3, 8, 4));
  });
});

describe("YAML in the program", () => {
  test.each([
    [
      "a: 1\nb: [1, 2.5, x]\nc:\n  d: true\n  e: ~",
      "(y['a'], y['b'][1] == 2.5, y['b'][2], y['c']['d'], y['c']['e'] is None)",
    ],
    ["- 1\n- a: 2\n  b: 3\n-\n  - 4\n  - 5", "(y[0], y[1]['b'], y[2][1])"],
    ["layers:\n- {k: 3, s: 2}\n- {k: 5, s: 1}\nname: 'a # b'", "(y['layers'][1]['k'], y['name'])"],
    ["lr: 1e-3\nmomentum: 1.0e-3", "(y['lr'], y['momentum'] == 0.001)"],
  ])("%j", async (source, expression) => {
    const expected: Record<string, unknown> = {
      "a: 1": [int(1), { bool: true }, text("x"), { bool: true }, { bool: true }],
      "- 1": [int(1), int(3), int(5)],
      layers: [int(5), text("a # b")],
      // PyYAML reads 1e-3 without a dot as text.
      "lr: 1e-3": [text("1e-3"), { bool: true }],
    };
    const key = Object.keys(expected).find((start) => source.startsWith(start)) as string;
    expect(await value(`import yaml\ny = yaml.safe_load(${JSON.stringify(source)})`, expression)).toEqual({
      tuple: expected[key],
    });
  });
  test.each(["a: &x 1\nb: *x", "a: |\n  text", "a: 0x10", "--- \na: 1"])("not read: %j", async (source) => {
    expect(await value("import yaml", `yaml.safe_load(${JSON.stringify(source)})`)).toEqual({
      unknown: "the YAML text has something that is not read",
    });
  });
});

describe("starting programs", () => {
  test("absl", async () => {
    const source = `
from absl import app, flags
FLAGS = flags.FLAGS
flags.DEFINE_integer('width', 32, 'channels')
flags.DEFINE_list('sizes', '3, 5', 'kernels')
depth = flags.DEFINE_integer('depth', 4, 'layers')
seen = []
def main(argv):
    seen.append(FLAGS.width)
if True:
    app.run(main)
`;
    expect(await value(source, "(FLAGS.width, depth.value, len(FLAGS.sizes), seen[0])")).toEqual(ints(32, 4, 2, 32));
    expect(await value(source, "FLAGS.other")).toEqual({ unknown: "the flag 'other' has no known value" });
  });
  test("click", async () => {
    const source = `
import click
seen = []
@click.command()
@click.option('--model-width', '-w', default=16, help='channels')
@click.option('--fast/--slow', default=True)
@click.option('--steps', type=int)
def main(model_width, fast, steps):
    seen.append(model_width)
main()
`;
    expect(await value(source, "seen[0]")).toEqual(int(16));
  });
  test("fire and hydra", async () => {
    const source = `
import fire, hydra
seen = []
def main(width=8):
    seen.append(width)
fire.Fire(main)
@hydra.main(config_path='conf', config_name='config')
def train(cfg):
    seen.append(cfg.model.width)
train()
`;
    expect(await value(source, "seen[0]")).toEqual(int(8));
    expect(await value(source, "seen[1]")).toEqual({ unknown: "the configuration hydra reads from files" });
  });
});

describe("wrappers", () => {
  test("tqdm", async () => {
    const source = `
from tqdm import tqdm, trange
from tqdm.auto import tqdm as bar
total = 0
for i in tqdm(range(3), desc='a'):
    total += i
for i in trange(4):
    total += 1
with bar(total=3) as progress:
    progress.update(1)
pairs = [i for i, x in enumerate(tqdm([5, 6]))]
`;
    expect(await value(source, "(total, len(pairs), len(tqdm([1, 2])))")).toEqual(ints(7, 2, 2));
  });
  test("checkers of types leave functions as they are", async () => {
    const source = `
from beartype import beartype
from jaxtyping import jaxtyped
@beartype
def f(x: int):
    return x + 1
@jaxtyped(typechecker=beartype)
def g(x):
    return x * 2
`;
    expect(await value(source, "(f(1), g(4))")).toEqual(ints(2, 8));
  });
});

describe("lightning", () => {
  const source = `
import torch
import torch.nn as nn
import pytorch_lightning as pl
class Net(pl.LightningModule):
    def __init__(self, width=8, depth=2, **kwargs):
        super().__init__()
        self.save_hyperparameters()
        self.net = nn.Linear(4, self.hparams.width)
    def forward(self, x):
        return self.net(x)
    def training_step(self, batch, index):
        self.log('loss', 0)
net = Net(16, extra=3)
trainer = pl.Trainer(max_epochs=1)
trainer.fit(net)
`;
  test("a LightningModule is a Module", async () => {
    expect(await value(source, "isinstance(net, nn.Module)")).toEqual({ bool: true });
    expect(await value(source, "tuple(net(torch.rand(1, 4)).shape)")).toEqual(ints(1, 16));
    expect(await value(source, "sum(p.numel() for p in net.parameters())")).toEqual(int(80));
  });
  test("hyperparameters are the constructor's arguments", async () => {
    expect(await value(source, "(net.hparams.width, net.hparams.depth, net.hparams['extra'])")).toEqual(ints(16, 2, 3));
  });
});

describe("timm", () => {
  const source = `
import torch
from timm.models.layers import DropPath, to_2tuple, trunc_normal_, make_divisible, Mlp
from timm.layers import PatchEmbed, LayerNorm2d
from timm.models.registry import register_model
@register_model
def tiny(pretrained=False):
    return 5
`;
  test("helpers", async () => {
    expect(await value(source, "to_2tuple(7) + to_2tuple((1, 2))")).toEqual(ints(7, 7, 1, 2));
    expect(await value(source, "(make_divisible(37), make_divisible(11), make_divisible(99, 10), tiny())")).toEqual(
      ints(40, 16, 100, 5),
    );
  });
  test("layers", async () => {
    expect(await value(source, "tuple(PatchEmbed(32, 8, 3, 24)(torch.rand(1, 3, 32, 32)).shape)")).toEqual(
      ints(1, 16, 24),
    );
    expect(await value(source, "sum(p.numel() for p in Mlp(8, 16).parameters())")).toEqual(
      int(8 * 16 + 16 + 16 * 8 + 8),
    );
    expect(await value(source, "tuple(LayerNorm2d(8)(DropPath(0.1)(torch.rand(1, 8, 4, 4))).shape)")).toEqual(
      ints(1, 8, 4, 4),
    );
  });
});

describe("six", () => {
  // Values of six 1.17 on Python 3.11.
  test("gives the names of Python 3", async () => {
    const source = "import six\nimport six.moves\nfrom six.moves import range, zip, xrange, reduce\n";
    for (const [expression, expected] of [
      ["len(list(zip(range(3), xrange(4))))", 3],
      ["six.moves.range(4)[2]", 2],
      ["reduce(lambda a, b: a * b, [2, 3])", 6],
      ["list(six.itervalues({'a': 5}))[0]", 5],
      ["[k for k, v in six.iteritems({'a': 1}) if isinstance(k, six.string_types)].count('a')", 1],
      ["1 if isinstance(3, six.integer_types) and six.PY3 and not six.PY2 else 0", 1],
    ] as const) {
      expect(await value(source, expression), expression).toEqual(int(expected));
    }
  });
});
