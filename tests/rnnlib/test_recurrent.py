import pytest
import torch

from rnnlib.recurrent import RNN

SHAPES = [(1, 1, 1, 1), (2, 3, 4, 5), (35, 4, 7, 6), (50, 1, 2, 9)]


def pair(I, H, nonlinearity="tanh"):
    torch.manual_seed(0)
    ours = RNN(I, H, nonlinearity).double()
    theirs = torch.nn.RNN(I, H, nonlinearity=nonlinearity, dtype=torch.float64)
    theirs.load_state_dict(ours.state_dict())
    return ours, theirs


@pytest.mark.parametrize("nonlinearity", ["tanh", "relu"])
@pytest.mark.parametrize(("T", "B", "I", "H"), SHAPES)
@pytest.mark.parametrize("with_state", [False, True])
def test_values_and_gradients_equal_torch(T, B, I, H, nonlinearity, with_state):
    ours, theirs = pair(I, H, nonlinearity)
    results = []
    for layer in (ours, theirs):
        torch.manual_seed(1)
        x = torch.randn(T, B, I, dtype=torch.float64, requires_grad=True)
        h_0 = torch.randn(1, B, H, dtype=torch.float64, requires_grad=True)
        weights = torch.randn(T, B, H, dtype=torch.float64)
        states, h_T = layer(x, h_0) if with_state else layer(x)
        loss = (weights * states).sum() + h_T.square().sum()
        inputs = [x, *([h_0] if with_state else []), *layer.parameters()]
        results.append([states, h_T, *torch.autograd.grad(loss, inputs)])
    for mine, reference in zip(*results, strict=True):
        torch.testing.assert_close(mine, reference, rtol=1e-12, atol=1e-12)


def test_state_dict_loads_both_ways():
    ours, theirs = pair(3, 4)
    fresh = RNN(3, 4).double()
    fresh.load_state_dict(theirs.state_dict())
    x = torch.randn(6, 2, 3, dtype=torch.float64)
    torch.testing.assert_close(fresh(x), ours(x), rtol=0, atol=0)


def test_initialisation_equals_torch():
    torch.manual_seed(3)
    ours = RNN(5, 8)
    torch.manual_seed(3)
    theirs = torch.nn.RNN(5, 8)
    for (name, mine), (other, reference) in zip(
        ours.named_parameters(), theirs.named_parameters(), strict=True
    ):
        assert name == other
        assert torch.equal(mine, reference)


def test_number_of_parameters_does_not_depend_on_length():
    layer = RNN(3, 4)
    before = sum(p.numel() for p in layer.parameters())
    for T in (1, 10, 1000):
        states, _ = layer(torch.randn(T, 2, 3))
        assert states.shape == (T, 2, 4)
    assert sum(p.numel() for p in layer.parameters()) == before == 4 * 3 + 4 * 4 + 4 + 4


def test_carried_state_continues_the_sequence():
    layer = RNN(3, 4).double()
    x = torch.randn(9, 2, 3, dtype=torch.float64)
    whole, last = layer(x)
    first, state = layer(x[:5])
    second, end = layer(x[5:], state)
    torch.testing.assert_close(
        torch.cat([first, second]), whole, rtol=1e-13, atol=1e-13
    )
    torch.testing.assert_close(end, last, rtol=1e-13, atol=1e-13)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: RNN(0, 4), "input_size .* at least 1, got 0"),
        (lambda: RNN(3, 4, "sigmoid"), "got 'sigmoid'"),
        (lambda: RNN(3, 4)(torch.zeros(0, 2, 3)), "at least one time step"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(
    ("x", "h_0", "message"),
    [
        ((2, 3), None, r"x must have shape \(T, B, 3\), got \(2, 3\)"),
        ((5, 2, 4), None, r"x must have shape \(T, B, 3\), got \(5, 2, 4\)"),
        ((5, 2, 3), (2, 4), r"h_0 must have shape \(1, 2, 4\), got \(2, 4\)"),
    ],
)
def test_wrong_shapes_are_named(x, h_0, message):
    # readers run without the tests' shape checks, so call the function under them
    forward = RNN.forward.__wrapped__
    with pytest.raises(ValueError, match=message):
        forward(RNN(3, 4), torch.zeros(x), None if h_0 is None else torch.zeros(h_0))
