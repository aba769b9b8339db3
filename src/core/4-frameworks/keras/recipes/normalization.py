"""Normalisation layers and the merging of several tensors.

Normalisation costs no multiply-accumulates; what matters is which weights exist and which of them are trained.
"""
import _keras as k
from _keras import Layer, Wrapper


class BatchNormalization(Layer):
    def __init__(self, axis=-1, momentum=0.99, epsilon=0.001, center=True, scale=True, *args, renorm=False, synchronized=False, **kwargs):
        super().__init__(**kwargs)
        self.axis = axis[0] if isinstance(axis, (list, tuple)) else axis
        self.momentum = momentum
        self.epsilon = epsilon
        self.center = center
        self.scale = scale
        self.renorm = renorm
        self.gamma = None
        self.beta = None

    def build(self, input_shape):
        shape = (k.dimension(input_shape, self.axis),)
        if self.scale:
            self.gamma = self.add_weight(name="gamma", shape=shape)
        if self.center:
            self.beta = self.add_weight(name="beta", shape=shape)
        self.moving_mean = self.add_weight(name="moving_mean", shape=shape, trainable=False)
        self.moving_variance = self.add_weight(name="moving_variance", shape=shape, trainable=False)
        if self.renorm:
            self.renorm_mean = self.add_weight(name="renorm_mean", shape=shape, trainable=False)
            self.renorm_stddev = self.add_weight(name="renorm_stddev", shape=shape, trainable=False)

    def call(self, inputs, training=None, mask=None):
        return k.norm(inputs, "batch", [self.gamma, self.beta, self.moving_mean, self.moving_variance],
                      settings={"axes": [self.axis], "epsilon": self.epsilon})


class SyncBatchNormalization(BatchNormalization):
    pass


class LayerNormalization(Layer):
    def __init__(self, axis=-1, epsilon=0.001, center=True, scale=True, rms_scaling=False, *args, **kwargs):
        super().__init__(**kwargs)
        self.axis = axis
        self.epsilon = epsilon
        self.center = center
        self.scale = scale
        self.rms_scaling = rms_scaling
        self.gamma = None
        self.beta = None

    def build(self, input_shape):
        axes = self.axis if isinstance(self.axis, (list, tuple)) else [self.axis]
        shape = tuple([k.dimension(input_shape, axis) for axis in axes])
        if self.scale or self.rms_scaling:
            self.gamma = self.add_weight(name="gamma", shape=shape)
        if self.center and not self.rms_scaling:
            self.beta = self.add_weight(name="beta", shape=shape)

    def call(self, inputs):
        axes = self.axis if isinstance(self.axis, (list, tuple)) else [self.axis]
        return k.norm(inputs, "layer", [self.gamma, self.beta], settings={"axes": axes, "epsilon": self.epsilon})


class RMSNormalization(Layer):
    def __init__(self, axis=-1, epsilon=1e-6, **kwargs):
        super().__init__(**kwargs)
        self.axis = axis
        self.epsilon = epsilon

    def build(self, input_shape):
        axes = self.axis if isinstance(self.axis, (list, tuple)) else [self.axis]
        self.scale = self.add_weight(name="scale", shape=tuple([k.dimension(input_shape, axis) for axis in axes]))

    def call(self, inputs):
        axes = self.axis if isinstance(self.axis, (list, tuple)) else [self.axis]
        return k.norm(inputs, "rms", [self.scale], settings={"axes": axes, "epsilon": self.epsilon})


class GroupNormalization(Layer):
    def __init__(self, groups=32, axis=-1, epsilon=0.001, center=True, scale=True, *args, **kwargs):
        super().__init__(**kwargs)
        self.groups = groups
        self.axis = axis
        self.epsilon = epsilon
        self.center = center
        self.scale = scale
        self.gamma = None
        self.beta = None

    def build(self, input_shape):
        channels = k.dimension(input_shape, self.axis)
        if self.groups == -1:
            self.groups = channels
        k.share(channels, self.groups)
        if self.scale:
            self.gamma = self.add_weight(name="gamma", shape=(channels,))
        if self.center:
            self.beta = self.add_weight(name="beta", shape=(channels,))

    def call(self, inputs):
        return k.norm(inputs, "group", [self.gamma, self.beta], self.groups,
                      settings={"axes": [self.axis], "epsilon": self.epsilon})


class InstanceNormalization(GroupNormalization):
    """tensorflow_addons: one group a channel."""

    def __init__(self, axis=-1, epsilon=0.001, center=True, scale=True, **kwargs):
        kwargs.pop("groups", None)
        super().__init__(groups=-1, axis=axis, epsilon=epsilon, center=center, scale=scale, **kwargs)


class UnitNormalization(Layer):
    def __init__(self, axis=-1, order=2, **kwargs):
        super().__init__(**kwargs)
        self.axis = axis

    def call(self, inputs):
        return k.norm(inputs, "unit", [], settings={"axes": self.axis if isinstance(self.axis, (list, tuple)) else [self.axis]})


class SpectralNormalization(Wrapper):
    def __init__(self, layer, power_iterations=1, **kwargs):
        super().__init__(layer, **kwargs)
        self.power_iterations = power_iterations

    def build(self, input_shape):
        super().build(input_shape)
        kernel = self.layer.embeddings if hasattr(self.layer, "embeddings") else self.layer.kernel
        self.vector_u = self.add_weight(name="vector_u", shape=(1, kernel.shape[-1]), trainable=False)

    def call(self, inputs, training=False):
        return self.layer(inputs)


class Merge(Layer):
    mode = "add"
    average = False

    def call(self, inputs):
        if not isinstance(inputs, (list, tuple)) or len(inputs) < 1:
            raise ValueError("A merge layer should be called on a list of inputs.")
        return k.merge(inputs, self.mode, self.average)


class Add(Merge):
    pass


class Subtract(Merge):
    mode = "sub"

    def call(self, inputs):
        if len(inputs) != 2:
            raise ValueError("A `Subtract` layer should be called on exactly 2 inputs.")
        return k.merge(inputs, self.mode)


class Multiply(Merge):
    mode = "mul"


class Average(Merge):
    average = True


class Maximum(Merge):
    mode = "maximum"


class Minimum(Merge):
    mode = "minimum"


class Concatenate(Layer):
    def __init__(self, axis=-1, **kwargs):
        super().__init__(**kwargs)
        self.axis = axis

    def call(self, inputs):
        return k.concat(inputs, self.axis)


class Dot(Layer):
    def __init__(self, axes, normalize=False, **kwargs):
        super().__init__(**kwargs)
        self.axes = axes
        self.normalize = normalize

    def call(self, inputs):
        if len(inputs) != 2:
            raise ValueError("A `Dot` layer should be called on exactly 2 inputs.")
        axes = self.axes
        if isinstance(axes, int):
            axes = (axes, axes)
        if k.dims(inputs[0])[axes[0]] != k.dims(inputs[1])[axes[1]]:
            raise ValueError("Dimension incompatibility of the axes of a `Dot` layer.")
        return k.batch_dot(inputs[0], inputs[1], axes[0], axes[1])
