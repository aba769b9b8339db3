"""Records torch.jsonl (layers in random configurations, and the programs of torch_programs.txt); with the argument
`torchvision` records torchvision.jsonl, the networks of torchvision.models without weights, and with `libraries`
torch_libraries.jsonl, the programs of torch_libraries_programs.txt, which need mmcv-lite, mmengine-lite and timm.

Each row is source code, an entry and input shapes, with the true output shape, parameters and multiply-accumulates.
A random configuration that PyTorch itself refuses is drawn again; the seed of a row is its id, so rows can be
added without changing others. A program's header line is `## id shape [dtype] shape ...`; above `---` stands
the constructor's body, below it the body of forward; ids that begin with `raw.` hold whole programs.
"""
import json
import random
import sys
import warnings
from itertools import permutations
from math import prod
from pathlib import Path

import torch
from torch_macs import measure, parameter_counts

HERE = Path(__file__).resolve().parent
VERSION = torch.__version__.split("+")[0].split("a")[0]
warnings.filterwarnings("ignore")
UNRULED = ("FFT", "fft", "Bilinear", "bilinear(", "spectral_norm")


def lit(value):
    return repr(value)


def call(name, *args, **kwargs):
    parts = [lit(a) for a in args] + [f"{k}={lit(v)}" for k, v in kwargs.items()]
    return f"{name}({', '.join(parts)})"


def maybe(r, options, chance=0.5, **choices):
    """Adds each keyword with some chance."""
    for key, values in choices.items():
        if r.random() < chance:
            options[key] = r.choice(values)
    return options


def size(r, n, low, high):
    return [r.randint(low, high) for _ in range(n)]


def per_dim(r, n, low, high):
    """An int, or a tuple with one int a dimension."""
    return r.randint(low, high) if r.random() < 0.6 else tuple(size(r, n, low, high))


def conv(n):
    def make(r):
        groups = r.choice([1, 1, 1, 2, 3])
        ci, co = groups * r.randint(1, 4), groups * r.randint(1, 4)
        if r.random() < 0.2:
            groups = co = ci = r.randint(2, 8)  # depthwise
        o = {}
        maybe(r, o, 0.5, stride=[per_dim(r, n, 1, 3)])
        if r.random() < 0.6:
            o["padding"] = r.choice([per_dim(r, n, 0, 2), per_dim(r, n, 0, 2), "valid"] + ([] if o.get("stride", 1) != 1 else ["same", "same"]))
        maybe(r, o, 0.3, dilation=[per_dim(r, n, 1, 2)])
        if groups > 1:
            o["groups"] = groups
        maybe(r, o, 0.3, bias=[False, True])
        if o.get("padding") not in (None, "valid", "same") and r.random() < 0.25:
            o["padding_mode"] = r.choice(["zeros", "reflect", "replicate", "circular"])
        x = [1, ci, *size(r, n, 6, 20 if n < 3 else 10)]
        args = [ci, co, per_dim(r, n, 1, 4)]
        for key in ("stride", "padding"):  # sometimes positional
            if key in o and r.random() < 0.3:
                args.append(o.pop(key))
            else:
                break
        return call(f"nn.Conv{n}d", *args, **o), [x]

    return make


def conv_transpose(n):
    def make(r):
        groups = r.choice([1, 1, 2])
        ci, co = groups * r.randint(1, 4), groups * r.randint(1, 4)
        o = {"stride": per_dim(r, n, 1, 3)}
        maybe(r, o, 0.6, padding=[per_dim(r, n, 0, 2)])
        maybe(r, o, 0.4, output_padding=[per_dim(r, n, 0, 1)], dilation=[per_dim(r, n, 1, 2)])
        maybe(r, o, 0.3, bias=[False])
        if groups > 1:
            o["groups"] = groups
        return call(f"nn.ConvTranspose{n}d", ci, co, per_dim(r, n, 1, 4), **o), [[1, ci, *size(r, n, 3, 9 if n < 3 else 5)]]

    return make


def linear(r):
    i, o = r.randint(1, 40), r.randint(1, 40)
    return call("nn.Linear", i, o, **maybe(r, {}, 0.4, bias=[False, True])), [[1, *size(r, r.choice([0, 0, 1, 2]), 1, 7), i]]


