"""The seed job in Keras on TensorFlow: `fit` over arrays in memory, default compile options."""

import os
import time

from protocol import read_data, serve

BATCH = 32
SKIPPED = 4  # batches: an epoch's first wait for its data set to be set up
state = {"rate": 0.0}


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
    state.update(model=model, x=x, y=y, clock=Clock())
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


serve({"start": start, "train": train})
