# Helpers of model code: rounding of channel counts (MobileNets), and the features of some layers of a model.
import torch.nn as nn
from collections import OrderedDict


# The nearest multiple of the divisor that is not more than a tenth below the value.
def _make_divisible(v, divisor, min_value=None):
    rounded = max(divisor if min_value is None else min_value, int(v + divisor / 2) // divisor * divisor)
    return rounded + divisor if rounded < 0.9 * v else rounded


class IntermediateLayerGetter(nn.ModuleDict):
    def __init__(self, model, return_layers):
        wanted = {str(layer): str(name) for layer, name in return_layers.items()}
        children = OrderedDict(model.named_children())
        if not set(wanted) <= set(children):
            raise ValueError("return_layers are not present in model")
        kept = OrderedDict()
        missing = set(wanted)
        for name, child in children.items():
            if not missing:
                break
            kept[name] = child
            missing.discard(name)
        super().__init__(kept)
        self.return_layers = wanted

    def forward(self, x):
        found = OrderedDict()
        for name, module in self.items():
            x = module(x)
            if name in self.return_layers:
                found[self.return_layers[name]] = x
        return found
