"""Writes recurrent-states.json: masks, states and orders of the recurrent layers, in float64 Keras.

A case is a layer on batches that follow one another (more than one where it is stateful). A masked step is one whose
vector is all zeros (a Masking layer before it says so). The gradients are those of the sum of seed times output over
all outputs of the last batch.
"""

import golden  # first: it chooses the backend

import keras
import numpy as np
import tensorflow as tf

SEED = 2000  # of the forget gate's paper
ROWS, STEPS, INPUTS, UNITS = 3, 5, 2, 3
CELLS = {
    "LSTM": (4, 2, {}),
    "GRU": (3, 1, {}),
    "GRU, reset before": (3, 1, {"reset_after": False}),
    "SimpleRNN": (1, 1, {}),
}
# Rows: nothing masked, leading and interior steps, trailing ones and a gap; in the fourth mask a row altogether.
MASKS = {
    "gaps": [[1, 1, 1, 1, 1], [0, 0, 1, 0, 1], [1, 0, 1, 1, 0]],
    "a row": [[0, 0, 0, 0, 0], [1, 1, 1, 0, 0], [0, 1, 1, 1, 1]],
}

SEQUENCES, STATE, BACK = {"return_sequences": True}, {"return_state": True}, {"go_backwards": True}
ZERO, STATEFUL = {"zero_output_for_mask": True}, {"stateful": True}
EVERY = {**SEQUENCES, **STATE}


def variants():
    """(name, options, mask, with initial states, batches)."""
    yield "states", STATE, None, False, 1
    yield "backwards", {**EVERY, **BACK}, None, False, 1
    yield "initial states, backwards", {**EVERY, **BACK}, None, True, 1
    yield "mask", EVERY, "gaps", False, 1
    yield "mask, last output", STATE, "a row", False, 1
    yield "mask, backwards", {**EVERY, **BACK}, "gaps", False, 1
    yield "mask, zeros", {**EVERY, **ZERO}, "gaps", False, 1
    yield "mask, zeros, last output", {**STATE, **ZERO}, "gaps", False, 1
    yield "mask, zeros, backwards", {**EVERY, **ZERO, **BACK}, "a row", False, 1
    yield "mask, initial states", EVERY, "gaps", True, 1
    yield "stateful", {**EVERY, **STATEFUL}, None, False, 3
    yield "stateful, mask", {**EVERY, **STATEFUL}, "gaps", False, 2
    yield "stateful, mask, last output, backwards", {**STATE, **STATEFUL, **BACK}, "a row", False, 2


def make(source, cell, options, mask, initial, batches):
    gates, states, more = CELLS[cell]
    two_biases = cell == "GRU"
    shapes = {
        "kernel": (INPUTS, gates * UNITS),
        "recurrent_kernel": (UNITS, gates * UNITS),
        "bias": (2, gates * UNITS) if two_biases else (gates * UNITS,),
    }
    x = [source.uniform(ROWS, STEPS, INPUTS, bound=1.5) for _ in range(batches)]
    if mask:
        # another order of rows in every batch: what one batch leaves meets leading masked steps of the next
        x = [part * np.roll(np.array(MASKS[mask], "float32"), n, axis=0)[..., None] for n, part in enumerate(x)]
    length = (STEPS,) if options.get("return_sequences") else ()
    seeds = [source.uniform(ROWS, *length, UNITS, bound=1)]
    if options.get("return_state"):
        seeds += [source.uniform(ROWS, UNITS, bound=1) for _ in range(states)]
    return {
        "className": cell.split(",")[0],
        "config": {"units": UNITS, **more, **options},
        "masked": mask is not None,
        "weights": {name: golden.tensor(source.uniform(*shape, bound=0.7)) for name, shape in shapes.items()},
        "batches": [golden.tensor(part) for part in x],
        "initialState": [golden.tensor(source.uniform(ROWS, UNITS, bound=1)) for _ in range(states if initial else 0)],
        "seeds": [golden.tensor(seed) for seed in seeds],
    }


def array(tensor):
    return np.array(tensor["data"], "float32").reshape(tensor["shape"]).astype("float64")


def answer(case):
    layer = getattr(keras.layers, case["className"])(**case["config"])
    batches = [tf.constant(array(x)) for x in case["batches"]]
    states = [tf.constant(array(state)) for state in case["initialState"]]
    masking = keras.layers.Masking() if case["masked"] else lambda x: x
    layer.build(batches[0].shape)
    layer.set_weights([array(weight) for weight in case["weights"].values()])
    results = []
    for x in batches:
        with tf.GradientTape() as tape:
            x = masking(x)  # which lets no gradient of a masked step through
            tape.watch([x, *states])
            given = {"initial_state": states} if states else {}
            found = layer(x, **given)
            outputs = found if isinstance(found, (list, tuple)) else [found]
            seeds = [tf.constant(array(seed)) for seed in case["seeds"]]
            loss = tf.add_n([tf.reduce_sum(seed * output) for seed, output in zip(seeds, outputs, strict=True)])
        results.append([golden.tensor(output.numpy()) for output in outputs])
    wanted = [*layer.trainable_variables, x, *states]
    gradients = [golden.tensor(gradient.numpy()) for gradient in tape.gradient(loss, wanted)]
    masks = [getattr(output, "_keras_mask", None) for output in outputs]
    names = [*case["weights"], "x", *[f"initialState{n}" for n in range(len(states))]]
    return {
        "outputs": results,
        "masks": [None if mask is None else golden.tensor(mask.numpy().astype("int32")) for mask in masks],
        "gradients": dict(zip(names, gradients, strict=True)),
    }


def build():
    keras.config.set_floatx("float64")
    source = golden.Source(SEED)
    note = "float64 Keras from float32 inputs, rounded to 9 digits"
    found = []
    for cell in CELLS:
        for name, *how in variants():
            case = make(source, cell, *how)
            found.append({"name": f"{cell}: {name}", **case, "answer": answer(case)})
    yield "recurrent-states", {"recipe": golden.recipe("recurrent_states", SEED, note), "cases": found}


if __name__ == "__main__":
    golden.main(build, __doc__)
