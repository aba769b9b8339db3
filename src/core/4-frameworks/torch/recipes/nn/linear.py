# Dense layers.
import torch.nn.functional as F
from torch._primitives import parameter
from torch.nn import Module


class Identity(Module):
    def __init__(self, *args, **kwargs):
        pass

    def forward(self, input):
        return input


class Linear(Module):
    def __init__(self, in_features, out_features, bias=True, device=None, dtype=None):
        self.in_features = in_features
        self.out_features = out_features
        self.weight = parameter(out_features, in_features)
        self.bias = parameter(out_features) if bias else None

    def reset_parameters(self):
        pass

    def forward(self, input):
        return F.linear(input, self.weight, self.bias)


class NonDynamicallyQuantizableLinear(Linear):
    pass


class LazyLinear(Module):
    def __init__(self, out_features, bias=True, device=None, dtype=None):
        self.in_features = 0
        self.out_features = out_features
        self.has_bias = bias
        self.weight = None

    def forward(self, input):
        if self.weight is None:
            self.in_features = input.shape[-1]
            self.weight = parameter(self.out_features, self.in_features)
            self.bias = parameter(self.out_features) if self.has_bias else None
        return F.linear(input, self.weight, self.bias)

    def _get_name(self):
        return "Linear"


class Bilinear(Module):
    def __init__(self, in1_features, in2_features, out_features, bias=True, device=None, dtype=None):
        self.in1_features = in1_features
        self.in2_features = in2_features
        self.out_features = out_features
        self.weight = parameter(out_features, in1_features, in2_features)
        self.bias = parameter(out_features) if bias else None

    def forward(self, input1, input2):
        return F.bilinear(input1, input2, self.weight, self.bias)
