# Scikit-learn: data sets and scalers keep their shapes; what is learnt from data is not known.
import numpy as np
from model_budget_support import unknown


def _lengths(n, test_size, train_size):
    if test_size is None and train_size is None:
        test_size = 0.25
    test = None
    if test_size is not None:
        test = -int(-(test_size * n) // 1) if isinstance(test_size, float) else test_size
    if train_size is not None:
        train = int(n * train_size) if isinstance(train_size, float) else train_size
        return train, n - train if test is None else test
    return n - test, test


def _part(array, count):
    shape = getattr(array, "shape", None)
    if shape is None:
        return unknown("the items of a list after a random split")
    return np.empty((count,) + tuple(shape[1:]), dtype=array.dtype)


def train_test_split(*arrays, test_size=None, train_size=None, random_state=None, shuffle=True, stratify=None):
    train, test = _lengths(len(arrays[0]), test_size, train_size)
    parts = []
    for array in arrays:
        parts.append(_part(array, train))
        parts.append(_part(array, test))
    return parts


def _unknown_like(x, dtype=None):
    """Values of the same shape that depend on the data."""
    array = np.asarray(x)
    return np.empty(array.shape, dtype=dtype or (array.dtype if "float" in array.dtype.name else "float64"))


class StandardScaler:
    def __init__(self, *args, **kwargs):
        pass

    def fit(self, X, y=None, **kwargs):
        return self

    partial_fit = fit

    def transform(self, X, **kwargs):
        return _unknown_like(X)

    def fit_transform(self, X, y=None, **kwargs):
        return _unknown_like(X)

    def inverse_transform(self, X, **kwargs):
        return _unknown_like(X)


MinMaxScaler = StandardScaler
MaxAbsScaler = StandardScaler
RobustScaler = StandardScaler
Normalizer = StandardScaler
QuantileTransformer = StandardScaler
PowerTransformer = StandardScaler


class LabelEncoder(StandardScaler):
    def transform(self, y, **kwargs):
        return np.empty(len(y), dtype="int64")

    def fit_transform(self, y, **kwargs):
        return np.empty(len(y), dtype="int64")


def normalize(X, *args, **kwargs):
    return _unknown_like(X)


scale = normalize
minmax_scale = normalize


def shuffle(*arrays, random_state=None, n_samples=None):
    parts = [_part(array, len(array) if n_samples is None else n_samples) for array in arrays]
    return parts[0] if len(parts) == 1 else parts


class Bunch(dict):
    def __getattr__(self, name):
        if name in self:
            return self[name]
        return unknown("'" + name + "' of a data set")


def _data_set(samples, features, classes):
    def load(*args, return_X_y=False, as_frame=False, **kwargs):
        if as_frame:
            return unknown("a data set as a table of pandas")
        data = np.empty((samples, features))
        target = np.empty(samples, dtype="int64" if classes else "float64")
        if return_X_y:
            return data, target
        found = Bunch(data=data, target=target)
        if classes:
            found["target_names"] = np.empty(classes, dtype="str")
        return found

    return load


load_iris = _data_set(150, 4, 3)
load_wine = _data_set(178, 13, 3)
load_breast_cancer = _data_set(569, 30, 2)
load_digits_all = _data_set(1797, 64, 10)
load_diabetes = _data_set(442, 10, 0)
load_boston = _data_set(506, 13, 0)
fetch_california_housing = _data_set(20640, 8, 0)


def load_digits(*, n_class=10, return_X_y=False, as_frame=False):
    if n_class != 10:
        return unknown("a part of the digits data set")
    found = load_digits_all(return_X_y=return_X_y, as_frame=as_frame)
    if isinstance(found, Bunch):
        found["images"] = np.empty((1797, 8, 8))
    return found


def _made(features, n_samples, whole=True):
    count = sum(n_samples) if isinstance(n_samples, (tuple, list)) else n_samples
    return np.empty((count, features)), np.empty(count, dtype="int64" if whole else "float64")


def make_classification(n_samples=100, n_features=20, **kwargs):
    return _made(n_features, n_samples)


def make_blobs(n_samples=100, n_features=2, *, centers=None, return_centers=False, **kwargs):
    if return_centers or not (centers is None or isinstance(centers, int)):
        return unknown("blobs around centers that are given")
    return _made(n_features, n_samples)


def make_moons(n_samples=100, **kwargs):
    return _made(2, n_samples)


make_circles = make_moons


def make_regression(n_samples=100, n_features=100, *, n_targets=1, coef=False, **kwargs):
    if coef or n_targets != 1:
        return unknown("a regression problem of several targets")
    return _made(n_features, n_samples, False)
