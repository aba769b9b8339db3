# RegNetX and RegNetY (Radosavovic et al. 2020, section 3.4): widths of all blocks from one line, quantised, in four stages.
import math
import torch.nn as nn
from collections import OrderedDict
from torchvision._support import options
from torchvision.models._utils import _make_divisible
from torchvision.ops.misc import Conv2dNormActivation, SqueezeExcitation


class SimpleStemIN(Conv2dNormActivation):
    def __init__(self, width_in, width_out, norm_layer, activation_layer):
        super().__init__(width_in, width_out, 3, 2, norm_layer=norm_layer, activation_layer=activation_layer)


class BottleneckTransform(nn.Sequential):
    def __init__(self, width_in, width_out, stride, norm_layer, activation_layer, group_width, bottleneck_multiplier,
                 se_ratio):
        super().__init__()
        width = int(round(width_out * bottleneck_multiplier))
        self.a = Conv2dNormActivation(width_in, width, 1, norm_layer=norm_layer, activation_layer=activation_layer)
        self.b = Conv2dNormActivation(width, width, 3, stride, groups=width // group_width, norm_layer=norm_layer,
                                      activation_layer=activation_layer)
        if se_ratio:
            self.se = SqueezeExcitation(width, int(round(se_ratio * width_in)), activation=activation_layer)
        self.c = Conv2dNormActivation(width, width_out, 1, norm_layer=norm_layer, activation_layer=None)


class ResBottleneckBlock(nn.Module):
    def __init__(self, width_in, width_out, stride, norm_layer, activation_layer, group_width=1,
                 bottleneck_multiplier=1.0, se_ratio=None):
        super().__init__()
        self.proj = None
        if width_in != width_out or stride != 1:
            self.proj = Conv2dNormActivation(width_in, width_out, 1, stride, norm_layer=norm_layer,
                                             activation_layer=None)
        self.f = BottleneckTransform(width_in, width_out, stride, norm_layer, activation_layer, group_width,
                                     bottleneck_multiplier, se_ratio)
        self.activation = activation_layer(inplace=True)

    def forward(self, x):
        return self.activation((x if self.proj is None else self.proj(x)) + self.f(x))


class AnyStage(nn.Sequential):
    def __init__(self, width_in, width_out, stride, depth, block_type, norm_layer, activation_layer, group_width,
                 bottleneck_multiplier, se_ratio=None, stage_index=0):
        super().__init__()
        for i in range(depth):
            block = block_type(width_out if i else width_in, width_out, 1 if i else stride, norm_layer, activation_layer,
                               group_width, bottleneck_multiplier, se_ratio)
            self.add_module(f"block{stage_index}-{i}", block)


class BlockParams:
    def __init__(self, depths, widths, group_widths, bottleneck_multipliers, strides, se_ratio=None):
        self.depths = depths
        self.widths = widths
        self.group_widths = group_widths
        self.bottleneck_multipliers = bottleneck_multipliers
        self.strides = strides
        self.se_ratio = se_ratio

    @classmethod
    def from_init_params(cls, depth, w_0, w_a, w_m, group_width, bottleneck_multiplier=1.0, se_ratio=None, **kwargs):
        if w_a < 0 or w_0 <= 0 or w_m <= 1 or w_0 % 8 != 0:
            raise ValueError("Invalid RegNet settings")
        widths, depths = [], []
        for at in range(depth):
            power = round(math.log((w_0 + w_a * at) / w_0) / math.log(w_m))
            width = int(round(w_0 * w_m ** power / 8)) * 8
            if widths and widths[-1] == width:
                depths[-1] += 1
            else:
                widths.append(width)
                depths.append(1)
        groups = []
        for at, width in enumerate(widths):
            inner = int(width * bottleneck_multiplier)
            groups.append(min(group_width, inner))
            widths[at] = int(_make_divisible(inner, groups[at]) / bottleneck_multiplier)
        count = len(widths)
        return cls(depths, widths, groups, [bottleneck_multiplier] * count, [2] * count, se_ratio)

    def _get_expanded_params(self):
        return zip(self.widths, self.strides, self.depths, self.group_widths, self.bottleneck_multipliers)


class RegNet(nn.Module):
    def __init__(self, block_params, num_classes=1000, stem_width=32, stem_type=None, block_type=None, norm_layer=None,
                 activation=None):
        super().__init__()
        norm = norm_layer or nn.BatchNorm2d
        activation = activation or nn.ReLU
        self.stem = (stem_type or SimpleStemIN)(3, stem_width, norm, activation)
        width = stem_width
        stages = []
        for at, (wide, stride, depth, group_width, multiplier) in enumerate(block_params._get_expanded_params(), 1):
            stages.append((f"block{at}", AnyStage(width, wide, stride, depth, block_type or ResBottleneckBlock, norm,
                                                  activation, group_width, multiplier, block_params.se_ratio, at)))
            width = wide
        self.trunk_output = nn.Sequential(OrderedDict(stages))
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(width, num_classes)

    def forward(self, x):
        x = self.avgpool(self.trunk_output(self.stem(x)))
        return self.fc(x.flatten(1))


# Depth, initial width, slope, quantisation and group width; RegNetY adds squeeze-and-excitation.
def _x_builder(*line):
    def build(weights=None, progress=True, pretrained=None, **kwargs):
        return RegNet(BlockParams.from_init_params(*line), **options(kwargs, weights, pretrained))
    return build


def _y_builder(*line):
    def build(weights=None, progress=True, pretrained=None, **kwargs):
        params = BlockParams.from_init_params(*line, se_ratio=0.25)
        return RegNet(params, **options(kwargs, weights, pretrained))
    return build


regnet_x_400mf = _x_builder(22, 24, 24.48, 2.54, 16)
regnet_x_800mf = _x_builder(16, 56, 35.73, 2.28, 16)
regnet_x_1_6gf = _x_builder(18, 80, 34.01, 2.25, 24)
regnet_x_3_2gf = _x_builder(25, 88, 26.31, 2.25, 48)
regnet_x_8gf = _x_builder(23, 80, 49.56, 2.88, 120)
regnet_x_16gf = _x_builder(22, 216, 55.59, 2.1, 128)
regnet_x_32gf = _x_builder(23, 320, 69.86, 2.0, 168)
regnet_y_400mf = _y_builder(16, 48, 27.89, 2.09, 8)
regnet_y_800mf = _y_builder(14, 56, 38.84, 2.4, 16)
regnet_y_1_6gf = _y_builder(27, 48, 20.71, 2.65, 24)
regnet_y_3_2gf = _y_builder(21, 80, 42.63, 2.66, 24)
regnet_y_8gf = _y_builder(17, 192, 76.82, 2.19, 56)
regnet_y_16gf = _y_builder(18, 200, 106.23, 2.48, 112)
regnet_y_32gf = _y_builder(20, 232, 115.89, 2.53, 232)
regnet_y_128gf = _y_builder(27, 456, 160.83, 2.52, 264)
