"""Visual wake words (person / no person): MobileNetV1 at width 0.25 on 96x96 RGB."""
import numpy as np
import tensorflow as tf
from tensorflow.keras import layers

IMAGE_SIZE = 96
EPOCHS = 20
BATCH_SIZE = 32

# (filters at alpha = 1, stride) of each depthwise-separable block
BLOCKS = [
    (64, 1),
    (128, 2),
    (128, 1),
    (256, 2),
    (256, 1),
    (512, 2),
    (512, 1),
    (512, 1),
    (512, 1),
    (512, 1),
    (512, 1),
    (1024, 2),
    (1024, 1),
]


def separable_block(x, filters, stride):
    x = layers.DepthwiseConv2D(3, strides=stride, padding="same")(x)
    x = layers.BatchNormalization()(x)
    x = layers.ReLU()(x)
    x = layers.Conv2D(filters, 1, padding="same")(x)
    x = layers.BatchNormalization()(x)
    return layers.ReLU()(x)


def build_mobilenet_v1(input_shape=(IMAGE_SIZE, IMAGE_SIZE, 3), alpha=0.25, num_classes=2):
    inputs = tf.keras.Input(shape=input_shape)

    x = layers.Conv2D(int(32 * alpha), 3, strides=2, padding="same")(inputs)
    x = layers.BatchNormalization()(x)
    x = layers.ReLU()(x)

    for filters, stride in BLOCKS:
        x = separable_block(x, int(filters * alpha), stride)

    x = layers.AveragePooling2D(pool_size=x.shape[1:3])(x)
    x = layers.Flatten()(x)
    outputs = layers.Dense(num_classes, activation="softmax")(x)
    return tf.keras.Model(inputs, outputs, name=f"mobilenet_v1_{alpha}")


def main():
    model = build_mobilenet_v1(alpha=0.25)
    model.summary()

    data = np.load("visual_wake_words.npz")
    model.compile(
        optimizer=tf.keras.optimizers.Adam(1e-3),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    model.fit(data["images"] / 255.0, data["labels"], batch_size=BATCH_SIZE, epochs=EPOCHS)


if __name__ == "__main__":
    main()
