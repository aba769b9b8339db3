# MaxViT (Tu et al. 2022, figure 2 and table 1): inverted bottlenecks, then attention in windows, then over a sparse grid.
import torch
import torch.nn as nn
from collections import OrderedDict
from torchvision._support import options
from torchvision.ops.misc import Conv2dNormActivation, SqueezeExcitation
from torchvision.ops.stochastic_depth import StochasticDepth


class MBConv(nn.Module):
    def __init__(self, in_channels, out_channels, expansion_ratio, squeeze_ratio, stride, activation_layer, norm_layer,
                 p_stochastic_dropout=0.0):
        super().__init__()
        if stride != 1 or in_channels != out_channels:
            steps = [nn.AvgPool2d(3, stride, 1)] if stride == 2 else []
            self.proj = nn.Sequential(*steps, nn.Conv2d(in_channels, out_channels, 1))
        else:
            self.proj = nn.Identity()
        wide = int(out_channels * expansion_ratio)
        self.stochastic_depth = StochasticDepth(p_stochastic_dropout, "row") if p_stochastic_dropout else nn.Identity()
        self.layers = nn.Sequential(OrderedDict([
            ("pre_norm", norm_layer(in_channels)),
            ("conv_a", Conv2dNormActivation(in_channels, wide, 1, 1, 0, norm_layer=norm_layer,
                                            activation_layer=activation_layer, inplace=None)),
            ("conv_b", Conv2dNormActivation(wide, wide, 3, stride, 1, wide, norm_layer, activation_layer, inplace=None)),
            ("squeeze_excitation", SqueezeExcitation(wide, int(out_channels * squeeze_ratio), activation=nn.SiLU)),
            ("conv_c", nn.Conv2d(wide, out_channels, 1)),
        ]))

    def forward(self, x):
        return self.proj(x) + self.stochastic_depth(self.layers(x))


class RelativePositionalMultiHeadAttention(nn.Module):
    def __init__(self, feat_dim, head_dim, max_seq_len):
        super().__init__()
        if feat_dim % head_dim != 0:
            raise ValueError(f"feat_dim: {feat_dim} must be divisible by head_dim: {head_dim}")
        self.n_heads = feat_dim // head_dim
        self.head_dim = head_dim
        self.size = int(max_seq_len ** 0.5)
        self.max_seq_len = max_seq_len
        self.to_qkv = nn.Linear(feat_dim, self.n_heads * head_dim * 3)
        self.merge = nn.Linear(self.n_heads * head_dim, feat_dim)
        self.relative_position_bias_table = nn.Parameter(torch.empty((2 * self.size - 1) ** 2, self.n_heads))
        self.register_buffer("relative_position_index", torch.zeros(max_seq_len, max_seq_len, dtype=torch.long))

    def get_relative_positional_bias(self):
        index = self.relative_position_index.view(-1)
        bias = self.relative_position_bias_table[index].view(self.max_seq_len, self.max_seq_len, -1)
        return bias.permute(2, 0, 1).contiguous().unsqueeze(0)

    def forward(self, x):
        batch, groups, length, width = x.shape
        qkv = torch.chunk(self.to_qkv(x), 3, dim=-1)
        q, k, v = [part.reshape(batch, groups, length, self.n_heads, self.head_dim).permute(0, 1, 3, 2, 4) for part in qkv]
        scores = torch.matmul(q, (k * width ** -0.5).transpose(-2, -1)) + self.get_relative_positional_bias()
        out = torch.matmul(nn.functional.softmax(scores, dim=-1), v)
        return self.merge(out.permute(0, 1, 3, 2, 4).reshape(batch, groups, length, width))


class SwapAxes(nn.Module):
    def __init__(self, a, b):
        super().__init__()
        self.a = a
        self.b = b

    def forward(self, x):
        return torch.swapaxes(x, self.a, self.b)


