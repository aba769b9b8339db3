"""EfficientNet: Tan and Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks" (2019).

Inverted residuals with squeeze and excitation; B1 to B7 scale width, depth and image size of B0 (table 1) together.
"""
import math

from _keras import Activation, Add, Conv2D, DepthwiseConv2D, Dropout, Normalization, Rescaling
from _keras_applications import batch_norm, channel_axis, check_classes, classify, is_imagenet, make_input, make_model
from _keras_applications import pad_for_stride, pool_all, round_to, squeeze_excite

# (expansion, width, number of blocks, stride of the first, kernel) of B0.
STAGES = [(1, 16, 1, 1, 3), (6, 24, 2, 2, 3), (6, 40, 2, 2, 5), (6, 80, 3, 2, 3), (6, 112, 3, 1, 5), (6, 192, 4, 2, 5),
          (6, 320, 1, 1, 3)]


def swish(x, name):
    return Activation("swish", name=name)(x)


def block(x, expansion, width, stride, kernel, drop, name):
    start, channels = x, x.shape[channel_axis()]
    if expansion > 1:
        x = Conv2D(channels * expansion, 1, padding="same", use_bias=False, name=name + "expand_conv")(x)
        x = swish(batch_norm(x, name + "expand_bn"), name + "expand_activation")
    if stride == 2:
        x = pad_for_stride(x, kernel, name + "dwconv_pad")
    x = DepthwiseConv2D(kernel, strides=stride, padding="valid" if stride == 2 else "same", use_bias=False,
                        name=name + "dwconv")(x)
    x = swish(batch_norm(x, name + "bn"), name + "activation")
    x = squeeze_excite(x, max(1, channels // 4), name + "se_")
    x = Conv2D(width, 1, padding="same", use_bias=False, name=name + "project_conv")(x)
    x = batch_norm(x, name + "project_bn")
    if stride == 1 and channels == width:
        if drop > 0:
            x = Dropout(drop, noise_shape=(None, 1, 1, 1), name=name + "drop")(x)
        x = Add(name=name + "add")([x, start])
    return x


def build(width, depth, size, dropout, include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation,
          name):
    check_classes(weights, include_top, classes)
    start = make_input(input_tensor, input_shape, size, include_top)
    x = Rescaling(1.0 / 255.0)(start)
    x = Normalization(axis=channel_axis())(x)
    if is_imagenet(weights):
        x = Rescaling([1.0 / math.sqrt(deviation) for deviation in (0.229, 0.224, 0.225)])(x)
    x = pad_for_stride(x, 3, "stem_conv_pad")
    x = Conv2D(round_to(32 * width), 3, strides=2, use_bias=False, name="stem_conv")(x)
    x = swish(batch_norm(x, "stem_bn"), "stem_activation")
    counts = [math.ceil(depth * count) for _, _, count, _, _ in STAGES]
    done = 0
    for stage, (expansion, base, _, stride, kernel) in enumerate(STAGES):
        for index in range(counts[stage]):
            x = block(x, expansion, round_to(base * width), stride if index == 0 else 1, kernel, 0.2 * done / sum(counts),
                      f"block{stage + 1}{chr(97 + index)}_")
            done += 1
    x = Conv2D(round_to(1280 * width), 1, padding="same", use_bias=False, name="top_conv")(x)
    x = swish(batch_norm(x, "top_bn"), "top_activation")
    if include_top:
        x = classify(x, classes, classifier_activation, dropout, "top_dropout")
    else:
        x = pool_all(x, pooling, "avg_pool", "max_pool")
    return make_model(input_tensor, start, x, name)


def EfficientNetB0(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
                   classifier_activation="softmax", name="efficientnetb0", **kwargs):
    return build(1.0, 1.0, 224, 0.2, include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation,
                 name)


def EfficientNetB1(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
                   classifier_activation="softmax", name="efficientnetb1", **kwargs):
    return build(1.0, 1.1, 240, 0.2, include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation,
                 name)


def EfficientNetB2(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
                   classifier_activation="softmax", name="efficientnetb2", **kwargs):
    return build(1.1, 1.2, 260, 0.3, include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation,
                 name)


def EfficientNetB3(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
                   classifier_activation="softmax", name="efficientnetb3", **kwargs):
    return build(1.2, 1.4, 300, 0.3, include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation,
                 name)


def EfficientNetB4(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
                   classifier_activation="softmax", name="efficientnetb4", **kwargs):
    return build(1.4, 1.8, 380, 0.4, include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation,
                 name)


def EfficientNetB5(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
                   classifier_activation="softmax", name="efficientnetb5", **kwargs):
    return build(1.6, 2.2, 456, 0.4, include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation,
                 name)


def EfficientNetB6(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
                   classifier_activation="softmax", name="efficientnetb6", **kwargs):
    return build(1.8, 2.6, 528, 0.5, include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation,
                 name)


def EfficientNetB7(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
                   classifier_activation="softmax", name="efficientnetb7", **kwargs):
    return build(2.0, 3.1, 600, 0.5, include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation,
                 name)
