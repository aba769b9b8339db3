# Stochastic depth (Huang et al. 2016): whole branches are left out while training, none in inference.
import torch.nn as nn


def stochastic_depth(input, p, mode, training=True):
    if p < 0.0 or p > 1.0:
        raise ValueError(f"drop probability has to be between 0 and 1, but got {p}")
    if mode not in ("batch", "row"):
        raise ValueError(f"mode has to be either 'batch' or 'row', but got {mode}")
    return input


class StochasticDepth(nn.Module):
    def __init__(self, p, mode):
        super().__init__()
        self.p = p
        self.mode = mode

    def forward(self, input):
        return input


# DropBlock (Ghiasi et al. 2018) likewise does nothing in inference.
class DropBlock2d(nn.Module):
    def __init__(self, p, block_size, inplace=False, eps=1e-06):
        super().__init__()
        self.p = p
        self.block_size = block_size

    def forward(self, input):
        return input


class DropBlock3d(DropBlock2d):
    pass


def drop_block2d(input, p, block_size, inplace=False, eps=1e-06, training=True):
    return input


def drop_block3d(input, p, block_size, inplace=False, eps=1e-06, training=True):
    return input
