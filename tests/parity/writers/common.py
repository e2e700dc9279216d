"""Shared by the fixture writers: versions, deterministic files, and random weights that make every parameter matter."""

import importlib.metadata
import json
import math
import pathlib
import struct
import zlib

import numpy as np
import safetensors.numpy
import torch

HERE = pathlib.Path(__file__).resolve().parent.parent


def check_versions():
    """Stops unless every package of requirements.txt has exactly the pinned version."""
    wrong = []
    for line in (HERE / "requirements.txt").read_text().splitlines():
        if "==" not in line or line.startswith("#"):
            continue
        name, pinned = line.strip().split("==")
        try:
            found = importlib.metadata.version(name).split("+")[0]
        except importlib.metadata.PackageNotFoundError:
            found = "nothing"
        if found != pinned:
            wrong.append(f"{name}: {pinned} needed, {found} found")
    if wrong:
        raise SystemExit("The fixtures are made with pinned versions only (requirements.txt): " + "; ".join(wrong))


def canonical(file_bytes, metadata=None):
    """The same safetensors file with a sorted header, so that equal contents are equal bytes."""
    (length,) = struct.unpack("<Q", file_bytes[:8])
    header = json.loads(file_bytes[8 : 8 + length])
    metadata = header.pop("__metadata__", {}) if metadata is None else metadata
    ordered = {"__metadata__": dict(sorted(metadata.items()))} if metadata else {}
    ordered.update(sorted(header.items(), key=lambda entry: entry[1]["data_offsets"]))
    text = json.dumps(ordered, separators=(",", ":"), ensure_ascii=True).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + file_bytes[8 + length :]


def save(path, tensors, config=None, metadata=None):
    """Writes tensors (torch or numpy) as safetensors; `config` goes into the metadata as JSON under the key "config"."""
    arrays = {}
    for name, value in tensors.items():
        value = value.detach().contiguous().numpy() if isinstance(value, torch.Tensor) else np.asarray(value)
        if value.dtype == np.float64:
            raise TypeError(f"{name} is f64; say which precision the fixture wants")
        arrays[name] = np.ascontiguousarray(value)
    metadata = dict(metadata or {})
    if config is not None:
        metadata["config"] = json.dumps(config, sort_keys=True, ensure_ascii=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(canonical(safetensors.numpy.save(arrays), metadata))


def save_json(path, value, indent=2):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=indent, ensure_ascii=True) + "\n")


def f32(value):
    return np.asarray(value, dtype=np.float32)


def generator(seed):
    return torch.Generator("cpu").manual_seed(seed)


def randn(shape, seed):
    return torch.randn(shape, generator=generator(seed))


def randomise(module, seed):
    """Fills every parameter: matrices and kernels N(0, 1 / fan_in), norms around 1, biases and embeddings around 0.

    Each tensor has its own stream (seed and name), so adding a module leaves the others alone. Values are rounded to f16, so
    that files keep them in f16 without changing the reference.
    """
    norms = (torch.nn.GroupNorm, torch.nn.LayerNorm)
    with torch.no_grad():
        for module_name, part in module.named_modules():
            for name, parameter in part.named_parameters(recurse=False):
                stream = generator(seed * 1_000_003 + zlib.crc32(f"{module_name}.{name}".encode()))
                noise = torch.randn(parameter.shape, generator=stream)
                if isinstance(part, norms) and name == "weight":
                    value = 1 + 0.2 * noise
                elif parameter.ndim < 2:
                    value = 0.1 * noise
                elif isinstance(part, torch.nn.Embedding):
                    value = 0.5 * noise
                else:
                    value = noise / math.sqrt(parameter[0].numel())
                parameter.copy_(value.half())
    return module.eval()


def weights(module):
    """The state dict under `weights.`, floats in f16; for a module that `randomise` filled."""
    state = module.state_dict().items()
    return {f"weights.{name}": value.half() if value.is_floating_point() else value for name, value in state}


def check_order_one(label, value):
    """A fixture whose outputs are tiny, huge or not finite would test little."""
    spread = float(value.float().std())
    if not (0.1 < spread < 10.0) or not bool(torch.isfinite(value).all()):
        raise ValueError(f"{label}: the output's standard deviation is {spread:.3g}, wanted 0.1 to 10")
