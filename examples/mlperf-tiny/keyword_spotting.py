"""Keyword spotting: a depthwise-separable CNN (DS-CNN) on 49x10 MFCC frames."""
import argparse
import math

import numpy as np
from keras import regularizers
from keras.layers import (
    Activation,
    AveragePooling2D,
    BatchNormalization,
    Conv2D,
    Dense,
    DepthwiseConv2D,
    Dropout,
    Flatten,
    Input,
)
from keras.models import Sequential

LABELS = [
    "down", "go", "left", "no", "off", "on",
    "right", "stop", "up", "yes", "_silence_", "_unknown_",
]


def build_ds_cnn(frames=49, coefficients=10, num_classes=len(LABELS), filters=64, num_blocks=4):
    decay = regularizers.l2(1e-4)

    model = Sequential(name="ds_cnn")
    model.add(Input(shape=(frames, coefficients, 1)))

    # A wide first kernel: 10 frames by 4 coefficients.
    model.add(Conv2D(filters, (10, 4), strides=(2, 2), padding="same", kernel_regularizer=decay))
    model.add(BatchNormalization())
    model.add(Activation("relu"))
    model.add(Dropout(rate=0.2))

    for _ in range(num_blocks):
        model.add(DepthwiseConv2D(kernel_size=(3, 3), padding="same", depthwise_regularizer=decay))
        model.add(BatchNormalization())
        model.add(Activation("relu"))
        model.add(Conv2D(filters, (1, 1), padding="same", kernel_regularizer=decay))
        model.add(BatchNormalization())
        model.add(Activation("relu"))

    model.add(Dropout(rate=0.4))
    # One window over the whole map; the first layer halved it, rounding up.
    model.add(AveragePooling2D(pool_size=(math.ceil(frames / 2), math.ceil(coefficients / 2))))
    model.add(Flatten())
    model.add(Dense(num_classes, activation="softmax"))
    return model


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", help=".npz with x_train and y_train")
    parser.add_argument("--epochs", type=int, default=36)
    parser.add_argument("--batch-size", type=int, default=100)
    parser.add_argument("--filters", type=int, default=64)
    return parser.parse_args()


if __name__ == "__main__":
    args = parse_args()
    model = build_ds_cnn(filters=args.filters)
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    model.summary()
    if args.data:
        data = np.load(args.data)
        model.fit(data["x_train"], data["y_train"], batch_size=args.batch_size, epochs=args.epochs)
        model.save("keyword_spotting.keras")
