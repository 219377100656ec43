"""Writes trace.json: what happens inside recurrent layers, from PyTorch's autograd in float64.

Each cell is written out step by step, in Keras's gate order and weights; gates, cell and output of every step keep
their gradient of the loss, a mean squared error behind a Dense(1) on the last output or on all of them.
"""

import golden  # first: it chooses the backend

import torch

SEED = 1994  # Bengio, Simard & Frasconi on learning long-term dependencies
ROWS, STEPS, INPUTS, UNITS = 2, 4, 2, 3
CELLS = {
    "LSTM": ("LSTM", 4, {}),
    "GRU": ("GRU", 3, {}),
    "GRU, reset before": ("GRU", 3, {"reset_after": False}),
    "SimpleRNN": ("SimpleRNN", 1, {}),
}
GATES = {"LSTM": ["input", "forget", "cell", "output"], "GRU": ["update", "reset", "candidate"], "SimpleRNN": []}


def step(kind, options, x, states, kernel, recurrent, bias):
    """One step: the gates by name, and the new states (h first)."""
    h = states[0]
    if kind == "SimpleRNN":
        return {}, [torch.tanh(x @ kernel + h @ recurrent + bias)]
    if kind == "LSTM":
        i, f, g, o = (x @ kernel + h @ recurrent + bias).split(UNITS, dim=1)
        gates = [torch.sigmoid(i), torch.sigmoid(f), torch.tanh(g), torch.sigmoid(o)]
        c = gates[1] * states[1] + gates[0] * gates[2]
        return dict(zip(GATES[kind], gates)), [gates[3] * torch.tanh(c), c]
    after = options.get("reset_after", True)
    xz, xr, xn = (x @ kernel + (bias[0] if after else bias)).split(UNITS, dim=1)
    uz, ur, un = recurrent.split(UNITS, dim=1)
    bz, br, bn = bias[1].split(UNITS) if after else (0, 0, 0)
    z = torch.sigmoid(xz + h @ uz + bz)
    r = torch.sigmoid(xr + h @ ur + br)
    n = torch.tanh(xn + (r * (h @ un + bn) if after else (r * h) @ un))
    return dict(zip(GATES[kind], [z, r, n])), [z * h + (1 - z) * n]


def case(source, name, sequences, backwards):
    kind, blocks, options = CELLS[name]
    wide = blocks * UNITS
    bias = (2, wide) if kind == "GRU" and options.get("reset_after", True) else (wide,)
    shapes = {"kernel": (INPUTS, wide), "recurrent_kernel": (UNITS, wide), "bias": bias}
    weights = {key: source.uniform(*shape, bound=0.8) for key, shape in shapes.items()}
    head = {"kernel": source.uniform(UNITS, 1, bound=0.8), "bias": source.uniform(1, bound=0.5)}
    x = source.uniform(ROWS, STEPS, INPUTS, bound=1.5)
    y = source.uniform(*((ROWS, STEPS, 1) if sequences else (ROWS, 1)), bound=1)

    exact = [torch.tensor(w, dtype=torch.float64, requires_grad=True) for w in weights.values()]
    states = [torch.zeros(ROWS, UNITS, dtype=torch.float64)] * (2 if kind == "LSTM" else 1)
    steps = [None] * STEPS
    for t in reversed(range(STEPS)) if backwards else range(STEPS):
        gates, states = step(kind, options, torch.tensor(x[:, t], dtype=torch.float64), states, *exact)
        steps[t] = {**gates, "h": states[0], **({"c": states[1]} if kind == "LSTM" else {})}
        for value in steps[t].values():
            value.retain_grad()
    w, b = (torch.tensor(part, dtype=torch.float64) for part in head.values())
    h = states[0]
    if sequences:
        h = torch.stack([found["h"] for found in steps], dim=1)
        h = h.flip(1) if backwards else h  # Keras returns them in the order of processing
    loss = ((h @ w + b - torch.tensor(y, dtype=torch.float64)) ** 2).mean()
    loss.backward()
    zero = torch.zeros(ROWS, UNITS, dtype=torch.float64)
    over_time = lambda key, pick: golden.tensor(torch.stack([pick(found[key]) for found in steps], dim=1).detach().numpy())
    return {
        "name": f"{name}{', sequences' if sequences else ''}{', backwards' if backwards else ''}",
        "className": kind,
        "config": {"units": UNITS, **options, "return_sequences": sequences, "go_backwards": backwards},
        "weights": [golden.tensor(weight) for weight in [*weights.values(), *head.values()]],
        "x": golden.tensor(x),
        "y": golden.tensor(y),
        "loss": golden.number(loss.item()),
        "values": {key: over_time(key, lambda v: v) for key in steps[0]},
        "gradients": {key: over_time(key, lambda v: zero if v.grad is None else v.grad) for key in steps[0]},
    }


def build():
    source = golden.Source(SEED)
    note = "float64 PyTorch from float32 inputs, rounded to 9 digits"
    ways = [(False, False), (True, False), (False, True), (True, True)]
    cases = [case(source, name, *way) for name in CELLS for way in ways]
    yield "trace", {"recipe": golden.recipe("trace", SEED, note), "cases": cases}


if __name__ == "__main__":
    golden.main(build, __doc__)
