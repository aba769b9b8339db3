"""DenseNet: Huang et al., "Densely Connected Convolutional Networks" (2016).

Each block of a stage adds 32 channels to those it reads; transitions halve channels and size (table 1).
"""
from _keras import AveragePooling2D, Conv2D, MaxPooling2D, ZeroPadding2D
from _keras_applications import batch_norm, channel_axis, check_classes, classify, join, make_input, make_model, pool_all, relu

GROWTH = 32


def block(x, name):
    new = relu(batch_norm(x, name + "_0_bn"), name + "_0_relu")
    new = Conv2D(4 * GROWTH, 1, use_bias=False, name=name + "_1_conv")(new)
    new = relu(batch_norm(new, name + "_1_bn"), name + "_1_relu")
    new = Conv2D(GROWTH, 3, padding="same", use_bias=False, name=name + "_2_conv")(new)
    return join([x, new], name + "_concat")


def transition(x, name):
    x = relu(batch_norm(x, name + "_bn"), name + "_relu")
    x = Conv2D(x.shape[channel_axis()] // 2, 1, use_bias=False, name=name + "_conv")(x)
    return AveragePooling2D(2, strides=2, name=name + "_pool")(x)


def build(counts, include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name):
    check_classes(weights, include_top, classes)
    start = make_input(input_tensor, input_shape, 224, include_top)
    x = ZeroPadding2D(((3, 3), (3, 3)))(start)
    x = Conv2D(64, 7, strides=2, use_bias=False, name="conv1_conv")(x)
    x = relu(batch_norm(x, "conv1_bn"), "conv1_relu")
    x = ZeroPadding2D(((1, 1), (1, 1)))(x)
    x = MaxPooling2D(3, strides=2, name="pool1")(x)
    for stage, count in enumerate(counts, 2):
        for index in range(1, count + 1):
            x = block(x, f"conv{stage}_block{index}")
        if stage < 5:
            x = transition(x, f"pool{stage}")
    x = relu(batch_norm(x, "bn"), "relu")
    x = classify(x, classes, classifier_activation) if include_top else pool_all(x, pooling, "avg_pool", "max_pool")
    return make_model(input_tensor, start, x, name)


def DenseNet121(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
                classifier_activation="softmax", name="densenet121", **kwargs):
    return build([6, 12, 24, 16], include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation,
                 name)


def DenseNet169(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
                classifier_activation="softmax", name="densenet169", **kwargs):
    return build([6, 12, 32, 32], include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation,
                 name)


def DenseNet201(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
                classifier_activation="softmax", name="densenet201", **kwargs):
    return build([6, 12, 48, 32], include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation,
                 name)
