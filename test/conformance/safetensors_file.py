"""Reads a saved model as any user of the safetensors package would: nothing here knows how Carousel writes it."""

import hashlib
import json

import numpy as np
from safetensors import safe_open
from safetensors.numpy import load_file

KEY = "carousel"  # under which the metadata hold all that is no tensor, as JSON
SLOTS = "optimizer/"
WEIGHTS = ("embeddings", "kernel", "recurrent_kernel", "bias")  # of a layer, in Keras's order


def metadata(path):
    """The file's metadata: a text by each name."""
    with safe_open(path, framework="np") as file:
        return file.metadata() or {}


def description(path):
    """The JSON that describes the model."""
    return json.loads(metadata(path)[KEY])


def model(path):
    """Keras's configuration of the model, and its weights by name, without the optimizer's slots."""
    weights = {name: tensor for name, tensor in load_file(path).items() if not name.startswith(SLOTS)}
    return description(path)["model"], weights


def order(config, names):
    """The weights' names in the order of Keras's get_weights(), by the configuration: layer by layer."""
    layers = [layer["config"]["name"] for layer in config["config"]["layers"]]
    found = [f"{layer}/{weight}" for layer in layers for weight in WEIGHTS if f"{layer}/{weight}" in names]
    if set(found) != set(names):
        raise ValueError(f"the configuration has the weights {found}, the file {sorted(names)}")
    return found


def sha256(tensors):
    """SHA-256 over the bytes of float32 tensors, little-endian, one after another."""
    digest = hashlib.sha256()
    for tensor in tensors:
        digest.update(np.ascontiguousarray(tensor, dtype="<f4").tobytes())
    return digest.hexdigest()
