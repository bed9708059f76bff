"""Back-propagation through time, derived by hand: the whole sequence as one autograd function.

The product of input and input weights does not wait for the state, so it is made outside, once
for all steps; what comes in here is ``a``, that product plus biases. Rows lie as in a
`torch.nn.utils.rnn.PackedSequence`: first those of step 1, then those of step 2, and so on, and
``batch_sizes`` says how many there are of each. A dense batch is the case of equal sizes. Time
runs forwards only; for the other direction the caller reverses every sequence.

Going back, only one product per step has to wait for the step after it. The weight gradient is a
sum over steps, so one product after the loop gives it.

``cut`` names steps, counted from 0, whose gradient does not flow on to the step before: the
state they read is a constant to them. That is truncated back-propagation.

Source: Werbos, "Backpropagation through time" (1990).
"""

from collections.abc import Callable, Iterator, Set
from functools import wraps
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor

NO_CUT: frozenset[int] = frozenset()


def first_order_only(backward: Callable[..., Any]) -> Callable[..., Any]:
    """Refuse to be part of a graph for second derivatives, instead of being a constant in it.

    torch's ``once_differentiable`` lets a gradient through that does not depend on the loss's
    own gradient (a loss that is linear in the states); its second derivative would be missing.
    """

    @wraps(backward)
    def checked(ctx: Any, *gradients: Tensor) -> Any:
        if torch.is_grad_enabled():  # as under create_graph=True
            raise RuntimeError(
                "the hand-derived backward gives first derivatives only; "
                "for create_graph=True compute the steps with rnnlib.cells or rnnlib.gated"
            )
        return backward(ctx, *gradients)

    return checked


def check_rows(a: Tensor, h_0: Tensor, batch_sizes: tuple[int, ...]) -> None:
    """Raise ValueError unless the rows of ``a`` and ``h_0`` are those of ``batch_sizes``."""
    falling = all(n >= later for n, later in pairwise(batch_sizes))
    if not batch_sizes or min(batch_sizes) < 1 or not falling:
        raise ValueError(
            f"batch_sizes must be positive and never grow, got {batch_sizes}"
        )
    expected = sum(batch_sizes), batch_sizes[0]
    if (len(a), len(h_0)) != expected:
        raise ValueError(
            f"batch_sizes {batch_sizes} need {expected[0]} rows of inputs and {expected[1]} "
            f"first states, got {len(a)} and {len(h_0)}"
        )


def rows_of_steps(batch_sizes: tuple[int, ...]) -> Iterator[slice]:
    """The rows of step 0, of step 1, and so on."""
    begin = 0
    for size in batch_sizes:
        yield slice(begin, begin + size)
        begin += size


def previous_rows(
    states: Tensor, first: Tensor, batch_sizes: tuple[int, ...]
) -> Tensor:
    """For every row of ``states`` the row of the step before; ``first`` before step 0."""
    if batch_sizes[0] == batch_sizes[-1]:
        return torch.cat([first, states[: -len(first)]])
    steps = [states[rows] for rows in rows_of_steps(batch_sizes)]
    return torch.cat(
        [first] + [h[:n] for h, n in zip(steps, batch_sizes[1:], strict=False)]
    )


def add_later(now: Tensor, later: Tensor | None, W: Tensor, out: Tensor) -> None:
    """out = now + later @ W, where ``later`` may have fewer rows, or be cut off (None)."""
    if later is not None and len(later) == len(now):
        torch.addmm(now, later, W, out=out)
        return
    out.copy_(now)
    if later is not None:
        out[: len(later)].addmm_(later, W)


