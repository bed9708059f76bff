"""Text for the course: named corpora, tokenizers, batches."""

from rnnlib.data.batches import sequential_batches
from rnnlib.data.bytepairs import BytePairTokenizer
from rnnlib.data.corpora import Corpus, DataError, load
from rnnlib.data.text import CharTokenizer
from rnnlib.data.vocabulary import END, PAD, START, UNK, Vocabulary
from rnnlib.data.words import WordTokenizer

__all__ = [
    "END",
    "PAD",
    "START",
    "UNK",
    "BytePairTokenizer",
    "CharTokenizer",
    "Corpus",
    "DataError",
    "Vocabulary",
    "WordTokenizer",
    "load",
    "sequential_batches",
]
