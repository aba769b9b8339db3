# Vision Transformer (Dosovitskiy et al. 2020, table 1): patches as tokens, a class token, encoder blocks with the
# normalisation in front.
import torch
import torch.nn as nn
from collections import OrderedDict
from torchvision._support import options
from torchvision.ops.misc import MLP, Conv2dNormActivation


class MLPBlock(MLP):
    def __init__(self, in_dim, mlp_dim, dropout):
        super().__init__(in_dim, [mlp_dim, in_dim], activation_layer=nn.GELU, dropout=dropout)


class EncoderBlock(nn.Module):
    def __init__(self, num_heads, hidden_dim, mlp_dim, dropout, attention_dropout, norm_layer=nn.LayerNorm):
        super().__init__()
        self.num_heads = num_heads
        self.ln_1 = norm_layer(hidden_dim)
        self.self_attention = nn.MultiheadAttention(hidden_dim, num_heads, dropout=attention_dropout, batch_first=True)
        self.dropout = nn.Dropout(dropout)
        self.ln_2 = norm_layer(hidden_dim)
        self.mlp = MLPBlock(hidden_dim, mlp_dim, dropout)

    def forward(self, input):
        x = self.ln_1(input)
        x, _ = self.self_attention(x, x, x, need_weights=False)
        x = self.dropout(x) + input
        return x + self.mlp(self.ln_2(x))


class Encoder(nn.Module):
    def __init__(self, seq_length, num_layers, num_heads, hidden_dim, mlp_dim, dropout, attention_dropout,
                 norm_layer=nn.LayerNorm):
        super().__init__()
        self.pos_embedding = nn.Parameter(torch.empty(1, seq_length, hidden_dim))
        self.dropout = nn.Dropout(dropout)
        self.layers = nn.Sequential(OrderedDict(
            (f"encoder_layer_{i}", EncoderBlock(num_heads, hidden_dim, mlp_dim, dropout, attention_dropout, norm_layer))
            for i in range(num_layers)
        ))
        self.ln = norm_layer(hidden_dim)

    def forward(self, input):
        return self.ln(self.layers(self.dropout(input + self.pos_embedding)))


class VisionTransformer(nn.Module):
    def __init__(self, image_size, patch_size, num_layers, num_heads, hidden_dim, mlp_dim, dropout=0.0,
                 attention_dropout=0.0, num_classes=1000, representation_size=None, norm_layer=nn.LayerNorm,
                 conv_stem_configs=None):
        super().__init__()
        if image_size % patch_size != 0:
            raise AssertionError("Input shape indivisible by patch size!")
        self.image_size = image_size
        self.patch_size = patch_size
        self.hidden_dim = hidden_dim
        self.mlp_dim = mlp_dim
        self.num_classes = num_classes
        self.representation_size = representation_size
        if conv_stem_configs is None:
            self.conv_proj = nn.Conv2d(3, hidden_dim, patch_size, patch_size)
        else:
            stem, channels = nn.Sequential(), 3
            for at, step in enumerate(conv_stem_configs):
                stem.add_module(f"conv_bn_relu_{at}", Conv2dNormActivation(
                    channels, step.out_channels, step.kernel_size, step.stride, norm_layer=step.norm_layer,
                    activation_layer=step.activation_layer))
                channels = step.out_channels
            stem.add_module("conv_last", nn.Conv2d(channels, hidden_dim, 1))
            self.conv_proj = stem
        self.class_token = nn.Parameter(torch.zeros(1, 1, hidden_dim))
        self.seq_length = (image_size // patch_size) ** 2 + 1
        self.encoder = Encoder(self.seq_length, num_layers, num_heads, hidden_dim, mlp_dim, dropout, attention_dropout,
                               norm_layer)
        heads, width = OrderedDict(), hidden_dim
        if representation_size is not None:
            heads["pre_logits"] = nn.Linear(hidden_dim, representation_size)
            heads["act"] = nn.Tanh()
            width = representation_size
        heads["head"] = nn.Linear(width, num_classes)
        self.heads = nn.Sequential(heads)

    def _process_input(self, x):
        batch, _, height, width = x.shape
        if height != self.image_size:
            raise AssertionError(f"Wrong image height! Expected {self.image_size} but got {height}!")
        if width != self.image_size:
            raise AssertionError(f"Wrong image width! Expected {self.image_size} but got {width}!")
        tokens = (height // self.patch_size) * (width // self.patch_size)
        return self.conv_proj(x).reshape(batch, self.hidden_dim, tokens).permute(0, 2, 1)

    def forward(self, x):
        x = self._process_input(x)
        x = torch.cat([self.class_token.expand(x.shape[0], -1, -1), x], 1)
        return self.heads(self.encoder(x)[:, 0])


# Weights tuned end to end at a higher resolution fix the image size.
def _builder(patch, layers, heads, width, mlp, tuned=None):
    def build(weights=None, progress=True, pretrained=None, **kwargs):
        kwargs = dict(options(kwargs, weights, pretrained))
        if "SWAG_E2E" in str(weights) or (layers == 32 and "DEFAULT" in str(weights)):
            kwargs["image_size"] = tuned
        return VisionTransformer(kwargs.pop("image_size", 224), patch, layers, heads, width, mlp, **kwargs)
    return build


vit_b_16 = _builder(16, 12, 12, 768, 3072, 384)
vit_b_32 = _builder(32, 12, 12, 768, 3072)
vit_l_16 = _builder(16, 24, 16, 1024, 4096, 512)
vit_l_32 = _builder(32, 24, 16, 1024, 4096)
vit_h_14 = _builder(14, 32, 16, 1280, 5120, 518)
