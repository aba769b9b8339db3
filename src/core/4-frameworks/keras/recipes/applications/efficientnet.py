"""EfficientNet B0 to B7 and EfficientNetV2."""
import math

import _keras_zoo as z
from _keras import (Activation, Add, BatchNormalization, Conv2D, Dense, DepthwiseConv2D, Dropout, GlobalAveragePooling2D, Multiply,
                    Normalization, Rescaling, Reshape, ZeroPadding2D)

# kernel, repeats, output filters, expansion, stride
BLOCKS = [(3, 1, 16, 1, 1), (3, 2, 24, 6, 2), (5, 2, 40, 6, 2), (3, 3, 80, 6, 2), (5, 3, 112, 6, 1), (5, 4, 192, 6, 2), (3, 1, 320, 6, 1)]


def squeeze(x, wide, narrow, label):
    gate = GlobalAveragePooling2D(name=label + "se_squeeze")(x)
    gate = Reshape((1, 1, wide), name=label + "se_reshape")(gate)
    gate = Conv2D(narrow, 1, padding="same", activation="swish", name=label + "se_reduce")(gate)
    gate = Conv2D(wide, 1, padding="same", activation="sigmoid", name=label + "se_expand")(gate)
    return Multiply(name=label + "se_excite")([x, gate])


def top(inputs, x, filters, dropout, name, include_top, pooling, classes, activation):
    x = Conv2D(filters, 1, padding="same", use_bias=False, name="top_conv")(x)
    x = BatchNormalization(name="top_bn")(x)
    x = Activation("swish", name="top_activation")(x)
    if include_top:
        x = GlobalAveragePooling2D(name="avg_pool")(x)
        if dropout > 0:
            x = Dropout(dropout, name="top_dropout")(x)
        x = Dense(classes, activation=activation, name="predictions")(x)
    else:
        x = z.pool(x, pooling)
    return z.finish(inputs, x, name)


def first(width, depth, size, dropout, default_name, include_top=True, weights="imagenet", input_tensor=None, input_shape=None,
          pooling=None, classes=1000, classifier_activation="softmax", name=None, **kwargs):
    inputs = z.start(input_tensor, input_shape, size, include_top)
    x = Rescaling(1.0 / 255.0)(inputs)
    x = Normalization(axis=-1)(x)
    if weights == "imagenet":
        x = Rescaling([2.1, 2.1, 2.1])(x)
    x = ZeroPadding2D(z.stride_pad(x, 3), name="stem_conv_pad")(x)
    x = Conv2D(z.divisible(32 * width), 3, strides=2, padding="valid", use_bias=False, name="stem_conv")(x)
    x = BatchNormalization(name="stem_bn")(x)
    x = Activation("swish", name="stem_activation")(x)
    for group, (kernel, repeats, filters, expansion, stride) in enumerate(BLOCKS):
        width_out = z.divisible(filters * width)
        for index in range(int(math.ceil(depth * repeats))):
            label = "block%d%s_" % (group + 1, chr(index + 97))
            step = stride if index == 0 else 1
            before = x
            channels = x.shape[-1]
            wide = channels * expansion
            if expansion != 1:
                x = Conv2D(wide, 1, padding="same", use_bias=False, name=label + "expand_conv")(x)
                x = BatchNormalization(name=label + "expand_bn")(x)
                x = Activation("swish", name=label + "expand_activation")(x)
            if step == 2:
                x = ZeroPadding2D(z.stride_pad(x, kernel), name=label + "dwconv_pad")(x)
            x = DepthwiseConv2D(kernel, strides=step, padding="valid" if step == 2 else "same", use_bias=False, name=label + "dwconv")(x)
            x = BatchNormalization(name=label + "bn")(x)
            x = Activation("swish", name=label + "activation")(x)
            x = squeeze(x, wide, max(1, int(channels * 0.25)), label)
            x = Conv2D(width_out, 1, padding="same", use_bias=False, name=label + "project_conv")(x)
            x = BatchNormalization(name=label + "project_bn")(x)
            if step == 1 and channels == width_out:
                x = Dropout(0.2, noise_shape=(None, 1, 1, 1), name=label + "drop")(x)
                x = Add(name=label + "add")([x, before])
    return top(inputs, x, z.divisible(1280 * width), dropout, name or default_name, include_top, pooling, classes, classifier_activation)


def EfficientNetB0(*args, **kwargs):
    return first(1.0, 1.0, 224, 0.2, "efficientnetb0", *args, **kwargs)


def EfficientNetB1(*args, **kwargs):
    return first(1.0, 1.1, 240, 0.2, "efficientnetb1", *args, **kwargs)


def EfficientNetB2(*args, **kwargs):
    return first(1.1, 1.2, 260, 0.3, "efficientnetb2", *args, **kwargs)


def EfficientNetB3(*args, **kwargs):
    return first(1.2, 1.4, 300, 0.3, "efficientnetb3", *args, **kwargs)


def EfficientNetB4(*args, **kwargs):
    return first(1.4, 1.8, 380, 0.4, "efficientnetb4", *args, **kwargs)


def EfficientNetB5(*args, **kwargs):
    return first(1.6, 2.2, 456, 0.4, "efficientnetb5", *args, **kwargs)


def EfficientNetB6(*args, **kwargs):
    return first(1.8, 2.6, 528, 0.5, "efficientnetb6", *args, **kwargs)


def EfficientNetB7(*args, **kwargs):
    return first(2.0, 3.1, 600, 0.5, "efficientnetb7", *args, **kwargs)


