# 1,000 layers in Keras: 250 functional units of convolution, normalisation, activation and addition.
import keras
from keras import layers

inputs = keras.Input((32, 32, 16))
x = inputs
for _ in range(250):
    y = layers.Conv2D(16, 3, padding="same")(x)
    y = layers.BatchNormalization()(y)
    y = layers.ReLU()(y)
    x = layers.Add()([x, y])
outputs = layers.Dense(10)(layers.GlobalAveragePooling2D()(x))
model = keras.Model(inputs, outputs)
