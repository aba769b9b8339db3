"""Inception version 3, Inception-ResNet version 2, Xception."""
import _keras_zoo as z
from _keras import (Activation, Add, AveragePooling2D, BatchNormalization, Concatenate, Conv2D, Layer, MaxPooling2D,
                    SeparableConv2D)


def unit(x, filters, kernel, strides=1, padding="same"):
    """Convolution without bias, normalisation without scale, relu."""
    x = Conv2D(filters, kernel, strides=strides, padding=padding, use_bias=False)(x)
    x = BatchNormalization(scale=False)(x)
    return Activation("relu")(x)


def chain(x, *steps):
    for step in steps:
        x = unit(x, *step)
    return x


def stem(inputs):
    x = chain(inputs, (32, 3, 2, "valid"), (32, 3, 1, "valid"), (64, 3))
    x = MaxPooling2D(3, strides=2)(x)
    x = chain(x, (80, 1, 1, "valid"), (192, 3, 1, "valid"))
    return MaxPooling2D(3, strides=2)(x)


def averaged(x, filters):
    return unit(AveragePooling2D(3, strides=1, padding="same")(x), filters, 1)


def InceptionV3(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
                classifier_activation="softmax", name="inception_v3"):
    inputs = z.start(input_tensor, input_shape, 299, include_top)
    x = stem(inputs)
    for index, width in enumerate([32, 64, 64]):
        x = Concatenate(axis=-1, name="mixed%d" % index)([
            unit(x, 64, 1),
            chain(x, (48, 1), (64, 5)),
            chain(x, (64, 1), (96, 3), (96, 3)),
            averaged(x, width),
        ])
    x = Concatenate(axis=-1, name="mixed3")([
        unit(x, 384, 3, 2, "valid"),
        chain(x, (64, 1), (96, 3), (96, 3, 2, "valid")),
        MaxPooling2D(3, strides=2)(x),
    ])
    for index, width in enumerate([128, 160, 160, 192]):
        x = Concatenate(axis=-1, name="mixed%d" % (index + 4))([
            unit(x, 192, 1),
            chain(x, (width, 1), (width, (1, 7)), (192, (7, 1))),
            chain(x, (width, 1), (width, (7, 1)), (width, (1, 7)), (width, (7, 1)), (192, (1, 7))),
            averaged(x, 192),
        ])
    x = Concatenate(axis=-1, name="mixed8")([
        chain(x, (192, 1), (320, 3, 2, "valid")),
        chain(x, (192, 1), (192, (1, 7)), (192, (7, 1)), (192, 3, 2, "valid")),
        MaxPooling2D(3, strides=2)(x),
    ])
    for index in range(2):
        one = unit(x, 320, 1)
        three = unit(x, 384, 1)
        three = Concatenate(axis=-1, name="mixed9_%d" % index)([unit(three, 384, (1, 3)), unit(three, 384, (3, 1))])
        double = chain(x, (448, 1), (384, 3))
        double = Concatenate(axis=-1)([unit(double, 384, (1, 3)), unit(double, 384, (3, 1))])
        x = Concatenate(axis=-1, name="mixed%d" % (index + 9))([one, three, double, averaged(x, 192)])
    return z.finish(inputs, z.classify(x, include_top, pooling, classes, classifier_activation), name)


class CustomScaleLayer(Layer):
    def __init__(self, scale, **kwargs):
        super().__init__(**kwargs)
        self.scale = scale

    def call(self, inputs):
        return inputs[0] + inputs[1] * self.scale


def residual(x, branches, scale, relu=True):
    mixed = Concatenate(axis=-1)(branches)
    up = Conv2D(x.shape[-1], 1, padding="same")(mixed)
    x = CustomScaleLayer(scale)([x, up])
    return Activation("relu")(x) if relu else x


