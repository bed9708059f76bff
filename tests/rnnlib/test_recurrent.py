"""The layers against torch's: values, gradients, names, errors."""

import copy
import itertools

import pytest
import torch
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence, pack_sequence

from rnnlib.recurrent import GRU, LSTM, RNN
from rnnlib.truncation import Fixed

TIGHT = {"rtol": 1e-12, "atol": 1e-12}
KINDS = {
    "tanh": (RNN, torch.nn.RNN, {"nonlinearity": "tanh"}),
    "relu": (RNN, torch.nn.RNN, {"nonlinearity": "relu"}),
    "gru": (GRU, torch.nn.GRU, {}),
    "lstm": (LSTM, torch.nn.LSTM, {}),
    "projected": (LSTM, torch.nn.LSTM, {"proj_size": 2}),
}
I, H, B, T = 3, 4, 3, 5
BOTH = [False, True]


def pair(kind, backend="auto", **options):
    torch.manual_seed(0)
    mine, reference, extra = KINDS[kind]
    theirs = reference(I, H, dtype=torch.float64, **extra, **options)
    ours = mine(I, H, dtype=torch.float64, backend=backend, **extra, **options)
    ours.load_state_dict(theirs.state_dict())
    return ours, theirs


def draw(*shape, seed=1):
    g = torch.Generator().manual_seed(seed)
    values = torch.randn(*shape, generator=g, dtype=torch.float64)
    return values.requires_grad_()


def first_states(kind, layers):
    states = draw(layers, B, H, seed=2), draw(layers, B, H, seed=3)
    if kind == "projected":
        return draw(layers, B, 2, seed=2), states[1]
    return states if kind == "lstm" else states[0]


def leaves(result):
    if isinstance(result, torch.Tensor):
        return [result]
    if isinstance(result, PackedSequence):
        return [result.data]
    return [t for part in result for t in leaves(part)]


def outputs_and_gradients(layer, inputs, state, read):
    out = leaves(layer(inputs, state) if state is not None else layer(inputs))
    weights = [draw(*o.shape, seed=9 + k) for k, o in enumerate(out)]
    loss = sum((w * o).sum() for w, o in zip(weights, out, strict=True))
    gradients = torch.autograd.grad(loss, [*read, *layer.parameters()])
    return [*out, *gradients]


def assert_equal(mine, reference, tolerance=TIGHT):
    for a, b in zip(mine, reference, strict=True):
        torch.testing.assert_close(a, b, **tolerance)


PRODUCT = list(itertools.product(KINDS, BOTH, BOTH, BOTH, (1, 2, 3), BOTH))


@pytest.mark.parametrize("backend", ["function", "eager", "torch"])
@pytest.mark.parametrize(
    ("kind", "bias", "bidirectional", "batch_first", "layers", "packed"), PRODUCT
)
def test_equals_torch(kind, bias, bidirectional, batch_first, layers, packed, backend):
    options = {"bias": bias, "bidirectional": bidirectional, "num_layers": layers}
    ours, theirs = pair(kind, backend, batch_first=batch_first, **options)
    x = draw(B, T, I) if batch_first else draw(T, B, I)
    state = first_states(kind, layers * (1 + bidirectional))
    results = []
    for layer in (ours, theirs):
        inputs = x
        if packed:
            inputs = pack_padded_sequence(
                x, torch.tensor([2, 5, 3]), batch_first, enforce_sorted=False
            )
        read = [x, *leaves(state)]
        results.append(outputs_and_gradients(layer, inputs, state, read))
    assert_equal(*results)


@pytest.mark.parametrize("backend", ["function", "eager"])
@pytest.mark.parametrize("kind", KINDS)
def test_without_first_state_and_for_a_single_sequence(kind, backend):
    ours, theirs = pair(kind, backend, num_layers=2)
    for x in (draw(T, B, I), draw(T, I), draw(1, B, I), draw(T, 0, I)):
        assert_equal(*(outputs_and_gradients(m, x, None, [x]) for m in (ours, theirs)))