# kernel, repeats, output filters, expansion, squeeze, stride, fused
BASE = [(3, 1, 16, 1, 0, 1, True), (3, 2, 32, 4, 0, 2, True), (3, 2, 48, 4, 0, 2, True), (3, 3, 96, 4, 0.25, 2, False),
        (3, 5, 112, 6, 0.25, 1, False), (3, 8, 192, 6, 0.25, 2, False)]
SMALL = [(3, 2, 24, 1, 0, 1, True), (3, 4, 48, 4, 0, 2, True), (3, 4, 64, 4, 0, 2, True), (3, 6, 128, 4, 0.25, 2, False),
         (3, 9, 160, 6, 0.25, 1, False), (3, 15, 256, 6, 0.25, 2, False)]
MEDIUM = [(3, 3, 24, 1, 0, 1, True), (3, 5, 48, 4, 0, 2, True), (3, 5, 80, 4, 0, 2, True), (3, 7, 160, 4, 0.25, 2, False),
          (3, 14, 176, 6, 0.25, 1, False), (3, 18, 304, 6, 0.25, 2, False), (3, 5, 512, 6, 0.25, 1, False)]
BIG = [(3, 4, 32, 1, 0, 1, True), (3, 7, 64, 4, 0, 2, True), (3, 7, 96, 4, 0, 2, True), (3, 10, 192, 4, 0.25, 2, False),
       (3, 19, 224, 6, 0.25, 1, False), (3, 25, 384, 6, 0.25, 2, False), (3, 7, 640, 6, 0.25, 1, False)]


def rounded(filters, width):
    return max(8, int(filters * width + 4) // 8 * 8)


def second(blocks, stem, width, depth, size, default_name, include_top=True, weights="imagenet", input_tensor=None, input_shape=None,
           pooling=None, classes=1000, classifier_activation="softmax", include_preprocessing=True, name=None):
    inputs = z.start(input_tensor, input_shape, size, include_top)
    x = inputs
    if include_preprocessing:
        if blocks is BASE:
            x = Rescaling(1.0 / 255)(x)
            x = Normalization(mean=[0.485, 0.456, 0.406], variance=[0.229 ** 2, 0.224 ** 2, 0.225 ** 2], axis=-1)(x)
        else:
            x = Rescaling(1.0 / 128.0, -1.0)(x)
    x = Conv2D(rounded(stem, width), 3, strides=2, padding="same", use_bias=False, name="stem_conv")(x)
    x = BatchNormalization(name="stem_bn")(x)
    x = Activation("swish", name="stem_activation")(x)
    for group, (kernel, repeats, filters, expansion, ratio, stride, fused) in enumerate(blocks):
        width_out = rounded(filters, width)
        for index in range(int(math.ceil(depth * repeats))):
            label = "block%d%s_" % (group + 1, chr(index + 97))
            step = stride if index == 0 else 1
            before = x
            channels = x.shape[-1]
            wide = channels * expansion
            if expansion != 1:
                x = Conv2D(wide, kernel if fused else 1, strides=step if fused else 1, padding="same", use_bias=False,
                           name=label + "expand_conv")(x)
                x = BatchNormalization(name=label + "expand_bn")(x)
                x = Activation("swish", name=label + "expand_activation")(x)
            if not fused:
                x = DepthwiseConv2D(kernel, strides=step, padding="same", use_bias=False, name=label + "dwconv2")(x)
                x = BatchNormalization(name=label + "bn")(x)
                x = Activation("swish", name=label + "activation")(x)
            if ratio > 0:
                x = squeeze(x, wide, max(1, int(channels * ratio)), label)
            plain = fused and expansion == 1
            x = Conv2D(width_out, kernel if plain else 1, strides=step if plain else 1, padding="same", use_bias=False,
                       name=label + "project_conv")(x)
            x = BatchNormalization(name=label + "project_bn")(x)
            if plain:
                x = Activation("swish", name=label + "project_activation")(x)
            if step == 1 and channels == width_out:
                x = Dropout(0.2, noise_shape=(None, 1, 1, 1), name=label + "drop")(x)
                x = Add(name=label + "add")([x, before])
    return top(inputs, x, rounded(1280, width), 0.2, name or default_name, include_top, pooling, classes, classifier_activation)


def EfficientNetV2B0(*args, **kwargs):
    return second(BASE, 32, 1.0, 1.0, 224, "efficientnetv2-b0", *args, **kwargs)


def EfficientNetV2B1(*args, **kwargs):
    return second(BASE, 32, 1.0, 1.1, 240, "efficientnetv2-b1", *args, **kwargs)


def EfficientNetV2B2(*args, **kwargs):
    return second(BASE, 32, 1.1, 1.2, 260, "efficientnetv2-b2", *args, **kwargs)


def EfficientNetV2B3(*args, **kwargs):
    return second(BASE, 32, 1.2, 1.4, 300, "efficientnetv2-b3", *args, **kwargs)


def EfficientNetV2S(*args, **kwargs):
    return second(SMALL, 24, 1.0, 1.0, 384, "efficientnetv2-s", *args, **kwargs)


def EfficientNetV2M(*args, **kwargs):
    return second(MEDIUM, 24, 1.0, 1.0, 480, "efficientnetv2-m", *args, **kwargs)


def EfficientNetV2L(*args, **kwargs):
    return second(BIG, 32, 1.0, 1.0, 480, "efficientnetv2-l", *args, **kwargs)
