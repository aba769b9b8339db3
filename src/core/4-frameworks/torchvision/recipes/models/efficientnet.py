# EfficientNet (Tan and Le 2019, table 1, scaled in width and depth) and EfficientNetV2 (Tan and Le 2021, table 4).
import math
import torch
import torch.nn as nn
from torchvision._support import options
from torchvision.models._utils import _make_divisible
from torchvision.ops.misc import Conv2dNormActivation, SqueezeExcitation
from torchvision.ops.stochastic_depth import StochasticDepth

# Expansion, kernel, stride, input, output, repeats of each stage.
_B0 = [(1, 3, 1, 32, 16, 1), (6, 3, 2, 16, 24, 2), (6, 5, 2, 24, 40, 2), (6, 3, 2, 40, 80, 3), (6, 5, 1, 80, 112, 3),
       (6, 5, 2, 112, 192, 4), (6, 3, 1, 192, 320, 1)]
# The first three stages of version 2 have fused blocks.
_V2 = {
    "s": [(1, 3, 1, 24, 24, 2), (4, 3, 2, 24, 48, 4), (4, 3, 2, 48, 64, 4), (4, 3, 2, 64, 128, 6),
          (6, 3, 1, 128, 160, 9), (6, 3, 2, 160, 256, 15)],
    "m": [(1, 3, 1, 24, 24, 3), (4, 3, 2, 24, 48, 5), (4, 3, 2, 48, 80, 5), (4, 3, 2, 80, 160, 7),
          (6, 3, 1, 160, 176, 14), (6, 3, 2, 176, 304, 18), (6, 3, 1, 304, 512, 5)],
    "l": [(1, 3, 1, 32, 32, 4), (4, 3, 2, 32, 64, 7), (4, 3, 2, 64, 96, 7), (4, 3, 2, 96, 192, 10),
          (6, 3, 1, 192, 224, 19), (6, 3, 2, 224, 384, 25), (6, 3, 1, 384, 640, 7)],
}


class _MBConvConfig:
    def __init__(self, expand_ratio, kernel, stride, input_channels, out_channels, num_layers, block):
        self.expand_ratio = expand_ratio
        self.kernel = kernel
        self.stride = stride
        self.input_channels = input_channels
        self.out_channels = out_channels
        self.num_layers = num_layers
        self.block = block

    @staticmethod
    def adjust_channels(channels, width_mult, min_value=None):
        return _make_divisible(channels * width_mult, 8, min_value)


class MBConvConfig(_MBConvConfig):
    def __init__(self, expand_ratio, kernel, stride, input_channels, out_channels, num_layers, width_mult=1.0,
                 depth_mult=1.0, block=None):
        super().__init__(expand_ratio, kernel, stride, self.adjust_channels(input_channels, width_mult),
                         self.adjust_channels(out_channels, width_mult), self.adjust_depth(num_layers, depth_mult),
                         block or MBConv)

    @staticmethod
    def adjust_depth(num_layers, depth_mult):
        return int(math.ceil(num_layers * depth_mult))


class FusedMBConvConfig(_MBConvConfig):
    def __init__(self, expand_ratio, kernel, stride, input_channels, out_channels, num_layers, block=None):
        super().__init__(expand_ratio, kernel, stride, input_channels, out_channels, num_layers, block or FusedMBConv)


class _Residual(nn.Module):
    def __init__(self, input_channels, stride, out_channels, steps, stochastic_depth_prob):
        super().__init__()
        if stride not in (1, 2):
            raise ValueError("illegal stride value")
        self.use_res_connect = stride == 1 and input_channels == out_channels
        self.block = nn.Sequential(*steps)
        self.stochastic_depth = StochasticDepth(stochastic_depth_prob, "row")
        self.out_channels = out_channels

    def forward(self, input):
        result = self.block(input)
        return self.stochastic_depth(result) + input if self.use_res_connect else result


