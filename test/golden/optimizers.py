"""Writes optimizers.json: ten steps of every optimizer on a small model: losses, final weights, slots."""

import golden  # first: it chooses the backend

import cases

SEED = 2015
ROWS, BATCH, EPOCHS = 9, 2, 2  # five steps an epoch, the last on a single row

OPTIMIZERS = {
    "SGD": ("SGD", {"learning_rate": 0.1}),
    "SGD, default": ("SGD", {}),
    "SGD, momentum": ("SGD", {"learning_rate": 0.1, "momentum": 0.9}),
    "SGD, Nesterov": ("SGD", {"learning_rate": 0.1, "momentum": 0.9, "nesterov": True}),
    "RMSprop": ("RMSprop", {"learning_rate": 0.02}),
    "RMSprop, default": ("RMSprop", {}),
    "RMSprop, momentum": ("RMSprop", {"learning_rate": 0.02, "rho": 0.8, "momentum": 0.9}),
    "RMSprop, centered": ("RMSprop", {"learning_rate": 0.02, "centered": True}),
    "RMSprop, centered, momentum": ("RMSprop", {"learning_rate": 0.02, "momentum": 0.5, "centered": True}),
    "Adam": ("Adam", {"learning_rate": 0.05}),
    "Adam, default": ("Adam", {}),
    "Adam, amsgrad": ("Adam", {"learning_rate": 0.05, "amsgrad": True}),
    "Adam, betas and epsilon": ("Adam", {"learning_rate": 0.05, "beta_1": 0.7, "beta_2": 0.9, "epsilon": 0.01}),
    "AdamW": ("AdamW", {"learning_rate": 0.05}),
    "AdamW, default": ("AdamW", {}),
    "AdamW, decay": ("AdamW", {"learning_rate": 0.05, "weight_decay": 0.5}),
    "AdamW, amsgrad": ("AdamW", {"learning_rate": 0.05, "weight_decay": 0.1, "amsgrad": True}),
}


def job(source):
    """Two dense layers on nine rows; every optimizer starts from the same weights."""
    shapes = {"hidden/kernel": (4, 5), "hidden/bias": (5,), "dense/kernel": (5, 3), "dense/bias": (3,)}
    return {
        "inputShape": [4],
        "layers": [
            {"class_name": "Dense", "config": {"name": "hidden", "units": 5, "activation": "tanh"}},
            {"class_name": "Dense", "config": {"name": "dense", "units": 3, "activation": "softmax"}},
        ],
        "loss": "categorical_crossentropy",
        "batchSize": BATCH,
        "epochs": EPOCHS,
        "weights": cases.weights_of(source, shapes),
        "x": golden.tensor(source.uniform(ROWS, 4, bound=1.5)),
        "y": golden.tensor(source.one_hot(ROWS, count=3)),
        "want": ["training", "slots"],
    }


def build():
    shared = job(golden.Source(SEED))
    note = "float64 Keras from float32 inputs, rounded to 9 digits; float32Deviation: Keras's own float32 against it"
    made = []
    for name, (class_name, config) in OPTIMIZERS.items():
        optimizer = {"class_name": class_name, "config": config}
        made.append(cases.case(name, {"optimizer": optimizer, **shared}))
    yield "optimizers", {"recipe": golden.recipe("optimizers", SEED, note), "cases": made}


if __name__ == "__main__":
    golden.main(build, __doc__)
