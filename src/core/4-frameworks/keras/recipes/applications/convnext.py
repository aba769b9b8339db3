"""ConvNeXt: Liu et al., "A ConvNet for the 2020s" (2022).

Blocks of a 7x7 depthwise convolution and two dense layers, with a learned scale; layers between the stages halve the size.
"""
from _keras import Activation, Conv2D, Dense, GlobalAveragePooling2D, Layer, LayerNormalization, Normalization, Sequential
from _keras_applications import channel_axis, check_classes, make_input, make_model, pool_all


class LayerScale(Layer):
    def __init__(self, init_values, projection_dim, **kwargs):
        super().__init__(**kwargs)
        self.init_values = init_values
        self.projection_dim = projection_dim

    def build(self, _):
        self.gamma = self.add_weight(name="gamma", shape=(self.projection_dim,))

    def call(self, x):
        return x * self.gamma


def block(x, width, name):
    start = x
    x = Conv2D(width, 7, padding="same", groups=width, name=name + "_depthwise_conv")(x)
    x = LayerNormalization(epsilon=1e-6, name=name + "_layernorm")(x)
    x = Dense(4 * width, name=name + "_pointwise_conv_1")(x)
    x = Activation("gelu", name=name + "_gelu")(x)
    x = Dense(width, name=name + "_pointwise_conv_2")(x)
    x = LayerScale(1e-6, width, name=name + "_layer_scale")(x)
    return start + Activation("linear", name=name + "_identity")(x)


def between(width, name, number):
    """What leads from one stage to the next."""
    return Sequential([
        LayerNormalization(epsilon=1e-6, name=f"{name}_downsampling_layernorm_{number}"),
        Conv2D(width, 2, strides=2, name=f"{name}_downsampling_conv_{number}"),
    ], name=f"{name}_downsampling_block_{number}")


def build(counts, widths, include_top, include_preprocessing, weights, input_tensor, input_shape, pooling, classes,
          classifier_activation, name):
    check_classes(weights, include_top, classes)
    start = x = make_input(input_tensor, input_shape, 224, include_top)
    if include_preprocessing:
        mean, variance = [123.675, 116.28, 103.53], [58.395**2, 57.12**2, 57.375**2]
        x = Normalization(axis=channel_axis(), mean=mean, variance=variance, name=name + "_prestem_normalization")(x)
    x = Sequential([
        Conv2D(widths[0], 4, strides=4, name=name + "_stem_conv"),
        LayerNormalization(epsilon=1e-6, name=name + "_stem_layernorm"),
    ], name=name + "_stem")(x)
    for stage, (width, count) in enumerate(zip(widths, counts)):
        if stage > 0:
            x = between(width, name, stage - 1)(x)
        for index in range(count):
            x = block(x, width, f"{name}_stage_{stage}_block_{index}")
    if include_top:
        x = GlobalAveragePooling2D(name=name + "_head_gap")(x)
        x = LayerNormalization(epsilon=1e-6, name=name + "_head_layernorm")(x)
        x = Dense(classes, activation=classifier_activation, name=name + "_head_dense")(x)
    else:
        x = LayerNormalization(epsilon=1e-6)(pool_all(x, pooling))
    return make_model(input_tensor, start, x, name)


def ConvNeXtTiny(include_top=True, include_preprocessing=True, weights="imagenet", input_tensor=None, input_shape=None,
                 pooling=None, classes=1000, classifier_activation="softmax", name="convnext_tiny", **kwargs):
    return build([3, 3, 9, 3], [96, 192, 384, 768], include_top, include_preprocessing, weights, input_tensor, input_shape,
                 pooling, classes, classifier_activation, name)


def ConvNeXtSmall(include_top=True, include_preprocessing=True, weights="imagenet", input_tensor=None, input_shape=None,
                  pooling=None, classes=1000, classifier_activation="softmax", name="convnext_small", **kwargs):
    return build([3, 3, 27, 3], [96, 192, 384, 768], include_top, include_preprocessing, weights, input_tensor, input_shape,
                 pooling, classes, classifier_activation, name)


def ConvNeXtBase(include_top=True, include_preprocessing=True, weights="imagenet", input_tensor=None, input_shape=None,
                 pooling=None, classes=1000, classifier_activation="softmax", name="convnext_base", **kwargs):
    return build([3, 3, 27, 3], [128, 256, 512, 1024], include_top, include_preprocessing, weights, input_tensor, input_shape,
                 pooling, classes, classifier_activation, name)


def ConvNeXtLarge(include_top=True, include_preprocessing=True, weights="imagenet", input_tensor=None, input_shape=None,
                  pooling=None, classes=1000, classifier_activation="softmax", name="convnext_large", **kwargs):
    return build([3, 3, 27, 3], [192, 384, 768, 1536], include_top, include_preprocessing, weights, input_tensor, input_shape,
                 pooling, classes, classifier_activation, name)


def ConvNeXtXLarge(include_top=True, include_preprocessing=True, weights="imagenet", input_tensor=None, input_shape=None,
                   pooling=None, classes=1000, classifier_activation="softmax", name="convnext_xlarge", **kwargs):
    return build([3, 3, 27, 3], [256, 512, 1024, 2048], include_top, include_preprocessing, weights, input_tensor, input_shape,
                 pooling, classes, classifier_activation, name)
