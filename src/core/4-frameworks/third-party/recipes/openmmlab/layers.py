# Layers of mmcv.cnn made from dicts: activation, convolution, norm, padding, upsampling, dropout, plugins.
import math

import torch
import torch.nn as nn
import torch.nn.functional as F
from model_budget_openmmlab.module import MODELS
from model_budget_openmmlab.registry import Registry
from model_budget_support import unknown

Conv2d = nn.Conv2d
Conv3d = nn.Conv3d
ConvTranspose2d = nn.ConvTranspose2d
ConvTranspose3d = nn.ConvTranspose3d
Linear = nn.Linear
MaxPool2d = nn.MaxPool2d
MaxPool3d = nn.MaxPool3d
_BatchNorm = nn.modules.batchnorm._BatchNorm
_InstanceNorm = nn.modules.instancenorm._InstanceNorm
SyncBatchNorm = nn.SyncBatchNorm

CONV_LAYERS = Registry("conv layer", parent=MODELS)
NORM_LAYERS = Registry("norm layer", parent=MODELS)
ACTIVATION_LAYERS = Registry("activation layer", parent=MODELS)
PADDING_LAYERS = Registry("padding layer", parent=MODELS)
UPSAMPLE_LAYERS = Registry("upsample layer", parent=MODELS)
PLUGIN_LAYERS = Registry("plugin layer", parent=MODELS)
DROPOUT_LAYERS = Registry("drop out layers", parent=MODELS)


# Activations.


class HSigmoid(nn.Module):
    def __init__(self, bias=3.0, divisor=6.0, min_value=0.0, max_value=1.0):
        super().__init__()
        self.bias = bias
        self.divisor = divisor
        self.min_value = min_value
        self.max_value = max_value

    def forward(self, x):
        x = (x + self.bias) / self.divisor
        return x.clamp_(self.min_value, self.max_value)


class HSwish(nn.Module):
    def __init__(self, inplace=False):
        super().__init__()
        self.act = nn.ReLU6(inplace)

    def forward(self, x):
        return x * self.act(x + 3) / 6


class Swish(nn.Module):
    def forward(self, x):
        return x * torch.sigmoid(x)


class Clamp(nn.Module):
    def __init__(self, min=-1.0, max=1.0):
        super().__init__()
        self.min = min
        self.max = max

    def forward(self, x):
        return torch.clamp(x, min=self.min, max=self.max)


for _name in ("ReLU", "LeakyReLU", "PReLU", "RReLU", "ReLU6", "ELU", "Sigmoid", "Tanh", "GELU", "Mish"):
    ACTIVATION_LAYERS.register_module(_name, module=getattr(nn, _name))
ACTIVATION_LAYERS.register_module("SiLU", module=nn.SiLU)
ACTIVATION_LAYERS.register_module(["Clip", "Clamp"], module=Clamp)
ACTIVATION_LAYERS.register_module("HSigmoid", module=HSigmoid)
ACTIVATION_LAYERS.register_module("HSwish", module=nn.Hardswish)
ACTIVATION_LAYERS.register_module("Swish", module=Swish)


def build_activation_layer(cfg):
    return ACTIVATION_LAYERS.build(cfg)


# Convolutions.


