"""Answers for programs on standard input: `python run_programs.py keras|torch`, one JSON object a line, `{id, source, inputs}`.

Each answer is a row as record_keras.py and record_torch.py write it, or `{id, error}`; the first line holds the versions.
Weights that a program would load from elsewhere are left out: numbers of parameters and shapes do not depend on them.
"""
import json
import platform
import re
import sys
import warnings

warnings.filterwarnings("ignore")

PRETRAINED = {"keras": r"""weights=(['"])imagenet\1""", "torch": r"""weights=(['"])\w+\1|pretrained=True"""}


def main():
    framework = sys.argv[1]
    if framework == "keras":
        import record_keras as recorder

        versions = {"keras": recorder.keras.__version__, "tensorflow": recorder.tf.__version__}
    else:
        import record_torch as recorder
        import torchvision

        versions = {"torch": recorder.VERSION, "torchvision": torchvision.__version__.split("a")[0]}
    print(json.dumps({**versions, "python": platform.python_version()}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        source = re.sub(PRETRAINED[framework], "weights=None", asked["source"])
        try:
            if framework == "keras":
                row = recorder.record(asked["id"], source)
            else:
                row = recorder.record(asked["id"], source, asked["inputs"], ["float32"] * len(asked["inputs"]))
        except Exception as error:  # whatever a framework refuses is an answer
            row = {"id": asked["id"], "error": f"{type(error).__name__}: {str(error)[:400]}"}
        print(json.dumps({**row, "id": asked["id"]}), flush=True)


if __name__ == "__main__":
    main()
