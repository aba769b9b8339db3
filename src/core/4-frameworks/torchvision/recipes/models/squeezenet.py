# SqueezeNet (Iandola et al. 2016, table 1) and its cheaper version 1.1 from the authors' repository.
import torch
import torch.nn as nn
from torchvision._support import options

# Squeeze and expand channels of each fire module, "P" a pooling between them.
_PLANS = {
    "1_0": (96, 7, ["P", (16, 64), (16, 64), (32, 128), "P", (32, 128), (48, 192), (48, 192), (64, 256),
                    "P", (64, 256)]),
    "1_1": (64, 3, ["P", (16, 64), (16, 64), "P", (32, 128), (32, 128), "P", (48, 192), (48, 192),
                    (64, 256), (64, 256)]),
}


class Fire(nn.Module):
    def __init__(self, inplanes, squeeze_planes, expand1x1_planes, expand3x3_planes):
        super().__init__()
        self.inplanes = inplanes
        self.squeeze = nn.Conv2d(inplanes, squeeze_planes, 1)
        self.squeeze_activation = nn.ReLU(True)
        self.expand1x1 = nn.Conv2d(squeeze_planes, expand1x1_planes, 1)
        self.expand1x1_activation = nn.ReLU(True)
        self.expand3x3 = nn.Conv2d(squeeze_planes, expand3x3_planes, 3, padding=1)
        self.expand3x3_activation = nn.ReLU(True)

    def forward(self, x):
        x = self.squeeze_activation(self.squeeze(x))
        return torch.cat([self.expand1x1_activation(self.expand1x1(x)),
                          self.expand3x3_activation(self.expand3x3(x))], 1)


class SqueezeNet(nn.Module):
    def __init__(self, version="1_0", num_classes=1000, dropout=0.5):
        super().__init__()
        self.num_classes = num_classes
        if version not in _PLANS:
            raise ValueError(f"Unsupported SqueezeNet version {version}: 1_0 or 1_1 expected")
        channels, kernel, plan = _PLANS[version]
        layers = [nn.Conv2d(3, channels, kernel, 2), nn.ReLU(True)]
        for step in plan:
            if step == "P":
                layers.append(nn.MaxPool2d(3, 2, ceil_mode=True))
            else:
                layers.append(Fire(channels, step[0], step[1], step[1]))
                channels = 2 * step[1]
        self.features = nn.Sequential(*layers)
        last = nn.Conv2d(channels, num_classes, 1)
        self.classifier = nn.Sequential(nn.Dropout(dropout), last, nn.ReLU(True), nn.AdaptiveAvgPool2d((1, 1)))

    def forward(self, x):
        return torch.flatten(self.classifier(self.features(x)), 1)


def squeezenet1_0(weights=None, progress=True, pretrained=None, **kwargs):
    return SqueezeNet("1_0", **options(kwargs, weights, pretrained))


def squeezenet1_1(weights=None, progress=True, pretrained=None, **kwargs):
    return SqueezeNet("1_1", **options(kwargs, weights, pretrained))
