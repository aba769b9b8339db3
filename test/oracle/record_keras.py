"""Records keras.jsonl and keras_applications.jsonl: what Keras (TensorFlow backend) answers.

    python record_keras.py                layers in random configurations, and the programs of keras_programs.txt
    python record_keras.py applications   the networks of keras.applications, without weights

A random configuration that Keras itself refuses is drawn again; the seed of a row is its id. A program's
header line is `## id`, followed by input shapes where the source does not state them.
"""
import json
import os
import random
import sys
import warnings
from math import prod
from pathlib import Path

os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
warnings.filterwarnings("ignore")

import keras  # noqa: E402
import tensorflow as tf  # noqa: E402
from keras_macs import graph_macs, layer_macs, one  # noqa: E402

HERE = Path(__file__).resolve().parent
tf.get_logger().setLevel("ERROR")


def call(name, *args, **kwargs):
    return f"{name}({', '.join([repr(a) for a in args] + [f'{k}={v!r}' for k, v in kwargs.items()])})"


def maybe(r, options, chance=0.5, **choices):
    for key, values in choices.items():
        if r.random() < chance:
            options[key] = r.choice(values)
    return options


def size(r, n, low, high):
    return tuple(r.randint(low, high) for _ in range(n))


def per_dim(r, n, low, high):
    return r.randint(low, high) if r.random() < 0.6 else size(r, n, low, high)


ACTIVATIONS = ["relu", "linear", "tanh", "softmax", "swish", None]


def shape_of(r, n, low=6, high=16, channels=None, first=False):
    spatial = size(r, n, low, high if n < 3 else 9)
    c = channels or r.randint(1, 6)
    return (c, *spatial) if first else (*spatial, c)


def conv(n):
    def make(r):
        groups = r.choice([1, 1, 1, 2]) if n < 3 else 1
        o = maybe(r, {}, 0.5, padding=["same", "valid"] + (["causal"] if n == 1 else []), activation=ACTIVATIONS, use_bias=[False, True])
        if r.random() < 0.5:
            o["strides"] = per_dim(r, n, 1, 3) if n < 3 else r.randint(1, 2)
        elif r.random() < 0.5 and n < 3:
            o["dilation_rate"] = per_dim(r, n, 1, 3)
        if groups > 1:
            o["groups"] = groups
        first = r.random() < 0.12 and groups == 1 and o.get("padding") != "causal"
        if first:
            o["data_format"] = "channels_first"
        ci = groups * r.randint(1, 4)
        return call(f"layers.Conv{n}D", groups * r.randint(1, 5), per_dim(r, n, 1, 4), **o), [shape_of(r, n, channels=ci, first=first)]

    return make


def depthwise(n):
    def make(r):
        o = maybe(r, {}, 0.5, padding=["same", "valid"], depth_multiplier=[2, 3], use_bias=[False], activation=ACTIVATIONS)
        if r.random() < 0.5:
            o["strides"] = r.randint(1, 3)
        elif r.random() < 0.4:
            o["dilation_rate"] = r.randint(1, 2)
        return call(f"layers.DepthwiseConv{n}D", per_dim(r, n, 2, 4), **o), [shape_of(r, n)]

    return make


def separable(n):
    def make(r):
        o = maybe(r, {}, 0.5, padding=["same", "valid"], depth_multiplier=[2, 3], use_bias=[False], strides=[1, 2])
        return call(f"layers.SeparableConv{n}D", r.randint(1, 8), per_dim(r, n, 2, 4), **o), [shape_of(r, n)]

    return make


def conv_transpose(n):
    def make(r):
        k, s = r.randint(2, 4), r.randint(1, 3)
        o = maybe(r, {"strides": s}, 0.5, padding=["same", "valid"], use_bias=[False], activation=ACTIVATIONS)
        if s > 1 and r.random() < 0.35:
            o["output_padding"] = r.randint(0, s - 1)
        return call(f"layers.Conv{n}DTranspose", r.randint(1, 6), k, **o), [shape_of(r, n, 3, 8)]

    return make


