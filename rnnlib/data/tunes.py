"""Ryan's Mammoth Collection (Boston, 1883): 1,059 fiddle tunes in ABC notation.

The source has one tune a file. Cleaning keeps the music and makes the headers alike:

- of the fields, ``T`` (title), ``R`` (kind of dance), ``M`` (metre), ``L`` (unit of length)
  and ``K`` (key) stay, without blanks after the colon; those about book, transcriber and
  history go, and so do comments, from ``%`` at the start of a line;
- every tune begins with ``X:1``, without which it would not be ABC;
- blank lines and blanks at the end of a line go.
"""

import re
from pathlib import PurePosixPath

from rnnlib.data.kinds import Corpus
from rnnlib.data.music21 import WHEEL
from rnnlib.data.wheels import read_members


def load_tunes() -> Corpus:
    """Return name of the file → tune, in the order of the names.

    Raises:
        DataError: the wheel is not in the cache and cannot be downloaded.
    """
    files = read_members(WHEEL, "corpus/ryansMammoth/*.abc")
    return Corpus(
        name="tunes",
        documents={
            PurePosixPath(path).stem: clean(content.decode("utf-8"))
            for path, content in files.items()
        },
        licence="tunes: public domain; transcriptions: by permission of the transcribers, "
        "see the source; package: BSD 3-clause",
        source=WHEEL.source,
    )


def clean(abc: str) -> str:
    """Clean one tune; see the module's docstring for the rules.

    Returns:
        ABC notation, ending in one newline.
    """
    lines = [line.rstrip() for line in abc.splitlines()]
    lines = [line for line in lines if line and not re.match(r"%|[A-JN-QSU-Z]:", line)]
    return "\n".join(
        ["X:1", *(re.sub(r"^([TRMLK]):\s+", r"\1:", n) for n in lines), ""]
    )
