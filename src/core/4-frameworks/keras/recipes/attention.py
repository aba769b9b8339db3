"""Attention layers: multi-head, grouped-query, dot-product and additive.

The projections are einsum layers as in Keras; scores and weighted values are contractions over the sequence.
"""
import _keras as k
from _keras import EinsumDense, Layer

LETTERS = "defghijklmnop"


class MultiHeadAttention(Layer):
    def __init__(self, num_heads, key_dim, value_dim=None, dropout=0.0, use_bias=True, output_shape=None, attention_axes=None,
                 *args, use_gate=False, **kwargs):
        super().__init__(**kwargs)
        self.num_heads = num_heads
        self.key_dim = key_dim
        self.value_dim = value_dim or key_dim
        self.dropout = dropout
        self.use_bias = use_bias
        self.given_output_shape = output_shape
        self.attention_axes = attention_axes
        self.use_gate = use_gate

    def projection(self, rank, width, name):
        batch = LETTERS[:rank - 1]
        layer = EinsumDense("a" + batch + "x,xyz->a" + batch + "yz", [None] * (rank - 1) + [self.num_heads, width],
                            bias_axes="yz" if self.use_bias else None, name=name)
        return layer

    def build(self, query_shape, value_shape=None, key_shape=None):
        if value_shape is None:
            value_shape = query_shape
        if key_shape is None:
            key_shape = value_shape
        rank = len(query_shape) - 1
        self.query_dense = self.projection(rank, self.key_dim, "query")
        k.build(self.query_dense, query_shape)
        self.key_dense = self.projection(len(key_shape) - 1, self.key_dim, "key")
        k.build(self.key_dense, key_shape)
        self.value_dense = self.projection(len(value_shape) - 1, self.value_dim, "value")
        k.build(self.value_dense, value_shape)
        if self.use_gate:
            self.gate_dense = self.projection(rank, self.value_dim, "gate")
            k.build(self.gate_dense, query_shape)
        shape = self.given_output_shape
        if shape is None:
            shape = [query_shape[-1]]
        elif isinstance(shape, int):
            shape = [shape]
        batch = LETTERS[:rank - 1]
        out = "uvw"[:len(shape)]
        self.output_dense = EinsumDense("a" + batch + "yz,yz" + out + "->a" + batch + out, [None] * (rank - 1) + list(shape),
                                        bias_axes=out if self.use_bias else None, name="attention_output")
        k.build(self.output_dense, tuple(query_shape[:-1]) + (self.num_heads, self.value_dim))

    def call(self, query, value=None, key=None, query_mask=None, value_mask=None, key_mask=None, attention_mask=None,
             return_attention_scores=False, training=None, use_causal_mask=False):
        if value is None:
            value = query
        if key is None:
            key = value
        q = self.query_dense(query)
        s = self.key_dense(key)
        v = self.value_dense(value)
        rank = len(query.shape) - 1
        axes = self.attention_axes
        if axes is None:
            axes = list(range(1, rank))
        elif isinstance(axes, int):
            axes = [axes]
        # Free axes keep one letter; attended axes have one for the query and one for the key.
        free = ""
        ask = ""
        answer = ""
        target = "a"
        source = "a"
        for axis in range(1, rank):
            if axis in axes:
                target += "tuvw"[len(ask)]
                source += "mnop"[len(ask)]
                ask += "tuvw"[len(ask)]
                answer += "mnop"[len(answer)]
            else:
                target += "bcde"[len(free)]
                source += "bcde"[len(free)]
                free += "bcde"[len(free)]
        scores = k.einsum(target + "yz," + source + "yz->a" + free + "y" + ask + answer, q, s)
        scores = k.softmax(scores, -1)
        result = k.einsum("a" + free + "y" + ask + answer + "," + source + "yx->" + target + "yx", scores, v)
        if self.use_gate:
            result = result * k.element(self.gate_dense(query), "sigmoid")
        result = self.output_dense(result)
        if return_attention_scores:
            return result, scores
        return result

    def get_config(self):
        config = super().get_config()
        config["output_shape"] = self.given_output_shape
        return config


