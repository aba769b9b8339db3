# Swin Transformer (Liu et al. 2021, section 3 and table 7) and its version 2 (Liu et al. 2022, section 3): attention inside
# windows, every second block with shifted ones. What the shift masks out is computed all the same.
import torch
import torch.nn as nn
from torchvision._support import options
from torchvision.ops.misc import MLP, Permute
from torchvision.ops.stochastic_depth import StochasticDepth

F = nn.functional


# The four pixels of every 2x2 square side by side; odd sizes are filled up.
def _merged(x):
    height, width = x.shape[-3], x.shape[-2]
    x = F.pad(x, (0, 0, 0, width % 2, 0, height % 2))
    return torch.cat([x[..., row::2, column::2, :] for column in (0, 1) for row in (0, 1)], -1)


class PatchMerging(nn.Module):
    def __init__(self, dim, norm_layer=nn.LayerNorm):
        super().__init__()
        self.dim = dim
        self.reduction = nn.Linear(4 * dim, 2 * dim, bias=False)
        self.norm = norm_layer(4 * dim)

    def forward(self, x):
        return self.reduction(self.norm(_merged(x)))


class PatchMergingV2(nn.Module):
    def __init__(self, dim, norm_layer=nn.LayerNorm):
        super().__init__()
        self.dim = dim
        self.reduction = nn.Linear(4 * dim, 2 * dim, bias=False)
        self.norm = norm_layer(2 * dim)

    def forward(self, x):
        return self.norm(self.reduction(_merged(x)))


