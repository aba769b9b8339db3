"""VGG: Simonyan and Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition" (2014).

Blocks of 3x3 convolutions, each ended by pooling (table 1, columns D and E).
"""
from _keras import Conv2D, Dense, Flatten, MaxPooling2D
from _keras_applications import check_classes, make_input, make_model, pool_all

WIDTHS = [64, 128, 256, 512, 512]


def build(counts, include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name):
    check_classes(weights, include_top, classes)
    start = x = make_input(input_tensor, input_shape, 224, include_top)
    for block, (width, count) in enumerate(zip(WIDTHS, counts), 1):
        for index in range(1, count + 1):
            x = Conv2D(width, 3, activation="relu", padding="same", name=f"block{block}_conv{index}")(x)
        x = MaxPooling2D(2, strides=2, name=f"block{block}_pool")(x)
    if include_top:
        x = Flatten(name="flatten")(x)
        x = Dense(4096, activation="relu", name="fc1")(x)
        x = Dense(4096, activation="relu", name="fc2")(x)
        x = Dense(classes, activation=classifier_activation, name="predictions")(x)
    else:
        x = pool_all(x, pooling)
    return make_model(input_tensor, start, x, name)


def VGG16(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
          classifier_activation="softmax", name="vgg16", **kwargs):
    return build([2, 2, 3, 3, 3], include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation,
                 name)


def VGG19(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
          classifier_activation="softmax", name="vgg19", **kwargs):
    return build([2, 2, 4, 4, 4], include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation,
                 name)
