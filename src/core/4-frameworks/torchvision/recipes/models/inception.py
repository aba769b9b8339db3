# Inception v3 (Szegedy et al. 2015, table 1 and figures 5 to 7) as trained for ImageNet. The auxiliary head exists and runs
# in training only.
import torch
import torch.nn as nn
from torchvision._support import has_weights, options

F = nn.functional


class BasicConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, **kwargs):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, bias=False, **kwargs)
        self.bn = nn.BatchNorm2d(out_channels, 0.001)

    def forward(self, x):
        return F.relu(self.bn(self.conv(x)))


# One convolution after the other: prefix_1, prefix_2, … with widths and kernels; the last one may have a stride (and then
# no padding).
def _chain(block, prefix, conv, inp, steps, stride=1):
    for at, (oup, kernel) in enumerate(steps, 1):
        height, width = kernel if isinstance(kernel, tuple) else (kernel, kernel)
        name = f"{prefix}_{at}" if len(steps) > 1 else prefix
        if stride > 1 and at == len(steps):
            setattr(block, name, conv(inp, oup, kernel_size=kernel, stride=stride))
        elif height == width == 1:
            setattr(block, name, conv(inp, oup, kernel_size=1))
        else:
            setattr(block, name, conv(inp, oup, kernel_size=kernel, padding=(height // 2, width // 2)))
        inp = oup


def _run(block, prefix, x, count):
    for at in range(1, count + 1):
        x = getattr(block, f"{prefix}_{at}")(x)
    return x


def _pooled(x):
    return F.avg_pool2d(x, 3, 1, 1)


class InceptionA(nn.Module):
    def __init__(self, in_channels, pool_features, conv_block=None):
        super().__init__()
        conv = conv_block or BasicConv2d
        _chain(self, "branch1x1", conv, in_channels, [(64, 1)])
        _chain(self, "branch5x5", conv, in_channels, [(48, 1), (64, 5)])
        _chain(self, "branch3x3dbl", conv, in_channels, [(64, 1), (96, 3), (96, 3)])
        _chain(self, "branch_pool", conv, in_channels, [(pool_features, 1)])

    def forward(self, x):
        return torch.cat([self.branch1x1(x), _run(self, "branch5x5", x, 2), _run(self, "branch3x3dbl", x, 3),
                          self.branch_pool(_pooled(x))], 1)


class InceptionB(nn.Module):
    def __init__(self, in_channels, conv_block=None):
        super().__init__()
        conv = conv_block or BasicConv2d
        _chain(self, "branch3x3", conv, in_channels, [(384, 3)], 2)
        _chain(self, "branch3x3dbl", conv, in_channels, [(64, 1), (96, 3), (96, 3)], 2)

    def forward(self, x):
        return torch.cat([self.branch3x3(x), _run(self, "branch3x3dbl", x, 3), F.max_pool2d(x, 3, 2)], 1)


class InceptionC(nn.Module):
    def __init__(self, in_channels, channels_7x7, conv_block=None):
        super().__init__()
        conv, c7 = conv_block or BasicConv2d, channels_7x7
        row, column = (1, 7), (7, 1)
        _chain(self, "branch1x1", conv, in_channels, [(192, 1)])
        _chain(self, "branch7x7", conv, in_channels, [(c7, 1), (c7, row), (192, column)])
        _chain(self, "branch7x7dbl", conv, in_channels, [(c7, 1), (c7, column), (c7, row), (c7, column), (192, row)])
        _chain(self, "branch_pool", conv, in_channels, [(192, 1)])

    def forward(self, x):
        return torch.cat([self.branch1x1(x), _run(self, "branch7x7", x, 3), _run(self, "branch7x7dbl", x, 5),
                          self.branch_pool(_pooled(x))], 1)


class InceptionD(nn.Module):
    def __init__(self, in_channels, conv_block=None):
        super().__init__()
        conv = conv_block or BasicConv2d
        _chain(self, "branch3x3", conv, in_channels, [(192, 1), (320, 3)], 2)
        _chain(self, "branch7x7x3", conv, in_channels, [(192, 1), (192, (1, 7)), (192, (7, 1)), (192, 3)], 2)

    def forward(self, x):
        return torch.cat([_run(self, "branch3x3", x, 2), _run(self, "branch7x7x3", x, 4), F.max_pool2d(x, 3, 2)], 1)


class InceptionE(nn.Module):
    def __init__(self, in_channels, conv_block=None):
        super().__init__()
        conv = conv_block or BasicConv2d
        row, column = {"kernel_size": (1, 3), "padding": (0, 1)}, {"kernel_size": (3, 1), "padding": (1, 0)}
        self.branch1x1 = conv(in_channels, 320, kernel_size=1)
        self.branch3x3_1 = conv(in_channels, 384, kernel_size=1)
        self.branch3x3_2a = conv(384, 384, **row)
        self.branch3x3_2b = conv(384, 384, **column)
        self.branch3x3dbl_1 = conv(in_channels, 448, kernel_size=1)
        self.branch3x3dbl_2 = conv(448, 384, kernel_size=3, padding=1)
        self.branch3x3dbl_3a = conv(384, 384, **row)
        self.branch3x3dbl_3b = conv(384, 384, **column)
        self.branch_pool = conv(in_channels, 192, kernel_size=1)

    def forward(self, x):
        single = self.branch3x3_1(x)
        double = self.branch3x3dbl_2(self.branch3x3dbl_1(x))
        return torch.cat([
            self.branch1x1(x),
            torch.cat([self.branch3x3_2a(single), self.branch3x3_2b(single)], 1),
            torch.cat([self.branch3x3dbl_3a(double), self.branch3x3dbl_3b(double)], 1),
            self.branch_pool(_pooled(x)),
        ], 1)


class InceptionAux(nn.Module):
    def __init__(self, in_channels, num_classes, conv_block=None):
        super().__init__()
        conv = conv_block or BasicConv2d
        self.conv0 = conv(in_channels, 128, kernel_size=1)
        self.conv1 = conv(128, 768, kernel_size=5)
        self.fc = nn.Linear(768, num_classes)

    def forward(self, x):
        x = self.conv1(self.conv0(F.avg_pool2d(x, 5, 3)))
        return self.fc(torch.flatten(F.adaptive_avg_pool2d(x, (1, 1)), 1))


class Inception3(nn.Module):
    def __init__(self, num_classes=1000, aux_logits=True, transform_input=False, inception_blocks=None,
                 init_weights=None, dropout=0.5):
        super().__init__()
        conv, a, b, c, d, e, aux = inception_blocks or [BasicConv2d, InceptionA, InceptionB, InceptionC, InceptionD,
                                                        InceptionE, InceptionAux]
        self.aux_logits = aux_logits
        self.transform_input = transform_input
        self.Conv2d_1a_3x3 = conv(3, 32, kernel_size=3, stride=2)
        self.Conv2d_2a_3x3 = conv(32, 32, kernel_size=3)
        self.Conv2d_2b_3x3 = conv(32, 64, kernel_size=3, padding=1)
        self.maxpool1 = nn.MaxPool2d(3, 2)
        self.Conv2d_3b_1x1 = conv(64, 80, kernel_size=1)
        self.Conv2d_4a_3x3 = conv(80, 192, kernel_size=3)
        self.maxpool2 = nn.MaxPool2d(3, 2)
        self.Mixed_5b = a(192, pool_features=32)
        self.Mixed_5c = a(256, pool_features=64)
        self.Mixed_5d = a(288, pool_features=64)
        self.Mixed_6a = b(288)
        self.Mixed_6b = c(768, channels_7x7=128)
        self.Mixed_6c = c(768, channels_7x7=160)
        self.Mixed_6d = c(768, channels_7x7=160)
        self.Mixed_6e = c(768, channels_7x7=192)
        self.AuxLogits = aux(768, num_classes) if aux_logits else None
        self.Mixed_7a = d(768)
        self.Mixed_7b = e(1280)
        self.Mixed_7c = e(2048)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.dropout = nn.Dropout(dropout)
        self.fc = nn.Linear(2048, num_classes)

    def _transform_input(self, x):
        if not self.transform_input:
            return x
        scaled = [torch.unsqueeze(x[:, at], 1) * (std / 0.5) + (mean - 0.5) / 0.5
                  for at, (mean, std) in enumerate([(0.485, 0.229), (0.456, 0.224), (0.406, 0.225)])]
        return torch.cat(scaled, 1)

    def forward(self, x):
        x = self.Conv2d_1a_3x3(self._transform_input(x))
        x = self.maxpool1(self.Conv2d_2b_3x3(self.Conv2d_2a_3x3(x)))
        x = self.maxpool2(self.Conv2d_4a_3x3(self.Conv2d_3b_1x1(x)))
        for name in ("5b", "5c", "5d", "6a", "6b", "6c", "6d", "6e", "7a", "7b", "7c"):
            x = getattr(self, f"Mixed_{name}")(x)
        return self.fc(torch.flatten(self.dropout(self.avgpool(x)), 1))


def inception_v3(weights=None, progress=True, pretrained=None, **kwargs):
    kwargs = dict(options(kwargs, weights, pretrained))
    if has_weights(weights, pretrained):
        kwargs.setdefault("transform_input", True)
    return Inception3(**kwargs)
