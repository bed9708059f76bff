import math

import pytest
import torch
from tqdm import tqdm

from rnnlib import training
from rnnlib.data import sequential_batches
from rnnlib.decoding import sample
from rnnlib.metrics import bits, negative_log_likelihood, perplexity
from rnnlib.models import LanguageModel
from rnnlib.training import seed_everything, train


def small_model(seed=0, V=5):
    seed_everything(seed)
    return LanguageModel(V, 4, 16)


def cycle(n=2000, V=5):
    return torch.arange(n) % V


def test_logits_equal_torch_modules():
    model = small_model().double()
    theirs = torch.nn.RNN(4, 16, dtype=torch.float64)
    theirs.load_state_dict(model.rnn.state_dict())
    ids = torch.randint(5, (7, 3))
    logits, h_T = model(ids)
    states, last = theirs(model.embedding(ids))
    torch.testing.assert_close(logits, model.output(states), rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(h_T, last, rtol=1e-12, atol=1e-12)


def test_training_learns_and_repeats():
    batches = sequential_batches(cycle(), 4, 10)
    runs = []
    for _ in range(2):
        model = small_model()
        losses = train(
            model, batches, seed=1, epochs=3, learning_rate=1e-2, progress=False
        ).losses
        runs.append(losses)
    assert runs[0] == runs[1]
    assert len(runs[0]) == 3 * len(batches)
    assert runs[0][0] == pytest.approx(
        math.log(5), abs=0.3
    )  # an untrained model guesses
    assert runs[0][-1] < 0.05  # the next number is certain
    assert sample(model, torch.tensor([0, 1, 2]), 6).tolist() == [3, 4, 0, 1, 2, 3]


def test_state_is_carried_from_batch_to_batch():
    # 0 0 1 0 0 1 …, two at a time: what follows the first 0 of a batch is known only from before
    ids = torch.tensor([0, 0, 1]).repeat(1000)
    batches = sequential_batches(ids, 1, 2)
    model = small_model(V=2)
    losses = train(model, batches, seed=0, learning_rate=1e-2, progress=False).losses
    assert (
        sum(losses[-60:]) / 60 < 0.1
    )  # without a state: ln 2 on every third token, 0.23


def test_training_is_the_textbook_loop():
    batches = sequential_batches(torch.randint(5, (200,)), 4, 5)
    model, twin = small_model(), small_model()
    losses = train(
        model, batches, seed=0, epochs=2, clip_norm=0.1, progress=False
    ).losses
    optimizer = torch.optim.Adam(twin.parameters(), lr=2e-3)
    expected = []
    for _ in range(2):
        state = torch.zeros(1, 4, 16)
        for x, y in batches:
            logits, state = twin(x, state.detach())
            loss = -logits.log_softmax(-1).gather(-1, y[..., None]).mean()
            gradients = torch.autograd.grad(loss, list(twin.parameters()))
            norm = torch.cat([g.flatten() for g in gradients]).norm()
            for parameter, g in zip(twin.parameters(), gradients, strict=True):
                parameter.grad = g * min(1, 0.1 / norm)
            optimizer.step()
            expected.append(loss.item())
    assert losses == pytest.approx(expected, rel=1e-4)


def test_gradient_norm_is_clipped_before_the_step(monkeypatch):
    norms = []
    original = torch.optim.Adam.step

    def spy(self, *args, **kwargs):
        grads = [
            p.grad.flatten() for group in self.param_groups for p in group["params"]
        ]
        norms.append(torch.cat(grads).norm().item())
        return original(self, *args, **kwargs)

    monkeypatch.setattr(torch.optim.Adam, "step", spy)
    batches = sequential_batches(cycle(), 4, 10)[:5]
    train(small_model(), batches, seed=0, clip_norm=1e-3, progress=False)
    assert norms == pytest.approx([1e-3] * 5, rel=1e-2)


def test_non_finite_loss_names_the_step():
    model = small_model()
    with torch.no_grad():
        model.output.bias.fill_(float("nan"))
    with pytest.raises(FloatingPointError, match="nan at step 0"):
        train(model, sequential_batches(cycle(), 4, 10), seed=0, progress=False)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"batches": []}, "at least one batch"),
        ({"epochs": 0}, "epochs .* got 0"),
        ({"learning_rate": 0.0}, "must be positive, got 0.0"),
        ({"clip_norm": -1.0}, "got 0.002 and -1.0"),
    ],
)
def test_bad_settings_are_named(settings, message):
    arguments = {"batches": sequential_batches(cycle(), 4, 10), "seed": 0} | settings
    with pytest.raises(ValueError, match=message):
        train(small_model(), **arguments)


