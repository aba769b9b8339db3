# Classes made of fields: attrs and pydantic. Values are taken as they are, without conversion.
import copy


class _Nothing:
    pass


NOTHING = _Nothing()


class Factory:
    def __init__(self, factory, takes_self=False):
        self.factory = factory


class _Field:
    def __init__(self, default, factory=None, init=True, kw_only=False):
        self.default = default
        self.factory = factory
        self.init = init
        self.kw_only = kw_only

    def make(self):
        if self.factory is not None:
            return self.factory()
        if isinstance(self.default, Factory):
            return self.default.factory()
        return self.default


def attrib(default=NOTHING, validator=None, repr=True, cmp=None, hash=None, init=True, metadata=None, type=None,
           converter=None, factory=None, kw_only=False, **options):
    return _Field(default, factory, init, kw_only)


ib = attrib
field = attrib


def _fields_of(cls):
    """Fields by name, those of base classes first, annotated ones in their order."""
    found = {}
    for one in reversed(cls.__mro__):
        if one is object:
            continue
        own = one.__dict__
        for name in own.get("__annotations__", one.__annotations__):
            if name == "model_config":
                continue
            if name in own:
                found[name] = own[name] if isinstance(own[name], _Field) else _Field(own[name])
            elif name not in found:
                found[name] = _Field(NOTHING)
        for name, value in list(own.items()):
            if isinstance(value, _Field) and name not in found:
                found[name] = value
    return found


def attrs(maybe_cls=None, kw_only=False, init=True, **options):
    def decorate(cls):
        fields = _fields_of(cls)

        def __init__(self, *args, **kwargs):
            order = [name for name, one in fields.items() if one.init and not one.kw_only and not kw_only]
            given = dict(zip(order, args))
            given.update(kwargs)
            for name, one in fields.items():
                plain = name.lstrip("_")
                value = given[name] if name in given else given[plain] if plain in given else one.make()
                if value is NOTHING:
                    raise TypeError("__init__() missing required argument: '" + name + "'")
                setattr(self, name, value)
            if hasattr(self, "__attrs_post_init__"):
                self.__attrs_post_init__()

        if init:
            cls.__init__ = __init__
        return cls

    return decorate if maybe_cls is None else decorate(maybe_cls)


s = attrs
define = attrs
mutable = attrs
frozen = attrs
dataclass = attrs


def asdict(instance, *args, **kwargs):
    return {name: getattr(instance, name) for name in _fields_of(type(instance))}


def evolve(instance, **changes):
    values = asdict(instance)
    values.update(changes)
    return type(instance)(**values)


# --- pydantic ---


def Field(default=NOTHING, *args, default_factory=None, **kwargs):
    return _Field(NOTHING if default is ... else default, default_factory)


PrivateAttr = Field


class BaseModel:
    def __init__(self, **data):
        for name, one in _fields_of(type(self)).items():
            value = data[name] if name in data else copy.deepcopy(one.make())
            if isinstance(value, _Nothing):
                raise TypeError("a value for '" + name + "' is required")
            setattr(self, name, value)

    def model_dump(self, **kwargs):
        return asdict(self)

    def dict(self, **kwargs):
        return asdict(self)

    def model_copy(self, update=None, **kwargs):
        values = asdict(self)
        values.update(update or {})
        return type(self)(**values)

    @classmethod
    def model_validate(cls, obj, **kwargs):
        return cls(**obj)

    @classmethod
    def parse_obj(cls, obj):
        return cls(**obj)


class BaseSettings(BaseModel):
    pass


def validator(*args, **kwargs):
    return lambda fn: fn


field_validator = validator
model_validator = validator
root_validator = validator


def ConfigDict(**kwargs):
    return kwargs
