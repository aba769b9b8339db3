# MobileNetV3 (Howard et al. 2019, tables 1 and 2): searched blocks with squeeze-and-excitation and hard swish.
import torch
import torch.nn as nn
from functools import partial
from torchvision._support import options
from torchvision.models._utils import _make_divisible
from torchvision.ops.misc import Conv2dNormActivation, SqueezeExcitation as _SqueezeExcitation

# Input, kernel, expansion, output, squeeze-and-excitation, activation, stride. The last three rows ("tail") shrink with
# reduced_tail and keep their resolution with dilated.
_SMALL = [
    (16, 3, 16, 16, True, "RE", 2), (16, 3, 72, 24, False, "RE", 2), (24, 3, 88, 24, False, "RE", 1),
    (24, 5, 96, 40, True, "HS", 2), (40, 5, 240, 40, True, "HS", 1), (40, 5, 240, 40, True, "HS", 1),
    (40, 5, 120, 48, True, "HS", 1), (48, 5, 144, 48, True, "HS", 1),
    (48, 5, 288, 96, True, "HS", 2), (96, 5, 576, 96, True, "HS", 1), (96, 5, 576, 96, True, "HS", 1),
]
_LARGE = [
    (16, 3, 16, 16, False, "RE", 1), (16, 3, 64, 24, False, "RE", 2), (24, 3, 72, 24, False, "RE", 1),
    (24, 5, 72, 40, True, "RE", 2), (40, 5, 120, 40, True, "RE", 1), (40, 5, 120, 40, True, "RE", 1),
    (40, 3, 240, 80, False, "HS", 2), (80, 3, 200, 80, False, "HS", 1), (80, 3, 184, 80, False, "HS", 1),
    (80, 3, 184, 80, False, "HS", 1), (80, 3, 480, 112, True, "HS", 1), (112, 3, 672, 112, True, "HS", 1),
    (112, 5, 672, 160, True, "HS", 2), (160, 5, 960, 160, True, "HS", 1), (160, 5, 960, 160, True, "HS", 1),
]


class SqueezeExcitation(_SqueezeExcitation):
    def __init__(self, input_channels, squeeze_factor=4):
        super().__init__(input_channels, _make_divisible(input_channels // squeeze_factor, 8),
                         scale_activation=nn.Hardsigmoid)


class InvertedResidualConfig:
    def __init__(self, input_channels, kernel, expanded_channels, out_channels, use_se, activation, stride, dilation,
                 width_mult):
        self.input_channels = self.adjust_channels(input_channels, width_mult)
        self.kernel = kernel
        self.expanded_channels = self.adjust_channels(expanded_channels, width_mult)
        self.out_channels = self.adjust_channels(out_channels, width_mult)
        self.use_se = use_se
        self.use_hs = activation == "HS"
        self.stride = stride
        self.dilation = dilation

    @staticmethod
    def adjust_channels(channels, width_mult):
        return _make_divisible(channels * width_mult, 8)


class InvertedResidual(nn.Module):
    def __init__(self, cnf, norm_layer,
                 se_layer=partial(_SqueezeExcitation, scale_activation=nn.Hardsigmoid)):
        super().__init__()
        if cnf.stride not in (1, 2):
            raise ValueError("illegal stride value")
        self.use_res_connect = cnf.stride == 1 and cnf.input_channels == cnf.out_channels
        wide = cnf.expanded_channels
        activation = nn.Hardswish if cnf.use_hs else nn.ReLU
        steps = []
        if wide != cnf.input_channels:
            steps.append(Conv2dNormActivation(cnf.input_channels, wide, 1, norm_layer=norm_layer,
                                              activation_layer=activation))
        steps.append(Conv2dNormActivation(wide, wide, cnf.kernel, 1 if cnf.dilation > 1 else cnf.stride, groups=wide,
                                          norm_layer=norm_layer, activation_layer=activation, dilation=cnf.dilation))
        if cnf.use_se:
            steps.append(se_layer(wide, _make_divisible(wide // 4, 8)))
        steps.append(Conv2dNormActivation(wide, cnf.out_channels, 1, norm_layer=norm_layer, activation_layer=None))
        self.block = nn.Sequential(*steps)
        self.out_channels = cnf.out_channels
        self._is_cn = cnf.stride > 1

    def forward(self, input):
        return self.block(input) + input if self.use_res_connect else self.block(input)


class MobileNetV3(nn.Module):
    def __init__(self, inverted_residual_setting, last_channel, num_classes=1000, block=None, norm_layer=None,
                 dropout=0.2, **kwargs):
        super().__init__()
        if not inverted_residual_setting:
            raise ValueError("The inverted_residual_setting should not be empty")
        block = block or InvertedResidual
        norm = norm_layer or nn.BatchNorm2d
        first = inverted_residual_setting[0].input_channels
        narrow = inverted_residual_setting[-1].out_channels
        layers = [Conv2dNormActivation(3, first, 3, 2, norm_layer=norm, activation_layer=nn.Hardswish)]
        layers += [block(cnf, norm) for cnf in inverted_residual_setting]
        layers.append(Conv2dNormActivation(narrow, 6 * narrow, 1, norm_layer=norm, activation_layer=nn.Hardswish))
        self.features = nn.Sequential(*layers)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Sequential(nn.Linear(6 * narrow, last_channel), nn.Hardswish(True), nn.Dropout(dropout, True),
                                        nn.Linear(last_channel, num_classes))

    def _forward_impl(self, x):
        return self.classifier(torch.flatten(self.avgpool(self.features(x)), 1))

    def forward(self, x):
        return self._forward_impl(x)


def _mobilenet_v3_conf(arch, width_mult=1.0, reduced_tail=False, dilated=False, **kwargs):
    rows = _SMALL if arch == "mobilenet_v3_small" else _LARGE
    shrink = 2 if reduced_tail else 1
    settings = []
    for at, (inp, kernel, wide, out, se, activation, stride) in enumerate(rows):
        tail = at - (len(rows) - 3)
        if tail >= 0:
            out = out // shrink
            if tail > 0:
                inp, wide = inp // shrink, wide // shrink
        settings.append(InvertedResidualConfig(inp, kernel, wide, out, se, activation, stride,
                                               2 if dilated and tail >= 0 else 1, width_mult))
    last = 1024 if arch == "mobilenet_v3_small" else 1280
    return settings, InvertedResidualConfig.adjust_channels(last // shrink, width_mult)


def _builder(arch):
    def build(weights=None, progress=True, pretrained=None, **kwargs):
        kwargs = dict(options(kwargs, weights, pretrained))
        shape = {name: kwargs.pop(name) for name in ("width_mult", "reduced_tail", "dilated") if name in kwargs}
        settings, last = _mobilenet_v3_conf(arch, **shape)
        return MobileNetV3(settings, last, **kwargs)
    return build


mobilenet_v3_large = _builder("mobilenet_v3_large")
mobilenet_v3_small = _builder("mobilenet_v3_small")
