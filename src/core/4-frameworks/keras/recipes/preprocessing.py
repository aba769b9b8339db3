"""Preprocessing layers: image resizing and augmentation, normalisation, categories and text.

At inference the random layers pass their input on; what depends on adapted data has an unknown shape.
"""
import _keras as k
from _keras import Layer


class Rescaling(Layer):
    def __init__(self, scale, offset=0.0, **kwargs):
        super().__init__(**kwargs)
        self.scale = scale
        self.offset = offset

    def call(self, inputs):
        return k.element(inputs, "rescale", settings={"scale": self.scale, "offset": self.offset})


class Normalization(Layer):
    def __init__(self, axis=-1, mean=None, variance=None, invert=False, **kwargs):
        super().__init__(**kwargs)
        self.axis = axis
        self.input_mean = mean
        self.input_variance = variance
        self.invert = invert

    def build(self, input_shape):
        if self.input_mean is not None:
            return
        axes = self.axis
        if axes is None:
            axes = ()
        elif isinstance(axes, int):
            axes = (axes,)
        shape = tuple([k.dimension(input_shape, axis) for axis in axes])
        self.adapt_mean = self.add_weight(name="mean", shape=shape, trainable=False)
        self.adapt_variance = self.add_weight(name="variance", shape=shape, trainable=False)
        self.count = self.add_weight(name="count", shape=(), trainable=False)

    def adapt(self, data, **kwargs):
        if not self.built and k.is_tensor(data):
            self.build(tuple([None] + list(data.shape[1:])))
            self.built = True

    def call(self, inputs):
        return k.element(inputs, "normalize")


class Resizing(Layer):
    def __init__(self, height, width, interpolation="bilinear", crop_to_aspect_ratio=False, pad_to_aspect_ratio=False,
                 fill_mode="constant", fill_value=0.0, antialias=False, data_format=None, **kwargs):
        super().__init__(**kwargs)
        self.height = height
        self.width = width
        self.interpolation = interpolation
        self.data_format = k.layout(data_format)

    def call(self, inputs):
        return k.resize(inputs, (self.height, self.width), self.interpolation, self.data_format)


class CenterCrop(Layer):
    def __init__(self, height, width, data_format=None, **kwargs):
        super().__init__(**kwargs)
        self.height = height
        self.width = width
        self.data_format = k.layout(data_format)

    def call(self, inputs):
        return k.crop(inputs, (self.height, self.width), self.data_format)


class RandomCrop(CenterCrop):
    def __init__(self, height, width, seed=None, data_format=None, **kwargs):
        super().__init__(height, width, data_format, **kwargs)

    def call(self, inputs, training=False):
        return k.crop(inputs, (self.height, self.width), self.data_format)


class RandomLayer(Layer):
    def __init__(self, *args, **kwargs):
        super().__init__(**kwargs)

    def call(self, inputs, training=False):
        return k.identity(inputs, "augmentation")


class RandomFlip(RandomLayer):
    pass


class RandomRotation(RandomLayer):
    pass


class RandomZoom(RandomLayer):
    pass


class RandomTranslation(RandomLayer):
    pass


class RandomContrast(RandomLayer):
    pass


class RandomBrightness(RandomLayer):
    pass


class RandomHeight(RandomLayer):
    pass


class RandomWidth(RandomLayer):
    pass


class RandomHue(RandomLayer):
    pass


class RandomSaturation(RandomLayer):
    pass


class RandomSharpness(RandomLayer):
    pass


class RandomShear(RandomLayer):
    pass


class RandomGrayscale(RandomLayer):
    pass


class RandomColorDegeneration(RandomLayer):
    pass


class RandomColorJitter(RandomLayer):
    pass


class RandomErasing(RandomLayer):
    pass


class RandomInvert(RandomLayer):
    pass


class RandomPerspective(RandomLayer):
    pass


class RandomPosterization(RandomLayer):
    pass


class RandomGaussianBlur(RandomLayer):
    pass


class RandomElasticTransform(RandomLayer):
    pass


class RandomApply(RandomLayer):
    pass


class AutoContrast(RandomLayer):
    pass


class Equalization(RandomLayer):
    pass


class Solarization(RandomLayer):
    pass


class MixUp(RandomLayer):
    pass


class CutMix(RandomLayer):
    pass


class AugMix(RandomLayer):
    pass


class RandAugment(RandomLayer):
    pass


class MaxNumBoundingBoxes(RandomLayer):
    pass


class CategoryEncoding(Layer):
    def __init__(self, num_tokens=None, output_mode="multi_hot", sparse=False, **kwargs):
        super().__init__(**kwargs)
        self.num_tokens = num_tokens
        self.output_mode = output_mode

    def call(self, inputs, count_weights=None):
        shape = list(k.dims(inputs))
        if self.output_mode == "one_hot":
            if shape[-1] != 1:
                shape = shape + [1]
            return k.encode(inputs, shape[:-1] + [self.num_tokens])
        if len(shape) == 1:
            return k.encode(inputs, [self.num_tokens])
        return k.encode(inputs, shape[:-1] + [self.num_tokens])


