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


def more(source):
    """Every other loss, with its options: name, about, config, labels, predictions."""
    y, p = source.uniform(4, 3, bound=2), source.uniform(4, 3, bound=2)
    steps, found = source.uniform(2, 3, 2, bound=2), source.uniform(2, 3, 2, bound=2)
    p[1] = y[1]
    yield "rows", "MeanAbsolutePercentageError", {}, y, p
    yield "labels 0", "MeanAbsolutePercentageError", {}, np.zeros((1, 2), "float32"), np.full((1, 2), 1e-6, "float32")
    yield "rows", "MeanSquaredLogarithmicError", {}, y, p
    yield "sequences", "MeanSquaredLogarithmicError", {}, np.abs(steps), np.abs(found)
    yield "rows", "Huber", {}, y, p
    yield "delta", "Huber", {"delta": 0.4}, y, p
    yield "sequences", "Huber", {"delta": 2.0}, steps, found
    yield "rows", "LogCosh", {}, y, p
    yield "far off", "LogCosh", {}, np.array([[0, 0]], "float32"), np.array([[50, -50]], "float32")
    yield "rows", "CosineSimilarity", {}, y, p
    yield "sequences", "CosineSimilarity", {}, steps, found
    share, shares = probabilities(source, 4, 3), probabilities(source, 4, 3)
    yield "rows", "KLDivergence", {}, share, shares
    edges = np.array([[1, 0, 0], [0, 0.5, 0.5]], "float32")
    yield "0 and 1", "KLDivergence", {}, edges, edges[::-1]
    yield "counts", "Poisson", {}, source.classes(4, 2, count=5).astype("float32"), np.abs(source.uniform(4, 2, bound=4))
    signs = np.array([[1, -1, 1], [-1, -1, 1]], "float32")
    bits = np.array([[1, 0, 1], [0, 0, 1]], "float32")
    for name in ("Hinge", "SquaredHinge"):
        yield "labels -1 and 1", name, {}, signs, source.uniform(2, 3, bound=2)
        yield "labels 0 and 1", name, {}, bits, source.uniform(2, 3, bound=2)
    yield "rows", "CategoricalHinge", {}, source.one_hot(4, count=3), source.uniform(4, 3, bound=2)
    yield "sequences", "CategoricalHinge", {}, source.one_hot(2, 2, count=3), source.uniform(2, 2, 3, bound=2)
    yield from focal(source)
    for name, weights in (("Dice", {}), ("Tversky", {"alpha": 0.3, "beta": 0.7})):
        mask = source.classes(3, 4, count=2).astype("float32")
        yield "the batch", name, weights, mask, probabilities(source, 3, 4)
        yield "rows", name, {**weights, "axis": -1}, mask, probabilities(source, 3, 4)
        yield "a batch of sequences", name, weights, source.one_hot(2, 3, count=2), probabilities(source, 2, 3, 2)
    name = "CategoricalGeneralizedCrossEntropy"
    yield "rows", name, {}, source.classes(4, count=3), probabilities(source, 4, 3)
    yield "q", name, {"q": 0.8}, source.classes(4, count=3), probabilities(source, 4, 3)
    name = "SparseCategoricalCrossentropy"
    labels = np.array([[2, 0, -1], [1, -1, -1]], "int32")
    yield "ignored class", name, {"ignore_class": -1}, labels, probabilities(source, 2, 3, 4)
    yield "ignored class 0, logits", name, {"ignore_class": 0, "from_logits": True}, labels + 1, source.uniform(2, 3, 4, bound=2)


def focal(source):
    labels, p = source.one_hot(3, count=3), probabilities(source, 3, 3)
    options = {"alpha": 0.4, "gamma": 1.5, "label_smoothing": 0.1}
    yield "rows", "CategoricalFocalCrossentropy", {}, labels, p
    yield "options", "CategoricalFocalCrossentropy", options, labels, p
    yield "logits", "CategoricalFocalCrossentropy", {"from_logits": True}, labels, source.uniform(3, 3, bound=3)
    yield "a weight for each class", "CategoricalFocalCrossentropy", {"alpha": [0.2, 1.5, 0.6]}, labels, p
    bits = source.classes(3, 2, count=2).astype("float32")
    balanced = {**options, "apply_class_balancing": True}
    yield "rows", "BinaryFocalCrossentropy", {}, bits, p[:, :2]
    yield "options", "BinaryFocalCrossentropy", balanced, bits, p[:, :2]
    yield "logits", "BinaryFocalCrossentropy", {"from_logits": True}, bits, source.uniform(3, 2, bound=3)


