"""Inception-ResNet-v2: Szegedy et al., "Inception-v4, Inception-ResNet and the Impact of Residual Connections on Learning" (2016).

Inception blocks whose joined branches are scaled down and added to what they read.
"""
from _keras import AveragePooling2D, Conv2D, Layer, MaxPooling2D
from _keras_applications import channel_axis, check_classes, classify, conv_unit, join, make_input, make_model, pool_all, relu


class CustomScaleLayer(Layer):
    def __init__(self, scale, **kwargs):
        super().__init__(**kwargs)
        self.scale = scale

    def call(self, inputs):
        return inputs[0] + inputs[1] * self.scale


def chain(x, *steps):
    """Units one after another, each (width, kernel)."""
    for width, kernel in steps:
        x = conv_unit(x, width, kernel)
    return x


def halve(x, width, *steps):
    """A branch whose last unit halves the size."""
    return conv_unit(chain(x, *steps), width, 3, "valid", 2)


def shrunk(x):
    return MaxPooling2D(3, strides=2)(x)


def residual(x, branches, scale, name, last=False):
    mixed = join([chain(x, *steps) for steps in branches], name + "_mixed")
    up = Conv2D(x.shape[channel_axis()], 1, padding="same", name=name + "_conv")(mixed)
    x = CustomScaleLayer(scale)([x, up])
    return x if last else relu(x, name + "_ac")


def InceptionResNetV2(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
                      classifier_activation="softmax", name="inception_resnet_v2", **kwargs):
    check_classes(weights, include_top, classes)
    start = make_input(input_tensor, input_shape, 299, include_top, 75)
    x = conv_unit(start, 32, 3, "valid", 2)
    x = conv_unit(x, 32, 3, "valid")
    x = shrunk(conv_unit(x, 64, 3))
    x = conv_unit(x, 80, 1, "valid")
    x = shrunk(conv_unit(x, 192, 3, "valid"))
    branches = [chain(x, (96, 1)), chain(x, (48, 1), (64, 5)), chain(x, (64, 1), (96, 3), (96, 3))]
    branches.append(conv_unit(AveragePooling2D(3, strides=1, padding="same")(x), 64, 1))
    x = join(branches, "mixed_5b")
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
