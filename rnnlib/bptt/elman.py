"""The Elman cell through time."""

from typing import Any

import torch
from torch import Tensor

from rnnlib.bptt.rows import (
    Carry,
    add_later,
    backwards,
    check_rows,
    first_order_only,
    previous_rows,
    room_for_states,
)
from rnnlib.errors import require_one_of

IN_PLACE = {"tanh": torch.tanh_, "relu": torch.relu_}


class ElmanThroughTime(torch.autograd.Function):
    """h_t = φ(a_t + W_hh h_{t-1}) for all steps.

    ``apply(a, h_0, W_hh, batch_sizes, nonlinearity, carry)`` with a (N, H), h_0 (B, H) and
    W_hh (H, H) returns the states, (N, H), N being the sum of ``batch_sizes``.

    Raises:
        ValueError: rows or factors that do not fit ``batch_sizes``; another nonlinearity.
        RuntimeError: second derivatives are asked for.
    """

    @staticmethod
    def forward(
        ctx: Any,
        a: Tensor,
        h_0: Tensor,
        W_hh: Tensor,
        batch_sizes: tuple[int, ...],
        nonlinearity: str = "tanh",
        carry: Carry = None,
    ) -> Tensor:
        check_rows(a, h_0, batch_sizes, carry)
        phi_ = IN_PLACE[require_one_of("nonlinearity", nonlinearity, IN_PLACE)]
        room, states = room_for_states(h_0, len(a))
        h_prev, W_T = h_0, W_hh.T
        for a_t, h_t in zip(
            a.split(batch_sizes), states.split(batch_sizes), strict=True
        ):
            if len(h_prev) != len(h_t):
                h_prev = h_prev[: len(h_t)]
            # h_t = φ(a_t + W_hh h_{t-1})
            phi_(torch.addmm(a_t, h_prev, W_T, out=h_t))
            h_prev = h_t
        ctx.save_for_backward(room, W_hh)
        ctx.settings = batch_sizes, nonlinearity, carry
        return states

    @staticmethod
    @first_order_only
    def backward(ctx: Any, grad_states: Tensor) -> tuple[Tensor | None, ...]:
        room, W_hh = ctx.saved_tensors
        batch_sizes, nonlinearity, carry = ctx.settings
        h_0, states = room.split((batch_sizes[0], sum(batch_sizes)))
        # φ'(a_t): 1 - h_t² for tanh, a step for ReLU
        slope = (
            torch.addcmul(states.new_ones(()), states, states, value=-1)
            if nonlinearity == "tanh"
            else (states > 0).to(states.dtype)
        )
        grad_a = torch.empty_like(states)
        later, weight = None, 0.0
        for factor, (grad_h_t, slope_t, grad_a_t) in backwards(
            carry, batch_sizes, grad_states, slope, grad_a
        ):
            # ∂L/∂a_t = φ'(a_t) ⊙ (∂L/∂h_t + W_hhᵀ ∂L/∂a_{t+1})
            add_later(grad_h_t, later, W_hh, weight, out=grad_a_t)
            grad_a_t.mul_(slope_t)
            later, weight = (grad_a_t if factor else None), factor
        grad_h_0 = (
            torch.zeros_like(h_0) if later is None else (later @ W_hh).mul_(weight)
        )
        # ∂L/∂W_hh = Σ_t ∂L/∂a_t h_{t-1}ᵀ
        grad_W_hh = grad_a.T @ previous_rows(room, batch_sizes)
        return grad_a, grad_h_0, grad_W_hh, None, None, None
