"""EfficientNetV2: Tan and Le, "EfficientNetV2: Smaller Models and Faster Training" (2021).

Early stages fuse expansion and depthwise convolution into one (table 4); B0 to B3 scale one small table.
"""
import math

from _keras import Activation, Add, Conv2D, DepthwiseConv2D, Dropout, Normalization, Rescaling
from _keras_applications import batch_norm, channel_axis, check_classes, classify, make_input, make_model, pool_all
from _keras_applications import squeeze_excite

# (fused, expansion, width, number of blocks, stride of the first) of each stage.
TINY = [(True, 1, 16, 1, 1), (True, 4, 32, 2, 2), (True, 4, 48, 2, 2), (False, 4, 96, 3, 2), (False, 6, 112, 5, 1),
        (False, 6, 192, 8, 2)]
SMALL = [(True, 1, 24, 2, 1), (True, 4, 48, 4, 2), (True, 4, 64, 4, 2), (False, 4, 128, 6, 2), (False, 6, 160, 9, 1),
         (False, 6, 256, 15, 2)]
MEDIUM = [(True, 1, 24, 3, 1), (True, 4, 48, 5, 2), (True, 4, 80, 5, 2), (False, 4, 160, 7, 2), (False, 6, 176, 14, 1),
          (False, 6, 304, 18, 2), (False, 6, 512, 5, 1)]
LARGE = [(True, 1, 32, 4, 1), (True, 4, 64, 7, 2), (True, 4, 96, 7, 2), (False, 4, 192, 10, 2), (False, 6, 224, 19, 1),
         (False, 6, 384, 25, 2), (False, 6, 640, 7, 1)]


def swish(x, name):
    return Activation("swish", name=name)(x)


def unit(x, width, kernel, stride, name):
    x = Conv2D(width, kernel, strides=stride, padding="same", use_bias=False, name=name + "_conv")(x)
    return batch_norm(x, name + "_bn")


def block(x, fused, expansion, width, stride, drop, name):
    start, channels = x, x.shape[channel_axis()]
    if fused:
        if expansion > 1:
            x = swish(unit(x, channels * expansion, 3, stride, name + "expand"), name + "expand_activation")
            x = unit(x, width, 1, 1, name + "project")
        else:
            x = swish(unit(x, width, 3, stride, name + "project"), name + "project_activation")
    else:
        if expansion > 1:
            x = swish(unit(x, channels * expansion, 1, 1, name + "expand"), name + "expand_activation")
        x = DepthwiseConv2D(3, strides=stride, padding="same", use_bias=False, name=name + "dwconv2")(x)
        x = swish(batch_norm(x, name + "bn"), name + "activation")
        x = squeeze_excite(x, max(1, channels // 4), name + "se_")
        x = unit(x, width, 1, 1, name + "project")
    if stride == 1 and channels == width:
        if drop > 0:
            x = Dropout(drop, noise_shape=(None, 1, 1, 1), name=name + "drop")(x)
        x = Add(name=name + "add")([x, start])
    return x


def build(table, width, depth, size, include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation,
          include_preprocessing, name):
    check_classes(weights, include_top, classes)
    start = x = make_input(input_tensor, input_shape, size, include_top)
    if include_preprocessing:
        if table is TINY:
            x = Rescaling(1.0 / 255)(x)
            if channel_axis() == -1:
                x = Normalization(axis=-1, mean=[0.485, 0.456, 0.406], variance=[0.229, 0.224, 0.225])(x)
        else:
            x = Rescaling(1.0 / 128, -1)(x)

    def scaled(channels):
        return max(8, int(channels * width + 4) // 8 * 8)

    first = scaled(32 if table is TINY else table[0][2])
    x = swish(unit(x, first, 3, 2, "stem"), "stem_activation")
    counts = [math.ceil(depth * count) for _, _, _, count, _ in table]
    done = 0
    for stage, (fused, expansion, base, _, stride) in enumerate(table):
        for index in range(counts[stage]):
            x = block(x, fused, expansion, scaled(base), stride if index == 0 else 1, 0.2 * done / sum(counts),
                      f"block{stage + 1}{chr(97 + index)}_")
            done += 1
    x = swish(unit(x, scaled(1280), 1, 1, "top"), "top_activation")
    if include_top:
        x = classify(x, classes, classifier_activation, 0.2, "top_dropout")
    else:
        x = pool_all(x, pooling, "avg_pool", "max_pool")
    return make_model(input_tensor, start, x, name)


def EfficientNetV2B0(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
                     classifier_activation="softmax", include_preprocessing=True, name="efficientnetv2-b0", **kwargs):
    return build(TINY, 1.0, 1.0, 224, include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation,
                 include_preprocessing, name)


def EfficientNetV2B1(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
                     classifier_activation="softmax", include_preprocessing=True, name="efficientnetv2-b1", **kwargs):
    return build(TINY, 1.0, 1.1, 240, include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation,
                 include_preprocessing, name)


def EfficientNetV2B2(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
                     classifier_activation="softmax", include_preprocessing=True, name="efficientnetv2-b2", **kwargs):
    return build(TINY, 1.1, 1.2, 260, include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation,
                 include_preprocessing, name)


def EfficientNetV2B3(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
                     classifier_activation="softmax", include_preprocessing=True, name="efficientnetv2-b3", **kwargs):
    return build(TINY, 1.2, 1.4, 300, include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation,
                 include_preprocessing, name)


def EfficientNetV2S(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
                     classifier_activation="softmax", include_preprocessing=True, name="efficientnetv2-s", **kwargs):
    return build(SMALL, 1.0, 1.0, 384, include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation,
                 include_preprocessing, name)


def EfficientNetV2M(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
                     classifier_activation="softmax", include_preprocessing=True, name="efficientnetv2-m", **kwargs):
    return build(MEDIUM, 1.0, 1.0, 480, include_top, weights, input_tensor, input_shape, pooling, classes,
                 classifier_activation, include_preprocessing, name)


def EfficientNetV2L(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
                     classifier_activation="softmax", include_preprocessing=True, name="efficientnetv2-l", **kwargs):
    return build(LARGE, 1.0, 1.0, 480, include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation,
                 include_preprocessing, name)