@pytest.mark.parametrize("kind", KINDS)
def test_sorted_packed_sequences(kind):
    ours, theirs = pair(kind, "function", bidirectional=True)
    inputs = pack_sequence([draw(n, I, seed=n) for n in (6, 4, 4, 1)])
    assert_equal(leaves(ours(inputs)), leaves(theirs(inputs)))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("training", BOTH)
def test_dropout_stands_between_layers_and_only_in_training(kind, training):
    ours, theirs = pair(kind, "function", num_layers=3, dropout=0.5)
    x, results = draw(T, B, I), []
    for layer in (ours.train(training), theirs.train(training)):
        torch.manual_seed(5)
        results.append(leaves(layer(x)))
    assert_equal(*results)
    again = leaves(ours(x))
    same = torch.equal(again[0], results[0][0])
    assert same is not training


@pytest.mark.parametrize("kind", KINDS)
def test_same_parameters_from_the_same_seed(kind):
    mine, reference, extra = KINDS[kind]
    layers = []
    for make in (mine, reference):
        torch.manual_seed(3)
        layers.append(make(5, 8, 2, bidirectional=True, **extra))
    ours, theirs = layers
    assert list(ours.state_dict()) == list(theirs.state_dict())
    for a, b in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert torch.equal(a, b)
    theirs.load_state_dict(ours.state_dict())


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("tanh", {}),
        ("gru", {"bias": False, "batch_first": True}),
        ("projected", {"num_layers": 2, "dropout": 0.25, "bidirectional": True}),
    ],
)
def test_repr_is_that_of_torch(kind, options):
    ours, theirs = pair(kind, **options)
    assert repr(ours) == repr(theirs)


def test_repr_tells_backend_and_truncation():
    layer = RNN(2, 3, backend="eager", truncation=Fixed(4, 8))
    assert repr(layer) == ("RNN(2, 3, backend=eager, truncation=Fixed(k1=4, k2=8))")


@pytest.mark.parametrize("kind", ["tanh", "relu", "gru", "lstm", "projected"])
def test_step_by_step_equals_the_whole(kind):
    ours, _ = pair(kind, "function", num_layers=2)
    x, state = draw(T, B, I), first_states(kind, 2)
    whole, last = ours(x, state)
    outputs = []
    for x_t in x:
        output, state = ours.step(x_t, state)
        outputs.append(output)
    assert_equal([torch.stack(outputs), *leaves(state)], [whole, *leaves(last)])


def test_a_bidirectional_layer_has_no_step():
    layer = GRU(I, H, bidirectional=True)
    with pytest.raises(RuntimeError, match="cannot run step by step"):
        layer.step(torch.zeros(B, I), torch.zeros(2, B, H))


@pytest.mark.parametrize("kind", KINDS)
def test_eager_has_second_derivatives(kind):
    layer, _ = pair(kind, "eager")
    x, weights = draw(3, 2, I), list(layer.parameters())

    def loss(x, *weights):
        named = dict(zip(layer.state_dict(), weights, strict=True))
        return torch.func.functional_call(layer, named, (x,))[0].square().sum()

    assert torch.autograd.gradgradcheck(loss, (x, *weights))


def test_copies_and_replaced_parameters_are_used():
    ours, theirs = pair("lstm", "torch")
    x = draw(T, B, I)
    twin = copy.deepcopy(ours)
    with torch.no_grad():
        twin.weight_hh_l0.mul_(2)
    theirs.load_state_dict(twin.state_dict())
    assert_equal(leaves(twin(x)), leaves(theirs(x)))
    named = {k: v.detach() for k, v in twin.state_dict().items()}
    called = torch.func.functional_call(ours, named, (x,))
    assert_equal(leaves(called), leaves(theirs(x)))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("grad", BOTH)
