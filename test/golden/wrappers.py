"""Writes wrappers.json: RNN with cells and stacks, Bidirectional and TimeDistributed, in float64 Keras.

A case is a layer, as Keras serializes it, on batches that follow one another (more than one where it is stateful). A
masked step is one whose vector is all zeros (a Masking layer before it says so). The gradients are those of the sum of
seed times output over all outputs of the last batch.
"""

import golden  # first: it chooses the backend

import keras
import numpy as np
import tensorflow as tf
from keras import layers

SEED = 1997  # of the Bidirectional's paper
ROWS, STEPS, INPUTS = 3, 4, 2
# Rows: nothing masked, leading and interior steps, trailing ones and a gap.
GAPS = [[1, 1, 1, 1], [0, 1, 0, 1], [1, 0, 1, 0]]

SEQUENCES, STATE, BACK = {"return_sequences": True}, {"return_state": True}, {"go_backwards": True}
ZERO, STATEFUL = {"zero_output_for_mask": True}, {"stateful": True}
EVERY = {**SEQUENCES, **STATE}


def lstm_cell(**more):
    return layers.LSTMCell(3, **more)


def odd(**more):
    """A cell that no fused kernel runs: its activation has none."""
    return layers.LSTMCell(3, activation="softmax", recurrent_activation="softmax", **more)


def stack():
    return [layers.LSTMCell(3), layers.GRUCell(2), layers.SimpleRNNCell(3, activation="relu")]


def odd_stack():
    return [
        layers.GRUCell(3, activation="softmax", reset_after=False),
        layers.SimpleRNNCell(2, activation="softmax", use_bias=False),
        layers.GRUCell(3, recurrent_activation="softmax"),
    ]


def cases():
    """(name, layer, masked, with initial states, batches, shape of the input after the rows)."""
    steps = (STEPS, INPUTS)
    RNN, Both = layers.RNN, layers.Bidirectional
    for name, cell in {"LSTMCell": lstm_cell, "odd LSTMCell": odd, "stack": stack, "odd stack": odd_stack}.items():
        yield f"RNN of {name}: sequences and states", RNN(cell(), **EVERY), False, False, 1, steps
        yield f"RNN of {name}: mask", RNN(cell(), **EVERY), True, False, 1, steps
        yield f"RNN of {name}: mask, last output, backwards", RNN(cell(), **STATE, **BACK), True, False, 1, steps
        yield f"RNN of {name}: mask, zeros, backwards", RNN(cell(), **EVERY, **ZERO, **BACK), True, False, 1, steps
        if "stack" not in name:
            yield f"RNN of {name}: initial states", RNN(cell(), **EVERY), False, True, 1, steps
        yield f"RNN of {name}: stateful, mask", RNN(cell(), **EVERY, **STATEFUL), True, False, 2, steps
    for mode in ["concat", "sum", "mul", "ave", None]:
        yield f"Bidirectional: {mode}", Both(layers.LSTM(3, **SEQUENCES), merge_mode=mode), False, False, 1, steps
        yield f"Bidirectional: {mode}, mask", Both(layers.GRU(2), merge_mode=mode), True, False, 1, steps
    yield "Bidirectional: mask, sequences, states", Both(layers.LSTM(2, **EVERY)), True, False, 1, steps
    yield "Bidirectional: none, sequences, states", Both(layers.LSTM(2, **EVERY), merge_mode=None), False, False, 1, steps
    yield "Bidirectional: initial states", Both(layers.LSTM(2, **EVERY)), False, True, 1, steps
    yield "Bidirectional: stateful, mask", Both(layers.GRU(2, **SEQUENCES, **STATEFUL)), True, False, 2, steps
    yield "Bidirectional: a forward layer from the end", Both(
        layers.LSTM(2, **SEQUENCES, **BACK), backward_layer=layers.LSTM(2, **SEQUENCES)
    ), True, False, 1, steps
    yield "Bidirectional: another backward layer", Both(
        layers.LSTM(2, **SEQUENCES), backward_layer=layers.GRU(2, activation="relu", **SEQUENCES, **BACK)
    ), True, False, 1, steps
    yield "Bidirectional: an RNN of odd cells", Both(RNN(odd(), **SEQUENCES)), True, False, 1, steps
    Each = layers.TimeDistributed
    yield "TimeDistributed: Dense", Each(layers.Dense(3, activation="tanh")), True, False, 1, steps
    yield "TimeDistributed: softmax", Each(layers.Activation("softmax")), False, False, 1, steps
    yield "TimeDistributed: Flatten", Each(layers.Flatten()), False, False, 1, (STEPS, 2, 3)
    yield "TimeDistributed: LSTM", Each(layers.LSTM(3)), False, False, 1, (3, STEPS, INPUTS)
    yield "TimeDistributed: Bidirectional", Each(Both(layers.GRU(2, **SEQUENCES))), False, False, 1, (2, 3, INPUTS)


