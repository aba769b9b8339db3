# What torchvision.transforms.v2 has beside the transforms of the first version.
import torch
import torch.nn as nn
from torchvision._picture import is_picture, tensor_of
from torchvision.transforms import functional as F
from torchvision.transforms.transforms import _Same


class ToImage(nn.Module):
    def forward(self, img):
        return tensor_of(img, torch.uint8) if is_picture(img) else img


class ToDtype(nn.Module):
    def __init__(self, dtype, scale=False):
        super().__init__()
        self.dtype = dtype
        self.scale = scale

    def forward(self, img):
        return F.convert_image_dtype(img, self.dtype)


class ToPureTensor(_Same):
    pass


class Identity(_Same):
    pass


class RandomPhotometricDistort(_Same):
    pass


class RandomChannelPermutation(_Same):
    pass


class SanitizeBoundingBoxes(_Same):
    pass


ToImageTensor = ToImage
ConvertDtype = ToDtype
ConvertImageDtype = ToDtype