def pinball(quantiles):
    """Keras has no quantile loss; its meaning, on labels repeated for every quantile."""

    class Quantile(keras.losses.Loss):
        def call(self, y, p):
            levels = np.repeat(np.array(quantiles, p.dtype.name), p.shape[-1] // len(quantiles))
            error = keras.ops.tile(y, [*([1] * (len(p.shape) - 1)), len(quantiles)]) - p
            return keras.ops.mean(keras.ops.maximum(levels * error, (levels - 1) * error), axis=-1)

    return Quantile


def quantiles(source):
    y = source.uniform(4, 1, bound=1)
    yield "one", "Quantile", {"quantiles": [0.3]}, y, source.uniform(4, 1, bound=1)
    yield "three", "Quantile", {"quantiles": [0.1, 0.5, 0.9]}, y, source.uniform(4, 3, bound=1)
    steps = source.uniform(2, 3, 2, bound=1)
    yield "of two labels, in steps", "Quantile", {"quantiles": [0.2, 0.7]}, steps, source.uniform(2, 3, 4, bound=1)


def measured(name, config, y, p, precision):
    """The value of every sample, their reduction to one number, and its gradient with respect to the predictions."""
    keras.config.set_floatx(precision)
    y = y if y.dtype == np.int32 else y.astype(precision)
    predicted = tf.constant(p.astype(precision))
    loss = getattr(keras.losses, name, None)
    if name == "Quantile":
        loss, config = pinball(config["quantiles"]), {}
    each = loss(reduction="none", **config)(y, predicted)
    if each.shape == ():  # one loss for the batch: that of every row and step
        each = tf.fill(predicted.shape[:-1], each)
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


def reductions(source):
    """The mean squared error of sequences in every reduction: weighted, masked, both, and with labels ignored."""
    y, p = source.uniform(3, 4, 2, bound=1), source.uniform(3, 4, 2, bound=1)
    weights = np.array([[1, 0.5, 2, 0], [1, 3, 1, 1], [0.25, 1, 1, 2]], "float32")
    mask = np.array([[1, 1, 0, 0], [1, 0, 1, 1], [1, 1, 1, 0]], "int32")
    classes = np.array([[1, -1, 0, 1], [-1, 0, 1, 1], [0, 0, -1, 1]], "int32")
    nothing = np.zeros_like(mask)
    cases = [("weights", weights, None), ("mask", None, mask), ("weights and mask", weights, mask), ("nothing left", None, nothing)]
    found = []
    keras.config.set_floatx("float32")
    for reduction in ("sum_over_batch_size", "mean", "sum", "mean_with_sample_weight", "none"):
        for about, w, m in [("plain", None, None), *cases]:
            loss = keras.losses.MeanSquaredError(reduction=reduction)
            found.append({"about": f"{reduction}: {about}", "loss": loss, "y": y, "p": p, "w": w, "m": m})
        for about, w, m in [("ignored", None, None), ("ignored and weights", weights, None), ("ignored, weights and mask", weights, mask)]:
            loss = keras.losses.SparseCategoricalCrossentropy(reduction=reduction, from_logits=True, ignore_class=-1)
            found.append({"about": f"{reduction}: {about}", "loss": loss, "y": classes, "p": p, "w": w, "m": m})
    yield from (reduced(**item) for item in found)


def reduced(about, loss, y, p, w, m):
    """What training is told, and does: the reported number (of several the mean) and the gradient."""
    predicted = tf.constant(p)
    with tf.GradientTape() as tape:
        tape.watch(predicted)
        given = tf.identity(predicted)
        if m is not None:
            keras.src.backend.set_keras_mask(given, tf.constant(m > 0))
        value = loss(y, given, w)
    json = keras.saving.serialize_keras_object(loss)
    return {
        "name": about,
        "loss": {"class_name": json["class_name"], "config": json["config"]},
        "yTrue": golden.tensor(y),
        "yPred": golden.tensor(p),
        **({} if w is None else {"weights": golden.tensor(w)}),
        **({} if m is None else {"mask": golden.tensor(m)}),
        "value": golden.number(np.mean(value.numpy())),
        "gradient": golden.tensor(tape.gradient(value, predicted).numpy()),
    }


def configurations():
    """Keras's own JSON of every loss, with options other than the default where it has some."""
    l = keras.losses
    plain = (
        "SparseCategoricalCrossentropy MeanSquaredError MeanAbsoluteError MeanAbsolutePercentageError LogCosh Huber "
        "MeanSquaredLogarithmicError CosineSimilarity KLDivergence Poisson Hinge SquaredHinge CategoricalHinge"
    )
    made = [getattr(l, name)() for name in plain.split()]
    focal = {"alpha": 0.3, "gamma": 1.5, "label_smoothing": 0.2, "from_logits": True}
    made += [
        l.CategoricalCrossentropy(reduction="sum", name="mine"),
        l.BinaryCrossentropy(from_logits=True, label_smoothing=0.1, reduction=None),
        l.SparseCategoricalCrossentropy(ignore_class=-1, from_logits=True, reduction="mean_with_sample_weight"),
        l.CategoricalFocalCrossentropy(**focal),
        l.BinaryFocalCrossentropy(apply_class_balancing=True, **focal),
        l.Dice(axis=-1),
        l.Tversky(alpha=0.2, beta=0.8),
        l.CategoricalGeneralizedCrossEntropy(q=0.3),
        l.CategoricalFocalCrossentropy(alpha=[0.25, 0.75, 1.5]),
    ]
    return [keras.saving.serialize_keras_object(loss) for loss in made]


def build():
    source = golden.Source(SEED)
    note = "each loss called on its own, on plain tensors: predictions are not known to come from a softmax"
    groups = (categorical, sparse, binary, errors, more, quantiles)
    found = [case(*item) for group in groups for item in group(source)]
    document = {"recipe": golden.recipe("losses", SEED, note, 1e-6), "cases": found}
    document["reductions"] = list(reductions(source))
    document["configurations"] = configurations()
    yield "losses", document


if __name__ == "__main__":
    golden.main(build, __doc__)
