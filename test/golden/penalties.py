"""Writes (…-)penalties.json: regularizers of weights and outputs, constraints of weights."""

import golden  # first: it chooses the backend

import cases
import job as jobs

SEED = 1943
ROWS, BATCH, EPOCHS = 7, 3, 2  # the last batch is a single row
SINGLE = 1e-6  # how near a float32 answer is to the exact one


def l1(by):
    return {"class_name": "L1", "config": {"l1": by}}


def l2(by):
    return {"class_name": "L2", "config": {"l2": by}}


def both(l1, l2):
    return {"class_name": "L1L2", "config": {"l1": l1, "l2": l2}}


def orthogonal(factor, mode):
    return {"class_name": "OrthogonalRegularizer", "config": {"factor": factor, "mode": mode}}


def constraint(class_name, **config):
    return {"class_name": class_name, "config": config}


DENSE = {
    "L1": {"kernel_regularizer": l1(0.02)},
    "L2 of kernel and bias": {"kernel_regularizer": l2(0.03), "bias_regularizer": l2(0.2)},
    "L1 and L2": {"kernel_regularizer": both(0.01, 0.02), "bias_regularizer": both(0.1, 0.0)},
    "names": {"kernel_regularizer": "l2", "bias_regularizer": "l1", "kernel_constraint": "max_norm"},
    "outputs, L2": {"activity_regularizer": l2(0.05)},
    "outputs, L1 and L2": {"activity_regularizer": both(0.02, 0.03), "kernel_regularizer": l2(0.01)},
    "MaxNorm": {"kernel_constraint": constraint("MaxNorm", max_value=0.5, axis=0)},
    "MaxNorm of rows": {"kernel_constraint": constraint("MaxNorm", max_value=0.6, axis=1)},
    "MaxNorm of all": {"kernel_constraint": constraint("MaxNorm", max_value=0.9, axis=[0, 1])},
    "MaxNorm of a bias": {"bias_constraint": constraint("MaxNorm", max_value=0.3, axis=0)},
    "MinMaxNorm": {"kernel_constraint": constraint("MinMaxNorm", min_value=0.4, max_value=0.6, rate=0.5, axis=0)},
    "MinMaxNorm of rows": {
        "kernel_constraint": constraint("MinMaxNorm", min_value=0.4, max_value=0.6, rate=1.0, axis=-1)
    },
    "NonNeg": {"kernel_constraint": constraint("NonNeg"), "bias_constraint": constraint("NonNeg")},
    "UnitNorm": {"kernel_constraint": constraint("UnitNorm", axis=0)},
}

# Keras cannot compute these in float64
ORTHOGONAL = {
    "orthogonal rows": {"kernel_regularizer": orthogonal(0.5, "rows")},
    "orthogonal columns": {"kernel_regularizer": orthogonal(0.5, "columns")},
}

ORTHOGONAL_CELLS = {
    "GRU": ({"GRU, orthogonal columns": {"kernel_regularizer": orthogonal(0.5, "columns")}}, 3, (2, 9)),
    "LSTM": (
        {
            "LSTM, orthogonal columns": {
                "kernel_regularizer": orthogonal(0.4, "columns"),
                "recurrent_regularizer": orthogonal(0.6, "columns"),
            },
        },
        4,
        (12,),
    ),
}

GRU = {
    "GRU, all": {
        "kernel_regularizer": l2(0.02),
        "recurrent_regularizer": l1(0.01),
        "bias_regularizer": both(0.01, 0.02),
        "activity_regularizer": l2(0.03),
        "kernel_constraint": constraint("UnitNorm", axis=1),
        "recurrent_constraint": constraint("MaxNorm", max_value=0.7, axis=0),
        "bias_constraint": constraint("MaxNorm", max_value=0.2, axis=0),
    },
    "GRU, norm of each bias": {"bias_constraint": constraint("MaxNorm", max_value=0.4, axis=1)},
    "GRU, norm of both biases": {"bias_constraint": constraint("MinMaxNorm", min_value=0.6, max_value=0.8, axis=[0, 1])},
}

