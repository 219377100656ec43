"""Writes the seed job as an ONNX file for ONNX Runtime: [N, 28, 28] -> probabilities [N, 10], N free.

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


graph = helper.make_graph(
    [
        helper.make_node("Transpose", ["x"], ["steps"], perm=[1, 0, 2]),
        helper.make_node("LSTM", ["steps", "W", "R", "B"], ["", "h"], hidden_size=UNITS),
        helper.make_node("Squeeze", ["h", "first"], ["features"]),
        helper.make_node("Gemm", ["features", "kernel", "bias"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["y"], axis=-1),
    ],
    "seed job",
    [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", STEPS, INPUT])],
    [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["N", CLASSES])],
    [
        weight("W", 1, 4 * UNITS, INPUT),
        weight("R", 1, 4 * UNITS, UNITS),
        weight("B", 1, 8 * UNITS),
        weight("kernel", UNITS, CLASSES),
        weight("bias", CLASSES),
        numpy_helper.from_array(np.array([0], np.int64), "first"),
    ],
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
onnx.checker.check_model(model)
onnx.save(model, sys.argv[1])
