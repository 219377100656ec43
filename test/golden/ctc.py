"""Writes ctc.json: connectionist temporal classification, from PyTorch in float64 and from Keras.

Logits of steps, labels that zeros fill up, and for some cases how many steps of each sample there are. The gradient is
that of the sum of all samples' losses.
"""

import golden  # first: it chooses the backend

import keras
import numpy as np
import torch

SEED = 2006  # Graves, Fernández, Gomez & Schmidhuber
CLASSES = 5


def case(source, name, labels, steps, lengths=None):
    labels = np.array(labels, "int32")
    logits = source.uniform(len(labels), steps, CLASSES, bound=3)
    exact = torch.tensor(logits, dtype=torch.float64, requires_grad=True)
    values = torch.nn.functional.ctc_loss(
        torch.log_softmax(exact, dim=2).transpose(0, 1),
        torch.tensor(labels, dtype=torch.long),
        torch.tensor(lengths or [steps] * len(labels)),
        torch.tensor((labels != 0).sum(axis=1)),
        reduction="none",
    )
    values.sum().backward()
    # Keras takes all samples for equally long
    found = {} if lengths else {"keras": golden.tensor(keras.losses.CTC(reduction=None)(labels, logits).numpy())}
    return {
        "name": name,
        "labels": golden.tensor(labels),
        "logits": golden.tensor(logits),
        **({"lengths": lengths} if lengths else {}),
        "values": golden.tensor(values.detach().numpy()),
        "gradient": golden.tensor(exact.grad.numpy()),
        **found,
    }


def build():
    source = golden.Source(SEED)
    cases = [
        case(source, "all of one length", [[1, 2, 3], [4, 1, 2]], 6),
        case(source, "of different lengths, one empty", [[2, 0, 0], [1, 3, 4], [0, 0, 0], [3, 4, 0]], 7),
        case(source, "equal labels in a row", [[1, 1, 2], [3, 3, 3]], 8),
        case(source, "just enough steps", [[1, 1, 2], [1, 2, 3]], 4),
        case(source, "a single label", [[1], [4]], 5),
        case(source, "a single step", [[2], [0]], 1),
        case(source, "samples of different steps", [[1, 2, 0], [3, 3, 1], [2, 0, 0]], 9, [4, 9, 2]),
    ]
    note = "values and gradients from PyTorch in float64, keras from Keras in float32; rounded to 9 digits"
    config = keras.saving.serialize_keras_object(keras.losses.CTC())
    yield "ctc", {
        "recipe": golden.recipe("ctc", SEED, note, tolerance=1e-6),
        "configuration": {key: config[key] for key in ("module", "class_name", "config", "registered_name")},
        "cases": cases,
    }


if __name__ == "__main__":
    golden.main(build, __doc__)
