# What models for segmentation share: a backbone that gives some of its layers, a head, an optional head for training, and
# the output enlarged to the input's size. The second head runs in inference too where it exists.
import torch.nn as nn
from collections import OrderedDict
from torchvision._support import has_weights, options
from torchvision.models import mobilenetv3, resnet
from torchvision.models._utils import IntermediateLayerGetter

F = nn.functional


class FCNHead(nn.Sequential):
    def __init__(self, in_channels, channels):
        inner = in_channels // 4
        super().__init__(nn.Conv2d(in_channels, inner, 3, padding=1, bias=False), nn.BatchNorm2d(inner), nn.ReLU(),
                         nn.Dropout(0.1), nn.Conv2d(inner, channels, 1))


class _SimpleSegmentationModel(nn.Module):
    def __init__(self, backbone, classifier, aux_classifier=None):
        super().__init__()
        self.backbone = backbone
        self.classifier = classifier
        self.aux_classifier = aux_classifier

    def forward(self, x):
        size = x.shape[-2:]
        features = self.backbone(x)
        result = OrderedDict()
        out = self.classifier(features["out"])
        result["out"] = F.interpolate(out, size=size, mode="bilinear", align_corners=False)
        if self.aux_classifier is not None:
            aux = self.aux_classifier(features["aux"])
            result["aux"] = F.interpolate(aux, size=size, mode="bilinear", align_corners=False)
        return result


# The backbone of this name without its strides in the last stages; with the channels of "out" and "aux".
def _backbone(name, aux):
    if name == "mobilenet_v3_large":
        features = mobilenetv3.mobilenet_v3_large(dilated=True).features
        stages = [0] + [at for at, block in enumerate(features) if getattr(block, "_is_cn", False)] + [len(features) - 1]
        at_out, at_aux = stages[-1], stages[-4]
        kept = {str(at_out): "out", **({str(at_aux): "aux"} if aux else {})}
        return IntermediateLayerGetter(features, kept), features[at_out].out_channels, features[at_aux].out_channels
    whole = getattr(resnet, name)(replace_stride_with_dilation=[False, True, True])
    return IntermediateLayerGetter(whole, {"layer4": "out", **({"layer3": "aux"} if aux else {})}), 2048, 1024


# A builder for one backbone and head.
def _segmentation_builder(model, head, name):
    def build(weights=None, progress=True, num_classes=None, aux_loss=None, weights_backbone=None, pretrained=None,
              pretrained_backbone=None, **kwargs):
        given = {} if num_classes is None else {"num_classes": num_classes}
        classes = options(given, weights, pretrained, 21).get("num_classes", 21)
        # Stored weights have the second head.
        if has_weights(weights, pretrained):
            aux_loss = True
        backbone, wide, narrow = _backbone(name, aux_loss)
        return model(backbone, head(wide, classes), FCNHead(narrow, classes) if aux_loss else None)
    return build
