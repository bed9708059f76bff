"""Back-propagation through time against torch's layers, and truncation against detached states."""

import pytest
import torch
from torch.nn.functional import linear
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence

from rnnlib.bptt import ElmanThroughTime, GRUThroughTime, LSTMThroughTime
from rnnlib.cells import elman_step
from rnnlib.gated import gru_step, lstm_step

TIGHT = {"rtol": 1e-12, "atol": 1e-12}
LENGTHS = [[1], [4, 4, 4], [6, 4, 4, 1], [3, 2, 1], [7, 7, 2]]
KINDS = ["tanh", "relu", "gru", "lstm"]
GATES = {"tanh": 1, "relu": 1, "gru": 3, "lstm": 4}
I, H = 3, 5


def draw(seed, *shapes):
    g = torch.Generator().manual_seed(seed)
    tensors = [torch.randn(*s, generator=g, dtype=torch.float64) for s in shapes]
    return [t.requires_grad_() for t in tensors]


def inputs(kind, lengths, seed=0):
    B, N, G = len(lengths), sum(lengths), GATES[kind] * H
    sizes = tuple(sum(length > t for length in lengths) for t in range(lengths[0]))
    return sizes, draw(seed, (N, I), (B, H), (B, H), (G, I), (G, H), (G,), (G,))


def ours(kind, sizes, x, h_0, c_0, W_x, W_h, b_x, b_h, cut=frozenset()):
    """All states, for the LSTM also all cells."""
    carry = tuple(float(t not in cut) for t in range(len(sizes))) if cut else None
    if kind == "gru":
        return (GRUThroughTime.apply(linear(x, W_x, b_x), h_0, W_h, b_h, sizes, carry),)
    a = linear(x, W_x, b_x + b_h)
    if kind == "lstm":
        return LSTMThroughTime.apply(a, h_0, c_0, W_h, None, sizes, carry)
    return (ElmanThroughTime.apply(a, h_0, W_h, sizes, kind, carry),)


def step_by_step(kind, sizes, x, h_0, c_0, W_x, W_h, b_x, b_h, cut=frozenset()):
    """The same through the cells' steps and autograd, states detached where it is cut."""
    h, c, begin, states, cells = h_0, c_0, 0, [], []
    for t, size in enumerate(sizes):
        if t in cut:
            h, c = h.detach(), c.detach()
        x_t, h, c = x[begin : begin + size], h[:size], c[:size]
        if kind == "gru":
            h, _ = gru_step(x_t, h, W_x, W_h, b_x, b_h)
        elif kind == "lstm":
            h, c, _ = lstm_step(x_t, h, c, W_x, W_h, b_x + b_h)
        else:
            h = elman_step(x_t, h, W_x, W_h, b_x + b_h, kind)
        states.append(h)
        cells.append(c)
        begin += size
    both = (torch.cat(states), torch.cat(cells))
    return both if kind == "lstm" else both[:1]


def assert_same(mine, reference, read):
    """Values, and gradients of a random linear function of all of them."""
    weights = draw(99, *(r.shape for r in reference))
    for a, b in zip(mine, reference, strict=True):
        torch.testing.assert_close(a, b, **TIGHT)
    gradients = [
        torch.autograd.grad(
            values, read, weights, allow_unused=True, materialize_grads=True
        )
        for values in (mine, reference)
    ]
    for a, b in zip(*gradients, strict=True):
        torch.testing.assert_close(a, b, **TIGHT)


@pytest.mark.parametrize("lengths", LENGTHS, ids=str)
@pytest.mark.parametrize("kind", KINDS)
def test_equals_torch_layer(kind, lengths):
    sizes, read = inputs(kind, lengths)
    x, h_0, c_0, *weights = read
    packed = PackedSequence(x, torch.tensor(sizes))
    make = {"gru": torch.nn.GRU, "lstm": torch.nn.LSTM}.get(kind, torch.nn.RNN)
    options = {} if kind in ("gru", "lstm") else {"nonlinearity": kind}
    layer = make(I, H, dtype=torch.float64, **options)
    state = (h_0[None], c_0[None]) if kind == "lstm" else h_0[None]
    named = dict(zip((n for n, _ in layer.named_parameters()), weights, strict=True))
    reference, _ = torch.func.functional_call(layer, named, (packed, state))
    assert_same(ours(kind, sizes, *read)[:1], (reference.data,), read)


@pytest.mark.parametrize("lengths", LENGTHS, ids=str)
@pytest.mark.parametrize("kind", KINDS)
def test_equals_the_steps_in_all_states_and_cells(kind, lengths):
    sizes, read = inputs(kind, lengths, seed=1)
    assert_same(ours(kind, sizes, *read), step_by_step(kind, sizes, *read), read)


@pytest.mark.parametrize(
    "cut", [{0}, {1}, {2, 4}, {0, 3}, set(range(6)), {17}], ids=str
)
@pytest.mark.parametrize("lengths", [[6, 6], [6, 4, 3, 1]], ids=str)
@pytest.mark.parametrize("kind", KINDS)
def test_cut_is_a_detached_state(kind, lengths, cut):
    sizes, read = inputs(kind, lengths, seed=2)
    reference = step_by_step(kind, sizes, *read, cut=cut)
    assert_same(ours(kind, sizes, *read, cut=cut), reference, read)


def test_padding_order_is_that_of_packed_sequences():
    x = torch.randn(4, 3, I, dtype=torch.float64)
    packed = pack_padded_sequence(x, torch.tensor([4, 2, 1]))
    assert packed.batch_sizes.tolist() == [3, 2, 1, 1]
    assert inputs("tanh", [4, 2, 1])[0] == (3, 2, 1, 1)


@pytest.mark.parametrize("kind", KINDS)
def test_second_derivatives_are_refused_not_wrong(kind):
    sizes, read = inputs(kind, [3, 2])
    for loss in (torch.sum, lambda states: states.square().sum()):  # linear, and not
        states = ours(kind, sizes, *read)[0]
        with pytest.raises(RuntimeError, match="first derivatives only"):
            torch.autograd.grad(loss(states), read[4], create_graph=True)


def test_scalar_case_of_three_uses_of_one_weight():
    # x_3 = w³ x_0 has dx_3/dw = 3 w² x_0 = 0.108 at w = 0.2, x_0 = 0.9; ReLU is the identity here
    w = torch.tensor([[0.2]], dtype=torch.float64, requires_grad=True)
    x_0 = torch.tensor([[0.9]], dtype=torch.float64)
    a = torch.zeros(3, 1, dtype=torch.float64)
    for carry, expected in [
        (None, 0.108),
        ((1.0, 0.0, 1.0), 2 * 0.2**2 * 0.9),
        ((1.0, 1.0, 0.0), 0.2**2 * 0.9),
    ]:
        states = ElmanThroughTime.apply(a, x_0, w, (1, 1, 1), "relu", carry)
        (gradient,) = torch.autograd.grad(states[-1].sum(), w)
        assert gradient.item() == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ((2, 2), "need 4 rows of inputs and 2 first states, got 5 and 2"),
        ((1, 2, 2), "never grow"),
        ((3, 2), "need 5 rows of inputs and 3 first states, got 5 and 2"),
        ((), "must be positive"),
    ],
)
def test_rows_that_do_not_fit_are_named(kind, sizes, message):
    _, read = inputs(kind, [3, 2])
    with pytest.raises(ValueError, match=message):
        ours(kind, sizes, *read)
