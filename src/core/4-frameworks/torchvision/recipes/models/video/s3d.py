# Separable 3D networks (Xie et al. 2017, figure 7): GoogLeNet's blocks with space and time one after the other.
import torch
import torch.nn as nn
from torchvision._support import options
from torchvision.ops.misc import Conv3dNormActivation

# Widths of the branches of each block; rows of three are poolings: kernel, stride, padding.
_BLOCKS = [
    (192, 64, 96, 128, 16, 32, 32), (256, 128, 128, 192, 32, 96, 64), (3, 2, 1), (480, 192, 96, 208, 16, 48, 64),
    (512, 160, 112, 224, 24, 64, 64), (512, 128, 128, 256, 24, 64, 64), (512, 112, 144, 288, 32, 64, 64),
    (528, 256, 160, 320, 32, 128, 128), (2, 2, 0), (832, 256, 160, 320, 32, 128, 128),
    (832, 384, 192, 384, 48, 128, 128),
]


class TemporalSeparableConv(nn.Sequential):
    def __init__(self, in_planes, out_planes, kernel_size, stride, padding, norm_layer):
        super().__init__(
            Conv3dNormActivation(in_planes, out_planes, (1, kernel_size, kernel_size), (1, stride, stride),
                                 (0, padding, padding), norm_layer=norm_layer),
            Conv3dNormActivation(out_planes, out_planes, (kernel_size, 1, 1), (stride, 1, 1), (padding, 0, 0),
                                 norm_layer=norm_layer),
        )


class SepInceptionBlock3D(nn.Module):
    def __init__(self, in_planes, b0_out, b1_mid, b1_out, b2_mid, b2_out, b3_out, norm_layer):
        super().__init__()
        def point(inp, oup):
            return Conv3dNormActivation(inp, oup, 1, norm_layer=norm_layer)
        self.branch0 = point(in_planes, b0_out)
        self.branch1 = nn.Sequential(point(in_planes, b1_mid),
                                     TemporalSeparableConv(b1_mid, b1_out, 3, 1, 1, norm_layer))
        self.branch2 = nn.Sequential(point(in_planes, b2_mid),
                                     TemporalSeparableConv(b2_mid, b2_out, 3, 1, 1, norm_layer))
        self.branch3 = nn.Sequential(nn.MaxPool3d(3, 1, 1), point(in_planes, b3_out))

    def forward(self, x):
        return torch.cat([self.branch0(x), self.branch1(x), self.branch2(x), self.branch3(x)], 1)


class S3D(nn.Module):
    def __init__(self, num_classes=400, dropout=0.2, norm_layer=None):
        super().__init__()
        norm = norm_layer or nn.BatchNorm3d
        layers = [
            TemporalSeparableConv(3, 64, 7, 2, 3, norm), nn.MaxPool3d((1, 3, 3), (1, 2, 2), (0, 1, 1)),
            Conv3dNormActivation(64, 64, 1, norm_layer=norm), TemporalSeparableConv(64, 192, 3, 1, 1, norm),
            nn.MaxPool3d((1, 3, 3), (1, 2, 2), (0, 1, 1)),
        ]
        for row in _BLOCKS:
            layers.append(nn.MaxPool3d(*row) if len(row) == 3 else SepInceptionBlock3D(*row, norm))
        self.features = nn.Sequential(*layers)
        self.avgpool = nn.AvgPool3d((2, 7, 7), 1)
        self.classifier = nn.Sequential(nn.Dropout(dropout), nn.Conv3d(1024, num_classes, 1))

    def forward(self, x):
        return torch.mean(self.classifier(self.avgpool(self.features(x))), dim=(2, 3, 4))


def s3d(weights=None, progress=True, pretrained=None, **kwargs):
    return S3D(**options(kwargs, weights, pretrained, 400))
