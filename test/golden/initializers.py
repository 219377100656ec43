"""Writes initializers.json: bounds, means and variances of Keras's initializers, and what orthogonal guarantees.

Random numbers differ from library to library; what must not differ is the distribution they come from.
"""

import golden  # first: it chooses the backend

import keras
import numpy as np

SEED = 2018
SHAPE = (200, 300)  # fan in, fan out: 60,000 samples put the variance within 2 % of its expectation

RANDOM = [
    ("GlorotUniform", {}),
    ("GlorotNormal", {}),
    ("HeUniform", {}),
    ("HeNormal", {}),
    ("LecunUniform", {}),
    ("LecunNormal", {}),
    ("LecunNormal", {"input_axes": [1], "output_axes": [0]}),
    ("RandomUniform", {}),
    ("RandomUniform", {"minval": -0.2, "maxval": 1.0}),
    ("RandomNormal", {}),
    ("RandomNormal", {"mean": 3.0, "stddev": 0.5}),
    ("TruncatedNormal", {}),
    ("TruncatedNormal", {"mean": -1.0, "stddev": 0.5}),
    ("VarianceScaling", {"scale": 2.0, "mode": "fan_avg", "distribution": "untruncated_normal"}),
    ("VarianceScaling", {"mode": "fan_out", "distribution": "uniform"}),
    ("VarianceScaling", {"scale": 0.5, "distribution": "truncated_normal"}),
    ("VarianceScaling", {"distribution": "uniform", "input_axes": [1], "output_axes": [0]}),
]


def sampled(name, config):
    values = make(name, config)(SHAPE)
    return {
        "name": name,
        "config": config,
        "shape": list(SHAPE),
        "mean": golden.number(values.mean()),
        "variance": golden.number(values.var()),
        "min": golden.number(values.min()),
        "max": golden.number(values.max()),
    }


def make(name, config):
    initializer = getattr(keras.initializers, name)(seed=SEED, **config)
    return lambda shape: np.asarray(initializer(shape), "float64")


def orthogonal(shape, gain):
    """The largest entry of |QQᵀ - gain²·1| for a wide Q, of |QᵀQ - gain²·1| for a tall one."""
    q = make("Orthogonal", {"gain": gain})(shape)
    product = q @ q.T if shape[0] <= shape[1] else q.T @ q
    deviation = np.abs(product - gain**2 * np.eye(min(shape))).max()
    if deviation > 1e-5:
        raise ValueError(f"orthogonal {shape}: off by {deviation}")
    identity = "rows" if shape[0] <= shape[1] else "columns"
    return {"shape": list(shape), "gain": gain, "orthonormal": identity, "within": 1e-5}


def first_weights(layer, inputs=(2, 4)):
    """The bias a layer starts with; it is not random."""
    keras.Sequential([keras.Input(inputs), layer])
    return golden.tensor(np.asarray(layer.weights[-1]))


def biases():
    l = keras.layers
    half = keras.initializers.Constant(0.5)
    yield "LSTM(3)", first_weights(l.LSTM(3))
    yield "LSTM(3, unit_forget_bias=False)", first_weights(l.LSTM(3, unit_forget_bias=False))
    yield "LSTM(3, bias_initializer=Constant(0.5))", first_weights(l.LSTM(3, bias_initializer=half))
    yield "GRU(3)", first_weights(l.GRU(3))
    yield "GRU(3, reset_after=False)", first_weights(l.GRU(3, reset_after=False))
    yield "SimpleRNN(3)", first_weights(l.SimpleRNN(3))


def build():
    keras.config.set_floatx("float32")
    yield "initializers", {
        "recipe": golden.recipe("initializers", SEED, "samples of 60,000 numbers; biases are exact", 1e-5),
        "random": [sampled(name, config) for name, config in RANDOM],
        "orthogonal": [orthogonal(s, g) for s, g in (((5, 20), 1), ((20, 5), 1), ((7, 7), 1), ((5, 20), 1.5))],
        "biases": [{"layer": name, "bias": bias} for name, bias in biases()],
    }


if __name__ == "__main__":
    golden.main(build, __doc__)
