# Blocks of mmcv.cnn: a convolution with its norm and activation, depthwise separable ones, context and non-local blocks.
import torch
import torch.nn as nn
from model_budget_openmmlab.layers import (PLUGIN_LAYERS, build_activation_layer, build_conv_layer, build_norm_layer,
                                           build_padding_layer)

# These have no argument `inplace`.
_WITHOUT_INPLACE = ("Tanh", "PReLU", "Sigmoid", "HSigmoid", "Swish", "GELU")


class ConvModule(nn.Module):
    _abbr_ = "conv_block"

    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1, groups=1, bias="auto",
                 conv_cfg=None, norm_cfg=None, act_cfg=dict(type="ReLU"), inplace=True, with_spectral_norm=False,
                 padding_mode="zeros", order=("conv", "norm", "act"), efficient_conv_bn_eval=False):
        super().__init__()
        self.conv_cfg = conv_cfg
        self.norm_cfg = norm_cfg
        self.act_cfg = act_cfg
        self.inplace = inplace
        self.with_spectral_norm = with_spectral_norm
        self.with_explicit_padding = padding_mode not in ("zeros", "circular")
        self.order = order
        self.with_norm = norm_cfg is not None
        self.with_activation = act_cfg is not None
        if bias == "auto":
            bias = not self.with_norm
        self.with_bias = bias
        if self.with_explicit_padding:
            self.padding_layer = build_padding_layer(dict(type=padding_mode), padding)
        self.conv = build_conv_layer(conv_cfg, in_channels, out_channels, kernel_size, stride=stride,
                                     padding=0 if self.with_explicit_padding else padding, dilation=dilation,
                                     groups=groups, bias=bias)
        self.in_channels = self.conv.in_channels
        self.out_channels = self.conv.out_channels
        self.kernel_size = self.conv.kernel_size
        self.stride = self.conv.stride
        self.padding = padding
        self.dilation = self.conv.dilation
        self.transposed = self.conv.transposed
        self.output_padding = self.conv.output_padding
        self.groups = self.conv.groups
        if self.with_spectral_norm:
            self.conv = nn.utils.spectral_norm(self.conv)
        self.norm_name = None
        if self.with_norm:
            norm_channels = out_channels if order.index("norm") > order.index("conv") else in_channels
            self.norm_name, norm = build_norm_layer(norm_cfg, norm_channels)
            self.add_module(self.norm_name, norm)
        if self.with_activation:
            settings = dict(act_cfg)
            if settings["type"] not in _WITHOUT_INPLACE:
                settings.setdefault("inplace", inplace)
            self.activate = build_activation_layer(settings)

    @property
    def norm(self):
        return getattr(self, self.norm_name) if self.norm_name else None

    def init_weights(self):
        pass

    def forward(self, x, activate=True, norm=True):
        for layer in self.order:
            if layer == "conv":
                if self.with_explicit_padding:
                    x = self.padding_layer(x)
                x = self.conv(x)
            elif layer == "norm" and norm and self.with_norm:
                x = self.norm(x)
            elif layer == "act" and activate and self.with_activation:
                x = self.activate(x)
        return x


PLUGIN_LAYERS.register_module("ConvModule", module=ConvModule)


class DepthwiseSeparableConvModule(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1, norm_cfg=None,
                 act_cfg=dict(type="ReLU"), dw_norm_cfg="default", dw_act_cfg="default", pw_norm_cfg="default",
                 pw_act_cfg="default", **kwargs):
        super().__init__()
        dw_norm_cfg = norm_cfg if dw_norm_cfg == "default" else dw_norm_cfg
        dw_act_cfg = act_cfg if dw_act_cfg == "default" else dw_act_cfg
        pw_norm_cfg = norm_cfg if pw_norm_cfg == "default" else pw_norm_cfg
        pw_act_cfg = act_cfg if pw_act_cfg == "default" else pw_act_cfg
        self.depthwise_conv = ConvModule(in_channels, in_channels, kernel_size, stride=stride, padding=padding,
                                         dilation=dilation, groups=in_channels, norm_cfg=dw_norm_cfg,
                                         act_cfg=dw_act_cfg, **kwargs)
        self.pointwise_conv = ConvModule(in_channels, out_channels, 1, norm_cfg=pw_norm_cfg, act_cfg=pw_act_cfg, **kwargs)

    def forward(self, x):
        return self.pointwise_conv(self.depthwise_conv(x))


class Scale(nn.Module):
    def __init__(self, scale=1.0):
        super().__init__()
        self.scale = nn.Parameter(torch.tensor(scale, dtype=torch.float))

    def forward(self, x):
        return x * self.scale


class LayerScale(nn.Module):
    def __init__(self, dim, inplace=False, data_format="channels_last", scale=1e-5):
        super().__init__()
        self.data_format = data_format
        self.weight = nn.Parameter(torch.ones(dim) * scale)

    def forward(self, x):
        if self.data_format == "channels_first":
            return x * self.weight.view(1, -1, *[1] * (x.dim() - 2))
        return x * self.weight