def batch_norm(n):
    def make(r):
        c = r.randint(1, 16)
        o = maybe(r, {}, 0.3, affine=[False, True], track_running_stats=[True], eps=[1e-3], momentum=[0.1, None])
        spatial = size(r, {1: r.choice([0, 1]), 2: 2, 3: 3}[n], 2, 7)
        return call(f"nn.BatchNorm{n}d", c, **o), [[1, c, *spatial]]

    return make


def instance_norm(n):
    def make(r):
        c = r.randint(1, 16)
        return call(f"nn.InstanceNorm{n}d", c, **maybe(r, {}, 0.5, affine=[True], track_running_stats=[True])), [[1, c, *size(r, n, 2, 7)]]

    return make


def layer_norm(r):
    shape = size(r, r.randint(2, 4), 2, 9)
    k = r.randint(1, len(shape) - 1)
    normalized = shape[-1] if k == 1 and r.random() < 0.5 else (tuple if r.random() < 0.5 else list)(shape[-k:])
    return call("nn.LayerNorm", normalized, **maybe(r, {}, 0.3, elementwise_affine=[False, True], eps=[1e-6])), [[1, *shape]]


def group_norm(r):
    g = r.randint(1, 4)
    c = g * r.randint(1, 4)
    return call("nn.GroupNorm", g, c, **maybe(r, {}, 0.3, affine=[False])), [[1, c, *size(r, r.randint(1, 3), 2, 7)]]


def pool(kind, n):
    def make(r):
        k = per_dim(r, n, 2, 4)
        o = maybe(r, {}, 0.5, stride=[per_dim(r, n, 1, 3)], padding=[1, 0], ceil_mode=[True, False])
        if kind == "Max":
            maybe(r, o, 0.3, dilation=[per_dim(r, n, 1, 2)])
        else:
            maybe(r, o, 0.4, count_include_pad=[False, True])
        return call(f"nn.{kind}Pool{n}d", k, **o), [[1, r.randint(1, 6), *size(r, n, 7, 18 if n < 3 else 11)]]

    return make


def adaptive(kind, n):
    def make(r):
        out = r.choice([1, r.randint(1, 5), tuple(r.choice([None, r.randint(1, 6)]) for _ in range(n))])
        if n == 1 and isinstance(out, tuple):
            out = (r.randint(1, 6),)
        return call(f"nn.Adaptive{kind}Pool{n}d", out), [[1, r.randint(1, 6), *size(r, n, 4, 12)]]

    return make


def lp_pool(n):
    def make(r):
        return call(f"nn.LPPool{n}d", r.choice([1, 2, 3]), r.randint(2, 4), **maybe(r, {}, 0.5, stride=[1, 2, 3], ceil_mode=[True])), [[1, 3, *size(r, n, 6, 15)]]

    return make


def fractional(r):
    o = r.choice([{"output_size": (4, 5)}, {"output_size": 3}, {"output_ratio": (0.5, 0.6)}])
    return call("nn.FractionalMaxPool2d", r.choice([2, 3]), **o), [[1, 3, *size(r, 2, 12, 18)]]


def rnn(kind):
    def make(r):
        i, h, t = r.randint(2, 12), r.randint(2, 12), r.randint(2, 9)
        o = maybe(r, {}, 0.5, num_layers=[1, 2, 3], bidirectional=[True, False], bias=[False, True])
        first = r.random() < 0.5
        if first:
            o["batch_first"] = True
        if kind == "LSTM":
            maybe(r, o, 0.4, proj_size=[max(1, h - 1)])
        if kind == "RNN":
            maybe(r, o, 0.4, nonlinearity=["relu", "tanh"])
        if o.get("num_layers", 1) > 1:
            maybe(r, o, 0.4, dropout=[0.1])
        return call(f"nn.{kind}", i, h, **o), [[1, t, i] if first else [t, 1, i]]

    return make


def cell(kind):
    def make(r):
        i, h = r.randint(2, 12), r.randint(2, 12)
        return call(f"nn.{kind}", i, h, **maybe(r, {}, 0.4, bias=[False])), [[1, i]]

    return make


def embedding(r):
    n, d = r.randint(5, 60), r.randint(2, 16)
    return call("nn.Embedding", n, d, **maybe(r, {}, 0.4, padding_idx=[0, 1], max_norm=[1.0])), [[1, *size(r, r.randint(1, 2), 2, 8)]], ["int64"]