class ElmanThroughTime(torch.autograd.Function):
    """h_t = φ(a_t + W_hh h_{t-1}) for all steps.

    ``apply(a, h_0, W_hh, batch_sizes, nonlinearity, cut)`` with a (N, H), h_0 (B, H) and
    W_hh (H, H) returns the states, (N, H), N being the sum of ``batch_sizes``.
    """

    @staticmethod
    def forward(
        ctx: Any,
        a: Tensor,
        h_0: Tensor,
        W_hh: Tensor,
        batch_sizes: tuple[int, ...],
        nonlinearity: str = "tanh",
        cut: Set[int] = NO_CUT,
    ) -> Tensor:
        check_rows(a, h_0, batch_sizes)
        states = torch.empty_like(a)
        phi_ = {"tanh": torch.tanh_, "relu": torch.relu_}[nonlinearity]
        h_prev = h_0
        for rows in rows_of_steps(batch_sizes):
            h_t = states[rows]
            # h_t = φ(a_t + W_hh h_{t-1})
            phi_(torch.addmm(a[rows], h_prev[: len(h_t)], W_hh.T, out=h_t))
            h_prev = h_t
        ctx.save_for_backward(states, h_0, W_hh)
        ctx.settings = batch_sizes, nonlinearity, cut
        return states

    @staticmethod
    @first_order_only
    def backward(ctx: Any, grad_states: Tensor) -> tuple[Tensor | None, ...]:
        states, h_0, W_hh = ctx.saved_tensors
        batch_sizes, nonlinearity, cut = ctx.settings
        # φ'(a_t): 1 - h_t² for tanh, a step for ReLU
        slope = (
            1 - states.square()
            if nonlinearity == "tanh"
            else (states > 0).to(states.dtype)
        )
        grad_a = torch.empty_like(states)
        later: Tensor | None = None
        for t, rows in reversed(list(enumerate(rows_of_steps(batch_sizes)))):
            now = grad_a[rows]
            # ∂L/∂a_t = φ'(a_t) ⊙ (∂L/∂h_t + W_hhᵀ ∂L/∂a_{t+1})
            add_later(grad_states[rows], later, W_hh, out=now)
            now.mul_(slope[rows])
            later = None if t in cut else now
        grad_h_0 = torch.zeros_like(h_0) if later is None else later @ W_hh
        # ∂L/∂W_hh = Σ_t ∂L/∂a_t h_{t-1}ᵀ
        grad_W_hh = grad_a.T @ previous_rows(states, h_0, batch_sizes)
        return grad_a, grad_h_0, grad_W_hh, None, None, None


class GRUThroughTime(torch.autograd.Function):
    """The GRU of `rnnlib.gated.gru_step` for all steps.

    ``apply(a, h_0, W_h, b_h, batch_sizes, cut)`` with a = W_x x + b_x (N, 3H), h_0 (B, H),
    W_h (3H, H) and b_h (3H,) returns the states, (N, H).
    """

    @staticmethod
    def forward(
        ctx: Any,
        a: Tensor,
        h_0: Tensor,
        W_h: Tensor,
        b_h: Tensor,
        batch_sizes: tuple[int, ...],
        cut: Set[int] = NO_CUT,
    ) -> Tensor:
        check_rows(a, h_0, batch_sizes)
        H = W_h.shape[1]
        states, gates = a.new_empty(len(a), H), a.clone()
        q = a.new_empty(len(a), H)
        h_prev = h_0
        for rows in rows_of_steps(batch_sizes):
            h_prev = h_prev[: rows.stop - rows.start]
            from_state = torch.addmm(b_h, h_prev, W_h.T)
            q[rows] = from_state[:, 2 * H :]
            # r_t, z_t = σ(…);  n_t = tanh(a_n + r_t ⊙ q_t)
            r_z, n = gates[rows, : 2 * H], gates[rows, 2 * H :]
            r_z.add_(from_state[:, : 2 * H]).sigmoid_()
            n.addcmul_(r_z[:, :H], q[rows]).tanh_()
            # h_t = (1 - z_t) ⊙ n_t + z_t ⊙ h_{t-1} = n_t + z_t ⊙ (h_{t-1} - n_t)
            torch.lerp(n, h_prev, r_z[:, H:], out=states[rows])
            h_prev = states[rows]
        ctx.save_for_backward(states, gates, q, h_0, W_h)
        ctx.settings = batch_sizes, cut
        return states

    @staticmethod
    @first_order_only
    def backward(ctx: Any, grad_states: Tensor) -> tuple[Tensor | None, ...]:
        states, gates, q, h_0, W_h = ctx.saved_tensors
        batch_sizes, cut = ctx.settings
        r, z, n = gates.chunk(3, dim=1)
        before = previous_rows(states, h_0, batch_sizes)
        # what ∂L/∂h_t is multiplied by; see gru_step_backward
        to_n = (1 - z) * (1 - n.square())
        factors = torch.stack(
            [to_n * q * r * (1 - r), (before - n) * z * (1 - z), to_n * r], 1
        )
        grad_h, from_state = torch.empty_like(states), torch.empty_like(gates)
        by_gate = from_state.view(len(states), 3, -1)
        later: Tensor | None = None
        for t, rows in reversed(list(enumerate(rows_of_steps(batch_sizes)))):
            add_later(grad_states[rows], later, W_h, out=grad_h[rows])
            if (
                later is not None
            ):  # the part of h_t that passes by the gates of step t + 1
                past = slice(rows.stop, rows.stop + len(later))
                grad_h[rows][: len(later)].addcmul_(grad_h[past], z[past])
            torch.mul(grad_h[rows].unsqueeze(1), factors[rows], out=by_gate[rows])
            later = None if t in cut else from_state[rows]
        first = slice(0, len(h_0))
        grad_h_0 = torch.zeros_like(h_0)
        if later is not None:
            grad_h_0 = later @ W_h + grad_h[first] * z[first]
        # towards the input the candidate's part is not multiplied by the reset gate
        grad_a = torch.cat([by_gate[:, :2].flatten(1), grad_h * to_n], dim=1)
        return (
            grad_a,
            grad_h_0,
            from_state.T @ before,
            from_state.sum(dim=0),
            None,
            None,
        )


