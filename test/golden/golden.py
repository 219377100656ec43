"""What every golden script shares: the settings under which Keras runs, tensors as JSON, writing and checking.

Import this module before keras, tensorflow or torch: it chooses the backend and makes sums repeatable.
"""

import argparse
import datetime
import gc
import importlib.metadata
import json
import math
import os
import platform
import sys
from pathlib import Path

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
os.environ["TF_NUM_INTRAOP_THREADS"] = "1"
os.environ["TF_NUM_INTEROP_THREADS"] = "1"

import numpy as np

FOLDER = Path(__file__).resolve().parent
PACKAGES = ["keras", "tensorflow-cpu", "tensorflow", "torch", "numpy", "safetensors"]
LINE = 100  # characters that stand on one line of a file
DIGITS = 9  # of a decimal number: enough to give back every float32 exactly


def recipe(script, seed, note, tolerance=1e-8):
    """How a file came about: everything needed to make it again, and how near --check has to come to it."""
    return {
        "script": f"test/golden/{script}.py",
        "seed": seed,
        "date": datetime.date.today().isoformat(),
        "python": platform.python_version(),
        "versions": versions(),
        "tolerance": tolerance,
        "note": note,
    }


def versions():
    """The installed version of every library that has a say, by the name it is imported under."""
    found = {}
    for name in PACKAGES:
        try:
            found.setdefault(name.removesuffix("-cpu"), importlib.metadata.version(name).split("+")[0])
        except importlib.metadata.PackageNotFoundError:
            pass
    return found


def number(value):
    """One number as JSON has it: the shortest decimal that gives a float32 back, of a float64 9 digits."""
    if not math.isfinite(value):
        raise ValueError(f"a golden value must be finite, got {value}")
    rounded = float(str(value)) if isinstance(value, np.float32) else float(f"{float(value):.{DIGITS}g}")
    return int(rounded) if rounded == int(rounded) else rounded


def tensor(array):
    """An array as {"shape", "data"}: row-major; whole-number arrays also say "dtype": "int32"."""
    array = np.asarray(array)
    whole = {"dtype": "int32"} if np.issubdtype(array.dtype, np.integer) else {}
    return {"shape": list(array.shape), **whole, "data": [number(v) for v in array.ravel()]}


class Source:
    """Random tensors with four decimals, so that files stay small; the numbers meant are their float32s."""

    def __init__(self, seed):
        self.generator = np.random.default_rng(seed)

    def uniform(self, *shape, bound):
        return np.round(self.generator.uniform(-bound, bound, shape), 4).astype("float32")

    def classes(self, *shape, count):
        return self.generator.integers(0, count, shape, dtype="int32")

    def one_hot(self, *shape, count):
        return np.eye(count, dtype="float32")[self.classes(*shape, count=count)]


def is_tensor(value):
    return isinstance(value, dict) and "data" in value


def is_scalar_list(value):
    return isinstance(value, list) and not any(isinstance(item, (dict, list)) for item in value)


def layout(value, indent=""):
    """JSON with one tensor, one list of numbers or one short thing a line: small, and a change shows where it is."""
    line = json.dumps(value, separators=(",", ":"), allow_nan=False)
    if len(line) <= LINE or isinstance(value, str) or is_tensor(value) or is_scalar_list(value):
        return line
    deeper = indent + " "
    if isinstance(value, dict):
        lines = [f"{deeper}{json.dumps(key)}: {layout(item, deeper)}" for key, item in value.items()]
        return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
    return "[\n" + ",\n".join(deeper + layout(item, deeper) for item in value) + f"\n{indent}]"


def differences(expected, actual, tolerance, where=""):
    """Every place in which two JSON values differ; numbers may differ by tolerance × max(1, |expected|)."""
    if isinstance(expected, bool) or isinstance(actual, bool) or type(expected) is str:
        same = expected == actual
    elif isinstance(expected, (int, float)) and isinstance(actual, (int, float)):
        same = abs(expected - actual) <= tolerance * max(1.0, abs(expected))
    elif where.endswith("/float32Deviation"):
        grown = [k for k in actual if actual[k] > 4 * expected.get(k, 0) + 1e-6]
        return [f"{where}/{k}: committed {expected.get(k)}, recomputed {actual[k]}" for k in grown]
    elif isinstance(expected, dict) and isinstance(actual, dict) and list(expected) == list(actual):
        return [d for k in expected for d in differences(expected[k], actual[k], tolerance, f"{where}/{k}")]
    elif isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        pairs = enumerate(zip(expected, actual))
        return [d for i, (e, a) in pairs for d in differences(e, a, tolerance, f"{where}/{i}")]
    else:
        same = expected == actual
    return [] if same else [f"{where or '/'}: committed {brief(expected)}, recomputed {brief(actual)}"]


def brief(value):
    text = json.dumps(value)
    return text if len(text) <= 80 else text[:77] + "..."


def save(name, document):
    path = FOLDER / f"{name}.json"
    path.write_text(layout(document) + "\n", encoding="utf-8")
    print(f"wrote test/golden/{path.name} ({path.stat().st_size:,} bytes)")


def compare(name, document):
    """Checks a recomputed document against the committed one, and its note; the rest of the recipe may differ."""
    path = FOLDER / f"{name}.json"
    if not path.exists():
        print(f"FAILED test/golden/{path.name}: missing; run the script without --check to write it")
        return False
    committed = json.loads(path.read_text(encoding="utf-8"))
    found = committed["recipe"]["versions"]
    for package, version in document["recipe"]["versions"].items():
        if found.get(package) != version:
            print(f"note: {path.name} was made with {package} {found.get(package)}, this is {version}")
    expected, actual = ({**made, "recipe": made["recipe"]["note"]} for made in (committed, document))
    wrong = differences(expected, actual, document["recipe"]["tolerance"])
    for line in wrong[:10]:
        print(f"  {path.name}{line}")
    verdict = f"FAILED ({len(wrong)} differences)" if wrong else "ok"
    print(f"{verdict} test/golden/{path.name}")
    return not wrong


def main(build, description):
    """Runs one golden script: `build()` yields (file name, document); they are written, or checked with --check."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--check", action="store_true", help="recompute and compare with the committed files")
    check = parser.parse_args().check
    gc.freeze()  # clear_session() collects garbage before every case: what is imported by now never is any
    passed = True
    for name, document in build():
        if check:
            passed = compare(name, document) and passed
        else:
            save(name, document)
    sys.exit(0 if passed else 1)
