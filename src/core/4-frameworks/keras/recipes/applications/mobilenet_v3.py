"""MobileNetV3: Howard et al., "Searching for MobileNetV3" (2019).

Inverted residuals, some with squeeze and excitation (tables 1 and 2). The minimalistic variants do without it, without
5x5 kernels and without hard swish. Unlike the other families, one made without a size takes images of any size.
"""
from _keras import Activation, Add, Conv2D, DepthwiseConv2D, Dropout, Flatten, GlobalAveragePooling2D, Multiply, ReLU, Rescaling
from _keras_applications import batch_norm, channel_axis, check_classes, make_input, make_model, pad_for_stride, pool_all
from _keras_applications import round_to

# (expansion, width, kernel, stride, squeeze and excite, hard swish).
SMALL = [
    (1, 16, 3, 2, True, False), (72 / 16, 24, 3, 2, False, False), (88 / 24, 24, 3, 1, False, False), (4, 40, 5, 2, True, True),
    (6, 40, 5, 1, True, True), (6, 40, 5, 1, True, True), (3, 48, 5, 1, True, True), (3, 48, 5, 1, True, True),
    (6, 96, 5, 2, True, True), (6, 96, 5, 1, True, True), (6, 96, 5, 1, True, True),
]
LARGE = [
    (1, 16, 3, 1, False, False), (4, 24, 3, 2, False, False), (3, 24, 3, 1, False, False), (3, 40, 5, 2, True, False),
    (3, 40, 5, 1, True, False), (3, 40, 5, 1, True, False), (6, 80, 3, 2, False, True), (2.5, 80, 3, 1, False, True),
    (2.3, 80, 3, 1, False, True), (2.3, 80, 3, 1, False, True), (6, 112, 3, 1, True, True), (6, 112, 3, 1, True, True),
    (6, 160, 5, 2, True, True), (6, 160, 5, 1, True, True), (6, 160, 5, 1, True, True),
]


def activate(x, hard_swish):
    return Activation("hard_swish")(x) if hard_swish else ReLU()(x)


def weigh_channels(x, reduced, prefix):
    channels = x.shape[channel_axis()]
    gate = GlobalAveragePooling2D(keepdims=True, name=prefix + "avg_pool")(x)
    gate = Conv2D(reduced, 1, padding="same", name=prefix + "conv")(gate)
    gate = ReLU(name=prefix + "relu")(gate)
    gate = Conv2D(channels, 1, padding="same", name=prefix + "conv_1")(gate)
    gate = ReLU(6.0)(gate + 3.0) * (1.0 / 6.0)
    return Multiply(name=prefix + "mul")([x, gate])


def block(x, expansion, width, kernel, stride, squeeze, hard_swish, number):
    prefix = f"expanded_conv_{number}_" if number else "expanded_conv_"
    start, channels = x, x.shape[channel_axis()]
    wide = round_to(channels * expansion)
    if number:
        x = Conv2D(wide, 1, padding="same", use_bias=False, name=prefix + "expand")(x)
        x = activate(batch_norm(x, prefix + "expand_bn"), hard_swish)
    if stride == 2:
        x = pad_for_stride(x, kernel, prefix + "depthwise_pad")
    x = DepthwiseConv2D(kernel, strides=stride, padding="same" if stride == 1 else "valid", use_bias=False,
                        name=prefix + "depthwise")(x)
    x = activate(batch_norm(x, prefix + "depthwise_bn"), hard_swish)
    if squeeze:
        x = weigh_channels(x, round_to(channels * expansion * 0.25), prefix + "squeeze_excite_")
    x = Conv2D(width, 1, padding="same", use_bias=False, name=prefix + "project")(x)
    x = batch_norm(x, prefix + "project_bn")
    return Add(name=prefix + "add")([start, x]) if stride == 1 and channels == width else x


def build(table, last_width, input_shape, alpha, minimalistic, include_top, weights, input_tensor, classes, pooling,
          dropout_rate, classifier_activation, include_preprocessing, name):
    check_classes(weights, include_top, classes)
    start = x = make_input(input_tensor, input_shape, None, include_top)
    if include_preprocessing:
        x = Rescaling(scale=1.0 / 127.5, offset=-1.0)(x)
    full = not minimalistic
    x = Conv2D(16, 3, strides=2, padding="same", use_bias=False, name="conv")(x)
    x = activate(batch_norm(x, "conv_bn"), full)
    for number, (expansion, width, kernel, stride, squeeze, hard_swish) in enumerate(table):
        kernel = kernel if full else 3
        x = block(x, expansion, round_to(width * alpha), kernel, stride, squeeze and full, hard_swish and full, number)
    x = Conv2D(round_to(x.shape[channel_axis()] * 6), 1, padding="same", use_bias=False, name="conv_1")(x)
    x = activate(batch_norm(x, "conv_1_bn"), full)
    if include_top:
        x = GlobalAveragePooling2D(keepdims=True)(x)
        x = Conv2D(round_to(last_width * alpha) if alpha > 1.0 else last_width, 1, padding="same", name="conv_2")(x)
        x = activate(x, full)
        if dropout_rate > 0:
            x = Dropout(dropout_rate)(x)
        x = Conv2D(classes, 1, padding="same", name="logits")(x)
        x = Activation(classifier_activation, name="predictions")(Flatten()(x))
    else:
        x = pool_all(x, pooling, "avg_pool", "max_pool")
    return make_model(input_tensor, start, x, name)


def MobileNetV3Small(input_shape=None, alpha=1.0, minimalistic=False, include_top=True, weights="imagenet", input_tensor=None,
                     classes=1000, pooling=None, dropout_rate=0.2, classifier_activation="softmax", include_preprocessing=True,
                     name="MobileNetV3Small", **kwargs):
    return build(SMALL, 1024, input_shape, alpha, minimalistic, include_top, weights, input_tensor, classes, pooling,
                 dropout_rate, classifier_activation, include_preprocessing, name)


def MobileNetV3Large(input_shape=None, alpha=1.0, minimalistic=False, include_top=True, weights="imagenet", input_tensor=None,
                     classes=1000, pooling=None, dropout_rate=0.2, classifier_activation="softmax", include_preprocessing=True,
                     name="MobileNetV3Large", **kwargs):
    return build(LARGE, 1280, input_shape, alpha, minimalistic, include_top, weights, input_tensor, classes, pooling,
                 dropout_rate, classifier_activation, include_preprocessing, name)