def pool(kind, n):
    def make(r):
        o = maybe(r, {}, 0.5, strides=[r.randint(1, 3)], padding=["same", "valid"])
        if r.random() < 0.8:
            o["pool_size"] = per_dim(r, n, 2, 3)
        return call(f"layers.{kind}Pooling{n}D", **o), [shape_of(r, n, 6, 15)]

    return make


def global_pool(r):
    n = r.randint(1, 3)
    return call(f"layers.Global{r.choice(['Average', 'Max'])}Pooling{n}D", **maybe(r, {}, 0.4, keepdims=[True])), [shape_of(r, n)]


def adaptive_pool(r):
    n = r.randint(1, 3)
    return call(f"layers.Adaptive{r.choice(['Average', 'Max'])}Pooling{n}D", per_dim(r, n, 1, 4)), [shape_of(r, n)]


def dense(r):
    return call("layers.Dense", r.randint(1, 30), **maybe(r, {}, 0.4, activation=ACTIVATIONS, use_bias=[False])), [size(r, r.choice([1, 1, 2, 3]), 2, 12)]


def einsum_dense(r):
    equation, shape, x, bias = r.choice([("abc,cd->abd", (None, 7), (5, 6), "d"), ("ab,bc->ac", 8, (9,), "c"), ("...x,xy->...y", (None, 6), (4, 5), "y"),
                                         ("abc,cde->abde", (None, 2, 3), (4, 6), "de"), ("abcd,cde->abe", (None, 5), (4, 2, 3), None)])
    return call("layers.EinsumDense", equation, output_shape=shape, **({"bias_axes": bias} if bias and r.random() < 0.6 else {})), [x]


def batch_norm(r):
    return call("layers.BatchNormalization", **maybe(r, {}, 0.35, center=[False], scale=[False], momentum=[0.9], epsilon=[1e-5], axis=[-1, 1])), [size(r, r.randint(1, 3), 2, 9)]


def layer_norm(r):
    x = size(r, r.randint(1, 3), 2, 9)
    return call("layers.LayerNormalization", **maybe(r, {}, 0.35, center=[False], scale=[False], epsilon=[1e-6], axis=[-1, [1], list(range(1, len(x) + 1))])), [x]


def other_norm(r):
    g = r.randint(1, 3)
    c = g * r.randint(1, 4)
    return r.choice([
        (call("layers.GroupNormalization", groups=g, **maybe(r, {}, 0.3, center=[False], scale=[False])), [(5, 6, c)]),
        ("layers.GroupNormalization(groups=-1)", [(5, 6, c)]),
        ("layers.UnitNormalization()", [(c,)]),
        ("layers.RMSNormalization()", [(5, c)]),
        (f"layers.SpectralNormalization(layers.Dense({c}))", [(6,)]),
    ])


def recurrent(kind):
    def make(r):
        o = maybe(r, {}, 0.4, return_sequences=[True], use_bias=[False], go_backwards=[True], unroll=[True], dropout=[0.1])
        if kind == "GRU":
            maybe(r, o, 0.4, reset_after=[False, True])
        maybe(r, o, 0.2, return_state=[True])
        return call(f"layers.{kind}", r.randint(2, 9), **o), [size(r, 2, 3, 9)]

    return make


def cells(r):
    h = r.randint(2, 8)
    one_cell = lambda: call(f"layers.{r.choice(['LSTMCell', 'GRUCell', 'SimpleRNNCell'])}", h)
    if r.random() < 0.5:
        return f"layers.RNN({one_cell()}, unroll=True{r.choice(['', ', return_sequences=True'])})", [size(r, 2, 3, 8)]
    return f"layers.RNN([{one_cell()}, {one_cell()}], unroll=True)", [size(r, 2, 3, 8)]


def bidirectional(r):
    inner = call(f"layers.{r.choice(['LSTM', 'GRU', 'SimpleRNN'])}", r.randint(2, 7), **maybe(r, {}, 0.5, return_sequences=[True]))
    tail = r.choice(["", ", merge_mode='sum'", ", merge_mode='ave'", ", merge_mode='mul'", ", merge_mode='concat'", ", merge_mode=None"])
    return f"layers.Bidirectional({inner}{tail})", [size(r, 2, 3, 9)]


