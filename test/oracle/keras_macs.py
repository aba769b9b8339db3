"""Counts the multiply-accumulates of Keras models in two independent ways.

`layer_macs` applies the formula of one layer to the shapes the real layer computed; `graph_macs` adds up the
contractions found in the TensorFlow graph of a whole call. The recorders require both to agree wherever
the graph can be read (it hides what runs inside a while loop, so recurrent layers rest on the formula).
"""
from math import prod

import keras
import tensorflow as tf


def one(shape):
    """The shape with a batch of 1."""
    return [1 if d is None else int(d) for d in shape]


def _shape(tensor):
    return [int(d) for d in tensor.shape]


def _einsum(equation, shapes):
    operands, _ = equation.replace(" ", "").split("->") if "->" in equation else (equation, "")
    sizes = {}
    terms = operands.split(",")
    for term, shape in zip(terms, shapes):
        if "..." in term:
            before, after = term.split("...")
            middle = len(shape) - len(before) - len(after)
            term = before + "".join(f"<{middle - i}>" for i in range(middle)) + after
            labels = list(before) + [f"<{middle - i}>" for i in range(middle)] + list(after)
        else:
            labels = list(term)
        for label, size in zip(labels, shape):
            sizes[label] = max(sizes.get(label, 1), size)
    if len(terms) == 1:
        return 0
    if len(terms) > 2:
        raise ValueError("einsum of three operands")
    return prod(sizes.values())


# Loops hide their body; a dilated convolution may run as a padded one on rearranged batches.
OPAQUE = {"While", "StatelessWhile", "SpaceToBatchND"}


def graph_macs(call, *specs):
    """Multiply-accumulates of `call(*specs)` read from its TensorFlow graph, or None when the graph does not show it."""
    function = tf.function(call).get_concrete_function(*specs)
    graphs, total = [function.graph], 0
    seen = set()
    while graphs:
        graph = graphs.pop()
        for op in graph.get_operations():
            kind = op.type
            if kind in OPAQUE:
                return None
            if kind in ("PartitionedCall", "StatefulPartitionedCall"):
                name = op.get_attr("f").name
                if name not in seen:
                    seen.add(name)
                    inner = function.graph._get_function(name)
                    if inner is None:
                        raise RuntimeError("cannot open " + name)
                    graphs.append(inner.graph)
            elif kind in ("Conv2D", "Conv3D"):
                total += prod(_shape(op.outputs[0])) * prod(_shape(op.inputs[1])[:-1])
            elif kind == "DepthwiseConv2dNative":
                total += prod(_shape(op.outputs[0])) * prod(_shape(op.inputs[1])[:2])
            elif kind in ("Conv2DBackpropInput", "Conv3DBackpropInputV2"):
                kernel = _shape(op.inputs[1])  # (*K, Co, Ci); inputs[2] is what the layer reads
                total += prod(_shape(op.inputs[2])) * prod(kernel[:-1])
            elif kind == "DepthwiseConv2dNativeBackpropInput":
                total += prod(_shape(op.inputs[2])) * prod(_shape(op.inputs[1])[:2])
            elif kind == "MatMul":
                inner_size = _shape(op.inputs[0])[0 if op.get_attr("transpose_a") else 1]
                total += prod(_shape(op.outputs[0])) * inner_size
            elif kind in ("BatchMatMul", "BatchMatMulV2", "BatchMatMulV3"):
                inner_size = _shape(op.inputs[0])[-2 if op.get_attr("adj_x") else -1]
                total += prod(_shape(op.outputs[0])) * inner_size
            elif kind in ("Einsum", "XlaEinsum"):
                total += _einsum(op.get_attr("equation").decode(), [_shape(t) for t in op.inputs])
    return total


def _attention(layer, shapes):
    query, value = shapes[0], shapes[1]
    key = shapes[2] if len(shapes) > 2 else value
    lq, lk = prod(query[1:-1]), prod(key[1:-1])
    heads = layer.num_heads if hasattr(layer, "num_heads") else layer.num_query_heads
    kv_heads = heads if hasattr(layer, "num_heads") else layer.num_key_value_heads
    kd = layer.key_dim if hasattr(layer, "key_dim") else layer.head_dim
    vd = getattr(layer, "value_dim", kd) or kd
    out = (layer.get_config().get("output_shape") or None)
    out = out[-1] if isinstance(out, (list, tuple)) else (out or query[-1])
    return (
        lq * query[-1] * heads * kd
        + lk * key[-1] * kv_heads * kd
        + lk * value[-1] * kv_heads * vd
        + heads * lq * lk * kd
        + heads * lq * lk * vd
        + lq * heads * vd * out
    )


def layer_macs(layer, ins, outs):
    """`ins` and `outs`: lists of shapes with a batch of 1. Returns a number, or None where no rule applies."""
    L = keras.layers
    x, y = ins[0], outs[0]
    channels_first = getattr(layer, "data_format", None) == "channels_first"
    places = lambda shape: prod(shape[2:] if channels_first else shape[1:-1])
    if isinstance(layer, (L.SeparableConv1D, L.SeparableConv2D)):
        depthwise, pointwise = layer.depthwise_kernel.shape, layer.pointwise_kernel.shape
        return places(y) * (prod(depthwise) + prod(pointwise))
    if isinstance(layer, (L.DepthwiseConv1D, L.DepthwiseConv2D)):
        return places(y) * prod(layer.kernel.shape)
    if isinstance(layer, (L.Conv1DTranspose, L.Conv2DTranspose, L.Conv3DTranspose)):
        return places(x) * prod(layer.kernel.shape)
    if isinstance(layer, (L.Conv1D, L.Conv2D, L.Conv3D)):
        return places(y) * prod(layer.kernel.shape)
    if isinstance(layer, L.Dense):
        return prod(x) * layer.units
    if isinstance(layer, L.EinsumDense):
        return _einsum(layer.equation, [x, layer.kernel.shape])
    if isinstance(layer, L.Bidirectional):
        return 2 * layer_macs(layer.forward_layer, ins, outs)
    if isinstance(layer, L.SpectralNormalization):
        return layer_macs(layer.layer, ins, outs)  # the power iteration runs in training only
    if isinstance(layer, L.TimeDistributed):
        return x[1] * layer_macs(layer.layer, [[x[0], *x[2:]]], [[y[0], *y[2:]]])
    if isinstance(layer, (L.ConvLSTM1D, L.ConvLSTM2D, L.ConvLSTM3D)):
        # four gates; the recurrent convolution keeps the size of the output
        size = y[2:] if layer.return_sequences else y[1:]
        size = size[1:] if channels_first else size[:-1]
        return x[1] * prod(size) * (prod(layer.cell.kernel.shape) + prod(layer.cell.recurrent_kernel.shape))
    if isinstance(layer, (L.LSTM, L.GRU, L.SimpleRNN)):
        gates = {L.LSTM: 4, L.GRU: 3, L.SimpleRNN: 1}[type(layer)]
        return x[1] * gates * layer.units * (x[-1] + layer.units)
    if isinstance(layer, (L.MultiHeadAttention, L.GroupQueryAttention)):
        return _attention(layer, ins)
    if isinstance(layer, (L.Attention, L.AdditiveAttention, L.Dot, L.Lambda)):
        return None
    if isinstance(layer, (keras.Model, L.RNN)) or not type(layer).__module__.startswith("keras."):
        return None
    return 0


def specs(inputs):
    return [tf.TensorSpec(one(t.shape), t.dtype) for t in inputs]
