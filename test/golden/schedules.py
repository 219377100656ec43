"""Writes schedules.json: the rates of every learning rate schedule at many steps, and Keras's JSON of it."""

import golden  # first: it chooses the backend

import keras

SEED = 2017
STEPS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 16, 19, 20, 21, 29, 30, 31, 40, 69, 70, 71, 100, 1000]

SCHEDULES = {
    "exponential": ("ExponentialDecay", {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.5}),
    "exponential, staircase": (
        "ExponentialDecay",
        {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.96, "staircase": True},
    ),
    "inverse time": ("InverseTimeDecay", {"initial_learning_rate": 0.1, "decay_steps": 7, "decay_rate": 0.5}),
    "inverse time, staircase": (
        "InverseTimeDecay",
        {"initial_learning_rate": 0.1, "decay_steps": 7, "decay_rate": 0.5, "staircase": True},
    ),
    "polynomial, default": ("PolynomialDecay", {"initial_learning_rate": 0.1, "decay_steps": 20}),
    "polynomial": (
        "PolynomialDecay",
        {"initial_learning_rate": 0.1, "decay_steps": 20, "end_learning_rate": 0.01, "power": 0.5},
    ),
    "polynomial, cycle": (
        "PolynomialDecay",
        {"initial_learning_rate": 0.1, "decay_steps": 15, "end_learning_rate": 0.01, "power": 2.0, "cycle": True},
    ),
    "cosine": ("CosineDecay", {"initial_learning_rate": 0.1, "decay_steps": 40}),
    "cosine, alpha": ("CosineDecay", {"initial_learning_rate": 0.1, "decay_steps": 40, "alpha": 0.2}),
    "cosine, warm-up": (
        "CosineDecay",
        {
            "initial_learning_rate": 0.01,
            "decay_steps": 30,
            "alpha": 0.05,
            "warmup_target": 0.1,
            "warmup_steps": 10,
        },
    ),
    "cosine restarts, default": ("CosineDecayRestarts", {"initial_learning_rate": 0.1, "first_decay_steps": 10}),
    "cosine restarts": (
        "CosineDecayRestarts",
        {"initial_learning_rate": 0.1, "first_decay_steps": 10, "t_mul": 1.5, "m_mul": 0.8, "alpha": 0.1},
    ),
    "cosine restarts of one length": (
        "CosineDecayRestarts",
        {"initial_learning_rate": 0.1, "first_decay_steps": 10, "t_mul": 1.0, "m_mul": 0.9},
    ),
    "piecewise": ("PiecewiseConstantDecay", {"boundaries": [5, 10, 30], "values": [0.1, 0.05, 0.01, 0.001]}),
    "piecewise, two": ("PiecewiseConstantDecay", {"boundaries": [15], "values": [0.1, 0.02]}),
}


def build():
    keras.config.set_floatx("float64")
    made = []
    for name, (class_name, config) in SCHEDULES.items():
        schedule = getattr(keras.optimizers.schedules, class_name)(**config)
        rates = [golden.number(float(schedule(step))) for step in STEPS]
        made.append({"name": name, "json": keras.optimizers.schedules.serialize(schedule), "rates": rates})
    note = "Keras's rates in float64 after so many batches, rounded to 9 digits"
    recipe = golden.recipe("schedules", SEED, note)
    yield "schedules", {"recipe": recipe, "steps": STEPS, "schedules": made}


if __name__ == "__main__":
    golden.main(build, __doc__)
