# Transformer parts of mmcv.cnn.bricks: attention and feed-forward with their residual additions, and their registries.
import torch.nn as nn
from model_budget_openmmlab.blocks import LayerScale
from model_budget_openmmlab.layers import build_activation_layer, build_dropout
from model_budget_openmmlab.module import MODELS, BaseModule, Sequential
from model_budget_openmmlab.registry import Registry

POSITIONAL_ENCODING = Registry("position encoding", parent=MODELS)
ATTENTION = Registry("attention", parent=MODELS)
FEEDFORWARD_NETWORK = Registry("feed-forward network", parent=MODELS)
TRANSFORMER_LAYER = Registry("transformer layer", parent=MODELS)
TRANSFORMER_LAYER_SEQUENCE = Registry("transformer-layers sequence", parent=MODELS)


class FFN(BaseModule):
    def __init__(self, embed_dims=256, feedforward_channels=1024, num_fcs=2, act_cfg=dict(type="ReLU", inplace=True),
                 ffn_drop=0.0, dropout_layer=None, add_identity=True, init_cfg=None, layer_scale_init_value=0.0, **kwargs):
        super().__init__(init_cfg)
        self.embed_dims = embed_dims
        self.feedforward_channels = feedforward_channels
        self.num_fcs = num_fcs
        layers = []
        channels = embed_dims
        for _ in range(num_fcs - 1):
            layers.append(Sequential(nn.Linear(channels, feedforward_channels), build_activation_layer(act_cfg),
                                     nn.Dropout(ffn_drop)))
            channels = feedforward_channels
        layers.append(nn.Linear(feedforward_channels, embed_dims))
        layers.append(nn.Dropout(ffn_drop))
        self.layers = Sequential(*layers)
        self.dropout_layer = build_dropout(dropout_layer) if dropout_layer else nn.Identity()
        self.add_identity = add_identity
        self.gamma2 = LayerScale(embed_dims, scale=layer_scale_init_value) if layer_scale_init_value > 0 else nn.Identity()

    def forward(self, x, identity=None):
        out = self.gamma2(self.layers(x))
        if not self.add_identity:
            return self.dropout_layer(out)
        return (x if identity is None else identity) + self.dropout_layer(out)


class MultiheadAttention(BaseModule):
    def __init__(self, embed_dims, num_heads, attn_drop=0.0, proj_drop=0.0,
                 dropout_layer=dict(type="Dropout", drop_prob=0.0), init_cfg=None, batch_first=False, **kwargs):
        super().__init__(init_cfg)
        self.embed_dims = embed_dims
        self.num_heads = num_heads
        self.batch_first = batch_first
        kwargs.pop("dropout", None)
        self.attn = nn.MultiheadAttention(embed_dims, num_heads, attn_drop, **kwargs)
        self.proj_drop = nn.Dropout(proj_drop)
        self.dropout_layer = build_dropout(dropout_layer) if dropout_layer else nn.Identity()

    def forward(self, query, key=None, value=None, identity=None, query_pos=None, key_pos=None, attn_mask=None,
                key_padding_mask=None, **kwargs):
        key = query if key is None else key
        value = key if value is None else value
        identity = query if identity is None else identity
        if key_pos is None and query_pos is not None and query_pos.shape == key.shape:
            key_pos = query_pos
        if query_pos is not None:
            query = query + query_pos
        if key_pos is not None:
            key = key + key_pos
        if self.batch_first:
            query, key, value = (one.transpose(0, 1) for one in (query, key, value))
        out = self.attn(query=query, key=key, value=value, attn_mask=attn_mask, key_padding_mask=key_padding_mask)[0]
        if self.batch_first:
            out = out.transpose(0, 1)
        return identity + self.dropout_layer(self.proj_drop(out))


ATTENTION.register_module("MultiheadAttention", module=MultiheadAttention)
FEEDFORWARD_NETWORK.register_module("FFN", module=FFN)


def build_attention(cfg, default_args=None):
    return ATTENTION.build(cfg, default_args=default_args)


def build_feedforward_network(cfg, default_args=None):
    return FEEDFORWARD_NETWORK.build(cfg, default_args=default_args)


def build_positional_encoding(cfg, default_args=None):
    return POSITIONAL_ENCODING.build(cfg, default_args=default_args)


def build_transformer_layer(cfg, default_args=None):
    return TRANSFORMER_LAYER.build(cfg, default_args=default_args)


def build_transformer_layer_sequence(cfg, default_args=None):
    return TRANSFORMER_LAYER_SEQUENCE.build(cfg, default_args=default_args)
