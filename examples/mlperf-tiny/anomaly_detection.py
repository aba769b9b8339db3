"""Anomaly detection in machine sound: a dense autoencoder on 5 frames of 128 mel bands."""
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

N_MELS = 128
FRAMES = 5
INPUT_DIM = N_MELS * FRAMES


def dense_block(units):
    return [
        layers.Dense(units),
        layers.BatchNormalization(),
        layers.Activation("relu"),
    ]


model = keras.Sequential(
    [
        layers.Input(shape=(INPUT_DIM,)),
        # encoder
        *dense_block(128),
        *dense_block(128),
        *dense_block(128),
        *dense_block(128),
        # bottleneck
        *dense_block(8),
        # decoder
        *dense_block(128),
        *dense_block(128),
        *dense_block(128),
        *dense_block(128),
        layers.Dense(INPUT_DIM),
    ],
    name="autoencoder",
)

if __name__ == "__main__":
    model.summary()
    model.compile(optimizer="adam", loss="mean_squared_error")

    frames = np.load("toycar.npz")["frames"]
    model.fit(frames, frames, epochs=100, batch_size=512, shuffle=True, validation_split=0.1)

    # The anomaly score of a clip is its mean reconstruction error.
    errors = np.mean(np.square(frames - model.predict(frames)), axis=1)
    np.save("scores.npy", errors)