def make(source, layer, masked, initial, batches, shape):
    x = [source.uniform(ROWS, *shape, bound=1.5) for _ in range(batches)]
    if masked:
        # another order of rows in every batch: what one batch leaves meets leading masked steps of the next
        x = [part * np.roll(np.array(GAPS, "float32"), n, axis=0)[..., None] for n, part in enumerate(x)]
    layer.build((ROWS, *shape))
    states = state_sizes(layer) if initial else []
    return {
        "layer": without_builds(keras.saving.serialize_keras_object(layer)),
        "masked": masked,
        "weights": [golden.tensor(source.uniform(*w.shape, bound=0.7)) for w in layer.weights if "seed" not in w.path],
        "batches": [golden.tensor(part) for part in x],
        "initialState": [golden.tensor(source.uniform(ROWS, size, bound=1)) for size in states],
    }


def state_sizes(layer):
    if isinstance(layer, layers.Bidirectional):
        return [*layer.forward_layer.state_size, *layer.backward_layer.state_size]
    return layer.state_size


def without_builds(config):
    """Configurations without what only says that layers were built, and their modules: so files stay small."""
    drop = {"build_config", "registered_name", "module", "trainable", "dtype"}
    if isinstance(config, dict):
        return {key: without_builds(value) for key, value in config.items() if key not in drop and (value is not None or key == "merge_mode")}
    return [without_builds(value) for value in config] if isinstance(config, list) else config


def array(tensor):
    return np.array(tensor["data"], "float32").reshape(tensor["shape"]).astype("float64")


def answer(source, layer, case):
    batches = [tf.constant(array(x)) for x in case["batches"]]
    states = [tf.constant(array(state)) for state in case["initialState"]]
    masking = layers.Masking() if case["masked"] else lambda x: x
    variables = [w for w in layer.weights if "seed" not in w.path]
    for variable, value in zip(variables, case["weights"], strict=True):
        variable.assign(array(value))
    results = []
    for x in batches:
        with tf.GradientTape() as tape:
            x = masking(x)  # which lets no gradient of a masked step through
            tape.watch([x, *states])
            given = {"initial_state": states} if states else {}
            outputs = keras.tree.flatten(layer(x, **given))
            if "seeds" not in case:
                case["seeds"] = [golden.tensor(source.uniform(*output.shape, bound=1)) for output in outputs]
            seeds = [tf.constant(array(seed)) for seed in case["seeds"]]
            loss = tf.add_n([tf.reduce_sum(seed * output) for seed, output in zip(seeds, outputs, strict=True)])
        results.append([golden.tensor(output.numpy()) for output in outputs])
    wanted = [*[v.value for v in variables], x, *states]
    gradients = [golden.tensor(gradient.numpy()) for gradient in tape.gradient(loss, wanted)]
    masks = [getattr(output, "_keras_mask", None) is not None for output in outputs]
    return {"outputs": results, "masks": masks, "gradients": gradients}


def build():
    keras.config.set_floatx("float64")
    source = golden.Source(SEED)
    found = []
    for name, layer, *how in cases():
        case = make(source, layer, *how)
        answered = answer(source, layer, case)  # which draws the seeds
        found.append({"name": name, **case, "answer": answered})
    note = "float64 Keras from float32 inputs, rounded to 9 digits"
    yield "wrappers", {"recipe": golden.recipe("wrappers", SEED, note), "cases": found}


if __name__ == "__main__":
    golden.main(build, __doc__)