def embedding_bag(r):
    return call("nn.EmbeddingBag", r.randint(5, 60), r.randint(2, 16), mode=r.choice(["mean", "sum", "max"])), [[1, r.randint(2, 8)]], ["int64"]


def attention(r):
    h = r.randint(1, 4)
    e = h * r.randint(2, 5)
    o = maybe(r, {}, 0.35, bias=[False], kdim=[e + 2], vdim=[e - 1], add_bias_kv=[True], add_zero_attn=[True], dropout=[0.1])
    lq, lk = r.randint(2, 8), r.randint(2, 8)
    first = r.random() < 0.6
    if first:
        o["batch_first"] = True
    shape = lambda l, d: [1, l, d] if first else [l, 1, d]
    return call("nn.MultiheadAttention", e, h, **o), [shape(lq, e), shape(lk, o.get("kdim", e)), shape(lk, o.get("vdim", e))]


def encoder_layer(r):
    h = r.randint(1, 4)
    d = h * r.randint(2, 5)
    o = maybe(r, {}, 0.4, activation=["gelu", "relu"], norm_first=[True], dropout=[0.0], batch_first=[True])
    o["dim_feedforward"] = r.randint(8, 40)
    t = r.randint(2, 9)
    return call("nn.TransformerEncoderLayer", d, h, **o), [[1, t, d] if o.get("batch_first") else [t, 1, d]]


def decoder_layer(r):
    h = r.randint(1, 4)
    d = h * r.randint(2, 5)
    o = maybe(r, {}, 0.4, activation=["gelu"], norm_first=[True], batch_first=[True])
    o["dim_feedforward"] = r.randint(8, 40)
    a, b = r.randint(2, 9), r.randint(2, 9)
    shape = lambda l: [1, l, d] if o.get("batch_first") else [l, 1, d]
    return call("nn.TransformerDecoderLayer", d, h, **o), [shape(a), shape(b)]


def encoder(r):
    layer, inputs = encoder_layer(r)
    tail = ", norm=nn.LayerNorm(%d)" % inputs[0][-1] if r.random() < 0.5 else ""
    return f"nn.TransformerEncoder({layer}, num_layers={r.randint(1, 3)}{tail})", inputs


def decoder(r):
    layer, inputs = decoder_layer(r)
    return f"nn.TransformerDecoder({layer}, {r.randint(1, 3)})", inputs


def transformer(r):
    h = r.randint(1, 3)
    d = h * r.randint(2, 4)
    o = {"d_model": d, "nhead": h, "num_encoder_layers": r.randint(1, 2), "num_decoder_layers": r.randint(1, 2), "dim_feedforward": r.randint(6, 20)}
    if r.random() < 0.5:
        o["batch_first"] = True
    a, b = r.randint(2, 7), r.randint(2, 7)
    shape = lambda l: [1, l, d] if o.get("batch_first") else [l, 1, d]
    return call("nn.Transformer", **o), [shape(a), shape(b)]


ACTIVATIONS = """nn.ReLU() nn.ReLU(inplace=True) nn.ReLU6() nn.LeakyReLU(0.2) nn.LeakyReLU(negative_slope=0.1,inplace=True) nn.ELU() nn.SELU()
nn.CELU() nn.GELU() nn.GELU(approximate='tanh') nn.SiLU() nn.Mish() nn.Sigmoid() nn.Tanh() nn.Hardswish() nn.Hardsigmoid() nn.Hardtanh(-2,2)
nn.Softplus() nn.Softsign() nn.Softshrink() nn.Hardshrink() nn.Tanhshrink() nn.LogSigmoid() nn.Threshold(0.1,20) nn.RReLU() nn.PReLU()
nn.PReLU(6) nn.PReLU(num_parameters=6,init=0.1) nn.Softmax(dim=1) nn.Softmax(-1) nn.LogSoftmax(dim=1) nn.Softmin(dim=2) nn.Softmax2d() nn.GLU(dim=1)
nn.Dropout() nn.Dropout(p=0.3) nn.Dropout2d(0.2) nn.AlphaDropout(0.1) nn.Identity() nn.Identity(54,unused=3) nn.ChannelShuffle(3) nn.Dropout1d(0.5)
nn.LocalResponseNorm(5)""".split()