class Conv2dAdaptivePadding(nn.Conv2d):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1, groups=1, bias=True):
        super().__init__(in_channels, out_channels, kernel_size, stride, 0, dilation, groups, bias)

    def forward(self, x):
        height, width = x.size()[-2:]
        kernel_h, kernel_w = self.weight.size()[-2:]
        stride_h, stride_w = self.stride
        pad_h = max((math.ceil(height / stride_h) - 1) * stride_h + (kernel_h - 1) * self.dilation[0] + 1 - height, 0)
        pad_w = max((math.ceil(width / stride_w) - 1) * stride_w + (kernel_w - 1) * self.dilation[1] + 1 - width, 0)
        if pad_h > 0 or pad_w > 0:
            x = F.pad(x, [pad_w // 2, pad_w - pad_w // 2, pad_h // 2, pad_h - pad_h // 2])
        return F.conv2d(x, self.weight, self.bias, self.stride, self.padding, self.dilation, self.groups)


CONV_LAYERS.register_module("Conv1d", module=nn.Conv1d)
CONV_LAYERS.register_module("Conv2d", module=nn.Conv2d)
CONV_LAYERS.register_module("Conv3d", module=nn.Conv3d)
CONV_LAYERS.register_module("Conv", module=nn.Conv2d)
CONV_LAYERS.register_module("Conv2dAdaptivePadding", module=Conv2dAdaptivePadding)


def _layer_of(registry, cfg, default, *args, **kwargs):
    settings = dict(type=default) if cfg is None else dict(cfg)
    kind = settings.pop("type")
    made = registry.get(kind) if isinstance(kind, str) else kind
    if made is None:
        return unknown(f"no layer is registered as {kind}")
    return made(*args, **kwargs, **settings)


def build_conv_layer(cfg, *args, **kwargs):
    return _layer_of(CONV_LAYERS, cfg, "Conv2d", *args, **kwargs)


# Normalisation.

NORM_LAYERS.register_module(["BN", "BN2d"], module=nn.BatchNorm2d)
NORM_LAYERS.register_module("BN1d", module=nn.BatchNorm1d)
NORM_LAYERS.register_module("BN3d", module=nn.BatchNorm3d)
NORM_LAYERS.register_module(["SyncBN", "MMSyncBN"], module=nn.SyncBatchNorm)
NORM_LAYERS.register_module("GN", module=nn.GroupNorm)
NORM_LAYERS.register_module("LN", module=nn.LayerNorm)
NORM_LAYERS.register_module(["IN", "IN2d"], module=nn.InstanceNorm2d)
NORM_LAYERS.register_module("IN1d", module=nn.InstanceNorm1d)
NORM_LAYERS.register_module("IN3d", module=nn.InstanceNorm3d)


def infer_abbr(class_type):
    if hasattr(class_type, "_abbr_"):
        return class_type._abbr_
    if issubclass(class_type, _InstanceNorm):
        return "in"
    if issubclass(class_type, _BatchNorm):
        return "bn"
    if issubclass(class_type, nn.GroupNorm):
        return "gn"
    if issubclass(class_type, nn.LayerNorm):
        return "ln"
    name = class_type.__name__.lower()
    for part, abbr in (("batch", "bn"), ("group", "gn"), ("layer", "ln"), ("instance", "in")):
        if part in name:
            return abbr
    return "norm_layer"


def build_norm_layer(cfg, num_features, postfix=""):
    settings = dict(cfg)
    kind = settings.pop("type")
    made = NORM_LAYERS.get(kind) if isinstance(kind, str) else kind
    if made is None:
        return "norm_layer", unknown(f"no norm layer is registered as {kind}")
    name = infer_abbr(made) + str(postfix)
    requires_grad = settings.pop("requires_grad", True)
    settings.setdefault("eps", 1e-5)
    if made is nn.GroupNorm:
        layer = made(num_channels=num_features, **settings)
    else:
        layer = made(num_features, **settings)
    for parameter in layer.parameters():
        parameter.requires_grad = requires_grad
    return name, layer


# Padding, upsampling, dropout.

PADDING_LAYERS.register_module("zero", module=nn.ZeroPad2d)
PADDING_LAYERS.register_module("reflect", module=nn.ReflectionPad2d)
PADDING_LAYERS.register_module("replicate", module=nn.ReplicationPad2d)


def build_padding_layer(cfg, *args, **kwargs):
    return _layer_of(PADDING_LAYERS, cfg, "zero", *args, **kwargs)


class PixelShufflePack(nn.Module):
    def __init__(self, in_channels, out_channels, scale_factor, upsample_kernel):
        super().__init__()
        self.scale_factor = scale_factor
        self.upsample_conv = nn.Conv2d(
            in_channels, out_channels * scale_factor * scale_factor, upsample_kernel, padding=(upsample_kernel - 1) // 2
        )

    def forward(self, x):
        return F.pixel_shuffle(self.upsample_conv(x), self.scale_factor)


def build_upsample_layer(cfg, *args, **kwargs):
    settings = dict(cfg)
    kind = settings.pop("type")
    if kind in ("nearest", "bilinear"):
        return nn.Upsample(*args, mode=kind, **kwargs, **settings)
    if kind == "deconv":
        return nn.ConvTranspose2d(*args, **kwargs, **settings)
    if kind == "pixel_shuffle":
        return PixelShufflePack(*args, **kwargs, **settings)
    return _layer_of(UPSAMPLE_LAYERS, cfg, "nearest", *args, **kwargs)


class DropPath(nn.Module):
    def __init__(self, drop_prob=0.1):
        super().__init__()
        self.drop_prob = drop_prob

    def forward(self, x):
        return x


class Dropout(nn.Dropout):
    def __init__(self, drop_prob=0.5, inplace=False):
        super().__init__(p=drop_prob, inplace=inplace)


DROPOUT_LAYERS.register_module("DropPath", module=DropPath)
DROPOUT_LAYERS.register_module("Dropout", module=Dropout)


def drop_path(x, drop_prob=0.0, training=False):
    return x


def build_dropout(cfg, default_args=None):
    return DROPOUT_LAYERS.build(cfg, default_args=default_args)


def build_plugin_layer(cfg, postfix="", **kwargs):
    settings = dict(cfg)
    kind = settings.pop("type")
    made = PLUGIN_LAYERS.get(kind) if isinstance(kind, str) else kind
    if made is None:
        return "plugin", unknown(f"no plugin layer is registered as {kind}")
    letters = ["_" + one.lower() if one.isupper() and index > 0 else one.lower() for index, one in enumerate(made.__name__)]
    name = getattr(made, "_abbr_", "".join(letters)) + str(postfix)
    return name, made(**kwargs, **settings)
