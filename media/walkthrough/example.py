"""A keyword spotter of the MLPerf Tiny suite: a depthwise-separable network on 49x10 features of speech."""
from keras import Sequential
from keras.layers import (
    BatchNormalization,
    Conv2D,
    Dense,
    DepthwiseConv2D,
    GlobalAveragePooling2D,
    Input,
    ReLU,
)


def build_keyword_spotter(filters=64, blocks=4, words=12):
    model = Sequential(name="keyword_spotter")
    model.add(Input(shape=(49, 10, 1)))
    model.add(Conv2D(filters, (10, 4), strides=2, padding="same", use_bias=False))
    model.add(BatchNormalization())
    model.add(ReLU())
    for _ in range(blocks):
        model.add(DepthwiseConv2D((3, 3), padding="same", use_bias=False))
        model.add(BatchNormalization())
        model.add(ReLU())
        model.add(Conv2D(filters, (1, 1), use_bias=False))
        model.add(BatchNormalization())
        model.add(ReLU())
    model.add(GlobalAveragePooling2D())
    model.add(Dense(words, activation="softmax"))
    return model


model = build_keyword_spotter()
