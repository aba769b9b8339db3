# MNIST (LeCun et al. 1998) and the data sets made in its form.
from torchvision.datasets._base import _Parted


class MNIST(_Parted):
    parts = {"train": 60000, "test": 10000}
    picture = (28, 28, 1)
    class_count = 10

    def _fill(self):
        self._tables(len(self), 28, 28)


class FashionMNIST(MNIST):
    pass


class KMNIST(MNIST):
    pass


class QMNIST(MNIST):
    parts = {"train": 60000, "test": 60000}


class EMNIST(_Parted):
    picture = (28, 28, 1)

    def __init__(self, root=None, split="balanced", train=True, transform=None, target_transform=None, download=False):
        sizes = {"byclass": (697932, 116323, 62), "bymerge": (697932, 116323, 47), "balanced": (112800, 18800, 47),
                 "letters": (124800, 20800, 26), "digits": (240000, 40000, 10), "mnist": (60000, 10000, 10)}
        train_length, test_length, self.class_count = sizes[split]
        self.parts = {"train": train_length, "test": test_length}
        super().__init__(root, train, transform, target_transform)
        self.split = split

    def _fill(self):
        self._tables(len(self), 28, 28)


class USPS(_Parted):
    parts = {"train": 7291, "test": 2007}
    picture = (16, 16, 1)
    class_count = 10