class Discretization(Layer):
    def __init__(self, bin_boundaries=None, num_bins=None, epsilon=0.01, output_mode="int", sparse=False, dtype=None, **kwargs):
        super().__init__(**kwargs)
        self.bin_boundaries = bin_boundaries
        self.num_bins = num_bins
        self.output_mode = output_mode

    def adapt(self, data, **kwargs):
        return None

    def call(self, inputs):
        if self.output_mode == "int":
            return k.encode(inputs, k.dims(inputs), "int32")
        count = len(self.bin_boundaries) + 1 if self.bin_boundaries is not None else self.num_bins
        shape = list(k.dims(inputs))
        if self.output_mode == "one_hot" and shape[-1] != 1:
            shape = shape + [1]
        return k.encode(inputs, shape[:-1] + [count])


class Hashing(Layer):
    def __init__(self, num_bins, mask_value=None, salt=None, output_mode="int", sparse=False, **kwargs):
        super().__init__(**kwargs)
        self.num_bins = num_bins
        self.output_mode = output_mode

    def call(self, inputs):
        if self.output_mode == "int":
            return k.encode(inputs, k.dims(inputs), "int32")
        shape = list(k.dims(inputs))
        if self.output_mode == "one_hot" and shape[-1] != 1:
            shape = shape + [1]
        return k.encode(inputs, shape[:-1] + [self.num_bins])


class HashedCrossing(Hashing):
    def __init__(self, num_bins, output_mode="int", sparse=False, **kwargs):
        super().__init__(num_bins, output_mode=output_mode, **kwargs)

    def call(self, inputs):
        if self.output_mode == "int":
            return k.encode(inputs[0], k.dims(inputs[0]), "int32")
        shape = list(k.dims(inputs[0]))
        if shape[-1] != 1:
            shape = shape + [1]
        return k.encode(inputs[0], shape[:-1] + [self.num_bins])


class IndexLookup(Layer):
    def __init__(self, max_tokens=None, num_oov_indices=1, mask_token=None, oov_token=None, vocabulary=None, *args, invert=False,
                 output_mode="int", pad_to_max_tokens=False, **kwargs):
        super().__init__(**kwargs)
        self.pad_to_max_tokens = pad_to_max_tokens
        self.max_tokens = max_tokens
        self.num_oov_indices = num_oov_indices
        self.mask_token = mask_token
        self.vocabulary = vocabulary
        self.invert = invert
        self.output_mode = output_mode

    def adapt(self, data, **kwargs):
        return None

    def set_vocabulary(self, vocabulary, **kwargs):
        self.vocabulary = vocabulary

    def vocabulary_size(self):
        if isinstance(self.vocabulary, (list, tuple)):
            extra = 1 if self.mask_token is not None and self.output_mode == "int" else 0
            return len(self.vocabulary) + self.num_oov_indices + extra
        return k.unknown_number("the vocabulary of " + self.name + " comes from data")

    def vocab_size(self):
        return self.vocabulary_size()

    def get_vocabulary(self, **kwargs):
        return k.unknown_number("the vocabulary of " + self.name + " comes from data")

    def call(self, inputs):
        if self.invert:
            return k.encode(inputs, k.dims(inputs), "string")
        if self.output_mode == "int":
            return k.encode(inputs, k.dims(inputs), "int64")
        width = self.max_tokens if self.pad_to_max_tokens else self.vocabulary_size()
        shape = list(k.dims(inputs))
        if self.output_mode == "one_hot" and shape[-1] != 1:
            shape = shape + [1]
        return k.encode(inputs, shape[:-1] + [width])


class StringLookup(IndexLookup):
    pass


class IntegerLookup(IndexLookup):
    pass


class TextVectorization(IndexLookup):
    def __init__(self, max_tokens=None, standardize="lower_and_strip_punctuation", split="whitespace", ngrams=None,
                 output_mode="int", output_sequence_length=None, pad_to_max_tokens=False, vocabulary=None, *args, **kwargs):
        super().__init__(max_tokens, vocabulary=vocabulary, output_mode=output_mode, pad_to_max_tokens=pad_to_max_tokens, **kwargs)
        self.output_sequence_length = output_sequence_length

    def vocabulary_size(self):
        if isinstance(self.vocabulary, (list, tuple)):
            return len(self.vocabulary) + (2 if self.output_mode == "int" else 1)
        return k.unknown_number("the vocabulary of " + self.name + " comes from data")

    def call(self, inputs):
        batch = k.dims(inputs)[0]
        if self.output_mode == "int":
            length = self.output_sequence_length
            if length is None:
                length = k.unknown_number("the sequence length of " + self.name + " comes from data")
            return k.encode(inputs, (batch, length), "int64")
        width = self.max_tokens if self.pad_to_max_tokens else self.vocabulary_size()
        return k.encode(inputs, (batch, width))


class MelSpectrogram(Layer):
    def __init__(self, *args, **kwargs):
        super().__init__(**kwargs)

    def call(self, inputs):
        return k.give_up("the cost of a spectrogram layer is not modelled")


class STFTSpectrogram(MelSpectrogram):
    def build(self, input_shape):
        return k.give_up("the weights of a spectrogram layer are not modelled")


class Pipeline(Layer):
    def __init__(self, layers, **kwargs):
        super().__init__(**kwargs)
        self.layers = layers

    def call(self, inputs, training=False):
        for layer in self.layers:
            inputs = layer(inputs)
        return inputs
