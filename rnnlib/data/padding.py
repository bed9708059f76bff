"""Sequences of different lengths in one batch: filling up, and grouping by length.

For packed sequences use ``torch.nn.utils.rnn.pack_padded_sequence`` on what `pad` returns.
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from jaxtyping import Int
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from rnnlib.data.batches import epoch_generator
from rnnlib.errors import require_positive, require_shape


class Padded(NamedTuple):
    """B sequences side by side.

    Attributes:
        ids: shape (T, B), T the largest length; after its end a sequence holds the padding.
        lengths: shape (B,), int64, on the CPU, where ``pack_padded_sequence`` wants it.
    """

    ids: Tensor
    lengths: Tensor


def pad(sequences: Sequence[Int[Tensor, " _"]], padding: int = 0) -> Padded:
    """Put B sequences of ids side by side, the short ones filled up to the longest.

    Args:
        sequences: B tensors, each of shape (length,), all of one dtype and on one device.
        padding: the id that fills up; 0 is ``<pad>`` in a `Vocabulary` with all specials.

    Returns:
        The ids, shape (T, B), and the lengths, shape (B,).

    Raises:
        ValueError: no sequences, an empty one (a recurrent network has nothing to say about
            it, and packing refuses it), one that is not a vector, or a negative
            ``padding``.
    """
    if not sequences:
        raise ValueError("sequences must hold at least one sequence, got none")
    if padding < 0:
        raise ValueError(f"padding must be an id of at least 0, got {padding}")
    for at, sequence in enumerate(sequences):
        require_shape(f"the sequence at position {at}", sequence, ("length",))
    lengths = [len(s) for s in sequences]
    if 0 in lengths:
        raise ValueError(
            f"sequences must not be empty, got length 0 at position {lengths.index(0)}"
        )
    ids = pad_sequence(list(sequences), padding_value=padding)
    return Padded(ids, torch.tensor(lengths))


def bucket_batches(
    lengths: Sequence[int], batch_size: int, *, seed: int, epoch: int = 0
) -> list[list[int]]:
    """Group sequences of similar length into batches, and shuffle the batches.

    The sequences are put in order of length, equal lengths in random order, and cut into
    batches; then the order of the batches is shuffled. As the batches' ranges of length do not
    overlap, all padding together is at most (batch_size - 1) · (longest - shortest) steps,
    however many sequences there are.

    Args:
        lengths: the length of every sequence.
        batch_size: the number of sequences in a batch; one batch may have fewer.
        seed: of the shuffling.
        epoch: counted from 0; the same seed and epoch always give the same batches.

    Returns:
        Batches of positions in ``lengths``; every position is in exactly one batch.

    Raises:
        ValueError: no lengths, a length or a size below 1, a seed or an epoch below 0.
    """
    require_positive("batch_size", batch_size)
    _require_lengths(lengths)
    generator = epoch_generator(seed, epoch)
    shuffled = torch.randperm(len(lengths), generator=generator).tolist()
    by_length = sorted(
        shuffled, key=lambda i: lengths[i]
    )  # stable: equals stay shuffled
    batches = [
        by_length[start : start + batch_size]
        for start in range(0, len(by_length), batch_size)
    ]
    order = torch.randperm(len(batches), generator=generator).tolist()
    return [batches[i] for i in order]


def padding_share(lengths: Sequence[int], batches: Sequence[Sequence[int]]) -> float:
    """Return the share of padding among all steps of the padded batches, from 0 to below 1.

    Args:
        lengths: the length of every sequence.
        batches: positions in ``lengths``, from `bucket_batches` or otherwise.

    Raises:
        ValueError: no lengths, a length below 1, no batches or an empty one, or a position
            that does not exist.
    """
    _require_lengths(lengths)
    if not batches or not all(batches):
        raise ValueError("batches must hold at least one sequence each, got none")
    places = [i for batch in batches for i in batch]
    if not (min(places) >= 0 and max(places) < len(lengths)):
        raise ValueError(
            f"batches must hold positions from 0 to {len(lengths) - 1}, got "
            f"{min(places)} to {max(places)}"
        )
    steps = sum(len(batch) * max(lengths[i] for i in batch) for batch in batches)
    return 1 - sum(lengths[i] for i in places) / steps


def _require_lengths(lengths: Sequence[int]) -> None:
    if not lengths:
        raise ValueError("lengths must hold at least one length, got none")
    for at, length in enumerate(lengths):
        require_positive(f"the length at position {at}", length)
