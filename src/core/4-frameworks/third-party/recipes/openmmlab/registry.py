# Registries of OpenMMLab (mmcv, mmengine): classes by name, and objects from dicts with a "type".
from model_budget_dicts import Dict as ConfigDict
from model_budget_support import unknown


def build_from_cfg(cfg, registry, default_args=None):
    args = dict(cfg)
    if default_args is not None:
        for name, value in default_args.items():
            args.setdefault(name, value)
    kind = args.pop("type")
    args.pop("_scope_", None)
    made = registry.get(kind) if isinstance(kind, str) else kind
    if made is None:
        return unknown(f"no class is registered as {kind} in {registry.name}")
    return made(**args)


def build_model_from_cfg(cfg, registry, default_args=None):
    import torch.nn as nn

    if isinstance(cfg, list):
        return nn.Sequential(*[build_from_cfg(one, registry, default_args) for one in cfg])
    return build_from_cfg(cfg, registry, default_args)


class Registry:
    def __init__(self, name, build_func=None, parent=None, scope=None, locations=None):
        self.name = self._name = name
        self.parent = parent
        self.scope = scope
        self.children = {}
        self._module_dict = {}
        if build_func is None:
            build_func = parent.build_func if parent is not None else build_from_cfg
        self.build_func = build_func

    def __len__(self):
        return len(self._module_dict)

    def __contains__(self, key):
        return self.get(key) is not None

    @property
    def module_dict(self):
        return self._module_dict

    def get(self, key):
        # A scope before the name ("mmdet.ResNet") says whose registry is meant; there is one here.
        short = key.split(".")[-1]
        found = self._module_dict.get(key, self._module_dict.get(short))
        if found is None and self.parent is not None:
            found = self.parent.get(key)
        return found

    def build(self, cfg, *args, **kwargs):
        return self.build_func(cfg, *args, registry=self, **kwargs)

    def _add(self, module, name=None, force=False):
        names = [module.__name__] if name is None else [name] if isinstance(name, str) else list(name)
        for one in names:
            self._module_dict[one] = module

    def register_module(self, name=None, force=False, module=None):
        if module is not None:
            self._add(module, name)
            return module
        if name is not None and not isinstance(name, (str, list, tuple)):
            self._add(name)
            return name

        def register(module):
            self._add(module, name)
            return module

        return register


def import_modules_from_strings(*args, **kwargs):
    return None


def is_seq_of(seq, expected_type, seq_type=None):
    if not isinstance(seq, (list, tuple) if seq_type is None else seq_type):
        return False
    return all(isinstance(one, expected_type) for one in seq)


def is_list_of(seq, expected_type):
    return is_seq_of(seq, expected_type, list)


def is_tuple_of(seq, expected_type):
    return is_seq_of(seq, expected_type, tuple)


def is_str(x):
    return isinstance(x, str)


def to_ntuple(n):
    def parse(x):
        if isinstance(x, (list, tuple)):
            return x
        return tuple([x] * n)

    return parse


to_1tuple = to_ntuple(1)
to_2tuple = to_ntuple(2)
to_3tuple = to_ntuple(3)
to_4tuple = to_ntuple(4)


def digit_version(text, length=4):
    numbers = [int(part) for part in text.split("+")[0].split("a")[0].split("rc")[0].split(".") if part.isdigit()]
    return tuple((numbers + [0] * length)[:length] + [0, 0])


def concat_list(lists):
    return [one for inner in lists for one in inner]


def print_log(*args, **kwargs):
    pass


class _Logger:
    def info(self, *args, **kwargs):
        pass

    debug = info
    warning = info
    warn = info
    error = info

    @classmethod
    def get_instance(cls, *args, **kwargs):
        return cls()

    @classmethod
    def get_current_instance(cls):
        return cls()


MMLogger = _Logger


def get_logger(*args, **kwargs):
    return _Logger()


get_root_logger = get_logger


def passing(*args, **kwargs):
    # Decorators about precision and deprecated names: what they decorate stays.
    if len(args) == 1 and not kwargs and callable(args[0]):
        return args[0]
    return lambda function: function


auto_fp16 = passing
force_fp32 = passing
deprecated_api_warning = passing
master_only = passing


def get_dist_info():
    return 0, 1


class Config(ConfigDict):
    @staticmethod
    def fromfile(*args, **kwargs):
        return unknown("a configuration is read from a file")
