"""Xception: Chollet, "Xception: Deep Learning with Depthwise Separable Convolutions" (2016).

Separable convolutions with residual connections (figure 5): an entry flow, eight equal blocks in the middle, an exit flow.
"""
from _keras import Add, Conv2D, MaxPooling2D, SeparableConv2D
from _keras_applications import batch_norm, check_classes, classify, make_input, make_model, pool_all, relu


def separable(x, width, name):
    return batch_norm(SeparableConv2D(width, 3, padding="same", use_bias=False, name=name)(x), name + "_bn")


def separables(x, widths, block, activate_first=True):
    for index, width in enumerate(widths, 1):
        name = f"block{block}_sepconv{index}"
        if index > 1 or activate_first:
            x = relu(x, name + "_act")
        x = separable(x, width, name)
    return x


def halve(x, widths, block):
    shortcut = batch_norm(Conv2D(widths[-1], 1, strides=2, padding="same", use_bias=False)(x))
    x = separables(x, widths, block, block > 2)
    x = MaxPooling2D(3, strides=2, padding="same", name=f"block{block}_pool")(x)
    return Add()([x, shortcut])


def Xception(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
             classifier_activation="softmax", name="xception", **kwargs):
    check_classes(weights, include_top, classes)
    start = make_input(input_tensor, input_shape, 299, include_top, 71)
    x = Conv2D(32, 3, strides=2, use_bias=False, name="block1_conv1")(start)
    x = relu(batch_norm(x, "block1_conv1_bn"), "block1_conv1_act")
    x = Conv2D(64, 3, use_bias=False, name="block1_conv2")(x)
    x = relu(batch_norm(x, "block1_conv2_bn"), "block1_conv2_act")
    for block, width in enumerate([128, 256, 728], 2):
        x = halve(x, [width, width], block)
    for block in range(5, 13):
        x = Add()([separables(x, [728, 728, 728], block), x])
    x = halve(x, [728, 1024], 13)
    for index, width in enumerate([1536, 2048], 1):
        x = relu(separable(x, width, f"block14_sepconv{index}"), f"block14_sepconv{index}_act")
    x = classify(x, classes, classifier_activation) if include_top else pool_all(x, pooling)
    return make_model(input_tensor, start, x, name)
