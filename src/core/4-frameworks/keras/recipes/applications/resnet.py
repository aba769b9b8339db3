"""ResNet: He et al., "Deep Residual Learning for Image Recognition" (2015).

Bottleneck blocks of 1x1, 3x3 and 1x1 convolutions (table 1); stages halve the size in the first convolution of their first
block.
"""
from _keras import Add, Conv2D, MaxPooling2D, ZeroPadding2D
from _keras_applications import batch_norm, check_classes, classify, make_input, make_model, pool_all, relu

WIDTHS = [64, 128, 256, 512]


def unit(x, width, kernel, stride, name):
    x = Conv2D(width, kernel, strides=stride, padding="same" if kernel > 1 else "valid", name=name + "_conv")(x)
    return batch_norm(x, name + "_bn")


def block(x, width, stride, name, project):
    shortcut = unit(x, 4 * width, 1, stride, name + "_0") if project else x
    x = relu(unit(x, width, 1, stride, name + "_1"), name + "_1_relu")
    x = relu(unit(x, width, 3, 1, name + "_2"), name + "_2_relu")
    x = unit(x, 4 * width, 1, 1, name + "_3")
    return relu(Add(name=name + "_add")([shortcut, x]), name + "_out")


def build(counts, include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name):
    check_classes(weights, include_top, classes)
    start = make_input(input_tensor, input_shape, 224, include_top)
    x = ZeroPadding2D(((3, 3), (3, 3)), name="conv1_pad")(start)
    x = Conv2D(64, 7, strides=2, name="conv1_conv")(x)
    x = relu(batch_norm(x, "conv1_bn"), "conv1_relu")
    x = ZeroPadding2D(((1, 1), (1, 1)), name="pool1_pad")(x)
    x = MaxPooling2D(3, strides=2, name="pool1_pool")(x)
    for stage, (width, count) in enumerate(zip(WIDTHS, counts), 2):
        for index in range(1, count + 1):
            x = block(x, width, 2 if index == 1 and stage > 2 else 1, f"conv{stage}_block{index}", index == 1)
    x = classify(x, classes, classifier_activation) if include_top else pool_all(x, pooling, "avg_pool", "max_pool")
    return make_model(input_tensor, start, x, name)


def ResNet50(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
             classifier_activation="softmax", name="resnet50", **kwargs):
    return build([3, 4, 6, 3], include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name)


def ResNet101(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
              classifier_activation="softmax", name="resnet101", **kwargs):
    return build([3, 4, 23, 3], include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name)


def ResNet152(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
              classifier_activation="softmax", name="resnet152", **kwargs):
    return build([3, 8, 36, 3], include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name)


def ResNet(stack_fn, preact, use_bias, model_name="resnet", include_top=True, weights="imagenet", input_tensor=None,
           input_shape=None, pooling=None, classes=1000, classifier_activation="softmax", name=None, **kwargs):
    """The frame of the family around stages of the caller's own."""
    check_classes(weights, include_top, classes)
    start = make_input(input_tensor, input_shape, 224, include_top)
    x = ZeroPadding2D(((3, 3), (3, 3)), name="conv1_pad")(start)
    x = Conv2D(64, 7, strides=2, use_bias=use_bias, name="conv1_conv")(x)
    if not preact:
        x = relu(batch_norm(x, "conv1_bn"), "conv1_relu")
    x = ZeroPadding2D(((1, 1), (1, 1)), name="pool1_pad")(x)
    x = stack_fn(MaxPooling2D(3, strides=2, name="pool1_pool")(x))
    if preact:
        x = relu(batch_norm(x, "post_bn"), "post_relu")
    x = classify(x, classes, classifier_activation) if include_top else pool_all(x, pooling, "avg_pool", "max_pool")
    return make_model(input_tensor, start, x, name or model_name)
