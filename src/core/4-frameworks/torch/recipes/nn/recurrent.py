# Recurrent layers and cells.
from torch._primitives import parameter, recurrent_cell, recurrent_forward, recurrent_setup
from torch.nn import Module


class RNNBase(Module):
    def __init__(self, mode, input_size, hidden_size, num_layers=1, bias=True, batch_first=False, dropout=0.0,
                 bidirectional=False, proj_size=0, device=None, dtype=None):
        recurrent_setup(self, mode, input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, proj_size)

    def flatten_parameters(self):
        pass

    def reset_parameters(self):
        pass

    def forward(self, input, hx=None):
        return recurrent_forward(self, input, hx)


class RNN(RNNBase):
    def __init__(self, input_size, hidden_size, num_layers=1, nonlinearity="tanh", bias=True, batch_first=False,
                 dropout=0.0, bidirectional=False, device=None, dtype=None):
        recurrent_setup(self, "RNN_TANH", input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, 0)
        self.nonlinearity = nonlinearity


class LSTM(RNNBase):
    def __init__(self, input_size, hidden_size, num_layers=1, bias=True, batch_first=False, dropout=0.0,
                 bidirectional=False, proj_size=0, device=None, dtype=None):
        recurrent_setup(self, "LSTM", input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, proj_size)


class GRU(RNNBase):
    def __init__(self, input_size, hidden_size, num_layers=1, bias=True, batch_first=False, dropout=0.0,
                 bidirectional=False, device=None, dtype=None):
        recurrent_setup(self, "GRU", input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, 0)


class RNNCellBase(Module):
    def __init__(self, input_size, hidden_size, bias, num_chunks, device=None, dtype=None):
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.weight_ih = parameter(num_chunks * hidden_size, input_size)
        self.weight_hh = parameter(num_chunks * hidden_size, hidden_size)
        self.bias_ih = parameter(num_chunks * hidden_size) if bias else None
        self.bias_hh = parameter(num_chunks * hidden_size) if bias else None

    def reset_parameters(self):
        pass


class RNNCell(RNNCellBase):
    def __init__(self, input_size, hidden_size, bias=True, nonlinearity="tanh", device=None, dtype=None):
        RNNCellBase.__init__(self, input_size, hidden_size, bias, 1)
        self.nonlinearity = nonlinearity

    def forward(self, input, hx=None):
        return recurrent_cell(self, "rnn", input, hx)


class GRUCell(RNNCellBase):
    def __init__(self, input_size, hidden_size, bias=True, device=None, dtype=None):
        RNNCellBase.__init__(self, input_size, hidden_size, bias, 3)

    def forward(self, input, hx=None):
        return recurrent_cell(self, "gru", input, hx)


class LSTMCell(RNNCellBase):
    def __init__(self, input_size, hidden_size, bias=True, device=None, dtype=None):
        RNNCellBase.__init__(self, input_size, hidden_size, bias, 4)

    def forward(self, input, hx=None):
        return recurrent_cell(self, "lstm", input, hx)
