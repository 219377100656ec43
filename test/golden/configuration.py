"""Writes keras-config.json: what Keras itself writes for models, optimizers, losses, metrics and initializers.

Nothing in it is made up here: every entry is the return value of the Keras function named in the README.
"""

import golden

import json

import keras

SEED = 1997


def recurrent(cell, **options):
    """The seed job's model with another cell."""
    layers = [cell(128, **options), keras.layers.Dense(10, activation="softmax")]
    return compiled(keras.Sequential([keras.Input((28, 28)), *layers]))


def compiled(model, optimizer="adam", loss="categorical_crossentropy", metrics=("accuracy",)):
    model.compile(optimizer=optimizer, loss=loss, metrics=list(metrics))
    return model


def small(*layers, shape=(6,), **compile_options):
    return compiled(keras.Sequential([keras.Input(shape), *layers]), **compile_options)


def models():
    layers = keras.layers
    yield "lstm", lambda: recurrent(layers.LSTM)
    yield "gru", lambda: recurrent(layers.GRU)
    yield "gruResetBefore", lambda: recurrent(layers.GRU, reset_after=False)
    yield "simpleRnn", lambda: recurrent(layers.SimpleRNN)
    yield "stack", lambda: small(
        layers.LSTM(8, return_sequences=True, dropout=0.25, recurrent_activation="relu", use_bias=False),
        layers.LSTM(4, unit_forget_bias=False, kernel_initializer=keras.initializers.HeNormal(seed=3)),
        layers.Dropout(0.5),
        layers.Dense(1),
        layers.Activation("sigmoid"),
        shape=(6, 5),
        optimizer=keras.optimizers.AdamW(learning_rate=0.01),
        loss=keras.losses.BinaryCrossentropy(label_smoothing=0.1),
        metrics=["accuracy", "mae", keras.metrics.MeanSquaredError()],
    )
    yield "embedding", lambda: small(
        layers.Embedding(20, 4),
        layers.Flatten(),
        layers.Dense(3, activation="softmax"),
        optimizer=keras.optimizers.SGD(learning_rate=0.1, momentum=0.9, nesterov=True),
        loss="sparse_categorical_crossentropy",
    )
    yield "notCompiled", lambda: keras.Sequential([keras.Input((3,)), layers.Dense(2)])
    yield "notBuilt", lambda: compiled(keras.Sequential([layers.LSTM(4), layers.Dense(2)]))


def sample(make):
    """A model's JSON and what goes with it. Names are counted per process, so they start afresh for each model."""
    keras.backend.clear_session()
    model = make()
    optimizer = getattr(model, "optimizer", None)
    if optimizer and model.built:
        optimizer.build(model.trainable_variables)
    return {
        "json": json.loads(model.to_json()),
        "compileConfig": model.get_compile_config(),
        "weights": [variable(w) for w in model.weights],
        "optimizerVariables": [variable(v) for v in optimizer.variables] if optimizer else [],
    }


def variable(v):
    return {"name": v.name, "path": v.path, "shape": list(v.shape), "dtype": v.dtype}


def serialized(things):
    """Each thing's own JSON form, from a fresh naming session, so that no name carries a number."""
    found = {}
    for name, make in things.items():
        keras.backend.clear_session()
        found[name] = keras.saving.serialize_keras_object(make())
    return found


def optimizers():
    o = keras.optimizers
    return {
        "sgd": o.SGD,
        "sgdMomentum": lambda: o.SGD(momentum=0.9),
        "sgdNesterov": lambda: o.SGD(momentum=0.9, nesterov=True),
        "rmsprop": o.RMSprop,
        "adam": o.Adam,
        "adamAmsgrad": lambda: o.Adam(amsgrad=True),
        "adamW": o.AdamW,
        "adamClipnorm": lambda: o.Adam(clipnorm=1.0),
    }


def losses():
    l = keras.losses
    return {
        "categoricalCrossentropy": l.CategoricalCrossentropy,
        "categoricalCrossentropyLogits": lambda: l.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1),
        "sparseCategoricalCrossentropy": l.SparseCategoricalCrossentropy,
        "binaryCrossentropy": l.BinaryCrossentropy,
        "binaryCrossentropyLogits": lambda: l.BinaryCrossentropy(from_logits=True, label_smoothing=0.1),
        "meanSquaredError": l.MeanSquaredError,
        "meanAbsoluteError": l.MeanAbsoluteError,
        "functionMeanSquaredError": lambda: l.mean_squared_error,
    }


def metrics():
    m = keras.metrics
    return {
        "binaryAccuracy": m.BinaryAccuracy,
        "categoricalAccuracy": m.CategoricalAccuracy,
        "sparseCategoricalAccuracy": m.SparseCategoricalAccuracy,
        "meanSquaredError": m.MeanSquaredError,
        "categoricalCrossentropy": m.CategoricalCrossentropy,
    }


def initializers():
    i = keras.initializers
    return {
        "zeros": i.Zeros,
        "ones": i.Ones,
        "constant": lambda: i.Constant(0.5),
        "randomUniform": i.RandomUniform,
        "randomNormal": i.RandomNormal,
        "truncatedNormal": i.TruncatedNormal,
        "glorotUniform": i.GlorotUniform,
        "glorotNormal": i.GlorotNormal,
        "heUniform": i.HeUniform,
        "heNormal": i.HeNormal,
        "lecunUniform": i.LecunUniform,
        "lecunNormal": i.LecunNormal,
        "varianceScaling": i.VarianceScaling,
        "orthogonal": i.Orthogonal,
        "identity": i.Identity,
        "glorotUniformSeeded": lambda: i.GlorotUniform(seed=7),
    }


def layers():
    l = keras.layers
    return {
        "lstm": lambda: l.LSTM(4),
        "gru": lambda: l.GRU(4),
        "simpleRnn": lambda: l.SimpleRNN(4),
        "dense": lambda: l.Dense(4),
        "dropout": lambda: l.Dropout(0.5),
        "dropoutSeeded": lambda: l.Dropout(0.5, seed=7),
        "activation": lambda: l.Activation("relu"),
        "embedding": lambda: l.Embedding(20, 4),
        "flatten": l.Flatten,
    }


def build():
    document = {"recipe": golden.recipe("configuration", SEED, "verbatim return values of Keras; see README.md")}
    document["models"] = {name: sample(make) for name, make in models()}
    groups = {"optimizers": optimizers, "losses": losses, "metrics": metrics, "initializers": initializers}
    for group, things in {**groups, "layers": layers}.items():
        document[group] = serialized(things())
    yield "keras-config", document


if __name__ == "__main__":
    golden.main(build, __doc__)
