"""Writes around.json: the layers around the recurrent ones: outputs, masks, gradients, what training moves."""

import golden  # first: it chooses the backend

import json

import keras
import numpy as np
import tensorflow as tf
from keras.src import backend

SEED = 2015
SEQUENCE = (3, 5, 4)
VECTOR = (3, 6)
# a gap inside, a row without padding, one that is mostly padding
MASK = np.array([[1, 0, 1, 1, 0], [1, 1, 1, 1, 1], [1, 0, 0, 0, 0]], "int32")


def case(name, class_name, config, *shapes, masks=None, training=False, ids=None):
    return {
        "name": name,
        "layer": {"class_name": class_name, "config": config},
        "shapes": shapes,
        "masks": masks or [None] * len(shapes),
        "training": training,
        "ids": ids,
    }


def all_cases():
    one = [MASK]
    yield case("Masking", "Masking", {"mask_value": 0.5}, SEQUENCE)
    yield case("Embedding", "Embedding", {"input_dim": 7, "output_dim": 3, "mask_zero": True}, (3, 5), ids=7)
    yield case("Activation", "Activation", {"activation": "gelu"}, SEQUENCE, masks=one)
    yield case("Dense", "Dense", {"units": 3, "activation": "hard_silu"}, SEQUENCE, masks=one)
    for config in [{}, {"max_value": 0.75}, {"negative_slope": 0.25, "threshold": 0.5, "max_value": 1.0}]:
        yield case(f"ReLU {config}", "ReLU", config, SEQUENCE, masks=one)
    yield case("LeakyReLU", "LeakyReLU", {}, SEQUENCE, masks=one)
    yield case("ELU", "ELU", {"alpha": 0.5}, SEQUENCE, masks=one)
    for config in [{}, {"shared_axes": [1]}, {"shared_axes": [1, 2]}]:
        yield case(f"PReLU {config}", "PReLU", config, SEQUENCE, masks=one)
    for axis in [-1, 1, [1, 2]]:
        yield case(f"Softmax axis {axis}", "Softmax", {"axis": axis}, SEQUENCE)
    for config in [{}, {"axis": [1, 2]}, {"axis": 1}, {"center": False, "epsilon": 0.1}, {"scale": False}]:
        yield case(f"LayerNormalization {config}", "LayerNormalization", config, SEQUENCE, masks=one)
    yield case("LayerNormalization of vectors", "LayerNormalization", {}, VECTOR)
    for training in [False, True]:
        for masks in [None, one]:
            about = f"{', training' if training else ''}{', masked' if masks else ''}"
            config = {"momentum": 0.75}
            yield case(f"BatchNormalization{about}", "BatchNormalization", config, SEQUENCE, masks=masks, training=training)
    config = {"axis": 1, "momentum": 0.75, "center": False}
    yield case("BatchNormalization axis 1, training", "BatchNormalization", config, SEQUENCE, training=True)
    yield case("BatchNormalization axis 1", "BatchNormalization", config, SEQUENCE)
    yield case("BatchNormalization of vectors", "BatchNormalization", {"scale": False}, VECTOR, training=True)
    yield case("BatchNormalization frozen", "BatchNormalization", {"trainable": False}, VECTOR, training=True)
    for invert in [False, True]:
        config = {"mean": [0.5, -1, 2, 0], "variance": [1, 4, 0.25, 0], "invert": invert}
        yield case(f"Normalization given, invert {invert}", "Normalization", config, SEQUENCE, masks=one)
    yield case("Normalization", "Normalization", {}, SEQUENCE)
    yield case("Normalization axis null", "Normalization", {"axis": None, "mean": 0.5, "variance": 4.0}, SEQUENCE)
    yield case("Rescaling", "Rescaling", {"scale": 0.25, "offset": -1.5}, SEQUENCE, masks=one)
    for config in [
        {},
        {"padding": "same"},
        {"padding": "causal", "dilation_rate": 2},
        {"padding": "same", "strides": 2},
        {"strides": 2, "activation": "tanh"},
        {"padding": "causal", "strides": 2, "use_bias": False},
        {"padding": "same", "dilation_rate": 3},
        {"groups": 2, "padding": "same"},
    ]:
        yield case(f"Conv1D {config}", "Conv1D", {"filters": 6, "kernel_size": 3, **config}, SEQUENCE)
    yield case("Conv1D of width 2, same", "Conv1D", {"filters": 3, "kernel_size": 2, "padding": "same"}, SEQUENCE)
    for config in [{}, {"depth_multiplier": 2, "padding": "same"}, {"strides": 2, "activation": "relu"}]:
        layer = {"filters": 3, "kernel_size": 2, **config}
        yield case(f"SeparableConv1D {config}", "SeparableConv1D", layer, SEQUENCE)
    for config in [{}, {"padding": "same"}, {"pool_size": 3, "strides": 1}, {"pool_size": 3, "strides": 2, "padding": "same"}]:
        for kind in ["Max", "Average"]:
            full = {"pool_size": 2, **config} if kind == "Average" else config
            yield case(f"{kind}Pooling1D {config}", f"{kind}Pooling1D", full, SEQUENCE)
    for config in [{}, {"keepdims": True}]:
        yield case(f"GlobalMaxPooling1D {config}", "GlobalMaxPooling1D", config, SEQUENCE)
        yield case(f"GlobalAveragePooling1D {config}", "GlobalAveragePooling1D", config, SEQUENCE)
    yield case("GlobalAveragePooling1D masked", "GlobalAveragePooling1D", {}, SEQUENCE, masks=one)
    yield case("Flatten", "Flatten", {}, SEQUENCE)
    yield case("Reshape", "Reshape", {"target_shape": [2, -1]}, SEQUENCE)
    yield case("Permute", "Permute", {"dims": [2, 1]}, SEQUENCE)
    yield case("RepeatVector", "RepeatVector", {"n": 3}, VECTOR)
    yield case("ZeroPadding1D", "ZeroPadding1D", {"padding": [1, 2]}, SEQUENCE)
    yield case("Cropping1D", "Cropping1D", {"cropping": [1, 2]}, SEQUENCE)
    yield case("Cropping1D in front", "Cropping1D", {"cropping": [2, 0]}, SEQUENCE)
    yield case("UpSampling1D", "UpSampling1D", {"size": 3}, SEQUENCE)
    other = MASK[::-1].copy()
    for kind in ["Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"]:
        yield case(kind, kind, {}, SEQUENCE, SEQUENCE)
        yield case(f"{kind} of masked", kind, {}, SEQUENCE, SEQUENCE, masks=[MASK, other])
        yield case(f"{kind} of one masked", kind, {}, SEQUENCE, SEQUENCE, masks=[MASK, None])
    yield case("Add of three", "Add", {}, VECTOR, VECTOR, VECTOR)
    yield case("Multiply of different ranks", "Multiply", {}, (3, 4), SEQUENCE)
    yield case("Maximum of three masked", "Maximum", {}, *[SEQUENCE] * 3, masks=[MASK, other, MASK])
    yield case("Concatenate", "Concatenate", {}, SEQUENCE, (3, 5, 2), masks=[MASK, other])
    yield case("Concatenate, one masked", "Concatenate", {}, SEQUENCE, (3, 5, 2), masks=[MASK, None])
    yield case("Concatenate along time", "Concatenate", {"axis": 1}, SEQUENCE, (3, 5, 4), masks=[MASK, None])
    yield case("Concatenate of vectors", "Concatenate", {}, VECTOR, VECTOR, VECTOR)
    yield case("Dot of sequences", "Dot", {"axes": 2}, SEQUENCE, (3, 2, 4))
    yield case("Dot over steps", "Dot", {"axes": [1, 1]}, SEQUENCE, (3, 5, 2))
    yield case("Dot normalized", "Dot", {"axes": -1, "normalize": True}, VECTOR, VECTOR)
    yield case("Dot with a vector", "Dot", {"axes": [2, 1]}, SEQUENCE, (3, 4))
    for kind, configs in [
        ("Attention", [{}, {"use_scale": True}, {"score_mode": "concat", "use_scale": True}]),
        ("AdditiveAttention", [{}, {"use_scale": False}]),
    ]:
        for config in configs:
            yield case(f"{kind} {config}", kind, config, (3, 2, 4), SEQUENCE)
            three = [np.array([[1, 1], [1, 0], [0, 1]], "int32"), MASK, MASK]
            yield case(f"{kind} {config}, masked, with keys", kind, config, (3, 2, 4), (3, 5, 3), SEQUENCE, masks=three)
    inner = {"class_name": "BatchNormalization", "config": {"momentum": 0.75, "name": "inner"}}
    each = {"layer": {"module": "keras.layers", **inner, "registered_name": None}}
    for masks in [None, one]:
        about = ", masked" if masks else ""
        yield case(f"BatchNormalization of each step{about}", "TimeDistributed", each, SEQUENCE, masks=masks, training=True)