class MBConv(_Residual):
    def __init__(self, cnf, stochastic_depth_prob, norm_layer, se_layer=SqueezeExcitation):
        wide = cnf.input_channels if cnf.expand_ratio == 1 else \
            cnf.__class__.adjust_channels(cnf.input_channels, cnf.expand_ratio)
        steps = []
        if wide != cnf.input_channels:
            steps.append(Conv2dNormActivation(cnf.input_channels, wide, 1, norm_layer=norm_layer,
                                              activation_layer=nn.SiLU))
        steps += [
            Conv2dNormActivation(wide, wide, cnf.kernel, cnf.stride, groups=wide, norm_layer=norm_layer,
                                 activation_layer=nn.SiLU),
            se_layer(wide, max(1, cnf.input_channels // 4), activation=nn.SiLU),
            Conv2dNormActivation(wide, cnf.out_channels, 1, norm_layer=norm_layer, activation_layer=None),
        ]
        super().__init__(cnf.input_channels, cnf.stride, cnf.out_channels, steps, stochastic_depth_prob)


class FusedMBConv(_Residual):
    def __init__(self, cnf, stochastic_depth_prob, norm_layer):
        wide = cnf.__class__.adjust_channels(cnf.input_channels, cnf.expand_ratio)
        if wide != cnf.input_channels:
            steps = [
                Conv2dNormActivation(cnf.input_channels, wide, cnf.kernel, cnf.stride, norm_layer=norm_layer,
                                     activation_layer=nn.SiLU),
                Conv2dNormActivation(wide, cnf.out_channels, 1, norm_layer=norm_layer, activation_layer=None),
            ]
        else:
            steps = [Conv2dNormActivation(cnf.input_channels, cnf.out_channels, cnf.kernel, cnf.stride,
                                          norm_layer=norm_layer, activation_layer=nn.SiLU)]
        super().__init__(cnf.input_channels, cnf.stride, cnf.out_channels, steps, stochastic_depth_prob)


class EfficientNet(nn.Module):
    def __init__(self, inverted_residual_setting, dropout, stochastic_depth_prob=0.2, num_classes=1000, norm_layer=None,
                 last_channel=None, **kwargs):
        super().__init__()
        norm = norm_layer or nn.BatchNorm2d
        first = inverted_residual_setting[0].input_channels
        narrow = inverted_residual_setting[-1].out_channels
        layers = [Conv2dNormActivation(3, first, 3, 2, norm_layer=norm, activation_layer=nn.SiLU)]
        total = sum(cnf.num_layers for cnf in inverted_residual_setting)
        done = 0
        for cnf in inverted_residual_setting:
            stage = []
            stride, channels = cnf.stride, cnf.input_channels
            for _ in range(cnf.num_layers):
                one = _MBConvConfig(cnf.expand_ratio, cnf.kernel, stride, channels, cnf.out_channels, 1, cnf.block)
                stage.append(cnf.block(one, stochastic_depth_prob * done / total, norm))
                stride, channels = 1, cnf.out_channels
                done += 1
            layers.append(nn.Sequential(*stage))
        last = last_channel if last_channel is not None else 4 * narrow
        layers.append(Conv2dNormActivation(narrow, last, 1, norm_layer=norm, activation_layer=nn.SiLU))
        self.features = nn.Sequential(*layers)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Sequential(nn.Dropout(dropout, True), nn.Linear(last, num_classes))

    def _forward_impl(self, x):
        return self.classifier(torch.flatten(self.avgpool(self.features(x)), 1))

    def forward(self, x):
        return self._forward_impl(x)


def _scaled_builder(width, depth, dropout):
    def build(weights=None, progress=True, pretrained=None, **kwargs):
        settings = [MBConvConfig(*row, width_mult=width, depth_mult=depth) for row in _B0]
        return EfficientNet(settings, **{"dropout": dropout, **options(kwargs, weights, pretrained)})
    return build


def _second_builder(size, dropout):
    def build(weights=None, progress=True, pretrained=None, **kwargs):
        settings = [FusedMBConvConfig(*row) if at < 3 else MBConvConfig(*row) for at, row in enumerate(_V2[size])]
        return EfficientNet(settings, **{"dropout": dropout, "last_channel": 1280,
                                         **options(kwargs, weights, pretrained)})
    return build


efficientnet_b0 = _scaled_builder(1.0, 1.0, 0.2)
efficientnet_b1 = _scaled_builder(1.0, 1.1, 0.2)
efficientnet_b2 = _scaled_builder(1.1, 1.2, 0.3)
efficientnet_b3 = _scaled_builder(1.2, 1.4, 0.3)
efficientnet_b4 = _scaled_builder(1.4, 1.8, 0.4)
efficientnet_b5 = _scaled_builder(1.6, 2.2, 0.4)
efficientnet_b6 = _scaled_builder(1.8, 2.6, 0.5)
efficientnet_b7 = _scaled_builder(2.0, 3.1, 0.5)
efficientnet_v2_s = _second_builder("s", 0.2)
efficientnet_v2_m = _second_builder("m", 0.3)
efficientnet_v2_l = _second_builder("l", 0.4)
