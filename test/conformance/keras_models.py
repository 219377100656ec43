"""Keras beside a model that Carousel wrote down: one JSON question a line in, one answer a line out, as in keras_peer.py.

    {"model": {…}, "weights": [tensor, …], "x": [tensor, …], "y": [tensor, …], "sampleWeight": [tensor or null, …],
     "batchSize": 4}

`model` is what `model.toJson()` gives, with its compile_config; model_from_json makes the model, in float64. Weights are in
the order of get_weights(). The answer, all of it in eager mode:

    {"shapes": of the weights, "outputs": [tensor, …], "evaluation": {name: number},
     "loss": of all rows as one batch, "gradients": [tensor, or null where the weight is not trained, …],
     "history": {name: number} and "weights": [tensor, …] after one epoch in the rows' order,
     "json": what Keras writes for this model, "differences": between that and what it was given}

Functional configurations differ where masks are computed: Keras writes its own operations down for that.
"""

import keras_peer  # first: it chooses the backend

import json

import golden
import job as jobs
import keras
import numpy as np
import tensorflow as tf

from keras_config import differences

KEYS = {"id", "model", "weights", "x", "y", "sampleWeight", "batchSize"}


def compare(question):
    unknown = set(question) - KEYS
    if unknown:
        raise ValueError(f"unknown keys {sorted(unknown)}")
    keras.backend.clear_session()
    keras.config.set_floatx("float64")
    model = made(question["model"])
    start = [jobs.array(w, "float64") for w in question["weights"]]
    model.set_weights(start)
    x, y = ([jobs.array(t, "float64") for t in question[key]] for key in ("x", "y"))
    weights = [None if w is None else jobs.array(w, "float64") for w in question.get("sampleWeight", [])]
    x, y, weights = (t[0] if len(t) == 1 else t or None for t in (x, y, weights))
    options = {"batch_size": question["batchSize"], "sample_weight": weights, "verbose": 0}
    written = json.loads(float32(model.to_json(), "float64"))
    answer = {
        "shapes": [list(w.shape) for w in model.weights],
        "outputs": [np.asarray(t) for t in several(model(x, training=False))],
        "evaluation": figures(model.evaluate(x, y, return_dict=True, **options)),
    }
    answer |= gradients(model, x, y, weights)
    model.set_weights(start)
    history = model.fit(x, y, epochs=1, shuffle=False, **options).history
    answer["history"] = figures({name: epochs[0] for name, epochs in history.items()})
    answer["weights"] = [np.asarray(w) for w in model.get_weights()]
    return {**jobs.to_json(answer), "json": written, "differences": list(differences(question["model"], written))}


def float32(text, other):
    """Keras's JSON speaks of the precision in many places."""
    return text.replace(f'"{other}"', '"float32"')


def made(config):
    """The model in float64; what runs eagerly needs no tracing, which takes longer than so few rows."""
    text = json.dumps(config).replace('"float32"', '"float64"')
    model = keras.models.model_from_json(text)
    model.run_eagerly = True
    return model


def several(outputs):
    return outputs if isinstance(outputs, (list, tuple)) else [outputs]


def figures(found):
    """Numbers by name; of a metric with several, each by its place: f1_score[0]."""
    several = {f"{name}[{i}]": v for name, vs in found.items() if np.ndim(vs) for i, v in enumerate(np.asarray(vs))}
    return {name: float(v) for name, v in {**found, **several}.items() if not np.ndim(v)}


def gradients(model, x, y, weights):
    with tf.GradientTape() as tape:
        loss = model.compute_loss(x, y, model(x, training=True), weights, training=True)
    trained = model.trainable_variables
    found = dict(zip(map(id, trained), tape.gradient(loss, [v.value for v in trained])))
    dense = [found.get(id(w)) for w in model.weights]
    return {"loss": float(loss), "gradients": [array_or_none(g) for g in dense]}


def array_or_none(gradient):
    return None if gradient is None else np.asarray(tf.convert_to_tensor(gradient))


if __name__ == "__main__":
    keras_peer.serve(compare, {"versions": golden.versions()})
