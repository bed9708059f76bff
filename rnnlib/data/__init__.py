"""Text for the course: named corpora, tokenizers, batches."""

from rnnlib.data.batches import random_batches, sequential_batches
from rnnlib.data.bytepairs import BytePairTokenizer
from rnnlib.data.corpora import load
from rnnlib.data.kinds import (
    Corpus,
    Lexicon,
    Note,
    ParallelCorpus,
    Scores,
    Splits,
    TaggedCorpus,
)
from rnnlib.data.padding import Padded, bucket_batches, pad, padding_share
from rnnlib.data.text import CharTokenizer
from rnnlib.data.vocabulary import END, PAD, START, UNK, Vocabulary
from rnnlib.data.wheels import DataError
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
    "Lexicon",
    "Note",
    "Padded",
    "ParallelCorpus",
    "Scores",
    "Splits",
    "TaggedCorpus",
    "Vocabulary",
    "WordTokenizer",
    "bucket_batches",
    "load",
    "pad",
    "padding_share",
    "random_batches",
    "sequential_batches",
]
