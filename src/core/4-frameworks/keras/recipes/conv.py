"""Convolutions of every kind and pooling, in one, two and three dimensions.

The base classes hold the work; each public layer only says its rank and the order of its arguments.
"""
import _keras as k
from _keras import Layer


# Functions, not methods of a common base: a subclass in the program may have methods of any name.

def configure(layer, kernel_size, strides, padding, data_format, dilation_rate, activation, use_bias):
    """Sets what all convolutions have; each kind has its own order of arguments."""
    rank = layer.rank
    layer.kernel_size = k.sizes(kernel_size, rank, "kernel_size")
    layer.strides = k.sizes(strides, rank, "strides")
    layer.padding = padding
    layer.data_format = k.layout(data_format)
    layer.dilation_rate = k.sizes(dilation_rate, rank, "dilation_rate")
    layer.activation = k.activation(activation)
    layer.use_bias = use_bias
    layer.bias = None


def channels_of(layer, input_shape):
    return k.dimension(input_shape, 1 if layer.data_format == "channels_first" else -1)


def add_bias(layer, count):
    if layer.use_bias:
        layer.bias = layer.add_weight(name="bias", shape=(count,))


def activate(layer, x):
    return x if layer.activation is None else layer.activation(x)


class Conv(Layer):
    rank = 2

    def __init__(self, filters, kernel_size, strides=1, padding="valid", data_format=None, dilation_rate=1, groups=1,
                 activation=None, use_bias=True, *args, lora_rank=None, **kwargs):
        super().__init__(**kwargs)
        configure(self, kernel_size, strides, padding, data_format, dilation_rate, activation, use_bias)
        self.filters = filters
        self.groups = groups

    def build(self, input_shape):
        channels = channels_of(self, input_shape)
        k.share(self.filters, self.groups, "filters")
        self.kernel = self.add_weight(name="kernel", shape=self.kernel_size + (k.share(channels, self.groups), self.filters))
        add_bias(self, self.filters)

    def call(self, inputs):
        x = k.conv(inputs, self.kernel, self.bias, self.strides, self.padding, self.dilation_rate, self.groups, self.data_format)
        return activate(self, x)


class Conv1D(Conv):
    rank = 1


class Conv2D(Conv):
    pass


class Conv3D(Conv):
    rank = 3


class ConvTranspose(Layer):
    rank = 2

    def __init__(self, filters, kernel_size, strides=1, padding="valid", output_padding=None, data_format=None, dilation_rate=1,
                 activation=None, use_bias=True, *args, **kwargs):
        super().__init__(**kwargs)
        configure(self, kernel_size, strides, padding, data_format, dilation_rate, activation, use_bias)
        self.filters = filters
        self.output_padding = output_padding

    def build(self, input_shape):
        channels = channels_of(self, input_shape)
        self.kernel = self.add_weight(name="kernel", shape=self.kernel_size + (self.filters, channels))
        add_bias(self, self.filters)

    def call(self, inputs):
        x = k.conv_transpose(inputs, self.kernel, self.bias, self.strides, self.padding, self.output_padding,
                             self.dilation_rate, self.data_format)
        return activate(self, x)


class Conv1DTranspose(ConvTranspose):
    rank = 1


class Conv2DTranspose(ConvTranspose):
    pass


class Conv3DTranspose(ConvTranspose):
    rank = 3


class DepthwiseConv(Layer):
    rank = 2

    def __init__(self, kernel_size, strides=1, padding="valid", depth_multiplier=1, data_format=None, dilation_rate=1,
                 activation=None, use_bias=True, *args, **kwargs):
        super().__init__(**kwargs)
        configure(self, kernel_size, strides, padding, data_format, dilation_rate, activation, use_bias)
        self.depth_multiplier = depth_multiplier

    def build(self, input_shape):
        channels = channels_of(self, input_shape)
        self.kernel = self.add_weight(name="kernel", shape=self.kernel_size + (channels, self.depth_multiplier))
        add_bias(self, channels * self.depth_multiplier)

    @property
    def depthwise_kernel(self):
        return self.kernel

    def call(self, inputs):
        x = k.conv(inputs, self.kernel, self.bias, self.strides, self.padding, self.dilation_rate, 1, self.data_format, True)
        return activate(self, x)


