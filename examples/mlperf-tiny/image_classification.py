"""Image classification on CIFAR-10: ResNet-8, three residual stages of 16, 32 and 64 filters."""
import keras
import numpy as np
from keras import layers
from keras.regularizers import l2

NUM_CLASSES = 10


def conv_bn(x, filters, kernel_size=3, strides=1):
    x = layers.Conv2D(
        filters,
        kernel_size,
        strides=strides,
        padding="same",
        kernel_initializer="he_normal",
        kernel_regularizer=l2(1e-4),
    )(x)
    return layers.BatchNormalization()(x)


def conv_bn_relu(x, filters, **kwargs):
    return layers.Activation("relu")(conv_bn(x, filters, **kwargs))


def residual_stage(x, filters, strides):
    shortcut = x
    y = conv_bn_relu(x, filters, strides=strides)
    y = conv_bn(y, filters)
    if strides != 1 or shortcut.shape[-1] != filters:
        shortcut = layers.Conv2D(
            filters,
            1,
            strides=strides,
            padding="same",
            kernel_initializer="he_normal",
            kernel_regularizer=l2(1e-4),
        )(shortcut)
    return layers.Activation("relu")(layers.add([shortcut, y]))


def build_resnet8(input_shape=(32, 32, 3), num_filters=16, num_classes=NUM_CLASSES):
    inputs = keras.Input(shape=input_shape, name="image")
    x = conv_bn_relu(inputs, num_filters)
    for stage in range(3):
        x = residual_stage(x, num_filters * 2**stage, strides=1 if stage == 0 else 2)
    x = layers.AveragePooling2D(pool_size=int(np.amin(x.shape[1:3])))(x)
    x = layers.Flatten()(x)
    outputs = layers.Dense(num_classes, activation="softmax", kernel_initializer="he_normal")(x)
    return keras.Model(inputs=inputs, outputs=outputs, name="resnet8")


if __name__ == "__main__":
    model = build_resnet8()
    model.summary()

    data = np.load("cifar10.npz")
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(data["x_train"], data["y_train"], validation_split=0.1, epochs=500)
