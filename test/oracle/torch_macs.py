"""Counts the multiply-accumulates a PyTorch call really performs, at the level of dispatched ATen operations.

Only contractions count (convolution and matrix products); bias, activation, pooling and normalisation are free.
Recurrent layers are counted by formula, because their kernels hide the products from the dispatcher.
"""
from math import prod

import torch
from torch.utils._python_dispatch import TorchDispatchMode

aten = torch.ops.aten


def _convolution(args, out):
    x, weight, transposed = args[0], args[1], args[6]
    # weight is (Co, Ci/g, *K), or (Ci, Co/g, *K) when transposed
    return (x if transposed else out).numel() * prod(weight.shape[1:])


class MacCounter(TorchDispatchMode):
    """`total` grows by the multiply-accumulates of each operation run inside the context."""

    def __init__(self):
        super().__init__()
        self.total = 0
        self.paused = False
        self.seen = set()

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        out = func(*args, **(kwargs or {}))
        if self.paused:
            return out
        packet = func.overloadpacket
        self.seen.add(str(packet))
        if packet is aten.convolution or packet is aten._convolution:
            self.total += _convolution(args, out)
        elif packet is aten.mm:
            self.total += args[0].shape[0] * args[0].shape[1] * args[1].shape[1]
        elif packet is aten.addmm:
            self.total += args[1].shape[0] * args[1].shape[1] * args[2].shape[1]
        elif packet is aten.bmm:
            self.total += prod(args[0].shape) * args[1].shape[2]
        elif packet is aten.baddbmm:
            self.total += prod(args[1].shape) * args[2].shape[2]
        elif packet is aten.addbmm:
            self.total += prod(args[1].shape) * args[2].shape[2]
        elif packet is aten.mv:
            self.total += prod(args[0].shape)
        elif packet is aten.addmv:
            self.total += prod(args[1].shape)
        elif packet in (aten.dot, aten.vdot):
            self.total += args[0].numel()
        elif packet in (aten._trilinear, aten._native_multi_head_attention, aten._transformer_encoder_layer_fwd):
            raise RuntimeError(f"no counting rule for {packet}")
        return out


def recurrent_macs(module, args):
    """RNN, LSTM, GRU and their cells: T * gates * H * (I + H) for each layer and direction."""
    x = args[0]
    gates = {"RNN": 1, "LSTM": 4, "GRU": 3, "RNNCell": 1, "LSTMCell": 4, "GRUCell": 3}[type(module).__name__]
    hidden = module.hidden_size
    if type(module).__name__.endswith("Cell"):
        rows = x.shape[0] if x.dim() == 2 else 1
        return rows * gates * hidden * (module.input_size + hidden)
    proj = getattr(module, "proj_size", 0)
    directions = 2 if module.bidirectional else 1
    steps = prod(x.shape[:-1])  # time steps times batch
    state = proj or hidden
    total = 0
    for layer in range(module.num_layers):
        width = module.input_size if layer == 0 else state * directions
        total += directions * steps * (gates * hidden * (width + state) + hidden * proj)
    return total


RECURRENT = (torch.nn.RNN, torch.nn.LSTM, torch.nn.GRU, torch.nn.RNNCell, torch.nn.LSTMCell, torch.nn.GRUCell)


def measure(model, inputs):
    """Runs `model(*inputs)` and returns (output, macs, {leaf module name: [macs, output shape, calls]})."""
    counter = MacCounter()
    leaves = {}
    starts = {}
    handles = []

    def before(name, module):
        def hook(_, args):
            starts[name] = counter.total
            if isinstance(module, RECURRENT):
                counter.paused = True

        return hook

    def after(name, module):
        def hook(_, args, out):
            if isinstance(module, RECURRENT):
                counter.paused = False
                counter.total += recurrent_macs(module, args)
            row = leaves.setdefault(name, [0, None, 0])
            row[0] += counter.total - starts[name]
            row[1] = list(out.shape) if isinstance(out, torch.Tensor) else None
            row[2] += 1

        return hook

    for name, module in model.named_modules() if isinstance(model, torch.nn.Module) else []:
        if not list(module.children()) or isinstance(module, RECURRENT):
            handles.append(module.register_forward_pre_hook(before(name, module)))
            handles.append(module.register_forward_hook(after(name, module)))
    try:
        # gradients stay on, so that attention takes its plain path instead of a fused kernel
        with counter:
            out = model(*inputs)
    finally:
        for handle in handles:
            handle.remove()
    return out, counter.total, leaves


def parameter_counts(model):
    """(total, trainable) of a module; a shared tensor counts once."""
    parameters = list(model.parameters()) if isinstance(model, torch.nn.Module) else []
    return sum(p.numel() for p in parameters), sum(p.numel() for p in parameters if p.requires_grad)
