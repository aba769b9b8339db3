"""Core layers: dense, embedding, activations, regularisation, reshaping, lambda and identity.

Each class states its arguments, its weights and its work in the primitives of `_keras`; what a layer does
at training time only (dropout, noise, regularisers, initialisers) leaves no trace here.
"""
import _keras as k
from _keras import Layer


class Dense(Layer):
    def __init__(self, units, activation=None, use_bias=True, *args, lora_rank=None, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.activation = k.activation(activation)
        self.use_bias = use_bias
        self.bias = None

    def build(self, input_shape):
        self.kernel = self.add_weight(name="kernel", shape=(k.dimension(input_shape, -1), self.units))
        if self.use_bias:
            self.bias = self.add_weight(name="bias", shape=(self.units,))

    def call(self, inputs):
        x = k.dense(inputs, self.kernel, self.bias)
        return x if self.activation is None else self.activation(x)


class EinsumDense(Layer):
    def __init__(self, equation, output_shape, activation=None, bias_axes=None, **kwargs):
        super().__init__(**kwargs)
        self.equation = equation
        self.partial_output_shape = (output_shape,) if isinstance(output_shape, int) else tuple(output_shape)
        self.bias_axes = bias_axes
        self.activation = k.activation(activation)
        self.bias = None

    def build(self, input_shape):
        kernel, bias = k.einsum_shapes(self.equation, input_shape, self.partial_output_shape, self.bias_axes)
        self.kernel = self.add_weight(name="kernel", shape=kernel)
        if self.bias_axes is not None:
            self.bias = self.add_weight(name="bias", shape=bias)

    def call(self, inputs):
        x = k.einsum(self.equation, inputs, self.kernel)
        if self.bias is not None:
            x = x + self.bias
        return x if self.activation is None else self.activation(x)

    def get_config(self):
        config = super().get_config()
        config["output_shape"] = self.partial_output_shape
        return config


class Embedding(Layer):
    def __init__(self, input_dim, output_dim, embeddings_initializer="uniform", embeddings_regularizer=None,
                 embeddings_constraint=None, mask_zero=False, weights=None, lora_rank=None, **kwargs):
        super().__init__(**kwargs)
        self.input_dim = input_dim
        self.output_dim = output_dim
        self.mask_zero = mask_zero

    def build(self, input_shape=None):
        self.embeddings = self.add_weight(name="embeddings", shape=(self.input_dim, self.output_dim))

    def call(self, inputs):
        return k.embedding(inputs, self.embeddings)


class ReversibleEmbedding(Embedding):
    def __init__(self, input_dim, output_dim, tie_weights=True, **kwargs):
        super().__init__(input_dim, output_dim, **kwargs)
        self.tie_weights = tie_weights

    def build(self, input_shape=None):
        super().build(input_shape)
        if not self.tie_weights:
            self.reverse_embeddings = self.add_weight(name="reverse_embeddings", shape=(self.output_dim, self.input_dim))

    def call(self, inputs, reverse=False):
        if not reverse:
            return k.embedding(inputs, self.embeddings)
        if self.tie_weights:
            return k.matmul(inputs, self.embeddings, False, True)
        return k.matmul(inputs, self.reverse_embeddings)


class Identity(Layer):
    def call(self, inputs):
        return k.identity(inputs)


class Activation(Layer):
    def __init__(self, activation, **kwargs):
        super().__init__(**kwargs)
        self.activation = k.activation(activation)

    def call(self, inputs):
        return self.activation(inputs)


class ReLU(Layer):
    def __init__(self, max_value=None, negative_slope=0.0, threshold=0.0, **kwargs):
        super().__init__(**kwargs)
        self.max_value = max_value
        self.negative_slope = negative_slope
        self.threshold = threshold

    def call(self, inputs):
        return k.element(inputs, "relu6" if self.max_value == 6 else "relu",
                         settings={"high": self.max_value, "alpha": self.negative_slope, "threshold": self.threshold})


class LeakyReLU(Layer):
    def __init__(self, negative_slope=0.3, **kwargs):
        super().__init__(**kwargs)
        self.negative_slope = negative_slope

    def call(self, inputs):
        return k.element(inputs, "leaky_relu", settings={"alpha": self.negative_slope})


class ELU(Layer):
    def __init__(self, alpha=1.0, **kwargs):
        super().__init__(**kwargs)
        self.alpha = alpha

    def call(self, inputs):
        return k.element(inputs, "elu", settings={"alpha": self.alpha})


class ThresholdedReLU(Layer):
    def __init__(self, theta=1.0, **kwargs):
        super().__init__(**kwargs)
        self.theta = theta

    def call(self, inputs):
        return k.element(inputs, "threshold", settings={"threshold": self.theta})


class Softmax(Layer):
    def __init__(self, axis=-1, **kwargs):
        super().__init__(**kwargs)
        self.axis = axis

    def call(self, inputs, mask=None):
        axis = self.axis
        if isinstance(axis, (list, tuple)):
            axis = axis[-1]
        return k.softmax(inputs, axis)


class PReLU(Layer):
    def __init__(self, alpha_initializer="zeros", alpha_regularizer=None, alpha_constraint=None, shared_axes=None, **kwargs):
        super().__init__(**kwargs)
        self.shared_axes = [shared_axes] if isinstance(shared_axes, int) else shared_axes

    def build(self, input_shape):
        shape = [k.dimension(input_shape, axis) for axis in range(1, len(input_shape))]
        for axis in self.shared_axes or []:
            # From the end, an axis counts among all dimensions, the batch too.
            shape[axis - 1 if axis > 0 else axis] = 1
        self.alpha = self.add_weight(name="alpha", shape=shape)

    def call(self, inputs):
        return k.element(inputs, "prelu", [self.alpha])


class Dropout(Layer):
    def __init__(self, rate=0.5, noise_shape=None, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.rate = rate
        self.noise_shape = noise_shape
        self.seed = seed

    def call(self, inputs, training=False):
        return k.identity(inputs, "dropout")


class SpatialDropout1D(Dropout):
    pass


class SpatialDropout2D(Dropout):
    pass


class SpatialDropout3D(Dropout):
    pass


class AlphaDropout(Dropout):
    pass


class GaussianDropout(Dropout):
    pass


class GaussianNoise(Layer):
    def __init__(self, stddev, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.stddev = stddev

    def call(self, inputs, training=False):
        return k.identity(inputs, "noise")


class ActivityRegularization(Layer):
    def __init__(self, l1=0.0, l2=0.0, **kwargs):
        super().__init__(**kwargs)
        self.l1 = l1
        self.l2 = l2

    def call(self, inputs):
        return k.identity(inputs, "regularization")


class Masking(Layer):
    def __init__(self, mask_value=0.0, **kwargs):
        super().__init__(**kwargs)
        self.mask_value = mask_value

    def call(self, inputs):
        return k.identity(inputs, "masking")


class Flatten(Layer):
    def __init__(self, data_format=None, **kwargs):
        super().__init__(**kwargs)
        self.data_format = data_format

    def call(self, inputs):
        return k.flatten(inputs)


class Reshape(Layer):
    def __init__(self, target_shape, **kwargs):
        super().__init__(**kwargs)
        self.target_shape = target_shape if isinstance(target_shape, int) else tuple(target_shape)

    def call(self, inputs):
        return k.reshape(inputs, self.target_shape)


class Permute(Layer):
    def __init__(self, dims, **kwargs):
        super().__init__(**kwargs)
        self.dims = tuple(dims)

    def call(self, inputs):
        return k.permute(inputs, (0,) + self.dims)


class RepeatVector(Layer):
    def __init__(self, n, **kwargs):
        super().__init__(**kwargs)
        self.n = n

    def call(self, inputs):
        return k.repeat_vector(inputs, self.n)


class Cropping1D(Layer):
    def __init__(self, cropping=(1, 1), **kwargs):
        super().__init__(**kwargs)
        self.cropping = cropping

    def call(self, inputs):
        return k.pad(inputs, self.cropping, 1, -1)


class Cropping2D(Layer):
    def __init__(self, cropping=((0, 0), (0, 0)), data_format=None, **kwargs):
        super().__init__(**kwargs)
        self.cropping = cropping
        self.data_format = k.layout(data_format)

    def call(self, inputs):
        return k.pad(inputs, self.cropping, 2, -1, self.data_format)


class Cropping3D(Layer):
    def __init__(self, cropping=((1, 1), (1, 1), (1, 1)), data_format=None, **kwargs):
        super().__init__(**kwargs)
        self.cropping = cropping
        self.data_format = k.layout(data_format)

    def call(self, inputs):
        return k.pad(inputs, self.cropping, 3, -1, self.data_format)


class ZeroPadding1D(Layer):
    def __init__(self, padding=1, data_format=None, **kwargs):
        super().__init__(**kwargs)
        self.padding = padding
        self.data_format = k.layout(data_format)

    def call(self, inputs):
        return k.pad(inputs, self.padding, 1, 1, self.data_format)


class ZeroPadding2D(Layer):
    def __init__(self, padding=(1, 1), data_format=None, **kwargs):
        super().__init__(**kwargs)
        self.padding = padding
        self.data_format = k.layout(data_format)

    def call(self, inputs):
        return k.pad(inputs, self.padding, 2, 1, self.data_format)


class ZeroPadding3D(Layer):
    def __init__(self, padding=((1, 1), (1, 1), (1, 1)), data_format=None, **kwargs):
        super().__init__(**kwargs)
        self.padding = padding
        self.data_format = k.layout(data_format)

    def call(self, inputs):
        return k.pad(inputs, self.padding, 3, 1, self.data_format)


class UpSampling1D(Layer):
    def __init__(self, size=2, **kwargs):
        super().__init__(**kwargs)
        self.size = size

    def call(self, inputs):
        return k.upsample(inputs, self.size, 1)


class UpSampling2D(Layer):
    def __init__(self, size=(2, 2), data_format=None, interpolation="nearest", **kwargs):
        super().__init__(**kwargs)
        self.size = size
        self.data_format = k.layout(data_format)
        self.interpolation = interpolation

    def call(self, inputs):
        return k.upsample(inputs, self.size, 2, self.interpolation, self.data_format)


class UpSampling3D(Layer):
    def __init__(self, size=(2, 2, 2), data_format=None, **kwargs):
        super().__init__(**kwargs)
        self.size = size
        self.data_format = k.layout(data_format)

    def call(self, inputs):
        return k.upsample(inputs, self.size, 3, "nearest", self.data_format)


class Lambda(Layer):
    def __init__(self, function, output_shape=None, mask=None, arguments=None, **kwargs):
        super().__init__(**kwargs)
        self.function = function
        self.arguments = arguments or {}
        self.given_output_shape = output_shape

    def call(self, inputs, mask=None, training=None):
        return self.function(inputs, **self.arguments)


class DenseFeatures(Layer):
    def __init__(self, feature_columns, **kwargs):
        super().__init__(**kwargs)

    def call(self, inputs):
        return k.give_up("DenseFeatures takes its width from feature columns")


class TFSMLayer(Layer):
    def __init__(self, filepath, call_endpoint="serve", **kwargs):
        super().__init__(**kwargs)
        self.filepath = filepath

    def build(self, input_shape):
        return k.give_up("TFSMLayer loads a saved model from a file")

    def call(self, inputs):
        return k.give_up("TFSMLayer loads a saved model from a file")


class SavedLayer(Layer):
    """A layer whose content is in a file or on the network (tensorflow_hub.KerasLayer and the like)."""

    def __init__(self, *args, **kwargs):
        super().__init__(**kwargs)

    def build(self, input_shape):
        return k.give_up("a saved model is loaded, whose content is not in the source")

    def call(self, inputs):
        return k.give_up("a saved model is loaded, whose content is not in the source")
