"""Writes callbacks.json: what Keras's callbacks decide, given the figures of every epoch as a script of numbers."""

import golden  # first: it chooses the backend

import os
import re
import tempfile

import keras
import numpy as np

SEED = 1998
EPOCHS = 14

METRICS = {"accuracy": "accuracy", "auc": keras.metrics.AUC, "mean_absolute_error": "mean_absolute_error"}


def snake(name):
    return re.sub(r"[A-Z]+", lambda found: "_" + found.group().lower(), name)


def keras_options(options):
    """Keras's names for our options and for the figure that is watched."""
    return {snake(key): snake(value) if key == "monitor" else value for key, value in options.items()}


def model_of(rate=0.5):
    """One weight, which holds the number of the epoch; the optimizer whose learning rate callbacks change."""
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    metrics = [metric if isinstance(metric, str) else metric(name=name) for name, metric in METRICS.items()]
    model.compile(optimizer=keras.optimizers.SGD(rate), loss="mse", metrics=metrics, run_eagerly=True)
    model.evaluate(np.zeros((2, 1)), np.array([[0.0], [1.0]]), verbose=0)  # builds the metrics
    model.stop_training = False
    return model


def run(callback, model, epochs, first=0):
    """Calls the hooks as fit does; returns how many epochs were run, and the learning rate after each."""
    rates, logged = [], []
    watch = keras.callbacks.LambdaCallback(on_epoch_end=lambda _, logs: logged.append(logs.get("learning_rate")))
    callbacks = keras.callbacks.CallbackList([callback, watch], model=model)
    callbacks.on_train_begin()
    for epoch, logs in enumerate(epochs, first):
        callbacks.on_epoch_begin(epoch)
        rates.append(float(model.optimizer.learning_rate))
        for batch, batch_logs in enumerate(logs.get("batches", [])):
            callbacks.on_train_batch_begin(batch)
            callbacks.on_train_batch_end(batch, {snake(key): value for key, value in batch_logs.items()})
        model.set_weights([np.array([[epoch]], "float32")])
        callbacks.on_epoch_end(epoch, {snake(key): value for key, value in logs.items() if key != "batches"})
        if model.stop_training:
            break
    callbacks.on_train_end()
    return rates, logged


def curve(source, level, noise, length=EPOCHS):
    """Figures that get better, then worse, with ties and noise; three decimals, so that ties are exact."""
    steps = source.generator.normal(0, noise, length) - np.linspace(noise, -noise / 2, length)
    return [float(v) for v in np.round(level + np.cumsum(steps), 3)]


def figures(source, name, upward):
    values = curve(source, 0.6, 0.03)
    values = [round(1 - v, 3) for v in values] if upward else values
    base = {"loss": curve(source, 0.5, 0.03), "valLoss": curve(source, 0.6, 0.03), name: values}
    return [{key: numbers[epoch] for key, numbers in base.items()} for epoch in range(EPOCHS)]


WATCHED = [("valLoss", False), ("loss", False), ("valAccuracy", True), ("auc", True), ("valMeanAbsoluteError", False)]


def watched(source, index):
    name, upward = WATCHED[index % len(WATCHED)]
    mode = ["auto", "auto", "min", "max"][index % 4]
    options = {"monitor": name} | ({} if mode == "auto" else {"mode": mode})
    return options, figures(source, name, upward)


