# Data sets by what a model sees of them: how many examples, the size of an image, the classes. Nothing is read from disk.
import torch
from torchvision._picture import Picture
from torchvision._support import unknown


class VisionDataset:
    def __init__(self, root=None, transforms=None, transform=None, target_transform=None):
        self.root = root
        self.transform = transform
        self.target_transform = target_transform
        self.transforms = transforms

    # Length, size of an image (height, width, bands; None where it varies) and number of classes.
    def _describe(self, length, picture, classes):
        self._length = unknown("the number of images of the data set") if length is None else length
        self._picture = picture
        if classes is None:
            self.classes = unknown("the classes of the data set")
            self.class_to_idx = unknown("the classes of the data set")
        else:
            self.classes = [f"class {at}" for at in range(classes)]
            self.class_to_idx = {name: at for at, name in enumerate(self.classes)}

    def __len__(self):
        return self._length

    def __getitem__(self, index):
        image = Picture(*self._picture)
        target = unknown("a label of the data set")
        if self.transforms is not None:
            return self.transforms(image, target)
        if self.transform is not None:
            image = self.transform(image)
        return image, target if self.target_transform is None else self.target_transform(target)

    # Going through all examples one by one tells nothing that one of them does not tell.
    def __iter__(self):
        return unknown("the examples of the data set, one after the other")

    def _tables(self, *shape):
        self.data = torch.empty(*shape, dtype=torch.uint8)
        self.targets = torch.empty(shape[0], dtype=torch.int64)


# A data set with a training and a test part, taken by `train` or `split`.
class _Parted(VisionDataset):
    parts = {}
    picture = (None, None, 3)
    class_count = None

    def __init__(self, root=None, train=True, transform=None, target_transform=None, download=False, **kwargs):
        super().__init__(root, None, transform, target_transform)
        self.train = train
        self._describe(self.parts["train" if train else "test"], self.picture, self.class_count)
        self._fill()

    def _fill(self):
        pass


class _Split(VisionDataset):
    parts = {}
    picture = (None, None, 3)
    class_count = None
    first = "train"

    def __init__(self, root=None, split=None, transform=None, target_transform=None, download=False, **kwargs):
        super().__init__(root, None, transform, target_transform)
        self.split = split or self.first
        self._describe(self.parts.get(self.split), self.picture, self.class_count)
