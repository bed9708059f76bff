"""The kinds of corpora: plain data, each with its licence and source."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

TaggedSentence = Sequence[tuple[str, str]]  # of (word, tag)


@dataclass(frozen=True)
class Corpus:
    """A corpus of documents in memory.

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

    @property
    def summary(self) -> str:
        """How large it is, in a few words."""
        size = sum(map(len, self.documents.values()))
        documents = "document" if len(self.documents) == 1 else "documents"
        return f"{len(self.documents):,} {documents}, {size:,} characters"


@dataclass(frozen=True)
class Splits:
    """A text that others have split, so that results can be compared.

    Attributes:
        name, licence, source: as in `Corpus`.
        train, valid, test: the texts.
    """

    name: str
    train: str
    valid: str
    test: str
    licence: str
    source: str

    @property
    def summary(self) -> str:
        """How large it is, in a few words."""
        sizes = [f"{len(t):,}" for t in (self.train, self.valid, self.test)]
        return f"{' + '.join(sizes)} characters to train, validate and test"


@dataclass(frozen=True)
class TaggedCorpus:
    """Sentences whose words have tags.

    Attributes:
        name, licence, source: as in `Corpus`.
        documents: title, or name of the split, → sentences; a sentence is a sequence of
            (word, tag).
    """

    name: str
    documents: Mapping[str, Sequence[TaggedSentence]]
    licence: str
    source: str

    @property
    def sentences(self) -> list[TaggedSentence]:
        """The sentences of all documents."""
        return [s for sentences in self.documents.values() for s in sentences]

    @property
    def summary(self) -> str:
        """How large it is, in a few words."""
        words = sum(map(len, self.sentences))
        return (
            f"{len(self.documents):,} documents, {len(self.sentences):,} sentences, "
            f"{words:,} words"
        )


@dataclass(frozen=True)
class Lexicon:
    """A pronouncing dictionary.

    Attributes:
        name, licence, source: as in `Corpus`.
        pronunciations: word → its pronunciations, the usual one first; a pronunciation is a
            tuple of phonemes.
    """

    name: str
    pronunciations: Mapping[str, Sequence[tuple[str, ...]]]
    licence: str
    source: str

    @property
    def summary(self) -> str:
        """How large it is, in a few words."""
        count = sum(map(len, self.pronunciations.values()))
        return f"{len(self.pronunciations):,} words, {count:,} pronunciations"


@dataclass(frozen=True)
class ParallelCorpus:
    """The same sentences in several languages.

    Attributes:
        name, licence, source: as in `Corpus`.
        splits: "train", "valid" or "test" → language → sentences. Sentence i of one language
            says what sentence i of the others says.
    """

    name: str
    splits: Mapping[str, Mapping[str, Sequence[str]]]
    licence: str
    source: str

    @property
    def summary(self) -> str:
        """How large it is, in a few words."""
        sizes = {
            split: len(next(iter(languages.values())))
            for split, languages in self.splits.items()
        }
        languages = ", ".join(next(iter(self.splits.values())))
        counts = " + ".join(f"{size:,}" for size in sizes.values())
        return f"{counts} sentences in {languages}"


class Note(NamedTuple):
    """A note or a rest.

    Attributes:
        pitch: the MIDI number, 60 for middle C; None for a rest.
        duration: in quarter notes.
    """

    pitch: int | None
    duration: Fraction

    def __str__(self) -> str:
        return f"{'rest' if self.pitch is None else self.pitch}:{self.duration}"


@dataclass(frozen=True)
class Scores:
    """Pieces of music for several voices.

    Attributes:
        name, licence, source: as in `Corpus`.
        pieces: title → voice → notes, one after the other.
    """

    name: str
    pieces: Mapping[str, Mapping[str, Sequence[Note]]]
    licence: str
    source: str

    def melody(self, title: str, voice: str) -> str:
        """Return one voice as text, a word for each note: ``67:1 74:3/2 rest:1/2``.

        Raises:
            KeyError: there is no such piece or voice.
        """
        return " ".join(map(str, self.pieces[title][voice]))

    @property
    def summary(self) -> str:
        """How large it is, in a few words."""
        notes = sum(len(v) for piece in self.pieces.values() for v in piece.values())
        return f"{len(self.pieces):,} pieces, {notes:,} notes and rests"


AnyCorpus = Corpus | Splits | TaggedCorpus | Lexicon | ParallelCorpus | Scores
