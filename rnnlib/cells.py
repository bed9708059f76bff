"""One step of the Elman cell: the equation, the line that computes it, and its gradient.

Symbols are the book's: ``x_t`` is the input at step t, ``h_prev`` the state before it,
``W_xh`` and ``W_hh`` the weights from input and state, ``b_h`` the bias. A batch of B
sequences stands in rows, so a product W x of the book is ``x @ W.T`` here.

A backward function takes the loss gradient with respect to the new state and returns those
with respect to everything the step has read, in the order in which the step reads it.
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from rnnlib.errors import require_one_of

NONLINEARITIES: dict[str, Callable[[Tensor], Tensor]] = {
    "tanh": torch.tanh,
    "relu": torch.relu,
}


def elman_step(
    x_t: Float[Tensor, "B I"],
    h_prev: Float[Tensor, "B H"],
    W_xh: Float[Tensor, "H I"],
    W_hh: Float[Tensor, "H H"],
    b_h: Float[Tensor, " H"],
    nonlinearity: str = "tanh",
) -> Float[Tensor, "B H"]:
    """One step of the Elman cell, with one matrix for the input and one for the state.

    Args:
        x_t: inputs at step t, shape (B, I).
        h_prev: states before the step, shape (B, H).
        W_xh: input-to-state weights, shape (H, I); ``weight_ih`` in torch.
        W_hh: state-to-state weights, shape (H, H); ``weight_hh`` in torch.
        b_h: bias, shape (H,); the sum of torch's ``bias_ih`` and ``bias_hh``.
        nonlinearity: "tanh" or "relu".

    Returns:
        The new states h_t, shape (B, H).

    Raises:
        ValueError: the nonlinearity has another name.

    Source: Elman, "Finding structure in time" (1990); chapter 01, equation (1).
    """
    phi = NONLINEARITIES[require_one_of("nonlinearity", nonlinearity, NONLINEARITIES)]
    # h_t = φ(W_xh x_t + W_hh h_{t-1} + b_h)
    return phi(x_t @ W_xh.T + h_prev @ W_hh.T + b_h)


class ElmanGradients(NamedTuple):
    """Gradients of the loss, each of the shape of what it belongs to."""

    x_t: Tensor
    h_prev: Tensor
    W_xh: Tensor
    W_hh: Tensor
    b_h: Tensor


def elman_step_backward(
    grad_h_t: Float[Tensor, "B H"],
    h_t: Float[Tensor, "B H"],
    x_t: Float[Tensor, "B I"],
    h_prev: Float[Tensor, "B H"],
    W_xh: Float[Tensor, "H I"],
    W_hh: Float[Tensor, "H H"],
    nonlinearity: str = "tanh",
) -> ElmanGradients:
    """The gradient of `elman_step`, derived by hand.

    Args:
        grad_h_t: δ_t, the loss gradient with respect to h_t, shape (B, H).
        h_t: what the step returned, shape (B, H).
        x_t, h_prev, W_xh, W_hh, nonlinearity: what the step was given.

    Returns:
        Gradients with respect to x_t, h_prev, W_xh, W_hh and b_h; those of weights and bias
        are summed over the batch.

    Raises:
        ValueError: the nonlinearity has another name.

    Source: Werbos, "Backpropagation through time" (1990).
    """
    require_one_of("nonlinearity", nonlinearity, NONLINEARITIES)
    # a_t = W_xh x_t + W_hh h_{t-1} + b_h;  ∂L/∂a_t = δ_t ⊙ φ'(a_t)
    # tanh' = 1 - h_t²;  relu' = 1 where h_t > 0, else 0
    slope = 1 - h_t.square() if nonlinearity == "tanh" else (h_t > 0).to(h_t.dtype)
    grad_a_t = grad_h_t * slope
    return ElmanGradients(
        x_t=grad_a_t @ W_xh,  # W_xhᵀ ∂L/∂a_t
        h_prev=grad_a_t @ W_hh,  # W_hhᵀ ∂L/∂a_t
        W_xh=grad_a_t.T @ x_t,  # ∂L/∂a_t x_tᵀ
        W_hh=grad_a_t.T @ h_prev,  # ∂L/∂a_t h_{t-1}ᵀ
        b_h=grad_a_t.sum(dim=0),  # ∂L/∂a_t
    )


def concatenate_weights(
    W_xh: Float[Tensor, "H I"], W_hh: Float[Tensor, "H H"]
) -> Float[Tensor, "H H+I"]:
    """Put the two weight matrices side by side, the state's first: W_h = [W_hh | W_xh].

    Args:
        W_xh: input-to-state weights, shape (H, I).
        W_hh: state-to-state weights, shape (H, H).

    Returns:
        W_h, shape (H, H + I), for `elman_step_concatenated`.

    Source: chapter 01, equation (3).
    """
    return torch.cat([W_hh, W_xh], dim=1)


def elman_step_concatenated(
    x_t: Float[Tensor, "B I"],
    h_prev: Float[Tensor, "B H"],
    W_h: Float[Tensor, "H H+I"],
    b_h: Float[Tensor, " H"],
    nonlinearity: str = "tanh",
) -> Float[Tensor, "B H"]:
    """One step of the Elman cell, with a single matrix on the stacked vector [h; x].

    Args:
        x_t: inputs at step t, shape (B, I).
        h_prev: states before the step, shape (B, H).
        W_h: [W_hh | W_xh], shape (H, H + I), from `concatenate_weights`.
        b_h: bias, shape (H,).
        nonlinearity: "tanh" or "relu".

    Returns:
        The new states h_t, shape (B, H), equal to those of `elman_step`.

    Raises:
        ValueError: the nonlinearity has another name.

    Source: chapter 01, equation (4).
    """
    phi = NONLINEARITIES[require_one_of("nonlinearity", nonlinearity, NONLINEARITIES)]
    # h_t = φ(W_h [h_{t-1}; x_t] + b_h)
    return phi(torch.cat([h_prev, x_t], dim=1) @ W_h.T + b_h)