@pytest.mark.parametrize("lengths", [[4, 4], [4, 2]])
def test_auto_equals_torch_wherever_it_goes(kind, dtype, grad, lengths):
    ours, theirs = (m.to(dtype) for m in pair(kind))
    inputs = pack_sequence([draw(n, I).detach().to(dtype) for n in lengths])
    # float32: a sum of a few numbers of size one, in another order
    tolerance = TIGHT if dtype == torch.float64 else {"rtol": 1e-5, "atol": 1e-6}
    with torch.set_grad_enabled(grad):
        assert_equal(leaves(ours(inputs)), leaves(theirs(inputs)), tolerance)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: RNN(3, 4, nonlinearity="sin"), ValueError, "got 'sin'"),
        (
            lambda: GRU(3, 4, backend="fast"),
            ValueError,
            "backend must be one of 'auto'",
        ),
        (lambda: GRU(3, 4, 2, dropout=2), ValueError, "dropout should be .* got: 2"),
        (lambda: LSTM(3, 4, proj_size=4), ValueError, "smaller than hidden_size.* 4 w"),
        (lambda: LSTM(3, 4, proj_size=-1), ValueError, "at least 0"),
        (lambda: RNN(3, 4, 1.5), TypeError, "num_layers should be of type int"),
        (lambda: RNN(3, 4)(torch.zeros(0, 2, 3)), RuntimeError, "larger than 0, got 0"),
        (lambda: RNN(3, 4)(torch.zeros(3)), ValueError, "2D or 3D, got 1D"),
        (lambda: RNN(3, 4)(torch.zeros(5, 2, 4)), RuntimeError, "Expected 3, got 4"),
        (
            lambda: RNN(3, 4)(torch.zeros(5, 2, 3), torch.zeros(2, 4)),
            RuntimeError,
            "hx should also be 3-D but got 2-D",
        ),
        (
            lambda: GRU(3, 4)(torch.zeros(5, 2, 3), torch.zeros(1, 3, 4)),
            RuntimeError,
            r"Expected hidden size \(1, 2, 4\), got \[1, 3, 4\]",
        ),
        (
            lambda: LSTM(3, 4)(
                torch.zeros(5, 2, 3), (torch.zeros(1, 2, 4), torch.zeros(1, 2, 5))
            ),
            RuntimeError,
            r"Expected hidden\[1\] size \(1, 2, 4\), got \[1, 2, 5\]",
        ),
        (
            lambda: RNN(3, 4)(torch.zeros(5, 2, 3), torch.zeros(1, 2, 4).double()),
            RuntimeError,
            "Expected hidden to be torch.float32 on cpu.* got torch.float64",
        ),
        (
            lambda: RNN(3, 4)(torch.zeros(5, 2, 3, device="meta")),
            RuntimeError,
            "input is on meta, the weights on cpu",
        ),
        (
            lambda: RNN(3, 4, backend="torch", truncation=Fixed(2, 2))(
                torch.zeros(5, 2, 3)
            ),
            ValueError,
            '"torch" cannot truncate',
        ),
    ],
)
@pytest.mark.usefixtures("no_type_checks")
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_dropout_without_a_second_layer_warns():
    with pytest.warns(UserWarning, match="num_layers=1 it does nothing"):
        RNN(3, 4, dropout=0.5)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
@pytest.mark.parametrize("backend", ["function", "eager", "torch"])
@pytest.mark.parametrize("kind", KINDS)
def test_cuda_equals_cpu(kind, backend):
    on_cpu, _ = pair(kind, backend, num_layers=2, bidirectional=True)
    on_gpu = copy.deepcopy(on_cpu).cuda()
    x = draw(T, B, I)
    reference = outputs_and_gradients(on_cpu, x, None, [x])
    out = leaves(on_gpu(x.cuda()))
    weights = [draw(*o.shape, seed=9 + k).cuda() for k, o in enumerate(out)]
    loss = sum((w * o).sum() for w, o in zip(weights, out, strict=True))
    gradients = torch.autograd.grad(loss, [x, *on_gpu.parameters()])
    # float64 sums in another order
    tolerance = {"rtol": 1e-9, "atol": 1e-9}
    assert_equal([t.cpu() for t in (*out, *gradients)], reference, tolerance)
