# Data sets whose images have one size, and those whose sizes vary.
import torch
from torchvision._support import unknown
from torchvision.datasets._base import VisionDataset, _Parted, _Split


class SVHN(_Split):
    parts = {"train": 73257, "test": 26032, "extra": 531131}
    picture = (32, 32, 3)
    class_count = 10


class STL10(_Split):
    parts = {"train": 5000, "test": 8000, "unlabeled": 100000, "train+unlabeled": 105000}
    picture = (96, 96, 3)
    class_count = 10


class PCAM(_Split):
    parts = {"train": 262144, "val": 32768, "test": 32768}
    picture = (96, 96, 3)
    class_count = 2


class CelebA(_Split):
    parts = {"train": 162770, "valid": 19867, "test": 19962, "all": 202599}
    picture = (218, 178, 3)


class GTSRB(_Split):
    parts = {"train": 26640, "test": 12630}
    class_count = 43


class Flowers102(_Split):
    parts = {"train": 1020, "val": 1020, "test": 6149}
    class_count = 102


class Food101(_Split):
    parts = {"train": 75750, "test": 25250}
    class_count = 101


class OxfordIIITPet(_Split):
    parts = {"trainval": 3680, "test": 3669}
    class_count = 37
    first = "trainval"


class StanfordCars(_Split):
    parts = {"train": 8144, "test": 8041}
    class_count = 196


class DTD(_Split):
    parts = {"train": 1880, "val": 1880, "test": 1880}
    class_count = 47


class ImageNet(_Split):
    parts = {"train": 1281167, "val": 50000}
    class_count = 1000


class EuroSAT(VisionDataset):
    def __init__(self, root=None, transform=None, target_transform=None, download=False):
        super().__init__(root, None, transform, target_transform)
        self._describe(27000, (64, 64, 3), 10)


class Omniglot(VisionDataset):
    def __init__(self, root=None, background=True, transform=None, target_transform=None, download=False):
        super().__init__(root, None, transform, target_transform)
        self._describe(19280 if background else 13180, (105, 105, 1), None)


class Caltech101(VisionDataset):
    def __init__(self, root=None, target_type="category", transform=None, target_transform=None, download=False):
        super().__init__(root, None, transform, target_transform)
        self._describe(8677, (None, None, 3), 101)


class FakeData(VisionDataset):
    def __init__(self, size=1000, image_size=(3, 224, 224), num_classes=10, transform=None, target_transform=None,
                 random_offset=0):
        super().__init__(None, None, transform, target_transform)
        self._describe(size, (image_size[1], image_size[2], image_size[0]), num_classes)


# A folder of images: how many of which classes is not known.
class DatasetFolder(VisionDataset):
    def __init__(self, root=None, loader=None, extensions=None, transform=None, target_transform=None, **kwargs):
        super().__init__(root, None, transform, target_transform)
        self._describe(None, (None, None, 3), None)
        self.samples = unknown("the images of a folder")
        self.imgs = unknown("the images of a folder")
        self.targets = unknown("the labels of a folder of images")


class ImageFolder(DatasetFolder):
    def __init__(self, root=None, transform=None, target_transform=None, loader=None, is_valid_file=None, **kwargs):
        super().__init__(root, loader, None, transform, target_transform)
