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


def weighted(source):
    """The same with sample weights, in batches of two: metrics as they are and weighted, names that come twice."""
    keras.backend.clear_session()
    model = keras.Sequential([keras.Input((3,)), keras.layers.Activation("linear")])
    m = keras.metrics
    model.compile(
        loss=keras.losses.Huber(delta=0.2),
        metrics=["mae", m.Precision(thresholds=[0.2, 0.6], name="precision"), "mae"],
        weighted_metrics=["mae", m.AUC(name="auc"), m.F1Score(average="macro", name="f1_score"), "mae", "mse"],
    )
    p, y = np.abs(source.uniform(5, 3, bound=1)), source.classes(5, 3, count=2).astype("float32")
    weights = np.array([1, 0, 2, 0.5, 3], "float32")
    result = model.evaluate(p, y, sample_weight=weights, batch_size=2, verbose=0, return_dict=True)
    return {
        "yTrue": golden.tensor(y),
        "yPred": golden.tensor(p),
        "weights": golden.tensor(weights),
        "result": {name: rounded(value) for name, value in result.items()},
    }


def several(source):
    """A model that hands two inputs on as its two outputs, with a loss and metrics for each; batches of 2, 2 and 1 rows."""
    keras.backend.clear_session()
    inputs = [keras.Input((3,), name="a"), keras.Input((2,), name="b")]
    outputs = [keras.layers.Activation("linear", name=name)(x) for name, x in zip(("left_one", "right"), inputs)]
    model = keras.Model(inputs, outputs)
    model.compile(
        loss={"left_one": "mse", "right": keras.losses.Huber(reduction="sum")},
        loss_weights={"left_one": 0.5, "right": 2.0},
        metrics={"left_one": ["mae", "accuracy"], "right": ["mae"]},
        weighted_metrics={"left_one": ["mae"], "right": [keras.metrics.R2Score(name="r2_score")]},
    )
    x = [source.uniform(5, 3, bound=1), source.uniform(5, 2, bound=1)]
    y = [source.one_hot(5, count=3), source.uniform(5, 2, bound=1)]
    weights = [np.array([1, 0, 2, 0.5, 3], "float32"), np.array([2, 1, 1, 0.5, 0.25], "float32")]
    result = model.evaluate(x, y, sample_weight=weights, batch_size=2, verbose=0, return_dict=True)
    return {
        "x": [golden.tensor(each) for each in x],
        "y": [golden.tensor(each) for each in y],
        "weights": [golden.tensor(each) for each in weights],
        "result": {name: golden.number(value) for name, value in result.items()},
    }


def masked(source):
    """A masked model with weights for its steps: evaluated, then trained, in batches of three."""
    keras.backend.clear_session()
    keras.utils.set_random_seed(SEED)
    layers = keras.layers
    model = keras.Sequential(
        [keras.Input((5, 2)), layers.Masking(), layers.LSTM(3, return_sequences=True), layers.Dense(3, activation="softmax")]
    )
    m = keras.metrics
    model.compile(
        "sgd",
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy", m.SparseTopKCategoricalAccuracy(k=2, name="best_two")],
        weighted_metrics=["accuracy", m.SparseCategoricalCrossentropy(name="sce")],
    )
    model.set_weights([source.uniform(*w.shape, bound=1) for w in model.get_weights()])
    x = source.uniform(7, 5, 2, bound=1)
    for row, length in enumerate([5, 3, 1, 4, 2, 5, 3]):
        x[row, length:] = 0
    y, steps = source.classes(7, 5, count=3), np.abs(source.uniform(7, 5, bound=2))
    found = {"x": golden.tensor(x), "y": golden.tensor(y), "weights": golden.tensor(steps)}
    found["model"] = [golden.tensor(w) for w in model.get_weights()]
    options = {"batch_size": 3, "verbose": 0}
    found["plain"] = model.evaluate(x, y, return_dict=True, **options)
    found["weighted"] = model.evaluate(x, y, sample_weight=steps, return_dict=True, **options)
    found["history"] = model.fit(x, y, sample_weight=steps, epochs=2, shuffle=False, **options).history
    for name in ("plain", "weighted", "history"):
        found[name] = {key: rounded(value) for key, value in found[name].items()}
    return found


