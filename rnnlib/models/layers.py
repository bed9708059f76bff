"""What the models have in common: a layer by name, and sequences of unequal length."""

from typing import Any

import torch
from jaxtyping import Bool, Int
from torch import Tensor
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence

from rnnlib.errors import require_one_of
from rnnlib.recurrent import GRU, LSTM, RNN

LAYERS = {"RNN": RNN, "GRU": GRU, "LSTM": LSTM}


def make_layer(cell: str, input_size: int, hidden_size: int, **options: Any) -> Any:
    """An `RNN`, `GRU` or `LSTM` of `rnnlib.recurrent` with torch's options.

    Raises:
        ValueError: ``cell`` has another name.
    """
    return LAYERS[require_one_of("cell", cell, LAYERS)](
        input_size, hidden_size, **options
    )


def pack(padded: Tensor, lengths: Int[Tensor, " B"]) -> PackedSequence:
    """Pack (T, B, …), so that padding is never read; sequences may come in any order.

    Raises:
        ValueError: lengths that are not B numbers between 1 and T.
    """
    T, B = padded.shape[:2]
    if lengths.shape != (B,) or (B and not 1 <= lengths.min() <= lengths.max() <= T):
        raise ValueError(
            f"lengths must be {B} numbers between 1 and {T}, got {lengths.tolist()}"
        )
    return pack_padded_sequence(padded, lengths.cpu(), enforce_sorted=False)


def not_padding(lengths: Int[Tensor, " B"], num_steps: int) -> Bool[Tensor, "T B"]:
    """True where a sequence of the batch has a step, False in its padding."""
    steps = torch.arange(num_steps, device=lengths.device)
    return steps.unsqueeze(1) < lengths
