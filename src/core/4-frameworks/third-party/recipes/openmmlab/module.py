# Base classes of OpenMMLab models (mmcv.runner, mmengine.model): modules that know how to initialise themselves.
import copy

import torch.nn as nn
from model_budget_support import unknown
from model_budget_openmmlab.registry import Registry, build_model_from_cfg

MODELS = Registry("model", build_func=build_model_from_cfg)


class BaseModule(nn.Module):
    def __init__(self, init_cfg=None):
        super().__init__()
        self._is_init = False
        self.init_cfg = copy.deepcopy(init_cfg)

    @property
    def is_init(self):
        return self._is_init

    def init_weights(self):
        self._is_init = True


class Sequential(BaseModule, nn.Sequential):
    def __init__(self, *args, init_cfg=None):
        BaseModule.__init__(self, init_cfg)
        nn.Sequential.__init__(self, *args)


class ModuleList(BaseModule, nn.ModuleList):
    def __init__(self, modules=None, init_cfg=None):
        BaseModule.__init__(self, init_cfg)
        nn.ModuleList.__init__(self, modules)


class ModuleDict(BaseModule, nn.ModuleDict):
    def __init__(self, modules=None, init_cfg=None):
        BaseModule.__init__(self, init_cfg)
        nn.ModuleDict.__init__(self, modules)


class BaseDataPreprocessor(nn.Module):
    def __init__(self, non_blocking=False):
        super().__init__()

    def forward(self, data, training=False):
        return data


class ImgDataPreprocessor(BaseDataPreprocessor):
    def __init__(self, *args, **kwargs):
        super().__init__()


class BaseModel(BaseModule):
    def __init__(self, data_preprocessor=None, init_cfg=None):
        super().__init__(init_cfg)
        # It prepares data and holds no parameters.
        self.data_preprocessor = BaseDataPreprocessor()


def _initialised(*args, **kwargs):
    return None


constant_init = _initialised
xavier_init = _initialised
normal_init = _initialised
trunc_normal_init = _initialised
uniform_init = _initialised
kaiming_init = _initialised
caffe2_xavier_init = _initialised
initialize = _initialised
update_init_info = _initialised
trunc_normal_ = nn.init.trunc_normal_


def bias_init_with_prob(prior_prob):
    import math

    return float(-math.log((1 - prior_prob) / prior_prob))


class _Init:
    def __init__(self, *args, **kwargs):
        pass

    def __call__(self, module):
        pass


BaseInit = _Init
ConstantInit = _Init
XavierInit = _Init
NormalInit = _Init
TruncNormalInit = _Init
UniformInit = _Init
KaimingInit = _Init
Caffe2XavierInit = _Init
PretrainedInit = _Init


def load_checkpoint(model, *args, **kwargs):
    return {}


def load_state_dict(module, *args, **kwargs):
    return None


def _load_checkpoint(*args, **kwargs):
    return unknown("a checkpoint is read from a file")


_load_checkpoint_with_prefix = _load_checkpoint


class CheckpointLoader:
    load_checkpoint = staticmethod(_load_checkpoint)


def is_norm(layer, exclude=None):
    if exclude is not None and isinstance(layer, exclude):
        return False
    return isinstance(layer, (nn.modules.batchnorm._BatchNorm, nn.modules.instancenorm._InstanceNorm, nn.GroupNorm, nn.LayerNorm))
