"""The hand-derived gradients against autograd, and the steps against torch's cells."""

import pytest
import torch

from rnnlib.cells import elman_step, elman_step_backward
from rnnlib.gated import gru_step, gru_step_backward, lstm_step, lstm_step_backward

SIZES = [(1, 1, 1), (3, 4, 5), (6, 2, 3), (4, 4, 4)]  # I, H, B
TIGHT = {"rtol": 1e-12, "atol": 1e-12}


def draw(seed, *shapes):
    g = torch.Generator().manual_seed(seed)
    tensors = [torch.randn(*s, generator=g, dtype=torch.float64) for s in shapes]
    return [t.requires_grad_() for t in tensors]


def assert_all_close(mine, reference):
    assert len(mine) == len(reference)
    for a, b in zip(mine, reference, strict=True):
        torch.testing.assert_close(a, b, **TIGHT)


@pytest.mark.parametrize("nonlinearity", ["tanh", "relu"])
@pytest.mark.parametrize(("I", "H", "B"), SIZES)
def test_elman(I, H, B, nonlinearity):
    read = draw(0, (B, I), (B, H), (H, I), (H, H), (H,))
    (grad,) = draw(1, (B, H))
    h_t = elman_step(*read, nonlinearity)
    mine = elman_step_backward(grad, h_t, *read[:4], nonlinearity)
    assert_all_close(mine, torch.autograd.grad(h_t, read, grad))


@pytest.mark.parametrize(("I", "H", "B"), SIZES)
def test_gru(I, H, B):
    read = draw(2, (B, I), (B, H), (3 * H, I), (3 * H, H), (3 * H,), (3 * H,))
    (grad,) = draw(3, (B, H))
    h_t, gates = gru_step(*read)
    cell = torch.nn.GRUCell(I, H, dtype=torch.float64)
    with torch.no_grad():
        for parameter, value in zip(cell.parameters(), read[2:], strict=True):
            parameter.copy_(value)
    torch.testing.assert_close(h_t, cell(*read[:2]), **TIGHT)
    mine = gru_step_backward(grad, gates, *read[:4])
    assert_all_close(mine, torch.autograd.grad(h_t, read, grad))


@pytest.mark.parametrize(("I", "H", "B"), SIZES)
def test_lstm(I, H, B):
    read = draw(4, (B, I), (B, H), (B, H), (4 * H, I), (4 * H, H), (4 * H,))
    grads = draw(5, (B, H), (B, H))
    h_t, c_t, gates = lstm_step(*read)
    cell = torch.nn.LSTMCell(I, H, dtype=torch.float64)
    with torch.no_grad():
        cell.weight_ih.copy_(read[3])
        cell.weight_hh.copy_(read[4])
        cell.bias_ih.copy_(read[5])
        cell.bias_hh.zero_()
    assert_all_close((h_t, c_t), cell(read[0], (read[1], read[2])))
    mine = lstm_step_backward(*grads, c_t, gates, *read[:5])
    assert_all_close(mine, torch.autograd.grad([h_t, c_t], read, grads))
