"""MobileNet: Howard et al., "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications" (2017).

Thirteen depthwise separable blocks (table 1); `alpha` scales every width.
"""
from _keras import Activation, Conv2D, DepthwiseConv2D, Dropout, GlobalAveragePooling2D, ReLU, Reshape, ZeroPadding2D
from _keras_applications import batch_norm, check_classes, make_input, make_model, pool_all, size_label

# (width, stride) of each block.
BLOCKS = [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1), (512, 1), (512, 1), (512, 1), (512, 1),
          (1024, 2), (1024, 1)]


def block(x, width, stride, depth_multiplier, number):
    if stride == 2:
        x = ZeroPadding2D(((0, 1), (0, 1)), name=f"conv_pad_{number}")(x)
    x = DepthwiseConv2D(3, padding="same" if stride == 1 else "valid", depth_multiplier=depth_multiplier, strides=stride,
                        use_bias=False, name=f"conv_dw_{number}")(x)
    x = ReLU(6.0, name=f"conv_dw_{number}_relu")(batch_norm(x, f"conv_dw_{number}_bn"))
    x = Conv2D(width, 1, padding="same", use_bias=False, name=f"conv_pw_{number}")(x)
    return ReLU(6.0, name=f"conv_pw_{number}_relu")(batch_norm(x, f"conv_pw_{number}_bn"))


def MobileNet(input_shape=None, alpha=1.0, depth_multiplier=1, dropout=0.001, include_top=True, weights="imagenet",
              input_tensor=None, pooling=None, classes=1000, classifier_activation="softmax", name=None, **kwargs):
    check_classes(weights, include_top, classes)
    start = x = make_input(input_tensor, input_shape, 224, include_top)
    x = Conv2D(int(32 * alpha), 3, padding="same", use_bias=False, strides=2, name="conv1")(x)
    x = ReLU(6.0, name="conv1_relu")(batch_norm(x, "conv1_bn"))
    for number, (width, stride) in enumerate(BLOCKS, 1):
        x = block(x, int(width * alpha), stride, depth_multiplier, number)
    if include_top:
        x = GlobalAveragePooling2D(keepdims=True)(x)
        x = Dropout(dropout, name="dropout")(x)
        x = Conv2D(classes, 1, padding="same", name="conv_preds")(x)
        x = Reshape((classes,), name="reshape_2")(x)
        x = Activation(classifier_activation, name="predictions")(x)
    else:
        x = pool_all(x, pooling)
    return make_model(input_tensor, start, x, name or f"mobilenet_{alpha:0.2f}_{size_label(input_shape, include_top, weights)}")

