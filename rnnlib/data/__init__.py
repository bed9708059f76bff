"""Text for the course: named corpora, tokenizers, batches."""

from rnnlib.data.batches import random_batches, sequential_batches
from rnnlib.data.bytepairs import BytePairTokenizer
from rnnlib.data.corpora import Corpus, DataError, load
from rnnlib.data.padding import Padded, bucket_batches, pad, padding_share
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
    "Padded",
    "Vocabulary",
    "WordTokenizer",
    "bucket_batches",
    "load",
    "pad",
    "padding_share",
    "random_batches",
    "sequential_batches",
]
