# ConvNeXt (Liu et al. 2022, table 9): large depthwise kernels, inverted bottlenecks in channels-last order, layer scale.
import torch
import torch.nn as nn
from torchvision._support import options
from torchvision.ops.misc import Conv2dNormActivation, Permute
from torchvision.ops.stochastic_depth import StochasticDepth


class LayerNorm2d(nn.LayerNorm):
    def forward(self, x):
        x = x.permute(0, 2, 3, 1)
        x = nn.functional.layer_norm(x, self.normalized_shape, self.weight, self.bias, self.eps)
        return x.permute(0, 3, 1, 2)


class CNBlock(nn.Module):
    def __init__(self, dim, layer_scale, stochastic_depth_prob, norm_layer=None):
        super().__init__()
        norm = norm_layer or nn.LayerNorm
        self.block = nn.Sequential(
            nn.Conv2d(dim, dim, 7, padding=3, groups=dim), Permute([0, 2, 3, 1]), norm(dim),
            nn.Linear(dim, 4 * dim), nn.GELU(), nn.Linear(4 * dim, dim), Permute([0, 3, 1, 2]),
        )
        self.layer_scale = nn.Parameter(torch.ones(dim, 1, 1) * layer_scale)
        self.stochastic_depth = StochasticDepth(stochastic_depth_prob, "row")

    def forward(self, input):
        return self.stochastic_depth(self.layer_scale * self.block(input)) + input


class CNBlockConfig:
    def __init__(self, input_channels, out_channels, num_layers):
        self.input_channels = input_channels
        self.out_channels = out_channels
        self.num_layers = num_layers


class ConvNeXt(nn.Module):
    def __init__(self, block_setting, stochastic_depth_prob=0.0, layer_scale=1e-6, num_classes=1000, block=None,
                 norm_layer=None, **kwargs):
        super().__init__()
        if not block_setting:
            raise ValueError("The block_setting should not be empty")
        block = block or CNBlock
        norm = norm_layer or LayerNorm2d
        layers = [Conv2dNormActivation(3, block_setting[0].input_channels, 4, 4, 0, norm_layer=norm,
                                       activation_layer=None, bias=True)]
        last = sum(cnf.num_layers for cnf in block_setting) - 1.0
        done = 0
        for cnf in block_setting:
            stage = []
            for _ in range(cnf.num_layers):
                stage.append(block(cnf.input_channels, layer_scale, stochastic_depth_prob * done / last))
                done += 1
            layers.append(nn.Sequential(*stage))
            if cnf.out_channels is not None:
                layers.append(nn.Sequential(norm(cnf.input_channels), nn.Conv2d(cnf.input_channels, cnf.out_channels, 2, 2)))
        self.features = nn.Sequential(*layers)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        wide = block_setting[-1].input_channels if block_setting[-1].out_channels is None else \
            block_setting[-1].out_channels
        self.classifier = nn.Sequential(norm(wide), nn.Flatten(1), nn.Linear(wide, num_classes))

    def _forward_impl(self, x):
        return self.classifier(self.avgpool(self.features(x)))

    def forward(self, x):
        return self._forward_impl(x)


def _builder(widths, depths):
    def build(weights=None, progress=True, pretrained=None, **kwargs):
        settings = [CNBlockConfig(width, wider, depth) for width, wider, depth in zip(widths, [*widths[1:], None], depths)]
        return ConvNeXt(settings, **options(kwargs, weights, pretrained))
    return build


convnext_tiny = _builder([96, 192, 384, 768], [3, 3, 9, 3])
convnext_small = _builder([96, 192, 384, 768], [3, 3, 27, 3])
convnext_base = _builder([128, 256, 512, 1024], [3, 3, 27, 3])
convnext_large = _builder([192, 384, 768, 1536], [3, 3, 27, 3])
