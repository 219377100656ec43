"""Lets Keras itself rebuild a model from its configuration: that a configuration is in Keras's own JSON form.

One JSON question a line on standard input, one answer a line on standard output, as in keras_peer.py:

    {"file": "model.safetensors", "x": tensor}                          a file that Carousel saved
    {"config": {…}, "weights": [tensor, …], "x": tensor}                or the parts, weights in order; of several inputs a list

The configuration goes to keras.models.model_from_json as it stands. The answer: {"weightNames", "shapes", "compiled",
"outputs" (of several a list), "differences"}; differences are the places where Keras, asked for the rebuilt model's JSON, writes something
else than it was given; none means that the JSON is what Keras would have written.
"""

import keras_peer  # first: it chooses the backend

import json

import golden
import job as jobs
import keras
import numpy as np
import safetensors_file

LITERALLY = (str, bool, type(None))


def rebuild(question):
    unknown = set(question) - {"id", "file", "config", "weights", "x"}
    if unknown:
        raise ValueError(f"unknown keys {sorted(unknown)}")
    keras.backend.clear_session()
    keras.config.set_floatx("float32")
    config, weights = contents(question)
    model = keras.models.model_from_json(json.dumps(config))
    names = jobs.weight_names(model)
    if isinstance(weights, dict):
        if set(names) != set(weights):
            raise ValueError(f"Keras names the weights {names}, the file {list(weights)}")
        weights = [weights[name] for name in names]
    model.set_weights(weights)
    answer = {
        "weightNames": names,
        "shapes": [list(w.shape) for w in model.weights],
        "compiled": bool(model.compiled),
        "differences": list(differences(config, json.loads(model.to_json()))),
    }
    if "x" in question:
        given = question["x"]
        x = [jobs.array(x, "float32") for x in given] if isinstance(given, list) else jobs.array(given, "float32")
        outputs = [golden.tensor(y) for y in keras.tree.flatten(model.predict(x, verbose=0))]
        answer["outputs"] = outputs if len(outputs) > 1 else outputs[0]
    return answer


def contents(question):
    """The configuration and the weights, out of the file or the question itself."""
    if "file" in question:
        return safetensors_file.model(question["file"])
    return question["config"], [jobs.array(w, "float32") for w in question["weights"]]


def differences(given, rebuilt, where=""):
    """Places in which two JSON values differ, whatever the order of keys; numbers to float32's precision."""
    if isinstance(given, dict) and isinstance(rebuilt, dict):
        for key in sorted(given.keys() | rebuilt.keys()):
            if key not in rebuilt:
                yield f"{where}/{key}: given {golden.brief(given[key])}, not written by Keras"
            elif key not in given:
                yield f"{where}/{key}: not given, Keras writes {golden.brief(rebuilt[key])}"
            else:
                yield from differences(given[key], rebuilt[key], f"{where}/{key}")
    elif isinstance(given, list) and isinstance(rebuilt, list) and len(given) == len(rebuilt):
        for index, pair in enumerate(zip(given, rebuilt)):
            yield from differences(*pair, f"{where}/{index}")
    elif not equal(given, rebuilt):
        yield f"{where}: given {golden.brief(given)}, Keras writes {golden.brief(rebuilt)}"


def equal(given, rebuilt):
    if isinstance(given, LITERALLY) or isinstance(rebuilt, LITERALLY):
        return type(given) is type(rebuilt) and given == rebuilt
    numbers = isinstance(given, (int, float)) and isinstance(rebuilt, (int, float))
    return np.float32(given) == np.float32(rebuilt) if numbers else given == rebuilt


if __name__ == "__main__":
    keras_peer.serve(rebuild, {"versions": golden.versions()})
