"""The seed job in Keras on TensorFlow: `fit` over arrays in memory, default compile options."""

import os
import time

from protocol import JOBS, family_data, read_data, serve

BATCH = 32
SKIPPED = 4  # batches: an epoch's first wait for its data set to be set up
state = {"rate": 0.0, "jobs": {}}


def start(threads, data, **_):
    os.environ["KERAS_BACKEND"] = "tensorflow"
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"
    import numpy as np
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(threads)
    import keras

    class Clock(keras.callbacks.Callback):
        """Notes when each batch ended."""

        def on_train_begin(self, logs=None):
            self.times = []

        def on_train_batch_end(self, batch, logs=None):
            self.times.append(time.perf_counter())

    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [
            keras.layers.Input((28, 28)),
            keras.layers.LSTM(128),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
    x, labels = read_data(data)
    y = np.eye(10, dtype="float32")[labels]
    state.update(keras=keras, model=model, x=x, y=y, clock=Clock())
    _fit(batches=16)  # the tracing epoch, excluded
    return {"version": f"{keras.__version__} on TensorFlow {tf.__version__}"}


def train(seconds):
    limit = len(state["x"]) // BATCH - SKIPPED
    wanted = min(limit, max(16, round(state["rate"] * seconds / BATCH)))
    times = _fit(wanted + SKIPPED)
    batches, elapsed = len(times) - SKIPPED, times[-1] - times[SKIPPED - 1]
    state["rate"] = batches * BATCH / elapsed
    return {"samplesPerSecond": state["rate"], "calls": batches, "seconds": elapsed}


def _fit(batches):
    rows, clock = batches * BATCH, state["clock"]
    state["model"].fit(state["x"][:rows], state["y"][:rows], batch_size=BATCH, verbose=0, callbacks=[clock])
    return clock.times


def _open(name):
    import numpy as np

    layers = state["keras"].layers
    job = JOBS[name]
    models = {
        "bidirectional": lambda: [
            layers.Masking(),
            layers.Bidirectional(layers.LSTM(64, return_sequences=True)),
            layers.Bidirectional(layers.LSTM(64)),
        ],
        "gru": lambda: [layers.GRU(128)],
        "stacked": lambda: [layers.LSTM(256, return_sequences=True), layers.LSTM(256)],
        "text": lambda: [layers.Embedding(10_000, 64), layers.LSTM(128)],
    }
    binary = job["classes"] == 1
    model = state["keras"].Sequential(
        [
            layers.Input(job["shape"], dtype="int32" if job.get("ids") else "float32"),
            *models[name](),
            layers.Dense(job["classes"], activation="sigmoid" if binary else "softmax"),
        ]
    )
    loss = "binary_crossentropy" if binary else "categorical_crossentropy"
    model.compile(optimizer="adam", loss=loss, metrics=["accuracy"])
    x, labels, _ = family_data(job)
    y = labels.astype("float32")[:, None] if binary else np.eye(job["classes"], dtype="float32")[labels]
    return {"model": model, "x": x, "y": y}


def family(job, seconds):
    batch, opened = JOBS[job]["batch"], state["jobs"].get(job)
    if opened is None:
        opened = state["jobs"].setdefault(job, _open(job))
        opened["rate"] = _part(opened, batch, 1 + SKIPPED)[0]  # the tracing epoch, excluded but for this guess
    limit = len(opened["x"]) // batch - SKIPPED
    wanted = min(limit, max(2, round(opened["rate"] * seconds)))
    opened["rate"], elapsed = _part(opened, batch, wanted + SKIPPED)
    return {"samplesPerSecond": opened["rate"] * batch, "calls": wanted, "seconds": elapsed}


def _part(opened, batch, batches):
    """Trains on so many batches; returns batches a second and the seconds, the first batches left out."""
    rows, clock = batches * batch, state["clock"]
    opened["model"].fit(opened["x"][:rows], opened["y"][:rows], batch_size=batch, verbose=0, callbacks=[clock])
    elapsed = clock.times[-1] - clock.times[SKIPPED - 1]
    return (batches - SKIPPED) / elapsed, elapsed


serve({"start": start, "train": train, "family": family})
