"""Writes lstm.json, gru.json, gru-reset-before.json, simple-rnn.json and recurrent-options.json.

Each cell from fixed weights: outputs, all gradients, the losses of 20 training steps (five epochs of three full
batches and a short one), final weights: from Keras, and outputs and gradients from PyTorch where it has such a layer.
"""

import golden  # first: it chooses the backend

import numpy as np

import cases
import job as jobs
import pytorch

SEED = 1997  # of the paper that introduced the LSTM
INPUTS, STEPS, CLASSES, ROWS, BATCH, EPOCHS = 5, 6, 3, 14, 4, 5

CELLS = {
    "lstm": ("LSTM", 4, {}),
    "gru": ("GRU", 3, {}),
    "gru-reset-before": ("GRU", 3, {"reset_after": False}),
    "simple-rnn": ("SimpleRNN", 1, {}),
}


def layer(kind, name, units, options):
    return {"class_name": kind, "config": {"name": name, "units": units, **options}}


def cell_shapes(kind, blocks, options, name, inputs, units):
    """The shapes of a recurrent layer's weights, by name."""
    wide = blocks * units
    two_biases = kind == "GRU" and options.get("reset_after", True)
    shapes = {f"{name}/kernel": (inputs, wide), f"{name}/recurrent_kernel": (units, wide)}
    if options.get("use_bias", True):
        shapes[f"{name}/bias"] = (2, wide) if two_biases else (wide,)
    return shapes


def dense_shapes(inputs, units=CLASSES):
    return {"dense/kernel": (inputs, units), "dense/bias": (units,)}


HEAD = {"class_name": "Dense", "config": {"name": "dense", "units": CLASSES, "activation": "softmax"}}


def make(source, layers, shapes, target, loss="categorical_crossentropy", bound=0.6):
    """A job over 14 random sequences."""
    return {
        "inputShape": [STEPS, INPUTS],
        "layers": layers,
        "optimizer": {"class_name": "Adam", "config": {"learning_rate": 0.01}},
        "loss": loss,
        "metrics": ["accuracy"] if loss == "categorical_crossentropy" else [],
        "batchSize": BATCH,
        "epochs": EPOCHS,
        "gradientRows": BATCH,
        "weights": cases.weights_of(source, shapes, bound),
        "x": golden.tensor(source.uniform(ROWS, STEPS, INPUTS, bound=1.5)),
        "y": golden.tensor(target),
    }


def classifier(source, cell, units, bound=0.6):
    """The seed job in small: a recurrent layer and Dense(3, softmax)."""
    kind, blocks, options = cell
    name = "cell"
    shapes = {**cell_shapes(kind, blocks, options, name, INPUTS, units), **dense_shapes(units)}
    target = source.one_hot(ROWS, count=CLASSES)
    return make(source, [layer(kind, name, units, options), HEAD], shapes, target, bound=bound)


def sequences(source, cell, units):
    """A recurrent layer alone: all its outputs, against targets at every time step."""
    kind, blocks, options = cell
    shapes = cell_shapes(kind, blocks, options, "cell", INPUTS, units)
    layers = [layer(kind, "cell", units, {**options, "return_sequences": True})]
    return make(source, layers, shapes, source.uniform(ROWS, STEPS, units, bound=0.9), loss="mean_squared_error")


def every_step(source, cell, units):
    """Dense(3, softmax) at every time step, a label for each."""
    kind, blocks, options = cell
    shapes = {**cell_shapes(kind, blocks, options, "cell", INPUTS, units), **dense_shapes(units)}
    layers = [layer(kind, "cell", units, {**options, "return_sequences": True}), HEAD]
    return make(source, layers, shapes, source.one_hot(ROWS, STEPS, count=CLASSES))


def stacked(source, cell, lower, upper):
    """Two recurrent layers, one on the other."""
    kind, blocks, options = cell
    shapes = {
        **cell_shapes(kind, blocks, options, "lower", INPUTS, lower),
        **cell_shapes(kind, blocks, options, "upper", lower, upper),
        **dense_shapes(upper),
    }
    layers = [
        layer(kind, "lower", lower, {**options, "return_sequences": True}),
        layer(kind, "upper", upper, options),
        HEAD,
    ]
    return make(source, layers, shapes, source.one_hot(ROWS, count=CLASSES))


def with_pytorch(name, job):
    """A case with PyTorch's view of it, after making sure that PyTorch and Keras agree."""
    exact, found = cases.answered(name, job)
    kind = job["layers"][0]["class_name"]
    weights = [jobs.array(w, "float64") for w in job["weights"].values()]
    x, y = jobs.array(job["x"], "float64"), jobs.array(job["y"], "float64")
    theirs = pytorch.run(kind, weights[:3], weights[3:], x, y, job["gradientRows"])

    gradients = list(exact["gradients"]["weights"].values())
    cell = pytorch.to_keras(kind, theirs["gradients"], two_biases=weights[2].ndim == 2)
    agree(name, theirs["outputs"], exact["outputs"])
    agree(name, theirs["loss"], exact["gradients"]["loss"])
    agree(name, theirs["inputGradient"], exact["gradients"]["input"])
    for ours, keras in zip([*cell, *theirs["headGradients"]], gradients, strict=True):
        agree(name, ours, keras)
    kept = {key: theirs[key] for key in ("module", "parameters", "gradients")}
    return {**found, "pytorch": jobs.to_json(kept)}


def agree(name, torch, keras):
    np.testing.assert_allclose(torch, keras, rtol=1e-9, atol=1e-12, err_msg=f"{name}: PyTorch and Keras disagree")


def options():
    """What else a recurrent layer can be told, as far as it changes numbers: (name, cell, options)."""
    for file, (kind, blocks, given) in CELLS.items():
        yield f"{file} useBias false", (kind, blocks, {**given, "use_bias": False})
        for activation in ("relu", "sigmoid", "linear"):
            yield f"{file} activation {activation}", (kind, blocks, {**given, "activation": activation})
        if kind != "SimpleRNN":
            for activation in ("relu", "tanh", "linear"):
                changed = {**given, "recurrent_activation": activation}
                yield f"{file} recurrentActivation {activation}", (kind, blocks, changed)


def cell_cases(file, source, cell):
    """The cases of one cell. PyTorch has no GRU that resets before the product."""
    make_case = cases.case if file == "gru-reset-before" else with_pytorch
    training = {"want": ["outputs", "gradients", "training"]}
    yield make_case("7 units", classifier(source, cell, 7))
    yield make_case("19 units", {**classifier(source, cell, 19), **training})
    yield make_case("sequences", {**sequences(source, cell, 7), **training})
    yield cases.case("every step", {**every_step(source, cell, 7), **training})
    yield cases.case("stacked", {**stacked(source, cell, 7, 6), **training})


def build():
    note = "float64 Keras from float32 inputs, rounded to 9 digits; float32Deviation: Keras's own float32 against it"
    for file, cell in CELLS.items():
        source = golden.Source(SEED)
        yield file, {"recipe": golden.recipe("recurrent", SEED, note), "cases": list(cell_cases(file, source, cell))}
    source = golden.Source(SEED)
    want = {"want": ["outputs", "gradients"]}
    made = [cases.case(name, {**classifier(source, cell, 5, bound=0.4), **want}) for name, cell in options()]
    yield "recurrent-options", {"recipe": golden.recipe("recurrent", SEED, note), "cases": made}


if __name__ == "__main__":
    golden.main(build, __doc__)
