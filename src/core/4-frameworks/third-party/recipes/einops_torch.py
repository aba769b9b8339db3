# Layers of einops for PyTorch.
import torch
import torch.nn as nn
import einops


class Rearrange(nn.Module):
    def __init__(self, pattern, **axes_lengths):
        super().__init__()
        self.pattern = pattern
        self.axes_lengths = axes_lengths

    def forward(self, input):
        return einops.rearrange(input, self.pattern, **self.axes_lengths)


class Reduce(nn.Module):
    def __init__(self, pattern, reduction, **axes_lengths):
        super().__init__()
        self.pattern = pattern
        self.reduction = reduction
        self.axes_lengths = axes_lengths

    def forward(self, input):
        return einops.reduce(input, self.pattern, self.reduction, **self.axes_lengths)


class EinMix(nn.Module):
    def __init__(self, pattern, weight_shape, bias_shape=None, **axes_lengths):
        super().__init__()
        self.pattern = pattern
        self.axes_lengths = axes_lengths
        before, equation, after = einops._mixing(pattern, weight_shape)
        self.before = before
        self.equation = equation
        self.after = after
        weight_axes = weight_shape.split()
        self.weight = nn.Parameter(torch.empty([axes_lengths[axis] for axis in weight_axes]))
        self.bias = None
        if bias_shape:
            # One size for every axis of the result: 1 where the bias has none.
            names = after.split("->")[0].split()
            bias_axes = bias_shape.split()
            self.bias = nn.Parameter(torch.empty([axes_lengths[axis] if axis in bias_axes else 1 for axis in names]))

    def forward(self, input):
        lengths = self.axes_lengths
        left = {name: size for name, size in lengths.items() if name in self.before.split("->")[1].split()}
        right = {name: size for name, size in lengths.items() if name in self.after.split("->")[0].split()}
        x = einops.rearrange(input, self.before, **left)
        x = einops.einsum(x, self.weight, self.equation)
        if self.bias is not None:
            x = x + self.bias
        return einops.rearrange(x, self.after, **right)
