# Layers of einops for Keras and TensorFlow.
import tensorflow as tf
import einops


class Rearrange(tf.keras.layers.Layer):
    def __init__(self, pattern, **axes_lengths):
        super().__init__()
        self.pattern = pattern
        self.axes_lengths = axes_lengths

    def call(self, inputs):
        return einops.rearrange(inputs, self.pattern, **self.axes_lengths)


class Reduce(tf.keras.layers.Layer):
    def __init__(self, pattern, reduction, **axes_lengths):
        super().__init__()
        self.pattern = pattern
        self.reduction = reduction
        self.axes_lengths = axes_lengths

    def call(self, inputs):
        return einops.reduce(inputs, self.pattern, self.reduction, **self.axes_lengths)
