// What expressions on tensors and modules evaluate to, as PyTorch 1.13 answers them.
import { describe, expect, it } from "vitest";
import { valueText } from "./harness";

const SETUP = `
import torch, math, copy
from torch import nn
import torch.nn.functional as F
from collections import OrderedDict
x = torch.zeros(2, 3, 4)
net = nn.Sequential(OrderedDict([("a", nn.Linear(4, 8)), ("act", nn.ReLU()), ("b", nn.Linear(8, 2))]))
def sh(*tensors):
    return [tuple(t.shape) for t in tensors]
`;

const ROWS: readonly (readonly [expression: string, value: string])[] = [
  // shapes and plain numbers
  ["x.shape == (2, 3, 4), x.size(-1), x.dim(), x.numel(), len(x)", "(True, 4, 3, 24, 2)"],
  ["x.shape[1:].numel(), list(x.shape)", "(12, [2, 3, 4])"],
  ["int(torch.tensor(3)), float(torch.tensor(2.5)), torch.tensor([1, 2]).sum().item()", "(3, 2.5, 3)"],
  ["[v.item() for v in torch.linspace(0, 1, 5)]", "[0.0, 0.25, 0.5, 0.75, 1.0]"],
  ["torch.diff(torch.tensor([1, 4, 9])).tolist(), torch.unique(torch.tensor([2, 1, 2])).tolist()", "([3, 5], [1, 2])"],
  ["torch.round(torch.pow(2.5, torch.arange(4))).int().tolist()", "[1, 2, 6, 16]"],
  ["torch.arange(6).view(2, 3)[1, ::2].tolist(), torch.eye(2).tolist()", "([3, 5], [[1.0, 0.0], [0.0, 1.0]])"],
  ["torch.cumsum(torch.tensor([1, 2, 3]), 0).tolist()", "[1, 3, 6]"],
  ["torch.tril(torch.ones(2, 2)).tolist()", "[[1.0, 0.0], [1.0, 1.0]]"],
  // tensor methods
  [
    "sh(x.permute(2, 0, 1), x.permute((2, 0, 1)), x.transpose(0, -1), x.T, x.mT)",
    "[(4, 2, 3), (4, 2, 3), (4, 3, 2), (4, 3, 2), (2, 4, 3)]",
  ],
  [
    "sh(x.view(-1), x.view(6, -1), x.view((2, 12)), x.reshape(x.size(0), -1), x.flatten(1))",
    "[(24,), (6, 4), (2, 12), (2, 12), (2, 12)]",
  ],
  [
    "sh(x.mean((1, 2)), x.sum(), x.std(1, keepdim=True), x.max(1)[0], x.max(dim=2).values, x.argmax(-1))",
    "[(2,), (), (2, 1, 4), (2, 4), (2, 3), (2, 3)]",
  ],
  [
    "sh(x[..., 0], x[None], x[:, None, 1:], x[[0, 1]], x[:, [0, 2]], x[0, torch.tensor([1, 2])], x[-1, :, ::2])",
    "[(2, 3), (1, 2, 3, 4), (2, 1, 2, 4), (2, 3, 4), (2, 2, 4), (2, 4), (3, 2)]",
  ],
  [
    "sh(x.repeat(2, 1, 1, 3), x.expand(5, 2, 3, 4), x.unfold(2, 2, 1), x.roll(1, 0), x.narrow(2, 1, 2), x.select(1, 0))",
    "[(2, 2, 3, 12), (5, 2, 3, 4), (2, 3, 3, 2), (2, 3, 4), (2, 3, 2), (2, 4)]",
  ],
  [
    "sh(*x.chunk(2, -1), *x.split([1, 2], 1), *x.unbind(0))",
    "[(2, 3, 2), (2, 3, 2), (2, 1, 4), (2, 2, 4), (3, 4), (3, 4)]",
  ],
  [
    "sh(x @ x.transpose(1, 2), torch.bmm(x, x.mT), torch.einsum('bij,bkj->bik', x, x), x.matmul(torch.ones(4)))",
    "[(2, 3, 3), (2, 3, 3), (2, 3, 3), (2, 3)]",
  ],
  [
    "sh(torch.cat([x, x], -1), torch.stack((x, x), 1), torch.hstack([x, x]), F.pad(x, (1, 2)), F.one_hot(torch.zeros(3).long(), 5))",
    "[(2, 3, 8), (2, 2, 3, 4), (2, 6, 4), (2, 3, 7), (3, 5)]",
  ],
  [
    "(x > 0).dtype, (x.long() + 1).dtype, (x.long() / 2).dtype, (x.half() * 2.0).dtype, x.argmax().dtype",
    "(torch.bool, torch.int64, torch.float32, torch.float16, torch.int64)",
  ],
  [
    "x.new_zeros(3).shape == (3,), torch.zeros_like(x).dtype == x.dtype, x.device.type, x.requires_grad",
    "(True, True, 'cpu', False)",
  ],
  [
    "sh(x.add_(1).relu_(), x.unsqueeze(1).squeeze(1), x.clone().detach().contiguous().cpu())",
    "[(2, 3, 4), (2, 3, 4), (2, 3, 4)]",
  ],
  [
    "sh(*torch.meshgrid(torch.arange(2), torch.arange(3), indexing='ij')), torch.topk(x, 2)[1].shape == (2, 3, 2)",
    "([(2, 3), (2, 3)], True)",
  ],
  // types
  ["type(x) is list, type(x) == torch.Tensor, x.max(1, keepdims=True)[0].shape == (2, 1, 4)", "(False, True, True)"],
  [
    "isinstance(x, torch.Tensor), isinstance(x, nn.Parameter), isinstance(nn.Parameter(x), torch.Tensor), torch.is_tensor(x)",
    "(True, False, True, True)",
  ],
  [
    "isinstance(net, nn.Module), isinstance(net[0], (nn.Conv2d, nn.Linear)), issubclass(nn.Conv2d, nn.Module)",
    "(True, True, True)",
  ],
  ["torch.cuda.is_available(), torch.__version__ >= '1.10', net.training", "(False, True, False)"],
  // modules
  ["[n for n, _ in net.named_parameters()]", "['a.weight', 'a.bias', 'b.weight', 'b.bias']"],
  [
    "[n for n, _ in net.named_modules()], [n for n, _ in net.named_children()]",
    "(['', 'a', 'act', 'b'], ['a', 'act', 'b'])",
  ],
  [
    "sum(p.numel() for p in net.parameters()), len(net), len(net[:-1]), list(net.state_dict())[0]",
    "(58, 3, 2, 'a.weight')",
  ],
  ["[type(m).__name__ for m in nn.Sequential(*list(net.children())[:2])]", "['Linear', 'ReLU']"],
  ["net.a.in_features, net[2].out_features, net.get_submodule('b').weight.shape == (2, 8)", "(4, 2, True)"],
  [
    "list(nn.BatchNorm2d(3).state_dict()), [n for n, _ in nn.BatchNorm2d(3).named_buffers()]",
    "(['weight', 'bias', 'running_mean', 'running_var', 'num_batches_tracked'], ['running_mean', 'running_var', 'num_batches_tracked'])",
  ],
  ["copy.deepcopy(net)[0].weight is net[0].weight, net[0].weight is net.a.weight", "(False, True)"],
  [
    "nn.Conv2d(3, 8, 3, padding=1, groups=1).kernel_size, nn.Conv2d(4, 8, (3, 5), groups=2).weight.shape == (8, 2, 3, 5)",
    "((3, 3), True)",
  ],
  ["'k' in nn.ModuleDict({'k': nn.ReLU()}), list(nn.ModuleDict({'k': nn.ReLU()}).keys())", "(True, ['k'])"],
  ["[tuple(p.shape) for p in nn.ParameterList([torch.zeros(2), torch.zeros(3)])]", "[(2,), (3,)]"],
  ["len(nn.ModuleList([nn.ReLU()]) + nn.ModuleList([nn.ReLU()])), len(nn.ModuleList([nn.ReLU()] * 3)[1:])", "(2, 2)"],
  [
    "sorted(n for n, _ in nn.utils.weight_norm(nn.Conv1d(2, 4, 3)).named_parameters())",
    "['bias', 'weight_g', 'weight_v']",
  ],
  ["getattr(net, 'missing', 7), hasattr(net, 'a'), hasattr(net, 'missing')", "(7, True, False)"],
];

describe("values", () => {
  it.each(ROWS)("%s", (expression, value) => {
    expect(valueText(SETUP, expression)).toBe(value);
  });
});

describe("errors that PyTorch raises", () => {
  it.each([
    ["nn.Conv2d(3, 8.0, 3)", /TypeError.*float/],
    ["nn.Conv2d(3, 8, 3, groups=2)", /ValueError: in_channels must be divisible by groups/],
    ["nn.Linear(4, 8)(torch.zeros(1, 5))", /RuntimeError: mat1 and mat2 shapes cannot be multiplied \(1x5 and 4x8\)/],
    ["x.view(5, -1)", /RuntimeError: shape '\[5, -1\]' is invalid for input of size 24/],
    ["nn.BatchNorm2d(3)(torch.zeros(1, 3))", /ValueError: expected 4D input/],
    ["nn.MultiheadAttention(10, 3)", /AssertionError: embed_dim must be divisible by num_heads/],
    ["torch.cat([x, x[:, :2]], 0)", /RuntimeError: Sizes of tensors must match except in dimension 0/],
    ["net.missing", /AttributeError/],
  ])("%s", (expression, message) => {
    expect(valueText(SETUP, expression)).toMatch(message);
  });
});