def InceptionResNetV2(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
                      classifier_activation="softmax", name="inception_resnet_v2"):
    inputs = z.start(input_tensor, input_shape, 299, include_top)
    x = stem(inputs)
    x = Concatenate(axis=-1, name="mixed_5b")([
        unit(x, 96, 1), chain(x, (48, 1), (64, 5)), chain(x, (64, 1), (96, 3), (96, 3)), averaged(x, 64)])
    for _ in range(10):
        x = residual(x, [unit(x, 32, 1), chain(x, (32, 1), (32, 3)), chain(x, (32, 1), (48, 3), (64, 3))], 0.17)
    x = Concatenate(axis=-1, name="mixed_6a")([
        unit(x, 384, 3, 2, "valid"), chain(x, (256, 1), (256, 3), (384, 3, 2, "valid")), MaxPooling2D(3, strides=2)(x)])
    for _ in range(20):
        x = residual(x, [unit(x, 192, 1), chain(x, (128, 1), (160, (1, 7)), (192, (7, 1)))], 0.1)
    x = Concatenate(axis=-1, name="mixed_7a")([
        chain(x, (256, 1), (384, 3, 2, "valid")), chain(x, (256, 1), (288, 3, 2, "valid")),
        chain(x, (256, 1), (288, 3), (320, 3, 2, "valid")), MaxPooling2D(3, strides=2)(x)])
    for index in range(10):
        last = index == 9
        x = residual(x, [unit(x, 192, 1), chain(x, (192, 1), (224, (1, 3)), (256, (3, 1)))], 1.0 if last else 0.2, not last)
    x = Conv2D(1536, 1, padding="same", use_bias=False, name="conv_7b")(x)
    x = BatchNormalization(scale=False, name="conv_7b_bn")(x)
    x = Activation("relu", name="conv_7b_ac")(x)
    return z.finish(inputs, z.classify(x, include_top, pooling, classes, classifier_activation), name)


def Xception(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
             classifier_activation="softmax", name="xception"):
    inputs = z.start(input_tensor, input_shape, 299, include_top)
    x = inputs
    for index, (filters, stride) in enumerate([(32, 2), (64, 1)]):
        first = "block1_conv%d" % (index + 1)
        x = Conv2D(filters, 3, strides=stride, use_bias=False, name=first)(x)
        x = BatchNormalization(name=first + "_bn")(x)
        x = Activation("relu", name=first + "_act")(x)

    def separable(x, filters, label, before=True):
        if before:
            x = Activation("relu", name=label + "_act")(x)
        x = SeparableConv2D(filters, 3, padding="same", use_bias=False, name=label)(x)
        return BatchNormalization(name=label + "_bn")(x)

    def shortcut(x, filters):
        x = Conv2D(filters, 1, strides=2, padding="same", use_bias=False)(x)
        return BatchNormalization()(x)

    for block, filters in [(2, 128), (3, 256), (4, 728)]:
        aside = shortcut(x, filters)
        x = separable(x, filters, "block%d_sepconv1" % block, block > 2)
        x = separable(x, filters, "block%d_sepconv2" % block)
        x = MaxPooling2D(3, strides=2, padding="same", name="block%d_pool" % block)(x)
        x = Add()([x, aside])
    for block in range(5, 13):
        before = x
        for index in range(3):
            x = separable(x, 728, "block%d_sepconv%d" % (block, index + 1))
        x = Add()([x, before])
    aside = shortcut(x, 1024)
    x = separable(x, 728, "block13_sepconv1")
    x = separable(x, 1024, "block13_sepconv2")
    x = MaxPooling2D(3, strides=2, padding="same", name="block13_pool")(x)
    x = Add()([x, aside])
    for index, filters in enumerate([1536, 2048]):
        label = "block14_sepconv%d" % (index + 1)
        x = separable(x, filters, label, False)
        x = Activation("relu", name=label + "_act")(x)
    return z.finish(inputs, z.classify(x, include_top, pooling, classes, classifier_activation), name)