class DepthwiseConv1D(DepthwiseConv):
    rank = 1


class DepthwiseConv2D(DepthwiseConv):
    pass


class SeparableConv(Layer):
    rank = 2

    def __init__(self, filters, kernel_size, strides=1, padding="valid", data_format=None, dilation_rate=1, depth_multiplier=1,
                 activation=None, use_bias=True, *args, **kwargs):
        super().__init__(**kwargs)
        configure(self, kernel_size, strides, padding, data_format, dilation_rate, activation, use_bias)
        self.filters = filters
        self.depth_multiplier = depth_multiplier

    def build(self, input_shape):
        channels = channels_of(self, input_shape)
        self.depthwise_kernel = self.add_weight(name="depthwise_kernel", shape=self.kernel_size + (channels, self.depth_multiplier))
        self.pointwise_kernel = self.add_weight(
            name="pointwise_kernel", shape=(1,) * self.rank + (channels * self.depth_multiplier, self.filters))
        add_bias(self, self.filters)

    def call(self, inputs):
        x = k.conv(inputs, self.depthwise_kernel, None, self.strides, self.padding, self.dilation_rate, 1, self.data_format, True)
        x = k.conv(x, self.pointwise_kernel, self.bias, 1, "valid", 1, 1, self.data_format)
        return activate(self, x)


class SeparableConv1D(SeparableConv):
    rank = 1


class SeparableConv2D(SeparableConv):
    pass


class Pooling(Layer):
    rank = 2
    mode = "max"

    def __init__(self, pool_size=2, strides=None, padding="valid", data_format=None, **kwargs):
        super().__init__(**kwargs)
        self.pool_size = k.sizes(pool_size, self.rank, "pool_size")
        self.strides = self.pool_size if strides is None else k.sizes(strides, self.rank, "strides")
        self.padding = padding
        self.data_format = k.layout(data_format)

    def call(self, inputs):
        return k.pool(inputs, self.mode, self.rank, self.pool_size, self.strides, self.padding, self.data_format)


class MaxPooling1D(Pooling):
    rank = 1


class MaxPooling2D(Pooling):
    pass


class MaxPooling3D(Pooling):
    rank = 3


class AveragePooling1D(Pooling):
    rank = 1
    mode = "average"


class AveragePooling2D(Pooling):
    mode = "average"


class AveragePooling3D(Pooling):
    rank = 3
    mode = "average"


class GlobalPooling(Layer):
    rank = 2
    mode = "max"

    def __init__(self, data_format=None, keepdims=False, **kwargs):
        super().__init__(**kwargs)
        self.data_format = k.layout(data_format)
        self.keepdims = keepdims

    def call(self, inputs, mask=None):
        return k.global_pool(inputs, self.mode, self.rank, self.data_format, self.keepdims)


class GlobalMaxPooling1D(GlobalPooling):
    rank = 1


class GlobalMaxPooling2D(GlobalPooling):
    pass


class GlobalMaxPooling3D(GlobalPooling):
    rank = 3


class GlobalAveragePooling1D(GlobalPooling):
    rank = 1
    mode = "average"


class GlobalAveragePooling2D(GlobalPooling):
    mode = "average"


class GlobalAveragePooling3D(GlobalPooling):
    rank = 3
    mode = "average"


class AdaptivePooling(Layer):
    rank = 2
    mode = "average"

    def __init__(self, output_size, data_format=None, **kwargs):
        super().__init__(**kwargs)
        self.output_size = output_size
        self.data_format = k.layout(data_format)

    def call(self, inputs):
        return k.adaptive_pool(inputs, self.mode, self.rank, self.output_size, self.data_format)


class AdaptiveAveragePooling1D(AdaptivePooling):
    rank = 1


class AdaptiveAveragePooling2D(AdaptivePooling):
    pass


class AdaptiveAveragePooling3D(AdaptivePooling):
    rank = 3


class AdaptiveMaxPooling1D(AdaptivePooling):
    rank = 1
    mode = "max"


class AdaptiveMaxPooling2D(AdaptivePooling):
    mode = "max"


class AdaptiveMaxPooling3D(AdaptivePooling):
    rank = 3
    mode = "max"
