"""Writes beyond.json: what an LSTM can have beyond Keras, from PyTorch in float64.

The projection is PyTorch's own (proj_size). Peepholes, layer normalization and zoneout it has not: there the formulas of
the papers stand below, and PyTorch differentiates them. Peepholes are also run by ONNX Runtime, in float32. Only to write
the file anew is that needed; --check takes its numbers from the file where it is missing:

    python -m venv onnx-env && onnx-env/bin/pip install onnxruntime==1.32.0 onnx==1.23.2
    PYTHONPATH=$(ls -d onnx-env/lib/python3*/site-packages) .venv/bin/python test/golden/beyond.py
"""

import golden  # first: it chooses the backend

import json

import numpy as np
import torch

SEED = 2000  # of the peepholes' paper
ROWS, STEPS, INPUTS, UNITS, PROJECTED = 3, 4, 2, 3, 2
EPSILON = 1e-5

CASES = {
    "peepholes": {"peepholes": True},
    "peepholes, no bias": {"peepholes": True, "use_bias": False},
    "projection": {"projection": PROJECTED},
    "layer normalization": {"layer_normalization": True},
    "zoneout, what is expected": {"zoneout": {"h": 0.3, "c": 0.2}},
    "all at once": {
        "peepholes": True,
        "projection": PROJECTED,
        "layer_normalization": True,
        "zoneout": {"h": 0.1, "c": 0.4},
    },
}


def shapes(options):
    state = options.get("projection", UNITS)
    found = {"kernel": (INPUTS, 4 * UNITS), "recurrent_kernel": (state, 4 * UNITS)}
    if options.get("use_bias", True):
        found["bias"] = (4 * UNITS,)
    if options.get("peepholes"):
        found["peephole"] = (3, UNITS)  # i f o
    if "projection" in options:
        found["projection"] = (UNITS, PROJECTED)
    if options.get("layer_normalization"):
        for name, size in {"kernel_norm": 4 * UNITS, "recurrent_norm": 4 * UNITS, "state_norm": UNITS}.items():
            found |= {f"{name}_gamma": (size,), f"{name}_beta": (size,)}
    return found


def formula(options, weights, x, h, c):
    """The cell of the papers; gates in Keras's order i f c o. Returns all outputs and the last states."""
    zero = torch.zeros((), dtype=x.dtype)
    bias = weights.get("bias", zero)
    peepholes = weights["peephole"] if options.get("peepholes") else [zero] * 3
    zoneout = options.get("zoneout", {"h": 0, "c": 0})

    def norm(values, name):
        if not options.get("layer_normalization"):
            return values
        centered = values - values.mean(-1, keepdim=True)
        scaled = centered / torch.sqrt((centered**2).mean(-1, keepdim=True) + EPSILON)
        return scaled * weights[f"{name}_gamma"] + weights[f"{name}_beta"]

    outputs = []
    for t in range(x.shape[1]):
        from_x = norm(x[:, t] @ weights["kernel"], "kernel_norm")
        i, f, g, o = (from_x + norm(h @ weights["recurrent_kernel"], "recurrent_norm") + bias).chunk(4, -1)
        i, f = torch.sigmoid(i + peepholes[0] * c), torch.sigmoid(f + peepholes[1] * c)
        new_c = f * c + i * torch.tanh(g)
        new_h = torch.sigmoid(o + peepholes[2] * new_c) * torch.tanh(norm(new_c, "state_norm"))
        if "projection" in options:
            new_h = new_h @ weights["projection"]
        h = zoneout["h"] * h + (1 - zoneout["h"]) * new_h
        c = zoneout["c"] * c + (1 - zoneout["c"]) * new_c
        outputs.append(h)
    return torch.stack(outputs, 1), h, c


def projected(weights, x, h, c):
    """PyTorch's own LSTM with proj_size; its gates come in Keras's order."""
    layer = torch.nn.LSTM(INPUTS, UNITS, batch_first=True, proj_size=PROJECTED, dtype=torch.float64)
    bias = weights["bias"]
    given = {
        "weight_ih_l0": weights["kernel"].T,
        "weight_hh_l0": weights["recurrent_kernel"].T,
        "bias_ih_l0": bias,
        "bias_hh_l0": torch.zeros_like(bias),
        "weight_hr_l0": weights["projection"].T,
    }
    output, (h, c) = torch.func.functional_call(layer, given, (x, (h[None], c[None])))
    return output, h[0], c[0]


