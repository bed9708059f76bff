"""What the three functions share: rows of packed steps, and the gradient's way back over them."""

from collections.abc import Callable, Iterator
from functools import wraps
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor

Carry = tuple[float, ...] | None


def first_order_only(backward: Callable[..., Any]) -> Callable[..., Any]:
    """Refuse to be part of a graph for second derivatives, instead of being a constant in it.

    torch's ``once_differentiable`` lets a gradient through that does not depend on the loss's
    own gradient (a loss that is linear in the states); its second derivative would be missing.
    """

    @wraps(backward)
    def checked(ctx: Any, *gradients: Tensor | None) -> Any:
        if torch.is_grad_enabled():  # as under create_graph=True
            raise RuntimeError(
                "the hand-derived backward gives first derivatives only; "
                'for create_graph=True choose the backend "eager"'
            )
        return backward(ctx, *gradients)

    return checked


def check_rows(
    a: Tensor, h_0: Tensor, batch_sizes: tuple[int, ...], carry: Carry
) -> None:
    """Raise ValueError unless rows and factors are as many as ``batch_sizes`` asks for."""
    falling = all(n >= later for n, later in pairwise(batch_sizes))
    empty = not any(batch_sizes)  # a batch of no sequences, as torch allows it
    if not batch_sizes or not falling or (batch_sizes[-1] < 1 and not empty):
        raise ValueError(
            f"batch_sizes must be positive and never grow, got {batch_sizes}"
        )
    expected = sum(batch_sizes), batch_sizes[0]
    if (len(a), len(h_0)) != expected:
        raise ValueError(
            f"batch_sizes {batch_sizes} need {expected[0]} rows of inputs and {expected[1]} "
            f"first states, got {len(a)} and {len(h_0)}"
        )
    if carry is not None and len(carry) != len(batch_sizes):
        raise ValueError(
            f"carry must hold one factor for each of {len(batch_sizes)} steps, got {len(carry)}"
        )


def room_for_states(first: Tensor, num_rows: int) -> tuple[Tensor, Tensor]:
    """Memory for ``first`` and ``num_rows`` rows after it, and the view of those rows."""
    room = first.new_empty(len(first) + num_rows, first.shape[1])
    room[: len(first)] = first
    return room, room[len(first) :]


def previous_rows(room: Tensor, batch_sizes: tuple[int, ...]) -> Tensor:
    """For every row after the first states the row of the step before it."""
    B = batch_sizes[0]
    if batch_sizes[-1] == B:
        return room[: len(room) - B]
    steps = room.split((B, *batch_sizes))
    return torch.cat([h[:n] for h, n in zip(steps, batch_sizes, strict=False)])


def backwards(
    carry: Carry, batch_sizes: tuple[int, ...], *buffers: Tensor
) -> Iterator[tuple[float, tuple[Tensor, ...]]]:
    """From the last step to the first: the factor on what it hands back, and its rows."""
    steps = list(zip(*(b.split(batch_sizes) for b in buffers), strict=True))
    factors = [1.0] * len(steps) if carry is None else list(carry)
    return zip(reversed(factors), reversed(steps), strict=True)


def add_later(
    now: Tensor, later: Tensor | None, W: Tensor, factor: float, out: Tensor
) -> None:
    """out = now + factor · later @ W, where ``later`` may have fewer rows, or be None."""
    if later is not None and len(later) == len(now):
        torch.addmm(now, later, W, alpha=factor, out=out)
        return
    out.copy_(now)
    if later is not None:
        out[: len(later)].addmm_(later, W, alpha=factor)
