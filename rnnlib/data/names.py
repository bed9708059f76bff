"""Names: 32,033 given names from the United States, in lower case, one a line.

The text is taken as it is, with a newline after the last name as after all others.

Source: the Social Security Administration's list of 2018, as prepared for Karpathy's
"makemore".
"""

from rnnlib.data.downloads import Download, fetch_file
from rnnlib.data.kinds import Corpus

FILE = Download(
    path="names/names.txt",
    url="https://raw.githubusercontent.com/karpathy/makemore/"
    "988aa59e4d8fefa526d06f3b453ad116258398d4/names.txt",
    sha256="0a30b5557f192f32ab962680889aac5f6fda0f4cecf40a6d0b5694f58ea8cc4d",
)


def load_names() -> Corpus:
    """Return the names as one document, one name a line.

    Raises:
        DataError: the file cannot be had, or is not what it should be.
    """
    text = fetch_file(FILE).read_text(encoding="utf-8")
    return Corpus(
        name="names",
        documents={"names": text.strip() + "\n"},
        licence="names: public domain; repository: MIT",
        source=FILE.url,
    )
