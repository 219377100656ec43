"""Carries out one job with Keras: a model, its weights and data in; outputs, gradients and training out.

The golden scripts and the live peer (test/conformance/keras_peer.py) both use it, so a golden case and a live answer
have the same form. README.md describes that form.
"""

import golden  # first: it chooses the backend

import copy

import keras
import numpy as np
import tensorflow as tf

from keras.saving import deserialize_keras_object

tf.get_logger().setLevel("ERROR")  # many small models in one process are "excessive retracing" to TensorFlow

JOB_KEYS = {
    "id", "layers", "model", "inputShape", "precision", "weights", "x", "y",
    "optimizer", "loss", "metrics", "batchSize", "epochs", "gradientRows", "want",
}
PARTS = ("outputs", "evaluation", "gradients", "training")  # what is wanted by default; "slots" adds the optimizer's


def answer(job):
    """The whole answer to a job, as arrays; `golden.tensor` makes JSON of it."""
    unknown = set(job) - JOB_KEYS
    if unknown:
        raise ValueError(f"a job has the keys {sorted(JOB_KEYS)}, got also {sorted(unknown)}")
    precision = job.get("precision", "float32")
    keras.backend.clear_session()
    keras.config.set_floatx(precision)
    model = build(job)
    start = initial_weights(model, job.get("weights"))
    model.set_weights(start)
    x, y = array(job["x"], precision), array(job["y"], precision) if "y" in job else None
    found = {"weightNames": weight_names(model)}
    steps = {
        "outputs": lambda: model.predict(x, batch_size=job.get("batchSize", 32), verbose=0),
        "evaluation": lambda: evaluation(model, x, y, job),
        "gradients": lambda: gradients(model, x, y, job),
        "training": lambda: training(model, start, x, y, job),
    }
    for part in wanted(job):
        found[part] = steps[part]()
    return found


def wanted(job):
    """The parts to compute; "slots" is no part of its own, but what training ends with."""
    return [part for part in job.get("want", PARTS) if part != "slots"]


def build(job):
    """The compiled model: from Keras's own JSON under "model", or from a plain list of layers."""
    if "model" in job:
        config = {key: value for key, value in job["model"].items() if key != "compile_config"}
        model = deserialize_keras_object(config)
    else:
        shape = tuple(job["inputShape"])
        model = keras.Sequential([keras.Input(shape), *[layer(item) for item in job["layers"]]])
    if "loss" in job:
        optimizer = keras.optimizers.get(spec(job.get("optimizer", "sgd")))
        loss = keras.losses.get(spec(job["loss"]))
        model.compile(optimizer=optimizer, loss=loss, metrics=list(job.get("metrics", [])), jit_compile=False)
    return model


def layer(item):
    """A layer from {"class_name", "config"}; the config holds only what differs from Keras's defaults."""
    return getattr(keras.layers, item["class_name"])(**item.get("config", {}))


def spec(value):
    """An optimizer or a loss: a name, or {"class_name", "config"} in which config may be left out."""
    if isinstance(value, str):
        return value
    return {"class_name": value["class_name"], "config": copy.deepcopy(value.get("config", {}))}  # Keras changes it


def array(value, precision):
    """A tensor of the job. Decimals become float32 first: those are the numbers that both sides were given."""
    if value.get("dtype") == "int32":
        return np.asarray(value["data"], "int32").reshape(value["shape"])
    return np.asarray(value["data"], "float32").astype(precision).reshape(value["shape"])


def weight_names(model):
    """`<layer>/<weight>`, as in Carousel's files: lstm/recurrent_kernel."""
    names = [f"{item.name}/{weight.name}" for item in model.layers for weight in item.weights]
    if len(names) != len(model.weights):
        raise ValueError("a model whose layers share weights cannot be named layer by layer")
    return names


