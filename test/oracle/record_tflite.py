"""Records tflite.jsonl: what TFLiteConverter makes of the small Keras programs of tflite_programs.txt.

    python record_tflite.py [id …]

One row per program and variant: `free` (Keras 3, batch left open), `fixed` (Keras 3, batch 1), `keras2` (the tf_keras package,
batch left open, dense weights per tensor as converters before TensorFlow 2.17 did) and, for LSTMs, `keras2-fixed` (batch 1). For float32 and int8 (int8 input and output)
it holds the file's bytes, the tensors as text (`1x12x12x3 INT8 0 1`: shape, type, constant bytes, scales; a free batch is 1) and
the operators in file order (`CONV_2D 0 2 1 > 3`: inputs, then outputs). Weights are random, for the converter folds zeros away.
"""
import contextlib
import io
import json
import re
import os
import sys
import warnings
from pathlib import Path

os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
warnings.filterwarnings("ignore")

import keras  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
import tf_keras  # noqa: E402
from tensorflow.lite.python import schema_py_generated as schema  # noqa: E402

HERE = Path(__file__).resolve().parent
OPS = {v: k for k, v in vars(schema.BuiltinOperator).items() if not k.startswith("_")}
TYPES = {v: k for k, v in vars(schema.TensorType).items() if not k.startswith("_")}


def text_of(tensor, buffers):
    data = buffers[tensor.buffer].data
    scale = tensor.quantization.scale if tensor.quantization is not None else None
    shape = "x".join(str(int(n)) for n in tensor.shape) if tensor.shape is not None and len(tensor.shape) else "-"
    return f"{shape} {TYPES[tensor.type]} {0 if data is None else len(data)} {0 if scale is None else len(scale)}{' state' if tensor.isVariable else ''}"


def read(content):
    """The operators and tensors of the main graph of a .tflite file."""
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(content))
    graph = model.subgraphs[0]
    ops = []
    for op in graph.operators:
        code = model.operatorCodes[op.opcodeIndex]
        builtin = max(code.builtinCode, code.deprecatedBuiltinCode)
        name = code.customCode.decode() if builtin == 32 else OPS[builtin]
        ops.append(" ".join([name, *map(str, op.inputs), ">", *map(str, op.outputs)]))
    made = {"bytes": len(content), "inputs": [int(i) for i in graph.inputs], "outputs": [int(i) for i in graph.outputs]}
    if len(model.subgraphs) > 1:
        made["subgraphs"] = len(model.subgraphs)
    return {**made, "tensors": [text_of(t, model.buffers) for t in graph.tensors], "ops": ops}


def randomise(model):
    random = np.random.RandomState(1)
    # Weights of variances must be positive; seeds of random layers stay as they are.
    for weight in model.weights:
        if "float" in str(weight.dtype):
            weight.assign(random.uniform(0.1, 0.9, weight.shape).astype("float32"))


def convert(model, int8, per_tensor):
    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    converter._experimental_disable_per_channel_quantization_for_dense_layers = per_tensor
    if int8:
        random = np.random.RandomState(0)

        def data():
            for _ in range(4):
                yield [
                    random.randint(0, 10, [1, *t.shape[1:]]).astype("int32")
                    if "int" in str(t.dtype)
                    else random.uniform(-1, 1, [1, *t.shape[1:]]).astype("float32")
                    for t in model.inputs
                ]

        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.representative_dataset = data
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        if all("int" not in str(t.dtype) for t in model.inputs):
            converter.inference_input_type = tf.int8
        converter.inference_output_type = tf.int8
    return read(converter.convert())


class FixedBatch:
    """A Keras with inputs of batch 1."""

    def __init__(self, library):
        self.library = library

    def __getattr__(self, name):
        return getattr(self.library, name)

    def Input(self, shape, **kwargs):
        return self.library.Input(shape, batch_size=1, **kwargs)


VARIANTS = {"free": keras, "fixed": FixedBatch(keras), "keras2": tf_keras, "keras2-fixed": FixedBatch(tf_keras)}


def main():
    text = (HERE / "tflite_programs.txt").read_text()
    programs = [part.split("\n", 1) for part in text.split("## ")[1:]]
    wanted = set(sys.argv[1:])
    out = HERE / "tflite.jsonl"
    rows = {}
    if out.exists():
        rows = {(row["id"], row["variant"]): row for row in map(json.loads, out.read_text().splitlines())}
    for name, source in programs:
        for variant, library in VARIANTS.items():
            if (name, variant) in rows and rows[name, variant]["source"] == source and name not in wanted:
                continue
            if variant == "keras2" and "keras.ops" in source:
                continue
            # Recurrent layers need a fixed batch; the converter ends the process on an int8 GRU or SimpleRNN.
            if variant == "keras2-fixed" and ("LSTM(" not in source or "unroll" in source):
                continue
            # The converter ends the process on loops of Keras 3.
            if not variant.startswith("keras2") and any(word in source for word in ("LSTM", "GRU", "SimpleRNN(8")):
                continue
            library.backend.clear_session()
            row = {"id": name, "variant": variant, "version": f"{'tf_keras ' + tf_keras.__version__ if variant.startswith('keras2') else 'keras ' + keras.__version__}, tensorflow {tf.__version__}", "source": source}
            with contextlib.redirect_stdout(io.StringIO()):
                try:
                    scope = {"keras": library, "layers": library.layers, "tf": tf}
                    exec(source, scope)
                    randomise(scope["model"])
                except Exception as error:
                    print(name, variant, error, file=sys.stderr)
                    continue
                for kind in ("float32", "int8"):
                    try:
                        row[kind] = convert(scope["model"], kind == "int8", variant.startswith("keras2"))
                    except Exception as error:
                        # Without the place in this file, which differs between machines.
                        reason = re.sub(r"^\S*record_tflite\.py:[\d:]+ error: ", "", str(error).strip().splitlines()[0])
                        row[kind] = {"error": reason[:160]}
            rows[name, variant] = row
            print(name, variant, [op.split(" ")[0] for op in row["int8"].get("ops", [])], flush=True)
        lines = [json.dumps(rows[n, v], separators=(",", ":")) + "\n" for n, _ in programs for v in VARIANTS if (n, v) in rows]
        out.write_text("".join(lines))


main()
