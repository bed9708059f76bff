"""One step of the GRU and of the LSTM: equations, forward and backward side by side.

Gates are stacked in torch's order, in one matrix for the input (``W_x``) and one for the state
(``W_h``): reset, update, new for the GRU; input, forget, cell, output for the LSTM. σ is the
logistic function and ⊙ the product of numbers in the same place. Rows are a batch, as in
`rnnlib.cells`.
"""

from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor


class GRUGates(NamedTuple):
    """What a GRU step computes on the way; each of shape (B, H)."""

    r: Tensor  # reset gate
    z: Tensor  # update gate
    n: Tensor  # candidate
    q: Tensor  # the state's part of the candidate, before the reset gate


class GRUGradients(NamedTuple):
    """Gradients of the loss, each of the shape of what it belongs to."""

    x_t: Tensor
    h_prev: Tensor
    W_x: Tensor
    W_h: Tensor
    b_x: Tensor
    b_h: Tensor


class LSTMGates(NamedTuple):
    """What an LSTM step computes on the way; each of shape (B, H)."""

    i: Tensor  # input gate
    f: Tensor  # forget gate
    g: Tensor  # candidate
    o: Tensor  # output gate


class LSTMGradients(NamedTuple):
    """Gradients of the loss, each of the shape of what it belongs to."""

    x_t: Tensor
    h_prev: Tensor
    c_prev: Tensor
    W_x: Tensor
    W_h: Tensor
    b: Tensor


def gru_step(
    x_t: Float[Tensor, "B I"],
    h_prev: Float[Tensor, "B H"],
    W_x: Float[Tensor, "3*H I"],
    W_h: Float[Tensor, "3*H H"],
    b_x: Float[Tensor, " 3*H"],
    b_h: Float[Tensor, " 3*H"],
) -> tuple[Float[Tensor, "B H"], GRUGates]:
    """One step of the GRU, with the reset gate after the product, as in torch and cuDNN.

    Args:
        x_t: inputs, shape (B, I).
        h_prev: states before the step, shape (B, H).
        W_x: input weights [W_xr; W_xz; W_xn], shape (3H, I).
        W_h: state weights [W_hr; W_hz; W_hn], shape (3H, H).
        b_x: biases next to W_x, shape (3H,).
        b_h: biases next to W_h, shape (3H,).

    Returns:
        The new states, shape (B, H), and the gates, for `gru_step_backward`.

    Source: Cho et al., "Learning phrase representations using RNN encoder-decoder" (2014).
    """
    x_r, x_z, x_n = (x_t @ W_x.T + b_x).chunk(3, dim=1)
    h_r, h_z, q = (h_prev @ W_h.T + b_h).chunk(3, dim=1)
    # r_t = σ(W_xr x_t + b_xr + W_hr h_{t-1} + b_hr)
    r = torch.sigmoid(x_r + h_r)
    # z_t = σ(W_xz x_t + b_xz + W_hz h_{t-1} + b_hz)
    z = torch.sigmoid(x_z + h_z)
    # n_t = tanh(W_xn x_t + b_xn + r_t ⊙ q_t),  q_t = W_hn h_{t-1} + b_hn
    n = torch.tanh(x_n + r * q)
    # h_t = (1 - z_t) ⊙ n_t + z_t ⊙ h_{t-1}
    return (1 - z) * n + z * h_prev, GRUGates(r, z, n, q)


def gru_step_backward(
    grad_h_t: Float[Tensor, "B H"],
    gates: GRUGates,
    x_t: Float[Tensor, "B I"],
    h_prev: Float[Tensor, "B H"],
    W_x: Float[Tensor, "3*H I"],
    W_h: Float[Tensor, "3*H H"],
) -> GRUGradients:
    """The gradient of `gru_step`, derived by hand.

    Args:
        grad_h_t: δ_t, the loss gradient with respect to h_t, shape (B, H).
        gates: what the step returned.
        x_t, h_prev, W_x, W_h: what the step was given.

    Returns:
        Gradients with respect to x_t, h_prev, W_x, W_h, b_x and b_h; those of weights and
        biases are summed over the batch.
    """
    r, z, n, q = gates
    # ∂L/∂z_t = δ_t ⊙ (h_{t-1} - n_t), through σ' = z_t ⊙ (1 - z_t)
    grad_z = grad_h_t * (h_prev - n) * z * (1 - z)
    # ∂L/∂n_t = δ_t ⊙ (1 - z_t), through tanh' = 1 - n_t²
    grad_n = grad_h_t * (1 - z) * (1 - n.square())
    # r_t multiplies q_t inside the candidate, through σ' = r_t ⊙ (1 - r_t)
    grad_r = grad_n * q * r * (1 - r)
    from_input = torch.cat([grad_r, grad_z, grad_n], dim=1)
    from_state = torch.cat([grad_r, grad_z, grad_n * r], dim=1)
    return GRUGradients(
        x_t=from_input @ W_x,
        h_prev=grad_h_t * z + from_state @ W_h,  # past the gates, and through them
        W_x=from_input.T @ x_t,
        W_h=from_state.T @ h_prev,
        b_x=from_input.sum(dim=0),
        b_h=from_state.sum(dim=0),
    )


