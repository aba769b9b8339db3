# VGG (Simonyan and Zisserman 2014, table 1, columns A, B, D and E), plain or with batch normalisation.
import torch
import torch.nn as nn
from torchvision._support import options

# Convolutions in each of the five stages; a stage ends with a pooling and has these channels.
_CHANNELS = (64, 128, 256, 512, 512)
_COLUMNS = {"A": (1, 1, 2, 2, 2), "B": (2, 2, 2, 2, 2), "D": (2, 2, 3, 3, 3), "E": (2, 2, 4, 4, 4)}


def _plan(column):
    plan = []
    for channels, count in zip(_CHANNELS, _COLUMNS[column]):
        plan += [channels] * count + ["M"]
    return plan


cfgs = {column: _plan(column) for column in _COLUMNS}


def make_layers(cfg, batch_norm=False):
    layers = []
    channels = 3
    for step in cfg:
        if step == "M":
            layers.append(nn.MaxPool2d(2, 2))
            continue
        layers.append(nn.Conv2d(channels, step, 3, padding=1))
        if batch_norm:
            layers.append(nn.BatchNorm2d(step))
        layers.append(nn.ReLU(True))
        channels = step
    return nn.Sequential(*layers)


class VGG(nn.Module):
    def __init__(self, features, num_classes=1000, init_weights=True, dropout=0.5):
        super().__init__()
        self.features = features
        self.avgpool = nn.AdaptiveAvgPool2d((7, 7))
        self.classifier = nn.Sequential(
            nn.Linear(512 * 7 * 7, 4096), nn.ReLU(True), nn.Dropout(dropout),
            nn.Linear(4096, 4096), nn.ReLU(True), nn.Dropout(dropout),
            nn.Linear(4096, num_classes),
        )

    def forward(self, x):
        return self.classifier(torch.flatten(self.avgpool(self.features(x)), 1))

    def _initialize_weights(self):
        pass


def _builder(column, batch_norm=False):
    def build(weights=None, progress=True, pretrained=None, **kwargs):
        return VGG(make_layers(cfgs[column], batch_norm), **options(kwargs, weights, pretrained))
    return build


vgg11 = _builder("A")
vgg11_bn = _builder("A", True)
vgg13 = _builder("B")
vgg13_bn = _builder("B", True)
vgg16 = _builder("D")
vgg16_bn = _builder("D", True)
vgg19 = _builder("E")
vgg19_bn = _builder("E", True)
