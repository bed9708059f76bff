"""The GRU through time."""

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
)


class GRUThroughTime(torch.autograd.Function):
    """The GRU of `rnnlib.gated.gru_step` for all steps.

    ``apply(a, h_0, W_h, b_h, batch_sizes, carry)`` with a = W_x x + b_x (N, 3H), h_0 (B, H),
    W_h (3H, H) and b_h (3H,) or None returns the states, (N, H).

    Raises:
        ValueError: rows or factors that do not fit ``batch_sizes``.
        RuntimeError: second derivatives are asked for.
    """

    @staticmethod
    def forward(
        ctx: Any,
        a: Tensor,
        h_0: Tensor,
        W_h: Tensor,
        b_h: Tensor | None,
        batch_sizes: tuple[int, ...],
        carry: Carry = None,
    ) -> Tensor:
        check_rows(a, h_0, batch_sizes, carry)
        H = W_h.shape[1]
        bias = W_h.new_zeros(3 * H) if b_h is None else b_h
        states, gates, q = a.new_empty(len(a), H), a.clone(), a.new_empty(len(a), H)
        h_prev, W_T = h_0, W_h.T
        steps = (buffer.split(batch_sizes) for buffer in (states, gates, q))
        for h_t, now, q_t in zip(*steps, strict=True):
            h_prev = h_prev[: len(h_t)]
            from_state = torch.addmm(bias, h_prev, W_T)
            q_t.copy_(from_state[:, 2 * H :])
            # r_t, z_t = σ(…);  n_t = tanh(a_n + r_t ⊙ q_t)
            r_z, n = now[:, : 2 * H], now[:, 2 * H :]
            r_z.add_(from_state[:, : 2 * H]).sigmoid_()
            n.addcmul_(r_z[:, :H], q_t).tanh_()
            # h_t = (1 - z_t) ⊙ n_t + z_t ⊙ h_{t-1} = n_t + z_t ⊙ (h_{t-1} - n_t)
            h_prev = torch.lerp(n, h_prev, r_z[:, H:], out=h_t)
        ctx.save_for_backward(states, gates, q, h_0, W_h)
        ctx.settings = batch_sizes, carry, b_h is not None
        return states

    @staticmethod
    @first_order_only
    def backward(ctx: Any, grad_states: Tensor) -> tuple[Tensor | None, ...]:
        states, gates, q, h_0, W_h = ctx.saved_tensors
        batch_sizes, carry, with_bias = ctx.settings
        r, z, n = gates.chunk(3, dim=1)
        before = previous_rows(states, h_0, batch_sizes)
        # what ∂L/∂h_t is multiplied by; see gru_step_backward
        to_n = (1 - z) * (1 - n.square())
        factors = torch.stack(
            [to_n * q * r * (1 - r), (before - n) * z * (1 - z), to_n * r], 1
        )
        grad_h, from_state = torch.empty_like(states), torch.empty_like(gates)
        by_gate = from_state.view_as(factors)
        later, weight, past = None, 0.0, (grad_h, z)
        for factor, (grad_out, grad_h_t, z_t, to_gates, by_gate_t, now) in backwards(
            carry, batch_sizes, grad_states, grad_h, z, factors, by_gate, from_state
        ):
            add_later(grad_out, later, W_h, weight, out=grad_h_t)
            if later is not None:  # the part of h_t that passes by the gates
                grad_h_t[: len(later)].addcmul_(*past, value=weight)
            torch.mul(grad_h_t.unsqueeze(1), to_gates, out=by_gate_t)
            later, weight, past = (now if factor else None), factor, (grad_h_t, z_t)
        grad_h_0 = torch.zeros_like(h_0)
        if later is not None:
            grad_h_0 = torch.addcmul(later @ W_h, *past).mul_(weight)
        # towards the input the candidate's part is not multiplied by the reset gate
        grad_a = torch.cat([from_state[:, : 2 * z.shape[1]], grad_h * to_n], dim=1)
        grad_b = from_state.sum(dim=0) if with_bias else None
        return grad_a, grad_h_0, from_state.T @ before, grad_b, None, None
