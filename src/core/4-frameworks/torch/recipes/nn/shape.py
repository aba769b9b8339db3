# Layers that reshape, pad, resize or rearrange, and embeddings and distances.
import torch
import torch.nn.functional as F
from torch._primitives import pads, parameter
from torch.nn import Module
from torch.nn.parameter import Parameter


class Flatten(Module):
    def __init__(self, start_dim=1, end_dim=-1):
        self.start_dim = start_dim
        self.end_dim = end_dim

    def forward(self, input):
        return input.flatten(self.start_dim, self.end_dim)


class Unflatten(Module):
    def __init__(self, dim, unflattened_size):
        self.dim = dim
        self.unflattened_size = unflattened_size

    def forward(self, input):
        return input.unflatten(self.dim, self.unflattened_size)


class PixelShuffle(Module):
    def __init__(self, upscale_factor):
        self.upscale_factor = upscale_factor

    def forward(self, input):
        return F.pixel_shuffle(input, self.upscale_factor)


class PixelUnshuffle(Module):
    def __init__(self, downscale_factor):
        self.downscale_factor = downscale_factor

    def forward(self, input):
        return F.pixel_unshuffle(input, self.downscale_factor)


class ChannelShuffle(Module):
    def __init__(self, groups):
        self.groups = groups

    def forward(self, input):
        return F.channel_shuffle(input, self.groups)


class Upsample(Module):
    def __init__(self, size=None, scale_factor=None, mode="nearest", align_corners=None, recompute_scale_factor=None):
        self.size = size
        self.scale_factor = scale_factor
        self.mode = mode
        self.align_corners = align_corners

    def forward(self, input):
        return F.interpolate(input, self.size, self.scale_factor, self.mode)


class UpsamplingNearest2d(Upsample):
    def __init__(self, size=None, scale_factor=None):
        Upsample.__init__(self, size, scale_factor, "nearest")


class UpsamplingBilinear2d(Upsample):
    def __init__(self, size=None, scale_factor=None):
        Upsample.__init__(self, size, scale_factor, "bilinear", True)


class Fold(Module):
    def __init__(self, output_size, kernel_size, dilation=1, padding=0, stride=1):
        self.output_size = output_size
        self.kernel_size = kernel_size
        self.dilation = dilation
        self.padding = padding
        self.stride = stride

    def forward(self, input):
        return F.fold(input, self.output_size, self.kernel_size, self.dilation, self.padding, self.stride)


class Unfold(Module):
    def __init__(self, kernel_size, dilation=1, padding=0, stride=1):
        self.kernel_size = kernel_size
        self.dilation = dilation
        self.padding = padding
        self.stride = stride

    def forward(self, input):
        return F.unfold(input, self.kernel_size, self.dilation, self.padding, self.stride)


class _PadNd(Module):
    _rank = 2

    def __init__(self, padding, value=0.0):
        self.padding = pads(padding, self._rank)
        self.value = value

    def forward(self, input):
        return F.pad(input, self.padding)


class _Pad1d(_PadNd):
    _rank = 1


class _Pad3d(_PadNd):
    _rank = 3


class ConstantPad1d(_Pad1d):
    pass


class ConstantPad2d(_PadNd):
    pass


class ConstantPad3d(_Pad3d):
    pass


class ZeroPad1d(_Pad1d):
    pass


class ZeroPad2d(_PadNd):
    pass


class ZeroPad3d(_Pad3d):
    pass


class ReflectionPad1d(_Pad1d):
    pass


class ReflectionPad2d(_PadNd):
    pass


class ReflectionPad3d(_Pad3d):
    pass


class ReplicationPad1d(_Pad1d):
    pass


class ReplicationPad2d(_PadNd):
    pass


class ReplicationPad3d(_Pad3d):
    pass


class CircularPad1d(_Pad1d):
    pass


class CircularPad2d(_PadNd):
    pass


class CircularPad3d(_Pad3d):
    pass


class Embedding(Module):
    def __init__(self, num_embeddings, embedding_dim, padding_idx=None, max_norm=None, norm_type=2.0,
                 scale_grad_by_freq=False, sparse=False, _weight=None, _freeze=False, device=None, dtype=None):
        self.num_embeddings = num_embeddings
        self.embedding_dim = embedding_dim
        self.padding_idx = padding_idx
        self.weight = parameter(num_embeddings, embedding_dim) if _weight is None else Parameter(_weight)

    def reset_parameters(self):
        pass

    @classmethod
    def from_pretrained(cls, embeddings, freeze=True, padding_idx=None, max_norm=None, norm_type=2.0,
                        scale_grad_by_freq=False, sparse=False):
        layer = cls(embeddings.shape[0], embeddings.shape[1], padding_idx)
        layer.weight.requires_grad = not freeze
        return layer

    def forward(self, input):
        return F.embedding(input, self.weight)


class EmbeddingBag(Module):
    def __init__(self, num_embeddings, embedding_dim, max_norm=None, norm_type=2.0, scale_grad_by_freq=False,
                 mode="mean", sparse=False, _weight=None, include_last_offset=False, padding_idx=None, device=None,
                 dtype=None):
        self.num_embeddings = num_embeddings
        self.embedding_dim = embedding_dim
        self.mode = mode
        self.include_last_offset = include_last_offset
        self.weight = parameter(num_embeddings, embedding_dim) if _weight is None else Parameter(_weight)

    def forward(self, input, offsets=None, per_sample_weights=None):
        return F.embedding_bag(input, self.weight, offsets, include_last_offset=self.include_last_offset)


class CosineSimilarity(Module):
    def __init__(self, dim=1, eps=1e-8):
        self.dim = dim
        self.eps = eps

    def forward(self, x1, x2):
        return F.cosine_similarity(x1, x2, self.dim)


class PairwiseDistance(Module):
    def __init__(self, p=2.0, eps=1e-6, keepdim=False):
        self.norm = p
        self.eps = eps
        self.keepdim = keepdim

    def forward(self, x1, x2):
        return F.pairwise_distance(x1, x2, self.norm, self.eps, self.keepdim)
