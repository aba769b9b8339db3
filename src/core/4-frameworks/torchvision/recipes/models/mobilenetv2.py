# MobileNetV2 (Sandler et al. 2018, tables 1 and 2): inverted residuals with linear bottlenecks.
import torch
import torch.nn as nn
from torchvision._support import options
from torchvision.models._utils import _make_divisible
from torchvision.ops.misc import Conv2dNormActivation

# Expansion, channels, repeats and first stride of each stage.
_STAGES = [[1, 16, 1, 1], [6, 24, 2, 2], [6, 32, 3, 2], [6, 64, 4, 2], [6, 96, 3, 1], [6, 160, 3, 2], [6, 320, 1, 1]]


class ConvBNReLU(Conv2dNormActivation):
    def __init__(self, in_planes, out_planes, kernel_size=3, stride=1, groups=1, norm_layer=nn.BatchNorm2d,
                 activation_layer=nn.ReLU6, dilation=1):
        super().__init__(in_planes, out_planes, kernel_size, stride, None, groups, norm_layer, activation_layer,
                         dilation)


ConvBNActivation = Conv2dNormActivation


class InvertedResidual(nn.Module):
    def __init__(self, inp, oup, stride, expand_ratio, norm_layer=None):
        super().__init__()
        if stride not in (1, 2):
            raise ValueError(f"stride should be 1 or 2 instead of {stride}")
        norm = norm_layer or nn.BatchNorm2d
        self.stride = stride
        hidden = int(round(inp * expand_ratio))
        self.use_res_connect = stride == 1 and inp == oup
        steps = []
        if expand_ratio != 1:
            steps.append(Conv2dNormActivation(inp, hidden, 1, norm_layer=norm, activation_layer=nn.ReLU6))
        steps += [
            Conv2dNormActivation(hidden, hidden, 3, stride, groups=hidden, norm_layer=norm, activation_layer=nn.ReLU6),
            nn.Conv2d(hidden, oup, 1, bias=False),
            norm(oup),
        ]
        self.conv = nn.Sequential(*steps)
        self.out_channels = oup
        self._is_cn = stride > 1

    def forward(self, x):
        return x + self.conv(x) if self.use_res_connect else self.conv(x)


class MobileNetV2(nn.Module):
    def __init__(self, num_classes=1000, width_mult=1.0, inverted_residual_setting=None, round_nearest=8, block=None,
                 norm_layer=None, dropout=0.2):
        super().__init__()
        block = block or InvertedResidual
        norm = norm_layer or nn.BatchNorm2d
        stages = _STAGES if inverted_residual_setting is None else inverted_residual_setting
        if len(stages) == 0 or len(stages[0]) != 4:
            raise ValueError("inverted_residual_setting should be non-empty or a 4-element list")
        channels = _make_divisible(32 * width_mult, round_nearest)
        self.last_channel = _make_divisible(1280 * max(1.0, width_mult), round_nearest)
        layers = [Conv2dNormActivation(3, channels, 3, 2, norm_layer=norm, activation_layer=nn.ReLU6)]
        for expansion, wide, repeats, stride in stages:
            wide = _make_divisible(wide * width_mult, round_nearest)
            for i in range(repeats):
                layers.append(block(channels, wide, stride if i == 0 else 1, expand_ratio=expansion, norm_layer=norm))
                channels = wide
        layers.append(Conv2dNormActivation(channels, self.last_channel, 1, norm_layer=norm,
                                           activation_layer=nn.ReLU6))
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Sequential(nn.Dropout(dropout), nn.Linear(self.last_channel, num_classes))

    def _forward_impl(self, x):
        x = nn.functional.adaptive_avg_pool2d(self.features(x), (1, 1))
        return self.classifier(torch.flatten(x, 1))

    def forward(self, x):
        return self._forward_impl(x)


def mobilenet_v2(weights=None, progress=True, pretrained=None, **kwargs):
    return MobileNetV2(**options(kwargs, weights, pretrained))