def time_distributed(r):
    t = r.randint(2, 5)
    inner, x = r.choice([
        (call("layers.Dense", r.randint(2, 9)), (r.randint(2, 6),)), (call("layers.Conv2D", r.randint(2, 5), 3, padding="same"), (7, 8, 2)),
        ("layers.MaxPooling2D(2)", (6, 8, 3)), ("layers.Flatten()", (3, 4)), ("layers.BatchNormalization()", (3, 4)),
        (call("layers.Conv1D", 4, 3, strides=2), (9, 2)), ("layers.GlobalAveragePooling2D()", (4, 5, 3)), ("layers.DepthwiseConv2D(3)", (6, 6, 2)),
    ])
    return f"layers.TimeDistributed({inner})", [(t, *x)]


def conv_lstm(r):
    n = r.choice([1, 2, 2])
    o = maybe(r, {}, 0.5, padding=["same"], return_sequences=[True], strides=[2], use_bias=[False], unroll=[True])
    return call(f"layers.ConvLSTM{n}D", r.randint(1, 4), r.randint(1, 3), **o), [(r.randint(2, 4), *size(r, n, 5, 8), r.randint(1, 3))]


def embedding(r):
    return call("layers.Embedding", r.randint(5, 50), r.randint(2, 12), **maybe(r, {}, 0.4, mask_zero=[True])), [size(r, r.randint(1, 2), 2, 8)], "int32"


def attention(r):
    o = {"num_heads": r.randint(1, 4), "key_dim": r.randint(2, 6)}
    maybe(r, o, 0.4, value_dim=[r.randint(2, 6)], use_bias=[False], dropout=[0.1], output_shape=[r.randint(3, 9)])
    d, t, s = r.randint(3, 10), r.randint(2, 8), r.randint(2, 8)
    expr = call("layers.MultiHeadAttention", **o)
    kind = r.randint(0, 3)
    if kind == 0:
        return expr, [(t, d)], "float32", "{layer}({0}, {0})"
    if kind == 1:
        return expr, [(t, d), (s, d + 1)], "float32", "{layer}({0}, {1})"
    if kind == 2:
        return expr, [(t, d), (s, d + 1), (s, d + 2)], "float32", "{layer}(query={0}, value={1}, key={2})"
    return expr, [(t, d), (s, d)], "float32", "{layer}({0}, {1}, return_attention_scores=True)[0]"


def grouped_attention(r):
    kv = r.randint(1, 3)
    d = r.randint(3, 10)
    return call("layers.GroupQueryAttention", head_dim=r.randint(2, 6), num_query_heads=kv * r.randint(1, 3), num_key_value_heads=kv), \
        [(r.randint(2, 8), d), (r.randint(2, 8), d)], "float32", "{layer}({0}, {1})"


def dot_attention(r):
    name = r.choice(["Attention", "Attention", "AdditiveAttention"])
    o = maybe(r, {}, 0.4, use_scale=[True], **({"score_mode": ["concat", "dot"]} if name == "Attention" else {}))
    d = r.randint(2, 8)
    v = (r.randint(2, 7), d)
    xs = [(r.randint(2, 7), d), v] + ([v] if r.random() < 0.4 else [])
    return call(f"layers.{name}", **o), xs


def activation(r):
    expr = r.choice(["layers.ReLU()", "layers.ReLU(max_value=6)", "layers.ReLU(6.0)", "layers.LeakyReLU(negative_slope=0.1)", "layers.ELU(alpha=0.5)", "layers.Softmax()", "layers.Softmax(axis=1)",
                     "layers.PReLU()", "layers.PReLU(shared_axes=[1])", "layers.PReLU(shared_axes=[1, 2])", "layers.Activation('relu')", "layers.Activation('softmax')", "layers.Activation(keras.activations.gelu)",
                     "layers.Activation('hard_swish')", "layers.ActivityRegularization(l2=0.01)", "layers.Identity()"])
    return expr, [size(r, 3, 3, 8)]


