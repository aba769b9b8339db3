"""Records python-rows.json: what CPython prints for each expression of python-rows.txt, or the exception it raises."""
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
lines = (HERE / "python-rows.txt").read_text().split("\n")
setup = "\n".join(line[2:] for line in lines if line.startswith(">"))
expressions = [line for line in lines if line and line[0] not in "#>"]
rows = []
for expression in expressions:
    scope = {"__name__": "__main__"}
    exec(setup, scope)
    try:
        answer = repr(eval(expression, scope))
    except Exception as error:
        answer = f"{type(error).__name__}: {error}"
    rows.append({"expression": expression, "answer": answer})
out = {"version": sys.version.split()[0], "setup": setup + "\n", "rows": rows}
(HERE / "python-rows.json").write_text(json.dumps(out, ensure_ascii=False, indent=1) + "\n")
print(len(rows), "rows")
