"""A golden case: a job, Keras's answer in float64, and how far Keras's own float32 answer is from it."""

import golden  # first: it chooses the backend

import numpy as np

import job as jobs


def case(name, job):
    """Answers the job in float64 and in float32. The float64 answer is the truth that is written down."""
    return answered(name, job)[1]


def answered(name, job):
    """The float64 answer as arrays, and the case made of it."""
    exact = jobs.answer({**job, "precision": "float64"})
    single = jobs.answer({**job, "precision": "float32"})
    answer = jobs.to_json(exact)
    return exact, {"name": name, "job": job, "answer": answer, "float32Deviation": deviation(exact, single)}


def deviation(exact, single):
    """The largest deviation in each part, relative to the largest number of the tensor or list it is in."""
    found = {}
    for part in jobs.PARTS:
        if part in exact:
            worst = max(largest(exact[part], single[part]), default=0.0)
            found[part] = float(f"{worst:.2g}")
    return found


def largest(exact, single):
    if isinstance(exact, dict):
        return [d for key in exact if key != "rows" for d in largest(exact[key], single[key])]
    a, b = np.asarray(exact, "float64"), np.asarray(single, "float64")
    scale = np.abs(a).max(initial=0.0)
    return [np.abs(a - b).max() / scale] if scale > 0 else []


def weights_of(source, shapes, bound=0.6):
    """Random weights by name."""
    return {name: golden.tensor(source.uniform(*shape, bound=bound)) for name, shape in shapes.items()}
