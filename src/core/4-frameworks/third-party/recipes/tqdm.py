# Progress bars: what is wrapped is iterated as it is.


class tqdm:
    def __init__(self, iterable=None, desc=None, total=None, *args, **kwargs):
        self.iterable = iterable
        self.total = total
        self.desc = desc
        self.n = 0

    def __iter__(self):
        return iter(self.iterable)

    def __len__(self):
        return self.total if self.iterable is None else len(self.iterable)

    def __enter__(self):
        return self

    def __exit__(self, *args):
        return False

    def _nothing(self, *args, **kwargs):
        pass

    update = _nothing
    close = _nothing
    refresh = _nothing
    reset = _nothing
    clear = _nothing
    set_description = _nothing
    set_description_str = _nothing
    set_postfix = _nothing
    set_postfix_str = _nothing

    @staticmethod
    def write(*args, **kwargs):
        pass

    @classmethod
    def pandas(cls, *args, **kwargs):
        pass


tqdm_notebook = tqdm
tqdm_gui = tqdm


def trange(*args, **kwargs):
    return tqdm(range(*args))


tnrange = trange
