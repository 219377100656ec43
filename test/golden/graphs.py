"""Writes graphs.json: functional models as Keras's own to_json() writes them, with masks, states, shared layers, models in
models, lists and objects of inputs and outputs; weights, inputs and what predict() makes of them, in float32.
"""

import golden  # first: it chooses the backend

import json

import keras
import numpy as np
from keras import layers as L

SEED = 2014  # of encoder and decoder
ROWS, STEPS, WORDS, SIZE = 3, 4, 6, 2
TOLERANCE = 1e-5


def words(name=None):
    return keras.Input((STEPS,), dtype="int32", name=name)


def vectors(name=None):
    return keras.Input((STEPS, SIZE), name=name)


def facts(name=None):
    return keras.Input((3,), name=name)


def embedding():
    return L.Embedding(WORDS, SIZE, mask_zero=True)


def merged(layer):
    a, b, embed = words(), words(), embedding()
    return keras.Model([a, b], L.GRU(2)(layer([embed(a), embed(b)])))


def joined(*axis):
    a, b = vectors(), vectors()
    both = L.Concatenate(*axis)([L.Masking()(a), b])
    return keras.Model([a, b], L.LSTM(2)(both))


def joined_twice():
    a = vectors()
    masked = L.Masking()(a)
    one = L.Concatenate()([masked, L.Dense(1)(masked)])
    two = L.Concatenate()([one, one])
    plain = L.Concatenate()([a, a])
    return keras.Model(a, [L.LSTM(2)(two), L.GRU(2)(plain)])


def deepened():
    """Masks are computed of what stands before a Concatenate, and so make it deeper: layers, and weights, in another order."""
    a, b, c = words("a"), words("b"), words("c")
    one, two, three = (L.Embedding(WORDS, SIZE, mask_zero=True, name=name) for name in ("one", "two", "three"))
    both = L.Concatenate(axis=1, name="both")([one(a), two(b)])
    read = L.LSTM(2, return_sequences=True, name="read")(three(c))
    outputs = [L.GlobalAveragePooling1D(name="mean")(read), L.GRU(2, name="last")(both)]
    return keras.Model([a, b, c], outputs)


def attention():
    a, b = words(), vectors()
    seen = L.Attention()([L.Masking()(b), embedding()(a)])
    return keras.Model([a, b], L.LSTM(2)(seen))


def causal():
    a = vectors()
    masked = L.Masking()(a)
    return keras.Model(a, L.LSTM(2)(L.Attention()([masked, masked], use_causal_mask=True)))


def apart():
    a = vectors()
    there, back = L.Bidirectional(L.LSTM(2, return_sequences=True), merge_mode=None)(L.Masking()(a))
    return keras.Model(a, [L.GRU(2)(there), L.GRU(2)(back)])


def states_by_place():
    a, h, c = vectors(), keras.Input((2,)), keras.Input((2,))
    return keras.Model([a, h, c], L.LSTM(2)(a, [h, c]))


def translator():
    source, target, embed = words(), words(), embedding()
    read, h, c = L.LSTM(2, return_sequences=True, return_state=True)(embed(source))
    said = L.LSTM(2, return_sequences=True)(embed(target), initial_state=[h, c])
    both = L.Concatenate()([said, L.Attention()([said, read])])
    return keras.Model([source, target], L.TimeDistributed(L.Dense(WORDS, activation="softmax"))(both))


def inner(end=L.LSTM, **options):
    a = vectors()
    return keras.Model(a, end(2, **options)(a), name="inner")


def model_as_output():
    a, b, model = vectors(), vectors(), inner()
    return keras.Model([a, b], [model(a), L.Dense(1)(model(b)), model(b)])


def model_joined():
    a, b = vectors(), vectors()
    plain = L.Concatenate()([inner(return_sequences=True)(a), L.Masking()(b)])
    return keras.Model([a, b], L.GRU(2)(plain))


def masked_model_joined():
    a, b = vectors(), vectors()
    i = vectors()
    model = keras.Model(i, L.LSTM(2, return_sequences=True)(L.Masking()(i)), name="inner")
    return keras.Model([a, b], L.GRU(2)(L.Concatenate()([model(a), L.Masking()(b)])))


def masked_model_added():
    a, b = vectors(), vectors()
    i = vectors()
    model = keras.Model(i, L.LSTM(2, return_sequences=True)(L.Masking()(i)), name="inner")
    return keras.Model([a, b], L.GRU(2)(L.Add()([model(a), L.Masking()(b)])))


def model_by_name():
    i, j = vectors("series"), facts("facts")
    model = keras.Model({"series": i, "facts": j}, L.Concatenate()([L.LSTM(2)(i), j]), name="inner")
    a, b = vectors(), facts()
    return keras.Model([a, b], L.Dense(2)(model({"facts": b, "series": a})))


def objects():
    a, b = vectors("series"), facts("facts")
    read = L.LSTM(2)(a)
    outputs = {"topic": L.Dense(2)(read), "level": L.Dense(1)(b)}
    model = keras.Model({"series": a, "facts": b}, outputs)
    losses = {"topic": "mse", "level": "mae"}
    model.compile(optimizer="sgd", loss=losses, metrics={"level": ["mae"]})
    return model


def metrics_of_some():
    a = vectors()
    read = L.LSTM(2)(a)
    model = keras.Model(a, [L.Dense(1, name="one")(read), L.Dense(1, name="two")(read)])
    model.compile(optimizer="sgd", loss=["mse", "mse"], metrics=[None, ["mae"]])
    return model