def regular(r):
    expr = r.choice(["layers.Dropout(0.5)", "layers.Dropout(rate=0.2, noise_shape=(None, 1, 1))", "layers.GaussianNoise(0.1)", "layers.GaussianDropout(0.3)", "layers.AlphaDropout(0.1)",
                     "layers.SpatialDropout1D(0.2)", "layers.Masking(mask_value=0.0)"])
    return expr, [size(r, 2, 3, 8)]


def spatial_dropout(r):
    n = r.choice([2, 3])
    return call(f"layers.SpatialDropout{n}D", 0.3), [shape_of(r, n)]


def reshape(r):
    a, b, c = size(r, 3, 2, 5)
    expr = r.choice([f"layers.Reshape(({a * b}, {c}))", f"layers.Reshape(({c}, -1))", "layers.Reshape((-1,))", f"layers.Reshape(target_shape=[{a}, {b * c}, 1])", "layers.Flatten()",
                     "layers.Permute((2, 1, 3))", "layers.Permute((3, 1, 2))", "layers.Permute((2, 3, 1))"])
    return expr, [(a, b, c)]


def repeat(r):
    return call("layers.RepeatVector", r.randint(2, 6)), [(r.randint(2, 9),)]


def crop(r):
    n = r.randint(1, 3)
    kind = r.choice(["Cropping", "ZeroPadding"])
    value = r.choice([r.randint(0, 2), tuple(size(r, n, 0, 2)), tuple(size(r, 2, 0, 2) for _ in range(n))])
    if n == 1:
        value = r.choice([r.randint(0, 2), size(r, 2, 0, 2)])
    return call(f"layers.{kind}{n}D", value), [shape_of(r, n, 6, 10)]


def upsampling(r):
    n = r.randint(1, 3)
    o = maybe(r, {}, 0.4, interpolation=["bilinear", "nearest"]) if n == 2 else {}
    return call(f"layers.UpSampling{n}D", *([r.randint(2, 3)] if n == 1 or r.random() < 0.6 else [size(r, n, 1, 3)]), **o), [shape_of(r, n, 3, 7)]


def merge(r):
    kind = r.choice(["Add", "Multiply", "Average", "Maximum", "Minimum"])
    x = size(r, r.randint(1, 3), 2, 7)
    count = r.randint(2, 4)
    lower = r.random() < 0.3
    return f"layers.{kind}()", [x] * count, "float32", (f"layers.{kind.lower()}([{{list}}])" if lower else None)


def subtract(r):
    x = size(r, 2, 2, 7)
    return "layers.Subtract()", [x, x]


def concatenate(r):
    x = size(r, 3, 2, 7)
    axis = r.choice([None, -1, 1, 2, 3])
    where = {None: 2, -1: 2, 1: 0, 2: 1, 3: 2}[axis]
    other = list(x)
    other[where] = r.randint(1, 9)
    arg = "" if axis is None else f"axis={axis}"
    return f"layers.Concatenate({arg})", [x, tuple(other)], "float32", (f"layers.concatenate([{{list}}]{', ' + arg if arg else ''})" if r.random() < 0.4 else None)


def dot(r):
    d = r.randint(2, 7)
    return r.choice([
        ("layers.Dot(axes=1)", [(d,), (d,)]), ("layers.Dot(axes=-1, normalize=True)", [(d,), (d,)]),
        ("layers.Dot(axes=(2, 1))", [(4, d), (d, 5)]), ("layers.Dot(axes=2)", [(4, d), (5, d)]), ("layers.Dot(axes=[1, 2])", [(d, 3), (6, d)]),
    ])


def image(r):
    h, w = size(r, 2, 6, 14)
    a, b = size(r, 2, 4, 18)
    expr = r.choice([f"layers.Resizing({a}, {b})", f"layers.Resizing(height={a}, width={b}, interpolation='nearest')", f"layers.Resizing({a}, {b}, crop_to_aspect_ratio=True)", "layers.Rescaling(1.0 / 255)",
                     "layers.Rescaling(scale=1 / 127.5, offset=-1)", f"layers.CenterCrop({min(a, h)}, {min(b, w)})", "layers.RandomFlip('horizontal')", "layers.RandomRotation(0.2)",
                     "layers.RandomZoom(0.1)", "layers.RandomTranslation(0.1, 0.1)", "layers.RandomContrast(0.2)", "layers.RandomBrightness(0.2)"])
    return expr, [(h, w, 3)]


