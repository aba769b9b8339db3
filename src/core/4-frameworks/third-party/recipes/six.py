# six: what it gives under Python 3, where its names are the language's own.
from functools import reduce, wraps
from io import BytesIO, StringIO
from itertools import filterfalse, zip_longest

from model_budget_support import unknown

PY2 = False
PY3 = True
PY34 = True
string_types = (str,)
integer_types = (int,)
class_types = (type,)
text_type = str
binary_type = bytes
MAXSIZE = 9223372036854775807

# A name of the language is not found by asking a module for it, so each is bound again.
range = range
xrange = range
map = map
zip = zip
filter = filter
input = input
intern = str
next = next
callable = callable


def iteritems(d, **kwargs):
    return iter(d.items(**kwargs))


def iterkeys(d, **kwargs):
    return iter(d.keys(**kwargs))


def itervalues(d, **kwargs):
    return iter(d.values(**kwargs))


viewitems = iteritems
viewkeys = iterkeys
viewvalues = itervalues


def with_metaclass(meta, *bases):
    return bases[0] if len(bases) == 1 else type("bases", bases or (object,), {})


def add_metaclass(metaclass):
    return lambda cls: cls


def python_2_unicode_compatible(cls):
    return cls


def ensure_str(s, *args, **kwargs):
    return s


ensure_text = ensure_str
u = ensure_str


def b(s):
    return unknown("bytes")


def raise_from(value, from_value):
    raise value