def of_steps(make, shape):
    a = keras.Input(shape)
    return keras.Model(a, L.TimeDistributed(make())(a))


def small():
    return keras.Sequential([keras.Input((SIZE,)), L.Dense(3, activation="tanh"), L.Dense(1)], name="small")


def residual():
    a = vectors()
    return keras.Model(a, L.LSTM(2)(a + L.Dense(SIZE)(a)))


def operations():
    a = vectors()
    b = L.Dense(SIZE)(a)
    return keras.Model(a, [a - b, a * b, keras.ops.maximum(a, b), keras.ops.minimum(a, b)])


def operations_masked():
    a, b = vectors(), vectors()
    one, two = L.Masking()(a), L.Masking()(b)
    ends = [one * two, keras.ops.maximum(one, two), L.LSTM(2)(L.Add()([one - two, two]))]
    return keras.Model([a, b], ends)


def residual_masked():
    a = L.Masking()(i := vectors())
    return keras.Model(i, L.LSTM(2)(a + L.Dense(SIZE)(a)))


def shifted():
    a = vectors()
    return keras.Model(a, L.LSTM(2)(a + 1.0))


def called(layer, **arguments):
    a = vectors()
    return keras.Model(a, layer(a, **arguments))


def given_mask(layer, shape):
    a, mask = vectors(), keras.Input(shape, dtype="bool")
    return keras.Model([a, mask], layer(a, mask=mask))


def others_mask():
    a, b = words(), words()
    one, two = embedding(), embedding()
    return keras.Model([a, b], L.LSTM(2)(one(a), mask=two.compute_mask(b)))


def own_mask():
    a, embed = words(), embedding()
    return keras.Model(a, L.LSTM(2)(embed(a), mask=embed.compute_mask(a)))


def some_causal():
    a, seen = vectors(), L.Attention()
    return keras.Model(a, L.Add()([seen([a, a], use_causal_mask=True), seen([a, a])]))


def scores():
    a = vectors()
    return keras.Model(a, L.Attention()([a, a], return_attention_scores=True))


def stateful():
    a = keras.Input(batch_shape=(ROWS, STEPS, SIZE))
    return keras.Model(a, L.Dense(1)(L.LSTM(2, stateful=True)(a)))


MODELS = {
    "masks of both inputs": lambda: merged(L.Add()),
    "masks of both inputs, the larger": lambda: merged(L.Maximum()),
    "masks joined along features": joined,
    "masks joined along time": lambda: joined(1),
    "masks joined twice": joined_twice,
    "masks that make layers deeper": deepened,
    "the mask of a query": attention,
    "a causal mask": causal,
    "masks of both ways": apart,
    "states by their place": states_by_place,
    "encoder, decoder and attention": translator,
    "a model's output is an output": model_as_output,
    "a model without masks, joined": model_joined,
    "a model with masks, added": masked_model_added,
    "a model called by names": model_by_name,
    "objects of inputs and outputs": objects,
    "metrics of some outputs": metrics_of_some,
    "a chain at every step": lambda: of_steps(small, (STEPS, SIZE)),
    "a graph at every step": lambda: of_steps(inner, (3, STEPS, SIZE)),
    "a + b": residual,
    "operations": operations,
    "masked a + b": residual_masked,
    "operations on what is masked": operations_masked,
    "training": lambda: called(L.Dropout(0.5), training=True),
    "its own mask": own_mask,
    "stateful": stateful,
}

# What Carousel refuses by name, as it would not compute the same.
REFUSED = {
    "a mask given as an input": lambda: given_mask(L.LSTM(2), (STEPS,)),
    "a mask of other sequences": others_mask,
    "a mask for softmax": lambda: given_mask(L.Softmax(), (STEPS, SIZE)),
    "a model with masks, joined": masked_model_joined,
    "a + 1": shifted,
    "attention's scores": scores,
    "causal at times": some_causal,
}


def sample(source, make):
    """Names are counted per process, so they start afresh for each model."""
    keras.backend.clear_session()
    model = make()
    weights = [source.uniform(*w.shape, bound=1.0) for w in model.weights]
    model.set_weights(weights)
    x = [samples(source, tensor) for tensor in model.inputs]
    given = model.input
    if isinstance(given, dict):
        given = dict(zip(sorted(given), x))
    else:
        given = x if isinstance(given, list) else x[0]
    return {
        "json": json.loads(model.to_json()),
        "weights": [golden.tensor(w) for w in weights],
        "x": [golden.tensor(t) for t in x],
        "outputs": [golden.tensor(t) for t in keras.tree.flatten(model.predict(given, verbose=0))],
    }


def samples(source, tensor):
    """Words and vectors with gaps; a first step that is there."""
    shape = (ROWS, *tensor.shape[1:])
    if tensor.dtype == "int32":
        found = source.classes(*shape, count=WORDS) * source.classes(*shape, count=2)
        found[:, 0] = 1
        return found
    found = source.uniform(*shape, bound=1.5)
    if len(shape) == 3:
        found[:, 1:] *= source.classes(ROWS, shape[1] - 1, 1, count=2)
    return found


def build():
    source = golden.Source(SEED)
    document = {"recipe": golden.recipe("graphs", SEED, "to_json() verbatim, and predict() in float32", TOLERANCE)}
    document["models"] = {name: sample(source, make) for name, make in MODELS.items()}
    document["refused"] = {}
    for name, make in REFUSED.items():
        keras.backend.clear_session()
        document["refused"][name] = json.loads(make().to_json())
    yield "graphs", document


if __name__ == "__main__":
    golden.main(build, __doc__)
