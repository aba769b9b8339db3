"""Convolutions of every kind and pooling, in one, two and three dimensions.

The base classes hold the work; each public layer only says its rank and the order of its arguments.
"""
import _keras as k
from _keras import Layer


class Conv(Layer):
    rank = 2

    def __init__(self, filters, kernel_size, strides=1, padding="valid", data_format=None, dilation_rate=1, groups=1,
                 activation=None, use_bias=True, *args, lora_rank=None, **kwargs):
        super().__init__(**kwargs)
        rank = self.rank
        self.filters = filters
        self.kernel_size = k.sizes(kernel_size, rank, "kernel_size")
        self.strides = k.sizes(strides, rank, "strides")
        self.padding = padding
        self.data_format = k.layout(data_format)
        self.dilation_rate = k.sizes(dilation_rate, rank, "dilation_rate")
        self.groups = groups
        self.activation = k.activation(activation)
        self.use_bias = use_bias
        self.bias = None

    def build(self, input_shape):
        channels = k.dimension(input_shape, 1 if self.data_format == "channels_first" else -1)
        k.share(self.filters, self.groups, "filters")
        self.kernel = self.add_weight(name="kernel", shape=self.kernel_size + (k.share(channels, self.groups), self.filters))
        if self.use_bias:
            self.bias = self.add_weight(name="bias", shape=(self.filters,))

    def call(self, inputs):
        x = k.conv(inputs, self.kernel, self.bias, self.strides, self.padding, self.dilation_rate, self.groups, self.data_format)
        return x if self.activation is None else self.activation(x)


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
        rank = self.rank
        self.filters = filters
        self.kernel_size = k.sizes(kernel_size, rank, "kernel_size")
        self.strides = k.sizes(strides, rank, "strides")
        self.padding = padding
        self.output_padding = output_padding
        self.data_format = k.layout(data_format)
        self.dilation_rate = k.sizes(dilation_rate, rank, "dilation_rate")
        self.activation = k.activation(activation)
        self.use_bias = use_bias
        self.bias = None

    def build(self, input_shape):
        channels = k.dimension(input_shape, 1 if self.data_format == "channels_first" else -1)
        self.kernel = self.add_weight(name="kernel", shape=self.kernel_size + (self.filters, channels))
        if self.use_bias:
            self.bias = self.add_weight(name="bias", shape=(self.filters,))

    def call(self, inputs):
        x = k.conv_transpose(inputs, self.kernel, self.bias, self.strides, self.padding, self.output_padding,
                             self.dilation_rate, self.data_format)
        return x if self.activation is None else self.activation(x)


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
        rank = self.rank
        self.kernel_size = k.sizes(kernel_size, rank, "kernel_size")
        self.strides = k.sizes(strides, rank, "strides")
        self.padding = padding
        self.depth_multiplier = depth_multiplier
        self.data_format = k.layout(data_format)
        self.dilation_rate = k.sizes(dilation_rate, rank, "dilation_rate")
        self.activation = k.activation(activation)
        self.use_bias = use_bias
        self.bias = None

    def build(self, input_shape):
        channels = k.dimension(input_shape, 1 if self.data_format == "channels_first" else -1)
        self.kernel = self.add_weight(name="kernel", shape=self.kernel_size + (channels, self.depth_multiplier))
        if self.use_bias:
            self.bias = self.add_weight(name="bias", shape=(channels * self.depth_multiplier,))

    @property
    def depthwise_kernel(self):
        return self.kernel

    def call(self, inputs):
        x = k.conv(inputs, self.kernel, self.bias, self.strides, self.padding, self.dilation_rate, 1, self.data_format, True)
        return x if self.activation is None else self.activation(x)


class DepthwiseConv1D(DepthwiseConv):
    rank = 1


class DepthwiseConv2D(DepthwiseConv):
    pass


class SeparableConv(Layer):
    rank = 2

    def __init__(self, filters, kernel_size, strides=1, padding="valid", data_format=None, dilation_rate=1, depth_multiplier=1,
                 activation=None, use_bias=True, *args, **kwargs):
        super().__init__(**kwargs)
        rank = self.rank
        self.filters = filters
        self.kernel_size = k.sizes(kernel_size, rank, "kernel_size")
        self.strides = k.sizes(strides, rank, "strides")
        self.padding = padding
        self.data_format = k.layout(data_format)
        self.dilation_rate = k.sizes(dilation_rate, rank, "dilation_rate")
        self.depth_multiplier = depth_multiplier
        self.activation = k.activation(activation)
        self.use_bias = use_bias
        self.bias = None

    def build(self, input_shape):
        channels = k.dimension(input_shape, 1 if self.data_format == "channels_first" else -1)
        self.depthwise_kernel = self.add_weight(name="depthwise_kernel", shape=self.kernel_size + (channels, self.depth_multiplier))
        self.pointwise_kernel = self.add_weight(
            name="pointwise_kernel", shape=(1,) * self.rank + (channels * self.depth_multiplier, self.filters))
        if self.use_bias:
            self.bias = self.add_weight(name="bias", shape=(self.filters,))

    def call(self, inputs):
        x = k.conv(inputs, self.depthwise_kernel, None, self.strides, self.padding, self.dilation_rate, 1, self.data_format, True)
        x = k.conv(x, self.pointwise_kernel, self.bias, 1, "valid", 1, 1, self.data_format)
        return x if self.activation is None else self.activation(x)


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
