"""MobileNetV2: Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks" (2018).

Blocks of expansion, depthwise convolution and linear projection (table 2); `alpha` scales every width, in multiples of 8.
"""
from _keras import Add, Conv2D, Dense, DepthwiseConv2D, GlobalAveragePooling2D, ReLU
from _keras_applications import batch_norm, channel_axis, check_classes, make_input, make_model, pad_for_stride, pool_all
from _keras_applications import round_to, size_label

# (width, number of blocks, stride of the first).
STAGES = [(16, 1, 1), (24, 2, 2), (32, 3, 2), (64, 4, 2), (96, 3, 1), (160, 3, 2), (320, 1, 1)]


def block(x, width, stride, number):
    prefix = f"block_{number}_" if number else "expanded_conv_"
    start, channels = x, x.shape[channel_axis()]
    if number:
        x = Conv2D(6 * channels, 1, padding="same", use_bias=False, name=prefix + "expand")(x)
        x = ReLU(6.0, name=prefix + "expand_relu")(batch_norm(x, prefix + "expand_BN"))
    if stride == 2:
        x = pad_for_stride(x, 3, prefix + "pad")
    x = DepthwiseConv2D(3, strides=stride, use_bias=False, padding="same" if stride == 1 else "valid",
                        name=prefix + "depthwise")(x)
    x = ReLU(6.0, name=prefix + "depthwise_relu")(batch_norm(x, prefix + "depthwise_BN"))
    x = Conv2D(width, 1, padding="same", use_bias=False, name=prefix + "project")(x)
    x = batch_norm(x, prefix + "project_BN")
    return Add(name=prefix + "add")([start, x]) if stride == 1 and channels == width else x


def MobileNetV2(input_shape=None, alpha=1.0, include_top=True, weights="imagenet", input_tensor=None, pooling=None,
                classes=1000, classifier_activation="softmax", name=None, **kwargs):
    check_classes(weights, include_top, classes)
    start = make_input(input_tensor, input_shape, 224, include_top)
    x = Conv2D(round_to(32 * alpha), 3, strides=2, padding="same", use_bias=False, name="Conv1")(start)
    x = ReLU(6.0, name="Conv1_relu")(batch_norm(x, "bn_Conv1"))
    number = 0
    for width, count, stride in STAGES:
        for index in range(count):
            x = block(x, round_to(int(width * alpha)), stride if index == 0 else 1, number)
            number += 1
    x = Conv2D(round_to(1280 * alpha) if alpha > 1.0 else 1280, 1, use_bias=False, name="Conv_1")(x)
    x = ReLU(6.0, name="out_relu")(batch_norm(x, "Conv_1_bn"))
    if include_top:
        x = GlobalAveragePooling2D()(x)
        x = Dense(classes, activation=classifier_activation, name="predictions")(x)
    else:
        x = pool_all(x, pooling)
    return make_model(input_tensor, start, x, name or f"mobilenetv2_{alpha:0.2f}_{size_label(input_shape, include_top, weights)}")