class ContextBlock(nn.Module):
    _abbr_ = "context_block"

    def __init__(self, in_channels, ratio, pooling_type="att", fusion_types=("channel_add",)):
        super().__init__()
        self.pooling_type = pooling_type
        planes = int(in_channels * ratio)
        if pooling_type == "att":
            self.conv_mask = nn.Conv2d(in_channels, 1, kernel_size=1)
            self.softmax = nn.Softmax(dim=2)
        else:
            self.avg_pool = nn.AdaptiveAvgPool2d(1)

        def branch():
            return nn.Sequential(nn.Conv2d(in_channels, planes, kernel_size=1), nn.LayerNorm([planes, 1, 1]),
                                 nn.ReLU(inplace=True), nn.Conv2d(planes, in_channels, kernel_size=1))

        self.channel_add_conv = branch() if "channel_add" in fusion_types else None
        self.channel_mul_conv = branch() if "channel_mul" in fusion_types else None

    def spatial_pool(self, x):
        if self.pooling_type != "att":
            return self.avg_pool(x)
        batch, channels, height, width = x.size()
        flat = x.view(batch, channels, height * width).unsqueeze(1)
        mask = self.softmax(self.conv_mask(x).view(batch, 1, height * width)).unsqueeze(-1)
        return torch.matmul(flat, mask).view(batch, channels, 1, 1)

    def forward(self, x):
        context = self.spatial_pool(x)
        out = x
        if self.channel_mul_conv is not None:
            out = out * torch.sigmoid(self.channel_mul_conv(context))
        if self.channel_add_conv is not None:
            out = out + self.channel_add_conv(context)
        return out


PLUGIN_LAYERS.register_module("ContextBlock", module=ContextBlock)


class _NonLocal(nn.Module):
    _abbr_ = "nonlocal_block"
    rank = 2

    def __init__(self, in_channels, sub_sample=False, conv_cfg=None, reduction=2, use_scale=True, norm_cfg=None,
                 mode="embedded_gaussian", **kwargs):
        super().__init__()
        self.use_scale = use_scale
        self.mode = mode
        self.inter_channels = max(in_channels // reduction, 1)
        conv_cfg = dict(type=f"Conv{self.rank}d") if conv_cfg is None else conv_cfg
        inner = self.inter_channels
        self.g = ConvModule(in_channels, inner, kernel_size=1, conv_cfg=conv_cfg, act_cfg=None)
        self.conv_out = ConvModule(inner, in_channels, kernel_size=1, conv_cfg=conv_cfg, norm_cfg=norm_cfg, act_cfg=None)
        if mode != "gaussian":
            self.theta = ConvModule(in_channels, inner, kernel_size=1, conv_cfg=conv_cfg, act_cfg=None)
            self.phi = ConvModule(in_channels, inner, kernel_size=1, conv_cfg=conv_cfg, act_cfg=None)
        if mode == "concatenation":
            self.concat_project = ConvModule(inner * 2, 1, kernel_size=1, stride=1, padding=0, bias=False,
                                             act_cfg=dict(type="ReLU"))
        if sub_sample:
            pool = nn.MaxPool1d(2) if self.rank == 1 else nn.MaxPool2d((2, 2)) if self.rank == 2 else nn.MaxPool3d((1, 2, 2))
            self.g = nn.Sequential(self.g, pool)
            if mode == "gaussian":
                self.phi = pool
            else:
                self.phi = nn.Sequential(self.phi, pool)

    def forward(self, x):
        batch = x.size(0)
        g_x = self.g(x).view(batch, self.inter_channels, -1).permute(0, 2, 1)
        if self.mode == "concatenation":
            theta = self.theta(x).view(batch, self.inter_channels, -1, 1)
            phi = self.phi(x).view(batch, self.inter_channels, 1, -1)
            both = torch.cat([theta.repeat(1, 1, 1, phi.size(3)), phi.repeat(1, 1, theta.size(2), 1)], dim=1)
            weights = self.concat_project(both)
            weights = weights.view(weights.size(0), weights.size(2), weights.size(3)) / weights.shape[-1]
        else:
            theta = x.view(batch, x.size(1), -1) if self.mode == "gaussian" else self.theta(x).view(batch, self.inter_channels, -1)
            if self.mode != "gaussian":
                phi = self.phi(x).view(batch, self.inter_channels, -1)
            else:
                phi = (self.phi(x) if hasattr(self, "phi") else x).view(batch, x.size(1), -1)
            weights = torch.matmul(theta.permute(0, 2, 1), phi)
            if self.mode == "dot_product":
                weights = weights / weights.shape[-1]
            else:
                if self.use_scale and self.mode == "embedded_gaussian":
                    weights = weights / self.inter_channels**0.5
                weights = weights.softmax(dim=-1)
        y = torch.matmul(weights, g_x).permute(0, 2, 1).contiguous().reshape(batch, self.inter_channels, *x.size()[2:])
        return x + self.conv_out(y)


class NonLocal1d(_NonLocal):
    rank = 1


class NonLocal2d(_NonLocal):
    pass


class NonLocal3d(_NonLocal):
    rank = 3


PLUGIN_LAYERS.register_module("NonLocal2d", module=NonLocal2d)