def features(r):
    n = r.randint(3, 9)
    return r.choice([
        ("layers.Normalization(axis=-1)", [(5, n)]), ("layers.Normalization(mean=0.5, variance=2.0)", [(n,)]), ("layers.Normalization(axis=None)", [(n,)]),
        (f"layers.CategoryEncoding(num_tokens={n}, output_mode='one_hot')", [(1,)], "int32"),
        (f"layers.CategoryEncoding(num_tokens={n}, output_mode='multi_hot')", [(4,)], "int32"),
        (f"layers.CategoryEncoding({n}, output_mode='count')", [(4,)], "int32"),
        ("layers.Discretization(bin_boundaries=[0.0, 1.0, 2.0])", [(n,)]),
    ])


def stack(r):
    n = r.randint(3, 6)
    x = shape_of(r, 2, 16, 28)
    parts = []
    for _ in range(n):
        parts.append(r.choice([
            lambda: call("layers.Conv2D", r.randint(2, 12), r.choice([1, 3, (3, 1)]), **maybe(r, {}, 0.4, strides=[2], padding=["same"], activation=["relu"], use_bias=[False])),
            lambda: call("layers.DepthwiseConv2D", 3, **maybe(r, {}, 0.5, strides=[2], padding=["same"])),
            lambda: call("layers.SeparableConv2D", r.randint(2, 9), 3, padding="same"),
            lambda: "layers.BatchNormalization()",
            lambda: r.choice(["layers.ReLU()", "layers.MaxPooling2D(padding='same')", "layers.AveragePooling2D(2)", "layers.Dropout(0.2)", "layers.UpSampling2D()"]),
        ])())
    parts += [r.choice(["layers.Flatten()", "layers.GlobalAveragePooling2D()", "layers.GlobalMaxPooling2D()"]), call("layers.Dense", r.randint(2, 9), activation="softmax")]
    return parts, [x]


LAYERS = [
    ("Conv1D", conv(1), 14), ("Conv2D", conv(2), 24), ("Conv3D", conv(3), 8), ("DepthwiseConv1D", depthwise(1), 5), ("DepthwiseConv2D", depthwise(2), 10),
    ("SeparableConv1D", separable(1), 5), ("SeparableConv2D", separable(2), 8), ("Conv1DTranspose", conv_transpose(1), 6), ("Conv2DTranspose", conv_transpose(2), 10),
    ("Conv3DTranspose", conv_transpose(3), 4), ("Dense", dense, 8), ("EinsumDense", einsum_dense, 6),
    ("MaxPooling1D", pool("Max", 1), 4), ("MaxPooling2D", pool("Max", 2), 8), ("MaxPooling3D", pool("Max", 3), 3),
    ("AveragePooling1D", pool("Average", 1), 4), ("AveragePooling2D", pool("Average", 2), 8), ("AveragePooling3D", pool("Average", 3), 3),
    ("GlobalPooling", global_pool, 8), ("AdaptivePooling", adaptive_pool, 6), ("BatchNormalization", batch_norm, 8), ("LayerNormalization", layer_norm, 8), ("Normalisations", other_norm, 8),
    ("LSTM", recurrent("LSTM"), 8), ("GRU", recurrent("GRU"), 8), ("SimpleRNN", recurrent("SimpleRNN"), 6), ("RNN", cells, 6), ("Bidirectional", bidirectional, 8),
    ("TimeDistributed", time_distributed, 8), ("ConvLSTM", conv_lstm, 7), ("Embedding", embedding, 5), ("MultiHeadAttention", attention, 12),
    ("GroupQueryAttention", grouped_attention, 4), ("Attention", dot_attention, 8), ("Activation", activation, 14), ("Regularisation", regular, 7), ("SpatialDropout", spatial_dropout, 2),
    ("Reshape", reshape, 10), ("RepeatVector", repeat, 2), ("CropAndPad", crop, 14), ("UpSampling", upsampling, 8), ("Merge", merge, 10), ("Subtract", subtract, 1),
    ("Concatenate", concatenate, 7), ("Dot", dot, 5), ("Image", image, 14), ("Features", features, 7), ("Sequential", stack, 14),
]