def data(source):
    """What metrics are measured on, by name: labels, predictions, sample weights, and for sequences a mask."""
    share = np.array([0, 0.5, 0.25, 1, 0.1, 0.9, 0.5, 0.75, 0.3], "float32")
    bits = np.array([0, 1, 1, 1, 0, 0, 0, 1, 1], "float32")
    weights = np.array([1, 0.5, 2, 0, 1, 3, 0.25, 1, 1], "float32")
    raw = np.abs(source.uniform(9, 4, bound=1)) + 0.05
    scores = np.round(raw / raw.sum(axis=1, keepdims=True), 2).astype("float32")
    scores[2], scores[5] = 0.25, [0.4, 0.4, 0.1, 0.1]
    classes = source.classes(9, count=4)
    many = source.classes(9, 4, count=2).astype("float32")
    mask = np.array([[1, 1, 1], [1, 0, 0], [0, 1, 1], [1, 1, 0]], "float32")
    steps = np.abs(source.uniform(4, 3, bound=2))
    reals, found = source.uniform(9, 3, bound=2), source.uniform(9, 3, bound=2)
    sequence = source.uniform(4, 3, 2, bound=2), source.uniform(4, 3, 2, bound=2)
    raw = np.abs(source.uniform(4, 3, 4, bound=1)) + 0.05
    shares = np.round(raw / raw.sum(axis=-1, keepdims=True), 4).astype("float32")
    return {
        "bits": (bits[:, None], share[:, None], weights, None),
        "manyBits": (many, np.round(np.abs(source.uniform(9, 4, bound=1)), 1), weights, None),
        "oneHot": (np.eye(4, dtype="float32")[classes], scores, weights, None),
        "classes": (classes, scores, weights, None),
        "reals": (reals, found, weights, None),
        "counts": (np.abs(reals).round(), np.abs(found) + 0.1, weights, None),
        "sequences": (*sequence, steps, mask),
        "sequencesOfClasses": (source.classes(4, 3, count=4), shares, steps, mask),
        "sequencesOfBits": (source.classes(4, 3, 2, count=2).astype("float32"), np.abs(shares[..., :2]), steps, mask),
        "numbers": (classes[:, None].astype("float32"), np.roll(classes, 1)[:, None] % 3 * 1.0, weights, None),
    }


def measured():
    """Metric, and the data it is measured on."""
    m = keras.metrics
    for name in ("MeanSquaredError", "MeanAbsoluteError", "RootMeanSquaredError", "CosineSimilarity", "LogCoshError"):
        yield getattr(m, name)(), "reals"
        yield getattr(m, name)(), "sequences"
    for name in ("MeanAbsolutePercentageError", "MeanSquaredLogarithmicError", "Poisson"):
        yield getattr(m, name)(), "counts"
    for name in ("Hinge", "SquaredHinge", "BinaryCrossentropy"):
        yield getattr(m, name)(), "manyBits"
    for name in ("CategoricalHinge", "KLDivergence", "CategoricalCrossentropy"):
        yield getattr(m, name)(), "oneHot"
    yield m.BinaryCrossentropy(from_logits=True, label_smoothing=0.1), "manyBits"
    yield m.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1), "oneHot"
    for metric in (m.SparseCategoricalCrossentropy(ignore_class=2), m.SparseCategoricalAccuracy(), m.SparseTopKCategoricalAccuracy(k=2)):
        yield metric, "classes"
    for ignored in (None, 1):
        yield m.SparseCategoricalCrossentropy(ignore_class=ignored), "sequencesOfClasses"
    yield m.SparseTopKCategoricalAccuracy(k=2, name="best_two"), "sequencesOfClasses"
    yield m.Accuracy(), "numbers"
    for data in ("bits", "manyBits", "sequencesOfBits"):
        yield m.BinaryAccuracy(threshold=0.4), data
    yield m.CategoricalAccuracy(), "oneHot"
    for k in (1, 2):
        yield m.TopKCategoricalAccuracy(k=k), "oneHot"
    yield m.PearsonCorrelation(), "reals"
    yield m.ConcordanceCorrelation(), "reals"
    yield from thresholded(m)
    for average in (None, "micro", "macro", "weighted"):
        yield m.F1Score(average=average), "oneHot"
        yield m.FBetaScore(average=average, beta=2.0, threshold=0.4), "manyBits"
    for aggregation in ("uniform_average", "variance_weighted_average", None):
        yield m.R2Score(class_aggregation=aggregation), "reals"
    yield m.R2Score(num_regressors=2), "reals"
    yield m.MeanIoU(num_classes=4), "numbers"
    yield m.IoU(num_classes=4, target_class_ids=[1, 2], ignore_class=0), "numbers"
    yield m.BinaryIoU(threshold=0.5), "bits"
    yield m.OneHotIoU(num_classes=4, target_class_ids=[0, 3]), "oneHot"
    yield m.OneHotMeanIoU(num_classes=4), "oneHot"