def upsample(r):
    n = r.choice([1, 2, 2, 2, 3])
    mode = r.choice(["nearest", {1: "linear", 2: "bilinear", 3: "trilinear"}[n]])
    o = r.choice([{"scale_factor": r.choice([2, 3, 1.5, 0.5, 2.0])}, {"size": per_dim(r, n, 3, 20)}, {"scale_factor": tuple(r.choice([1, 2, 2.5]) for _ in range(n))}])
    if mode != "nearest" or r.random() < 0.5:
        o["mode"] = mode
    if mode != "nearest" and r.random() < 0.5:
        o["align_corners"] = r.choice([True, False])
    return call("nn.Upsample", **o), [[1, r.randint(1, 4), *size(r, n, 3, 9)]]


def upsampling2d(r):
    return call(r.choice(["nn.UpsamplingNearest2d", "nn.UpsamplingBilinear2d"]), **r.choice([{"scale_factor": 2}, {"size": (9, 12)}])), [[1, 3, *size(r, 2, 3, 8)]]


def shuffle(r):
    f = r.randint(2, 3)
    if r.random() < 0.5:
        return call("nn.PixelShuffle", f), [[1, f * f * r.randint(1, 3), *size(r, 2, 2, 6)]]
    return call("nn.PixelUnshuffle", f), [[1, r.randint(1, 3), f * r.randint(1, 4), f * r.randint(1, 4)]]


def flatten(r):
    x = [1, *size(r, 4, 2, 5)]
    o = r.choice([{}, {}, {"start_dim": 2}, {"start_dim": 1, "end_dim": 2}, {"start_dim": -2}, {"start_dim": 0}, {"start_dim": 1, "end_dim": -2}])
    return call("nn.Flatten", **o), [x]


def unflatten(r):
    a, b = r.randint(2, 5), r.randint(2, 5)
    return call("nn.Unflatten", 1, r.choice([(a, b), (-1, b), (1, a, b)])), [[1, a * b, r.randint(2, 5)]]


def padding(kind, n):
    def make(r):
        p = r.randint(1, 3) if r.random() < 0.4 else tuple(size(r, 2 * n, 0, 3))
        extra = [r.choice([0, 1.5])] if kind == "Constant" else []
        return call(f"nn.{kind}Pad{n}d", p, *extra), [[1, 3, *size(r, n, 5, 9)]]

    return make


def bilinear(r):
    a, b, c = r.randint(2, 8), r.randint(2, 8), r.randint(2, 8)
    return call("nn.Bilinear", a, b, c, **maybe(r, {}, 0.4, bias=[False])), [[1, a], [1, b]]


def fold(r):
    if r.random() < 0.6:
        return call("nn.Unfold", per_dim(r, 2, 2, 3), **maybe(r, {}, 0.5, stride=[1, 2], padding=[1], dilation=[2])), [[1, r.randint(1, 4), *size(r, 2, 7, 12)]]
    k = r.randint(2, 3)
    h, w = size(r, 2, 5, 8)
    c = r.randint(1, 3)
    return call("nn.Fold", (h, w), k), [[1, c * k * k, (h - k + 1) * (w - k + 1)]]


def similarity(r):
    d = r.randint(3, 9)
    return r.choice([("nn.CosineSimilarity(dim=1)", [[1, d, 4], [1, d, 4]]), ("nn.PairwiseDistance(p=2)", [[1, d], [1, d]])])


def wrapped(r):
    layer, inputs = r.choice([conv(1), conv(2), linear])(r)
    kind = r.choice(["nn.utils.weight_norm", "nn.utils.weight_norm", "nn.utils.spectral_norm"])
    return f"{kind}({layer})", inputs