IMPORTS = [
    ("import keras\nfrom keras import layers\n\n", "keras"),
    ("from tensorflow import keras\nfrom tensorflow.keras import layers\n\n", "keras"),
    ("import tensorflow as tf\nfrom tensorflow import keras\nfrom tensorflow.keras import layers\n\n", "tf.keras"),
]


def write_source(r, expr, shapes, dtype="float32", template=None):
    """The layer inside a functional model or, when it takes one input, sometimes a Sequential one."""
    imports, root = r.choice(IMPORTS)
    extra = "" if dtype == "float32" else f", dtype={dtype!r}"
    if isinstance(expr, list):
        body = "".join(f"    {part},\n" for part in expr)
        return imports + f"model = {root}.Sequential([\n    {root}.Input(shape={shapes[0]!r}),\n{body}])\n"
    if len(shapes) == 1 and template is None and "return_state" not in expr and "merge_mode=None" not in expr and r.random() < 0.35:
        return imports + f"model = {root}.Sequential([{root}.Input(shape={shapes[0]!r}{extra}), {expr}])\n"
    names = ["inputs"] if len(shapes) == 1 else list("abcd")[: len(shapes)]
    lines = [f"{n} = {root}.Input(shape={s!r}{extra})" for n, s in zip(names, shapes)]
    everything = ", ".join(names)
    if template:
        applied = template.replace("{layer}", expr).replace("{list}", everything)
        for i, n in enumerate(names):
            applied = applied.replace("{%d}" % i, n)
    else:
        applied = f"{expr}({everything if len(names) == 1 else '[' + everything + ']'})"
    lines += [f"outputs = {applied}", f"model = {root}.Model({names[0] if len(names) == 1 else '[' + everything + ']'}, outputs)"]
    return imports + "\n".join(lines) + "\n"


def flat(value):
    return [t for v in (value.values() if isinstance(value, dict) else value) for t in flat(v)] if isinstance(value, (list, tuple, dict)) else [value]


def weights_size(weights):
    return sum(prod(int(d) for d in w.shape) for w in weights)


def formula(model):
    """The sum of the layer formulas, or None where one layer has none."""
    model = getattr(model, "_functional", None) or model  # of a Sequential
    if not hasattr(model, "operations"):
        return None
    total = 0
    for op in model.operations:
        if not isinstance(op, keras.layers.Layer):
            if any(word in type(op).__name__.lower() for word in ("matmul", "einsum", "dot", "conv", "attention")):
                return None
            continue
        if isinstance(op, keras.layers.InputLayer):
            continue
        if len(op._inbound_nodes) != 1 or "query" in op._inbound_nodes[0].arguments.kwargs:
            return None  # called twice, or with its inputs in another order
        ins, outs = ([one(t.shape) for t in flat(v)] for v in (op.input, op.output))
        try:
            count = layer_macs(op, ins, outs)
        except Exception:
            return None
        if count is None:
            return None
        total += count
    return total