def thresholded(m):
    """What is made of right and wrong answers at thresholds."""
    for name in ("TruePositives", "FalsePositives", "TrueNegatives", "FalseNegatives"):
        yield getattr(m, name)(), "bits"
        yield getattr(m, name)(thresholds=[0.7, 0.25]), "manyBits"
    for name in ("Precision", "Recall"):
        metric = getattr(m, name)
        yield metric(), "bits"
        yield metric(thresholds=[0, 0.5, 1]), "manyBits"
        yield metric(thresholds=[0.3, 0.31]), "sequencesOfBits"
        yield metric(top_k=2), "oneHot"
        yield metric(top_k=2, class_id=1), "oneHot"
        yield metric(class_id=2, thresholds=0.3), "manyBits"
    yield m.SensitivityAtSpecificity(0.5), "manyBits"
    yield m.SpecificityAtSensitivity(0.5, num_thresholds=1), "manyBits"
    yield m.PrecisionAtRecall(0.6, class_id=1), "manyBits"
    yield m.RecallAtPrecision(0.55, num_thresholds=50), "bits"
    for curve in ("ROC", "PR", "PRGAIN"):
        for method in ("interpolation", "majoring", "minoring"):
            yield m.AUC(curve=curve, summation_method=method), "manyBits"
        yield m.AUC(curve=curve, multi_label=True), "manyBits"
    yield m.AUC(), "bits"
    yield m.AUC(num_thresholds=5), "sequencesOfBits"
    yield m.AUC(thresholds=[0.7, 0.2, 0.5]), "manyBits"
    yield m.AUC(from_logits=True), "reals bits"
    yield m.AUC(multi_label=True, num_labels=4, label_weights=[1, 0, 2, 0.5]), "manyBits"
    yield m.AUC(label_weights=[1, 0, 2, 0.5]), "manyBits"


def outcomes(metric, y, p, weights, mask):
    """The figure over batches of two: plain, and with sample weights; of sequences both with their mask."""

    def over_batches(weighted):
        metric.reset_state()
        for first in range(0, len(y), 2):
            part = slice(first, first + 2)
            predicted = keras.ops.convert_to_tensor(p[part])
            if mask is not None:
                keras.src.backend.set_keras_mask(predicted, keras.ops.convert_to_tensor(mask[part] > 0))
            metric.update_state(y[part], predicted, weights[part] if weighted else None)
        return rounded(metric.result().numpy())

    return {"plain": over_batches(False), "weighted": over_batches(True)}


def rounded(value):
    return [golden.number(v) for v in value] if np.ndim(value) else golden.number(value)


def figures(source):
    found = data(source)
    bits, reals = found["bits"], found["reals"]
    found["reals bits"] = (found["manyBits"][0][:, :3], reals[1], *reals[2:])
    yield "data", {
        name: {"yTrue": golden.tensor(y), "yPred": golden.tensor(p), "weights": golden.tensor(w)}
        | ({} if mask is None else {"mask": golden.tensor(mask)})
        for name, (y, p, w, mask) in found.items()
    }
    cases = []
    for metric, on in measured():
        keras.backend.clear_session()
        json = keras.saving.serialize_keras_object(metric)
        cases.append({"metric": {k: json[k] for k in ("class_name", "config")}, "data": on, **outcomes(metric, *found[on])})
    yield "figures", cases


def build():
    source = golden.Source(SEED)
    document = {"recipe": golden.recipe("metrics", SEED, "keras.src.trainers.compile_utils.get_metric, and evaluate", 1e-6)}
    keras.config.set_floatx("float32")
    document["accuracies"] = list(accuracies(source))
    document["evaluated"] = evaluated(source)
    document.update(figures(source))
    document["weighted"] = weighted(source)
    document["several"] = several(source)
    document["masked"] = masked(source)
    yield "metrics", document


if __name__ == "__main__":
    golden.main(build, __doc__)
