"""Dynamics of systems whose answers are known."""

import math

import pytest
import torch

from rnnlib.dynamics import (
    elman_jacobian,
    fixed_points,
    jacobian_product,
    largest_singular_value,
    lyapunov_exponents,
    spectral_radius,
)

D = torch.float64


def rotation(angle, factor=1.0):
    c, s = math.cos(angle), math.sin(angle)
    return factor * torch.tensor([[c, -s], [s, c]], dtype=D)


def test_radius_and_singular_value_of_known_matrices():
    assert spectral_radius(rotation(0.7, 1.3)) == pytest.approx(1.3, rel=1e-12)
    shear = torch.tensor(
        [[0.0, 5.0], [0.0, 0.0]], dtype=D
    )  # nilpotent, yet it stretches
    assert spectral_radius(shear) == 0
    assert largest_singular_value(shear) == pytest.approx(5, rel=1e-12)


def test_elman_jacobian_and_product_equal_autograd():
    torch.manual_seed(0)
    W, h = torch.randn(5, 5, dtype=D), torch.randn(5, dtype=D)

    def run(h, steps=4):
        for _ in range(steps):
            h = torch.tanh(W @ h)
        return h

    states = [run(h, t) for t in range(1, 5)]
    product = jacobian_product(elman_jacobian(W, h_t) for h_t in states)
    torch.testing.assert_close(
        product, torch.func.jacrev(run)(h), rtol=1e-12, atol=1e-12
    )
    with pytest.raises(ValueError, match="at least one Jacobian"):
        jacobian_product([])


def test_exponents_of_a_linear_map_are_log_moduli_of_its_eigenvalues():
    basis = torch.tensor([[1.0, 0.4, 0.2], [0.0, 1.0, 0.3], [0.1, 0.0, 1.0]], dtype=D)
    A = (
        basis
        @ torch.diag(torch.tensor([0.9, 0.5, -0.2], dtype=D))
        @ torch.linalg.inv(basis)
    )
    found = lyapunov_exponents(lambda h: A @ h, torch.ones(3, dtype=D), 4000)
    # the frame needs some steps to turn into place: an error of order 1 / num_steps
    expected = torch.tensor([0.9, 0.5, 0.2], dtype=D).log()
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-3)


def test_exponent_of_the_logistic_map_is_ln_2():
    # started at a random point, the mean over n steps has standard error of about 1/√n
    h_0 = torch.tensor([0.3123], dtype=D)
    (found,) = lyapunov_exponents(
        lambda h: 4 * h * (1 - h), h_0, 20_000, jacobian=lambda h: (4 - 8 * h)[None]
    )
    assert found.item() == pytest.approx(math.log(2), abs=0.02)


def test_exponents_of_the_henon_map():
    def henon(h):
        return torch.stack([1 - 1.4 * h[0] ** 2 + h[1], 0.3 * h[0]])

    def jacobian(h):
        J = torch.zeros(2, 2, dtype=D)
        J[0, 0], J[0, 1], J[1, 0] = -2.8 * h[0], 1, 0.3
        return J

    found = lyapunov_exponents(
        henon, torch.zeros(2, dtype=D), 10_000, discard=100, jacobian=jacobian
    )
    # the map shrinks areas by 0.3 everywhere, so the sum is exact; the first is known as 0.419
    assert found.sum().item() == pytest.approx(math.log(0.3), abs=1e-10)
    assert found[0].item() == pytest.approx(0.419, abs=0.01)


def test_sign_of_the_largest_exponent_tells_settling_cycling_and_chaos():
    g = torch.Generator().manual_seed(0)
    W = torch.randn(60, 60, generator=g, dtype=D) / math.sqrt(60)

    def largest(W):
        h_0 = torch.linspace(-0.5, 0.5, len(W), dtype=D)
        return lyapunov_exponents(
            lambda h: torch.tanh(W @ h),
            h_0,
            500,
            discard=500,
            jacobian=lambda h: elman_jacobian(W, torch.tanh(W @ h)),
        )[0].item()

    assert largest(rotation(0.3, 0.9)) == pytest.approx(math.log(0.9), abs=1e-3)
    assert abs(largest(rotation(0.3, 1.2))) < 0.01
    assert largest(2.5 * W) > 0.1


def test_fixed_points_of_one_tanh_unit():
    starts = torch.linspace(-2, 2, 9, dtype=D)[:, None]
    below, zero, above = fixed_points(lambda h: torch.tanh(2 * h), starts)
    # h = tanh(2h) has the solutions 0 and ±0.957504…
    assert above.h.item() == pytest.approx(0.9575040240772687, rel=1e-9)
    assert below.h.item() == pytest.approx(-above.h.item(), rel=1e-9)
    assert zero.h.item() == pytest.approx(0, abs=1e-9)
    assert zero.radius == pytest.approx(2, rel=1e-9)
    assert above.radius == pytest.approx(2 * (1 - above.h.item() ** 2), rel=1e-9)
    assert [p.is_stable for p in (below, zero, above)] == [True, False, True]


def test_fixed_points_of_a_contraction():
    starts = torch.randn(5, 2, generator=torch.Generator().manual_seed(0), dtype=D)
    (only,) = fixed_points(lambda h: 0.5 * rotation(1.0) @ h, starts)
    assert only.h.norm().item() < 1e-9
    assert only.is_stable
    assert fixed_points(lambda h: h + 1, starts) == []


def test_bad_input_is_named():
    with pytest.raises(ValueError, match=r"num_steps .* got 0"):
        lyapunov_exponents(torch.tanh, torch.zeros(2), 0)
