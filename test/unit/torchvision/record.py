"""Records rows.jsonl from programs.txt with the real torchvision: output shape, parameters and multiply-accumulates.

A program's header line is `## id shape`; its text assigns `model`. Needs what test/oracle/README.md says.
"""
import json
import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "oracle"))

import torch
import torchvision
from torch_macs import measure, parameter_counts

HEAD = "import torch\nimport torch.nn as nn\nimport torchvision\nfrom torchvision import models, transforms\n\n"

lines = []
for block in re.split(r"(?m)^## ", (HERE / "programs.txt").read_text())[1:]:
    head, text = block.split("\n", 1)
    name, shape = head.split()
    shape = [int(size) for size in shape.split(",")]
    space = {}
    exec(HEAD + text, space)
    model = space["model"].eval()
    output, macs, _ = measure(model, [torch.rand(shape)])
    if isinstance(output, dict):
        output = list(output.values())[0]
    total, trainable = parameter_counts(model)
    lines.append(json.dumps({"id": name, "version": torchvision.__version__, "source": HEAD + text, "inputs": [shape],
                             "outputShape": list(output.shape), "params": total, "trainable": trainable, "macs": macs}))
    print(lines[-1][-160:], flush=True)
(HERE / "rows.jsonl").write_text("\n".join(lines) + "\n")
