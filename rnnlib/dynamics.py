"""What a network does when it runs by itself: Jacobians, Lyapunov exponents, fixed points.

A system is a function from a state, shape (H,), to the next state, shape (H,); the Elman network
without input is ``lambda h: torch.tanh(W_hh @ h + b_h)``. Exponents are in nats per step.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from rnnlib.errors import require_positive, require_shape

Step = Callable[[Tensor], Tensor]


def elman_jacobian(
    W_hh: Float[Tensor, "H H"], h_t: Float[Tensor, " H"]
) -> Float[Tensor, "H H"]:
    """∂h_t/∂h_{t-1} = diag(1 - h_t²) W_hh, for the tanh network that has arrived at ``h_t``."""
    return (1 - h_t.square()).unsqueeze(1) * W_hh


def jacobian_product(jacobians: Iterable[Float[Tensor, "H H"]]) -> Float[Tensor, "H H"]:
    """J_T … J_2 J_1: how a change of the first state arrives at the last one.

    Args:
        jacobians: J_1, J_2, …, J_T, in the order of time.

    Raises:
        ValueError: there is none.
    """
    product: Tensor | None = None
    for J in jacobians:
        product = J if product is None else J @ product
    if product is None:
        raise ValueError("expected at least one Jacobian, got none")
    return product


def spectral_radius(W: Float[Tensor, "H H"]) -> float:
    """The largest absolute value of an eigenvalue: how powers of W grow in the long run."""
    return torch.linalg.eigvals(W).abs().max().item()


def largest_singular_value(W: Float[Tensor, "H J"]) -> float:
    """How much W can stretch a vector in one step; never below the spectral radius."""
    return torch.linalg.matrix_norm(W, 2).item()


def lyapunov_exponents(
    step: Step,
    h_0: Float[Tensor, " H"],
    num_steps: int,
    *,
    discard: int = 0,
    jacobian: Step | None = None,
) -> Float[Tensor, " H"]:
    """Mean growth rates of small differences along a run, the largest first.

    A frame of H orthogonal directions is carried along and orthogonalised anew after every step;
    the logarithms of how much it was stretched are averaged. The largest exponent is negative
    for a run that settles, zero for one that cycles smoothly, positive for chaos.

    Args:
        step: the system.
        h_0: where it starts, shape (H,).
        num_steps: how many steps to average over.
        discard: steps before that, which lead to the attractor.
        jacobian: of ``step``, from a state to an (H, H) matrix; by automatic differentiation
            if left out.

    Returns:
        H exponents, in nats per step.

    Raises:
        ValueError: fewer than one step, or ``h_0`` is no vector.

    Source: Benettin, Galgani, Giorgilli and Strelcyn (1980).
    """
    require_positive("num_steps", num_steps)
    require_shape("h_0", h_0, ("H",))
    differentiate = jacobian or torch.func.jacrev(step)
    h = h_0
    for _ in range(discard):
        h = step(h)
    frame = torch.eye(len(h), dtype=h.dtype, device=h.device)
    total = torch.zeros_like(h)
    for _ in range(num_steps):
        frame, stretched = torch.linalg.qr(differentiate(h) @ frame)
        total += stretched.diagonal().abs().log()
        h = step(h)
    return (total / num_steps).sort(descending=True).values


class FixedPoint(NamedTuple):
    """A state that the system maps to itself.

    Attributes:
        h: the state, shape (H,).
        radius: spectral radius of the Jacobian there; below 1, nearby states are drawn in.
    """

    h: Tensor
    radius: float

    @property
    def is_stable(self) -> bool:
        return self.radius < 1


def fixed_points(
    step: Step,
    starts: Float[Tensor, "N H"],
    *,
    max_steps: int = 50,
    tolerance: float = 1e-10,
) -> list[FixedPoint]:
    """Find states with step(h) = h by Newton's method, from many starts.

    Args:
        step: the system.
        starts: where to begin, shape (N, H). In float64: float32 does not reach the tolerance.
        max_steps: of Newton's method, for each start.
        tolerance: largest ‖step(h) - h‖ that counts as none; points within its square root of
            each other count as one.

    Returns:
        The points found, in the order of their first coordinate. There may be others.

    Raises:
        ValueError: ``starts`` is not of shape (N, H).
    """
    require_shape("starts", starts, ("N", "H"))
    differentiate = torch.func.jacrev(step)
    one = torch.eye(starts.shape[1], dtype=starts.dtype, device=starts.device)
    found: list[FixedPoint] = []
    for start in starts:
        h = start
        for _ in range(max_steps):
            residual = step(h) - h
            if not residual.norm() > tolerance:
                break
            # lstsq, not solve: the matrix is singular where fixed points merge
            h = (
                h
                - torch.linalg.lstsq(
                    differentiate(h) - one, residual[:, None]
                ).solution[:, 0]
            )
        arrived = (step(h) - h).norm() <= tolerance
        if arrived and all((h - other.h).norm() > tolerance**0.5 for other in found):
            found.append(FixedPoint(h, spectral_radius(differentiate(h))))
    return sorted(found, key=lambda point: point.h[0].item())
