"""Writes options.json: Keras's own JSON of every optimizer, regularizer and constraint, by default and with options."""

import golden  # first: it chooses the backend

import keras

SEED = 0
COMMON = {
    "learning_rate": 0.25,
    "weight_decay": 0.125,
    "clipnorm": 1.5,
    "use_ema": True,
    "ema_momentum": 0.75,
    "ema_overwrite_frequency": 7,
    "loss_scale_factor": 128.0,
    "gradient_accumulation_steps": 4,
    "name": "mine",
}
OPTIMIZERS = {
    "Adadelta": {"rho": 0.5, "epsilon": 0.25},
    "Adagrad": {"initial_accumulator_value": 0.5, "epsilon": 0.25},
    "Adam": {"beta_1": 0.5, "beta_2": 0.75, "epsilon": 0.25, "amsgrad": True},
    "AdamW": {"beta_1": 0.5, "beta_2": 0.75, "epsilon": 0.25, "amsgrad": True},
    "Adamax": {"beta_1": 0.5, "beta_2": 0.75, "epsilon": 0.25},
    "Ftrl": {
        "learning_rate_power": -0.25,
        "initial_accumulator_value": 0.5,
        "l1_regularization_strength": 0.25,
        "l2_regularization_strength": 0.125,
        "l2_shrinkage_regularization_strength": 0.75,
        "beta": 0.375,
    },
    "Lion": {"beta_1": 0.5, "beta_2": 0.75},
    "Nadam": {"beta_1": 0.5, "beta_2": 0.75, "epsilon": 0.25},
    "RMSprop": {"rho": 0.5, "momentum": 0.75, "epsilon": 0.25, "centered": True},
    "SGD": {"momentum": 0.5, "nesterov": True},
}


def optimizers():
    o = keras.optimizers
    for name, options in OPTIMIZERS.items():
        make = getattr(o, name)
        yield make
        yield lambda: make(**COMMON, **options)
    yield lambda: o.SGD(clipvalue=0.5)
    yield lambda: o.SGD(global_clipnorm=0.5)
    yield lambda: o.SGD(o.schedules.ExponentialDecay(0.5, 100, 0.25))


def regularizers():
    r = keras.regularizers
    yield from (r.L1, r.L2, r.L1L2, r.OrthogonalRegularizer)
    yield lambda: r.L1(0.5)
    yield lambda: r.L2(0.25)
    yield lambda: r.L1L2(l1=0.5, l2=0.25)
    yield lambda: r.OrthogonalRegularizer(factor=0.5, mode="columns")


def constraints():
    c = keras.constraints
    yield from (c.MaxNorm, c.MinMaxNorm, c.NonNeg, c.UnitNorm)
    yield lambda: c.MaxNorm(max_value=0.5, axis=[0, 1])
    yield lambda: c.MinMaxNorm(min_value=0.25, max_value=0.75, rate=0.5, axis=1)
    yield lambda: c.UnitNorm(axis=-1)


def serialized(makers):
    found = []
    for make in makers:
        keras.backend.clear_session()  # names are counted
        found.append(keras.saving.serialize_keras_object(make()))
    return found


def build():
    groups = {"optimizers": optimizers, "regularizers": regularizers, "constraints": constraints}
    recipe = golden.recipe("options", SEED, "verbatim return values of keras.saving.serialize_keras_object")
    yield "options", {"recipe": recipe, **{name: serialized(makers()) for name, makers in groups.items()}}


if __name__ == "__main__":
    golden.main(build, __doc__)
