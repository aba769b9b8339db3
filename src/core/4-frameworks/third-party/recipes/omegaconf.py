# OmegaConf: configurations made in the program; those in files and on the command line are not known.
from model_budget_support import unknown
from model_budget_dicts import AttributeDict, Quiet, plain

MISSING = "???"


class DictConfig(AttributeDict):
    def __init__(self, content=None, *args, **kwargs):
        super().__init__(content if content is not None else {})

    def __getitem__(self, key):
        value = super().__getitem__(key)
        if isinstance(value, str) and "${" in value:
            return unknown("an interpolation of OmegaConf is not modelled")
        return value


class ListConfig(list):
    pass


def _merge(into, other):
    for key in other.keys():
        value = other[key]
        if key in into and isinstance(into[key], dict) and isinstance(value, dict):
            _merge(into[key], value)
        else:
            into[key] = value
    return into


class OmegaConf:
    @staticmethod
    def create(obj=None, *args, **kwargs):
        if obj is None:
            return DictConfig({})
        if isinstance(obj, str):
            import yaml

            obj = yaml.safe_load(obj)
        if isinstance(obj, dict):
            return DictConfig(obj)
        if isinstance(obj, (list, tuple)):
            return ListConfig([DictConfig(item) if isinstance(item, dict) else item for item in obj])
        return OmegaConf.structured(obj)

    @staticmethod
    def structured(obj, *args, **kwargs):
        import dataclasses

        return DictConfig(dataclasses.asdict(obj() if isinstance(obj, type) else obj))

    @staticmethod
    def merge(*configs):
        merged = DictConfig({})
        for config in configs:
            _merge(merged, plain(config))
        return merged

    unsafe_merge = merge

    @staticmethod
    def to_container(cfg, *args, **kwargs):
        return plain(cfg)

    to_object = to_container

    @staticmethod
    def load(file):
        return unknown("OmegaConf.load reads a file")

    @staticmethod
    def from_cli(args_list=None):
        return DictConfig({}) if args_list is None else unknown("the arguments given to OmegaConf.from_cli")

    @staticmethod
    def from_dotlist(dotlist):
        return unknown("the arguments given to OmegaConf.from_dotlist")

    @staticmethod
    def to_yaml(cfg, *args, **kwargs):
        return unknown("a configuration as YAML text is not modelled")

    @staticmethod
    def _nothing(*args, **kwargs):
        pass

    save = _nothing
    set_struct = _nothing
    set_readonly = _nothing
    register_new_resolver = _nothing
    register_resolver = _nothing
    resolve = _nothing

    @staticmethod
    def is_config(obj):
        return isinstance(obj, (DictConfig, ListConfig))

    @staticmethod
    def is_dict(obj):
        return isinstance(obj, DictConfig)

    @staticmethod
    def is_list(obj):
        return isinstance(obj, ListConfig)

    @staticmethod
    def select(cfg, key, default=None, **kwargs):
        for part in key.split("."):
            if part not in cfg:
                return default
            cfg = cfg[part]
        return cfg

    @staticmethod
    def update(cfg, key, value=None, **kwargs):
        *path, last = key.split(".")
        for part in path:
            cfg = cfg[part]
        cfg[last] = value


def open_dict(config):
    return Quiet()


read_write = open_dict
flag_override = open_dict
