"""The cells unrolled over time, step by step, with gradients from autograd.

The same inputs and results as in `rnnlib.bptt`, which see for rows, ``batch_sizes`` and
``carry``. Slower, but every line is the cell's equation, and second derivatives work.
"""

from collections.abc import Iterator

import torch
from torch import Tensor

from rnnlib.bptt.rows import Carry, check_rows
from rnnlib.cells import NONLINEARITIES
from rnnlib.errors import require_one_of


def elman(
    a: Tensor,
    h_0: Tensor,
    W_hh: Tensor,
    batch_sizes: tuple[int, ...],
    nonlinearity: str = "tanh",
    carry: Carry = None,
) -> Tensor:
    """Run the Elman cell over all steps; ``a`` is W_xh x_t + b_h of every step.

    Args:
        a: rows of all steps, shape (N, H).
        h_0: first states, shape (B, H).
        W_hh: state-to-state weights, shape (H, H).
        batch_sizes: how many rows each step has, N in sum.
        nonlinearity: "tanh" or "relu".
        carry: factors that truncate the gradient; see `rnnlib.bptt`.

    Returns:
        The states of all steps, shape (N, H).

    Raises:
        ValueError: rows or factors that do not fit ``batch_sizes``; another nonlinearity.

    Source: chapter 01, equation (1).
    """
    check_rows(a, h_0, batch_sizes, carry)
    phi = NONLINEARITIES[require_one_of("nonlinearity", nonlinearity, NONLINEARITIES)]
    h_t, states = h_0, []
    for a_t, factor in _steps(a, batch_sizes, carry):
        h_prev = _hand_back(h_t[: len(a_t)], factor)
        # h_t = φ(W_xh x_t + b_h + W_hh h_{t-1})
        h_t = phi(a_t + h_prev @ W_hh.T)
        states.append(h_t)
    return torch.cat(states)


def gru(
    a: Tensor,
    h_0: Tensor,
    W_h: Tensor,
    b_h: Tensor | None,
    batch_sizes: tuple[int, ...],
    carry: Carry = None,
) -> Tensor:
    """Run the GRU over all steps; ``a`` is W_x x_t + b_x of every step.

    Args:
        a: rows of all steps, shape (N, 3H).
        h_0: first states, shape (B, H).
        W_h: state weights [W_hr; W_hz; W_hn], shape (3H, H).
        b_h: biases next to W_h, shape (3H,), or None.
        batch_sizes, carry: as in `elman`.

    Returns:
        The states of all steps, shape (N, H).

    Raises:
        ValueError: rows or factors that do not fit ``batch_sizes``.

    Source: `rnnlib.gated.gru_step`.
    """
    check_rows(a, h_0, batch_sizes, carry)
    h_t, states = h_0, []
    for a_t, factor in _steps(a, batch_sizes, carry):
        h_prev = _hand_back(h_t[: len(a_t)], factor)
        x_r, x_z, x_n = a_t.chunk(3, dim=1)
        h_r, h_z, q = torch.nn.functional.linear(h_prev, W_h, b_h).chunk(3, dim=1)
        r, z = torch.sigmoid(x_r + h_r), torch.sigmoid(x_z + h_z)
        n = torch.tanh(x_n + r * q)
        # h_t = (1 - z_t) ⊙ n_t + z_t ⊙ h_{t-1}
        h_t = (1 - z) * n + z * h_prev
        states.append(h_t)
    return torch.cat(states)


def lstm(
    a: Tensor,
    h_0: Tensor,
    c_0: Tensor,
    W_h: Tensor,
    W_hr: Tensor | None,
    batch_sizes: tuple[int, ...],
    carry: Carry = None,
) -> tuple[Tensor, Tensor]:
    """Run the LSTM over all steps; ``a`` is W_x x_t + b of every step.

    Args:
        a: rows of all steps, shape (N, 4H).
        h_0: first states, shape (B, H), or (B, P) with a projection.
        c_0: first cells, shape (B, H).
        W_h: state weights [W_hi; W_hf; W_hg; W_ho], shape (4H, H) or (4H, P).
        W_hr: projection, shape (P, H), or None.
        batch_sizes, carry: as in `elman`; ``carry`` acts on state and cell.

    Returns:
        States, shape (N, H) or (N, P), and cells, shape (N, H), of all steps.

    Raises:
        ValueError: rows or factors that do not fit ``batch_sizes``.

    Source: `rnnlib.gated.lstm_step`; projection: Sak, Senior and Beaufays (2014).
    """
    check_rows(a, h_0, batch_sizes, carry)
    h_t, c_t = h_0, c_0
    states, cells = [], []
    for a_t, factor in _steps(a, batch_sizes, carry):
        h_prev = _hand_back(h_t[: len(a_t)], factor)
        c_prev = _hand_back(c_t[: len(a_t)], factor)
        a_i, a_f, a_g, a_o = (a_t + h_prev @ W_h.T).chunk(4, dim=1)
        i, f, o = torch.sigmoid(a_i), torch.sigmoid(a_f), torch.sigmoid(a_o)
        # c_t = f_t ⊙ c_{t-1} + i_t ⊙ g_t;  h_t = W_hr (o_t ⊙ tanh(c_t))
        c_t = f * c_prev + i * torch.tanh(a_g)
        m_t = o * torch.tanh(c_t)
        h_t = m_t if W_hr is None else m_t @ W_hr.T
        states.append(h_t)
        cells.append(c_t)
    return torch.cat(states), torch.cat(cells)


def _steps(
    a: Tensor, batch_sizes: tuple[int, ...], carry: Carry
) -> Iterator[tuple[Tensor, float]]:
    factors = (1.0,) * len(batch_sizes) if carry is None else carry
    return zip(a.split(batch_sizes), factors, strict=True)


def _hand_back(state: Tensor, factor: float) -> Tensor:
    """The same values, with the gradient that flows back multiplied by ``factor``."""
    if factor == 1:
        return state
    constant = state.detach()
    return constant if factor == 0 else constant + factor * (state - constant)
