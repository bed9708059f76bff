"""Truncation schemes against brute force: the gradient of every use of the weights on its own."""

import itertools

import pytest
import torch
from torch.nn.utils.rnn import pack_sequence

from rnnlib.cells import elman_step
from rnnlib.gated import gru_step, lstm_step
from rnnlib.lags import gradient_norms_per_lag
from rnnlib.recurrent import GRU, LSTM, RNN
from rnnlib.truncation import (
    Fixed,
    Plan,
    Randomised,
    Variable,
    Window,
    carry_factors,
)

TIGHT = {"rtol": 1e-12, "atol": 1e-12}
KINDS = {"tanh": RNN, "relu": RNN, "gru": GRU, "lstm": LSTM}
I, H, B = 2, 3, 2


def draw(*shape, seed=0):
    g = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=g, dtype=torch.float64)


def make(kind, truncation=None, backend="function"):
    torch.manual_seed(1)
    options = {"nonlinearity": kind} if kind in ("tanh", "relu") else {}
    return KINDS[kind](
        I, H, dtype=torch.float64, backend=backend, truncation=truncation, **options
    )


def one_step(kind, x, h, c, W_ih, W_hh, b_ih, b_hh):
    if kind == "gru":
        return gru_step(x, h, W_ih, W_hh, b_ih, b_hh)[0], c
    if kind == "lstm":
        return lstm_step(x, h, c, W_ih, W_hh, b_ih + b_hh)[:2]
    return elman_step(x, h, W_ih, W_hh, b_ih + b_hh, kind), c


def contributions(kind, T):
    """grads[s][t]: gradient of step s's loss through step t's own copy of the parameters.

    The last of the gradients, under t = 0, belongs to the first state.
    """
    parameters = [p.detach() for p in make(kind).parameters()]
    copies = [[p.clone().requires_grad_() for p in parameters] for _ in range(T)]
    x, h_0 = draw(T, B, I, seed=2), draw(B, H, seed=3).requires_grad_()
    h, c, losses = h_0, torch.zeros(B, H, dtype=torch.float64), []
    for t in range(T):
        h, c = one_step(kind, x[t], h, c, *copies[t])
        losses.append((h * draw(B, H, seed=10 + t)).sum())
    everything = [*itertools.chain(*copies), h_0]
    table = []
    for loss in losses:
        flat = torch.autograd.grad(
            loss,
            everything,
            retain_graph=True,
            allow_unused=True,
            materialize_grads=True,
        )
        table.append([flat[4 * t : 4 * t + 4] for t in range(T)] + [flat[-1]])
    return table


def brute_force(table, weight):
    """Sum of the contributions, each times ``weight(s, t)``."""
    T = len(table)
    total = [torch.zeros_like(g) for g in table[0][0]] + [torch.zeros(B, H).double()]
    for s in range(T):
        for t in range(s + 1):
            for k in range(4):
                total[k] += weight(s, t) * table[s][t][k]
        total[4] += weight(s, 0) * table[s][T]
    return total


def by_layer(layer, T):
    h_0 = draw(B, H, seed=3).requires_grad_()
    hx = h_0[None]
    if isinstance(layer, LSTM):
        hx = hx, torch.zeros_like(hx)
    states, _ = layer(draw(T, B, I, seed=2), hx)
    weights = torch.stack([draw(B, H, seed=10 + t) for t in range(T)])
    loss = (states * weights).sum()
    return torch.autograd.grad(
        loss, [*layer.parameters(), h_0], allow_unused=True, materialize_grads=True
    )


def assert_equal(mine, reference):
    for a, b in zip(mine, reference, strict=True):
        torch.testing.assert_close(a, b, **TIGHT)


def in_window(k1, k2, T):
    """1 where BPTT(k2; k1) lets the loss of step s reach the use at step t."""

    def weight(s, t):
        block = s // k1
        end = (block + 1) * k1 if k2 >= k1 else min((block + 1) * k1, T)
        return float(end - k2 <= t and end - k2 <= s)

    return weight


@pytest.mark.parametrize("T", range(1, 9))
@pytest.mark.parametrize("kind", KINDS)
def test_fixed_equals_brute_force_for_every_k1_and_k2(kind, T):
    table = contributions(kind, T)
    for k1, k2 in itertools.product(range(1, 9), repeat=2):
        for backend in ("function", "eager"):
            layer = make(kind, Fixed(k1, k2), backend)
            reference = brute_force(table, in_window(k1, k2, T))
            assert_equal(by_layer(layer, T), reference)


@pytest.mark.parametrize("kind", KINDS)
def test_long_enough_is_not_truncated(kind):
    full = by_layer(make(kind), 6)
    for scheme in (Fixed(6, 6), Fixed(9, 9), Fixed(2, 6), Fixed(1, 7), Fixed(3, 100)):
        assert_equal(by_layer(make(kind, scheme), 6), full)
    cut = by_layer(make(kind, Fixed(3, 3)), 6)
    assert not torch.allclose(cut[1], full[1])


