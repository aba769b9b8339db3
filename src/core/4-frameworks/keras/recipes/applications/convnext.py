"""ConvNeXt."""
import _keras_zoo as z
from _keras import (Activation, Conv2D, Dense, GlobalAveragePooling2D, GlobalMaxPooling2D, Layer, LayerNormalization, Normalization,
                    Sequential)


class LayerScale(Layer):
    def __init__(self, init_values, projection_dim, **kwargs):
        super().__init__(**kwargs)
        self.init_values = init_values
        self.projection_dim = projection_dim

    def build(self, _):
        self.gamma = self.add_weight(name="gamma", shape=(self.projection_dim,))

    def call(self, x):
        return x * self.gamma


class StochasticDepth(Layer):
    def __init__(self, drop_path_rate, **kwargs):
        super().__init__(**kwargs)
        self.drop_path_rate = drop_path_rate

    def call(self, x, training=None):
        return x


def convnext(depths, widths, default_name, include_top=True, include_preprocessing=True, weights="imagenet", input_tensor=None,
             input_shape=None, pooling=None, classes=1000, classifier_activation="softmax", name=None):
    name = name or default_name
    inputs = z.start(input_tensor, input_shape, 224, include_top)
    x = inputs
    if include_preprocessing and x.shape[-1] == 3:
        x = Normalization(mean=[0.485 * 255, 0.456 * 255, 0.406 * 255], variance=[58.4 ** 2, 57.1 ** 2, 57.4 ** 2],
                          name=name + "_prestem_normalization")(x)
    x = Sequential([
        Conv2D(widths[0], 4, strides=4, name=name + "_stem_conv"),
        LayerNormalization(epsilon=1e-6, name=name + "_stem_layernorm"),
    ], name=name + "_stem")(x)
    for stage, (depth, width) in enumerate(zip(depths, widths)):
        if stage:
            label = str(stage - 1)
            x = Sequential([
                LayerNormalization(epsilon=1e-6, name=name + "_downsampling_layernorm_" + label),
                Conv2D(width, 2, strides=2, name=name + "_downsampling_conv_" + label),
            ], name=name + "_downsampling_block_" + label)(x)
        for index in range(depth):
            block = name + "_stage_%d_block_%d" % (stage, index)
            before = x
            x = Conv2D(width, 7, padding="same", groups=width, name=block + "_depthwise_conv")(x)
            x = LayerNormalization(epsilon=1e-6, name=block + "_layernorm")(x)
            x = Dense(4 * width, name=block + "_pointwise_conv_1")(x)
            x = Activation("gelu", name=block + "_gelu")(x)
            x = Dense(width, name=block + "_pointwise_conv_2")(x)
            x = LayerScale(1e-6, width, name=block + "_layer_scale")(x)
            x = Activation("linear", name=block + "_identity")(x)
            x = before + x
    if include_top:
        x = GlobalAveragePooling2D(name=name + "_head_gap")(x)
        x = LayerNormalization(epsilon=1e-6, name=name + "_head_layernorm")(x)
        x = Dense(classes, activation=classifier_activation, name=name + "_head_dense")(x)
    else:
        if pooling == "avg":
            x = GlobalAveragePooling2D()(x)
        elif pooling == "max":
            x = GlobalMaxPooling2D()(x)
        x = LayerNormalization(epsilon=1e-6)(x)
    return z.finish(inputs, x, name)


def ConvNeXtTiny(*args, **kwargs):
    return convnext([3, 3, 9, 3], [96, 192, 384, 768], "convnext_tiny", *args, **kwargs)


def ConvNeXtSmall(*args, **kwargs):
    return convnext([3, 3, 27, 3], [96, 192, 384, 768], "convnext_small", *args, **kwargs)


def ConvNeXtBase(*args, **kwargs):
    return convnext([3, 3, 27, 3], [128, 256, 512, 1024], "convnext_base", *args, **kwargs)


def ConvNeXtLarge(*args, **kwargs):
    return convnext([3, 3, 27, 3], [192, 384, 768, 1536], "convnext_large", *args, **kwargs)


def ConvNeXtXLarge(*args, **kwargs):
    return convnext([3, 3, 27, 3], [256, 512, 1024, 2048], "convnext_xlarge", *args, **kwargs)
