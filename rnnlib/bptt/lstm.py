"""The LSTM through time, with or without a projection of its states."""

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


class LSTMThroughTime(torch.autograd.Function):
    """The LSTM of `rnnlib.gated.lstm_step` for all steps.

    ``apply(a, h_0, c_0, W_h, W_hr, batch_sizes, carry)`` with a = W_x x + b (N, 4H),
    c_0 (B, H), and without projection (W_hr None) h_0 (B, H) and W_h (4H, H), returns states
    and cells, both (N, H). With W_hr (P, H) the state is W_hr (o_t ⊙ tanh(c_t)); h_0 is
    (B, P), W_h (4H, P), and the states are (N, P).

    Raises:
        ValueError: rows or factors that do not fit ``batch_sizes``.
        RuntimeError: second derivatives are asked for.
    """

    @staticmethod
    def forward(
        ctx: Any,
        a: Tensor,
        h_0: Tensor,
        c_0: Tensor,
        W_h: Tensor,
        W_hr: Tensor | None,
        batch_sizes: tuple[int, ...],
        carry: Carry = None,
    ) -> tuple[Tensor, Tensor]:
        check_rows(a, h_0, batch_sizes, carry)
        H = len(W_h) // 4
        gates = torch.empty_like(a)
        room, states = room_for_states(h_0, len(a))
        cell_room, cells = room_for_states(c_0, len(a))
        tanh_c = torch.empty_like(cells)
        m = states if W_hr is None else torch.empty_like(cells)
        h_prev, c_prev, W_T = h_0, c_0, W_h.T
        buffers = (b.split(batch_sizes) for b in (a, gates, cells, tanh_c, m, states))
        for a_t, now, c_t, tanh_c_t, m_t, h_t in zip(*buffers, strict=True):
            size = len(a_t)
            torch.addmm(a_t, h_prev[:size], W_T, out=now)
            i, f, g, o = now.chunk(4, dim=1)
            # i_t, f_t, o_t = σ(…);  g_t = tanh(…)
            now[:, : 2 * H].sigmoid_()
            g.tanh_()
            o.sigmoid_()
            # c_t = f_t ⊙ c_{t-1} + i_t ⊙ g_t;  h_t = W_hr (o_t ⊙ tanh(c_t))
            c_prev = torch.mul(f, c_prev[:size], out=c_t).addcmul_(i, g)
            torch.mul(o, torch.tanh(c_t, out=tanh_c_t), out=m_t)
            h_prev = m_t if W_hr is None else torch.mm(m_t, W_hr.T, out=h_t)
        ctx.save_for_backward(room, cell_room, tanh_c, gates, W_h, W_hr)
        ctx.settings = batch_sizes, carry
        ctx.set_materialize_grads(False)
        return states, cells

    @staticmethod
    @first_order_only
    def backward(
        ctx: Any, grad_states: Tensor | None, grad_cells: Tensor | None
    ) -> tuple[Tensor | None, ...]:
        room, cell_room, tanh_c, gates, W_h, W_hr = ctx.saved_tensors
        batch_sizes, carry = ctx.settings
        h_0, c_0 = room[: batch_sizes[0]], cell_room[: batch_sizes[0]]
        if grad_states is None:
            grad_states = torch.zeros_like(room[len(h_0) :])
        grad_h, grad_a = torch.empty_like(grad_states), torch.empty_like(gates)
        grad_c = torch.zeros_like(tanh_c) if grad_cells is None else grad_cells.clone()
        to_gates, to_cell, f = _slopes(gates, previous_rows(cell_room, batch_sizes))
        to_cell.mul_(1 - tanh_c.square())
        to_gates[:, 3].mul_(tanh_c)
        by_gate = grad_a.view_as(to_gates)
        later, weight, past = None, 0.0, (grad_c, f)
        buffers = grad_states, grad_h, grad_c, to_cell, to_gates, by_gate, grad_a, f
        for factor, (grad_out, grad_h_t, grad_c_t, *rest) in backwards(
            carry, batch_sizes, *buffers
        ):
            to_cell_t, to_gates_t, by_gate_t, now, f_t = rest
            add_later(grad_out, later, W_h, weight, out=grad_h_t)
            if later is not None:  # c_{t+1} = f_{t+1} ⊙ c_t + …: no matrix on this path
                grad_c_t[: len(later)].addcmul_(*past, value=weight)
            grad_m_t = grad_h_t if W_hr is None else grad_h_t @ W_hr
            grad_c_t.addcmul_(grad_m_t, to_cell_t)
            torch.mul(grad_c_t.unsqueeze(1), to_gates_t[:, :3], out=by_gate_t[:, :3])
            torch.mul(grad_m_t, to_gates_t[:, 3], out=by_gate_t[:, 3])
            later, weight, past = (now if factor else None), factor, (grad_c_t, f_t)
        grad_h_0, grad_c_0 = torch.zeros_like(h_0), torch.zeros_like(c_0)
        if later is not None:
            grad_h_0 = (later @ W_h).mul_(weight)
            grad_c_0 = torch.mul(*past).mul_(weight)
        grad_W_h = grad_a.T @ previous_rows(room, batch_sizes)
        grad_W_hr = None
        if W_hr is not None:
            grad_W_hr = grad_h.T @ (gates[:, -tanh_c.shape[1] :] * tanh_c)
        return grad_a, grad_h_0, grad_c_0, grad_W_h, grad_W_hr, None, None


def _slopes(gates: Tensor, before: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """What ∂L/∂c_t is multiplied by for i, f, g; σ' for o; o itself; f. lstm_step_backward."""
    i, f, g, o = gates.chunk(4, dim=1)
    to_gates = [
        g * i * (1 - i),
        before * f * (1 - f),
        i * (1 - g.square()),
        o * (1 - o),
    ]
    return torch.stack(to_gates, 1), o.clone(), f