def stack(r):
    """A random convolutional network, to test how shapes chain."""
    c = r.randint(1, 4)
    x = [1, c, *size(r, 2, 16, 28)]
    parts = []
    for _ in range(r.randint(2, 5)):
        kind = r.randint(0, 5)
        if kind <= 1:
            o = r.randint(2, 12)
            parts.append(call("nn.Conv2d", c, o, r.choice([1, 3, (3, 1)]), **maybe(r, {}, 0.5, stride=[1, 2], padding=[1], bias=[False])))
            c = o
        elif kind == 2:
            parts.append(call("nn.BatchNorm2d", c))
            parts.append(r.choice(["nn.ReLU()", "nn.Hardswish()", "nn.PReLU(%d)" % c]))
        elif kind == 3:
            parts.append(call("nn.Conv2d", c, c, 3, padding=1, groups=c, bias=False))
        elif kind == 4:
            parts.append(r.choice(["nn.MaxPool2d(2)", "nn.AvgPool2d(3, 2, 1)", "nn.Dropout2d(0.1)"]))
        else:
            o = r.randint(2, 6)
            parts.append(call("nn.ConvTranspose2d", c, o, 2, stride=2))
            c = o
    parts += ["nn.AdaptiveAvgPool2d(1)", "nn.Flatten()", call("nn.Linear", c, r.randint(2, 10))]
    return "nn.Sequential(\n    " + ",\n    ".join(parts) + ",\n)", [x]


LAYERS = [
    ("Conv1d", conv(1), 14), ("Conv2d", conv(2), 28), ("Conv3d", conv(3), 10),
    ("ConvTranspose1d", conv_transpose(1), 8), ("ConvTranspose2d", conv_transpose(2), 14), ("ConvTranspose3d", conv_transpose(3), 6),
    ("Linear", linear, 8), ("BatchNorm1d", batch_norm(1), 4), ("BatchNorm2d", batch_norm(2), 4), ("BatchNorm3d", batch_norm(3), 3),
    ("InstanceNorm1d", instance_norm(1), 2), ("InstanceNorm2d", instance_norm(2), 4), ("InstanceNorm3d", instance_norm(3), 2),
    ("LayerNorm", layer_norm, 6), ("GroupNorm", group_norm, 4),
    ("MaxPool1d", pool("Max", 1), 6), ("MaxPool2d", pool("Max", 2), 12), ("MaxPool3d", pool("Max", 3), 4),
    ("AvgPool1d", pool("Avg", 1), 6), ("AvgPool2d", pool("Avg", 2), 12), ("AvgPool3d", pool("Avg", 3), 4),
    ("AdaptiveAvgPool1d", adaptive("Avg", 1), 3), ("AdaptiveAvgPool2d", adaptive("Avg", 2), 6), ("AdaptiveAvgPool3d", adaptive("Avg", 3), 3),
    ("AdaptiveMaxPool1d", adaptive("Max", 1), 2), ("AdaptiveMaxPool2d", adaptive("Max", 2), 4), ("AdaptiveMaxPool3d", adaptive("Max", 3), 2),
    ("LPPool1d", lp_pool(1), 3), ("LPPool2d", lp_pool(2), 4), ("FractionalMaxPool2d", fractional, 3),
    ("RNN", rnn("RNN"), 6), ("LSTM", rnn("LSTM"), 10), ("GRU", rnn("GRU"), 8),
    ("RNNCell", cell("RNNCell"), 2), ("LSTMCell", cell("LSTMCell"), 3), ("GRUCell", cell("GRUCell"), 3),
    ("Embedding", embedding, 4), ("EmbeddingBag", embedding_bag, 2), ("MultiheadAttention", attention, 14),
    ("TransformerEncoderLayer", encoder_layer, 6), ("TransformerDecoderLayer", decoder_layer, 5),
    ("TransformerEncoder", encoder, 4), ("TransformerDecoder", decoder, 3), ("Transformer", transformer, 4),
    ("Upsample", upsample, 12), ("Upsampling2d", upsampling2d, 3), ("PixelShuffle", shuffle, 6), ("Flatten", flatten, 6), ("Unflatten", unflatten, 4),
    ("ZeroPad2d", padding("Zero", 2), 3), ("ConstantPad1d", padding("Constant", 1), 2), ("ConstantPad2d", padding("Constant", 2), 3),
    ("ConstantPad3d", padding("Constant", 3), 2), ("ReflectionPad1d", padding("Reflection", 1), 2), ("ReflectionPad2d", padding("Reflection", 2), 3),
    ("ReplicationPad1d", padding("Replication", 1), 1), ("ReplicationPad2d", padding("Replication", 2), 3), ("ReplicationPad3d", padding("Replication", 3), 2),
    ("Bilinear", bilinear, 3), ("Fold", fold, 7), ("Similarity", similarity, 2), ("ParametrisedWeight", wrapped, 5), ("Sequential", stack, 16),
]


