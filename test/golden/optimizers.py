"""Writes optimizers.json: ten steps of every optimizer and option on a small model: losses, final weights, slots."""

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
    "Adamax": ("Adamax", {"learning_rate": 0.05}),
    "Adamax, default": ("Adamax", {}),
    "Adamax, betas and epsilon": ("Adamax", {"learning_rate": 0.05, "beta_1": 0.7, "beta_2": 0.9, "epsilon": 0.01}),
    "Nadam": ("Nadam", {"learning_rate": 0.05}),
    "Nadam, default": ("Nadam", {}),
    "Nadam, betas and epsilon": ("Nadam", {"learning_rate": 0.05, "beta_1": 0.7, "beta_2": 0.9, "epsilon": 0.01}),
    "Adagrad": ("Adagrad", {"learning_rate": 0.2}),
    "Adagrad, default": ("Adagrad", {}),
    "Adagrad, start and epsilon": (
        "Adagrad",
        {"learning_rate": 0.2, "initial_accumulator_value": 0.5, "epsilon": 0.01},
    ),
    "Adadelta": ("Adadelta", {"learning_rate": 1.0}),
    "Adadelta, default": ("Adadelta", {}),
    "Adadelta, rho and epsilon": ("Adadelta", {"learning_rate": 1.0, "rho": 0.8, "epsilon": 0.001}),
    "Ftrl": ("Ftrl", {"learning_rate": 0.2}),
    "Ftrl, default": ("Ftrl", {}),
    "Ftrl, regularized": (
        "Ftrl",
        {
            "learning_rate": 0.2,
            "initial_accumulator_value": 0.3,
            "l1_regularization_strength": 0.02,
            "l2_regularization_strength": 0.05,
            "l2_shrinkage_regularization_strength": 0.01,
            "beta": 0.1,
        },
    ),
    "Ftrl, power": ("Ftrl", {"learning_rate": 0.2, "learning_rate_power": -0.3}),
    "Lion": ("Lion", {"learning_rate": 0.02}),
    "Lion, default": ("Lion", {}),
    "Lion, betas and decay": ("Lion", {"learning_rate": 0.02, "beta_1": 0.7, "beta_2": 0.9, "weight_decay": 0.3}),
    # what all have in common
    "SGD, decay": ("SGD", {"learning_rate": 0.1, "weight_decay": 0.5}),
    "Nadam, decay": ("Nadam", {"learning_rate": 0.05, "weight_decay": 0.5}),
    "SGD, clipnorm": ("SGD", {"learning_rate": 0.1, "clipnorm": 0.2}),
    "Adam, clipnorm": ("Adam", {"learning_rate": 0.05, "clipnorm": 0.1}),
    "SGD, clipvalue": ("SGD", {"learning_rate": 0.1, "momentum": 0.9, "clipvalue": 0.05}),
    "SGD, global clipnorm": ("SGD", {"learning_rate": 0.1, "global_clipnorm": 0.3}),
    "RMSprop, global clipnorm": ("RMSprop", {"learning_rate": 0.02, "global_clipnorm": 0.3}),
    "SGD, EMA": ("SGD", {"learning_rate": 0.1, "use_ema": True, "ema_momentum": 0.8}),
    "Adam, EMA": ("Adam", {"learning_rate": 0.05, "use_ema": True}),
    "AdamW, EMA overwrites": (
        "AdamW",
        {"learning_rate": 0.05, "use_ema": True, "ema_momentum": 0.7, "ema_overwrite_frequency": 3},
    ),
    "SGD, loss scale": ("SGD", {"learning_rate": 0.1, "loss_scale_factor": 1000.0}),
    "SGD, accumulation": ("SGD", {"learning_rate": 0.1, "momentum": 0.9, "gradient_accumulation_steps": 2}),
    "Adam, accumulation": ("Adam", {"learning_rate": 0.05, "gradient_accumulation_steps": 3}),
    "Nadam, accumulation": ("Nadam", {"learning_rate": 0.05, "gradient_accumulation_steps": 2, "clipnorm": 0.1}),
    "Adam, everything": (
        "Adam",
        {
            "learning_rate": {
                "module": "keras.optimizers.schedules",
                "class_name": "ExponentialDecay",
                "config": {"initial_learning_rate": 0.1, "decay_steps": 4, "decay_rate": 0.3},
                "registered_name": None,
            },
            "weight_decay": 0.2,
            "global_clipnorm": 0.3,
            "use_ema": True,
            "ema_momentum": 0.6,
            "ema_overwrite_frequency": 2,
            "gradient_accumulation_steps": 2,
        },
    ),
    "SGD, schedule": (
        "SGD",
        {
            "learning_rate": {
                "module": "keras.optimizers.schedules",
                "class_name": "CosineDecay",
                "config": {
                    "initial_learning_rate": 0.01,
                    "decay_steps": 6,
                    "alpha": 0.1,
                    "warmup_target": 0.3,
                    "warmup_steps": 3,
                },
                "registered_name": None,
            },
            "momentum": 0.9,
        },
    ),
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
