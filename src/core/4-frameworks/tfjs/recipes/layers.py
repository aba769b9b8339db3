"""What layer classes of TensorFlow.js do otherwise than the Keras classes of the same names.

Where TensorFlow.js 4.22 accepts a configuration that it cannot run, the layer raises as running it would.
"""
import _keras as k
from _keras import CategoryEncoding as KerasCategoryEncoding
from _keras import Conv1D as KerasConv1D
from _keras import Conv2D as KerasConv2D
from _keras import Conv2DTranspose as KerasConv2DTranspose
from _keras import Conv3D as KerasConv3D
from _keras import Conv3DTranspose as KerasConv3DTranspose
from _keras import ConvLSTM2D as KerasConvLSTM2D
from _keras import Cropping2D as KerasCropping2D
from _keras import DepthwiseConv2D as KerasDepthwiseConv2D
from _keras import Dot as KerasDot
from _keras import ELU as KerasELU
from _keras import Embedding as KerasEmbedding
from _keras import Flatten as KerasFlatten
from _keras import Layer
from _keras import PReLU as KerasPReLU
from _keras import RNN as KerasRNN
from _keras import SeparableConv2D as KerasSeparableConv2D
from _keras import Softmax as KerasSoftmax
from _keras import SpatialDropout1D as KerasSpatialDropout1D
from _keras import UpSampling2D as KerasUpSampling2D
from _keras import ZeroPadding2D as KerasZeroPadding2D


def check_rank(layer, inputs, rank):
    found = len(k.dims(inputs))
    if found != rank:
        raise ValueError("Input 0 is incompatible with layer " + layer.name + ": expected ndim=" + str(rank) + ", found ndim=" + str(found))


def check_windows(strides, dilation):
    if any([stride != 1 for stride in strides]) and any([rate != 1 for rate in dilation]):
        raise ValueError("either strides or dilations must be 1; got strides " + str(strides) + " and dilations " + str(dilation))


class Conv1D(KerasConv1D):
    def call(self, inputs):
        if self.padding == "causal":
            raise NotImplementedError("causal padding is not implemented in TensorFlow.js")
        check_windows(self.strides, self.dilation_rate)
        return super().call(inputs)


class Conv2D(KerasConv2D):
    def call(self, inputs):
        if self.padding == "causal":
            raise NotImplementedError("causal padding is not implemented in TensorFlow.js")
        check_windows(self.strides, self.dilation_rate)
        return super().call(inputs)


class Conv3D(KerasConv3D):
    def call(self, inputs):
        if self.padding == "causal":
            raise NotImplementedError("causal padding is not implemented in TensorFlow.js")
        check_windows(self.strides, self.dilation_rate)
        return super().call(inputs)


class SeparableConv2D(KerasSeparableConv2D):
    def call(self, inputs):
        check_windows(self.strides, self.dilation_rate)
        outputs = super().call(inputs)
        # With channels first, the bias is added before the channels are moved to the front.
        if self.data_format == "channels_first" and self.use_bias and k.dims(outputs)[2] not in (1, self.filters) and self.filters != 1:
            raise ValueError("separableConv2d with channels first adds its bias along the wrong axis")
        return outputs


class DepthwiseConv2D(KerasDepthwiseConv2D):
    """A dilation rate is taken and then not used."""

    def __init__(self, kernel_size, dilation_rate=1, **kwargs):
        k.sizes(dilation_rate, 2, "dilation_rate")
        super().__init__(kernel_size, **kwargs)


class Conv2DTranspose(KerasConv2DTranspose):
    """A dilation rate is taken and then not used."""

    def __init__(self, filters, kernel_size, dilation_rate=1, **kwargs):
        k.sizes(dilation_rate, 2, "dilation_rate")
        super().__init__(filters, kernel_size, **kwargs)
        if self.padding == "causal":
            raise ValueError("a transposed convolution supports only padding modes 'same' and 'valid'")


class Conv3DTranspose(KerasConv3DTranspose):
    """A dilation rate is taken and then not used."""

    def __init__(self, filters, kernel_size, dilation_rate=1, **kwargs):
        k.sizes(dilation_rate, 3, "dilation_rate")
        super().__init__(filters, kernel_size, **kwargs)
        if self.padding == "causal":
            raise ValueError("a transposed convolution supports only padding modes 'same' and 'valid'")


class ConvLSTM2D(KerasConvLSTM2D):
    def call(self, inputs, initial_state=None, mask=None, training=None):
        check_windows(self.strides, self.dilation_rate)
        return super().call(inputs, initial_state, mask, training)


class RNN(KerasRNN):
    def build(self, input_shape):
        shape = input_shape[0] if isinstance(input_shape, list) else input_shape
        if len(shape) != 3:
            raise ValueError("Input 0 is incompatible with layer " + self.name + ": expected ndim=3, found ndim=" + str(len(shape)))
        super().build(input_shape)


