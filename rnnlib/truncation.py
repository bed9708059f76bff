"""Truncated back-propagation through time: how far back a gradient may flow.

A scheme is asked for a plan each time a layer runs. Cuts lie between steps; the first state
belongs to step 0. Schemes that draw random numbers take them from torch's generator, so
`torch.manual_seed` repeats them and a checkpoint of its state continues them.

Without a scheme nothing is truncated.
"""

from dataclasses import dataclass
from typing import NamedTuple, Protocol, runtime_checkable

import torch

from rnnlib.errors import require_positive


class Window(NamedTuple):
    """Losses at steps ``losses_from … stop - 1`` reach back to step ``back_to`` (≤ 0: to all)."""

    back_to: int
    losses_from: int
    stop: int


class Plan(NamedTuple):
    """What a scheme decides for one run over T steps.

    Attributes:
        carry: factor on the gradient that step t hands to step t - 1, T numbers.
        windows: if given, each window runs back on its own, from the state it starts at.
    """

    carry: tuple[float, ...] | None
    windows: tuple[Window, ...] = ()


@runtime_checkable
class Truncation(Protocol):
    """Anything that makes a plan for ``num_steps`` steps."""

    def plan(self, num_steps: int) -> Plan: ...


@dataclass(frozen=True)
class Fixed:
    """After every k1 steps run back k2 steps: BPTT(k2; k1) of Williams and Peng.

    The losses of block m, steps m·k1 … (m + 1)·k1 - 1, reach back to step (m + 1)·k1 - k2.
    With k1 = k2 the sequence falls into blocks that exchange no gradient. With k2 > k1 the
    windows overlap, and the work grows by k2 / k1. With k2 < k1 the losses of a block that lie
    more than k2 steps before its end are not learned from; a last, shorter block counts from its
    own end.

    Raises:
        ValueError: k1 or k2 is not a whole number of at least 1.

    Source: Williams and Peng (1990); Sutskever (2013), section 2.8.6.
    """

    k1: int
    k2: int

    def __post_init__(self) -> None:
        require_positive("k1", self.k1)
        require_positive("k2", self.k2)

    def plan(self, num_steps: int) -> Plan:
        if self.k1 == self.k2:
            cuts = range(self.k1, num_steps, self.k1)
            return Plan(tuple(float(t not in cuts) for t in range(num_steps)))
        starts = range(0, num_steps, self.k1)
        return Plan(None, tuple(self._window(start, num_steps) for start in starts))

    def _window(self, start: int, num_steps: int) -> Window:
        stop = min(start + self.k1, num_steps)
        if self.k2 >= self.k1:
            return Window(start + self.k1 - self.k2, start, stop)
        back_to = stop - self.k2
        return Window(back_to, max(start, back_to), stop)


@dataclass(frozen=True)
class Variable:
    """Cut before every step with probability 1 / mean_length, and leave it at that.

    Blocks have lengths that vary from run to run, ``mean_length`` on average in a long
    sequence. The expected gradient is not the full one: a contribution from k steps back
    survives with probability (1 - 1/mean_length)^k.

    Raises:
        ValueError: a mean length below 1.
    """

    mean_length: float

    def __post_init__(self) -> None:
        _require_length(self.mean_length)

    def plan(self, num_steps: int) -> Plan:
        return Plan(carry_factors(_draw_cuts(num_steps, 1 / self.mean_length), 1.0))


@dataclass(frozen=True)
class Randomised:
    """Cut as `Variable` does, and multiply what is not cut by 1 / (1 - 1/mean_length).

    A contribution from k steps back survives with probability (1 - 1/mean_length)^k and is
    multiplied by the inverse of just that, so the expected gradient is the full one. The price
    is variance, which grows with k.

    Raises:
        ValueError: a mean length of 1 or below: everything would be cut.

    Source: Tallec and Ollivier, "Unbiasing truncated backpropagation through time" (2017).
    """

    mean_length: float

    def __post_init__(self) -> None:
        _require_length(self.mean_length)
        if self.mean_length == 1:
            raise ValueError(
                "mean_length must be greater than 1, got 1: every step would be cut"
            )

    def plan(self, num_steps: int) -> Plan:
        cut = 1 / self.mean_length
        return Plan(carry_factors(_draw_cuts(num_steps, cut), 1 / (1 - cut)))


def carry_factors(cuts: list[bool], kept: float) -> tuple[float, ...]:
    """The factor of every step: 0 at a cut, ``kept`` elsewhere, 1 before step 0.

    Args:
        cuts: for steps 1 … T - 1, whether to cut before the step.
        kept: factor where it is not cut.
    """
    return (1.0, *(0.0 if cut else kept for cut in cuts))


def _draw_cuts(num_steps: int, probability: float) -> list[bool]:
    return (torch.rand(num_steps - 1, dtype=torch.float64) < probability).tolist()


def _require_length(mean_length: float) -> None:
    if not 1 <= mean_length < float("inf"):
        raise ValueError(
            f"mean_length must be a finite number of steps, at least 1, got {mean_length}"
        )
