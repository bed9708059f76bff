"""Errors of recurrent layers and cells: same types and key phrases as in torch.nn."""

import numbers
import warnings

import torch
from torch import Tensor
from torch.nn.utils.rnn import PackedSequence


def check_options(
    *,
    input_size: int,
    hidden_size: int,
    num_layers: int,
    bias: bool,
    batch_first: bool,
    dropout: float,
    proj_size: int = 0,
) -> None:
    """Refuse what torch.nn's layers refuse.

    Raises:
        TypeError: a size that is no whole number, a switch that is no bool.
        ValueError: a size below 1, dropout outside [0, 1], proj_size not in [0, hidden_size).
    """
    if (
        not isinstance(dropout, numbers.Real)
        or isinstance(dropout, bool)
        or not 0 <= dropout <= 1
    ):
        raise ValueError(
            f"dropout should be a number in range [0, 1], the probability of an element "
            f"being zeroed, got: {dropout!r}"
        )
    for name, switch in (("bias", bias), ("batch_first", batch_first)):
        if not isinstance(switch, bool):
            raise TypeError(
                f"{name} should be of type bool, got: {type(switch).__name__}"
            )
    sizes = {"input_size": input_size, "hidden_size": hidden_size}
    for name, size in (sizes | {"num_layers": num_layers}).items():
        if not isinstance(size, int):
            raise TypeError(f"{name} should be of type int, got: {type(size).__name__}")
        if size <= 0:
            raise ValueError(f"{name} must be greater than zero, got: {size}")
    if not 0 <= proj_size < hidden_size:
        raise ValueError(
            f"proj_size has to be smaller than hidden_size, and at least 0 (no projection), "
            f"got: {proj_size} with hidden_size {hidden_size}"
        )
    if dropout > 0 and num_layers == 1:
        warnings.warn(
            "dropout acts between layers, so with num_layers=1 it does nothing, "
            f"but got dropout={dropout}",
            stacklevel=3,
        )


def check_dimensions(
    name: str, inputs: Tensor | PackedSequence, hx: tuple[Tensor, ...] | None
) -> None:
    """Raise unless inputs are packed, 2-D or 3-D, and states have as many dimensions.

    Raises:
        ValueError: inputs of another number of dimensions.
        RuntimeError: states of another number of dimensions.
    """
    if isinstance(inputs, PackedSequence):
        return
    if inputs.dim() not in (2, 3):
        raise ValueError(f"{name}: Expected input to be 2D or 3D, got {inputs.dim()}D")
    for state in hx or ():
        if state.dim() != inputs.dim():
            kind = "batched" if inputs.dim() == 3 else "unbatched"
            raise RuntimeError(
                f"For {kind} {inputs.dim()}-D input, hx should also be {inputs.dim()}-D "
                f"but got {state.dim()}-D tensor"
            )


def check_rows_of_input(rows: Tensor, weight: Tensor) -> None:
    """Raise unless input rows (N, I) suit weights (…, I) in number, dtype and device.

    Raises:
        ValueError: another dtype.
        RuntimeError: another number of features, or another device.
    """
    if rows.dtype != weight.dtype and not torch.is_autocast_enabled(rows.device.type):
        raise ValueError(
            f"RNN input dtype ({rows.dtype}) does not match weight dtype ({weight.dtype}). "
            f"Convert input: input.to({weight.dtype}), or convert model: model.to({rows.dtype})"
        )
    if rows.dim() != 2:
        raise RuntimeError(f"input must have 2 dimensions, got {rows.dim()}")
    if rows.shape[1] != weight.shape[1]:
        raise RuntimeError(
            "input.size(-1) must be equal to input_size. "
            f"Expected {weight.shape[1]}, got {rows.shape[1]}"
        )
    if rows.device != weight.device:
        raise RuntimeError(f"input is on {rows.device}, the weights on {weight.device}")


def check_state(
    what: str, state: Tensor, expected: tuple[int, ...], like: Tensor
) -> None:
    """Raise RuntimeError unless a state has this shape, and dtype and device of ``like``."""
    if tuple(state.shape) != expected:
        raise RuntimeError(f"Expected {what} size {expected}, got {list(state.shape)}")
    if state.dtype != like.dtype or state.device != like.device:
        raise RuntimeError(
            f"Expected {what} to be {like.dtype} on {like.device}, as the weights are, "
            f"got {state.dtype} on {state.device}"
        )


def check_cell_input(
    name: str, inputs: Tensor, states: dict[str, Tensor], input_size: int, size: int
) -> None:
    """Raise unless a cell's input is (I,) or (B, I) and each state (H,) or (B, H).

    Raises:
        ValueError: another number of dimensions.
        RuntimeError: another size.
    """
    for what, tensor in {"input": inputs, **states}.items():
        if tensor.dim() not in (1, 2):
            raise ValueError(
                f"{name}: Expected {what} to be 1D or 2D, got {tensor.dim()}D instead"
            )
    if inputs.shape[-1] != input_size:
        raise RuntimeError(
            f"input has inconsistent input_size: got {inputs.shape[-1]} expected {input_size}"
        )
    for k, state in enumerate(states.values()):
        if state.shape[-1] != size:
            raise RuntimeError(
                f"hidden{k} has inconsistent hidden_size: "
                f"got {state.shape[-1]}, expected {size}"
            )
        if state.shape[:-1] != inputs.shape[:-1]:
            batches = [t.shape[0] if t.dim() == 2 else None for t in (inputs, state)]
            raise RuntimeError(
                f"Input batch size {batches[0]} doesn't match hidden{k} batch size {batches[1]}"
            )