def lstm_step(
    x_t: Float[Tensor, "B I"],
    h_prev: Float[Tensor, "B H"],
    c_prev: Float[Tensor, "B H"],
    W_x: Float[Tensor, "4*H I"],
    W_h: Float[Tensor, "4*H H"],
    b: Float[Tensor, " 4*H"],
) -> tuple[Float[Tensor, "B H"], Float[Tensor, "B H"], LSTMGates]:
    """One step of the LSTM with a forget gate.

    Args:
        x_t: inputs, shape (B, I).
        h_prev: states before the step, shape (B, H).
        c_prev: cells before the step, shape (B, H).
        W_x: input weights [W_xi; W_xf; W_xg; W_xo], shape (4H, I).
        W_h: state weights [W_hi; W_hf; W_hg; W_ho], shape (4H, H).
        b: biases, shape (4H,); the sum of torch's two.

    Returns:
        The new states and the new cells, both (B, H), and the gates, for `lstm_step_backward`.

    Source: Gers, Schmidhuber, Cummins, "Learning to forget" (2000).
    """
    a_i, a_f, a_g, a_o = (x_t @ W_x.T + h_prev @ W_h.T + b).chunk(4, dim=1)
    # i_t, f_t, o_t = σ(W_x· x_t + W_h· h_{t-1} + b·)
    i, f, o = torch.sigmoid(a_i), torch.sigmoid(a_f), torch.sigmoid(a_o)
    # g_t = tanh(W_xg x_t + W_hg h_{t-1} + b_g)
    g = torch.tanh(a_g)
    # c_t = f_t ⊙ c_{t-1} + i_t ⊙ g_t
    c_t = f * c_prev + i * g
    # h_t = o_t ⊙ tanh(c_t)
    return o * torch.tanh(c_t), c_t, LSTMGates(i, f, g, o)


def lstm_step_backward(
    grad_h_t: Float[Tensor, "B H"],
    grad_c_t: Float[Tensor, "B H"],
    c_t: Float[Tensor, "B H"],
    gates: LSTMGates,
    x_t: Float[Tensor, "B I"],
    h_prev: Float[Tensor, "B H"],
    c_prev: Float[Tensor, "B H"],
    W_x: Float[Tensor, "4*H I"],
    W_h: Float[Tensor, "4*H H"],
) -> LSTMGradients:
    """The gradient of `lstm_step`, derived by hand.

    Args:
        grad_h_t: the loss gradient with respect to h_t, shape (B, H).
        grad_c_t: the loss gradient with respect to c_t from later steps, shape (B, H).
        c_t, gates: what the step returned.
        x_t, h_prev, c_prev, W_x, W_h: what the step was given.

    Returns:
        Gradients with respect to x_t, h_prev, c_prev, W_x, W_h and b; those of weights and
        bias are summed over the batch.
    """
    i, f, g, o = gates
    tanh_c = torch.tanh(c_t)
    # the cell hears from later steps and, through h_t = o_t ⊙ tanh(c_t), from this one
    grad_c = grad_c_t + grad_h_t * o * (1 - tanh_c.square())
    grad_a = torch.cat(
        [
            grad_c * g * i * (1 - i),
            grad_c * c_prev * f * (1 - f),
            grad_c * i * (1 - g.square()),
            grad_h_t * tanh_c * o * (1 - o),
        ],
        dim=1,
    )
    return LSTMGradients(
        x_t=grad_a @ W_x,
        h_prev=grad_a @ W_h,
        c_prev=grad_c * f,  # no matrix on this path: the additive interaction
        W_x=grad_a.T @ x_t,
        W_h=grad_a.T @ h_prev,
        b=grad_a.sum(dim=0),
    )
