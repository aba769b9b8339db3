# PyTorch Lightning: a LightningModule is a Module with more methods; trainers do nothing.
import torch.nn as nn
from model_budget_dicts import AttributeDict
from model_budget_support import unknown


class LightningModule(nn.Module):
    def __new__(cls, *args, **kwargs):
        made = object.__new__(cls)
        object.__setattr__(made, "_given", (args, kwargs))
        return made

    def __init__(self, *args, **kwargs):
        super().__init__()

    def save_hyperparameters(self, *names, ignore=None, frame=None, logger=True):
        import inspect

        if names and not all(isinstance(name, str) for name in names):
            # A namespace or dict of settings is taken as it is.
            first = names[0]
            object.__setattr__(self, "hparams", AttributeDict(first) if isinstance(first, dict) else first)
            return
        args, kwargs = self._given
        parameters = list(inspect.signature(type(self).__init__).parameters.values())[1:]
        found = {}
        position = 0
        for parameter in parameters:
            if parameter.kind == inspect.Parameter.VAR_POSITIONAL:
                continue
            if parameter.kind == inspect.Parameter.VAR_KEYWORD:
                known = [one.name for one in parameters]
                found.update({name: value for name, value in kwargs.items() if name not in known})
                continue
            if position < len(args):
                found[parameter.name] = args[position]
                position += 1
            elif parameter.name in kwargs:
                found[parameter.name] = kwargs[parameter.name]
            elif parameter.default is not inspect.Parameter.empty:
                found[parameter.name] = parameter.default
        ignored = [ignore] if isinstance(ignore, str) else list(ignore or [])
        kept = {name: value for name, value in found.items() if name not in ignored and (not names or name in names)}
        object.__setattr__(self, "hparams", AttributeDict(kept))

    def _nothing(self, *args, **kwargs):
        pass

    log = _nothing
    log_dict = _nothing
    print = _nothing
    freeze = _nothing
    unfreeze = _nothing
    manual_backward = _nothing
    toggle_optimizer = _nothing
    untoggle_optimizer = _nothing
    setup = _nothing
    prepare_data = _nothing
    configure_optimizers = _nothing
    configure_callbacks = _nothing

    def optimizers(self, *args, **kwargs):
        return unknown("the optimizers of a LightningModule")

    @classmethod
    def load_from_checkpoint(cls, *args, **kwargs):
        return unknown("load_from_checkpoint reads a file")

    @property
    def device(self):
        return "cpu"

    @property
    def current_epoch(self):
        return 0

    @property
    def global_step(self):
        return 0

    @property
    def trainer(self):
        return unknown("the trainer of a LightningModule")

    @property
    def logger(self):
        return unknown("the logger of a LightningModule")


class LightningDataModule:
    def __init__(self, *args, **kwargs):
        pass

    def save_hyperparameters(self, *args, **kwargs):
        pass

    def prepare_data(self):
        pass

    def setup(self, stage=None):
        pass


class Callback:
    def __init__(self, *args, **kwargs):
        pass


class Trainer:
    def __init__(self, *args, **kwargs):
        pass

    def _nothing(self, *args, **kwargs):
        pass

    fit = _nothing
    test = _nothing
    validate = _nothing
    predict = _nothing
    save_checkpoint = _nothing

    def __getattr__(self, name):
        return unknown("an attribute of a trainer")


def seed_everything(seed=None, *args, **kwargs):
    return seed