# Attention inside windows of [batch, height, width, channels]. With a scale the products are those of unit vectors.
def shifted_window_attention(input, qkv_weight, proj_weight, relative_position_bias, window_size, num_heads, shift_size,
                             attention_dropout=0.0, dropout=0.0, qkv_bias=None, proj_bias=None, logit_scale=None,
                             training=False):
    batch, height, width, channels = input.shape
    rows, columns = window_size
    x = F.pad(input, (0, 0, 0, (columns - width % columns) % columns, 0, (rows - height % rows) % rows))
    tall, wide = x.shape[1], x.shape[2]
    shift = [0 if rows >= tall else shift_size[0], 0 if columns >= wide else shift_size[1]]
    if sum(shift) > 0:
        x = torch.roll(x, shifts=(-shift[0], -shift[1]), dims=(1, 2))
    windows, area = (tall // rows) * (wide // columns), rows * columns
    x = x.view(batch, tall // rows, rows, wide // columns, columns, channels)
    x = x.permute(0, 1, 3, 2, 4, 5).reshape(batch * windows, area, channels)
    if logit_scale is not None and qkv_bias is not None:
        # Keys have no bias.
        qkv_bias = qkv_bias.clone()
    qkv = F.linear(x, qkv_weight, qkv_bias)
    qkv = qkv.reshape(batch * windows, area, 3, num_heads, channels // num_heads).permute(2, 0, 3, 1, 4)
    q, k, v = qkv[0], qkv[1], qkv[2]
    if logit_scale is not None:
        attention = F.normalize(q, dim=-1) @ F.normalize(k, dim=-1).transpose(-2, -1)
        attention = attention * torch.clamp(logit_scale, max=4.6052).exp()
    else:
        attention = (q * (channels // num_heads) ** -0.5).matmul(k.transpose(-2, -1))
    attention = attention + relative_position_bias
    if sum(shift) > 0:
        mask = x.new_zeros((windows, 1, area, area))
        attention = attention.view(batch, windows, num_heads, area, area) + mask
        attention = attention.view(-1, num_heads, area, area)
    attention = F.softmax(attention, dim=-1)
    x = attention.matmul(v).transpose(1, 2).reshape(batch * windows, area, channels)
    x = F.linear(x, proj_weight, proj_bias)
    x = x.view(batch, tall // rows, wide // columns, rows, columns, channels)
    x = x.permute(0, 1, 3, 2, 4, 5).reshape(batch, tall, wide, channels)
    if sum(shift) > 0:
        x = torch.roll(x, shifts=(shift[0], shift[1]), dims=(1, 2))
    return x[:, :height, :width, :].contiguous()


class ShiftedWindowAttention(nn.Module):
    def __init__(self, dim, window_size, shift_size, num_heads, qkv_bias=True, proj_bias=True, attention_dropout=0.0,
                 dropout=0.0):
        super().__init__()
        if len(window_size) != 2 or len(shift_size) != 2:
            raise ValueError("window_size and shift_size must be of length 2")
        self.window_size = window_size
        self.shift_size = shift_size
        self.num_heads = num_heads
        self.qkv = nn.Linear(dim, dim * 3, bias=qkv_bias)
        self.proj = nn.Linear(dim, dim, bias=proj_bias)
        self.define_relative_position_bias_table()
        area = window_size[0] * window_size[1]
        self.register_buffer("relative_position_index", torch.zeros(area * area, dtype=torch.long))

    def define_relative_position_bias_table(self):
        distances = (2 * self.window_size[0] - 1) * (2 * self.window_size[1] - 1)
        self.relative_position_bias_table = nn.Parameter(torch.zeros(distances, self.num_heads))

    # The bias of every pair of tokens, looked up by their distance.
    def _looked_up(self, table):
        area = self.window_size[0] * self.window_size[1]
        return table[self.relative_position_index].view(area, area, -1).permute(2, 0, 1).contiguous().unsqueeze(0)

    def get_relative_position_bias(self):
        return self._looked_up(self.relative_position_bias_table)

    def _attend(self, x, scale):
        return shifted_window_attention(x, self.qkv.weight, self.proj.weight, self.get_relative_position_bias(),
                                        self.window_size, self.num_heads, list(self.shift_size),
                                        qkv_bias=self.qkv.bias, proj_bias=self.proj.bias, logit_scale=scale)

    def forward(self, x):
        return self._attend(x, None)


# Version 2: cosine similarity with a learned scale; biases from a small network over logarithmic distances.
class ShiftedWindowAttentionV2(ShiftedWindowAttention):
    def __init__(self, dim, window_size, shift_size, num_heads, qkv_bias=True, proj_bias=True, attention_dropout=0.0,
                 dropout=0.0):
        super().__init__(dim, window_size, shift_size, num_heads, qkv_bias, proj_bias)
        self.logit_scale = nn.Parameter(torch.ones(num_heads, 1, 1))
        self.cpb_mlp = nn.Sequential(nn.Linear(2, 512), nn.ReLU(True), nn.Linear(512, num_heads, bias=False))

    def define_relative_position_bias_table(self):
        table = torch.zeros(1, 2 * self.window_size[0] - 1, 2 * self.window_size[1] - 1, 2)
        self.register_buffer("relative_coords_table", table)

    def get_relative_position_bias(self):
        return 16 * torch.sigmoid(self._looked_up(self.cpb_mlp(self.relative_coords_table).view(-1, self.num_heads)))

    def forward(self, x):
        return self._attend(x, self.logit_scale)


class SwinTransformerBlock(nn.Module):
    def __init__(self, dim, num_heads, window_size, shift_size, mlp_ratio=4.0, dropout=0.0, attention_dropout=0.0,
                 stochastic_depth_prob=0.0, norm_layer=nn.LayerNorm, attn_layer=ShiftedWindowAttention):
        super().__init__()
        self.norm1 = norm_layer(dim)
        self.attn = attn_layer(dim, window_size, shift_size, num_heads, attention_dropout=attention_dropout,
                               dropout=dropout)
        self.stochastic_depth = StochasticDepth(stochastic_depth_prob, "row")
        self.norm2 = norm_layer(dim)
        self.mlp = MLP(dim, [int(dim * mlp_ratio), dim], activation_layer=nn.GELU, dropout=dropout)

    def forward(self, x):
        x = x + self.stochastic_depth(self.attn(self.norm1(x)))
        return x + self.stochastic_depth(self.mlp(self.norm2(x)))


class SwinTransformerBlockV2(SwinTransformerBlock):
    def __init__(self, dim, num_heads, window_size, shift_size, mlp_ratio=4.0, dropout=0.0, attention_dropout=0.0,
                 stochastic_depth_prob=0.0, norm_layer=nn.LayerNorm, attn_layer=ShiftedWindowAttentionV2):
        super().__init__(dim, num_heads, window_size, shift_size, mlp_ratio, dropout, attention_dropout,
                         stochastic_depth_prob, norm_layer, attn_layer)

    def forward(self, x):
        x = x + self.stochastic_depth(self.norm1(self.attn(x)))
        return x + self.stochastic_depth(self.norm2(self.mlp(x)))


class SwinTransformer(nn.Module):
    def __init__(self, patch_size, embed_dim, depths, num_heads, window_size, mlp_ratio=4.0, dropout=0.0,
                 attention_dropout=0.0, stochastic_depth_prob=0.1, num_classes=1000, norm_layer=None, block=None,
                 downsample_layer=PatchMerging):
        super().__init__()
        self.num_classes = num_classes
        norm = norm_layer or nn.LayerNorm
        block = block or SwinTransformerBlock
        layers = [nn.Sequential(nn.Conv2d(3, embed_dim, tuple(patch_size), tuple(patch_size)), Permute([0, 2, 3, 1]),
                                norm(embed_dim))]
        dim = embed_dim
        for at, depth in enumerate(depths):
            stage = []
            for i in range(depth):
                shift = [0 if i % 2 == 0 else size // 2 for size in window_size]
                stage.append(block(dim, num_heads[at], window_size=window_size, shift_size=shift, mlp_ratio=mlp_ratio,
                                   dropout=dropout, attention_dropout=attention_dropout,
                                   stochastic_depth_prob=stochastic_depth_prob, norm_layer=norm))
            layers.append(nn.Sequential(*stage))
            if at < len(depths) - 1:
                layers.append(downsample_layer(dim, norm))
                dim *= 2
        self.features = nn.Sequential(*layers)
        self.norm = norm(dim)
        self.permute = Permute([0, 3, 1, 2])
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten(1)
        self.head = nn.Linear(dim, num_classes)

    def forward(self, x):
        x = self.permute(self.norm(self.features(x)))
        return self.head(self.flatten(self.avgpool(x)))


def _builder(width, depth, heads):
    def build(weights=None, progress=True, pretrained=None, **kwargs):
        return SwinTransformer([4, 4], width, [2, 2, depth, 2], heads, [7, 7], **options(kwargs, weights, pretrained))
    return build


def _second_builder(width, depth, heads):
    def build(weights=None, progress=True, pretrained=None, **kwargs):
        return SwinTransformer([4, 4], width, [2, 2, depth, 2], heads, [8, 8],
                               **{"block": SwinTransformerBlockV2, "downsample_layer": PatchMergingV2,
                                  **options(kwargs, weights, pretrained)})
    return build


swin_t = _builder(96, 6, [3, 6, 12, 24])
swin_s = _builder(96, 18, [3, 6, 12, 24])
swin_b = _builder(128, 18, [4, 8, 16, 32])
swin_v2_t = _second_builder(96, 6, [3, 6, 12, 24])
swin_v2_s = _second_builder(96, 18, [3, 6, 12, 24])
swin_v2_b = _second_builder(128, 18, [4, 8, 16, 32])