# Images as windows of p x p pixels: [batch, windows, pixels, channels].
class WindowPartition(nn.Module):
    def forward(self, x, p):
        batch, channels, height, width = x.shape
        x = x.reshape(batch, channels, height // p, p, width // p, p).permute(0, 2, 4, 3, 5, 1)
        return x.reshape(batch, (height // p) * (width // p), p * p, channels)


class WindowDepartition(nn.Module):
    def forward(self, x, p, h_partitions, w_partitions):
        batch, _, _, channels = x.shape
        x = x.reshape(batch, h_partitions, w_partitions, p, p, channels).permute(0, 5, 1, 3, 2, 4)
        return x.reshape(batch, channels, h_partitions * p, w_partitions * p)


class PartitionAttentionLayer(nn.Module):
    def __init__(self, in_channels, head_dim, partition_size, partition_type, grid_size, mlp_ratio, activation_layer,
                 norm_layer, attention_dropout, mlp_dropout, p_stochastic_dropout):
        super().__init__()
        if partition_type not in ("grid", "window"):
            raise ValueError("partition_type must be either 'grid' or 'window'")
        parts = grid_size[0] // partition_size
        self.partition_type = partition_type
        in_windows = partition_type == "window"
        self.p, self.g = (partition_size, parts) if in_windows else (parts, partition_size)
        self.grid_size = grid_size
        self.partition_op = WindowPartition()
        self.departition_op = WindowDepartition()
        self.partition_swap = nn.Identity() if in_windows else SwapAxes(-2, -3)
        self.departition_swap = nn.Identity() if in_windows else SwapAxes(-2, -3)
        self.attn_layer = nn.Sequential(
            norm_layer(in_channels), RelativePositionalMultiHeadAttention(in_channels, head_dim, partition_size ** 2),
            nn.Dropout(attention_dropout),
        )
        self.mlp_layer = nn.Sequential(
            nn.LayerNorm(in_channels), nn.Linear(in_channels, in_channels * mlp_ratio), activation_layer(),
            nn.Linear(in_channels * mlp_ratio, in_channels), nn.Dropout(mlp_dropout),
        )
        self.stochastic_dropout = StochasticDepth(p_stochastic_dropout, "row")

    def forward(self, x):
        rows, columns = self.grid_size[0] // self.p, self.grid_size[1] // self.p
        if self.grid_size[0] % self.p != 0 or self.grid_size[1] % self.p != 0:
            raise AssertionError("Grid size must be divisible by partition size")
        x = self.partition_swap(self.partition_op(x, self.p))
        x = x + self.stochastic_dropout(self.attn_layer(x))
        x = x + self.stochastic_dropout(self.mlp_layer(x))
        return self.departition_op(self.departition_swap(x), self.p, rows, columns)


class MaxVitLayer(nn.Module):
    def __init__(self, in_channels, out_channels, stride, grid_size, p_stochastic, head_dim, partition_size, norm_layer,
                 activation_layer, squeeze_ratio, expansion_ratio, mlp_ratio, mlp_dropout, attention_dropout):
        super().__init__()
        layers = OrderedDict(MBconv=MBConv(in_channels, out_channels, expansion_ratio, squeeze_ratio, stride,
                                           activation_layer, norm_layer, p_stochastic))
        for kind in ("window", "grid"):
            layers[f"{kind}_attention"] = PartitionAttentionLayer(
                out_channels, head_dim, partition_size, kind, grid_size, mlp_ratio, activation_layer, nn.LayerNorm,
                attention_dropout, mlp_dropout, p_stochastic)
        self.layers = nn.Sequential(layers)

    def forward(self, x):
        return self.layers(x)


class MaxVitBlock(nn.Module):
    def __init__(self, layers, grid_size):
        super().__init__()
        self.layers = nn.ModuleList(layers)
        self.grid_size = grid_size

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


def _halved(size):
    return tuple((side - 1) // 2 + 1 for side in size)


class MaxVit(nn.Module):
    def __init__(self, input_size, stem_channels, partition_size, block_channels, block_layers, head_dim,
                 stochastic_depth_prob, norm_layer=None, activation_layer=nn.GELU, squeeze_ratio=0.25, expansion_ratio=4,
                 mlp_ratio=4, mlp_dropout=0.0, attention_dropout=0.0, num_classes=1000):
        super().__init__()
        norm = norm_layer or nn.BatchNorm2d
        self.stem = nn.Sequential(
            Conv2dNormActivation(3, stem_channels, 3, 2, norm_layer=norm, activation_layer=activation_layer, bias=False,
                                 inplace=None),
            Conv2dNormActivation(stem_channels, stem_channels, 3, 1, norm_layer=None, activation_layer=None, bias=True),
        )
        size = _halved(input_size)
        self.partition_size = partition_size
        self.blocks = nn.ModuleList()
        channels, done, last = stem_channels, 0, max(1, sum(block_layers) - 1)
        for wide, count in zip(block_channels, block_layers):
            size = _halved(size)
            layers = []
            for at in range(count):
                layers.append(MaxVitLayer(channels, wide, 1 if at else 2, size, stochastic_depth_prob * done / last,
                                          head_dim, partition_size, norm, activation_layer, squeeze_ratio,
                                          expansion_ratio, mlp_ratio, mlp_dropout, attention_dropout))
                channels = wide
                done += 1
            self.blocks.append(MaxVitBlock(layers, size))
        self.classifier = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.LayerNorm(channels),
                                        nn.Linear(channels, channels), nn.Tanh(),
                                        nn.Linear(channels, num_classes, bias=False))

    def forward(self, x):
        x = self.stem(x)
        for block in self.blocks:
            x = block(x)
        return self.classifier(x)


def maxvit_t(weights=None, progress=True, pretrained=None, **kwargs):
    kwargs = dict(options(kwargs, weights, pretrained))
    return MaxVit(kwargs.pop("input_size", (224, 224)), 64, 7, [64, 128, 256, 512], [2, 2, 5, 2], 32, 0.2, **kwargs)
