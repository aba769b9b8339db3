"""Records what numpy, einops and scikit-learn give for every row of the *rows.txt files, with their versions.

    python record_numpy.py rows            (needs numpy)
    python record_numpy.py third-party-rows  (needs numpy, einops, scikit-learn)
"""

import importlib
import json
import math
import sys
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent


def number(value):
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


def plain(value):
    if isinstance(value, np.ndarray):
        data = [number(v) for v in value.ravel()] if value.size <= 512 and value.dtype.kind in "biuf" else None
        return {"array": list(value.shape), "dtype": value.dtype.name, "data": data}
    if isinstance(value, (bool, np.bool_)):
        return {"bool": bool(value)}
    if isinstance(value, (int, np.integer)):
        return {"int": int(value)}
    if isinstance(value, (float, np.floating)):
        return {"float": number(value)}
    if isinstance(value, str):
        return {"str": value}
    if value is None:
        return {"none": True}
    if isinstance(value, (list, tuple)):
        return {"list" if isinstance(value, list) else "tuple": [plain(v) for v in value]}
    return {"other": type(value).__name__}


def record(code, scope):
    *setup, last = code.split(";;")
    scope = dict(scope)
    try:
        for statement in setup:
            exec(statement.strip(), scope)
        return plain(eval(last.strip(), scope))
    except Exception as error:
        return {"error": type(error).__name__}


name = sys.argv[1]
scope = {"np": np}
versions = {"numpy": np.__version__}
if name != "rows":
    for module in ("einops", "sklearn", "sklearn.model_selection", "sklearn.preprocessing", "sklearn.datasets"):
        loaded = importlib.import_module(module)
        if "." not in module:
            scope[module] = loaded
            versions[module] = loaded.__version__
lines = [line.strip() for line in (FOLDER / f"{name}.txt").read_text().splitlines()]
rows = [{"code": line, "result": record(line, scope)} for line in lines if line and not line.startswith("#")]
text = ",\n".join(json.dumps(row) for row in rows)
(FOLDER / f"{name}.json").write_text(f'{{ "versions": {json.dumps(versions)}, "rows": [\n{text}\n] }}\n')
print(len(rows), "rows,", versions)