def measure(found, source):
    layer = getattr(keras.layers, found["layer"]["class_name"]).from_config(dict(found["layer"]["config"]))
    if found["ids"]:
        inputs = [tf.constant(source.classes(*shape, count=found["ids"])) for shape in found["shapes"]]
    else:
        inputs = [tf.constant(source.uniform(*shape, bound=2)) for shape in found["shapes"]]
    if layer.__class__.__name__ == "Masking":
        x = inputs[0].numpy()
        x[0, 1:3], x[2, 0] = 0.5, 0.5
        inputs = [tf.constant(x)]
    layer.build(tuple(inputs[0].shape) if len(inputs) == 1 else [tuple(x.shape) for x in inputs])
    for weight in layer.weights:
        value = source.uniform(*weight.shape, bound=1)
        weight.assign(np.abs(value) + 0.25 if "variance" in weight.name else value)
    if hasattr(layer, "finalize_state"):  # Normalization reads its weights when told to
        layer.finalize_state()
    before = [np.asarray(weight) for weight in layer.weights]
    for x, mask in zip(inputs, found["masks"]):
        if mask is not None:
            backend.set_keras_mask(x, tf.constant(mask.astype(bool)))
    arguments = inputs[0] if len(inputs) == 1 else inputs
    trainable = layer.trainable_weights
    wanted = [] if found["ids"] else inputs
    with tf.GradientTape() as tape:
        tape.watch(wanted)
        y = layer(arguments, training=found["training"]) if takes_training(layer) else layer(arguments)
        seed = source.uniform(*y.shape, bound=1)
        loss = tf.reduce_sum(y * seed)
    gradients = tape.gradient(loss, [*wanted, *[weight.value for weight in trainable]])
    mask = backend.get_keras_mask(y)
    name_of = lambda weight: weight.path.removeprefix(f"{layer.name}/")
    named = lambda weights, values: {name_of(weight): golden.tensor(np.asarray(value)) for weight, value in zip(weights, values)}
    names = [weight.name for weight in trainable]
    updated = [weight for weight in layer.weights if weight.name not in names]
    return {
        **{key: found[key] for key in ("name", "layer", "training")},
        "inputs": [golden.tensor(x.numpy()) for x in inputs],
        "masks": [None if mask is None else golden.tensor(mask) for mask in found["masks"]],
        "weights": named(layer.weights, before),
        "seed": golden.tensor(seed),
        "output": golden.tensor(np.asarray(y)),
        "mask": None if mask is None else golden.tensor(np.asarray(mask).astype("int32")),
        "inputGradients": [golden.tensor(np.asarray(tf.convert_to_tensor(g))) for g in gradients[: len(wanted)]],
        "weightGradients": named(trainable, [tf.convert_to_tensor(g) for g in gradients[len(wanted) :]]),
        "updated": named(updated, updated),
        "config": without_builds(json.loads(json.dumps(layer.get_config() | {"dtype": None, "name": None}))),
    }


def without_builds(config):
    """Without what says of a layer inside that it was built."""
    if not isinstance(config, dict):
        return config
    return {key: without_builds(value) for key, value in config.items() if key != "build_config"}


def takes_training(layer):
    return "training" in layer.call.__code__.co_varnames


def build():
    source = golden.Source(SEED)
    note = "one call of each layer, float32; gradients are those of the sum of seed * output"
    found = [measure(each, source) for each in all_cases()]
    yield "around", {"recipe": golden.recipe("around", SEED, note, 1e-5), "cases": found}


if __name__ == "__main__":
    golden.main(build, __doc__)
