"""Generated tasks: what they contain, and what their trivial solutions score."""

import math

import pytest
import torch

from rnnlib import tasks


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("T", [2, 3, 50])
def test_adding(T):
    inputs, targets = tasks.adding(T, 4000, generator())
    numbers, marks = inputs.unbind(dim=2)
    assert inputs.shape == (T, 4000, 2)
    assert torch.equal(marks[: T // 2].sum(dim=0), torch.ones(4000))
    assert torch.equal(marks[T // 2 :].sum(dim=0), torch.ones(4000))
    torch.testing.assert_close(targets, (numbers * marks).sum(dim=0))
    # saying 1: five standard errors of the squared error's mean, whose deviation is 0.19
    error = (targets - 1).square().mean().item()
    assert error == pytest.approx(tasks.ADDING_BASELINE, abs=5 * 0.2 / math.sqrt(4000))


def test_copy():
    T = 7
    inputs, targets = tasks.copy_memory(T, 50, generator())
    assert inputs.shape == targets.shape == (T + 20, 50)
    assert torch.equal(inputs[:10], targets[-10:])
    assert inputs[:10].max() == 7
    assert (targets[:-10] == 8).all()
    assert (inputs[T + 9] == 9).all()  # the signal comes one step before the answer
    assert (inputs[10 : T + 9] == 8).all()
    assert (inputs[T + 10 :] == 8).all()
    p = torch.full((T + 20,), 1.0)
    p[-10:] = 1 / 8
    assert -p.log().mean().item() == pytest.approx(tasks.copy_baseline(T), rel=1e-6)


@pytest.mark.parametrize("T", [10, 60, 101])
def test_temporal_order(T):
    inputs, targets = tasks.temporal_order(T, 2000, generator())
    for sequence, target in zip(inputs.T.tolist(), targets.tolist(), strict=True):
        first, second = [t for t, symbol in enumerate(sequence) if symbol >= 4]
        assert T // 10 <= first < 2 * T // 10
        assert 5 * T // 10 <= second < 6 * T // 10
        assert target == 2 * (sequence[first] == 5) + (sequence[second] == 5)
    shares = torch.bincount(targets, minlength=4) / len(targets)
    # five standard errors of a share of 1/4
    assert (shares - tasks.TEMPORAL_ORDER_BASELINE).abs().max() < 5 * math.sqrt(
        3 / 16 / 2000
    )


@pytest.mark.parametrize("max_depth", [1, 2, 5])
def test_brackets(max_depth):
    T, B = 40, 4000
    inputs, targets = tasks.brackets(T, B, max_depth, generator())
    depth = (1 - 2 * inputs).cumsum(dim=0)
    assert torch.equal(depth, targets)
    assert targets.min() == 0
    assert targets.max() == max_depth
    best = [
        torch.bincount(row, minlength=max_depth + 1).max().item() / B for row in targets
    ]
    # per step the largest share is over-estimated by at most a few standard errors
    error = 4 * math.sqrt(0.25 / B)
    assert sum(best) / T == pytest.approx(
        tasks.brackets_baseline(T, max_depth), abs=error
    )


def test_draws_are_seeded():
    for draw in (
        lambda g: tasks.adding(9, 4, g),
        lambda g: tasks.copy_memory(9, 4, g),
        lambda g: tasks.temporal_order(20, 4, g),
        lambda g: tasks.brackets(9, 4, 3, g),
    ):
        first, again, other = draw(generator(1)), draw(generator(1)), draw(generator(2))
        assert all(map(torch.equal, first, again))
        assert not torch.equal(first.inputs, other.inputs)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda g: tasks.adding(1, 4, g), "num_steps must be at least 2, got 1"),
        (
            lambda g: tasks.temporal_order(9, 4, g),
            "num_steps must be at least 10, got 9",
        ),
        (lambda g: tasks.copy_memory(0, 4, g), "num_steps .* at least 1, got 0"),
        (lambda g: tasks.brackets(4, 0, 3, g), "batch_size .* got 0"),
        (lambda g: tasks.brackets(4, 1, 0, g), "max_depth .* got 0"),
    ],
)
def test_bad_sizes_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call(generator())
