"""Who computes a recurrent layer: four ways to the same numbers.

- "eager": `rnnlib.unroll`, step by step, gradients from autograd; second derivatives work.
- "function": `rnnlib.bptt`, the hand-derived backward; first derivatives only.
- "torch": torch's own layers, which know no truncation.
- "auto": whichever is fastest for the input at hand; the rules below come from
  `benchmarks/recurrent.py`.
"""

from typing import Any

import torch
from torch import Tensor

from rnnlib.errors import require_one_of
from rnnlib.sequences import Sequences
from rnnlib.truncation import Truncation

BACKENDS = ("auto", "eager", "function", "torch")
LARGE_GRU = (
    20_000  # states in a step, B · H, from which torch's own GRU is the faster one
)


def choose(
    backend: str,
    kind: str,
    rows: Tensor,
    *,
    states_in_step: int,
    packed: bool,
    truncation: Truncation | None,
) -> str:
    """The backend that will run: "eager", "function" or "torch".

    Args:
        backend: what was asked for, one of `BACKENDS`.
        kind: "RNN", "GRU" or "LSTM".
        rows: the input, shape (N, I).
        states_in_step: B · H.
        packed: whether sequences differ in length.
        truncation: a scheme, or None.

    Raises:
        ValueError: another backend; "torch" together with a truncation scheme.
    """
    require_one_of("backend", backend, BACKENDS)
    if backend == "torch" and truncation is not None:
        raise ValueError(
            f'the backend "torch" cannot truncate; expected "function", "eager" or "auto" '
            f"with {truncation}"
        )
    if backend != "auto":
        return backend
    if truncation is not None:
        return "function"
    autocast = torch.is_autocast_enabled(rows.device.type)
    if rows.device.type != "cpu" or autocast or not torch.is_grad_enabled():
        return "torch"
    # one oneDNN primitive runs a dense LSTM in float32
    onednn = kind == "LSTM" and not packed and rows.dtype != torch.float64
    large = kind == "GRU" and states_in_step > LARGE_GRU
    return "torch" if onednn or large else "function"


def run_torch(
    layer: Any,
    sequences: Sequences,
    states: tuple[Tensor, ...],
    weights: list[tuple[Tensor, ...]],
) -> tuple[Tensor, tuple[Tensor, ...]]:
    """All layers through torch's own functions: rows of the last layer, last states of all."""
    flat = [weight for group in weights for weight in group]
    name = {"GRU": "gru", "LSTM": "lstm"}.get(type(layer).__name__)
    function = getattr(torch, name or f"rnn_{layer.nonlinearity}")
    hx = states if name == "lstm" else states[0]
    rows, sizes = sequences.rows, sequences.batch_sizes
    settings = layer.bias, layer.num_layers, layer.dropout, layer.training
    if sequences.packed is not None:
        counts = sequences.packed.batch_sizes
        out, *last = function(
            rows, counts, hx, flat, *settings, bool(layer.bidirectional)
        )
        return out, tuple(last)
    dense = rows.view(len(sizes), sizes[0], rows.shape[1])
    out, *last = function(dense, hx, flat, *settings, bool(layer.bidirectional), False)
    return out.flatten(0, 1), tuple(last)