class GroupedQueryAttention(Layer):
    def __init__(self, head_dim, num_query_heads, num_key_value_heads, dropout=0.0, use_bias=True, *args, use_gate=False, **kwargs):
        super().__init__(**kwargs)
        self.head_dim = head_dim
        self.num_query_heads = num_query_heads
        self.num_key_value_heads = num_key_value_heads
        self.dropout = dropout
        self.use_bias = use_bias
        self.use_gate = use_gate
        if num_query_heads % num_key_value_heads != 0:
            raise ValueError("`num_query_heads` must be divisible by `num_key_value_heads`.")

    def projection(self, heads, shape, name):
        layer = EinsumDense("bqm,muh->bquh", (None, heads, self.head_dim), bias_axes="uh" if self.use_bias else None, name=name)
        k.build(layer, shape)
        return layer

    def build(self, query_shape, value_shape=None, key_shape=None):
        if value_shape is None:
            value_shape = query_shape
        if key_shape is None:
            key_shape = value_shape
        self.query_dense = self.projection(self.num_query_heads, query_shape, "query")
        self.key_dense = self.projection(self.num_key_value_heads, key_shape, "key")
        self.value_dense = self.projection(self.num_key_value_heads, value_shape, "value")
        if self.use_gate:
            self.gate_dense = self.projection(self.num_query_heads, query_shape, "gate")
        self.output_dense = EinsumDense("bquh,uhm->bqm", (None, query_shape[-1]), bias_axes="m" if self.use_bias else None,
                                        name="attention_output")
        k.build(self.output_dense, (query_shape[0], query_shape[1], self.num_query_heads, self.head_dim))

    def call(self, query, value=None, key=None, query_mask=None, value_mask=None, key_mask=None, attention_mask=None,
             return_attention_scores=False, training=None, use_causal_mask=False):
        if value is None:
            value = query
        if key is None:
            key = value
        q = self.query_dense(query)
        s = self.key_dense(key)
        v = self.value_dense(value)
        times = self.num_query_heads // self.num_key_value_heads
        s = k.repeat(s, times, 2)
        v = k.repeat(v, times, 2)
        scores = k.softmax(k.einsum("bquh,bkuh->buqk", q, s), -1)
        result = k.einsum("buqk,bkuh->bquh", scores, v)
        if self.use_gate:
            result = result * k.element(self.gate_dense(query), "sigmoid")
        result = self.output_dense(result)
        if return_attention_scores:
            return result, scores
        return result


class Attention(Layer):
    def __init__(self, use_scale=False, score_mode="dot", dropout=0.0, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.use_scale = use_scale
        self.score_mode = score_mode
        self.dropout = dropout

    def build(self, input_shape):
        if self.use_scale:
            self.scale = self.add_weight(name="scale", shape=())
        if self.score_mode == "concat":
            self.concat_score_weight = self.add_weight(name="concat_score_weight", shape=())

    def scores(self, query, key):
        if self.score_mode == "dot":
            scores = k.matmul(query, key, False, True)
            return scores * self.scale if self.use_scale else scores
        total = k.expand(query, -2) + k.expand(key, -3)
        return k.sum_last(k.element(total, "tanh"))

    def call(self, inputs, mask=None, return_attention_scores=False, training=None, use_causal_mask=False):
        query = inputs[0]
        value = inputs[1]
        key = inputs[2] if len(inputs) > 2 else value
        weights = k.softmax(self.scores(query, key), -1)
        result = k.matmul(weights, value)
        if return_attention_scores:
            return result, weights
        return result


class AdditiveAttention(Attention):
    def __init__(self, use_scale=True, dropout=0.0, **kwargs):
        super().__init__(use_scale=use_scale, dropout=dropout, **kwargs)

    def build(self, input_shape):
        if self.use_scale:
            self.scale = self.add_weight(name="scale", shape=(k.dimension(input_shape[0], -1),))

    def scores(self, query, key):
        total = k.element(k.expand(query, -2) + k.expand(key, -3), "tanh")
        if self.use_scale:
            total = total * self.scale
        return k.sum_last(total)
