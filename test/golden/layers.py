"""Writes layers.json: Dense, Embedding, Flatten and Activation: outputs and gradients, some trained."""

import golden  # first: it chooses the backend

import numpy as np

import cases

SEED = 2014
ACTIVATIONS = ("linear", "tanh", "sigmoid", "relu", "softmax")
EDGES = [-1000, -100, -20, -3, -0.001, 0, 0.001, 0.5, 3, 20, 100, 1000]
FORWARD_BACKWARD = ["outputs", "gradients"]


def dense(units=3, **config):
    return {"class_name": "Dense", "config": {"name": "dense", "units": units, **config}}


def activation(name):
    return {"class_name": "Activation", "config": {"name": "activation", "activation": name}}


def embedding(vocabulary, size):
    return {"class_name": "Embedding", "config": {"name": "embedding", "input_dim": vocabulary, "output_dim": size}}


FLATTEN = {"class_name": "Flatten", "config": {"name": "flatten"}}


def job(layers, weights, x, y, loss="mean_squared_error", **more):
    """A job on arrays; without more, only outputs and gradients are wanted."""
    return {
        "inputShape": list(x.shape[1:]),
        "layers": layers,
        "loss": loss,
        "weights": weights,
        "x": golden.tensor(x),
        "y": golden.tensor(y),
        **(more or {"want": FORWARD_BACKWARD}),
    }


def dense_jobs(source):
    weights = cases.weights_of(source, {"dense/kernel": (4, 3), "dense/bias": (3,)})
    x, y = source.uniform(5, 4, bound=1.5), source.uniform(5, 3, bound=1)
    for name in ACTIVATIONS:
        yield f"dense {name}", job([dense(activation=name)], weights, x, y)
    no_bias = {"dense/kernel": weights["dense/kernel"]}
    yield "dense useBias false", job([dense(use_bias=False)], no_bias, x, y)
    x, y = source.uniform(5, 2, 4, bound=1.5), source.uniform(5, 2, 3, bound=1)
    yield "dense on sequences", job([dense(activation="tanh")], weights, x, y)


def activation_jobs(source):
    edges = np.array([EDGES, EDGES[::-1]], "float32")
    target = source.uniform(2, len(EDGES), bound=1)
    for name in ACTIVATIONS:
        yield f"activation {name}", job([activation(name)], {}, edges, target)
    # The loss right after softmax or sigmoid is computed from the logits: no clipping, whatever the probabilities.
    logits = np.array([[30, -30, 0], [-200, 200, 5], [0.5, 1, -0.5], [1000, 0, -1000]], "float32")
    one_hot = np.array([[0, 1, 0], [1, 0, 0], [0, 0, 1], [1, 0, 0]], "float32")
    softmax = [activation("softmax")]
    yield "softmax, categorical cross-entropy", job(softmax, {}, logits, one_hot, "categorical_crossentropy")
    labels = one_hot.argmax(axis=1).astype("int32")
    yield "softmax, sparse cross-entropy", job(softmax, {}, logits, labels, "sparse_categorical_crossentropy")
    binary = (logits > 5).astype("float32")
    sigmoid = [activation("sigmoid")]
    yield "sigmoid, binary cross-entropy", job(sigmoid, {}, logits, 1 - binary, "binary_crossentropy")
    # Anything between the softmax and the loss hides the logits: probabilities are clipped.
    hidden = [activation("softmax"), FLATTEN]
    yield "softmax, flatten, cross-entropy", job(hidden, {}, logits, one_hot, "categorical_crossentropy")


def embedding_jobs(source):
    shapes = {"embedding/embeddings": (11, 4)}
    words = source.classes(9, 6, count=11)
    target = source.uniform(9, 6, 4, bound=1)
    yield "embedding", job([embedding(11, 4)], cases.weights_of(source, shapes), words, target)
    cube = source.uniform(3, 2, 5, bound=1)
    yield "flatten", job([FLATTEN], {}, cube, source.uniform(3, 10, bound=1))
    sgd = {"class_name": "SGD", "config": {"learning_rate": 0.1, "momentum": 0.9}}
    yield "embedding trained, words repeated in a batch", trained(source, words, 11, sgd)
    # On the TensorFlow backend Adam and RMSprop square the gradient of a repeated word occurrence by occurrence, on
    # the other backends its sum: so no word occurs twice in a batch. Rows that a batch lacks are moved all the same.
    adam = {"class_name": "Adam", "config": {"learning_rate": 0.01}}
    yield "embedding trained, words distinct in a batch", trained(source, distinct_words(source, 31), 31, adam)


def distinct_words(source, vocabulary):
    """[9, 6] words; in each batch of four rows every word is another."""
    batches = [source.generator.permutation(vocabulary)[: 6 * rows].reshape(rows, 6) for rows in (4, 4, 1)]
    return np.concatenate(batches).astype("int32")


def trained(source, words, vocabulary, optimizer):
    """Six words in, three classes out."""
    shapes = {"embedding/embeddings": (vocabulary, 4), "dense/kernel": (24, 3), "dense/bias": (3,)}
    return job(
        [embedding(vocabulary, 4), FLATTEN, dense(activation="softmax")],
        cases.weights_of(source, shapes),
        words,
        source.classes(9, count=3),
        loss="sparse_categorical_crossentropy",
        optimizer=optimizer,
        metrics=["accuracy"],
        batchSize=4,
        epochs=3,
    )


def build():
    source = golden.Source(SEED)
    note = "float64 Keras from float32 inputs, rounded to 9 digits; float32Deviation: Keras's own float32 against it"
    jobs = [*dense_jobs(source), *activation_jobs(source), *embedding_jobs(source)]
    made = [cases.case(name, job) for name, job in jobs]
    yield "layers", {"recipe": golden.recipe("layers", SEED, note), "cases": made}


if __name__ == "__main__":
    golden.main(build, __doc__)
