"""Inception-v3: Szegedy et al., "Rethinking the Inception Architecture for Computer Vision" (2015).

Branches of factorised convolutions side by side, joined over the channels (table 1 and figures 5 to 7).
"""
from _keras import AveragePooling2D, MaxPooling2D
from _keras_applications import check_classes, classify, conv_unit, join, make_input, make_model, pool_all


def chain(x, *steps):
    """Units one after another, each (width, kernel)."""
    for width, kernel in steps:
        x = conv_unit(x, width, kernel)
    return x


def pooled(x, width):
    return conv_unit(AveragePooling2D(3, strides=1, padding="same")(x), width, 1)


def halve(x, width, *steps):
    """A branch whose last unit halves the size."""
    return conv_unit(chain(x, *steps), width, 3, "valid", 2)


def shrunk(x):
    return MaxPooling2D(3, strides=2)(x)


def split(x, name):
    """The end of a branch that splits once more."""
    return join([conv_unit(x, 384, (1, 3)), conv_unit(x, 384, (3, 1))], name)


def InceptionV3(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
                classifier_activation="softmax", name="inception_v3", **kwargs):
    check_classes(weights, include_top, classes)
    start = make_input(input_tensor, input_shape, 299, include_top, 75)
    x = conv_unit(start, 32, 3, "valid", 2)
    x = conv_unit(x, 32, 3, "valid")
    x = shrunk(conv_unit(x, 64, 3))
    x = conv_unit(x, 80, 1, "valid")
    x = shrunk(conv_unit(x, 192, 3, "valid"))
    for number, width in enumerate([32, 64, 64]):
        x = join([chain(x, (64, 1)), chain(x, (48, 1), (64, 5)), chain(x, (64, 1), (96, 3), (96, 3)), pooled(x, width)], f"mixed{number}")
    x = join([halve(x, 384), halve(x, 96, (64, 1), (96, 3)), shrunk(x)], "mixed3")
    across, down = (1, 7), (7, 1)
    for number, width in enumerate([128, 160, 160, 192], 4):
        x = join([
            chain(x, (192, 1)),
            chain(x, (width, 1), (width, across), (192, down)),
            chain(x, (width, 1), (width, down), (width, across), (width, down), (192, across)),
            pooled(x, 192),
        ], f"mixed{number}")
    x = join([halve(x, 320, (192, 1)), halve(x, 192, (192, 1), (192, across), (192, down)), shrunk(x)], "mixed8")
    for number in range(2):
        x = join([
            chain(x, (320, 1)),
            split(chain(x, (384, 1)), f"mixed9_{number}"),
            split(chain(x, (448, 1), (384, 3)), None),
            pooled(x, 192),
        ], f"mixed{9 + number}")
    x = classify(x, classes, classifier_activation) if include_top else pool_all(x, pooling)
    return make_model(input_tensor, start, x, name)
