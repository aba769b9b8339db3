"""Recurrent layers, their cells, and the wrappers around layers: Bidirectional, TimeDistributed, Wrapper.

LSTM, GRU and SimpleRNN are one operation each; a cell of the user's own runs step by step.
"""
import _keras as k
from _keras import Layer


class Wrapper(Layer):
    def __init__(self, layer, **kwargs):
        super().__init__(**kwargs)
        self.layer = layer

    def build(self, input_shape=None):
        k.build(self.layer, input_shape)

    def call(self, inputs, *args, **kwargs):
        return self.layer(inputs, *args, **kwargs)

    def get_config(self):
        config = super().get_config()
        config["layer"] = k.clone(self.layer)
        return config


class RNN(Layer):
    def __init__(self, cell, return_sequences=False, return_state=False, go_backwards=False, stateful=False, unroll=False,
                 zero_output_for_mask=False, **kwargs):
        super().__init__(**kwargs)
        self.cell = StackedRNNCells(cell) if isinstance(cell, (list, tuple)) else cell
        self.return_sequences = return_sequences
        self.return_state = return_state
        self.go_backwards = go_backwards
        self.stateful = stateful
        self.unroll = unroll

    def build(self, input_shape):
        shape = input_shape[0] if isinstance(input_shape, list) else input_shape
        k.build(self.cell, (shape[0],) + tuple(shape[2:]))

    def call(self, inputs, initial_state=None, mask=None, training=None, constants=None):
        if isinstance(inputs, (list, tuple)):
            initial_state = list(inputs[1:])
            inputs = inputs[0]
        states = initial_state
        if states is None:
            states = k.zero_states(inputs, self.cell.state_size)
        elif not isinstance(states, (list, tuple)):
            states = [states]
        outputs = []
        output = None
        for step in k.steps(inputs.shape[1]):
            output, states = self.cell(inputs[:, step], states)
            outputs.append(output)
        result = k.stack(outputs, 1) if self.return_sequences else output
        if not self.return_state:
            return result
        return [result] + list(k.flat(states))


class StackedRNNCells(Layer):
    def __init__(self, cells, **kwargs):
        super().__init__(**kwargs)
        self.cells = cells

    @property
    def state_size(self):
        return [cell.state_size for cell in self.cells]

    @property
    def output_size(self):
        return self.cells[-1].units if hasattr(self.cells[-1], "units") else self.cells[-1].state_size

    def build(self, input_shape):
        shape = input_shape
        for cell in self.cells:
            k.build(cell, shape)
            width = getattr(cell, "output_size", None)
            if width is None:
                width = cell.state_size[0] if isinstance(cell.state_size, (list, tuple)) else cell.state_size
            shape = (shape[0], width)

    def call(self, inputs, states, training=None):
        made = []
        x = inputs
        for cell, state in zip(self.cells, states):
            x, state = cell(x, state if isinstance(state, (list, tuple)) else [state])
            made.append(state)
        return x, made


