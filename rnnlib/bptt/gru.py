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
    room_for_states,
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
        room, states = room_for_states(h_0, len(a))
        gates, q = torch.empty_like(a), a.new_empty(len(a), H)
        h_prev, W_T = h_0, W_h.T
        for a_t, h_t, now, q_t in zip(
            *(b.split(batch_sizes) for b in (a, states, gates, q)), strict=True
        ):
            h_prev = h_prev[: len(h_t)]
            from_state = torch.addmm(bias, h_prev, W_T)
            q_t.copy_(from_state[:, 2 * H :])
            # r_t, z_t = σ(…);  n_t = tanh(a_n + r_t ⊙ q_t)
            r_z, n = now[:, : 2 * H], now[:, 2 * H :]
            torch.add(a_t[:, : 2 * H], from_state[:, : 2 * H], out=r_z).sigmoid_()
            torch.addcmul(a_t[:, 2 * H :], r_z[:, :H], q_t, out=n).tanh_()
            # h_t = (1 - z_t) ⊙ n_t + z_t ⊙ h_{t-1} = n_t + z_t ⊙ (h_{t-1} - n_t)
            h_prev = torch.lerp(n, h_prev, r_z[:, H:], out=h_t)
        ctx.save_for_backward(room, gates, q, W_h)
        ctx.settings = batch_sizes, carry, b_h is not None
        return states

    @staticmethod
    @first_order_only
    def backward(ctx: Any, grad_states: Tensor) -> tuple[Tensor | None, ...]:
        room, gates, q, W_h = ctx.saved_tensors
        batch_sizes, carry, with_bias = ctx.settings
        before, H = previous_rows(room, batch_sizes), W_h.shape[1]
        z, factors = gates[:, H : 2 * H], _factors(gates, q, before)
        # side by side q, r, z, n: the first three go to the state, the last three to the input
        grad_h, grads = torch.empty_like(q), torch.empty_like(factors)
        W_qrz = W_h.roll(H, 0)
        from_state, grad_a = grads[:, :3].flatten(1), grads[:, 1:].flatten(1)
        later, weight, past = None, 0.0, (grad_h, z)
        for factor, (grad_out, grad_h_t, z_t, factors_t, grads_t, now) in backwards(
            carry, batch_sizes, grad_states, grad_h, z, factors, grads, from_state
        ):
            add_later(grad_out, later, W_qrz, weight, out=grad_h_t)
            if later is not None:  # the part of h_t that passes by the gates
                grad_h_t[: len(later)].addcmul_(*past, value=weight)
            torch.mul(grad_h_t.unsqueeze(1), factors_t, out=grads_t)
            later, weight, past = (now if factor else None), factor, (grad_h_t, z_t)
        grad_h_0 = room.new_zeros(batch_sizes[0], H)
        if later is not None:
            grad_h_0 = torch.addcmul(later @ W_qrz, *past).mul_(weight)
        grad_W_h = (from_state.T @ before).roll(-H, 0)
        grad_b = from_state.sum(dim=0).roll(-H, 0) if with_bias else None
        return grad_a, grad_h_0, grad_W_h, grad_b, None, None


def _factors(gates: Tensor, q: Tensor, before: Tensor) -> Tensor:
    """What ∂L/∂h_t is multiplied by for q, r, z and n; see gru_step_backward. (N, 4, H)"""
    r, z, n = gates.chunk(3, dim=1)
    factors = q.new_empty(len(q), 4, q.shape[1])
    to_q, to_r, to_z, to_n = factors.unbind(1)
    torch.mul(1 - z, 1 - n.square(), out=to_n)
    torch.mul(to_n, r, out=to_q)
    torch.mul(to_q, q, out=to_r).mul_(1 - r)
    torch.sub(before, n, out=to_z).mul_(z).mul_(1 - z)
    return factors
