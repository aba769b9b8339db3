"""Records what real Keras answers for the programs of rows.txt into rows.json (Keras 3.15 on TensorFlow 2.21).

    ~/oracle/bin/python test/unit/keras/record_rows.py

rows.txt holds programs separated by lines of `===`; the lines after `---` are expressions whose values are recorded.
"""
import json
import pathlib

import keras

here = pathlib.Path(__file__).parent


def plain(value):
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return plain(tuple(value))  # a shape


rows = []
for block in (here / "rows.txt").read_text().split("\n===\n"):
    source, expressions = block.strip("\n").split("\n---\n")
    keras.backend.clear_session()
    scope = {}
    exec(source, scope)
    for expression in expressions.split("\n"):
        rows.append({"source": source, "expr": expression, "value": plain(eval(expression, scope))})
(here / "rows.json").write_text(json.dumps(rows, indent=1) + "\n")
