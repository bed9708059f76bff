"""From a stream of ids to batches of inputs and targets."""

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
