"""Writes metrics.json: which accuracy Keras takes for 'accuracy', by the shapes, and what metrics come to."""

import golden  # first: it chooses the backend

import keras
import numpy as np

from keras.src.trainers.compile_utils import get_metric  # what compile() calls; Keras has no public name for it

SEED = 2017


def pairs(source):
    """(name, labels, predictions) in every combination of shapes that occurs."""
    columns = np.array([[0.5], [0.5], [0.51], [0.2], [0.9]], "float32")
    bits = np.array([[1], [0], [1], [1], [0]], "float32")
    scores = source.uniform(5, 3, bound=1)
    ties = np.array([[0.4, 0.4, 0.2], [0.2, 0.4, 0.4], [0.3, 0.3, 0.3], [0, 0, 1], [0.5, 0, 0.5]], "float32")
    labels = np.array([0, 2, 1, 2, 2], "int32")
    yield "one output, labels [N, 1]; 0.5 is not above the threshold", bits, columns
    yield "one output, labels [N]", bits[:, 0], columns
    yield "classes, labels one-hot", source.one_hot(5, count=3), scores
    yield "classes, labels [N]; the first of equals wins", labels, ties
    yield "classes, labels [N, 1]", labels[:, None], ties
    yield "classes, labels one-hot; the first of equals wins", np.eye(3, dtype="float32")[labels], ties
    yield "several bits a row are taken for classes", source.classes(5, 3, count=2).astype("float32"), scores
    yield "sequences of classes, labels [N, T]", source.classes(5, 2, count=3), source.uniform(5, 2, 3, bound=1)
    yield "sequences of classes, labels [N, T, 1]", source.classes(5, 2, 1, count=3), source.uniform(5, 2, 3, bound=1)
    yield "sequences of classes, one-hot", source.one_hot(5, 2, count=3), source.uniform(5, 2, 3, bound=1)
    bits = source.classes(5, 2, 1, count=2).astype("float32")
    yield "sequences of bits", bits, source.uniform(5, 2, 1, bound=1)


def chosen(y, p):
    """Accuracy by its chosen class: in one go, and in batches of two (5 rows: 2, 2, 1)."""
    once, batched = get_metric("accuracy", y, p), get_metric("accuracy", y, p)
    once.update_state(y, p)
    for first in range(0, len(y), 2):
        batched.update_state(y[first : first + 2], p[first : first + 2])
    return type(once).__name__, float(once.result()), float(batched.result())


def accuracies(source):
    for name, y, p in pairs(source):
        class_name, value, batched = chosen(y, p)
        yield {
            "name": name,
            "yTrue": golden.tensor(y),
            "yPred": golden.tensor(p),
            "chosen": class_name,
            "value": golden.number(value),
            "valueInBatchesOf2": golden.number(batched),
        }


MEANS = ["mse", "mean_absolute_error", "categorical_crossentropy"]


def evaluated(source):
    """A model that hands its input on, evaluated in batches of two: every name as it is reported."""
    keras.backend.clear_session()
    keras.config.set_floatx("float32")
    model = keras.Sequential([keras.Input((3,)), keras.layers.Activation("linear")])
    model.compile(loss="mean_squared_error", metrics=["accuracy", "acc", *MEANS])
    raw = np.abs(source.uniform(5, 3, bound=1)) + 0.05
    p = np.round(raw / raw.sum(axis=1, keepdims=True), 4).astype("float32")
    y = source.one_hot(5, count=3)
    result = model.evaluate(p, y, batch_size=2, verbose=0, return_dict=True)
    return {
        "yTrue": golden.tensor(y),
        "yPred": golden.tensor(p),
        "loss": "mean_squared_error",
        "metrics": ["accuracy", "acc", *MEANS],
        "batchSize": 2,
        "result": {name: golden.number(value) for name, value in result.items()},
        "order": list(result),
    }


def build():
    source = golden.Source(SEED)
    document = {"recipe": golden.recipe("metrics", SEED, "keras.src.trainers.compile_utils.get_metric, and evaluate", 1e-6)}
    keras.config.set_floatx("float32")
    document["accuracies"] = list(accuracies(source))
    document["evaluated"] = evaluated(source)
    yield "metrics", document


if __name__ == "__main__":
    golden.main(build, __doc__)
