"""n-gram models against dictionaries, against themselves, and against a published number."""

import os
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnlib.ngram import AddK, KneserNey, distribution

V, END = 80, 79


def text(seed, sentences):
    """Random sentences with a long tail of rare words; some words like to follow others."""
    rng = np.random.default_rng(seed)
    made = []
    for _ in range(sentences):
        sentence = []
        for _ in range(int(rng.integers(0, 8))):
            follows = sentence and rng.random() < 0.4
            new = (7 * sentence[-1] + 3) if follows else int(rng.zipf(1.5)) - 1
            sentence.append(new % (V - 1))
        made.append([*sentence, END])
    return made


def slow_kneser_ney(sentences, order, modified):
    """The definition, with dictionaries: p(w | context) as a function."""
    raw = [Counter() for _ in range(order + 1)]
    for sentence in sentences:
        padded = ("<s>", *sentence)
        for i in range(1, len(padded)):
            for k in range(1, min(order, i + 1) + 1):
                raw[k][padded[i - k + 1 : i + 1]] += 1
    counts = [Counter() for _ in range(order + 1)]
    for k in range(1, order + 1):
        for gram, c in raw[k].items():
            left = {g[0] for g in raw[k + 1] if g[1:] == gram} if k < order else None
            counts[k][gram] = c if k == order or gram[0] == "<s>" else len(left)
    discount, by_context = [None], [None]
    for k in range(1, order + 1):
        n = [sum(c == i for c in counts[k].values()) for i in range(5)]
        y = n[1] / (n[1] + 2 * n[2])
        three = (
            [i - (i + 1) * y * n[i + 1] / n[i] for i in (1, 2, 3)]
            if modified
            else [y] * 3
        )
        discount.append([0, *three])
        groups = defaultdict(dict)
        for gram, c in counts[k].items():
            groups[gram[:-1]][gram[-1]] = c
        by_context.append(groups)

    def p(word, context):
        result = 1 / V
        for k in range(1, min(order, len(context) + 1) + 1):
            seen = by_context[k].get(tuple(context[len(context) - k + 1 :]), {})
            total = sum(seen.values())
            if total:
                cut = {w: discount[k][min(c, 3)] for w, c in seen.items()}
                mine = seen.get(word, 0) - cut.get(word, 0)
                result = mine / total + sum(cut.values()) / total * result
        return result

    return p


@pytest.mark.parametrize("modified", [True, False])
@pytest.mark.parametrize("order", [1, 2, 3, 4])
@pytest.mark.parametrize("seed", range(3))
def test_kneser_ney_equals_its_definition(seed, order, modified):
    train, new = text(seed, 200), text(100 + seed, 30)
    model = KneserNey(train, order, V, modified)
    p = slow_kneser_ney(train, order, modified)
    expected = [
        np.log(p(word, ("<s>", *sentence)[: i + 1]))
        for sentence in new
        for i, word in enumerate(sentence)
    ]
    np.testing.assert_allclose(model.log_probabilities(new), expected, rtol=1e-12)


@pytest.mark.parametrize("order", [1, 2, 3])
@pytest.mark.parametrize("k", [0.1, 1.0])
def test_add_k_equals_its_definition(order, k):
    train, new = text(0, 100), text(1, 20)
    padded = [("<s>", *sentence) for sentence in train]
    grams = Counter(s[i - n + 1 : i + 1] for s in padded for n in range(1, order + 1)
                    for i in range(max(1, n - 1), len(s)))  # fmt: skip
    expected = []
    for sentence in new:
        history = ("<s>",)
        for word in sentence:
            context = history[max(0, len(history) - order + 1) :] if order > 1 else ()
            total = sum(grams[(*context, w)] for w in range(V))
            expected.append(np.log((grams[(*context, word)] + k) / (total + k * V)))
            history = (*history, word)
    model = AddK(train, order, V, k)
    np.testing.assert_allclose(model.log_probabilities(new), expected, rtol=1e-12)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 5), st.lists(st.integers(0, V - 1), max_size=6), st.booleans())
def test_probabilities_sum_to_one_after_any_context(order, context, kneser_ney):
    train = text(3, 200)
    model = KneserNey(train, order, V) if kneser_ney else AddK(train, order, V, 0.5)
    p = distribution(model, context)
    assert p.shape == (V,)
    assert p.min() > 0
    assert p.sum() == pytest.approx(1, rel=1e-12)


def test_counting_by_hand():
    # "a b", "a c": after a come b and c once each; k = 1, three words
    model = AddK([[0, 1], [0, 2]], order=2, vocab_size=3, k=1.0)
    np.testing.assert_allclose(
        distribution(model, [0]), [1 / 5, 2 / 5, 2 / 5], rtol=1e-12
    )
    np.testing.assert_allclose(
        distribution(model, []), [3 / 5, 1 / 5, 1 / 5], rtol=1e-12
    )
    np.testing.assert_allclose(distribution(model, [1]), [1 / 3] * 3, rtol=1e-12)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([], 2, 3), "at least one sentence"),
        (([[0], []], 2, 3), "a token in every sentence"),
        (([[0, 3]], 2, 3), "between 0 and 2, got 3"),
        (([[0, -1]], 2, 3), "between 0 and 2, got -1"),
        (([[0]], 0, 3), r"order .* got 0"),
        (([[0]], 2, 0), r"vocab_size .* got 0"),
    ],
)
@pytest.mark.parametrize("model", [AddK, KneserNey])
def test_bad_input_is_named(model, arguments, message):
    with pytest.raises(ValueError, match=message):
        model(*arguments)


def test_other_bad_settings_are_named():
    with pytest.raises(ValueError, match="k must be positive, got 0"):
        AddK([[0]], 1, 1, k=0.0)
    with pytest.raises(ValueError, match="too little text to estimate discounts"):
        KneserNey([[0, 1]], 2, 3)


def test_penn_treebank_number():
    folder = Path(os.environ.get("RNNLIB_DATA", "")) / "ptb"
    if not (folder / "ptb.train.txt").exists():
        pytest.skip("RNNLIB_DATA does not name a folder with ptb/ptb.train.txt")
    train, test = (
        [
            [*line.split(), "<eos>"]
            for line in (folder / f"ptb.{part}.txt").read_text().splitlines()
        ]
        for part in ("train", "test")
    )
    number = {w: i for i, w in enumerate(sorted({w for s in train for w in s}))}
    train, test = ([[number[w] for w in s] for s in part] for part in (train, test))
    model = KneserNey(train, order=5, vocab_size=len(number))
    perplexity = np.exp(-model.log_probabilities(test).mean())
    # the Kneser–Ney 5-gram that papers on this data set stand beside: 141.2
    assert perplexity == pytest.approx(141.2, abs=0.5)
