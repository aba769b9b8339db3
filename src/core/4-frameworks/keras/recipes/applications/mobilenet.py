"""MobileNet versions 1, 2 and 3."""
import _keras_zoo as z
from _keras import (Activation, Add, BatchNormalization, Conv2D, Dense, DepthwiseConv2D, Dropout, Flatten, GlobalAveragePooling2D,
                    Multiply, ReLU, Rescaling, Reshape, ZeroPadding2D)


def MobileNet(input_shape=None, alpha=1.0, depth_multiplier=1, dropout=1e-3, include_top=True, weights="imagenet", input_tensor=None,
              pooling=None, classes=1000, classifier_activation="softmax", name=None):
    inputs = z.start(input_tensor, input_shape, 224, include_top)
    x = Conv2D(int(32 * alpha), 3, strides=2, padding="same", use_bias=False, name="conv1")(inputs)
    x = BatchNormalization(name="conv1_bn")(x)
    x = ReLU(6.0, name="conv1_relu")(x)
    plan = [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2)] + [(512, 1)] * 5 + [(1024, 2), (1024, 1)]
    for index, (filters, stride) in enumerate(plan):
        number = str(index + 1)
        if stride == 2:
            x = ZeroPadding2D(((0, 1), (0, 1)), name="conv_pad_" + number)(x)
        x = DepthwiseConv2D(3, padding="same" if stride == 1 else "valid", depth_multiplier=depth_multiplier, strides=stride,
                            use_bias=False, name="conv_dw_" + number)(x)
        x = BatchNormalization(name="conv_dw_" + number + "_bn")(x)
        x = ReLU(6.0, name="conv_dw_" + number + "_relu")(x)
        x = Conv2D(int(filters * alpha), 1, padding="same", use_bias=False, name="conv_pw_" + number)(x)
        x = BatchNormalization(name="conv_pw_" + number + "_bn")(x)
        x = ReLU(6.0, name="conv_pw_" + number + "_relu")(x)
    if include_top:
        x = GlobalAveragePooling2D(keepdims=True)(x)
        x = Dropout(dropout, name="dropout")(x)
        x = Conv2D(classes, 1, padding="same", name="conv_preds")(x)
        x = Reshape((classes,), name="reshape_2")(x)
        x = Activation(classifier_activation, name="predictions")(x)
    else:
        x = z.pool(x, pooling)
    return z.finish(inputs, x, name or "mobilenet_%0.2f_%s" % (alpha, inputs.shape[1]))


def MobileNetV2(input_shape=None, alpha=1.0, include_top=True, weights="imagenet", input_tensor=None, pooling=None, classes=1000,
                classifier_activation="softmax", name=None):
    inputs = z.start(input_tensor, input_shape, 224, include_top)
    x = Conv2D(z.divisible(32 * alpha), 3, strides=2, padding="same", use_bias=False, name="Conv1")(inputs)
    x = BatchNormalization(name="bn_Conv1")(x)
    x = ReLU(6.0, name="Conv1_relu")(x)
    plan = ([(16, 1, 1)] + [(24, 2, 6), (24, 1, 6)] + [(32, 2, 6)] + [(32, 1, 6)] * 2 + [(64, 2, 6)] + [(64, 1, 6)] * 3
            + [(96, 1, 6)] * 3 + [(160, 2, 6)] + [(160, 1, 6)] * 2 + [(320, 1, 6)])
    for index, (filters, stride, expansion) in enumerate(plan):
        prefix = "block_%d_" % index if index else "expanded_conv_"
        before = x
        channels = x.shape[-1]
        width = z.divisible(int(filters * alpha))
        if index:
            x = Conv2D(expansion * channels, 1, padding="same", use_bias=False, name=prefix + "expand")(x)
            x = BatchNormalization(name=prefix + "expand_BN")(x)
            x = ReLU(6.0, name=prefix + "expand_relu")(x)
        if stride == 2:
            x = ZeroPadding2D(z.stride_pad(x, 3), name=prefix + "pad")(x)
        x = DepthwiseConv2D(3, strides=stride, use_bias=False, padding="same" if stride == 1 else "valid", name=prefix + "depthwise")(x)
        x = BatchNormalization(name=prefix + "depthwise_BN")(x)
        x = ReLU(6.0, name=prefix + "depthwise_relu")(x)
        x = Conv2D(width, 1, padding="same", use_bias=False, name=prefix + "project")(x)
        x = BatchNormalization(name=prefix + "project_BN")(x)
        if channels == width and stride == 1:
            x = Add(name=prefix + "add")([before, x])
    last = z.divisible(1280 * alpha) if alpha > 1.0 else 1280
    x = Conv2D(last, 1, use_bias=False, name="Conv_1")(x)
    x = BatchNormalization(name="Conv_1_bn")(x)
    x = ReLU(6.0, name="out_relu")(x)
    if include_top:
        x = GlobalAveragePooling2D()(x)
        x = Dense(classes, activation=classifier_activation, name="predictions")(x)
    else:
        x = z.pool(x, pooling)
    return z.finish(inputs, x, name or "mobilenetv2_%0.2f_%s" % (alpha, inputs.shape[1]))


def hard_sigmoid(x):
    return ReLU(6.0)(x + 3.0) * (1.0 / 6.0)


