"""What the families of keras.applications share: their inputs, their heads, and small blocks of layers.

`data_format` decides only where the channels are; the layers themselves read it from the configuration.
"""
import _keras as k
from _keras import Activation, BatchNormalization, Concatenate, Conv2D, Dense, Dropout, GlobalAveragePooling2D
from _keras import GlobalMaxPooling2D, Model, Multiply, Reshape, ZeroPadding2D
from _keras_applications import Input, is_imagenet, plain_number, same_padding, size_is_open, source_inputs


def channel_axis():
    return 1 if k.layout() == "channels_first" else -1


def make_input(input_tensor, input_shape, default_size, include_top, min_size=32):
    """The tensor a network starts from: what was given, else the usual size, else any size when there is no head."""
    if input_shape is None:
        size = default_size if include_top else None
        input_shape = (3, size, size) if channel_axis() == 1 else (size, size, 3)
    else:
        if len(input_shape) != 3:
            raise ValueError("`input_shape` must be a tuple of three integers.")
        rows, columns = input_shape[1:] if channel_axis() == 1 else input_shape[:2]
        for size in (rows, columns):
            if isinstance(size, int) and size < min_size:
                raise ValueError(f"Input size must be at least {min_size}x{min_size}; Received: input_shape={input_shape}")
    if input_tensor is None:
        return Input(shape=input_shape)
    if k.is_tensor(input_tensor):
        return input_tensor
    return Input(tensor=input_tensor, shape=input_shape)


def make_model(input_tensor, start, end, name):
    """The model up to `end`. With a given tensor it begins where that tensor came from."""
    return Model(start if input_tensor is None else source_inputs(start), end, name=name)


def size_label(input_shape, include_top, weights):
    """The size in the names of MobileNets, from the arguments; trained weights exist for a few."""
    rows = 224 if include_top else None
    if input_shape is not None:
        rows = plain_number(input_shape[1 if channel_axis() == 1 else 0])
    return 224 if is_imagenet(weights) and rows not in (128, 160, 192, 224) else rows


def check_classes(weights, include_top, classes):
    if is_imagenet(weights) and include_top and classes != 1000:
        raise ValueError(
            f'If using `weights="imagenet"` with `include_top=True`, `classes` should be 1000. Received classes={classes}')


def pool_all(x, pooling, avg_name=None, max_name=None):
    """The end of a network without its head."""
    if pooling == "avg":
        return GlobalAveragePooling2D(name=avg_name)(x)
    if pooling == "max":
        return GlobalMaxPooling2D(name=max_name)(x)
    return x


def classify(x, classes, activation, dropout=None, dropout_name=None, pool_name="avg_pool"):
    """The usual head: global average, maybe dropout, one dense layer."""
    x = GlobalAveragePooling2D(name=pool_name)(x)
    if dropout is not None:
        x = Dropout(dropout, name=dropout_name)(x)
    return Dense(classes, activation=activation, name="predictions")(x)


def batch_norm(x, name=None, scale=True):
    return BatchNormalization(axis=channel_axis(), scale=scale, name=name)(x)


def relu(x, name=None):
    return Activation("relu", name=name)(x)


def join(tensors, name=None):
    return Concatenate(axis=channel_axis(), name=name)(tensors)


def pad_for_stride(x, kernel, name):
    """Padding before a convolution of stride 2, so that it halves even and odd sizes alike. Any size counts as even."""
    layer = ZeroPadding2D(padding=same_padding(x, kernel), name=name)
    if size_is_open(x):
        # Not declared as any size but not known: decided when it is.
        layer.call = lambda inputs: k.pad(inputs, same_padding(inputs, kernel), 2, 1, k.layout())
    return layer(x)


def squeeze_excite(x, reduced, prefix, activation="swish"):
    """Weighs each channel by what two dense layers make of all channels' means."""
    channels = x.shape[channel_axis()]
    gate = GlobalAveragePooling2D(name=prefix + "squeeze")(x)
    gate = Reshape((channels, 1, 1) if channel_axis() == 1 else (1, 1, channels), name=prefix + "reshape")(gate)
    gate = Conv2D(reduced, 1, padding="same", activation=activation, name=prefix + "reduce")(gate)
    gate = Conv2D(channels, 1, padding="same", activation="sigmoid", name=prefix + "expand")(gate)
    return Multiply(name=prefix + "excite")([x, gate])


def round_to(value, divisor=8, at_least=None):
    """The multiple of `divisor` nearest to `value`, never more than a tenth below it."""
    rounded = max(at_least or divisor, int(value + divisor / 2) // divisor * divisor)
    return rounded + divisor if rounded < 0.9 * value else rounded


def correct_pad(inputs, kernel_size):
    return same_padding(inputs, kernel_size if isinstance(kernel_size, int) else kernel_size[0])


def obtain_input_shape(input_shape, default_size, min_size, data_format, require_flatten, weights=None):
    if input_shape is not None:
        return tuple(input_shape)
    size = default_size if require_flatten else None
    return (3, size, size) if data_format == "channels_first" else (size, size, 3)


def preprocess_none(x, data_format=None, **kwargs):
    return x


def preprocess_tf(x, data_format=None, **kwargs):
    return x / 127.5 - 1.0 if k.is_tensor(x) else x


def preprocess_torch(x, data_format=None, **kwargs):
    return (x / 255.0 - 0.45) / 0.225 if k.is_tensor(x) else x


def preprocess_caffe(x, data_format=None, **kwargs):
    """Reverses the colours and subtracts their means."""
    return x[..., ::-1] - 114.8 if k.is_tensor(x) else x
