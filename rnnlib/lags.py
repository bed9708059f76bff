"""How much of a gradient comes from how far back."""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from rnnlib.errors import require_one_of, require_shape


def gradient_norms_per_lag(
    states: Float[Tensor, "T B H"],
    h_0: Float[Tensor, "B H"],
    W_hh: Float[Tensor, "H H"],
    grad_last: Float[Tensor, "B H"],
    nonlinearity: str = "tanh",
) -> Float[Tensor, " T"]:
    """Norm of the part of ∂L/∂W_hh that comes from the use of W_hh k steps before the last.

    The loss L reads the last state alone. Its gradient with respect to W_hh is a sum over the
    steps that used it, ∂L/∂W_hh = Σ_k ∂L/∂a_{T-k} h_{T-k-1}ᵀ; this is the Frobenius norm of
    each term, summed over the batch before the norm is taken. The loop is that of
    `rnnlib.bptt.ElmanThroughTime`, without the product it saves for the end.

    Args:
        states: h_1 … h_T, shape (T, B, H).
        h_0: states before step 1, shape (B, H).
        W_hh: state-to-state weights, shape (H, H).
        grad_last: ∂L/∂h_T, shape (B, H).
        nonlinearity: "tanh" or "relu".

    Returns:
        One norm for every lag k = 0 … T - 1.

    Raises:
        ValueError: shapes that do not fit, or another nonlinearity.

    Source: Pascanu, Mikolov and Bengio (2013), equations (3) to (5).
    """
    require_one_of("nonlinearity", nonlinearity, ("tanh", "relu"))
    require_shape("states", states, ("T", *h_0.shape))
    require_shape("grad_last", grad_last, tuple(h_0.shape))
    before: Sequence[Tensor] = [h_0, *states[:-1]]
    grad_h, norms = grad_last, []
    for h_t, h_prev in zip(reversed(states.unbind()), reversed(before), strict=True):
        slope = 1 - h_t.square() if nonlinearity == "tanh" else (h_t > 0).to(h_t.dtype)
        grad_a = grad_h * slope
        norms.append(torch.linalg.matrix_norm(grad_a.T @ h_prev))
        # ∂L/∂h_{t-1} = W_hhᵀ ∂L/∂a_t
        grad_h = grad_a @ W_hh
    return torch.stack(norms)
