# An image as a data set gives it before it is a tensor: a size and a number of bands, any of which may be unknown. Stands in
# for the images of PIL.
import torch
from torchvision._support import is_known, unknown


class Picture:
    def __init__(self, height, width, bands=3):
        self.height = unknown("the height of an image") if height is None else height
        self.width = unknown("the width of an image") if width is None else width
        self.bands = bands

    @property
    def size(self):
        return (self.width, self.height)

    @property
    def mode(self):
        return {1: "L", 3: "RGB", 4: "RGBA"}[self.bands]

    def getbands(self):
        return tuple(self.mode)

    def convert(self, mode, *args, **kwargs):
        return Picture(self.height, self.width, {"L": 1, "1": 1, "RGB": 3, "RGBA": 4}[mode])

    def resize(self, size, *args, **kwargs):
        return Picture(size[1], size[0], self.bands)

    def crop(self, box):
        return Picture(box[3] - box[1], box[2] - box[0], self.bands)

    def copy(self):
        return self

    def show(self, *args, **kwargs):
        pass

    def save(self, *args, **kwargs):
        pass

    def close(self):
        pass


def is_picture(image):
    return is_known(image) and isinstance(image, Picture)


# The tensor of a picture: bands, height, width. Its values are not known.
def tensor_of(picture, dtype=torch.float32):
    return torch.empty(picture.bands, picture.height, picture.width, dtype=dtype)
