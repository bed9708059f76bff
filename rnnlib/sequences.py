"""Between the shapes in which sequences come and the rows in which layers work.

Rows are those of a `torch.nn.utils.rnn.PackedSequence`: all sequences' step 0, longest sequence
first, then their step 1, and so on. A dense batch is the case in which all are equally long.
"""

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.utils.rnn import PackedSequence


class Sequences(NamedTuple):
    """A batch of sequences in rows, and how it came.

    Attributes:
        rows: shape (N, I), N steps in all.
        batch_sizes: how many sequences are still running at each of the T steps.
        packed: the packed sequence it came from, if it did.
        batched: False for a single sequence without a batch dimension.
        batch_first: a dense batch came as (B, T, I), not as (T, B, I).
    """

    rows: Tensor
    batch_sizes: tuple[int, ...]
    packed: PackedSequence | None
    batched: bool
    batch_first: bool

    @property
    def batch_size(self) -> int:
        return self.batch_sizes[0]

    def sort(self, state: Tensor) -> Tensor:
        """Put states (L, B, H), or (L, H) for a single sequence, into the rows' order."""
        if not self.batched:
            return state.unsqueeze(1)
        if self.packed is None or self.packed.sorted_indices is None:
            return state
        return state.index_select(1, self.packed.sorted_indices)

    def unsort(self, state: Tensor) -> Tensor:
        """Undo `sort`."""
        if not self.batched:
            return state.squeeze(1)
        if self.packed is None or self.packed.unsorted_indices is None:
            return state
        return state.index_select(1, self.packed.unsorted_indices)

    def restore(self, rows: Tensor) -> Tensor | PackedSequence:
        """Give rows (N, F) the form in which the inputs came."""
        if self.packed is not None:
            return self.packed._replace(data=rows)
        dense = rows.view(len(self.batch_sizes), self.batch_size, rows.shape[1])
        if not self.batched:
            return dense.squeeze(1)
        return dense.transpose(0, 1) if self.batch_first else dense


def arrange(inputs: Tensor | PackedSequence, batch_first: bool) -> Sequences:
    """Put sequences into rows.

    Args:
        inputs: packed, or dense: (T, B, I), (B, T, I) if ``batch_first``, or (T, I).

    Raises:
        RuntimeError: a dense batch without any step.
    """
    if isinstance(inputs, PackedSequence):
        sizes = tuple(inputs.batch_sizes.tolist())
        return Sequences(inputs.data, sizes, inputs, True, batch_first)
    batched = inputs.dim() == 3
    dense = inputs if batched else inputs.unsqueeze(1)
    if batched and batch_first:
        dense = dense.transpose(0, 1)
    T, B, _ = dense.shape
    if T == 0:
        raise RuntimeError("Expected sequence length to be larger than 0, got 0")
    return Sequences(dense.flatten(0, 1), (B,) * T, None, batched, batch_first)


def reverse(rows: Tensor, batch_sizes: tuple[int, ...]) -> Tensor:
    """Turn the time of every sequence around; twice gives back the rows."""
    T, B = len(batch_sizes), batch_sizes[0]
    if batch_sizes[-1] == B:
        return rows.view(T, B, rows.shape[1]).flip(0).flatten(0, 1)
    begin, length = _begins_and_lengths(batch_sizes)
    step = torch.repeat_interleave(torch.arange(T), torch.tensor(batch_sizes))
    sequence = torch.arange(len(rows)) - begin[step]
    index = begin[length[sequence] - 1 - step] + sequence
    return rows.index_select(0, index.to(rows.device))


def last_rows(rows: Tensor, batch_sizes: tuple[int, ...]) -> Tensor:
    """The row of every sequence's last step, shape (B, F)."""
    B = batch_sizes[0]
    if batch_sizes[-1] == B:
        return rows[len(rows) - B :]
    begin, length = _begins_and_lengths(batch_sizes)
    return rows.index_select(0, (begin[length - 1] + torch.arange(B)).to(rows.device))


def _begins_and_lengths(batch_sizes: tuple[int, ...]) -> tuple[Tensor, Tensor]:
    """The first row of every step, (T,), and the number of steps of every sequence, (B,)."""
    sizes = torch.tensor(batch_sizes)
    length = (sizes.unsqueeze(1) > torch.arange(batch_sizes[0])).sum(dim=0)
    return sizes.cumsum(0) - sizes, length
