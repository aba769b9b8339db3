"""Records keras_applications_layers.jsonl: the networks of keras.applications layer by layer, with many arguments.

    python record_applications.py            writes the file; rows it already has are kept
    python record_applications.py --show ID  prints the layers of one row

To stay small, a row holds the number of layers and a digest (SHA-256, first 16 digits) of their lines
`name type shape params`; where the input may have any size the shapes are left out.
"""
import hashlib
import json
import os
import sys
from pathlib import Path

os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras  # noqa: E402
import tensorflow as tf  # noqa: E402
from keras_macs import graph_macs  # noqa: E402

FILE = Path(__file__).resolve().parent / "keras_applications_layers.jsonl"

NETWORKS = (
    "MobileNet MobileNetV2 MobileNetV3Small MobileNetV3Large VGG16 VGG19 ResNet50 ResNet101 ResNet152 ResNet50V2 ResNet101V2 ResNet152V2 "
    "DenseNet121 DenseNet169 DenseNet201 InceptionV3 InceptionResNetV2 Xception NASNetMobile NASNetLarge "
    "EfficientNetB0 EfficientNetB1 EfficientNetB2 EfficientNetB3 EfficientNetB4 EfficientNetB5 EfficientNetB6 EfficientNetB7 "
    "EfficientNetV2B0 EfficientNetV2B1 EfficientNetV2B2 EfficientNetV2B3 EfficientNetV2S EfficientNetV2M EfficientNetV2L "
    "ConvNeXtTiny ConvNeXtSmall ConvNeXtBase ConvNeXtLarge ConvNeXtXLarge").split()

# One of each family; the others differ in their tables alone.
FAMILIES = ("MobileNet MobileNetV2 MobileNetV3Small VGG16 ResNet50 ResNet50V2 DenseNet121 InceptionV3 InceptionResNetV2 Xception NASNetMobile "
            "EfficientNetB0 EfficientNetV2B0 EfficientNetV2S ConvNeXtTiny").split()

ARGUMENTS = [
    "include_top=False",
    "include_top=False, pooling='avg', input_shape=(96, 128, 3)",
    "include_top=False, pooling='max', input_shape=(97, 83, 3)",
    "include_top=False, input_shape=(131, 114, 1), name='backbone'",
    "classes=7, classifier_activation=None, input_shape=(160, 160, 3)",
]

SPECIAL = [
    "MobileNet(weights=None, alpha=0.3, depth_multiplier=3, dropout=0.1, include_top=False, input_shape=(65, 65, 3))",
    "MobileNetV2(weights=None, alpha=0.33, input_shape=(33, 47, 3))",
    "MobileNetV2(weights=None, alpha=2.0, input_shape=(64, 64, 3), classes=3)",
    "MobileNetV3Small(weights=None, alpha=0.4, include_preprocessing=False, input_shape=(70, 70, 3))",
    "MobileNetV3Small(weights=None, alpha=1.3, minimalistic=True, include_top=False, pooling='avg', input_shape=(81, 80, 3))",
    "MobileNetV3Large(weights=None, alpha=1.25, classes=5, input_shape=(97, 96, 3), dropout_rate=0.0)",
    "MobileNetV3Large(weights=None, alpha=0.5, minimalistic=True, include_preprocessing=False, include_top=False)",
    "EfficientNetV2B1(weights=None, include_preprocessing=False, include_top=False, pooling='avg')",
    "EfficientNetV2M(weights=None, include_preprocessing=False, include_top=False, input_shape=(65, 64, 3))",
    "ConvNeXtSmall(weights=None, include_preprocessing=False, include_top=False, pooling='max', input_shape=(65, 64, 3))",
    "NASNetLarge(weights=None, include_top=False, input_shape=(97, 97, 3))",
]

TENSOR = """import keras
from keras import layers

inputs = keras.Input((64, 72, 3))
x = layers.Rescaling(1.0 / 255)(inputs)
model = keras.applications.{network}(weights=None, include_top=False, input_tensor=x)
"""


def programs():
    plain = "import keras\n\nmodel = keras.applications.{}\n".format
    for network in FAMILIES:
        needs_more = network.startswith("Inception")
        for index, arguments in enumerate(ARGUMENTS):
            if needs_more:
                arguments = arguments.replace("83", "105")
            yield f"{network}.{index}", plain(f"{network}(weights=None, {arguments})")
        if not network.startswith("NASNet"):
            source = TENSOR.format(network=network)
            yield f"{network}.tensor", source.replace("(64, 72, 3)", "(112, 104, 3)") if needs_more else source
    for index, call in enumerate(SPECIAL):
        yield f"special.{index}", plain(call)
    for network in NETWORKS:
        yield network, plain(f"{network}(weights=None)")


def layers_in(model, prefix=""):
    """The layers with the names of models around them; models inside are opened."""
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            yield from layers_in(layer, f"{prefix}{layer.name}/")
        else:
            yield prefix + layer.name, layer


def lines(model, shaped):
    for name, layer in layers_in(model):
        shape = layer.output[0].shape if isinstance(layer.output, list) else layer.output.shape
        size = "x".join(str(d) for d in shape[1:]) if shaped else "-"
        yield f"{name} {type(layer).__name__} {size} {layer.count_params()}"


def record(identity, source):
    keras.backend.clear_session()
    names = {}
    exec(source, names)
    model = names["model"]
    shape = [1, *[91 if d is None else d for d in model.inputs[0].shape[1:]]]
    spec = tf.TensorSpec(shape, model.inputs[0].dtype)
    any_size = None in model.inputs[0].shape[1:]
    text = list(lines(model, not any_size))
    return text, {
        "id": identity,
        "source": source,
        "inputs": [shape],
        "name": model.name,
        "outputShape": [None, *tf.function(model).get_concrete_function(spec).output_shapes[1:]],
        "params": model.count_params(),
        "trainable": sum(int(tf.size(w)) for w in model.trainable_weights),
        "macs": graph_macs(lambda x: model(x, training=False), spec),
        "anySize": any_size,
        "layers": len(text),
        "digest": hashlib.sha256("\n".join(text).encode()).hexdigest()[:16],
    }


def main():
    if sys.argv[1:2] == ["--show"]:
        source = dict(programs())[sys.argv[2]]
        print("\n".join(record(sys.argv[2], source)[0]))
        return
    rows = [json.loads(line) for line in FILE.read_text().splitlines()] if FILE.exists() else []
    known = {row["id"]: row for row in rows}
    for identity, source in programs():
        if identity not in known or known[identity]["source"] != source:
            known[identity] = record(identity, source)[1]
            print(identity, file=sys.stderr)
            FILE.write_text("".join(json.dumps(row) + "\n" for row in known.values()))


if __name__ == "__main__":
    main()
