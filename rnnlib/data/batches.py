"""From a stream of ids to batches of inputs and targets."""

import numpy as np
import torch
from jaxtyping import Int
from torch import Tensor

from rnnlib.errors import require_positive, require_shape


def sequential_batches(
    ids: Int[Tensor, " N"], batch_size: int, num_steps: int
) -> list[tuple[Int[Tensor, "T B"], Int[Tensor, "T B"]]]:
    """Cut a stream into ``batch_size`` parallel tracks, and those into chunks of T steps.

    Track b is one contiguous piece of the stream, and batch k + 1 goes on exactly where
    batch k stopped, so the final state of one batch is the right initial state of the next.
    The target of every id is the id after it. What does not fill a chunk at the end is left out.

    Args:
        ids: the stream, shape (N,).
        batch_size: B, the number of tracks.
        num_steps: T, the number of steps in a chunk.

    Returns:
        A list of pairs (inputs, targets), each of shape (T, B). They are views: no copies.

    Raises:
        ValueError: a size below 1, or a stream too short for one batch.

    Source: chapter 01, "Text in, text out".
    """
    require_shape("ids", ids, ("N",))
    B = require_positive("batch_size", batch_size)
    T = require_positive("num_steps", num_steps)
    length = (
        len(ids) - 1
    ) // B  # of a track; one id more is needed for the last target
    if length < T:
        raise ValueError(
            f"{B} tracks of {T} steps need at least {B * T + 1} ids, got {len(ids)}"
        )
    inputs = ids[: B * length].view(B, length).T
    targets = ids[1 : B * length + 1].view(B, length).T
    starts = range(0, length - T + 1, T)
    return [(inputs[s : s + T], targets[s : s + T]) for s in starts]


def random_batches(
    ids: Int[Tensor, " N"],
    batch_size: int,
    num_steps: int,
    *,
    seed: int,
    epoch: int = 0,
) -> list[tuple[Int[Tensor, "T B"], Int[Tensor, "T B"]]]:
    """Cut a stream into windows of T steps and deal them out in random order, B at a time.

    A number of ids from 0 to T - 1 at the start of the stream is left out, so that the cuts
    fall elsewhere in every epoch. The windows lie side by side without overlap. What does not
    fill a window at the end is left out, and so are the windows that do not fill a batch.
    Neighbours in a batch, and one batch and the next, have nothing to do with each other: the
    state starts anew in every batch.

    Args:
        ids: the stream, shape (N,).
        batch_size: B, the number of windows in a batch.
        num_steps: T, the number of steps in a window.
        seed: of the offset and of the order.
        epoch: counted from 0; every epoch has an offset and an order of its own, and the same
            seed and epoch always give the same batches.

    Returns:
        A list of pairs (inputs, targets), each of shape (T, B). The target of every id is the
        id after it.

    Raises:
        ValueError: a size below 1, a seed or an epoch below 0, or a stream that is too short
            for one batch at the largest offset.

    Source: Zhang et al., "Dive into Deep Learning" (2023), section 9.3.
    """
    require_shape("ids", ids, ("N",))
    B = require_positive("batch_size", batch_size)
    T = require_positive("num_steps", num_steps)
    if len(ids) < B * T + T:
        raise ValueError(
            f"{B} windows of {T} steps at offsets up to {T - 1} need at least {B * T + T} "
            f"ids, got {len(ids)}"
        )
    generator = epoch_generator(seed, epoch)
    offset = int(torch.randint(T, (), generator=generator))
    count = (len(ids) - offset - 1) // T
    inputs = ids[offset : offset + count * T].view(count, T)
    targets = ids[offset + 1 : offset + count * T + 1].view(count, T)
    order = torch.randperm(count, generator=generator)[: count - count % B]
    return [(inputs[chosen].T, targets[chosen].T) for chosen in order.split(B)]


def epoch_generator(seed: int, epoch: int) -> torch.Generator:
    """Return a generator of its own for every pair of seed and epoch.

    Raises:
        ValueError: seed or epoch is negative.
    """
    for what, got in (("seed", seed), ("epoch", epoch)):
        if got < 0:
            raise ValueError(f"{what} must be a whole number of at least 0, got {got}")
    # seed + epoch alone would give epoch 1 of seed 0 and epoch 0 of seed 1 the same numbers
    state = np.random.SeedSequence([seed, epoch]).generate_state(1, np.uint64)
    return torch.Generator().manual_seed(int(state[0]) >> 1)
