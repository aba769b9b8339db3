"""Records python_language.jsonl: what CPython answers for each program of python_programs.txt.

That file holds blocks: a line `## id`, the program, then one or more lines `=> expression`. A block with several
expressions gives rows id, id.2, id.3 ... Values are JSON; tuples become lists, and nothing else is converted.
"""
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def blocks(text):
    for block in text.split("\n## ")[1:]:
        name, _, body = block.partition("\n")
        source, exprs = [], []
        for line in body.rstrip().split("\n"):
            if line.startswith("=> "):
                exprs.append(line[3:].strip())
            else:
                source.append(line)
        yield name.strip(), "\n".join(source).strip("\n") + "\n", exprs


def checked(value, where):
    """The value as JSON would hold it, refusing what JSON cannot hold."""
    if isinstance(value, (list, tuple)):
        return [checked(item, where) for item in value]
    if type(value) is dict and all(type(key) is str for key in value):
        return {key: checked(item, where) for key, item in value.items()}
    if type(value) in (int, float, str, bool, type(None)) and value == value and value not in (float("inf"), -float("inf")):
        return value
    raise TypeError(f"{where}: {value!r} is not JSON")


def main():
    rows, seen = [], set()
    for name, source, exprs in blocks("\n" + (HERE / "python_programs.txt").read_text()):
        assert exprs, name
        for index, expr in enumerate(exprs):
            row_id = name if index == 0 else f"{name}.{index + 1}"
            assert row_id not in seen, row_id
            seen.add(row_id)
            scope = {"__name__": "program"}
            sys.modules["program"] = type(sys)("program")
            sys.modules["program"].__dict__.update(scope)
            scope = sys.modules["program"].__dict__
            try:
                exec(compile(source, row_id, "exec"), scope)
                value = checked(eval(expr, scope), row_id)
            except Exception as error:
                raise RuntimeError(f"{row_id}: {error!r}") from error
            rows.append({"id": row_id, "source": source, "expr": expr, "value": value})
    (HERE / "python_language.jsonl").write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    print(len(rows), "rows")


if __name__ == "__main__":
    main()