class Cell(Layer):
    gates = 1

    def __init__(self, units, activation="tanh", use_bias=True, *args, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.use_bias = use_bias
        self.state_size = units
        self.output_size = units
        self.is_plain = activation == "tanh"
        self.settings = {"activation": activation}
        self.bias = None

    def build(self, input_shape):
        width = self.units * self.gates
        self.kernel = self.add_weight(name="kernel", shape=(k.dimension(input_shape, -1), width))
        self.recurrent_kernel = self.add_weight(name="recurrent_kernel", shape=(self.units, width))
        if self.use_bias:
            self.bias = self.add_weight(name="bias", shape=self.bias_shape())

    def bias_shape(self):
        return (self.units * self.gates,)

    def call(self, inputs, states, training=None):
        state = states[0] if isinstance(states, (list, tuple)) else states
        x = k.dense(inputs, self.kernel, self.bias)
        h = k.dense(state, self.recurrent_kernel)
        output = k.gates(x, h, self.units)
        return output, [output] + list(states[1:]) if isinstance(states, (list, tuple)) else output


class SimpleRNNCell(Cell):
    pass


class LSTMCell(Cell):
    gates = 4

    def __init__(self, units, activation="tanh", recurrent_activation=None, use_bias=True, *args, **kwargs):
        super().__init__(units, activation, use_bias, **kwargs)
        self.settings = {"activation": activation, "recurrent_activation": recurrent_activation}
        self.state_size = [units, units]


class GRUCell(Cell):
    gates = 3

    def __init__(self, units, activation="tanh", recurrent_activation=None, use_bias=True, *args, reset_after=True, **kwargs):
        super().__init__(units, activation, use_bias, **kwargs)
        self.settings = {"activation": activation, "recurrent_activation": recurrent_activation}
        self.reset_after = reset_after

    def bias_shape(self):
        return (2, self.units * 3) if self.reset_after else (self.units * 3,)


class Recurrent(RNN):
    """LSTM, GRU and SimpleRNN: the whole sequence at once."""

    kind = "rnn"

    def __init__(self, cell, return_sequences, return_state, go_backwards, stateful, unroll, kwargs):
        super().__init__(cell, return_sequences, return_state, go_backwards, stateful, unroll, **kwargs)
        self.units = cell.units
        self.use_bias = cell.use_bias
        self.is_plain = cell.is_plain and not stateful
        self.is_reversed = False

    def build(self, input_shape):
        shape = input_shape[0] if isinstance(input_shape, list) else input_shape
        k.build(self.cell, (shape[0], k.dimension(shape, 2)))

    def call(self, inputs, initial_state=None, mask=None, training=None):
        if isinstance(inputs, (list, tuple)):
            initial_state = list(inputs[1:])
            inputs = inputs[0]
        if initial_state is not None and not isinstance(initial_state, (list, tuple)):
            initial_state = [initial_state]
        cell = self.cell
        return k.recurrent(inputs, self.kind, cell.units, [cell.kernel, cell.recurrent_kernel, cell.bias],
                           self.return_sequences, self.return_state, initial_state, self.unroll, self.is_plain,
                           {"backwards": self.go_backwards, "reversed": self.is_reversed, **cell.settings})

    @property
    def activation(self):
        return k.activation(self.cell.settings["activation"])

    def get_config(self):
        config = super().get_config()
        del config["cell"]
        return config


class SimpleRNN(Recurrent):
    def __init__(self, units, activation="tanh", use_bias=True, *args, return_sequences=False, return_state=False,
                 go_backwards=False, stateful=False, unroll=False, **kwargs):
        cell = SimpleRNNCell(units, activation, use_bias, name="simple_rnn_cell")
        super().__init__(cell, return_sequences, return_state, go_backwards, stateful, unroll, kwargs)


class LSTM(Recurrent):
    kind = "lstm"

    def __init__(self, units, activation="tanh", recurrent_activation=None, use_bias=True, *args, return_sequences=False,
                 return_state=False, go_backwards=False, stateful=False, unroll=False, **kwargs):
        cell = LSTMCell(units, activation, recurrent_activation, use_bias, name="lstm_cell")
        super().__init__(cell, return_sequences, return_state, go_backwards, stateful, unroll, kwargs)
        self.recurrent_activation = recurrent_activation


class GRU(Recurrent):
    kind = "gru"

    def __init__(self, units, activation="tanh", recurrent_activation=None, use_bias=True, *args, return_sequences=False,
                 return_state=False, go_backwards=False, stateful=False, unroll=False, reset_after=True, **kwargs):
        cell = GRUCell(units, activation, recurrent_activation, use_bias, reset_after=reset_after, name="gru_cell")
        self.reset_after = reset_after
        super().__init__(cell, return_sequences, return_state, go_backwards, stateful, unroll, kwargs)
        self.recurrent_activation = recurrent_activation


class CuDNNLSTM(LSTM):
    """Keras 2: the bias is stored twice."""

    def __init__(self, units, **kwargs):
        super().__init__(units, **kwargs)
        self.cell = CuDNNLSTMCell(units, name="lstm_cell")


class CuDNNLSTMCell(LSTMCell):
    def bias_shape(self):
        return (8 * self.units,)


class CuDNNGRU(GRU):
    def __init__(self, units, **kwargs):
        super().__init__(units, reset_after=True, **kwargs)


class ConvLSTM(Layer):
    rank = 2

    def __init__(self, filters, kernel_size, strides=1, padding="valid", data_format=None, dilation_rate=1, activation="tanh",
                 recurrent_activation="sigmoid", use_bias=True, *args, return_sequences=False, return_state=False, **kwargs):
        super().__init__(**kwargs)
        rank = self.rank
        self.filters = filters
        self.kernel_size = k.sizes(kernel_size, rank, "kernel_size")
        self.strides = k.sizes(strides, rank, "strides")
        self.padding = padding
        self.data_format = k.layout(data_format)
        self.dilation_rate = k.sizes(dilation_rate, rank, "dilation_rate")
        self.use_bias = use_bias
        self.return_sequences = return_sequences
        self.return_state = return_state
        self.bias = None

    def build(self, input_shape):
        channels = k.dimension(input_shape, 2 if self.data_format == "channels_first" else -1)
        self.kernel = self.add_weight(name="kernel", shape=self.kernel_size + (channels, self.filters * 4))
        self.recurrent_kernel = self.add_weight(name="recurrent_kernel", shape=self.kernel_size + (self.filters, self.filters * 4))
        if self.use_bias:
            self.bias = self.add_weight(name="bias", shape=(self.filters * 4,))

    def call(self, inputs, initial_state=None, mask=None, training=None):
        # All time steps go through each convolution at once: the same work as step by step.
        x = k.merge_time(inputs)
        x = k.conv(x, self.kernel, self.bias, self.strides, self.padding, self.dilation_rate, 1, self.data_format)
        h = k.channels(x, self.filters, self.data_format)
        h = k.conv(h, self.recurrent_kernel, None, 1, "same", 1, 1, self.data_format)
        outputs = k.split_time(k.channels(h, self.filters, self.data_format), inputs)
        last = outputs[:, -1]
        result = outputs if self.return_sequences else last
        return [result, last, k.identity(last)] if self.return_state else result


class ConvLSTM1D(ConvLSTM):
    rank = 1


class ConvLSTM2D(ConvLSTM):
    pass


class ConvLSTM3D(ConvLSTM):
    rank = 3


class ConvLSTM2DCell(Layer):
    """One step of a ConvLSTM, for RNN: its states have the size of the image, which is not modelled."""

    state_size = None

    def __init__(self, *args, **kwargs):
        super().__init__(**kwargs)

    def build(self, input_shape):
        return k.give_up("a ConvLSTM cell on its own is not modelled")

    def call(self, inputs, states, training=None):
        return k.give_up("a ConvLSTM cell on its own is not modelled")


class TimeDistributed(Wrapper):
    def build(self, input_shape):
        k.build(self.layer, (input_shape[0],) + tuple(input_shape[2:]))

    def call(self, inputs, training=None, mask=None):
        outputs = self.layer(k.merge_time(inputs))
        return k.split_time(outputs, inputs)


class Bidirectional(Layer):
    def __init__(self, layer, merge_mode="concat", weights=None, backward_layer=None, **kwargs):
        super().__init__(**kwargs)
        self.forward_layer = layer
        self.backward_layer = k.clone(layer) if backward_layer is None else backward_layer
        if backward_layer is None and isinstance(layer, Recurrent):
            self.backward_layer.go_backwards = not layer.go_backwards
            self.backward_layer.cell.settings = layer.cell.settings
        if isinstance(self.backward_layer, Recurrent):
            self.backward_layer.is_reversed = True
            # Both directions share what they unroll, which nothing here follows.
            self.forward_layer.is_plain = self.backward_layer.is_plain = False
        self.merge_mode = merge_mode
        self.return_sequences = layer.return_sequences
        self.return_state = layer.return_state

    @property
    def layer(self):
        return self.forward_layer

    def build(self, input_shape):
        k.build(self.forward_layer, input_shape)
        k.build(self.backward_layer, input_shape)

    def call(self, inputs, initial_state=None, mask=None, training=None):
        if isinstance(inputs, (list, tuple)):
            initial_state = list(inputs[1:])
            inputs = inputs[0]
        if initial_state is None:
            y = self.forward_layer(inputs)
            z = self.backward_layer(inputs)
        else:
            half = len(initial_state) // 2
            y = self.forward_layer(inputs, initial_state=initial_state[:half])
            z = self.backward_layer(inputs, initial_state=initial_state[half:])
        states = []
        if self.return_state:
            states = list(y[1:]) + list(z[1:])
            y = y[0]
            z = z[0]
        mode = self.merge_mode
        if mode == "concat":
            result = k.concat([y, z], -1)
        elif mode == "sum":
            result = k.merge([y, z], "add")
        elif mode == "ave":
            result = k.merge([y, z], "add", True)
        elif mode == "mul":
            result = k.merge([y, z], "mul")
        elif mode is None:
            return [y, z] + states
        else:
            raise ValueError("Unrecognized value for `merge_mode`.")
        return [result] + states if self.return_state else result

    def get_config(self):
        config = super().get_config()
        config["layer"] = k.clone(self.forward_layer)
        del config["backward_layer"]
        return config
