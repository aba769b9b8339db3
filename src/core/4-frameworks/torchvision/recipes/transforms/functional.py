# Functions on images: for a picture its size is followed, a tensor is computed with, and anything else stays as it is.
import torch
import torch.nn.functional as F
from torchvision._picture import Picture, is_picture, tensor_of
from torchvision._support import is_known, unknown


class InterpolationMode:
    NEAREST = "nearest"
    NEAREST_EXACT = "nearest-exact"
    BILINEAR = "bilinear"
    BICUBIC = "bicubic"
    BOX = "box"
    HAMMING = "hamming"
    LANCZOS = "lanczos"


def _is_tensor(image):
    return is_known(image) and isinstance(image, torch.Tensor)


def _height_width(image):
    return (image.height, image.width) if is_picture(image) else (image.shape[-2], image.shape[-1])


def _as_pair(size):
    if isinstance(size, (list, tuple)):
        return (size[0], size[0]) if len(size) == 1 else tuple(size)
    return (int(size), int(size))


# Height and width after resizing; one number is for the shorter side.
def _resized(image, size, max_size=None):
    if isinstance(size, (list, tuple)) and len(size) == 2:
        return tuple(size)
    short = size[0] if isinstance(size, (list, tuple)) else size
    height, width = _height_width(image)
    if not is_known(height) or not is_known(width):
        return (unknown("the height of a resized image"), unknown("the width of a resized image"))
    if max_size is not None and int(short * max(height, width) / min(height, width)) > max_size:
        short = int(max_size * min(height, width) / max(height, width))
    if width <= height:
        return (int(short * height / width), short)
    return (short, int(short * width / height))


def _scaled(image, size):
    if is_picture(image):
        return Picture(size[0], size[1], image.bands)
    if image.dim() == 3:
        return F.interpolate(image.unsqueeze(0), size=size, mode="bilinear", align_corners=False).squeeze(0)
    return F.interpolate(image, size=size, mode="bilinear", align_corners=False)


def resize(img, size, interpolation="bilinear", max_size=None, antialias=None):
    if not is_picture(img) and not _is_tensor(img):
        return img
    return _scaled(img, _resized(img, size, max_size))


# The part of this size from here; what is outside the image is filled up.
def crop(img, top, left, height, width):
    if is_picture(img):
        return Picture(height, width, img.bands)
    if not _is_tensor(img):
        return img
    tall, wide = _height_width(img)
    if is_known(tall) and is_known(wide) and (top < 0 or left < 0 or top + height > tall or left + width > wide):
        img = F.pad(img, (max(-left, 0), max(left + width - wide, 0), max(-top, 0), max(top + height - tall, 0)))
        top, left = max(top, 0), max(left, 0)
    return img[..., top:top + height, left:left + width]


def center_crop(img, output_size):
    if not is_picture(img) and not _is_tensor(img):
        return img
    height, width = _as_pair(output_size)
    if is_picture(img):
        return Picture(height, width, img.bands)
    tall, wide = _height_width(img)
    return crop(img, int(round((tall - height) / 2.0)), int(round((wide - width) / 2.0)), height, width)


def resized_crop(img, top, left, height, width, size, interpolation="bilinear", antialias=None):
    return resize(crop(img, top, left, height, width), list(_as_pair(size)))


def pad(img, padding, fill=0, padding_mode="constant"):
    if isinstance(padding, (list, tuple)):
        left, top, right, bottom = (list(padding) * 4)[:4]
    else:
        left = top = right = bottom = padding
    if is_picture(img):
        return Picture(img.height + top + bottom, img.width + left + right, img.bands)
    return F.pad(img, (left, right, top, bottom)) if _is_tensor(img) else img


def five_crop(img, size):
    return tuple(center_crop(img, size) for _ in range(5))


def ten_crop(img, size, vertical_flip=False):
    return tuple(center_crop(img, size) for _ in range(10))


def to_tensor(pic):
    if is_picture(pic):
        return tensor_of(pic)
    if not is_known(pic) or isinstance(pic, torch.Tensor):
        return pic
    # An array with the channels last.
    tensor = torch.as_tensor(pic)
    return tensor.unsqueeze(0) if tensor.dim() == 2 else tensor.permute(2, 0, 1)


def pil_to_tensor(pic):
    return tensor_of(pic, torch.uint8) if is_picture(pic) else pic


def to_pil_image(pic, mode=None):
    if not _is_tensor(pic):
        return pic
    return Picture(pic.shape[-2], pic.shape[-1], pic.shape[0] if pic.dim() == 3 else 1)


def normalize(tensor, mean, std, inplace=False):
    if not _is_tensor(tensor):
        return tensor
    mean = torch.as_tensor(mean, dtype=tensor.dtype).view(-1, 1, 1)
    return (tensor - mean) / torch.as_tensor(std, dtype=tensor.dtype).view(-1, 1, 1)


def convert_image_dtype(image, dtype=torch.float32):
    return image.to(dtype) if _is_tensor(image) else image


def rgb_to_grayscale(img, num_output_channels=1):
    if is_picture(img):
        return Picture(img.height, img.width, num_output_channels)
    if not _is_tensor(img):
        return img
    return img.mean(-3, keepdim=True).expand(*img.shape[:-3], num_output_channels, *img.shape[-2:])


def get_image_size(img):
    height, width = _height_width(img)
    return [width, height]


def get_dimensions(img):
    height, width = _height_width(img)
    return [img.bands if is_picture(img) else img.shape[-3], height, width]


def get_image_num_channels(img):
    return get_dimensions(img)[0]


# Functions that change values and not shapes.
def _same(img, *args, **kwargs):
    return img


to_grayscale = rgb_to_grayscale
hflip = _same
vflip = _same
rotate = _same
affine = _same
perspective = _same
erase = _same
invert = _same
posterize = _same
solarize = _same
equalize = _same
autocontrast = _same
gaussian_blur = _same
elastic_transform = _same
adjust_brightness = _same
adjust_contrast = _same
adjust_saturation = _same
adjust_hue = _same
adjust_gamma = _same
adjust_sharpness = _same
