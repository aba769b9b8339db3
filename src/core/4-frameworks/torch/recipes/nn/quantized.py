# Marks for quantisation: at full precision they do nothing.
import torch
import torch.nn.functional as F
from torch.nn import Module


class QuantStub(Module):
    def __init__(self, qconfig=None):
        pass

    def forward(self, x):
        return x


class DeQuantStub(Module):
    def __init__(self, qconfig=None):
        pass

    def forward(self, x):
        return x


class FloatFunctional(Module):
    def __init__(self):
        self.activation_post_process = torch.nn.Identity()

    def forward(self, x):
        raise RuntimeError("FloatFunctional is not intended to use the 'forward'. Please use the corresponding operation")

    def add(self, x, y):
        return torch.add(x, y)

    def add_scalar(self, x, y):
        return torch.add(x, y)

    def mul(self, x, y):
        return torch.mul(x, y)

    def mul_scalar(self, x, y):
        return torch.mul(x, y)

    def cat(self, x, dim=0):
        return torch.cat(x, dim)

    def add_relu(self, x, y):
        return F.relu(torch.add(x, y))

    def matmul(self, x, y):
        return torch.matmul(x, y)


class FXFloatFunctional(FloatFunctional):
    pass