class Given:
    """A scheme with a fixed draw."""

    def __init__(self, cuts, kept):
        self.carry = carry_factors(cuts, kept)

    def plan(self, num_steps):
        return Plan(self.carry)


@pytest.mark.parametrize("backend", ["function", "eager"])
@pytest.mark.parametrize("kind", KINDS)
def test_expectation_of_randomised_is_the_full_gradient(kind, backend):
    T, p = 5, 0.3
    expected = [torch.zeros_like(g) for g in by_layer(make(kind), T)]
    biased = [torch.zeros_like(g) for g in expected]
    for cuts in itertools.product([False, True], repeat=T - 1):
        chance = p ** sum(cuts) * (1 - p) ** (T - 1 - sum(cuts))
        for total, kept in ((expected, 1 / (1 - p)), (biased, 1.0)):
            gradients = by_layer(make(kind, Given(list(cuts), kept), backend), T)
            for sum_, gradient in zip(total, gradients, strict=True):
                sum_ += chance * gradient
    assert_equal(expected, by_layer(make(kind), T))
    table = contributions(kind, T)
    assert_equal(biased, brute_force(table, lambda s, t: (1 - p) ** (s - t)))


@pytest.mark.parametrize(("scheme", "kept"), [(Variable, 1.0), (Randomised, 4 / 3)])
def test_draws_have_the_stated_frequency_and_follow_the_seed(scheme, kept):
    torch.manual_seed(0)
    carry = scheme(4.0).plan(40_001).carry
    assert set(carry[1:]) == {0.0, kept}
    assert carry[0] == 1
    # 40,000 draws at 1/4: standard deviation 0.0022
    assert carry.count(0.0) / 40_000 == pytest.approx(0.25, abs=0.01)
    torch.manual_seed(0)
    assert scheme(4.0).plan(40_001).carry == carry
    assert scheme(4.0).plan(40_001).carry != carry


@pytest.mark.parametrize("backend", ["function", "eager"])
@pytest.mark.parametrize("kind", KINDS)
def test_packed_sequences_are_truncated_like_single_ones(kind, backend):
    lengths = [7, 5, 2]
    inputs = [draw(n, I, seed=n) for n in lengths]
    for scheme in (Fixed(2, 3), Fixed(3, 3), Fixed(2, 7)):
        layer = make(kind, scheme, backend)
        packed, _ = layer(pack_sequence(inputs))
        mine = torch.autograd.grad(packed.data.square().sum(), list(layer.parameters()))
        alone = sum(layer(x)[0].square().sum() for x in inputs)
        assert_equal(mine, torch.autograd.grad(alone, list(layer.parameters())))


def test_values_do_not_depend_on_truncation():
    x = draw(7, B, I)
    for scheme in (
        Fixed(2, 2),
        Fixed(2, 5),
        Fixed(5, 2),
        Randomised(3.0),
        Variable(2.0),
    ):
        for kind in KINDS:
            mine, reference = make(kind, scheme)(x), make(kind)(x)
            torch.testing.assert_close(mine, reference, **TIGHT)


def test_windows():
    assert Fixed(2, 3).plan(5).windows == (
        Window(-1, 0, 2),
        Window(1, 2, 4),
        Window(3, 4, 5),
    )
    assert Fixed(2, 2).plan(5) == Plan((1.0, 1.0, 0.0, 1.0, 0.0))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Fixed(0, 2), "k1 must be .* got 0"),
        (lambda: Fixed(2, -1), "k2 must be .* got -1"),
        (lambda: Variable(0.5), "at least 1, got 0.5"),
        (lambda: Randomised(1.0), "greater than 1, got 1"),
        (lambda: Randomised(float("inf")), "finite"),
    ],
)
def test_bad_schemes_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("nonlinearity", ["tanh", "relu"])
def test_norms_per_lag_equal_autograd(nonlinearity):
    T = 6
    table = contributions(nonlinearity, T)
    layer = make(nonlinearity)
    h_0 = draw(B, H, seed=3)
    states, _ = layer(draw(T, B, I, seed=2), h_0[None])
    norms = gradient_norms_per_lag(
        states.detach(), h_0, layer.weight_hh_l0.detach(),
        draw(B, H, seed=10 + T - 1), nonlinearity,
    )  # fmt: skip
    reference = [torch.linalg.matrix_norm(table[-1][T - 1 - k][1]) for k in range(T)]
    torch.testing.assert_close(norms, torch.stack(reference), **TIGHT)


def test_norms_per_lag_name_wrong_shapes():
    with pytest.raises(ValueError, match="nonlinearity must be"):
        gradient_norms_per_lag(
            draw(4, B, H), draw(B, H), draw(H, H), draw(B, H), "sigmoid"
        )
