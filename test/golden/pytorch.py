"""The same recurrent layers in PyTorch: weights rearranged from Keras's order to PyTorch's, outputs and gradients.

    system   LSTM gates  GRU gates  kernel   recurrent kernel  bias
    Keras    i f c o     z r h      [I, nH]  [H, nH]           [nH]; GRU with reset_after [2, 3H]: input, recurrent
    PyTorch  i f g o     r z n      [nH, I]  [nH, H]           two of [nH] that are added up
"""

import golden  # first: it chooses the backend

import numpy as np
import torch

MODULES = {"LSTM": torch.nn.LSTM, "GRU": torch.nn.GRU, "SimpleRNN": torch.nn.RNN}
BLOCKS = {"LSTM": [0, 1, 2, 3], "GRU": [1, 0, 2], "SimpleRNN": [0]}  # PyTorch's block k is Keras's block BLOCKS[k]


def reorder(kind, array):
    """The blocks along the last axis in PyTorch's order. A swap of two blocks undoes itself: so do the way back."""
    blocks = np.split(array, len(BLOCKS[kind]), axis=-1)
    return np.concatenate([blocks[k] for k in BLOCKS[kind]], axis=-1)


def parameters(kind, kernel, recurrent_kernel, bias):
    """Keras's three weights as PyTorch's four. Where PyTorch has a second bias to be added, a quarter goes to it."""
    if bias.ndim == 2:
        b_ih, b_hh = reorder(kind, bias)
    else:
        b_ih, b_hh = 0.75 * reorder(kind, bias), 0.25 * reorder(kind, bias)
    return {
        "weight_ih_l0": reorder(kind, kernel).T,
        "weight_hh_l0": reorder(kind, recurrent_kernel).T,
        "bias_ih_l0": b_ih,
        "bias_hh_l0": b_hh,
    }


def to_keras(kind, found, two_biases):
    """PyTorch's gradients in Keras's form. Of biases that are added up each has the gradient of the sum."""
    b_ih, b_hh = reorder(kind, found["bias_ih_l0"]), reorder(kind, found["bias_hh_l0"])
    bias = np.stack([b_ih, b_hh]) if two_biases else b_ih
    return [reorder(kind, found["weight_ih_l0"].T), reorder(kind, found["weight_hh_l0"].T), bias]


def run(kind, weights, head, x, y, rows):
    """One recurrent layer in float64, followed by a dense layer and softmax where `head` holds its two weights.

    Loss over the first rows: cross-entropy behind a head, else the mean squared error of all time steps.
    Returns PyTorch's parameters, outputs, loss and gradients, as arrays.
    """
    kernel, recurrent_kernel, bias = weights
    given = parameters(kind, *weights)
    layer = MODULES[kind](kernel.shape[0], recurrent_kernel.shape[0], batch_first=True, dtype=torch.float64)
    layer.load_state_dict({name: torch.from_numpy(value.copy()) for name, value in given.items()})
    head = [torch.from_numpy(value.copy()).requires_grad_() for value in head]
    inputs = torch.from_numpy(x.copy()).requires_grad_()
    target = torch.from_numpy(y)

    sequence = layer(inputs)[0]
    if head:
        logits = sequence[:, -1] @ head[0] + head[1]
        outputs = torch.softmax(logits, dim=-1)
        loss = torch.nn.functional.cross_entropy(logits[:rows], target[:rows])
    else:
        outputs = sequence
        loss = torch.nn.functional.mse_loss(sequence[:rows], target[:rows])
    loss.backward()
    return {
        "module": f"torch.nn.{MODULES[kind].__name__}",
        "parameters": given,
        "outputs": outputs.detach().numpy(),
        "loss": loss.item(),
        "gradients": {name: p.grad.numpy() for name, p in layer.named_parameters()},
        "headGradients": [p.grad.numpy() for p in head],
        "inputGradient": inputs.grad.numpy()[:rows],
    }
