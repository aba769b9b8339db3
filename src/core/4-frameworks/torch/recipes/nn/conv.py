# Convolution layers: the attributes and the weight of torch's layers of these names, on top of torch.nn.functional.
import torch.nn.functional as F
from torch._primitives import conv_setup, single, pair, triple, lazy_channels
from torch.nn import Module


class _ConvNd(Module):
    _rank = 2
    _transposed = False

    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1, transposed=False,
                 output_padding=0, groups=1, bias=True, padding_mode="zeros", device=None, dtype=None):
        conv_setup(self, len(kernel_size), in_channels, out_channels, kernel_size, stride, padding, dilation, groups,
                   bias, padding_mode, transposed, output_padding)

    def reset_parameters(self):
        pass


class Conv1d(_ConvNd):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1, groups=1, bias=True,
                 padding_mode="zeros", device=None, dtype=None):
        conv_setup(self, 1, in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias,
                   padding_mode, False, 0)

    def forward(self, input):
        return self._conv_forward(input, self.weight, self.bias)

    def _conv_forward(self, input, weight, bias):
        return F.conv1d(input, weight, bias, self.stride, self.padding, self.dilation, self.groups)


class Conv2d(_ConvNd):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1, groups=1, bias=True,
                 padding_mode="zeros", device=None, dtype=None):
        conv_setup(self, 2, in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias,
                   padding_mode, False, 0)

    def forward(self, input):
        return self._conv_forward(input, self.weight, self.bias)

    def _conv_forward(self, input, weight, bias):
        return F.conv2d(input, weight, bias, self.stride, self.padding, self.dilation, self.groups)


class Conv3d(_ConvNd):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1, groups=1, bias=True,
                 padding_mode="zeros", device=None, dtype=None):
        conv_setup(self, 3, in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias,
                   padding_mode, False, 0)

    def forward(self, input):
        return self._conv_forward(input, self.weight, self.bias)

    def _conv_forward(self, input, weight, bias):
        return F.conv3d(input, weight, bias, self.stride, self.padding, self.dilation, self.groups)


class _ConvTransposeNd(_ConvNd):
    def _extra(self, input, output_size):
        # What must be added on one side so that the output has the size asked for.
        if output_size is None:
            return self.output_padding
        rank = len(self.kernel_size)
        wanted = list(output_size)[-rank:]
        extra = []
        for i in range(rank):
            size = input.size(input.dim() - rank + i)
            least = (size - 1) * self.stride[i] - 2 * self.padding[i] + self.dilation[i] * (self.kernel_size[i] - 1) + 1
            if wanted[i] < least or wanted[i] > least + self.stride[i] - 1:
                raise ValueError(f"requested an output size of {wanted}, but valid sizes start from {least}")
            extra.append(wanted[i] - least)
        return extra


class ConvTranspose1d(_ConvTransposeNd):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, output_padding=0, groups=1,
                 bias=True, dilation=1, padding_mode="zeros", device=None, dtype=None):
        conv_setup(self, 1, in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias,
                   padding_mode, True, output_padding)

    def forward(self, input, output_size=None):
        return F.conv_transpose1d(input, self.weight, self.bias, self.stride, self.padding,
                                  self._extra(input, output_size), self.groups, self.dilation)


class ConvTranspose2d(_ConvTransposeNd):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, output_padding=0, groups=1,
                 bias=True, dilation=1, padding_mode="zeros", device=None, dtype=None):
        conv_setup(self, 2, in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias,
                   padding_mode, True, output_padding)

    def forward(self, input, output_size=None):
        return F.conv_transpose2d(input, self.weight, self.bias, self.stride, self.padding,
                                  self._extra(input, output_size), self.groups, self.dilation)


class ConvTranspose3d(_ConvTransposeNd):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, output_padding=0, groups=1,
                 bias=True, dilation=1, padding_mode="zeros", device=None, dtype=None):
        conv_setup(self, 3, in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias,
                   padding_mode, True, output_padding)

    def forward(self, input, output_size=None):
        return F.conv_transpose3d(input, self.weight, self.bias, self.stride, self.padding,
                                  self._extra(input, output_size), self.groups, self.dilation)


# Lazy layers take their input channels from the first input; their class is the plain one from then on.
def _lazy(plain, rank, transposed):
    class Lazy(plain):
        def __init__(self, out_channels, kernel_size, *args, **kwargs):
            self._options = (out_channels, kernel_size, args, kwargs)
            self._ready = False

        def forward(self, input, *rest):
            if not self._ready:
                out_channels, kernel_size, args, kwargs = self._options
                plain.__init__(self, lazy_channels(input, rank), out_channels, kernel_size, *args, **kwargs)
                self._ready = True
            return plain.forward(self, input, *rest)

    Lazy.__name__ = plain.__name__
    return Lazy


LazyConv1d = _lazy(Conv1d, 1, False)
LazyConv2d = _lazy(Conv2d, 2, False)
LazyConv3d = _lazy(Conv3d, 3, False)
LazyConvTranspose1d = _lazy(ConvTranspose1d, 1, True)
LazyConvTranspose2d = _lazy(ConvTranspose2d, 2, True)
LazyConvTranspose3d = _lazy(ConvTranspose3d, 3, True)
