# Activation and dropout layers.
import torch
import torch.nn.functional as F
from torch._primitives import parameter
from torch.nn import Module


class _InPlace(Module):
    def __init__(self, inplace=False):
        self.inplace = inplace


class ReLU(_InPlace):
    def forward(self, input):
        return F.relu(input)


class ReLU6(_InPlace):
    def forward(self, input):
        return F.relu6(input)


class SELU(_InPlace):
    def forward(self, input):
        return F.selu(input)


class SiLU(_InPlace):
    def forward(self, input):
        return F.silu(input)


class Mish(_InPlace):
    def forward(self, input):
        return F.mish(input)


class Hardswish(_InPlace):
    def forward(self, input):
        return F.hardswish(input)


class Hardsigmoid(_InPlace):
    def forward(self, input):
        return F.hardsigmoid(input)


class _WithAlpha(Module):
    def __init__(self, alpha=1.0, inplace=False):
        self.alpha = alpha
        self.inplace = inplace


class ELU(_WithAlpha):
    def forward(self, input):
        return F.elu(input)


class CELU(_WithAlpha):
    def forward(self, input):
        return F.celu(input)


class LeakyReLU(Module):
    def __init__(self, negative_slope=1e-2, inplace=False):
        self.negative_slope = negative_slope
        self.inplace = inplace

    def forward(self, input):
        return F.leaky_relu(input)


class RReLU(Module):
    def __init__(self, lower=1.0 / 8, upper=1.0 / 3, inplace=False):
        self.lower = lower
        self.upper = upper

    def forward(self, input):
        return F.rrelu(input)


class PReLU(Module):
    def __init__(self, num_parameters=1, init=0.25, device=None, dtype=None):
        self.num_parameters = num_parameters
        self.weight = parameter(num_parameters)

    def forward(self, input):
        return F.prelu(input, self.weight)


class GELU(Module):
    def __init__(self, approximate="none"):
        self.approximate = approximate

    def forward(self, input):
        return F.gelu(input)


class Hardtanh(Module):
    def __init__(self, min_val=-1.0, max_val=1.0, inplace=False, min_value=None, max_value=None):
        self.min_val = min_val
        self.max_val = max_val
        self.inplace = inplace

    def forward(self, input):
        return F.hardtanh(input, self.min_val, self.max_val)


class Threshold(Module):
    def __init__(self, threshold, value, inplace=False):
        self.threshold = threshold
        self.value = value

    def forward(self, input):
        return F.threshold(input, self.threshold, self.value)


class Softplus(Module):
    def __init__(self, beta=1, threshold=20):
        self.beta = beta
        self.threshold = threshold

    def forward(self, input):
        return F.softplus(input)


class _Shrink(Module):
    def __init__(self, lambd=0.5):
        self.lambd = lambd


class Hardshrink(_Shrink):
    def forward(self, input):
        return F.hardshrink(input)


class Softshrink(_Shrink):
    def forward(self, input):
        return F.softshrink(input)


class Tanh(Module):
    def forward(self, input):
        return torch.tanh(input)


class Sigmoid(Module):
    def forward(self, input):
        return torch.sigmoid(input)


class LogSigmoid(Module):
    def forward(self, input):
        return F.logsigmoid(input)


class Softsign(Module):
    def forward(self, input):
        return F.softsign(input)


class Tanhshrink(Module):
    def forward(self, input):
        return F.tanhshrink(input)


class GLU(Module):
    def __init__(self, dim=-1):
        self.dim = dim

    def forward(self, input):
        return F.glu(input, self.dim)


class _Softmax(Module):
    def __init__(self, dim=None):
        self.dim = dim


class Softmax(_Softmax):
    def forward(self, input):
        return F.softmax(input, self.dim)


class LogSoftmax(_Softmax):
    def forward(self, input):
        return F.log_softmax(input, self.dim)


class Softmin(_Softmax):
    def forward(self, input):
        return F.softmin(input, self.dim)


class Softmax2d(Module):
    def forward(self, input):
        return F.softmax(input, -3)


class _DropoutNd(Module):
    def __init__(self, p=0.5, inplace=False):
        if p < 0.0 or p > 1.0:
            raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
        self.p = p
        self.inplace = inplace

    def forward(self, input):
        return F.dropout(input, self.p)


class Dropout(_DropoutNd):
    pass


class Dropout1d(_DropoutNd):
    pass


class Dropout2d(_DropoutNd):
    pass


class Dropout3d(_DropoutNd):
    pass


class AlphaDropout(_DropoutNd):
    pass


class FeatureAlphaDropout(_DropoutNd):
    pass
