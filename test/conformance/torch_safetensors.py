"""Opens a .safetensors file as PyTorch and NumPy users do, and prints one JSON object about it.

    python torch_safetensors.py model.safetensors

    {"metadata": [names], "tensors": [{"name", "shape", "dtype"}], "torchEqualsNumpy", "weights": [names in order],
     "weightsSha256": over the weights in the order of the configuration, "declaredSha256": what the file says}
"""

import json
import sys

import safetensors_file
import torch
from safetensors.numpy import load_file as load_numpy
from safetensors.torch import load_file as load_torch


def report(path):
    by_torch, by_numpy = load_torch(path), load_numpy(path)
    config, weights = safetensors_file.model(path)
    ordered = safetensors_file.order(config, weights)
    return {
        "metadata": sorted(safetensors_file.metadata(path)),
        "tensors": [
            {"name": name, "shape": list(tensor.shape), "dtype": str(tensor.dtype).removeprefix("torch.")}
            for name, tensor in by_torch.items()
        ],
        "torchEqualsNumpy": all(torch.equal(by_torch[n], torch.from_numpy(by_numpy[n])) for n in by_numpy),
        "weights": ordered,
        "weightsSha256": safetensors_file.sha256(by_torch[name].numpy() for name in ordered),
        "declaredSha256": safetensors_file.description(path).get("weightsSha256"),
    }


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python torch_safetensors.py FILE.safetensors")
    print(json.dumps(report(sys.argv[1])))
