"""ResNetV2: He et al., "Identity Mappings in Deep Residual Networks" (2016).

Bottleneck blocks that normalise before each convolution; stages halve the size in their last block.
"""
from _keras import Add, Conv2D, MaxPooling2D, ZeroPadding2D
from _keras_applications import batch_norm, check_classes, classify, make_input, make_model, pool_all, relu

WIDTHS = [64, 128, 256, 512]


def block(x, width, stride, name, project):
    ready = relu(batch_norm(x, name + "_preact_bn"), name + "_preact_relu")
    if project:
        shortcut = Conv2D(4 * width, 1, strides=stride, name=name + "_0_conv")(ready)
    else:
        shortcut = MaxPooling2D(1, strides=stride)(x) if stride > 1 else x
    x = Conv2D(width, 1, strides=1, use_bias=False, name=name + "_1_conv")(ready)
    x = relu(batch_norm(x, name + "_1_bn"), name + "_1_relu")
    x = ZeroPadding2D(((1, 1), (1, 1)), name=name + "_2_pad")(x)
    x = Conv2D(width, 3, strides=stride, use_bias=False, name=name + "_2_conv")(x)
    x = relu(batch_norm(x, name + "_2_bn"), name + "_2_relu")
    x = Conv2D(4 * width, 1, name=name + "_3_conv")(x)
    return Add(name=name + "_out")([shortcut, x])


def build(counts, include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name):
    check_classes(weights, include_top, classes)
    start = make_input(input_tensor, input_shape, 224, include_top)
    x = ZeroPadding2D(((3, 3), (3, 3)), name="conv1_pad")(start)
    x = Conv2D(64, 7, strides=2, name="conv1_conv")(x)
    x = ZeroPadding2D(((1, 1), (1, 1)), name="pool1_pad")(x)
    x = MaxPooling2D(3, strides=2, name="pool1_pool")(x)
    for stage, (width, count) in enumerate(zip(WIDTHS, counts), 2):
        for index in range(1, count + 1):
            x = block(x, width, 2 if index == count and stage < 5 else 1, f"conv{stage}_block{index}", index == 1)
    x = relu(batch_norm(x, "post_bn"), "post_relu")
    x = classify(x, classes, classifier_activation) if include_top else pool_all(x, pooling, "avg_pool", "max_pool")
    return make_model(input_tensor, start, x, name)


def ResNet50V2(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
               classifier_activation="softmax", name="resnet50v2", **kwargs):
    return build([3, 4, 6, 3], include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name)


def ResNet101V2(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
                classifier_activation="softmax", name="resnet101v2", **kwargs):
    return build([3, 4, 23, 3], include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name)


def ResNet152V2(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
                classifier_activation="softmax", name="resnet152v2", **kwargs):
    return build([3, 8, 36, 3], include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name)
