# Command line libraries: every option has its default, and what would start the program is started.
from model_budget_support import unknown


def _start(entry, arguments):
    try:
        entry(*arguments)
    except Exception:
        pass


# --- absl ---


class _FlagValues:
    def __getattr__(self, name):
        return unknown("the flag '" + name + "' has no known value")

    def __call__(self, argv=None, *args, **kwargs):
        return argv


FLAGS = _FlagValues()


class _Holder:
    def __init__(self, value):
        self.value = value
        self.default = value


def DEFINE_string(name, default=None, *args, **kwargs):
    setattr(FLAGS, name, default)
    return _Holder(default)


DEFINE_integer = DEFINE_string
DEFINE_float = DEFINE_string
DEFINE_bool = DEFINE_string
DEFINE_boolean = DEFINE_string
DEFINE_enum = DEFINE_string
DEFINE_enum_class = DEFINE_string


def DEFINE_list(name, default=None, *args, **kwargs):
    if isinstance(default, str):
        default = [part.strip() for part in default.split(",")] if default else []
    return DEFINE_string(name, default)


DEFINE_spaceseplist = DEFINE_list


def DEFINE_multi_string(name, default=None, *args, **kwargs):
    if default is not None and not isinstance(default, (list, tuple)):
        default = [default]
    return DEFINE_string(name, default)


DEFINE_multi_integer = DEFINE_multi_string
DEFINE_multi_float = DEFINE_multi_string


def _nothing(*args, **kwargs):
    pass


mark_flag_as_required = _nothing
mark_flags_as_required = _nothing
register_validator = _nothing
declare_key_flag = _nothing
adopt_module_key_flags = _nothing


def run(main, argv=None, **kwargs):
    _start(main, [[""]])


# --- click ---


def _option_name(declarations):
    plain = [text for text in declarations if not text.startswith("-")]
    longest = plain[0] if plain else sorted(declarations, key=len)[-1]
    return longest.split("/")[0].lstrip("-").replace("-", "_").lower()


def _with_default(name, value):
    def decorate(fn):
        def filled(*args, **keywords):
            if name not in keywords:
                keywords[name] = value
            return fn(*args, **keywords)

        return filled

    return decorate


def option(*declarations, default=None, is_flag=None, multiple=False, required=False, **kwargs):
    name = _option_name(declarations)
    if default is None and (is_flag or "/" in declarations[0]):
        default = False
    if default is None and multiple:
        default = ()
    if default is None and required:
        default = unknown("the option '" + name + "' of the command line")
    return _with_default(name, default)


def argument(*declarations, default=None, **kwargs):
    name = _option_name(declarations)
    return _with_default(name, unknown("the argument '" + name + "' of the command line") if default is None else default)


def passing(*args, **kwargs):
    """A decorator, bare or with options: the function stays."""
    if len(args) == 1 and callable(args[0]) and not kwargs:
        return args[0]
    return lambda fn: fn


command = passing
version_option = passing
help_option = passing


def pass_context(fn):
    return lambda *args, **kwargs: fn(unknown("the context of click"), *args, **kwargs)


class _Group:
    def command(self, *args, **kwargs):
        return passing

    def group(self, *args, **kwargs):
        return group(*args, **kwargs)

    def add_command(self, *args, **kwargs):
        pass

    def __call__(self, *args, **kwargs):
        pass


def group(*args, **kwargs):
    if len(args) == 1 and callable(args[0]):
        return _Group()
    return lambda fn: _Group()


echo = _nothing
secho = _nothing


def style(text, *args, **kwargs):
    return text


# --- fire, hydra ---


def Fire(component=None, *args, **kwargs):
    if component is not None and callable(component):
        _start(component, [])


def hydra_main(*args, **kwargs):
    def decorate(fn):
        def started(*given, **keywords):
            if given or keywords:
                return fn(*given, **keywords)
            return fn(unknown("the configuration hydra reads from files"))

        return started

    return decorate


def colored(text, *args, **kwargs):
    return text
