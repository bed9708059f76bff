import pytest
import torch
from jaxtyping import TypeCheckError

from rnnlib.cells import concatenate_weights, elman_step, elman_step_concatenated


def cell(I=3, H=4, B=5, seed=0):
    g = torch.Generator().manual_seed(seed)

    def draw(*shape):
        return torch.randn(*shape, generator=g, dtype=torch.float64)

    return draw(B, I), draw(B, H), draw(H, I), draw(H, H), draw(H)


def test_pencil_example():
    # the worked example of chapter 01
    x = torch.tensor([[1.0, -1.0]], dtype=torch.float64)
    h = torch.tensor([[0.5, 0.0]], dtype=torch.float64)
    W_xh = torch.tensor([[1.0, 0.5], [0.0, 1.0]], dtype=torch.float64)
    W_hh = torch.tensor([[0.0, 1.0], [-1.0, 0.0]], dtype=torch.float64)
    b_h = torch.tensor([0.0, 0.5], dtype=torch.float64)
    expected = torch.tanh(torch.tensor([[0.5, -1.0]], dtype=torch.float64))
    torch.testing.assert_close(
        elman_step(x, h, W_xh, W_hh, b_h), expected, rtol=0, atol=1e-15
    )


@pytest.mark.parametrize("nonlinearity", ["tanh", "relu"])
@pytest.mark.parametrize("sizes", [(1, 1, 1), (3, 4, 5), (7, 2, 1)])
def test_step_equals_torch_cell(nonlinearity, sizes):
    I, H, B = sizes
    x, h, W_xh, W_hh, b_h = cell(I, H, B)
    theirs = torch.nn.RNNCell(I, H, nonlinearity=nonlinearity, dtype=torch.float64)
    with torch.no_grad():
        theirs.weight_ih.copy_(W_xh)
        theirs.weight_hh.copy_(W_hh)
        theirs.bias_ih.copy_(b_h)
        theirs.bias_hh.zero_()
    ours = elman_step(x, h, W_xh, W_hh, b_h, nonlinearity)
    torch.testing.assert_close(ours, theirs(x, h), rtol=1e-13, atol=1e-13)


@pytest.mark.parametrize("nonlinearity", ["tanh", "relu"])
@pytest.mark.parametrize("seed", range(3))
def test_both_notations_agree_in_value_and_gradient(nonlinearity, seed):
    tensors = [t.requires_grad_() for t in cell(seed=seed)]
    x, h, W_xh, W_hh, b_h = tensors
    two = elman_step(x, h, W_xh, W_hh, b_h, nonlinearity)
    one = elman_step_concatenated(
        x, h, concatenate_weights(W_xh, W_hh), b_h, nonlinearity
    )
    torch.testing.assert_close(one, two, rtol=1e-13, atol=1e-13)
    for a, b in zip(
        torch.autograd.grad(one.square().sum(), tensors),
        torch.autograd.grad(two.square().sum(), tensors),
        strict=True,
    ):
        torch.testing.assert_close(a, b, rtol=1e-12, atol=1e-12)


def test_unknown_nonlinearity_is_named():
    with pytest.raises(ValueError, match="'tanh', 'relu', got 'sin'"):
        elman_step(*cell(), nonlinearity="sin")


def test_shape_annotations_are_checked_in_tests():
    x, h, W_xh, W_hh, b_h = cell()
    with pytest.raises(TypeCheckError):
        elman_step(x, h, W_xh.T, W_hh, b_h)
