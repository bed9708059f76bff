"""The state of a training run in one file, so that it can go on as if it had never stopped.

A checkpoint is a safetensors file: tensors only, nothing that could run when it is read. It
holds the model's parameters, the optimiser's state, the state of torch's random numbers, and
what the run has recorded so far.
"""

import json
import os
import tempfile
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn


def save(
    path: Path,
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    record: dict[str, Any],
) -> None:
    """Write a checkpoint; an interruption leaves the one before.

    Args:
        path: where to; the folder exists.
        model, optimizer: what to save.
        record: anything that JSON can hold; floats come back exactly.

    Raises:
        OSError: the folder does not exist or cannot be written to.
    """
    tensors = {f"model.{k}": v.clone() for k, v in model.state_dict().items()}
    state = optimizer.state_dict()
    for index, slots in state["state"].items():
        for slot, value in slots.items():
            tensors[f"optimizer.{index}.{slot}"] = torch.as_tensor(value).clone()
    tensors["random.cpu"] = torch.get_rng_state()
    if torch.cuda.is_available():
        tensors["random.cuda"] = torch.cuda.get_rng_state()
    metadata = {"record": json.dumps(record)}
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    try:
        contiguous = {k: v.contiguous().cpu() for k, v in tensors.items()}
        save_file(contiguous, name, metadata)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def read_record(path: Path) -> dict[str, Any]:
    """What the run had recorded when it wrote the checkpoint.

    Raises:
        ValueError: the file is damaged or no checkpoint.
    """
    return _read(path)[1]


def load(path: Path, model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
    """Restore model, optimiser and random numbers from a checkpoint.

    Nothing is changed unless all of it fits.

    Raises:
        ValueError: the file is damaged, no checkpoint, or that of another model.
    """
    tensors, _ = _read(path)
    weights = _part(tensors, "model.")
    expected = model.state_dict()
    mine = {k: tuple(v.shape) for k, v in expected.items()}
    theirs = {k: tuple(v.shape) for k, v in weights.items()}
    if mine != theirs:
        names = sorted(k for k in mine | theirs if mine.get(k) != theirs.get(k))
        k = names[0]
        raise ValueError(
            f"{path} is the checkpoint of another model: {k} should have shape "
            f"{mine.get(k, '(none)')}, and has {theirs.get(k, '(none)')}"
        )
    state: dict[int, dict[str, Tensor]] = {}
    for name, value in _part(tensors, "optimizer.").items():
        index, _, slot = name.partition(".")
        state.setdefault(int(index), {})[slot] = value
    model.load_state_dict(weights)
    groups = optimizer.state_dict()["param_groups"]
    optimizer.load_state_dict({"state": state, "param_groups": groups})
    torch.set_rng_state(tensors["random.cpu"])
    if torch.cuda.is_available() and "random.cuda" in tensors:
        torch.cuda.set_rng_state(tensors["random.cuda"])


def load_weights(path: Path, model: nn.Module) -> None:
    """Load a checkpoint's parameters alone, for using the model.

    Raises:
        ValueError: the file is damaged or no checkpoint.
        RuntimeError: the parameters are another model's.
    """
    tensors, _ = _read(path)
    model.load_state_dict(_part(tensors, "model."))


def _read(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    try:
        with safe_open(path, framework="pt") as file:
            tensors = {k: file.get_tensor(k) for k in file.keys()}  # noqa: SIM118
            metadata = file.metadata() or {}
    except SafetensorError as error:
        raise ValueError(
            f"{path} is damaged or no safetensors file: {error}"
        ) from error
    if "record" not in metadata or "random.cpu" not in tensors:
        raise ValueError(
            f"{path} holds tensors, but is not the checkpoint of a training run"
        )
    return tensors, json.loads(metadata["record"])


def _part(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {
        k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)
    }
