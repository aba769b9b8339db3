# Lite R-ASPP (Howard et al. 2019, figure 10): the segmentation head of MobileNetV3.
import torch.nn as nn
from collections import OrderedDict
from torchvision._support import options
from torchvision.models import mobilenetv3
from torchvision.models._utils import IntermediateLayerGetter

F = nn.functional


class LRASPPHead(nn.Module):
    def __init__(self, low_channels, high_channels, num_classes, inter_channels):
        super().__init__()
        self.cbr = nn.Sequential(nn.Conv2d(high_channels, inter_channels, 1, bias=False), nn.BatchNorm2d(inter_channels),
                                 nn.ReLU(True))
        self.scale = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(high_channels, inter_channels, 1, bias=False),
                                   nn.Sigmoid())
        self.low_classifier = nn.Conv2d(low_channels, num_classes, 1)
        self.high_classifier = nn.Conv2d(inter_channels, num_classes, 1)

    def forward(self, input):
        low, high = input["low"], input["high"]
        x = self.cbr(high) * self.scale(high)
        x = F.interpolate(x, size=low.shape[-2:], mode="bilinear", align_corners=False)
        return self.low_classifier(low) + self.high_classifier(x)


class LRASPP(nn.Module):
    def __init__(self, backbone, low_channels, high_channels, num_classes, inter_channels=128):
        super().__init__()
        self.backbone = backbone
        self.classifier = LRASPPHead(low_channels, high_channels, num_classes, inter_channels)

    def forward(self, input):
        out = self.classifier(self.backbone(input))
        out = F.interpolate(out, size=input.shape[-2:], mode="bilinear", align_corners=False)
        return OrderedDict([("out", out)])


def lraspp_mobilenet_v3_large(weights=None, progress=True, num_classes=None, weights_backbone=None, pretrained=None,
                              pretrained_backbone=None, **kwargs):
    given = {} if num_classes is None else {"num_classes": num_classes}
    classes = options(given, weights, pretrained, 21).get("num_classes", 21)
    features = mobilenetv3.mobilenet_v3_large(dilated=True).features
    stages = [0] + [at for at, block in enumerate(features) if getattr(block, "_is_cn", False)] + [len(features) - 1]
    low, high = stages[-4], stages[-1]
    backbone = IntermediateLayerGetter(features, {str(low): "low", str(high): "high"})
    return LRASPP(backbone, features[low].out_channels, features[high].out_channels, classes)