def tensors(outputs):
    if isinstance(outputs, torch.Tensor):
        return [outputs]
    if isinstance(outputs, dict):
        outputs = outputs.values()
    return [t for o in outputs if o is not None for t in tensors(o)]


def einsum_macs(equation, shapes):
    """The fewest multiply-accumulates over all pairwise orders; one operand costs nothing."""
    terms = equation.replace(" ", "").split("->")[0].split(",")
    ends = equation.replace(" ", "").split("->")[1] if "->" in equation else None
    sizes = {}
    for term, shape in zip(terms, shapes):
        if "..." in term:
            return None
        sizes.update(zip(term, shape))
    if len(terms) == 1:
        return 0
    if ends is None:
        joined = "".join(terms)
        ends = "".join(sorted(c for c in set(joined) if joined.count(c) == 1))
    # a summed label that is 1 long, or that one operand alone has, goes before the product: left to what really ran
    for c in set(sizes) - set(ends):
        lengths = [shape[term.index(c)] for term, shape in zip(terms, shapes) if c in term]
        if 1 in lengths or len(lengths) == 1:
            return None

    def contract(left):
        if len(left) == 1:
            return 0
        best = None
        for i, j in permutations(range(len(left)), 2):
            if i < j:
                rest = [t for k, t in enumerate(left) if k not in (i, j)]
                both = set(left[i]) | set(left[j])
                keep = {c for c in both if c in ends or any(c in t for t in rest)}
                cost = prod(sizes[c] for c in both) + contract(rest + ["".join(sorted(keep))])
                best = cost if best is None else min(best, cost)
        return best

    return contract(terms)


def record(row_id, source, inputs, types, entry="model"):
    torch.manual_seed(0)
    scope = {"__name__": "program"}
    exec(compile(source, row_id, "exec"), scope)
    model = eval(entry, scope)
    model.eval()
    feeds = [torch.randint(0, 3, shape) if kind == "int64" else torch.rand(shape) for shape, kind in zip(inputs, types)]
    if "Lazy" in source:
        model(*feeds)
    rule = not any(word in source for word in UNRULED)
    if rule:
        einsums = []
        original = torch.einsum

        def einsum(equation, *operands):
            flat = operands[0] if isinstance(operands[0], (list, tuple)) else operands
            einsums.append((equation, [list(o.shape) for o in flat]))
            return original(equation, *operands)

        torch.einsum = einsum
        try:
            out, macs, leaves = measure(model, feeds)
        finally:
            torch.einsum = original
        formulas = [einsum_macs(*e) for e in einsums]
        if formulas and not list(model.children()) and "@" not in source and None not in formulas:
            assert sum(formulas) == macs, (row_id, formulas, macs)
        modules = dict(model.named_modules())
        for name, (leaf_macs, shape, calls) in leaves.items():
            m = modules[name]
            if calls == 1 and shape and type(m) in (torch.nn.Conv1d, torch.nn.Conv2d, torch.nn.Conv3d):
                assert leaf_macs == prod(shape[2:]) * m.weight.numel(), (row_id, name)
    else:
        out, macs = model(*feeds), None
    shapes = [list(t.shape) for t in tensors(out)]
    total, trainable = parameter_counts(model)
    row = {"id": row_id, "framework": "torch", "version": VERSION, "source": source, "entry": entry, "inputs": inputs}
    if any(kind != "float32" for kind in types):
        row["inputTypes"] = types
    row["outputShape"] = shapes[0]
    if len(shapes) > 1:
        row["outputShapes"] = shapes
    return {**row, "params": total, "trainable": trainable, "macs": macs}


def attention_formula(row):
    """4·L·d² + 2·L²·d and its generalisation, to check the measured count of nn.MultiheadAttention."""
    if "MultiheadAttention" not in row["id"] or not row["id"].startswith("nn."):
        return
    scope = {}
    exec(row["source"], scope)
    m = scope["model"]
    seq = 1 if m.batch_first else 0
    q, k, v = row["inputs"]
    e, lq, lk = m.embed_dim, q[seq], k[seq]
    longer = lk + (m.bias_k is not None) + m.add_zero_attn
    want = lq * e * e + lk * m.kdim * e + lk * m.vdim * e + 2 * lq * longer * e + lq * e * e
    assert want == row["macs"], (row["id"], want, row["macs"])