class LSTMThroughTime(torch.autograd.Function):
    """The LSTM of `rnnlib.gated.lstm_step` for all steps.

    ``apply(a, h_0, c_0, W_h, batch_sizes, cut)`` with a = W_x x + b (N, 4H), h_0 and c_0
    (B, H) and W_h (4H, H) returns states and cells, both (N, H).
    """

    @staticmethod
    def forward(
        ctx: Any,
        a: Tensor,
        h_0: Tensor,
        c_0: Tensor,
        W_h: Tensor,
        batch_sizes: tuple[int, ...],
        cut: Set[int] = NO_CUT,
    ) -> tuple[Tensor, Tensor]:
        check_rows(a, h_0, batch_sizes)
        H = W_h.shape[1]
        gates, states, cells, tanh_c = (
            a.new_empty(len(a), k * H) for k in (4, 1, 1, 1)
        )
        h_prev, c_prev = h_0, c_0
        for rows in rows_of_steps(batch_sizes):
            size = rows.stop - rows.start
            now = torch.addmm(a[rows], h_prev[:size], W_h.T, out=gates[rows])
            i, f, g, o = now.chunk(4, dim=1)
            # i_t, f_t, o_t = σ(…);  g_t = tanh(…)
            now[:, : 2 * H].sigmoid_()
            g.tanh_()
            o.sigmoid_()
            # c_t = f_t ⊙ c_{t-1} + i_t ⊙ g_t;  h_t = o_t ⊙ tanh(c_t)
            c_prev = torch.mul(f, c_prev[:size], out=cells[rows]).addcmul_(i, g)
            h_prev = torch.mul(
                o, torch.tanh(c_prev, out=tanh_c[rows]), out=states[rows]
            )
        ctx.save_for_backward(states, cells, tanh_c, gates, h_0, c_0, W_h)
        ctx.settings = batch_sizes, cut
        return states, cells

    @staticmethod
    @first_order_only
    def backward(
        ctx: Any, grad_states: Tensor, grad_cells: Tensor
    ) -> tuple[Tensor | None, ...]:
        states, cells, tanh_c, gates, h_0, c_0, W_h = ctx.saved_tensors
        batch_sizes, cut = ctx.settings
        i, f, g, o = gates.chunk(4, dim=1)
        before = previous_rows(cells, c_0, batch_sizes)
        to_cell = o * (1 - tanh_c.square())
        # what ∂L/∂c_t is multiplied by for i, f and g; see lstm_step_backward
        factors = torch.stack(
            [g * i * (1 - i), before * f * (1 - f), i * (1 - g.square())], 1
        )
        to_o = tanh_c * o * (1 - o)
        grad_h, grad_c = torch.empty_like(states), grad_cells.clone()
        grad_a = torch.empty_like(gates)
        by_gate = grad_a.view(len(states), 4, -1)
        later: Tensor | None = None
        for t, rows in reversed(list(enumerate(rows_of_steps(batch_sizes)))):
            add_later(grad_states[rows], later, W_h, out=grad_h[rows])
            if later is not None:  # c_{t+1} = f_{t+1} ⊙ c_t + …: no matrix on this path
                after = slice(rows.stop, rows.stop + len(later))
                grad_c[rows][: len(later)].addcmul_(grad_c[after], f[after])
            grad_c[rows].addcmul_(grad_h[rows], to_cell[rows])
            torch.mul(grad_c[rows].unsqueeze(1), factors[rows], out=by_gate[rows, :3])
            torch.mul(grad_h[rows], to_o[rows], out=by_gate[rows, 3])
            later = None if t in cut else grad_a[rows]
        first = slice(0, len(h_0))
        grad_h_0, grad_c_0 = torch.zeros_like(h_0), torch.zeros_like(c_0)
        if later is not None:
            grad_h_0, grad_c_0 = later @ W_h, grad_c[first] * f[first]
        grad_W_h = grad_a.T @ previous_rows(states, h_0, batch_sizes)
        return grad_a, grad_h_0, grad_c_0, grad_W_h, None, None