LSTM = {
    "LSTM, all": {
        "kernel_regularizer": both(0.01, 0.02),
        "recurrent_regularizer": l2(0.02),
        "bias_regularizer": l1(0.01),
        "activity_regularizer": l1(0.02),
        "kernel_constraint": constraint("NonNeg"),
        "recurrent_constraint": constraint("MinMaxNorm", min_value=0.3, max_value=0.8, axis=0),
        "bias_constraint": constraint("UnitNorm", axis=0),
    },
}

EMBEDDING = {
    "Embedding": {
        "embeddings_regularizer": l2(0.05),
        "embeddings_constraint": constraint("MaxNorm", max_value=0.5, axis=1),
    },
}


def job(source, layers, shape, weights, x, optimizer="sgd"):
    return {
        "inputShape": shape,
        "layers": layers,
        "loss": "mean_squared_error",
        "optimizer": optimizer,
        "batchSize": BATCH,
        "epochs": EPOCHS,
        "gradientRows": ROWS - 2,
        "weights": cases.weights_of(source, weights),
        "x": golden.tensor(x),
        "y": golden.tensor(source.uniform(ROWS, 2, bound=1.0)),
        "want": ["evaluation", "gradients", "training"],
    }


def head():
    return {"class_name": "Dense", "config": {"name": "dense", "units": 2}}


RATE = {"class_name": "SGD", "config": {"learning_rate": 0.2}}


def single(name, job):
    """A case that Keras answers in float32 alone."""
    job = {**job, "precision": "float32"}
    deviation = {part: SINGLE for part in job["want"]}
    return {"name": name, "job": job, "answer": jobs.to_json(jobs.answer(job)), "float32Deviation": deviation}


def dense(table, make):
    for name, config in table.items():
        source = golden.Source(SEED)
        layer = {"class_name": "Dense", "config": {"name": "hidden", "units": 5, "activation": "tanh", **config}}
        weights = {"hidden/kernel": (4, 5), "hidden/bias": (5,), "dense/kernel": (5, 2), "dense/bias": (2,)}
        yield make(name, job(source, [layer, head()], [4], weights, source.uniform(ROWS, 4, bound=1.5), RATE))


def plain():
    yield from dense(DENSE, cases.case)
    for name, config in EMBEDDING.items():
        source = golden.Source(SEED)
        layers = [
            {"class_name": "Embedding", "config": {"name": "words", "input_dim": 9, "output_dim": 3, **config}},
            {"class_name": "Flatten", "config": {"name": "flatten"}},
            head(),
        ]
        weights = {"words/embeddings": (9, 3), "dense/kernel": (6, 2), "dense/bias": (2,)}
        yield cases.case(name, job(source, layers, [2], weights, source.classes(ROWS, 2, count=9), RATE))


def recurrent(cells, make):
    for class_name, (table, gates, bias) in cells.items():
        for name, config in table.items():
            source = golden.Source(SEED)
            layer = {"class_name": class_name, "config": {"name": "cell", "units": 3, **config}}
            weights = {
                "cell/kernel": (2, 3 * gates),
                "cell/recurrent_kernel": (3, 3 * gates),
                "cell/bias": bias,
                "dense/kernel": (3, 2),
                "dense/bias": (2,),
            }
            x = source.uniform(ROWS, 4, 2, bound=1.5)
            yield make(name, job(source, [layer, head()], [4, 2], weights, x, RATE))


def build():
    exact = golden.recipe("penalties", SEED, "float64 Keras from float32 inputs, rounded to 9 digits; losses hold the penalties")
    # The last bits of float32 sums are the processor's own.
    rounded = golden.recipe("penalties", SEED, "float32 Keras, which knows no other here; losses hold the penalties", SINGLE)
    files = {
        "penalties": (exact, plain()),
        "orthogonal-penalties": (rounded, [*dense(ORTHOGONAL, single), *recurrent(ORTHOGONAL_CELLS, single)]),
        "recurrent-penalties": (exact, recurrent({"GRU": (GRU, 3, (2, 9)), "LSTM": (LSTM, 4, (12,))}, cases.case)),
    }
    for name, (recipe, made) in files.items():
        yield name, {"recipe": recipe, "cases": list(made)}


if __name__ == "__main__":
    golden.main(build, __doc__)
