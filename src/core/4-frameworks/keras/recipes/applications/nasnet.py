"""NASNet-A: Zoph et al., "Learning Transferable Architectures for Scalable Image Recognition" (2017).

Two kinds of cells, each reading the outputs `x` and `before` of the two cells ahead of it (figure 4): normal ones, and
reductions that halve the size.
"""
from _keras import Add, AveragePooling2D, Conv2D, Cropping2D, Dense, GlobalAveragePooling2D, MaxPooling2D, SeparableConv2D
from _keras import ZeroPadding2D
from _keras_applications import batch_norm, channel_axis, check_classes, join, known_rows, make_input, make_model
from _keras_applications import pad_for_stride, pool_all, relu


def project(x, width, name, bn_name):
    return batch_norm(Conv2D(width, 1, padding="same", use_bias=False, name=name)(relu(x)), bn_name)


def separable(x, width, kernel, stride, name):
    x = relu(x)
    if stride == 2:
        x = pad_for_stride(x, kernel, f"separable_conv_1_pad_{name}")
    x = SeparableConv2D(width, kernel, strides=stride, padding="valid" if stride == 2 else "same", use_bias=False,
                        name=f"separable_conv_1_{name}")(x)
    x = relu(batch_norm(x, f"separable_conv_1_bn_{name}"))
    x = SeparableConv2D(width, kernel, padding="same", use_bias=False, name=f"separable_conv_2_{name}")(x)
    return batch_norm(x, f"separable_conv_2_bn_{name}")


def is_larger(before, x, after_reduction):
    """Whether the older output still has the size from ahead of a reduction."""
    sizes = known_rows(before), known_rows(x)
    return after_reduction if None in sizes else sizes[0] != sizes[1]


def adjust(before, x, width, cell, after_reduction):
    """Brings the older output to the size and width of this cell."""
    if before is None:
        return x
    if is_larger(before, x, after_reduction):
        ready = relu(before, f"adjust_relu_1_{cell}")
        even = AveragePooling2D(1, strides=2, padding="valid", name=f"adjust_avg_pool_1_{cell}")(ready)
        even = Conv2D(width // 2, 1, padding="same", use_bias=False, name=f"adjust_conv_1_{cell}")(even)
        odd = Cropping2D(((1, 0), (1, 0)))(ZeroPadding2D(((0, 1), (0, 1)))(ready))
        odd = AveragePooling2D(1, strides=2, padding="valid", name=f"adjust_avg_pool_2_{cell}")(odd)
        odd = Conv2D(width // 2, 1, padding="same", use_bias=False, name=f"adjust_conv_2_{cell}")(odd)
        return batch_norm(join([even, odd]), f"adjust_bn_{cell}")
    if before.shape[channel_axis()] != width:
        return project(before, width, f"adjust_conv_projection_{cell}", f"adjust_bn_{cell}")
    return before


def same_mean(x, name):
    return AveragePooling2D(3, strides=1, padding="same", name=name)(x)


def normal_cell(x, before, width, cell, after_reduction=False):
    before = adjust(before, x, width, cell, after_reduction)
    now = project(x, width, f"normal_conv_1_{cell}", f"normal_bn_1_{cell}")
    pairs = [
        [separable(now, width, 5, 1, f"normal_left1_{cell}"), separable(before, width, 3, 1, f"normal_right1_{cell}")],
        [separable(before, width, 5, 1, f"normal_left2_{cell}"), separable(before, width, 3, 1, f"normal_right2_{cell}")],
        [same_mean(now, f"normal_left3_{cell}"), before],
        [same_mean(before, f"normal_left4_{cell}"), same_mean(before, f"normal_right4_{cell}")],
        [separable(now, width, 3, 1, f"normal_left5_{cell}"), now],
    ]
    sums = [Add(name=f"normal_add_{index}_{cell}")(pair) for index, pair in enumerate(pairs, 1)]
    return join([before] + sums, f"normal_concat_{cell}")


def reduction_cell(x, before, width, cell, after_reduction=False):
    before = adjust(before, x, width, cell, after_reduction)
    now = project(x, width, f"reduction_conv_1_{cell}", f"reduction_bn_1_{cell}")
    padded = pad_for_stride(now, 3, f"reduction_pad_1_{cell}")

    def halved(layer, name):
        return layer(3, strides=2, padding="valid", name=f"reduction_{name}_{cell}")(padded)

    first = Add(name=f"reduction_add_1_{cell}")([
        separable(now, width, 5, 2, f"reduction_left1_{cell}"), separable(before, width, 7, 2, f"reduction_right1_{cell}")])
    second = Add(name=f"reduction_add_2_{cell}")([
        halved(MaxPooling2D, "left2"), separable(before, width, 7, 2, f"reduction_right2_{cell}")])
    third = Add(name=f"reduction_add3_{cell}")([
        halved(AveragePooling2D, "left3"), separable(before, width, 5, 2, f"reduction_right3_{cell}")])
    fourth = Add()([second, same_mean(first, f"reduction_left4_{cell}")])
    fifth = Add(name=f"reduction_add4_{cell}")([
        separable(first, width, 3, 1, f"reduction_left4_{cell}"), halved(MaxPooling2D, "right5")])
    return join([second, third, fourth, fifth], f"reduction_concat_{cell}")


def build(size, count, stem_width, last_width, skip_reduction, any_size, input_shape, include_top, weights, input_tensor,
          pooling, classes, classifier_activation, name):
    check_classes(weights, include_top, classes)
    start = make_input(input_tensor, input_shape, size, include_top or not any_size)
    width = last_width // 24
    x = Conv2D(stem_width, 3, strides=2, padding="valid", use_bias=False, name="stem_conv1")(start)
    x, before = batch_norm(x, "stem_bn1"), None
    x, before = reduction_cell(x, before, width // 4, "stem_1"), x
    x, before = reduction_cell(x, before, width // 2, "stem_2", True), x
    for stage in range(3):
        for index in range(count):
            number = stage * count + index + (1 if stage else 0)
            x, before = normal_cell(x, before, width * 2**stage, number, index == 0), x
        if stage < 2:
            reduced = reduction_cell(x, before, width * 2 ** (stage + 1), f"reduce_{(stage + 1) * count}")
            x, before = reduced, before if skip_reduction else x
    x = relu(x)
    if include_top:
        x = Dense(classes, activation=classifier_activation, name="predictions")(GlobalAveragePooling2D()(x))
    else:
        x = pool_all(x, pooling)
    return make_model(input_tensor, start, x, name)


def NASNetMobile(input_shape=None, include_top=True, weights="imagenet", input_tensor=None, pooling=None, classes=1000,
                 classifier_activation="softmax", name="nasnet_mobile", **kwargs):
    return build(224, 4, 32, 1056, False, False, input_shape, include_top, weights, input_tensor, pooling, classes,
                 classifier_activation, name)


def NASNetLarge(input_shape=None, include_top=True, weights="imagenet", input_tensor=None, pooling=None, classes=1000,
                classifier_activation="softmax", name="nasnet_large", **kwargs):
    return build(331, 6, 96, 4032, True, True, input_shape, include_top, weights, input_tensor, pooling, classes,
                 classifier_activation, name)
