"""Models built from the layers of `rnnlib.recurrent`."""

from rnnlib.models.attention import Attention
from rnnlib.models.classifier import Classifier
from rnnlib.models.language import LanguageModel
from rnnlib.models.seq2seq import Encoded, Seq2Seq
from rnnlib.models.tagger import Tagger

__all__ = [
    "Attention",
    "Classifier",
    "Encoded",
    "LanguageModel",
    "Seq2Seq",
    "Tagger",
]
