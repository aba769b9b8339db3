"""VGG, ResNet versions 1 and 2, DenseNet."""
import _keras_zoo as z
from _keras import (Activation, Add, AveragePooling2D, BatchNormalization, Concatenate, Conv2D, Dense, Flatten, MaxPooling2D, ZeroPadding2D)


def vgg(depths, name, include_top, input_tensor, input_shape, pooling, classes, activation):
    inputs = z.start(input_tensor, input_shape, 224, include_top)
    x = inputs
    for block, (filters, count) in enumerate(depths):
        for index in range(count):
            x = Conv2D(filters, 3, activation="relu", padding="same", name="block%d_conv%d" % (block + 1, index + 1))(x)
        x = MaxPooling2D(2, strides=2, name="block%d_pool" % (block + 1))(x)
    if include_top:
        x = Flatten(name="flatten")(x)
        x = Dense(4096, activation="relu", name="fc1")(x)
        x = Dense(4096, activation="relu", name="fc2")(x)
        x = Dense(classes, activation=activation, name="predictions")(x)
    else:
        x = z.pool(x, pooling)
    return z.finish(inputs, x, name)


def VGG16(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
          classifier_activation="softmax", name="vgg16"):
    return vgg([(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)], name, include_top, input_tensor, input_shape, pooling, classes,
               classifier_activation)


def VGG19(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
          classifier_activation="softmax", name="vgg19"):
    return vgg([(64, 2), (128, 2), (256, 4), (512, 4), (512, 4)], name, include_top, input_tensor, input_shape, pooling, classes,
               classifier_activation)


def bottleneck(x, filters, stride, project, name):
    shortcut = x
    if project:
        shortcut = Conv2D(4 * filters, 1, strides=stride, name=name + "_0_conv")(x)
        shortcut = BatchNormalization(name=name + "_0_bn")(shortcut)
    x = Conv2D(filters, 1, strides=stride, name=name + "_1_conv")(x)
    x = BatchNormalization(name=name + "_1_bn")(x)
    x = Activation("relu", name=name + "_1_relu")(x)
    x = Conv2D(filters, 3, padding="same", name=name + "_2_conv")(x)
    x = BatchNormalization(name=name + "_2_bn")(x)
    x = Activation("relu", name=name + "_2_relu")(x)
    x = Conv2D(4 * filters, 1, name=name + "_3_conv")(x)
    x = BatchNormalization(name=name + "_3_bn")(x)
    x = Add(name=name + "_add")([shortcut, x])
    return Activation("relu", name=name + "_out")(x)


def preactivated(x, filters, stride, project, name):
    first = BatchNormalization(name=name + "_preact_bn")(x)
    first = Activation("relu", name=name + "_preact_relu")(first)
    if project:
        shortcut = Conv2D(4 * filters, 1, strides=stride, name=name + "_0_conv")(first)
    else:
        shortcut = MaxPooling2D(1, strides=stride)(x) if stride > 1 else x
    x = Conv2D(filters, 1, use_bias=False, name=name + "_1_conv")(first)
    x = BatchNormalization(name=name + "_1_bn")(x)
    x = Activation("relu", name=name + "_1_relu")(x)
    x = ZeroPadding2D(((1, 1), (1, 1)), name=name + "_2_pad")(x)
    x = Conv2D(filters, 3, strides=stride, use_bias=False, name=name + "_2_conv")(x)
    x = BatchNormalization(name=name + "_2_bn")(x)
    x = Activation("relu", name=name + "_2_relu")(x)
    x = Conv2D(4 * filters, 1, name=name + "_3_conv")(x)
    return Add(name=name + "_out")([shortcut, x])


def resnet(counts, second, name, include_top, input_tensor, input_shape, pooling, classes, activation):
    inputs = z.start(input_tensor, input_shape, 224, include_top)
    x = ZeroPadding2D(((3, 3), (3, 3)), name="conv1_pad")(inputs)
    x = Conv2D(64, 7, strides=2, name="conv1_conv")(x)
    if not second:
        x = BatchNormalization(name="conv1_bn")(x)
        x = Activation("relu", name="conv1_relu")(x)
    x = ZeroPadding2D(((1, 1), (1, 1)), name="pool1_pad")(x)
    x = MaxPooling2D(3, strides=2, name="pool1_pool")(x)
    for group, count in enumerate(counts):
        filters = 64 * 2 ** group
        for index in range(count):
            block = "conv%d_block%d" % (group + 2, index + 1)
            if second:
                # Version 2 strides in the last block of a group, and not in the last group.
                stride = 2 if index == count - 1 and group < len(counts) - 1 else 1
                x = preactivated(x, filters, stride, index == 0, block)
            else:
                x = bottleneck(x, filters, 2 if index == 0 and group > 0 else 1, index == 0, block)
    if second:
        x = BatchNormalization(name="post_bn")(x)
        x = Activation("relu", name="post_relu")(x)
    return z.finish(inputs, z.classify(x, include_top, pooling, classes, activation), name)