class ELU(KerasELU):
    def __init__(self, alpha=1.0, **kwargs):
        super().__init__(alpha, **kwargs)
        if alpha != 1:
            raise ValueError("Non-default alpha value (" + str(alpha) + ") is not supported by the ELU layer yet.")


class Softmax(KerasSoftmax):
    def __init__(self, axis=1, **kwargs):
        super().__init__(axis, **kwargs)

    def call(self, inputs, mask=None):
        axis = self.axis
        if isinstance(axis, (list, tuple)):
            if len(axis) != 1:
                return super().call(inputs)
            axis = axis[0]
        rank = len(k.dims(inputs))
        if axis != -1 and axis != rank - 1:
            raise ValueError("Softmax along a non-last dimension is not yet supported. Logits was rank " + str(rank) + " and dim was " + str(axis))
        return super().call(inputs)


class PReLU(KerasPReLU):
    def call(self, inputs):
        rank = len(k.dims(inputs))
        if any([axis > rank - 1 for axis in self.shared_axes or []]):
            raise ValueError("prelu shares axis " + str(self.shared_axes) + " of an input of rank " + str(rank))
        return super().call(inputs)


class SpatialDropout1D(KerasSpatialDropout1D):
    def call(self, inputs, training=False):
        check_rank(self, inputs, 3)
        return super().call(inputs)


class Flatten(KerasFlatten):
    def call(self, inputs):
        found = len(k.dims(inputs))
        if found < 3:
            raise ValueError("Input 0 is incompatible with layer " + self.name + ": expected min_ndim=3, found ndim=" + str(found))
        return super().call(inputs)


class Embedding(KerasEmbedding):
    def __init__(self, input_dim, output_dim, input_length=None, **kwargs):
        super().__init__(input_dim, output_dim, **kwargs)
        self.input_length = input_length

    def build(self, input_shape=None):
        lengths = self.input_length
        if lengths is not None:
            lengths = lengths if isinstance(lengths, (list, tuple)) else (lengths,)
            given = tuple(input_shape)[1:]
            fits = len(lengths) == len(given) and all([a is None or b is None or a == b for a, b in zip(lengths, given)])
            if not fits:
                raise ValueError('"inputLength" is ' + str(self.input_length) + ", but received input shape " + str(input_shape))
        super().build(input_shape)


class Dot(KerasDot):
    def call(self, inputs):
        if any([len(k.dims(x)) > 3 for x in inputs]):
            raise NotImplementedError("Dot layer does not support tensors of 4D or higher rank yet.")
        if isinstance(self.axes, (list, tuple)) and len(self.axes) != 2:
            raise ValueError("Dot takes one axis or two, not " + str(len(self.axes)))
        return super().call(inputs)


class CategoryEncoding(KerasCategoryEncoding):
    def call(self, inputs, count_weights=None):
        shape = k.dims(inputs)
        rank = len(shape)
        if self.output_mode == "one_hot" and shape[-1] != 1:
            rank = rank + 1
        if rank > 2:
            raise ValueError("When outputMode is not int, maximum output rank is 2")
        return super().call(inputs)


class UpSampling2D(KerasUpSampling2D):
    def __init__(self, size=(2, 2), **kwargs):
        super().__init__(size, **kwargs)
        if not isinstance(size, (list, tuple)) or len(size) != 2:
            raise ValueError("the size of upSampling2d is an array of two numbers")


class Cropping2D(KerasCropping2D):
    def __init__(self, cropping, **kwargs):
        super().__init__(cropping, **kwargs)
        if isinstance(cropping, (list, tuple)) and any([isinstance(side, (list, tuple)) and len(side) != 2 for side in cropping]):
            raise ValueError("the cropping of each side is an array of two numbers")


class ZeroPadding2D(KerasZeroPadding2D):
    def __init__(self, padding=(1, 1), **kwargs):
        super().__init__(padding, **kwargs)
        if isinstance(padding, (list, tuple)) and any([isinstance(side, (list, tuple)) and len(side) != 2 for side in padding]):
            raise ValueError("ZeroPadding2D expects height and width padding to be arrays of two numbers")


class Resizing(Layer):
    """TensorFlow.js 4.22 leaves the batch out of the shape it declares, and fails when the model runs."""

    def __init__(self, height, width, interpolation="bilinear", **kwargs):
        super().__init__(**kwargs)
        self.height = height
        self.width = width

    def call(self, inputs):
        return k.give_up("tf.layers.resizing of TensorFlow.js 4.22 fails inside a model")


class RandomWidth(Layer):
    def __init__(self, factor, interpolation="bilinear", **kwargs):
        super().__init__(**kwargs)
        self.factor = factor

    def call(self, inputs):
        return k.give_up("tf.layers.randomWidth of TensorFlow.js 4.22 fails inside a model")