SMALL = [(1, 16, 3, 2, True, "relu"), (72 / 16, 24, 3, 2, False, "relu"), (88 / 24, 24, 3, 1, False, "relu"),
         (4, 40, 5, 2, True, "hard_swish"), (6, 40, 5, 1, True, "hard_swish"), (6, 40, 5, 1, True, "hard_swish"),
         (3, 48, 5, 1, True, "hard_swish"), (3, 48, 5, 1, True, "hard_swish"), (6, 96, 5, 2, True, "hard_swish"),
         (6, 96, 5, 1, True, "hard_swish"), (6, 96, 5, 1, True, "hard_swish")]
LARGE = [(1, 16, 3, 1, False, "relu"), (4, 24, 3, 2, False, "relu"), (3, 24, 3, 1, False, "relu"), (3, 40, 5, 2, True, "relu"),
         (3, 40, 5, 1, True, "relu"), (3, 40, 5, 1, True, "relu"), (6, 80, 3, 2, False, "hard_swish"),
         (2.5, 80, 3, 1, False, "hard_swish"), (2.3, 80, 3, 1, False, "hard_swish"), (2.3, 80, 3, 1, False, "hard_swish"),
         (6, 112, 3, 1, True, "hard_swish"), (6, 112, 3, 1, True, "hard_swish"), (6, 160, 5, 2, True, "hard_swish"),
         (6, 160, 5, 1, True, "hard_swish"), (6, 160, 5, 1, True, "hard_swish")]


def version3(plan, last, input_shape, alpha, minimalistic, include_top, input_tensor, classes, pooling, dropout, activation,
             preprocess, name):
    inputs = z.start(input_tensor, input_shape, 224, include_top)
    swish = "relu" if minimalistic else "hard_swish"
    x = inputs
    if preprocess:
        x = Rescaling(1 / 127.5, -1.0)(x)
    x = Conv2D(16, 3, strides=2, padding="same", use_bias=False, name="conv")(x)
    x = BatchNormalization(name="conv_bn")(x)
    x = Activation(swish)(x)
    for index, (expansion, filters, kernel, stride, squeeze, function) in enumerate(plan):
        if minimalistic:
            kernel, squeeze, function = 3, False, "relu"
        prefix = "expanded_conv_%d_" % index if index else "expanded_conv_"
        before = x
        channels = x.shape[-1]
        width = z.divisible(filters * alpha)
        wide = z.divisible(channels * expansion)
        if index:
            x = Conv2D(wide, 1, padding="same", use_bias=False, name=prefix + "expand")(x)
            x = BatchNormalization(name=prefix + "expand_bn")(x)
            x = Activation(function)(x)
        if stride == 2:
            x = ZeroPadding2D(z.stride_pad(x, kernel), name=prefix + "depthwise_pad")(x)
        x = DepthwiseConv2D(kernel, strides=stride, padding="same" if stride == 1 else "valid", use_bias=False, name=prefix + "depthwise")(x)
        x = BatchNormalization(name=prefix + "depthwise_bn")(x)
        x = Activation(function)(x)
        if squeeze:
            gate = GlobalAveragePooling2D(keepdims=True, name=prefix + "squeeze_excite_avg_pool")(x)
            gate = Conv2D(z.divisible(wide * 0.25), 1, padding="same", name=prefix + "squeeze_excite_conv")(gate)
            gate = ReLU(name=prefix + "squeeze_excite_relu")(gate)
            gate = Conv2D(wide, 1, padding="same", name=prefix + "squeeze_excite_conv_1")(gate)
            x = Multiply(name=prefix + "squeeze_excite_mul")([x, hard_sigmoid(gate)])
        x = Conv2D(width, 1, padding="same", use_bias=False, name=prefix + "project")(x)
        x = BatchNormalization(name=prefix + "project_bn")(x)
        if stride == 1 and channels == width:
            x = Add(name=prefix + "add")([before, x])
    head = z.divisible(x.shape[-1] * 6)
    if alpha > 1.0:
        last = z.divisible(last * alpha)
    x = Conv2D(head, 1, padding="same", use_bias=False, name="conv_1")(x)
    x = BatchNormalization(name="conv_1_bn")(x)
    x = Activation(swish)(x)
    if include_top:
        x = GlobalAveragePooling2D(keepdims=True)(x)
        x = Conv2D(last, 1, padding="same", name="conv_2")(x)
        x = Activation(swish)(x)
        if dropout > 0:
            x = Dropout(dropout)(x)
        x = Conv2D(classes, 1, padding="same", name="logits")(x)
        x = Flatten()(x)
        x = Activation(classifier_or_linear(activation), name="predictions")(x)
    else:
        x = z.pool(x, pooling)
    return z.finish(inputs, x, name)


def classifier_or_linear(activation):
    return "linear" if activation is None else activation


def MobileNetV3Small(input_shape=None, alpha=1.0, minimalistic=False, include_top=True, weights="imagenet", input_tensor=None,
                     classes=1000, pooling=None, dropout_rate=0.2, classifier_activation="softmax", include_preprocessing=True,
                     name="MobileNetV3Small"):
    return version3(SMALL, 1024, input_shape, alpha, minimalistic, include_top, input_tensor, classes, pooling, dropout_rate,
                    classifier_activation, include_preprocessing, name)


def MobileNetV3Large(input_shape=None, alpha=1.0, minimalistic=False, include_top=True, weights="imagenet", input_tensor=None,
                     classes=1000, pooling=None, dropout_rate=0.2, classifier_activation="softmax", include_preprocessing=True,
                     name="MobileNetV3Large"):
    return version3(LARGE, 1280, input_shape, alpha, minimalistic, include_top, input_tensor, classes, pooling, dropout_rate,
                    classifier_activation, include_preprocessing, name)