def record(row_id, source, shapes=None, types=None, run=True):
    keras.backend.clear_session()
    keras.utils.set_random_seed(0)
    scope = {"__name__": "program"}
    sys.stdout, stdout = open(os.devnull, "w"), sys.stdout
    try:
        exec(compile(source, row_id, "exec"), scope)
    finally:
        sys.stdout = stdout
    model = scope["model"]
    if shapes:  # a subclassed model learns its shapes from a call
        inputs = [keras.Input(shape=s[1:], dtype=t) for s, t in zip(shapes, types)]
        outputs = flat(model(inputs[0] if len(inputs) == 1 else inputs))
    else:
        inputs, outputs = model.inputs, flat(model.outputs)
    out_shapes = [list(t.shape) for t in outputs]
    structured = isinstance(getattr(model, "_inputs_struct", None), dict)
    specs = [tf.TensorSpec(one(t.shape), t.dtype) for t in inputs]

    def forward(*xs):
        if structured:
            return model(dict(zip(model._inputs_struct, xs)), training=False)
        return model(xs[0] if len(xs) == 1 else list(xs), training=False)

    traced, by_layer = graph_macs(forward, *specs), formula(model)
    assert traced is None or by_layer is None or traced == by_layer, (row_id, traced, by_layer)
    if run and "channels_first" not in source:
        real = [list(t.shape) for t in flat(forward(*[tf.zeros(s.shape, s.dtype) for s in specs]))]
        for symbolic, actual in zip(out_shapes, real):
            assert len(symbolic) == len(actual) and all(s in (None, a) for s, a in zip(symbolic, actual)), (row_id, real, out_shapes)
            symbolic[1:] = actual[1:]  # some layers leave dimensions open that the input settles
    row = {"id": row_id, "framework": "keras", "version": keras.__version__, "source": source, "entry": "model", "inputs": [one(t.shape) for t in inputs]}
    if any(t.dtype != "float32" for t in inputs):
        row["inputTypes"] = [str(t.dtype) for t in inputs]
    row["outputShape"] = out_shapes[0]
    if len(out_shapes) > 1:
        row["outputShapes"] = out_shapes
    macs = by_layer if traced is None else traced
    return {**row, "params": model.count_params(), "trainable": weights_size(model.trainable_weights), "macs": macs}


def layers():
    for name, make, count in LAYERS:
        seen = set()
        for index in range(count):
            row_id = f"layers.{name}.{index + 1}"
            r = random.Random(row_id)
            failure = None
            for _ in range(60):
                expr, shapes, *rest = make(r)
                key = (str(expr), str(rest), len(shapes))
                if key in seen:
                    continue
                source = write_source(r, expr, shapes, *rest)
                try:
                    row = record(row_id, source)
                except AssertionError as error:
                    if "--keep-going" not in sys.argv:
                        raise
                    print("disagree", error, repr(source), file=sys.stderr)
                    continue
                except Exception as error:
                    failure = f"{row_id}: {expr} {shapes}: {type(error).__name__} {str(error)[:150]}"
                    continue
                seen.add(key)
                yield row
                break
            else:
                if failure:
                    print("gave up", failure, file=sys.stderr)


def programs():
    for block in ("\n" + (HERE / "keras_programs.txt").read_text()).split("\n## ")[1:]:
        head, _, body = block.partition("\n")
        row_id, *words = head.split()
        shapes, types = [], []
        for word in words:
            if word[0].isdigit():
                shapes.append([int(n) for n in word.split(",")])
                types.append("float32")
            else:
                types[-1] = word
        yield row_id, body.rstrip("\n") + "\n", shapes, types


