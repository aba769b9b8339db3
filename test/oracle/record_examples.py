"""Records examples/expected.json from the real frameworks (the TensorFlow.js rows come from record_tfjs.mjs).

    python record_examples.py keras      needs tensorflow-cpu and keras
    python record_examples.py torch      needs torch

Each entry runs in a fresh process, so that automatic layer names start from zero; every total is counted twice,
by layer and from the executed graph, and a difference stops the recording.
"""
import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
ENTRIES = {
    "keras": [
        ("mlperf-tiny/keyword_spotting.py", "build_ds_cnn()"),
        ("mlperf-tiny/keyword_spotting.py", "build_ds_cnn(filters=32, num_blocks=3)"),
        ("mlperf-tiny/visual_wake_words.py", "build_mobilenet_v1()"),
        ("mlperf-tiny/visual_wake_words.py", "build_mobilenet_v1(alpha=0.5)"),
        ("mlperf-tiny/visual_wake_words.py", "build_mobilenet_v1(input_shape=(64, 80, 1), alpha=0.35, num_classes=3)"),
        ("mlperf-tiny/image_classification.py", "build_resnet8()"),
        ("mlperf-tiny/image_classification.py", "build_resnet8(num_filters=26)"),
        ("mlperf-tiny/anomaly_detection.py", "model"),
    ],
    "torch": [
        ("pytorch-cnn/model.py", "SmallCNN()"),
        ("pytorch-cnn/model.py", 'SmallCNN("tiny", num_classes=4)'),
        ("pytorch-cnn/model.py", "make_features(CONFIGS['tiny'], batch_norm=False)"),
    ],
}


def load(file, entry):
    path = EXAMPLES / file
    sys.path.insert(0, str(path.parent))
    return eval(entry, vars(importlib.import_module(path.stem)))


def record_keras(file, entry):
    import keras
    from keras_macs import graph_macs, layer_macs, one, specs

    model = load(file, entry)
    layers = []
    for layer in model.layers:
        shapes = lambda tensors: [one(t.shape) for t in (tensors if isinstance(tensors, list) else [tensors])]
        layers.append({
            "name": layer.name,
            "type": type(layer).__name__,
            "outputShape": list(layer.output.shape),
            "params": layer.count_params(),
            "trainable": sum(size(w) for w in layer.trainable_weights),
            "macs": 0 if isinstance(layer, keras.layers.InputLayer) else layer_macs(layer, shapes(layer.input), shapes(layer.output)),
        })
    macs = sum(layer["macs"] for layer in layers)
    traced = graph_macs(lambda *xs: model(list(xs) if len(xs) > 1 else xs[0], training=False), *specs(model.inputs))
    assert macs == traced, (file, macs, traced)
    return {
        "version": keras.__version__,
        "inputs": [list(t.shape) for t in model.inputs],
        "outputs": [list(t.shape) for t in model.outputs],
        "params": {"total": model.count_params(), "trainable": sum(size(w) for w in model.trainable_weights)},
        "macs": macs,
        "layers": layers,
    }


def size(weight):
    total = 1
    for d in weight.shape:
        total *= int(d)
    return total


def record_torch(file, entry):
    import torch
    from torch_macs import measure, parameter_counts

    model = load(file, entry).eval()
    shape = [1, 3, 32, 32]
    out, macs, leaves = measure(model, [torch.randn(*shape)])
    total, trainable = parameter_counts(model)
    modules = dict(model.named_modules())
    layers = []
    for name, (layer_macs, output_shape, calls) in leaves.items():
        module = modules[name]
        params, train = parameter_counts(module)
        by_formula = 0
        if isinstance(module, torch.nn.Conv2d):
            by_formula = output_shape[2] * output_shape[3] * module.weight.numel()
        elif isinstance(module, torch.nn.Linear):
            by_formula = module.weight.numel()
        assert calls == 1 and by_formula == layer_macs, (name, by_formula, layer_macs)
        layers.append({"name": name, "type": type(module).__name__, "outputShape": output_shape,
                       "params": params, "trainable": train, "macs": layer_macs})
    assert sum(layer["macs"] for layer in layers) == macs
    return {
        "version": torch.__version__.split("+")[0].split("a")[0],
        "inputs": [shape],
        "outputs": [list(out.shape)],
        "params": {"total": total, "trainable": trainable},
        "macs": macs,
        "layers": layers,
    }


def main():
    framework = sys.argv[1]
    if len(sys.argv) > 2:
        file, entry = sys.argv[2:]
        recorded = {"keras": record_keras, "torch": record_torch}[framework](file, entry)
        print(json.dumps({"file": file, "entry": entry, "framework": framework, **recorded}))
        return
    rows = []
    for file, entry in ENTRIES[framework]:
        done = subprocess.run([sys.executable, __file__, framework, file, entry], stdout=subprocess.PIPE, text=True, check=True)
        rows.append(json.loads(done.stdout.splitlines()[-1]))
        print(file, entry, rows[-1]["params"], rows[-1]["macs"], file=sys.stderr)
    write(framework, rows)


def write(framework, rows):
    """Replaces this framework's rows in expected.json: one layer a line."""
    path = EXAMPLES / "expected.json"
    old = json.loads(path.read_text()) if path.exists() else []
    rows = [row for row in old if row["framework"] != framework] + rows
    rows.sort(key=lambda row: ["keras", "torch", "tfjs"].index(row["framework"]))
    path.write_text(format_rows(rows))


def format_rows(rows):
    text = []
    for row in rows:
        head = ",\n".join(f'    "{k}": {json.dumps(v)}' for k, v in row.items() if k != "layers")
        layers = ",\n".join("      " + json.dumps(layer) for layer in row["layers"])
        text.append("  {\n" + head + ',\n    "layers": [\n' + layers + "\n    ]\n  }")
    return "[\n" + ",\n".join(text) + "\n]\n"


if __name__ == "__main__":
    main()