def early_stopping(source):
    for index in range(40):
        options, epochs = watched(source, index)
        random = source.generator
        options |= {"patience": int(random.integers(0, 4)), "restoreBestWeights": bool(index % 2)}
        if index % 3 == 1:
            options["minDelta"] = [0.01, 0.03, -0.02][index % 9 // 3]
        if index % 5 == 2:
            options["baseline"] = round(float(random.uniform(0.3, 0.7)), 2)
        if index % 7 == 3:
            options["startFromEpoch"] = int(random.integers(1, 6))
        callback = keras.callbacks.EarlyStopping(**keras_options(options))
        model = model_of()
        rates, _ = run(callback, model, epochs)
        yield {
            "options": options,
            "epochs": epochs,
            "ran": len(rates),
            "stoppedEpoch": callback.stopped_epoch,
            "bestEpoch": callback.best_epoch,
            "best": callback.best,
            "weights": int(model.get_weights()[0][0, 0]),
        }


def reduce_on_plateau(source):
    for index in range(30):
        options, epochs = watched(source, index)
        random = source.generator
        options |= {"patience": int(random.integers(0, 3)), "factor": [0.1, 0.5, 0.9][index % 3]}
        if index % 2 == 1:
            options["minDelta"] = [0.0, 0.01, 0.03][index % 3]
        if index % 4 == 2:
            options["cooldown"] = int(random.integers(1, 4))
        if index % 3 == 2:
            options["minLr"] = [0.1, 0.05, 0.3][index % 9 // 3]
        model = model_of()
        rates, logged = run(keras.callbacks.ReduceLROnPlateau(**keras_options(options)), model, epochs)
        last = float(model.optimizer.learning_rate)
        yield {"options": options, "epochs": epochs, "rates": rates, "logged": logged, "last": last}


def checkpoints(source):
    paths = [
        "model.keras",
        "model-{epoch:02d}.keras",
        "{epoch:d}-{val_loss:.2f}.keras",
        "e{epoch}-{batch:04d}-{loss:.3f}.keras",
    ]
    for index in range(24):
        options, epochs = watched(source, index)
        options["saveBestOnly"] = index % 3 != 0
        if index % 4 == 3:
            # figures of batches are those of training; Keras learns which way is better after the first epoch only
            options["saveFreq"] = int(source.generator.integers(2, 6))
            options["saveBestOnly"] = False
            epochs = [logs | {"batches": [{"loss": round(0.5 + batch / 8, 3)} for batch in range(4)]} for logs in epochs[:5]]
        if index % 5 == 4:
            options["initialValueThreshold"] = round(float(source.generator.uniform(0.4, 0.6)), 2)
        path = paths[index % 4]
        model, saved = model_of(), []
        model.save = lambda path, overwrite: saved.append(path)
        run(keras.callbacks.ModelCheckpoint(path, **keras_options(options)), model, epochs)
        yield {"options": {"filepath": path, **options}, "epochs": epochs, "saved": saved}


def tables(source):
    for index, (options, first, fits) in enumerate(
        [({}, 0, 1), ({"separator": ";"}, 3, 1), ({"append": True}, 0, 2), ({}, 0, 2)]
    ):
        epochs = [
            {"valLoss": logs["valLoss"], "loss": logs["loss"], "accuracy": 1e-7 * logs["loss"]}
            for logs in figures(source, "auc", True)[:4]
        ]
        if index % 2 == 1:
            # a validation now and then: the first epoch has none
            epochs = [logs if epoch % 2 else {"loss": logs["loss"]} for epoch, logs in enumerate(epochs)]
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "log.csv")
            for fit in range(fits):
                run(keras.callbacks.CSVLogger(path, **options), model_of(), epochs, first + fit * len(epochs))
            with open(path, newline="") as file:
                text = file.read()
        yield {"options": options, "first": first, "fits": fits, "epochs": epochs, "text": text}


def formats(source):
    fields = ["", ":02d", ":d", ":5d"], ["", ":.2f", ":.4f", ":f", ":08.3f", ":.3e", ":e", ":.3g", ":g", ":.1%", ":10.2f", ":.2"]
    for whole in fields[0]:
        yield ["{epoch" + whole + "}", {"epoch": 7}, ("{epoch" + whole + "}").format(epoch=7)]
    for field in fields[1]:
        for value in [0.123456789, 12345.678, 1.5e-7, -0.25, 1e20]:
            template = "a{{b}}-{loss" + field + "}"
            if field in ("", ":f", ":.1%", ":.2f", ":10.2f", ":08.3f", ":.4f") and value == 1e20:
                continue  # no figure is as large
            if field == "" and not 1e-4 < abs(value) < 1e16:
                continue  # Python and JavaScript write such numbers differently
            yield [template, {"loss": value}, template.format(loss=value)]


def scheduled():
    rates, logged = run(keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate if epoch < 3 else rate * 0.5), model_of(), [{"loss": 1.0}] * 6)
    return {"rates": rates, "logged": logged}


def build():
    source = golden.Source(SEED)
    note = "figures by epoch, and what Keras's callbacks do about them; names of options and figures are in our spelling"
    yield "callbacks", {
        "recipe": golden.recipe("callbacks", SEED, note),
        "earlyStopping": list(early_stopping(source)),
        "reduceLROnPlateau": list(reduce_on_plateau(source)),
        "modelCheckpoint": list(checkpoints(source)),
        "csvLogger": list(tables(source)),
        "learningRateScheduler": scheduled(),
        "formats": list(formats(source)),
    }


if __name__ == "__main__":
    golden.main(build, __doc__)
