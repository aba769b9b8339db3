# Image transforms as objects. Random ones do what they do to the shape; which of their choices they take is not followed.
import torch
import torch.nn as nn
from torchvision._support import unknown
from torchvision.transforms import functional as F
from torchvision.transforms.functional import InterpolationMode


class Compose:
    def __init__(self, transforms):
        self.transforms = transforms

    def __call__(self, img):
        for transform in self.transforms:
            img = transform(img)
        return img


class ToTensor:
    def __call__(self, pic):
        return F.to_tensor(pic)


class PILToTensor:
    def __call__(self, pic):
        return F.pil_to_tensor(pic)


class ToPILImage:
    def __init__(self, mode=None):
        self.mode = mode

    def __call__(self, pic):
        return F.to_pil_image(pic, self.mode)


class Lambda:
    def __init__(self, lambd):
        self.lambd = lambd

    def __call__(self, img):
        return self.lambd(img)


class ConvertImageDtype(nn.Module):
    def __init__(self, dtype):
        super().__init__()
        self.dtype = dtype

    def forward(self, image):
        return F.convert_image_dtype(image, self.dtype)


class Normalize(nn.Module):
    def __init__(self, mean, std, inplace=False):
        super().__init__()
        self.mean = mean
        self.std = std
        self.inplace = inplace

    def forward(self, tensor):
        return F.normalize(tensor, self.mean, self.std)


class Resize(nn.Module):
    def __init__(self, size, interpolation=InterpolationMode.BILINEAR, max_size=None, antialias=None):
        super().__init__()
        self.size = size
        self.interpolation = interpolation
        self.max_size = max_size
        self.antialias = antialias

    def forward(self, img):
        return F.resize(img, self.size, self.interpolation, self.max_size)


class CenterCrop(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.size = F._as_pair(size)

    def forward(self, img):
        return F.center_crop(img, self.size)


class Pad(nn.Module):
    def __init__(self, padding, fill=0, padding_mode="constant"):
        super().__init__()
        self.padding = padding
        self.fill = fill
        self.padding_mode = padding_mode

    def forward(self, img):
        return F.pad(img, self.padding)


class RandomCrop(CenterCrop):
    def __init__(self, size, padding=None, pad_if_needed=False, fill=0, padding_mode="constant"):
        super().__init__(size)
        self.padding = padding
        self.pad_if_needed = pad_if_needed

    def forward(self, img):
        return F.center_crop(img if self.padding is None else F.pad(img, self.padding), self.size)


class RandomResizedCrop(nn.Module):
    def __init__(self, size, scale=(0.08, 1.0), ratio=(0.75, 1.3333), interpolation=InterpolationMode.BILINEAR,
                 antialias=None):
        super().__init__()
        self.size = F._as_pair(size)
        self.scale = scale
        self.ratio = ratio

    def forward(self, img):
        return F.resize(img, self.size)


class FiveCrop(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.size = F._as_pair(size)

    def forward(self, img):
        return F.five_crop(img, self.size)


class TenCrop(FiveCrop):
    def __init__(self, size, vertical_flip=False):
        super().__init__(size)

    def forward(self, img):
        return F.ten_crop(img, self.size)


class Grayscale(nn.Module):
    def __init__(self, num_output_channels=1):
        super().__init__()
        self.num_output_channels = num_output_channels

    def forward(self, img):
        return F.rgb_to_grayscale(img, self.num_output_channels)


# What may or may not happen, by chance: known only where it does not matter.
class RandomChoice(nn.Module):
    def __init__(self, transforms, p=None):
        super().__init__()
        self.transforms = transforms

    def forward(self, img):
        return unknown("which of some random transforms is taken")


class RandomApply(RandomChoice):
    pass


class RandomOrder(RandomChoice):
    pass


class _Same(nn.Module):
    def __init__(self, *args, **kwargs):
        super().__init__()

    def forward(self, img):
        return img


# Transforms that change values and not shapes. RandomRotation does where it is asked to show all of the image.
class RandomRotation(_Same):
    def __init__(self, degrees, interpolation=InterpolationMode.NEAREST, expand=False, center=None, fill=0,
                 resample=None):
        super().__init__()
        self.expand = expand

    def forward(self, img):
        return unknown("the size of a rotated image") if self.expand else img


class ColorJitter(_Same):
    pass


class RandomHorizontalFlip(_Same):
    pass


class RandomVerticalFlip(_Same):
    pass


class RandomGrayscale(_Same):
    pass


class RandomAffine(_Same):
    pass


class RandomPerspective(_Same):
    pass


class RandomErasing(_Same):
    pass


class GaussianBlur(_Same):
    pass


class RandomInvert(_Same):
    pass


class RandomPosterize(_Same):
    pass


class RandomSolarize(_Same):
    pass


class RandomAdjustSharpness(_Same):
    pass


class RandomAutocontrast(_Same):
    pass


class RandomEqualize(_Same):
    pass


class ElasticTransform(_Same):
    pass


class LinearTransformation(_Same):
    pass


class AutoAugment(_Same):
    pass


class RandAugment(_Same):
    pass


class TrivialAugmentWide(_Same):
    pass


class AugMix(_Same):
    pass


# Values of AutoAugment, by name only.
class AutoAugmentPolicy:
    IMAGENET = "imagenet"
    CIFAR10 = "cifar10"
    SVHN = "svhn"


Scale = Resize
RandomSizedCrop = RandomResizedCrop
