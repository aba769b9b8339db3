"""Inception-v3: Szegedy et al., "Rethinking the Inception Architecture for Computer Vision" (2015), and Inception-ResNet-v2:
Szegedy et al., "Inception-v4, Inception-ResNet and the Impact of Residual Connections on Learning" (2016).

Branches of factorised convolutions side by side, joined over the channels; in the second network the joined branches are
scaled down and added to what they read.
"""
from _keras import AveragePooling2D, Conv2D, Layer, MaxPooling2D
from _keras_applications import batch_norm, channel_axis, check_classes, classify, join, make_input, make_model, pool_all, relu


def conv_unit(x, width, kernel, padding="same", stride=1, name=None):
    """Convolution, normalisation without scale, ReLU."""
    x = Conv2D(width, kernel, strides=stride, padding=padding, use_bias=False, name=name)(x)
    x = batch_norm(x, name and name + "_bn", scale=False)
    return relu(x, name and name + "_ac")


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


def stem(x):
    """What both networks begin with."""
    x = conv_unit(x, 32, 3, "valid", 2)
    x = conv_unit(x, 32, 3, "valid")
    x = shrunk(conv_unit(x, 64, 3))
    x = conv_unit(x, 80, 1, "valid")
    return shrunk(conv_unit(x, 192, 3, "valid"))


def InceptionV3(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
                classifier_activation="softmax", name="inception_v3", **kwargs):
    check_classes(weights, include_top, classes)
    start = make_input(input_tensor, input_shape, 299, include_top, 75)
    x = stem(start)
    for number, width in enumerate([32, 64, 64]):
        x = join([chain(x, (64, 1)), chain(x, (48, 1), (64, 5)), chain(x, (64, 1), (96, 3), (96, 3)), pooled(x, width)],
                 f"mixed{number}")
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


class CustomScaleLayer(Layer):
    def __init__(self, scale, **kwargs):
        super().__init__(**kwargs)
        self.scale = scale

    def call(self, inputs):
        return inputs[0] + inputs[1] * self.scale


def residual(x, branches, scale, name, last=False):
    mixed = join([chain(x, *steps) for steps in branches], name + "_mixed")
    up = Conv2D(x.shape[channel_axis()], 1, padding="same", name=name + "_conv")(mixed)
    x = CustomScaleLayer(scale)([x, up])
    return x if last else relu(x, name + "_ac")


def InceptionResNetV2(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
                      classifier_activation="softmax", name="inception_resnet_v2", **kwargs):
    check_classes(weights, include_top, classes)
    start = make_input(input_tensor, input_shape, 299, include_top, 75)
    x = stem(start)
    x = join([chain(x, (96, 1)), chain(x, (48, 1), (64, 5)), chain(x, (64, 1), (96, 3), (96, 3)), pooled(x, 64)], "mixed_5b")
    for number in range(1, 11):
        x = residual(x, [[(32, 1)], [(32, 1), (32, 3)], [(32, 1), (48, 3), (64, 3)]], 0.17, f"block35_{number}")
    x = join([halve(x, 384), halve(x, 384, (256, 1), (256, 3)), shrunk(x)], "mixed_6a")
    for number in range(1, 21):
        x = residual(x, [[(192, 1)], [(128, 1), (160, (1, 7)), (192, (7, 1))]], 0.1, f"block17_{number}")
    x = join([halve(x, 384, (256, 1)), halve(x, 288, (256, 1)), halve(x, 320, (256, 1), (288, 3)), shrunk(x)], "mixed_7a")
    for number in range(1, 11):
        steps = [[(192, 1)], [(192, 1), (224, (1, 3)), (256, (3, 1))]]
        x = residual(x, steps, 1.0 if number == 10 else 0.2, f"block8_{number}", last=number == 10)
    x = conv_unit(x, 1536, 1, name="conv_7b")
    x = classify(x, classes, classifier_activation) if include_top else pool_all(x, pooling)
    return make_model(input_tensor, start, x, name)
