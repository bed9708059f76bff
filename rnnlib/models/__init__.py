"""Models built from the layers of `rnnlib.recurrent`."""

from rnnlib.models.language import LanguageModel

__all__ = ["LanguageModel"]
