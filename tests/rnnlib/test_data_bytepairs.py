"""Byte pairs: the same merges and ids as `tokenizers`, any text there and back."""

import json
import unicodedata

import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

from rnnlib.data import BytePairTokenizer, bytepair_training, load
from rnnlib.data.bytepair_training import BYTES, merge_pair
from rnnlib.data.pretokens import split_text

LIBRARY_RULE = pre_tokenizers.ByteLevel(add_prefix_space=False)
# Python and `tokenizers` bring tables of different Unicode versions: assigned characters only
TEXT = st.text(st.characters(exclude_categories=["Cn", "Cs"]))
# few characters and every kind of white space, so that the cases of the rule meet each other
DENSE = st.text("ab'stlve \t\n\x1c\x85\u3000.1²é一🙂")


def gpt2_alphabet():
    """Return byte → the character by which GPT-2 writes it, from GPT-2's definition."""
    shown = [*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    hidden = [b for b in range(256) if b not in shown]
    return {b: chr(b) for b in shown} | {b: chr(256 + n) for n, b in enumerate(hidden)}


def spell(token):
    alphabet = gpt2_alphabet()
    return "".join(alphabet[b] for b in token)


def library_tokenizer(text, num_merges, min_frequency=0):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = LIBRARY_RULE
    trainer = trainers.BpeTrainer(
        vocab_size=256 + num_merges,
        min_frequency=min_frequency,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator([text], trainer)
    return tokenizer


def library_merges(tokenizer):
    merges = json.loads(tokenizer.to_str())["model"]["merges"]
    return [tuple(pair) for pair in merges]


def our_merges(ours):
    return [(spell(ours.tokens[a]), spell(ours.tokens[b])) for a, b in ours.merges]


@pytest.fixture(scope="module")
def hamlet():
    text = load("shakespeare").documents["Hamlet"]
    return BytePairTokenizer.train(text, 300, progress=False)


@pytest.fixture(scope="module")
def library_hamlet():
    return library_tokenizer(load("shakespeare").documents["Hamlet"], 300)


@pytest.mark.slow
def test_thousand_merges_of_shakespeare_are_the_library_s():
    text = load("shakespeare").text
    ours = BytePairTokenizer.train(text, 1000, progress=False)
    theirs = library_tokenizer(text, 1000)
    assert len(ours.merges) == 1000
    assert our_merges(ours) == library_merges(theirs)
    assert {spell(t): i for i, t in enumerate(ours.tokens)} == theirs.get_vocab()
    ids = ours.encode(text)
    assert ids.dtype == torch.int64
    assert len(ids) == 2030773  # 2.46 characters in a token
    assert ids.tolist() == theirs.encode(text).ids
    assert ours.decode(ids) == text


@given(TEXT | DENSE, st.integers(1, 40), st.integers(1, 3))
@settings(deadline=None)
def test_merges_are_the_library_s(text, num_merges, min_frequency):
    ours = BytePairTokenizer.train(
        text, num_merges, min_frequency=min_frequency, progress=False
    )
    theirs = library_tokenizer(text, num_merges, min_frequency)
    assert our_merges(ours) == library_merges(theirs)


@given(TEXT | DENSE)
@example("I'll don't it's we're I've I'm he'd 'tis 'Tis it'S")
@example(" \n a \x1c b\x85c\u3000 d  ")
@example("¼x Ⅷ²3 _a")
def test_pieces_are_the_library_s(text):
    pieces = split_text(text)
    spans = [span for _, span in LIBRARY_RULE.pre_tokenize_str(text)]
    assert pieces == [text[start:stop] for start, stop in spans]
    assert "".join(pieces) == text


def test_ties_go_to_the_smaller_ids():
    # "!" is the first byte in the order of ids; a blank, byte 32, comes behind all letters
    assert [BYTES[0], BYTES.index(b" ") > BYTES.index(b"z")] == [ord("!"), True]
    text = "zy\nba\nbc\n"  # each pair once, in pieces of its own
    ours = BytePairTokenizer.train(text, 3, min_frequency=1, progress=False)
    assert ours.tokens[256:] == (b"ba", b"bc", b"zy")


def test_rare_pairs_are_not_merged():
    ours = BytePairTokenizer.train("ab\nab\ncd\n", 9, min_frequency=2, progress=False)
    assert ours.tokens[256:] == (b"ab",)


def test_merging_goes_from_left_to_right_without_overlap():
    assert merge_pair([1, 1, 1, 2, 1, 1], (1, 1), 9) == [9, 1, 2, 9]
    assert merge_pair([1, 2, 1, 2, 2], (1, 2), 9) == [9, 9, 2]
    assert merge_pair([], (1, 2), 9) == []


@given(st.text())
@settings(deadline=None)
def test_any_text_comes_back(hamlet, text):
    assert hamlet.decode(hamlet.encode(text)) == text


@given(TEXT | DENSE | st.text("hamlet and the king "))
@settings(deadline=None)
def test_ids_are_the_library_s(hamlet, library_hamlet, text):
    assert hamlet.encode(text).tolist() == library_hamlet.encode(text).ids


def test_lone_surrogate_is_named():
    ours = BytePairTokenizer(())
    with pytest.raises(ValueError, match=r"without lone surrogates, got '\\udc80' at"):
        ours.encode("ab \udc80")
    with pytest.raises(ValueError, match="without lone surrogates"):
        BytePairTokenizer.train("ab \udc80", 3, progress=False)


def test_ids_that_end_within_a_character_show_it():
    ours = BytePairTokenizer(())
    ids = ours.encode("é")
    assert len(ids) == 2
    assert ours.decode(ids[:1]) == "�"


def test_bad_ids_and_sizes_are_named():
    ours = BytePairTokenizer(((0, 1),))
    for bad in (257, -1):
        with pytest.raises(ValueError, match=f"id {bad} at position 1 .* 0 and 256"):
            ours.decode(torch.tensor([0, bad]))
    with pytest.raises(ValueError, match=r"num_merges .* got 0"):
        BytePairTokenizer.train("ab", 0)
    with pytest.raises(ValueError, match=r"min_frequency .* got 0"):
        BytePairTokenizer.train("ab", 1, min_frequency=0)
    with pytest.raises(
        ValueError, match=r"merge 1 must join .* 0 and 256, got 0 and 257"
    ):
        BytePairTokenizer(((0, 1), (0, 257)))
    with pytest.raises(ValueError, match=r"merge 1 must make a new token, got b'!\"'"):
        BytePairTokenizer(((0, 1), (0, 1)))


def test_save_and_load(tmp_path):
    ours = BytePairTokenizer.train("to be or not to be", 5, progress=False)
    path = tmp_path / "merges.json"
    path.write_text("something older")
    ours.save(path)
    assert BytePairTokenizer.load(path) == ours
    assert [p.name for p in tmp_path.iterdir()] == ["merges.json"]


def test_failed_save_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "merges.json"
    BytePairTokenizer(()).save(path)
    before = path.read_bytes()

    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr("os.replace", fail)
    with pytest.raises(OSError, match="disk full"):
        BytePairTokenizer(((0, 1),)).save(path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["merges.json"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"not json", "must be a JSON file with the format .* cannot be read"),
        (b"\xff\xfe", "must be a JSON file with the format .* cannot be read"),
        (b"[1, 2]", "got format None"),
        (b'{"format": "gpt2", "merges": []}', "got format 'gpt2'"),
        (b'{"format": "F", "merges": [[1]]}', "with pairs of ids as its merges"),
        (b'{"format": "F", "merges": ["ab"]}', "with pairs of ids as its merges"),
        (b'{"format": "F"}', "with pairs of ids as its merges"),
        (b'{"format": "F", "merges": [[0, 999]]}', "between 0 and 255, got 0 and 999"),
    ],
)
def test_file_of_another_kind_is_named(tmp_path, content, message):
    path = tmp_path / "merges.json"
    path.write_bytes(content.replace(b'"F"', b'"rnnlib byte pairs, version 1"'))
    with pytest.raises(ValueError, match=message):
        BytePairTokenizer.load(path)


def test_progress_bar_can_be_switched_off(monkeypatch):
    shown = []

    class Bar(bytepair_training.tqdm):
        def __init__(self, *args, **settings):
            shown.append(not settings.get("disable", False))
            super().__init__(*args, **settings)

    monkeypatch.setattr(bytepair_training, "tqdm", Bar)
    BytePairTokenizer.train("abab", 1, progress=True)
    BytePairTokenizer.train("abab", 1, progress=False)
    assert shown == [True, False]


def test_unicode_tables_know_what_python_knows():
    letters = [c for c in map(chr, range(0x3000)) if unicodedata.category(c)[0] == "L"]
    assert split_text("".join(letters)) == ["".join(letters)]