def test_progress_bar_can_be_hidden(capsys, monkeypatch):
    # the test session hides all bars; here they are wanted, unless train() says otherwise
    def visible(**options):
        return tqdm(**{"disable": False} | options)

    monkeypatch.setattr(training, "tqdm", visible)
    batches = sequential_batches(cycle(), 4, 10)[:3]
    train(small_model(), batches, seed=0, progress=False)
    assert capsys.readouterr().err == ""
    train(small_model(), batches, seed=0)
    assert "3/3" in capsys.readouterr().err


def test_likelihood_is_that_of_a_known_distribution():
    model = small_model(V=4)
    with torch.no_grad():
        model.output.weight.zero_()
        p = torch.tensor([0.5, 0.25, 0.125, 0.125])
        model.output.bias.copy_(p.log())
    ids = torch.tensor([3, 0, 0, 1, 2])
    nll = negative_log_likelihood(model, ids)
    assert nll == pytest.approx((1 + 1 + 2 + 3) / 4 * math.log(2), rel=1e-6)
    assert bits(nll) == pytest.approx(1.75, rel=1e-6)
    assert perplexity(nll) == pytest.approx(2**1.75, rel=1e-6)


@pytest.mark.parametrize("num_steps", [1, 2, 7, 99, 100, 1000])
def test_likelihood_does_not_depend_on_the_cut(num_steps):
    model = small_model().double()
    ids = torch.randint(5, (100,), generator=torch.Generator().manual_seed(0))
    whole = negative_log_likelihood(model, ids)
    assert negative_log_likelihood(model, ids, num_steps) == pytest.approx(
        whole, rel=1e-12
    )


def test_likelihood_restores_the_mode_and_names_bad_input():
    model = small_model().train()
    negative_log_likelihood(model, cycle(10))
    assert model.training
    with pytest.raises(ValueError, match="at least 2 tokens, got 1"):
        negative_log_likelihood(model, cycle(1))


def test_sampling_is_seeded_and_follows_the_distribution():
    model = small_model(V=4)
    with torch.no_grad():
        model.output.weight.zero_()
        p = torch.tensor([0.5, 0.25, 0.125, 0.125])
        model.output.bias.copy_(p.log())
    prompt = torch.tensor([0])
    drawn = sample(model, prompt, 4000, seed=1)
    assert torch.equal(drawn, sample(model, prompt, 4000, seed=1))
    assert not torch.equal(drawn, sample(model, prompt, 4000, seed=2))
    # four standard errors of a share near 1/2 in 4,000 draws
    frequencies = torch.bincount(drawn, minlength=4) / 4000
    torch.testing.assert_close(frequencies, p, rtol=0, atol=4 * 0.5 / 4000**0.5)
    cold = sample(model, prompt, 200, temperature=0.05)
    assert cold.tolist() == [0] * 200


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((torch.tensor([], dtype=torch.int64), 3), "at least one token"),
        ((torch.tensor([0]), 0), "num_tokens"),
    ],
)
def test_sampling_names_bad_input(arguments, message):
    with pytest.raises(ValueError, match=message):
        sample(small_model(), *arguments)
    with pytest.raises(ValueError, match=r"temperature must be positive, got 0\.0"):
        sample(small_model(), torch.tensor([0]), 3, temperature=0.0)
