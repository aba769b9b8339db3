"""What the model families share: the input, the classifier on top, rounding of channels, padding before strides."""
import _keras as k
from _keras import Dense, GlobalAveragePooling2D, GlobalMaxPooling2D, Input, Model


def start(input_tensor, input_shape, default, include_top, weights=None):
    """The tensor to begin with."""
    if input_tensor is not None:
        return k.as_input(input_tensor, input_shape)
    if input_shape is None:
        input_shape = (default, default, 3) if include_top else (None, None, 3)
    return Input(shape=input_shape)


def pool(x, pooling):
    if pooling == "avg":
        return GlobalAveragePooling2D(name="avg_pool")(x)
    if pooling == "max":
        return GlobalMaxPooling2D(name="max_pool")(x)
    return x


def classify(x, include_top, pooling, classes, activation):
    """Average and classify, or pool, or leave the features as they are."""
    if not include_top:
        return pool(x, pooling)
    x = GlobalAveragePooling2D(name="avg_pool")(x)
    return Dense(classes, activation=activation, name="predictions")(x)


def finish(inputs, x, name):
    return Model(k.source_inputs(inputs), x, name=name)


def divisible(value, divisor=8, least=None):
    """Rounded to a multiple, at least nine tenths of the value."""
    rounded = max(least or divisor, int(value + divisor / 2) // divisor * divisor)
    if rounded < 0.9 * value:
        rounded += divisor
    return rounded


def stride_pad(x, kernel):
    """Padding that makes a strided 'valid' convolution line up as frameworks without 'same' do."""
    amounts = []
    for size in x.shape[1:3]:
        even = 1 - size % 2 if k.is_known(size) else 1
        amounts.append((kernel // 2 - even, kernel // 2))
    return tuple(amounts)
