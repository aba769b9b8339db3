# MnasNet-B1 (Tan et al. 2018, figure 7 without squeeze-and-excitation), scaled in width by alpha.
import torch
import torch.nn as nn
from torchvision._support import options
from torchvision.models._utils import _make_divisible

# Kernel, first stride, expansion and repeats of each stack; widths before scaling, the first two of the stem.
_STACKS = [(3, 2, 3, 3), (5, 2, 3, 3), (5, 2, 6, 3), (3, 1, 6, 2), (5, 2, 6, 4), (3, 1, 6, 1)]
_WIDTHS = [32, 16, 24, 40, 80, 96, 192, 320]


def _get_depths(alpha):
    return [_make_divisible(width * alpha, 8) for width in _WIDTHS]


def _convolution(inp, oup, kernel=1, stride=1, groups=1, active=True):
    layers = [nn.Conv2d(inp, oup, kernel, stride, kernel // 2, groups=groups, bias=False), nn.BatchNorm2d(oup)]
    return layers + [nn.ReLU(True)] if active else layers


class _InvertedResidual(nn.Module):
    def __init__(self, in_ch, out_ch, kernel_size, stride, expansion_factor, bn_momentum=0.1):
        super().__init__()
        wide = in_ch * expansion_factor
        self.apply_residual = in_ch == out_ch and stride == 1
        self.layers = nn.Sequential(*_convolution(in_ch, wide), *_convolution(wide, wide, kernel_size, stride, wide),
                                    *_convolution(wide, out_ch, active=False))

    def forward(self, input):
        return self.layers(input) + input if self.apply_residual else self.layers(input)


class MNASNet(nn.Module):
    def __init__(self, alpha, num_classes=1000, dropout=0.2):
        super().__init__()
        if alpha <= 0.0:
            raise ValueError(f"alpha should be greater than 0.0 instead of {alpha}")
        self.alpha = alpha
        self.num_classes = num_classes
        widths = _get_depths(alpha)
        first = widths[0]
        layers = [*_convolution(3, first, 3, 2), *_convolution(first, first, 3, groups=first),
                  *_convolution(first, widths[1], active=False)]
        for at, (kernel, stride, expansion, repeats) in enumerate(_STACKS, 1):
            inp, oup = widths[at], widths[at + 1]
            stack = [_InvertedResidual(inp, oup, kernel, stride, expansion)]
            stack += [_InvertedResidual(oup, oup, kernel, 1, expansion) for _ in range(repeats - 1)]
            layers.append(nn.Sequential(*stack))
        layers += _convolution(widths[-1], 1280)
        self.layers = nn.Sequential(*layers)
        self.classifier = nn.Sequential(nn.Dropout(dropout, True), nn.Linear(1280, num_classes))

    def forward(self, x):
        return self.classifier(self.layers(x).mean([2, 3]))


def _builder(alpha):
    def build(weights=None, progress=True, pretrained=None, **kwargs):
        return MNASNet(alpha, **options(kwargs, weights, pretrained))
    return build


mnasnet0_5 = _builder(0.5)
mnasnet0_75 = _builder(0.75)
mnasnet1_0 = _builder(1.0)
mnasnet1_3 = _builder(1.3)
