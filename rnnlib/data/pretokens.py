"""Cutting text into pieces before byte pairs are counted: GPT-2's rule.

A piece is, in this order of preference:

- an English contraction, ``'s 't 're 've 'm 'll 'd``;
- letters, or numbers, or other visible characters, with one blank in front if there is one;
- white space, except that the last blank before a visible character goes with the latter.

As a regular expression, with Unicode's classes of letters and of numbers::

    's|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+

Python's ``re`` has no ``\\p{L}``, and its ``\\s`` takes four control characters (U+001C to
U+001F) for white space that Unicode does not. So the classes are spelt out here, from the
tables of Python's ``unicodedata``.

Source: Radford et al., "Language models are unsupervised multitask learners" (2019), and the
pre-tokenizer ``ByteLevel`` of Hugging Face's ``tokenizers``.
"""

import re
import sys
import unicodedata
from functools import lru_cache
from itertools import groupby

# Unicode's property White_Space
WHITE_SPACE = r"\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"


def split_text(text: str) -> list[str]:
    """Cut ``text`` into pieces by the rule above; joined, they are the text again."""
    return _pattern().findall(text)


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    ranges: dict[str, str] = {"L": "", "N": ""}
    points = range(sys.maxunicode + 1)
    for kind, group in groupby(points, lambda p: unicodedata.category(chr(p))[0]):
        if kind in ranges:
            run = list(group)
            ranges[kind] += f"\\U{run[0]:08x}-\\U{run[-1]:08x}"
    s, L, N = WHITE_SPACE, ranges["L"], ranges["N"]
    return re.compile(
        f"'s|'t|'re|'ve|'m|'ll|'d| ?[{L}]+| ?[{N}]+| ?[^{s}{L}{N}]+"
        f"|[{s}]+(?![^{s}])|[{s}]+"
    )