def programs(name="torch_programs.txt"):
    for block in ("\n" + (HERE / name).read_text()).split("\n## ")[1:]:
        head, _, body = block.partition("\n")
        row_id, *words = head.split()
        inputs, types = [], []
        for word in words:
            if word[0].isdigit():
                inputs.append([int(n) for n in word.split(",")])
                types.append("float32")
            else:
                types[-1] = word
        imports = "import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n"
        if "math." in body:
            imports = "import math\n\n" + imports
        body = body.rstrip("\n") + "\n"
        if row_id.startswith("raw."):
            yield row_id, imports + "\n" + body, inputs, types
            continue
        init, _, forward = body.partition("---\n")
        indent = lambda text: "".join(f"        {line}\n" if line else "\n" for line in text.splitlines())
        names = ", ".join("xyz"[: len(inputs)])
        source = f"{imports}\n\nclass Net(nn.Module):\n"
        if init.strip():
            source += f"    def __init__(self):\n        super().__init__()\n{indent(init)}\n"
        source += f"    def forward(self, {names}):\n{indent(forward)}\n\nmodel = Net()\n"
        yield row_id, source, inputs, types


def layers():
    styles = ["import torch.nn as nn\nmodel = {}\n", "from torch import nn\n\nmodel = {}\n", "import torch\nfrom torch import nn\n\nmodel = {}\n"]
    for name, make, count in LAYERS:
        seen = set()
        for index in range(count):
            row_id = f"nn.{name}.{index + 1}"
            r = random.Random(row_id)
            for _ in range(200):
                expr, inputs, *types = make(r)
                types = types[0] if types else ["float32"] * len(inputs)
                if expr in seen:
                    continue
                source = r.choice(styles).format(expr)
                if name != "Sequential" and r.random() < 0.1:
                    source = "import torch\nmodel = " + expr.replace("nn.", "torch.nn.") + "\n"
                try:
                    row = record(row_id, source, inputs, types)
                except (RuntimeError, ValueError) as error:
                    if "counting rule" in str(error):
                        raise
                    continue
                seen.add(expr)
                yield row
                break
    for index, expr in enumerate(ACTIVATIONS):
        row_id = f"nn.{expr[3:].split('(')[0]}.a{index + 1}"
        yield record(row_id, styles[index % 3].format(expr.replace(",", ", ")), [[1, 6, 4, 5]] if "1d" not in expr else [[1, 6, 4]], ["float32"])


