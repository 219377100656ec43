"""Writes losses.json: values and gradients of the losses themselves, clipped edges included.

Each in float64 and in float32: near the clipped edges the two differ, because 1 - 1e-7 is 0.99999988 in float32.
"""

import golden  # first: it chooses the backend

import keras
import numpy as np
import tensorflow as tf

SEED = 2016


def probabilities(source, *shape):
    raw = np.abs(source.uniform(*shape, bound=1)) + 0.05
    return np.round(raw / raw.sum(axis=-1, keepdims=True), 4).astype("float32")


def categorical(source):
    name = "CategoricalCrossentropy"
    labels, p = source.one_hot(4, count=3), probabilities(source, 4, 3)
    logits = source.uniform(4, 3, bound=4)
    soft = probabilities(source, 4, 3)
    certain = np.array([[1, 0, 0], [0, 1, 0], [0, 0.5, 0.5], [1, 1, 2], [1e-8, 0.5, 0.5], [0.2, 0.2, 0.2]], "float32")
    wanted = np.array([[1, 0, 0], [1, 0, 0], [1, 0, 0], [0, 0, 1], [1, 0, 0], [0, 1, 0]], "float32")
    extreme = np.array([[1000, 0, -1000], [1000, 0, -1000], [-100, -100, -100], [88, 89, 90]], "float32")
    corners = np.array([[1, 0, 0], [0, 0, 1], [0, 1, 0], [1, 0, 0]], "float32")
    yield "probabilities", name, {}, labels, p
    yield "probabilities 0, 1, above 1, rows that do not add up to 1", name, {}, wanted, certain
    yield "probabilities, label smoothing", name, {"label_smoothing": 0.1}, labels, p
    yield "probabilities, soft labels", name, {}, soft, p
    yield "probabilities, labels all zero", name, {}, np.zeros_like(labels), p
    yield "logits", name, {"from_logits": True}, labels, logits
    yield "logits, soft labels", name, {"from_logits": True}, soft, logits
    yield "logits, label smoothing", name, {"from_logits": True, "label_smoothing": 0.2}, labels, logits
    yield "logits, extreme", name, {"from_logits": True}, corners, extreme
    yield "sequences", name, {}, source.one_hot(2, 3, count=4), probabilities(source, 2, 3, 4)


def sparse(source):
    name = "SparseCategoricalCrossentropy"
    labels, p = source.classes(4, count=3), probabilities(source, 4, 3)
    certain = np.array([[1, 0, 0], [0, 1, 0], [0, 0.5, 0.5], [1, 1, 2]], "float32")
    extreme = np.array([[1000, 0, -1000], [1000, 0, -1000], [-100, -100, -100], [88, 89, 90]], "float32")
    yield "probabilities", name, {}, labels, p
    yield "probabilities, labels [N, 1]", name, {}, labels[:, None], p
    yield "probabilities 0, 1, above 1", name, {}, np.array([0, 0, 0, 2], "int32"), certain
    yield "probabilities that do not add up to 1", name, {}, labels, 2 * p
    yield "logits", name, {"from_logits": True}, labels, source.uniform(4, 3, bound=4)
    yield "logits, extreme", name, {"from_logits": True}, np.array([0, 2, 1, 0], "int32"), extreme
    yield "sequences", name, {}, source.classes(2, 3, count=4), probabilities(source, 2, 3, 4)


def binary(source):
    name = "BinaryCrossentropy"
    labels = source.classes(4, 1, count=2).astype("float32")
    p = probabilities(source, 4, 2)[:, :1]
    edges = np.array([[0], [0], [1], [1], [1e-8], [1], [0.5]], "float32")
    wanted = np.array([[0], [1], [0], [1], [1], [0.5], [0.5]], "float32")
    extreme = np.array([[-1000], [-1000], [1000], [1000], [0]], "float32")
    corners = np.array([[0], [1], [0], [1], [1]], "float32")
    many = source.classes(4, 3, count=2).astype("float32")
    yield "probabilities", name, {}, labels, p
    yield "probabilities 0 and 1", name, {}, wanted, edges
    yield "probabilities, label smoothing", name, {"label_smoothing": 0.1}, labels, p
    yield "probabilities, several columns", name, {}, many, probabilities(source, 4, 3)
    yield "logits", name, {"from_logits": True}, labels, source.uniform(4, 1, bound=4)
    yield "logits, label smoothing", name, {"from_logits": True, "label_smoothing": 0.2}, labels, p
    yield "logits, extreme", name, {"from_logits": True}, corners, extreme
    yield "labels [N] for outputs [N, 1]", name, {}, labels[:, 0], p


def errors(source):
    for name in ("MeanSquaredError", "MeanAbsoluteError"):
        y, p = source.uniform(4, 3, bound=1), source.uniform(4, 3, bound=1)
        p[1] = y[1]  # no error at all: the gradient is 0
        yield "rows", name, {}, y, p
        yield "sequences", name, {}, source.uniform(2, 3, 2, bound=1), source.uniform(2, 3, 2, bound=1)
        yield "labels [N] for outputs [N, 1]", name, {}, y[:, 0], p[:, :1]


def measured(name, config, y, p, precision):
    """The value of every sample, their reduction to one number, and its gradient with respect to the predictions."""
    keras.config.set_floatx(precision)
    y = y if y.dtype == np.int32 else y.astype(precision)
    predicted = tf.constant(p.astype(precision))
    loss = getattr(keras.losses, name)
    each = loss(reduction="none", **config)(y, predicted)
    with tf.GradientTape() as tape:
        tape.watch(predicted)
        value = loss(**config)(y, predicted)
    return {
        "values": golden.tensor(each.numpy()),
        "value": golden.number(value.numpy()),
        "gradient": golden.tensor(tape.gradient(value, predicted).numpy()),
    }


def case(about, name, config, y, p):
    return {
        "name": f"{name}: {about}",
        "loss": {"class_name": name, "config": config},
        "yTrue": golden.tensor(y),
        "yPred": golden.tensor(p),
        "float64": measured(name, config, y, p, "float64"),
        "float32": measured(name, config, y, p, "float32"),
    }


def build():
    source = golden.Source(SEED)
    note = "each loss called on its own, on plain tensors: predictions are not known to come from a softmax"
    found = [case(*item) for group in (categorical, sparse, binary, errors) for item in group(source)]
    yield "losses", {"recipe": golden.recipe("losses", SEED, note, 1e-6), "cases": found}


if __name__ == "__main__":
    golden.main(build, __doc__)
