"""The book builds without a warning, and its pages need no network."""

import re
import shutil
import subprocess
from html.parser import HTMLParser

import nbformat
import pytest

from tools import book
from tools.notebooks import ROOT

pytestmark = pytest.mark.slow
CHAPTERS = sorted(p.stem for p in (ROOT / "book").glob("*.ipynb"))


class Tags(HTMLParser):
    """Collect (tag, attributes) of a page."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def page(html, name):
    return (html / f"{name}.html").read_text("utf-8")


@pytest.mark.parametrize("name", ["index", *CHAPTERS])
def test_every_picture_says_what_it_shows(html, name):
    for tag, attributes in Tags(page(html, name)).found:
        if tag == "img" and "_images/" in attributes.get("src", ""):
            assert len(attributes.get("alt", "").split()) >= 8, attributes


@pytest.mark.parametrize("name", CHAPTERS)
def test_glued_numbers_and_included_code_are_there(html, name):
    text = page(html, name)
    source = (ROOT / "book" / f"{name}.ipynb").read_text("utf-8")
    assert "glue:" not in text
    for name_of_object in re.findall(r":pyobject: (?:\w+\.)?(\w+)", source):
        assert f'<span class="nf">{name_of_object}</span>' in text


@pytest.mark.parametrize("name", CHAPTERS)
def test_all_figures_arrive(html, name):
    cells = nbformat.read(ROOT / "book" / f"{name}.ipynb", as_version=4).cells
    figures = sum(
        "image/svg+xml" in o.get("data", {})
        for c in cells
        for o in c.get("outputs", [])
    )
    pictures = re.findall(r'src="(_images/[^"]+\.svg)"', page(html, name))
    assert len(pictures) == figures > 0
    for picture in pictures:
        assert (html / picture).stat().st_size > 1000


def test_a_missing_number_breaks_the_build(tmp_path, monkeypatch):
    for part in ("book", "rnnlib", "_config.yml"):
        source = ROOT / part
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, tmp_path / part)
    path = tmp_path / "book" / "00-introduction.ipynb"
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if 'glue("num_speeches"' in cell.source:
            cell.outputs = []
    nbformat.write(notebook, path)
    monkeypatch.setattr(book, "ROOT", tmp_path)
    for _ in range(2):  # the second time, too: nothing is hidden by a cache
        with pytest.raises(subprocess.CalledProcessError):
            book.build(tmp_path / "out")
