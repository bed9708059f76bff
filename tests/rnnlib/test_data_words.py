"""Vocabularies and words: the order of ids, what is unknown, there and back."""

from collections import Counter

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rnnlib.data import END, PAD, START, UNK, Vocabulary, WordTokenizer, load
from rnnlib.data.words import split_words

TOKENS = st.lists(st.text("abc", min_size=1, max_size=2))


def test_specials_come_first_then_frequency_then_code_points():
    vocabulary = Vocabulary.build(["b", "a", "c", "b", "é", "Z"])
    assert vocabulary.tokens[:4] == ("<pad>", "<unk>", "<s>", "</s>")
    assert vocabulary.tokens[4:] == ("b", "Z", "a", "c", "é")
    assert [vocabulary.index(t) for t in (PAD, UNK, START, END, "b")] == [0, 1, 2, 3, 4]


@given(TOKENS, st.integers(1, 3), st.none() | st.integers(4, 9))
def test_limits_of_a_vocabulary(tokens, min_frequency, max_size):
    vocabulary = Vocabulary.build(
        tokens, min_frequency=min_frequency, max_size=max_size
    )
    counts = Counter(tokens)
    frequent = {t for t in counts if counts[t] >= min_frequency}
    taken = vocabulary.tokens[4:]
    assert set(taken) <= frequent
    assert len(taken) == min(len(frequent), (max_size or 99) - 4)
    keys = [(-counts[t], t) for t in taken]
    assert keys == sorted(keys)
    left_out = [(-counts[t], t) for t in frequent - set(taken)]
    assert not (keys and left_out) or min(left_out) > keys[-1]


def test_a_special_in_the_corpus_is_there_once():
    vocabulary = Vocabulary.build(["<unk>", "a", "<unk>"], specials=["</s>", "<unk>"])
    assert vocabulary.tokens == ("</s>", "<unk>", "a")


@given(TOKENS)
def test_known_tokens_come_back(tokens):
    vocabulary = Vocabulary.build(tokens)
    ids = vocabulary.encode(tokens)
    assert ids.dtype == torch.int64
    assert vocabulary.decode(ids) == tokens
    assert all(t in vocabulary for t in tokens)


def test_unknown_tokens_are_unk_or_an_error():
    with_unk = Vocabulary.build(["a"])
    assert with_unk.encode(["a", "zebra"]).tolist() == [4, 1]
    assert with_unk.decode(torch.tensor([4, 1])) == ["a", "<unk>"]
    assert "zebra" not in with_unk
    without = Vocabulary.build(["a"], specials=())
    with pytest.raises(ValueError, match=r"'zebra' at position 1 .* no '<unk>'"):
        without.encode(["a", "zebra"])
    with pytest.raises(ValueError, match="'zebra' is not among the 5"):
        with_unk.index("zebra")
    assert without.encode([]).shape == (0,)


def test_bad_vocabularies_are_named():
    with pytest.raises(ValueError, match="at least one token, got none"):
        Vocabulary.build([], specials=())
    with pytest.raises(ValueError, match="'a' twice"):
        Vocabulary(("a", "b", "a"))
    with pytest.raises(ValueError, match="'<s>' twice"):
        Vocabulary.build(["a"], specials=["<s>", "<s>"])
    with pytest.raises(ValueError, match=r"max_size must be at least 4, .* got 3"):
        Vocabulary.build(["a"], max_size=3)
    with pytest.raises(ValueError, match=r"max_size must be at least 1, .* got 0"):
        Vocabulary.build(["a"], specials=(), max_size=0)
    with pytest.raises(ValueError, match=r"min_frequency .* got 0"):
        Vocabulary.build(["a"], min_frequency=0)
    with pytest.raises(ValueError, match="id 5 at position 0 is not between 0 and 4"):
        Vocabulary.build(["a"]).decode(torch.tensor([5]))
    with pytest.raises(ValueError, match="id -1 at position 1"):
        Vocabulary.build(["a"]).decode(torch.tensor([0, -1]))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Don't go -- yet!", ["Don't", "go", "-", "-", "yet", "!"]),
        ("'tis o' the\n\nking’s", ["'", "tis", "o", "'", "the", "king’s"]),
        ("é1_a,b", ["é1_a", ",", "b"]),
        ("", []),
    ],
)
def test_plain_text_is_split(text, words):
    assert split_words(text) == words


def test_split_text_keeps_its_words_and_line_ends():
    assert split_words("mr. <unk> is N\n\nit 's\n", "blanks") == (
        ["mr.", "<unk>", "is", "N", "</s>", "</s>", "it", "'s", "</s>"]
    )
    with pytest.raises(ValueError, match="'plain', 'blanks', got 'ptb'"):
        split_words("a", "ptb")
    with pytest.raises(ValueError, match="'plain', 'blanks', got 'ptb'"):
        WordTokenizer(Vocabulary(("a",)), "ptb")


@given(st.lists(st.lists(st.sampled_from(["a", "bc", "<unk>", "'s"]))))
def test_split_text_comes_back(lines):
    text = "\n".join(" ".join(line) for line in lines)
    tokenizer = WordTokenizer.from_text(text, "blanks")
    assert tokenizer.decode(tokenizer.encode(text)) == text


def test_words_of_a_play():
    text = load("shakespeare").documents["Hamlet"]
    tokenizer = WordTokenizer.from_text(text, min_frequency=2, max_size=1000)
    assert len(tokenizer) == 1000
    ids = tokenizer.encode("To be, or not to be: that is the antidisestablishment:")
    words = tokenizer.decode(ids)
    assert words == "To be , or not to be : that is the <unk> :"
    with pytest.raises(ValueError, match="'zebra' at position 1"):
        WordTokenizer.from_text("a b", specials=()).encode("a zebra")
