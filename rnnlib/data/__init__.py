"""Text for the course: named corpora, tokenizers, batches."""

from rnnlib.data.batches import sequential_batches
from rnnlib.data.bytepairs import BytePairTokenizer
from rnnlib.data.corpora import Corpus, DataError, load
from rnnlib.data.text import CharTokenizer

__all__ = [
    "BytePairTokenizer",
    "CharTokenizer",
    "Corpus",
    "DataError",
    "load",
    "sequential_batches",
]