IMAGE = [1, 3, 224, 224]
TORCHVISION = [
    ("alexnet()", IMAGE), ("vgg11()", [1, 3, 64, 64]), ("vgg16_bn(num_classes=10)", [1, 3, 32, 32]), ("resnet18()", IMAGE), ("resnet34(num_classes=10)", [1, 3, 64, 64]),
    ("resnet50(weights=None)", IMAGE), ("wide_resnet50_2()", [1, 3, 96, 96]), ("resnext50_32x4d()", [1, 3, 96, 96]), ("squeezenet1_0()", IMAGE), ("squeezenet1_1(num_classes=5)", [1, 3, 128, 128]),
    ("mobilenet_v2()", IMAGE), ("mobilenet_v2(width_mult=0.35, num_classes=2)", [1, 3, 96, 96]), ("mobilenet_v2(width_mult=1.4)", [1, 3, 128, 160]),
    ("mobilenet_v3_small()", IMAGE), ("mobilenet_v3_large(num_classes=10)", [1, 3, 96, 96]), ("mobilenet_v3_small(width_mult=0.5, reduced_tail=True)", [1, 3, 64, 64]),
    ("shufflenet_v2_x0_5()", IMAGE), ("shufflenet_v2_x1_0(num_classes=7)", [1, 3, 96, 96]), ("mnasnet0_5()", IMAGE), ("mnasnet1_0()", [1, 3, 128, 128]), ("densenet121()", [1, 3, 96, 96]),
    ("googlenet(aux_logits=False, init_weights=False)", IMAGE), ("googlenet(init_weights=False)", [1, 3, 128, 128]), ("inception_v3(init_weights=False)", [1, 3, 299, 299]),
    ("efficientnet_b0()", IMAGE), ("efficientnet_b2(num_classes=3)", [1, 3, 96, 96]), ("efficientnet_v2_s()", [1, 3, 96, 96]), ("regnet_y_400mf()", [1, 3, 96, 96]), ("regnet_x_400mf()", [1, 3, 96, 96]),
    ("convnext_tiny()", [1, 3, 64, 64]), ("vit_b_16()", IMAGE), ("vit_b_32(image_size=64, num_classes=10)", [1, 3, 64, 64]), ("swin_t()", IMAGE), ("swin_v2_t()", [1, 3, 96, 80]),
    ("segmentation.lraspp_mobilenet_v3_large(weights_backbone=None, num_classes=3)", [1, 3, 96, 128]), ("segmentation.deeplabv3_mobilenet_v3_large(weights_backbone=None, num_classes=3)", [1, 3, 96, 96]),
    ("segmentation.fcn_resnet50(weights_backbone=None, num_classes=4)", [1, 3, 64, 64]), ("video.r3d_18(num_classes=5)", [1, 3, 4, 48, 48]), ("video.r2plus1d_18(num_classes=5)", [1, 3, 4, 48, 48]),
]
FEATURE_EXTRACTION = """import torch.nn as nn
from torchvision import models

model = models.resnet18(weights=None)
for param in model.parameters():
    param.requires_grad = False
model.fc = nn.Linear(model.fc.in_features, 2)
"""
NEW_CLASSIFIER = """import torch.nn as nn
import torchvision

model = torchvision.models.mobilenet_v2(weights=None)
for p in model.features.parameters():
    p.requires_grad = False
model.classifier[1] = nn.Linear(model.last_channel, 5)
"""
BACKBONE = """import torch
import torch.nn as nn
import torchvision.models as models


class Head(nn.Module):
    def __init__(self, n=66):
        super().__init__()
        base = models.resnet34(weights=None)
        self.features = nn.Sequential(*list(base.children())[:-1])
        self.yaw, self.pitch, self.roll = (nn.Linear(512, n) for _ in range(3))

    def forward(self, x):
        x = self.features(x).flatten(1)
        return self.yaw(x), self.pitch(x), self.roll(x)


model = Head()
"""


def torchvision_models():
    styles = ["import torchvision\n\nmodel = torchvision.models.{}\n", "from torchvision import models\n\nmodel = models.{}\n"]
    for index, (expr, shape) in enumerate(TORCHVISION):
        name = expr.split("(")[0]
        source = styles[index % 2].format(expr)
        if "." not in name and index % 3 == 0:
            source = f"from torchvision.models import {name}\n\nmodel = {expr}\n"
        yield f"torchvision.{name}.{index + 1}", source, shape
    yield "torchvision.feature-extraction", FEATURE_EXTRACTION, [1, 3, 64, 64]
    yield "torchvision.new-classifier", NEW_CLASSIFIER, [1, 3, 64, 64]
    yield "torchvision.backbone-children", BACKBONE, [1, 3, 64, 64]


def main():
    if sys.argv[1:] == ["torchvision"]:
        rows = []
        for row_id, source, shape in torchvision_models():
            rows.append(record(row_id, source, [shape], ["float32"]))
            print(row_id, rows[-1]["params"], rows[-1]["macs"], file=sys.stderr)
        (HERE / "torchvision.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        print(len(rows), "rows")
        return
    if sys.argv[1:] == ["libraries"]:
        rows = [record(*program) for program in programs("torch_libraries_programs.txt")]
        (HERE / "torch_libraries.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        print(len(rows), "rows")
        return
    rows = list(layers())
    for row_id, source, inputs, types in programs():
        try:
            rows.append(record(row_id, source, inputs, types))
        except Exception as error:
            raise RuntimeError(row_id) from error
    for row in rows:
        attention_formula(row)
    assert len({row["id"] for row in rows}) == len(rows)
    (HERE / "torch.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    print(len(rows), "rows,", sum(row["macs"] is None for row in rows), "without a MAC count")


if __name__ == "__main__":
    main()