def ResNet50(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
             classifier_activation="softmax", name="resnet50", **kwargs):
    return resnet([3, 4, 6, 3], False, name, include_top, input_tensor, input_shape, pooling, classes, classifier_activation)


def ResNet101(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
              classifier_activation="softmax", name="resnet101", **kwargs):
    return resnet([3, 4, 23, 3], False, name, include_top, input_tensor, input_shape, pooling, classes, classifier_activation)


def ResNet152(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
              classifier_activation="softmax", name="resnet152", **kwargs):
    return resnet([3, 8, 36, 3], False, name, include_top, input_tensor, input_shape, pooling, classes, classifier_activation)


def ResNet50V2(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
               classifier_activation="softmax", name="resnet50v2", **kwargs):
    return resnet([3, 4, 6, 3], True, name, include_top, input_tensor, input_shape, pooling, classes, classifier_activation)


def ResNet101V2(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
                classifier_activation="softmax", name="resnet101v2", **kwargs):
    return resnet([3, 4, 23, 3], True, name, include_top, input_tensor, input_shape, pooling, classes, classifier_activation)


def ResNet152V2(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
                classifier_activation="softmax", name="resnet152v2", **kwargs):
    return resnet([3, 8, 36, 3], True, name, include_top, input_tensor, input_shape, pooling, classes, classifier_activation)


def densenet(counts, name, include_top, input_tensor, input_shape, pooling, classes, activation):
    inputs = z.start(input_tensor, input_shape, 224, include_top)
    x = ZeroPadding2D(((3, 3), (3, 3)))(inputs)
    x = Conv2D(64, 7, strides=2, use_bias=False, name="conv1_conv")(x)
    x = BatchNormalization(name="conv1_bn")(x)
    x = Activation("relu", name="conv1_relu")(x)
    x = ZeroPadding2D(((1, 1), (1, 1)))(x)
    x = MaxPooling2D(3, strides=2, name="pool1")(x)
    for group, count in enumerate(counts):
        for index in range(count):
            block = "conv%d_block%d" % (group + 2, index + 1)
            y = BatchNormalization(name=block + "_0_bn")(x)
            y = Activation("relu", name=block + "_0_relu")(y)
            y = Conv2D(128, 1, use_bias=False, name=block + "_1_conv")(y)
            y = BatchNormalization(name=block + "_1_bn")(y)
            y = Activation("relu", name=block + "_1_relu")(y)
            y = Conv2D(32, 3, padding="same", use_bias=False, name=block + "_2_conv")(y)
            x = Concatenate(name=block + "_concat")([x, y])
        if group < len(counts) - 1:
            between = "pool%d" % (group + 2)
            x = BatchNormalization(name=between + "_bn")(x)
            x = Activation("relu", name=between + "_relu")(x)
            x = Conv2D(int(x.shape[-1] * 0.5), 1, use_bias=False, name=between + "_conv")(x)
            x = AveragePooling2D(2, strides=2, name=between + "_pool")(x)
    x = BatchNormalization(name="bn")(x)
    x = Activation("relu", name="relu")(x)
    return z.finish(inputs, z.classify(x, include_top, pooling, classes, activation), name)


def DenseNet121(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
                classifier_activation="softmax", name="densenet121"):
    return densenet([6, 12, 24, 16], name, include_top, input_tensor, input_shape, pooling, classes, classifier_activation)


def DenseNet169(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
                classifier_activation="softmax", name="densenet169"):
    return densenet([6, 12, 32, 32], name, include_top, input_tensor, input_shape, pooling, classes, classifier_activation)


def DenseNet201(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
                classifier_activation="softmax", name="densenet201"):
    return densenet([6, 12, 48, 32], name, include_top, input_tensor, input_shape, pooling, classes, classifier_activation)