def initial_weights(model, weights):
    """The job's weights in the order of model.weights; without any, those that Keras drew."""
    if weights is None:
        return model.get_weights()
    names = weight_names(model)
    if set(weights) != set(names):
        raise ValueError(f"weights must be named {names}, got {list(weights)}")
    return [array(weights[name], keras.config.floatx()) for name in names]


def evaluation(model, x, y, job):
    """`evaluate`: the loss and each metric over all rows."""
    return model.evaluate(x, y, batch_size=job.get("batchSize", 32), verbose=0, return_dict=True)


def gradients(model, x, y, job):
    """The loss of the first rows as one batch, and its gradient with respect to every weight and to the input."""
    rows = job.get("gradientRows", len(x))
    x, y = tf.constant(x[:rows]), tf.constant(y[:rows])
    by_input = x.dtype.is_floating

    @tf.function
    def run(x, y):
        with tf.GradientTape() as tape:
            if by_input:
                tape.watch(x)
            loss = model.compute_loss(x, y, model(x, training=True), training=True)
        sources = [v.value for v in model.trainable_variables] + ([x] if by_input else [])
        return loss, [tf.convert_to_tensor(g) for g in tape.gradient(loss, sources)]

    loss, found = run(x, y)
    found = [g.numpy() for g in found]
    result = {"rows": rows, "loss": float(loss), "weights": dict(zip(weight_names(model), found))}
    return {**result, "input": found[-1]} if by_input else result


class BatchLosses(keras.callbacks.Callback):
    """The loss of every single batch: Keras shows the mean since the epoch's start, so that is begun anew."""

    def __init__(self):
        super().__init__()
        self.losses = []

    def on_train_batch_begin(self, batch, logs=None):
        self.model.reset_metrics()

    def on_train_batch_end(self, batch, logs=None):
        self.losses.append(float(logs["loss"]))


def training(model, start, x, y, job):
    """`fit` in the rows' order, twice from the same start: once for its history, once for the loss of each batch."""
    options = {"epochs": job.get("epochs", 1), "batch_size": job.get("batchSize", 32), "shuffle": False, "verbose": 0}
    history = restarted(model, start).fit(x, y, **options).history
    ended = model.get_weights()
    batches = BatchLosses()
    restarted(model, start).fit(x, y, callbacks=[batches], **options)
    for once, again in zip(ended, model.get_weights()):
        np.testing.assert_array_equal(once, again, "two trainings from the same start differ")
    found = {"losses": batches.losses, "history": history, "weights": dict(zip(weight_names(model), ended))}
    return {**found, "optimizer": slots(model)} if "slots" in job.get("want", []) else found


def slots(model):
    """The optimizer's variables as `<slot>/<layer>/<weight>` (velocity/lstm/kernel), and iteration, learning_rate."""
    names = {v.path.replace("/", "_"): name for v, name in zip(model.weights, weight_names(model))}
    found = {}
    for variable in model.optimizer.variables:
        path = variable.path.removeprefix(f"{model.optimizer.name}/")
        owner = max((p for p in names if path.startswith(f"{p}_")), key=len, default=None)
        found[f"{path[len(owner) + 1:]}/{names[owner]}" if owner else path] = np.asarray(variable)
    return found


def restarted(model, start):
    """The model as it was before any training: weights, optimizer slots and step counter."""
    model.set_weights(start)
    optimizer = model.optimizer
    if not optimizer.built:
        optimizer.build(model.trainable_variables)
        optimizer.untrained = [np.asarray(variable) for variable in optimizer.variables]
    for variable, value in zip(optimizer.variables, optimizer.untrained):
        variable.assign(value)
    return model


def to_json(value):
    """An answer as JSON: arrays become tensors, numbers are rounded."""
    if isinstance(value, dict):
        return {key: to_json(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return golden.tensor(value)
    if isinstance(value, (list, tuple)):
        return [to_json(item) for item in value]
    return golden.number(value) if isinstance(value, float) else value
