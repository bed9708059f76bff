"""Tiny Shakespeare: 40,000 lines of the plays, the classic toy for character models.

The text is taken as it is.

Source: Karpathy, "The unreasonable effectiveness of recurrent neural networks" (2015).
"""

from rnnlib.data.downloads import Download, fetch_file
from rnnlib.data.kinds import Corpus

FILE = Download(
    path="tinyshakespeare/input.txt",
    url="https://raw.githubusercontent.com/karpathy/char-rnn/"
    "6f9487a6fe5b420b7ca9afb0d7c078e37c1d1b4e/data/tinyshakespeare/input.txt",
    sha256="86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
)


def load_tinyshakespeare() -> Corpus:
    """Return the text as one document.

    Raises:
        DataError: the file cannot be had, or is not what it should be.
    """
    text = fetch_file(FILE).read_text(encoding="utf-8")
    return Corpus(
        name="tinyshakespeare",
        documents={"tinyshakespeare": text},
        licence="public domain",
        source=FILE.url,
    )
