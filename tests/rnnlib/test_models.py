"""Models: against their equations, and padding that must not matter."""

import pytest
import torch
from torch.nn.utils.rnn import pad_sequence

from rnnlib.models import Attention, Classifier, LanguageModel, Seq2Seq, Tagger
from rnnlib.models.classifier import POOLINGS
from rnnlib.state import detach, map_state

TIGHT = {"rtol": 1e-12, "atol": 1e-12}
CELLS = ("RNN", "GRU", "LSTM")
V, K, E, H = 7, 4, 3, 5
LENGTHS = torch.tensor([3, 6, 1, 4])
PAD = V - 1


@pytest.fixture(autouse=True)
def _seeded():
    torch.manual_seed(0)


def sentences():
    """Ids below PAD, one tensor per sentence, and the padded batch (T, B)."""
    g = torch.Generator().manual_seed(1)
    single = [torch.randint(PAD, (int(n),), generator=g) for n in LENGTHS]
    return single, pad_sequence(single, padding_value=PAD)


def poison(embedding):
    """Make whatever reads the padding visible: NaN is contagious."""
    with torch.no_grad():
        embedding.weight[PAD] = torch.nan


def assert_gradients_are_clean(model, loss):
    loss.backward()
    for name, parameter in model.named_parameters():
        assert torch.isfinite(parameter.grad).all(), name


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("bidirectional", [False, True])
def test_tagger_never_reads_padding(cell, bidirectional):
    model = Tagger(
        V, K, E, H, cell=cell, num_layers=2, bidirectional=bidirectional
    ).double()
    poison(model.embedding)
    single, batch = sentences()
    logits = model(batch, LENGTHS)
    for b, ids in enumerate(single):
        alone = model(ids.unsqueeze(1), LENGTHS[b : b + 1])[:, 0]
        torch.testing.assert_close(logits[: len(ids), b], alone, **TIGHT)
        assert (logits[len(ids) :, b] == 0).all()
    assert_gradients_are_clean(model, logits.square().sum())


@pytest.mark.parametrize("pooling", POOLINGS)
@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("bidirectional", [False, True])
def test_classifier_never_reads_padding(cell, bidirectional, pooling):
    model = Classifier(
        V,
        K,
        E,
        H,
        cell=cell,
        num_layers=2,
        bidirectional=bidirectional,
        pooling=pooling,
    ).double()
    poison(model.embedding)
    single, batch = sentences()
    logits = model(batch, LENGTHS)
    for b, ids in enumerate(single):
        alone = model(ids.unsqueeze(1), LENGTHS[b : b + 1])[0]
        torch.testing.assert_close(logits[b], alone, **TIGHT)
    assert_gradients_are_clean(model, logits.square().sum())


def test_poolings_are_what_they_say():
    ids, lengths = torch.tensor([[1], [2], [3]]), torch.tensor([3])
    for pooling in POOLINGS:
        model = Classifier(V, K, E, H, bidirectional=True, pooling=pooling)
        states, _ = model.rnn(model.embedding(ids))
        forwards, backwards = states[:, 0, :H], states[:, 0, H:]
        expected = {
            "last": torch.cat([forwards[-1], backwards[0]]),
            "mean": states[:, 0].mean(dim=0),
            "max": states[:, 0].max(dim=0).values,
        }
        torch.testing.assert_close(
            model(ids, lengths)[0], model.output(expected[pooling])
        )


@pytest.mark.parametrize("attention", [None, "dot", "general", "additive"])
@pytest.mark.parametrize("cell", CELLS)
def test_seq2seq_never_reads_padding_of_the_source(cell, attention):
    model = Seq2Seq(V, V, E, H, cell=cell, num_layers=2, attention=attention).double()
    poison(model.source)
    single, batch = sentences()
    target = torch.randint(V, (5, len(single)))
    logits = model(batch, LENGTHS, target)
    for b, ids in enumerate(single):
        alone = model(ids.unsqueeze(1), LENGTHS[b : b + 1], target[:, b : b + 1])
        torch.testing.assert_close(logits[:, b], alone[:, 0], **TIGHT)
    assert_gradients_are_clean(model, logits.square().sum())


@pytest.mark.parametrize("attention", [None, "dot", "general", "additive"])
@pytest.mark.parametrize("cell", CELLS)
def test_seq2seq_step_by_step_equals_teacher_forcing(cell, attention):
    model = Seq2Seq(V, V, E, H, cell=cell, num_layers=2, attention=attention).double()
    _, batch = sentences()
    target = torch.randint(V, (5, len(LENGTHS)))
    state, outputs = model.encode(batch.clamp(max=PAD - 1), LENGTHS), []
    for ids in target:
        logits, state = model.step(ids, state)
        outputs.append(logits)
    reference = model(batch.clamp(max=PAD - 1), LENGTHS, target)
    torch.testing.assert_close(torch.stack(outputs), reference, **TIGHT)


