# ShuffleNet V2 (Ma et al. 2018, figure 3 and table 5): half of the channels pass by, then both halves are shuffled.
import torch
import torch.nn as nn
from torchvision._support import options


def channel_shuffle(x, groups):
    batch, channels, height, width = x.size()
    x = x.view(batch, groups, channels // groups, height, width)
    return torch.transpose(x, 1, 2).contiguous().view(batch, channels, height, width)


def _depthwise(channels, stride):
    return [nn.Conv2d(channels, channels, 3, stride, 1, groups=channels, bias=False), nn.BatchNorm2d(channels)]


def _pointwise(inp, oup):
    return [nn.Conv2d(inp, oup, 1, bias=False), nn.BatchNorm2d(oup), nn.ReLU(True)]


class InvertedResidual(nn.Module):
    def __init__(self, inp, oup, stride):
        super().__init__()
        if not 1 <= stride <= 3:
            raise ValueError("illegal stride value")
        half = oup // 2
        if stride == 1 and inp != half << 1:
            raise ValueError(f"Invalid combination of stride {stride}, inp {inp} and oup {oup} values.")
        self.stride = stride
        self.branch1 = nn.Sequential(*_depthwise(inp, stride), *_pointwise(inp, half)) if stride > 1 else nn.Sequential()
        self.branch2 = nn.Sequential(*_pointwise(inp if stride > 1 else half, half), *_depthwise(half, stride),
                                     *_pointwise(half, half))

    def forward(self, x):
        if self.stride == 1:
            kept, used = x.chunk(2, 1)
            out = torch.cat((kept, self.branch2(used)), 1)
        else:
            out = torch.cat((self.branch1(x), self.branch2(x)), 1)
        return channel_shuffle(out, 2)


class ShuffleNetV2(nn.Module):
    def __init__(self, stages_repeats, stages_out_channels, num_classes=1000, inverted_residual=InvertedResidual):
        super().__init__()
        if len(stages_repeats) != 3:
            raise ValueError("expected stages_repeats as list of 3 positive ints")
        if len(stages_out_channels) != 5:
            raise ValueError("expected stages_out_channels as list of 5 positive ints")
        self._stage_out_channels = stages_out_channels
        channels = stages_out_channels[0]
        self.conv1 = nn.Sequential(nn.Conv2d(3, channels, 3, 2, 1, bias=False), nn.BatchNorm2d(channels), nn.ReLU(True))
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        for at, repeats in enumerate(stages_repeats):
            wide = stages_out_channels[at + 1]
            stage = [inverted_residual(channels, wide, 2)]
            stage += [inverted_residual(wide, wide, 1) for _ in range(repeats - 1)]
            setattr(self, f"stage{at + 2}", nn.Sequential(*stage))
            channels = wide
        last = stages_out_channels[-1]
        self.conv5 = nn.Sequential(*_pointwise(channels, last))
        self.fc = nn.Linear(last, num_classes)

    def _forward_impl(self, x):
        x = self.maxpool(self.conv1(x))
        x = self.conv5(self.stage4(self.stage3(self.stage2(x))))
        return self.fc(x.mean([2, 3]))

    def forward(self, x):
        return self._forward_impl(x)


def _builder(channels):
    def build(weights=None, progress=True, pretrained=None, **kwargs):
        return ShuffleNetV2([4, 8, 4], channels, **options(kwargs, weights, pretrained))
    return build


shufflenet_v2_x0_5 = _builder([24, 48, 96, 192, 1024])
shufflenet_v2_x1_0 = _builder([24, 116, 232, 464, 1024])
shufflenet_v2_x1_5 = _builder([24, 176, 352, 704, 1024])
shufflenet_v2_x2_0 = _builder([24, 244, 488, 976, 2048])
