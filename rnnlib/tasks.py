"""Generated tasks with a known answer, each with the score of a trivial solution.

Every generator takes a `torch.Generator`, so a batch can be drawn again. Inputs are time-major.
"""

import math
from typing import NamedTuple

import torch
from torch import Generator, Tensor

from rnnlib.errors import require_positive


class Batch(NamedTuple):
    """Inputs and targets of B sequences."""

    inputs: Tensor
    targets: Tensor


def _at_least(what: str, got: int, least: int) -> int:
    if got < least:
        raise ValueError(f"{what} must be at least {least}, got {got}")
    return got


def adding(num_steps: int, batch_size: int, generator: Generator) -> Batch:
    """Add the two marked numbers, one in each half of the sequence.

    Args:
        num_steps: T, at least 2.
        batch_size: B.
        generator: of the draws.

    Returns:
        Inputs (T, B, 2): a number from U(0, 1), and a mark, 1 at two steps and 0 elsewhere.
        Targets (B,): the sum of the two marked numbers.

    Source: Hochreiter and Schmidhuber, "Long short-term memory" (1997), experiment 4, with the
    numbers from U(0, 1) that later papers use.
    """
    T, B = (
        _at_least("num_steps", num_steps, 2),
        require_positive("batch_size", batch_size),
    )
    numbers = torch.rand(T, B, generator=generator)
    first = torch.randint(T // 2, (B,), generator=generator)
    second = torch.randint(T // 2, T, (B,), generator=generator)
    marks = torch.zeros(T, B)
    marks[first, torch.arange(B)] = 1
    marks[second, torch.arange(B)] = 1
    return Batch(torch.stack([numbers, marks], dim=2), (numbers * marks).sum(dim=0))


ADDING_BASELINE = (
    1 / 6
)  # mean squared error of always saying 1: the variance of the sum


def copy_memory(num_steps: int, batch_size: int, generator: Generator) -> Batch:
    """Read ten symbols, wait, and say them again after the signal.

    Args:
        num_steps: T, the length of the wait, at least 1.
        batch_size: B.
        generator: of the draws.

    Returns:
        Inputs (T + 20, B): ids below 10; eight symbols, 8 for blank, 9 for the signal.
        Targets (T + 20, B): blank, and the ten symbols at the last ten steps.

    Source: Arjovsky, Shah and Bengio, "Unitary evolution recurrent neural networks" (2016).
    """
    T, B = (
        require_positive("num_steps", num_steps),
        require_positive("batch_size", batch_size),
    )
    symbols = torch.randint(8, (10, B), generator=generator)
    blanks = torch.full((T + 20, B), 8)
    inputs, targets = blanks.clone(), blanks
    inputs[:10] = symbols
    inputs[T + 9] = 9
    targets[-10:] = symbols
    return Batch(inputs, targets)


def copy_baseline(num_steps: int) -> float:
    """Cross-entropy, in nats per step, of blanks and then ten guesses: 10 ln 8 / (T + 20)."""
    return 10 * math.log(8) / (num_steps + 20)


def temporal_order(num_steps: int, batch_size: int, generator: Generator) -> Batch:
    """Which of X and Y came first, which second, among many distractors?

    Args:
        num_steps: T, at least 10.
        batch_size: B.
        generator: of the draws.

    Returns:
        Inputs (T, B): ids 0–3 are distractors, 4 is X, 5 is Y; one of these two stands in the
        second tenth of the sequence, one in the sixth. Targets (B,): 0 XX, 1 XY, 2 YX, 3 YY.

    Source: Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural
    networks" (2013), after Hochreiter and Schmidhuber (1997), experiment 6.
    """
    T, B = (
        _at_least("num_steps", num_steps, 10),
        require_positive("batch_size", batch_size),
    )
    inputs = torch.randint(4, (T, B), generator=generator)
    letters = torch.randint(2, (2, B), generator=generator)
    for letter, tenth in zip(letters, (1, 5), strict=True):
        at = torch.randint(
            tenth * T // 10, (tenth + 1) * T // 10, (B,), generator=generator
        )
        inputs[at, torch.arange(B)] = 4 + letter
    return Batch(inputs, 2 * letters[0] + letters[1])


TEMPORAL_ORDER_BASELINE = 1 / 4  # accuracy of a guess among four equally likely classes


def brackets(
    num_steps: int, batch_size: int, max_depth: int, generator: Generator
) -> Batch:
    """How many brackets are open? Depth never leaves 0 … max_depth; inside, coins decide.

    Args:
        num_steps: T.
        batch_size: B.
        max_depth: the deepest nesting.
        generator: of the draws.

    Returns:
        Inputs (T, B): 0 opens, 1 closes. Targets (T, B): the depth after every step.
    """
    T, B = (
        require_positive("num_steps", num_steps),
        require_positive("batch_size", batch_size),
    )
    require_positive("max_depth", max_depth)
    coins = torch.rand(T, B, generator=generator) < 0.5
    depth = torch.zeros(B, dtype=torch.int64)
    inputs, targets = (
        torch.empty(T, B, dtype=torch.int64),
        torch.empty(T, B, dtype=torch.int64),
    )
    for t in range(T):
        closes = (coins[t] | (depth == max_depth)) & (depth > 0)
        depth = depth + torch.where(closes, -1, 1)
        inputs[t], targets[t] = closes.long(), depth
    return Batch(inputs, targets)


def brackets_baseline(num_steps: int, max_depth: int) -> float:
    """The best accuracy of an answer that knows only the number of the step, not the input."""
    step = torch.zeros(max_depth + 1, max_depth + 1, dtype=torch.float64)
    for depth in range(max_depth + 1):
        for after in (depth - 1, depth + 1):
            if 0 <= after <= max_depth:
                step[depth, after] = 1.0 if depth in (0, max_depth) else 0.5
    p = torch.zeros(max_depth + 1, dtype=torch.float64)
    p[0] = 1
    best = 0.0
    for _ in range(require_positive("num_steps", num_steps)):
        p = p @ step
        best += p.max().item()
    return best / num_steps