@pytest.mark.parametrize("score", ["dot", "general", "additive"])
def test_attention_is_its_equation(score):
    T, S, B = 2, 3, 2
    model = Attention(score, H, H, 4 if score == "additive" else None).double()
    query, memory = torch.randn(T, B, H).double(), torch.randn(S, B, H).double()
    mask = torch.tensor([[True, True], [True, False], [False, True]])
    memory[~mask] = torch.nan
    context, weights = model(query, memory, mask)
    for t in range(T):
        for b in range(B):
            places = mask[:, b].nonzero()[:, 0]
            values = memory[places, b]
            if score == "additive":
                hidden = torch.tanh(
                    model.W_q.weight @ query[t, b] + values @ model.W_m.weight.T
                )
                scores = hidden @ model.v
            elif score == "general":
                scores = (values @ model.W.weight.T) @ query[t, b]
            else:
                scores = values @ query[t, b]
            p = scores.exp() / scores.exp().sum()
            torch.testing.assert_close(weights[t, b, places], p, **TIGHT)
            torch.testing.assert_close(context[t, b], p @ values, **TIGHT)
    assert (weights.transpose(1, 2)[:, ~mask] == 0).all()


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("tied", [False, True])
def test_language_model_step_by_step_equals_the_whole(cell, tied):
    model = LanguageModel(V, E, H, cell=cell, num_layers=2, tied=tied).double()
    ids = torch.randint(V, (6, 2))
    whole, last = model(ids)
    state = map_state(torch.zeros_like, last)
    outputs = []
    for row in ids:
        logits, state = model.step(row, state)
        outputs.append(logits)
    torch.testing.assert_close(torch.stack(outputs), whole, **TIGHT)


@pytest.mark.parametrize(("hidden", "more"), [(E, 0), (H, E * H)])
def test_tying_shares_one_matrix(hidden, more):
    model = LanguageModel(V, E, hidden, tied=True)
    assert model.output.weight is model.embedding.weight
    count = sum(p.numel() for p in model.parameters())
    recurrent = sum(p.numel() for p in model.rnn.parameters())
    assert count == V * E + V + recurrent + more
    states, _ = model.rnn(model.embedding(torch.tensor([[1], [2]])))
    logits, _ = model(torch.tensor([[1], [2]]))
    by_hand = model.projection(states) @ model.embedding.weight.T + model.output.bias
    torch.testing.assert_close(logits, by_hand)


@pytest.mark.parametrize(
    "model",
    [
        LanguageModel(V, E, H, dropout=0.5),
        Tagger(V, K, E, H, dropout=0.5),
        Classifier(V, K, E, H, dropout=0.5),
        Seq2Seq(V, V, E, H, attention="dot", dropout=0.5),
    ],
    ids=lambda m: type(m).__name__,
)
def test_dropout_acts_in_training_only(model):
    ids, lengths = torch.randint(V, (6, 4)), LENGTHS
    inputs = {
        LanguageModel: (ids,),
        Seq2Seq: (ids, lengths, ids),
    }.get(type(model), (ids, lengths))

    def run():
        out = model(*inputs)
        return out[0] if isinstance(out, tuple) else out

    assert not torch.equal(run(), run())
    model.eval()
    assert torch.equal(run(), run())


def test_detached_states_keep_their_form():
    h = torch.ones(1, 2, requires_grad=True)
    pair = detach((h, [h * 2, None]))
    assert isinstance(pair, tuple)
    assert isinstance(pair[1], list)
    assert pair[1][1] is None
    assert not pair[0].requires_grad
    assert not pair[1][0].requires_grad
    with pytest.raises(TypeError, match="got int"):
        detach((h, 3))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: LanguageModel(V, E, H, cell="CNN"), "cell must be one of 'RNN'"),
        (lambda: Classifier(V, K, E, H, pooling="sum"), "pooling must be one of"),
        (lambda: Tagger(V, 0, E, H), "num_labels must be .* got 0"),
        (lambda: Attention("cosine", 3, 3), "score must be one of"),
        (lambda: Attention("dot", 3, 4), "of one size, got 3 and 4"),
        (
            lambda: Tagger(V, K, E, H)(torch.zeros(3, 2).long(), torch.tensor([3, 0])),
            r"2 numbers between 1 and 3, got \[3, 0\]",
        ),
        (
            lambda: Tagger(V, K, E, H)(torch.zeros(3, 2).long(), torch.tensor([4, 1])),
            r"between 1 and 3, got \[4, 1\]",
        ),
        (
            lambda: Attention("dot", 2, 2)(
                torch.zeros(1, 2, 2),
                torch.zeros(3, 2, 2),
                torch.tensor([[True, False]]).expand(3, 2),
            ),
            "leaves sequence 1 nothing",
        ),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
