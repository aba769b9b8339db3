# Dictionaries whose items are attributes too: EasyDict, Munch, addict, Box, ConfigDict.


class AttributeDict(dict):
    def __init__(self, *args, **kwargs):
        super().__init__()
        for key, value in dict(*args, **kwargs).items():
            self[key] = value

    def _wrap(self, value):
        if isinstance(value, AttributeDict):
            return value
        if isinstance(value, dict):
            return type(self)(value)
        if isinstance(value, (list, tuple)):
            return type(value)([self._wrap(item) for item in value])
        return value

    def __setitem__(self, key, value):
        super().__setitem__(key, self._wrap(value))

    def __setattr__(self, name, value):
        self[name] = value

    def __getattr__(self, name):
        if name in self:
            return self[name]
        raise AttributeError(name)

    def __delattr__(self, name):
        del self[name]

    def update(self, *args, **kwargs):
        for key, value in dict(*args, **kwargs).items():
            self[key] = value

    def setdefault(self, key, default=None):
        if key not in self:
            self[key] = default
        return self[key]

    def copy(self):
        return type(self)(plain(self))

    def toDict(self):
        return plain(self)

    to_dict = toDict

    @classmethod
    def fromDict(cls, *args, **kwargs):
        return cls(*args, **kwargs)

    from_dict = fromDict


def plain(value):
    """The same in plain dicts and lists."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return tuple([plain(item) for item in value])
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


class EasyDict(AttributeDict):
    pass


class AttrDict(AttributeDict):
    pass


class Munch(AttributeDict):
    pass


class DefaultMunch(AttributeDict):
    """A missing attribute is the default given first."""

    def __init__(self, *args, **kwargs):
        object.__setattr__(self, "_default", args[0] if args else None)
        super().__init__(*args[1:], **kwargs)

    def _wrap(self, value):
        if isinstance(value, AttributeDict):
            return value
        if isinstance(value, dict):
            return DefaultMunch(self._default, value)
        if isinstance(value, (list, tuple)):
            return type(value)([self._wrap(item) for item in value])
        return value

    def __getattr__(self, name):
        return self[name] if name in self else self._default

    @classmethod
    def fromDict(cls, d, default=None):
        return cls(default, d)


def munchify(x):
    return Munch()._wrap(x)


def unmunchify(x):
    return plain(x)


class Dict(AttributeDict):
    """addict: a missing item is an empty one, kept."""

    def __getattr__(self, name):
        if name not in self:
            self[name] = type(self)()
        return self[name]

    def __missing__(self, name):
        self[name] = type(self)()
        return self[name]


class Box(AttributeDict):
    pass


class ConfigDict(AttributeDict):
    def lock(self):
        return self

    unlock = lock

    def unlocked(self):
        return Quiet()

    def copy_and_resolve_references(self):
        return self.copy()


FrozenConfigDict = ConfigDict


class Quiet:
    """A context without effect."""

    def __enter__(self):
        return self

    def __exit__(self, *args):
        return False