def onnx_outputs(options, weights, x, h, c):
    """ONNX Runtime's LSTM with peepholes: gates in the order i o f c, peepholes in the order i o f."""
    import onnx
    import onnxruntime
    from onnx import TensorProto, helper

    gates = [0, 3, 1, 2]
    blocks = lambda w: np.concatenate([np.split(w, 4, -1)[k] for k in gates], -1)
    bias = weights.get("bias", np.zeros(4 * UNITS))
    inputs = {
        "X": np.swapaxes(x, 0, 1),
        "W": blocks(weights["kernel"]).T[None],
        "R": blocks(weights["recurrent_kernel"]).T[None],
        "B": np.concatenate([blocks(bias), np.zeros(4 * UNITS)])[None],
        "h0": h[None],
        "c0": c[None],
        "P": weights["peephole"][[0, 2, 1]].reshape(1, -1),
    }
    node = helper.make_node(
        "LSTM", ["X", "W", "R", "B", "", "h0", "c0", "P"], ["Y", "Y_h", "Y_c"], hidden_size=UNITS
    )
    info = lambda name, shape: helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
    graph = helper.make_graph(
        [node],
        "peepholes",
        [info(name, value.shape) for name, value in inputs.items()],
        [info(name, None) for name in ["Y", "Y_h", "Y_c"]],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    y, y_h, y_c = session.run(None, {name: value.astype("float32") for name, value in inputs.items()})
    return [golden.tensor(np.swapaxes(y[:, 0], 0, 1)), golden.tensor(y_h[0]), golden.tensor(y_c[0])]


def array(tensor):
    return np.array(tensor["data"], "float32").reshape(tensor["shape"]).astype("float64")


def make(source, name, options, committed):
    weights = {key: source.uniform(*shape, bound=0.7) for key, shape in shapes(options).items()}
    state = options.get("projection", UNITS)
    given = {
        "x": source.uniform(ROWS, STEPS, INPUTS, bound=1.5),
        "h": source.uniform(ROWS, state, bound=1),
        "c": source.uniform(ROWS, UNITS, bound=1),
    }
    case = {
        "name": name,
        "layer": {
            "class_name": "RNN",
            "config": {
                "cell": {"class_name": "LSTMCell", "config": {"units": UNITS, **options}},
                "return_sequences": True,
                "return_state": True,
            },
        },
        "masked": False,
        "weights": [golden.tensor(value) for value in weights.values()],
        "batches": [golden.tensor(given["x"])],
        "initialState": [golden.tensor(given["h"]), golden.tensor(given["c"])],
    }
    leaves = {k: torch.tensor(v.astype("float64"), requires_grad=True) for k, v in {**weights, **given}.items()}
    wanted = {key: leaves[key] for key in weights}
    run = projected if name == "projection" else lambda *a: formula(options, *a)
    outputs = run(wanted, leaves["x"], leaves["h"], leaves["c"])
    case["seeds"] = [golden.tensor(source.uniform(*output.shape, bound=1)) for output in outputs]
    loss = sum((torch.from_numpy(array(seed)) * output).sum() for seed, output in zip(case["seeds"], outputs))
    loss.backward()
    case["answer"] = {
        "outputs": [[golden.tensor(output.detach().numpy()) for output in outputs]],
        "masks": [False] * len(outputs),
        "gradients": [golden.tensor(leaf.grad.numpy()) for leaf in leaves.values()],
    }
    if options.keys() <= {"peepholes", "use_bias"}:
        try:
            exact = {key: value.astype("float64") for key, value in weights.items()}
            case["onnx"] = onnx_outputs(options, exact, given["x"], given["h"], given["c"])
        except ImportError:
            case["onnx"] = committed[name]["onnx"]
    return case


def build():
    source = golden.Source(SEED)
    path = golden.FOLDER / "beyond.json"
    document = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"cases": []}
    committed = {case["name"]: case for case in document["cases"]}
    found = [make(source, name, options, committed) for name, options in CASES.items()]
    note = "float64 PyTorch from float32 inputs, rounded to 9 digits; onnx: ONNX Runtime 1.32.0 in float32"
    yield "beyond", {"recipe": golden.recipe("beyond", SEED, note), "cases": found}


if __name__ == "__main__":
    golden.main(build, __doc__)