APPLICATIONS = [
    *[call("MobileNet", input_shape=(s, s, 3), alpha=a, weights=None, classes=c) for s, a, c in [(96, 0.25, 2), (128, 0.5, 10), (160, 0.75, 5), (224, 1.0, 1000)]],
    call("MobileNet", (64, 64, 3), include_top=False, depth_multiplier=2, alpha=0.25, weights=None),
    call("MobileNet", input_shape=(128, 96, 1), alpha=0.25, include_top=False, pooling="avg", weights=None),
    *[call("MobileNetV2", input_shape=(s, s, 3), alpha=a, weights=None, classes=c) for s, a, c in [(96, 0.35, 2), (128, 0.5, 10), (160, 0.75, 3), (224, 1.0, 1000), (192, 1.4, 7)]],
    call("MobileNetV2", input_shape=(96, 96, 1), alpha=0.1, include_top=False, weights=None),
    call("MobileNetV2", input_shape=(160, 160, 3), include_top=False, pooling="max", weights=None),
    call("MobileNetV3Small", input_shape=(224, 224, 3), weights=None), call("MobileNetV3Small", input_shape=(96, 96, 3), alpha=0.75, minimalistic=True, weights=None, classes=4),
    call("MobileNetV3Large", input_shape=(128, 128, 3), include_top=False, weights=None), call("MobileNetV3Large", input_shape=(224, 224, 3), weights=None, minimalistic=True),
    call("EfficientNetB0", weights=None), call("EfficientNetB0", include_top=False, input_shape=(96, 96, 3), weights=None, pooling="avg"), call("EfficientNetB1", weights=None, classes=10),
    call("EfficientNetB3", include_top=False, weights=None, input_shape=(128, 128, 3)), call("EfficientNetV2B0", weights=None), call("EfficientNetV2S", include_top=False, input_shape=(64, 64, 3), weights=None),
    call("ResNet50", weights=None), call("ResNet50", include_top=False, input_shape=(64, 64, 3), weights=None, pooling="avg"), call("ResNet50V2", weights=None, classes=10), call("ResNet101", include_top=False, weights=None, input_shape=(96, 96, 3)),
    call("DenseNet121", weights=None), call("DenseNet169", include_top=False, weights=None, input_shape=(64, 64, 3)),
    call("InceptionV3", weights=None), call("InceptionV3", include_top=False, weights=None, input_shape=(139, 139, 3)), call("InceptionResNetV2", include_top=False, weights=None, input_shape=(150, 150, 3)),
    call("Xception", weights=None), call("NASNetMobile", weights=None), call("VGG16", include_top=False, weights=None, input_shape=(64, 64, 3)), call("VGG19", include_top=False, weights=None, input_shape=(48, 64, 3), pooling="max"),
    call("ConvNeXtTiny", weights=None, input_shape=(64, 64, 3), include_top=False), call("ConvNeXtTiny", weights=None),
]
TRANSFER = '''import tensorflow as tf

base = tf.keras.applications.{}
base.trainable = False
model = tf.keras.Sequential([
    base,
    tf.keras.layers.GlobalAveragePooling2D(),
    tf.keras.layers.Dropout(0.2),
    tf.keras.layers.Dense(5, activation="softmax"),
])
'''
FINE_TUNING = '''from keras.applications import MobileNet
from keras.layers import Dense, GlobalAveragePooling2D
from keras.models import Model

base = MobileNet(weights=None, include_top=False, input_shape=(96, 96, 3), alpha=0.25)
for layer in base.layers[:-6]:
    layer.trainable = False
x = GlobalAveragePooling2D()(base.output)
model = Model(inputs=base.input, outputs=Dense(2, activation="softmax")(x))
'''


def applications():
    imports = ["import tensorflow as tf\n\nmodel = tf.keras.applications.{}\n", "import keras\n\nmodel = keras.applications.{}\n", "from tensorflow.keras import applications\n\nmodel = applications.{}\n"]
    for index, expr in enumerate(APPLICATIONS):
        yield f"applications.{expr.split('(')[0]}.{index + 1}", imports[index % 3].format(expr)
    yield "applications.transfer.MobileNetV2", TRANSFER.format("MobileNetV2(input_shape=(96, 96, 3), include_top=False, weights=None)")
    yield "applications.transfer.MobileNet", TRANSFER.format("MobileNet(input_shape=(128, 128, 3), alpha=0.25, include_top=False, weights=None)")
    yield "applications.fine-tuning", FINE_TUNING


def main():
    rows = []
    if sys.argv[1:] == ["applications"]:
        name = "keras_applications.jsonl"
        for row_id, source in applications():
            rows.append(record(row_id, source, run=False))
            print(row_id, rows[-1]["params"], rows[-1]["macs"], file=sys.stderr)
    else:
        name = "keras.jsonl"
        rows = list(layers())
        for row_id, source, shapes, types in programs():
            try:
                rows.append(record(row_id, source, shapes, types))
            except Exception as error:
                print("failed", row_id, type(error).__name__, str(error)[:600], file=sys.stderr)
                if "--keep-going" not in sys.argv:
                    raise
    assert len({row["id"] for row in rows}) == len(rows)
    (HERE / name).write_text("".join(json.dumps(row) + "\n" for row in rows))
    print(len(rows), "rows,", sum(row["macs"] is None for row in rows), "without a MAC count")


if __name__ == "__main__":
    main()
