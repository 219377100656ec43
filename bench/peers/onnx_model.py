"""Writes the seed job as an ONNX file for ONNX Runtime: [N, 28, 28] -> probabilities [N, 10], N free. Beside it, as
NAME-step.onnx, one step of it: x [1, 1, 28] and states h and c [1, 1, 128] in, y [1, 10], h_out and c_out out.

Usage: onnx_model.py FILE
"""

import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

STEPS, INPUT, UNITS, CLASSES = 28, 28, 128, 10
random = np.random.default_rng(1)


def weight(name, *shape):
    return numpy_helper.from_array(random.uniform(-0.09, 0.09, shape).astype(np.float32), name)


weights = [
    weight("W", 1, 4 * UNITS, INPUT),
    weight("R", 1, 4 * UNITS, UNITS),
    weight("B", 1, 8 * UNITS),
    weight("kernel", UNITS, CLASSES),
    weight("bias", CLASSES),
    numpy_helper.from_array(np.array([0], np.int64), "first"),
]
head = [
    helper.make_node("Squeeze", ["h_last", "first"], ["features"]),
    helper.make_node("Gemm", ["features", "kernel", "bias"], ["logits"]),
    helper.make_node("Softmax", ["logits"], ["y"], axis=-1),
]


def write(name, path, nodes, inputs, outputs):
    def infos(some):
        return [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in some.items()]

    graph = helper.make_graph([*nodes, *head], name, infos(inputs), infos(outputs), weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, path)


write(
    "seed job",
    sys.argv[1],
    [
        helper.make_node("Transpose", ["x"], ["steps"], perm=[1, 0, 2]),
        helper.make_node("LSTM", ["steps", "W", "R", "B"], ["", "h_last"], hidden_size=UNITS),
    ],
    {"x": ["N", STEPS, INPUT]},
    {"y": ["N", CLASSES]},
)
state = [1, 1, UNITS]
write(
    "a step of the seed job",
    sys.argv[1].replace(".onnx", "-step.onnx"),
    [
        helper.make_node("LSTM", ["x", "W", "R", "B", "", "h", "c"], ["", "h_out", "c_out"], hidden_size=UNITS),
        helper.make_node("Identity", ["h_out"], ["h_last"]),
    ],
    {"x": [1, 1, INPUT], "h": state, "c": state},
    {"y": [1, CLASSES], "h_out": state, "c_out": state},
)
