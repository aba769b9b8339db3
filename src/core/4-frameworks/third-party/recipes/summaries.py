# Libraries that print a model's size: the call runs the model once, so that its input shape is seen.
from model_budget_support import unknown


def _sizes(size):
    """One shape, or several."""
    if isinstance(size, (list, tuple)) and len(size) > 0 and isinstance(size[0], (list, tuple)):
        return [tuple(one) for one in size]
    return [tuple(size)]


def _run(model, shapes):
    import torch

    model(*[torch.rand(*shape) for shape in shapes])


# torchsummary: shapes without the batch
def summary(model, input_size, batch_size=-1, device="cuda", dtypes=None):
    _run(model, [(2,) + shape for shape in _sizes(input_size)])
    return unknown("the table torchsummary prints is not modelled")


def summary_string(model, input_size, batch_size=-1, device="cuda", dtypes=None):
    summary(model, input_size)
    return unknown("the table torchsummary prints is not modelled"), unknown("the counts of torchsummary are not modelled")


# torchinfo: shapes with the batch
def info_summary(model, input_size=None, input_data=None, batch_dim=None, cache_forward_pass=None, col_names=None,
                 col_width=25, depth=3, device=None, dtypes=None, mode=None, row_settings=None, verbose=None, **kwargs):
    if input_data is not None:
        if isinstance(input_data, dict):
            model(**input_data)
        elif isinstance(input_data, (list, tuple)):
            model(*input_data)
        else:
            model(input_data)
    elif input_size is not None:
        shapes = _sizes(input_size)
        if batch_dim is not None:
            shapes = [shape[:batch_dim] + (1,) + shape[batch_dim:] for shape in shapes]
        _run(model, shapes)
    return unknown("the table torchinfo prints is not modelled")


# thop
def profile(model, inputs, custom_ops=None, verbose=True, ret_layer_info=False, report_missing=False):
    model(*inputs)
    why = "the counts of thop are not modelled"
    return unknown(why), unknown(why)


def clever_format(nums, format="%.2f"):
    why = "the counts of thop are not modelled"
    if isinstance(nums, (list, tuple)):
        return tuple(unknown(why) for _ in nums)
    return unknown(why)


# ptflops: a shape without the batch
def get_model_complexity_info(model, input_res, print_per_layer_stat=True, as_strings=True, input_constructor=None,
                              **kwargs):
    if input_constructor is not None:
        model(**input_constructor(input_res))
    else:
        _run(model, [(1,) + tuple(input_res)])
    why = "the counts of ptflops are not modelled"
    return unknown(why), unknown(why)


# fvcore
class FlopCountAnalysis:
    def __init__(self, model, inputs):
        if isinstance(inputs, (list, tuple)):
            model(*inputs)
        else:
            model(inputs)

    def __getattr__(self, name):
        return unknown("the counts of fvcore are not modelled")


ActivationCountAnalysis = FlopCountAnalysis


def flop_count(model, inputs, *args, **kwargs):
    FlopCountAnalysis(model, inputs)
    return unknown("the counts of fvcore are not modelled")


def flop_count_table(*args, **kwargs):
    return unknown("the table of fvcore is not modelled")


flop_count_str = flop_count_table
parameter_count_table = flop_count_table
parameter_count = flop_count_table


# tensorboardX
class SummaryWriter:
    def __init__(self, *args, **kwargs):
        pass

    def add_graph(self, model, input_to_model=None, *args, **kwargs):
        if isinstance(input_to_model, (list, tuple)):
            model(*input_to_model)
        elif input_to_model is not None:
            model(input_to_model)

    def __enter__(self):
        return self

    def __exit__(self, *args):
        return False

    def __getattr__(self, name):
        return lambda *args, **kwargs: None
