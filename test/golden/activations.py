"""Writes activations.json: every activation of Keras, its values and its gradients, at corners too."""

import golden  # first: it chooses the backend

import keras
import numpy as np
import tensorflow as tf

SEED = 1997
# corners of the piecewise ones, numbers far out, and ordinary ones
EDGES = [-1000, -90, -20, -6, -3, -2, -1, -0.5, -0.25, -0.001, 0, 0.001, 0.25, 0.5, 1, 2, 3, 6, 20, 1000]

NAMES = [
    *["linear", "tanh", "sigmoid", "relu", "relu6", "leaky_relu", "elu", "selu", "celu", "softplus", "softsign"],
    *["soft_shrink", "hard_shrink", "tanh_shrink", "sparse_plus", "sparse_sigmoid", "silu", "squareplus", "gelu"],
    *["hard_sigmoid", "hard_silu", "hard_tanh", "exponential", "log_sigmoid", "mish"],
    *["softmax", "log_softmax", "sparsemax", "glu"],
]
WITH_PARAMETERS = [
    ("relu", {"negative_slope": 0.3}),
    ("relu", {"max_value": 2}),
    ("relu", {"threshold": 0.5}),
    ("relu", {"threshold": -1}),
    ("relu", {"max_value": 6}),
    ("relu", {"negative_slope": 0.3, "max_value": 2, "threshold": 0.25}),
    ("relu", {"negative_slope": 0.3, "max_value": 6}),
    ("leaky_relu", {"negative_slope": 0.05}),
    ("elu", {"alpha": 0.5}),
    ("celu", {"alpha": 0.5}),
    ("soft_shrink", {"threshold": 0.25}),
    ("hard_shrink", {"threshold": 0.25}),
    ("gelu", {"approximate": True}),
    ("softmax", {"axis": 1}),
    ("log_softmax", {"axis": 1}),
    ("sparsemax", {"axis": 1}),
    ("glu", {"axis": 1}),
]


def measure(name, parameters, x, source):
    function = getattr(keras.activations, name)
    variable = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(variable)
        y = function(variable, **parameters)
        seed = source.uniform(*y.shape, bound=1)
        loss = tf.reduce_sum(y * seed)
    gradient = tape.gradient(loss, variable)
    tensors = {"x": x, "seed": seed, "y": np.asarray(y), "gradient": np.asarray(gradient)}
    label = ", ".join([name, *(f"{key} {value}" for key, value in parameters.items())])
    finite = {key: golden.tensor(value) for key, value in tensors.items()}
    return {"name": label, "activation": name, "parameters": parameters, **finite}


def cases():
    source = golden.Source(SEED)
    edges = np.array([EDGES, EDGES[::-1]], "float32")
    ordinary = source.uniform(2, 4, 6, bound=3)
    for name in NAMES:
        axial = name in ("softmax", "log_softmax", "sparsemax", "glu")
        # eˣ at 1000 is no number that JSON has
        x = ordinary if axial else np.minimum(edges, 80) if name == "exponential" else edges
        yield measure(name, {}, x, source)
    for name, parameters in WITH_PARAMETERS:
        yield measure(name, parameters, ordinary if "axis" in parameters else edges, source)


def build():
    note = "values, and gradients of the sum of seed * y; float32"
    yield "activations", {"recipe": golden.recipe("activations", SEED, note, 1e-5), "cases": list(cases())}


if __name__ == "__main__":
    golden.main(build, __doc__)
