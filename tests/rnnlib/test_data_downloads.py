"""Corpora that are downloads: the fetching here always, the texts where they are."""

import hashlib
import os
import socket
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pooch
import pytest

from rnnlib.data import (
    DataError,
    ParallelCorpus,
    Splits,
    TaggedCorpus,
    WordTokenizer,
    load,
    multi30k,
    ptb,
    ud_ewt,
)
from rnnlib.data.downloads import Download, fetch_file

CONTENT = b"to be or not to be\n"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class Server(BaseHTTPRequestHandler):
    """Serves CONTENT; at /short it breaks off half-way."""

    def do_GET(self):
        if self.path == "/absent":
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        self.wfile.write(CONTENT[:7] if self.path == "/short" else CONTENT)

    def log_message(self, *_):
        pass


@pytest.fixture
def address(monkeypatch, tmp_path):
    monkeypatch.setenv("RNNLIB_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("RNNLIB_DATA", raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server = HTTPServer(("127.0.0.1", 0), Server)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def files_below(folder):
    return [p for p in folder.rglob("*") if p.is_file()]


def test_download_comes_into_the_cache(address, tmp_path, caplog):
    pooch.get_logger().setLevel("INFO")
    pooch.get_logger().addHandler(caplog.handler)
    download = Download("plays/be.txt", f"{address}/be.txt", SHA256)
    path = fetch_file(download)
    assert path == tmp_path / "cache" / "plays" / "be.txt"
    assert path.read_bytes() == CONTENT
    assert files_below(tmp_path) == [path]
    pooch.get_logger().removeHandler(caplog.handler)
    assert caplog.messages == []  # the progress bar says enough
    gone = Download("plays/be.txt", f"{address}/absent", SHA256)
    assert fetch_file(gone) == path  # not asked for a second time


def test_truncated_file_is_fetched_again(address):
    download = Download("be.txt", f"{address}/be.txt", SHA256)
    path = fetch_file(download)
    path.write_bytes(CONTENT[:5])
    assert fetch_file(download).read_bytes() == CONTENT


@pytest.mark.parametrize(("page", "sha256"), [("short", SHA256), ("be", "0" * 64)])
def test_bad_download_leaves_nothing(address, tmp_path, page, sha256):
    url = f"{address}/{page}"
    with pytest.raises(DataError, match=f"could not download {url}: ") as caught:
        fetch_file(Download("plays/be.txt", url, sha256))
    assert f"holds plays/be.txt (sha256 {sha256})" in str(caught.value)
    if page == "be":
        assert SHA256 in str(caught.value)  # both checksums are named
    assert files_below(tmp_path) == []


def test_without_a_network_the_error_says_what_to_do(address, tmp_path):
    with socket.socket() as taken:  # bound, but nobody listens there
        taken.bind(("127.0.0.1", 0))
        dead = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(DataError, match=r"Without a network, .* holds be\.txt"):
            fetch_file(Download("be.txt", dead, SHA256))
    for url in (f"{address}/absent", "http://no-such-host.invalid/be.txt"):
        with pytest.raises(DataError, match="Without a network, let RNNLIB_DATA name"):
            fetch_file(Download("be.txt", url, SHA256))
    assert files_below(tmp_path) == []


def test_own_folder_comes_first_and_is_checked(address, tmp_path, monkeypatch):
    own = tmp_path / "own"
    (own / "plays").mkdir(parents=True)
    monkeypatch.setenv("RNNLIB_DATA", str(own))
    download = Download("plays/be.txt", f"{address}/be", SHA256)
    assert fetch_file(download).parent == tmp_path / "cache" / "plays"  # not there yet
    (own / "plays" / "be.txt").write_bytes(CONTENT)
    assert fetch_file(download) == own / "plays" / "be.txt"
    (own / "plays" / "be.txt").write_bytes(CONTENT[:5])
    wrong = hashlib.sha256(CONTENT[:5]).hexdigest()
    with pytest.raises(
        DataError, match=f"the sha256 {SHA256}, got {wrong}: it is trunc"
    ):
        fetch_file(download)
    assert (own / "plays" / "be.txt").read_bytes() == CONTENT[:5]  # never touched


def test_ptb_rules():
    assert ptb.clean(" mr. <unk> is N \n\n a b") == "mr. <unk> is N\n\na b\n"


def test_ud_ewt_rules():
    rest = "\t_" * 6
    conllu = (
        "# sent_id = 1\n1-2\tdon't\t_\t_" + rest + "\n1\tdo\tdo\tAUX" + rest
        + "\n2\tn't\tnot\tPART" + rest + "\n2.1\tgo\tgo\tVERB" + rest
        + "\n\n# text = Yes\n1\tYes\tyes\tINTJ" + rest + "\n\n"
    )  # fmt: skip
    assert ud_ewt.parse(conllu) == [
        [("do", "AUX"), ("n't", "PART")],
        [("Yes", "INTJ")],
    ]
    with pytest.raises(DataError, match="line 2 must have 10 columns, got 2: "):
        ud_ewt.parse("# x\n1\tYes\n")


def test_multi30k_rules():
    texts = {"en": " A man.\nA dog.\n", "de": "Ein Mann. \nEin\x85Hund.\n"}
    assert multi30k.align(texts) == {
        "en": ["A man.", "A dog."],
        "de": ["Ein Mann.", "Ein\x85Hund."],
    }
    with pytest.raises(
        DataError, match=r"same number of lines, got {'en': 2, 'de': 1}"
    ):
        multi30k.align(texts | {"de": "Ein Mann.\n"})


DATA = Path(os.environ.get("RNNLIB_DATA") or "no-such-folder")


def needs(path):
    """Skip a test unless the reader's own folder has the file."""
    reason = f"RNNLIB_DATA does not name a folder with {path}"
    return pytest.mark.skipif(not (DATA / path).exists(), reason=reason)


@needs("ptb/ptb.train.txt")
def test_ptb_statistics():
    corpus = load("ptb")
    assert isinstance(corpus, Splits)
    tokenizer = WordTokenizer.from_text(
        corpus.train, "blanks", specials=("<unk>", "</s>")
    )
    assert len(tokenizer) == 10000
    texts = (corpus.train, corpus.valid, corpus.test)
    assert [len(tokenizer.encode(t)) for t in texts] == [929589, 73760, 82430]
    assert tokenizer.decode(tokenizer.encode(corpus.valid)) == corpus.valid
    assert len(set(corpus.train)) == 50  # characters, the end of a line among them


@needs("ptb/ptb.char.train.txt")
@pytest.mark.parametrize("split", ["train", "valid", "test"])
def test_ptb_has_the_characters_of_the_character_level_files(split):
    spaced = (DATA / "ptb" / f"ptb.char.{split}.txt").read_text()
    # there, blanks are underscores, and blanks stand between all characters
    characters = spaced.replace(" ", "").replace("_", " ").splitlines()
    text = getattr(load("ptb"), split)
    assert [line.strip() for line in characters if line.strip()] == text.splitlines()


@needs("tinyshakespeare/input.txt")
def test_tinyshakespeare_statistics():
    text = load("tinyshakespeare").text
    assert len(text) == 1115394
    assert len(set(text)) == 65
    assert text.startswith("First Citizen:\nBefore we proceed")


@needs("names/names.txt")
def test_names_statistics():
    names = load("names").text.splitlines()
    assert len(names) == 32033
    assert names[:2] == ["emma", "olivia"]
    assert "".join(sorted(set("".join(names)))) == "abcdefghijklmnopqrstuvwxyz"


@needs("ud-ewt/en_ewt-ud-train.conllu")
def test_ud_ewt_statistics():
    corpus = load("ud-ewt")
    assert isinstance(corpus, TaggedCorpus)
    sizes = {split: len(s) for split, s in corpus.documents.items()}
    assert sizes == {"train": 12544, "dev": 2001, "test": 2077}
    tags = Counter(tag for s in corpus.sentences for _, tag in s)
    assert len(tags) == 17  # all that Universal Dependencies has
    assert tags.total() == 254818
    assert corpus.documents["train"][0][:2] == [("Al", "PROPN"), ("-", "PUNCT")]


@needs("multi30k/train.de.gz")
def test_multi30k_statistics():
    corpus = load("multi30k")
    assert isinstance(corpus, ParallelCorpus)
    sizes = {
        split: {language: len(s) for language, s in languages.items()}
        for split, languages in corpus.splits.items()
    }
    assert sizes == {
        "train": {"en": 29000, "de": 29000, "fr": 29000},
        "valid": {"en": 1014, "de": 1014, "fr": 1014},
        "test": {"en": 1000, "de": 1000, "fr": 1000},
    }
    first = {k: v[0] for k, v in corpus.splits["train"].items()}
    assert first["en"] == "Two young, White males are outside near many bushes."
    assert first["de"].startswith("Zwei junge weiße Männer sind im Freien")
    assert all(
        s for languages in corpus.splits.values() for v in languages.values() for s in v
    )
