"""A tokenizer with one token per character."""

from dataclasses import dataclass, field

import numpy as np
import torch
from jaxtyping import Int
from torch import Tensor

from rnnlib.errors import require_ids


@dataclass(frozen=True)
class CharTokenizer:
    """One token per character.

    Attributes:
        characters: the vocabulary; a character's place in it is its id.

    Raises:
        ValueError: the vocabulary is empty or holds a character twice.
    """

    characters: str
    _ids: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.characters:
            raise ValueError("characters must hold at least one character, got ''")
        ids = {c: i for i, c in enumerate(self.characters)}
        if len(ids) != len(self.characters):
            twice = next(c for c in self.characters if self.characters.count(c) > 1)
            raise ValueError(
                f"characters must differ from each other, got {twice!r} twice"
            )
        object.__setattr__(self, "_ids", ids)

    @classmethod
    def from_text(cls, text: str) -> "CharTokenizer":
        """Take every character that occurs in ``text``, in code-point order."""
        return cls("".join(sorted(set(text))))

    def __len__(self) -> int:
        return len(self.characters)

    def encode(self, text: str) -> Int[Tensor, " N"]:
        """Return the ids of the N characters of ``text``, dtype int64.

        Raises:
            ValueError: a character is not in the vocabulary; says which, and where.
        """
        points = np.frombuffer(
            text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32
        )
        distinct, inverse = np.unique(points, return_inverse=True)
        known = [self._ids.get(chr(p), -1) for p in distinct]
        ids = np.array(known, dtype=np.int64)[inverse]
        if -1 in known:
            at = int(np.argmax(ids == -1))
            raise ValueError(
                f"character {text[at]!r} at position {at} is not among the "
                f"{len(self)} characters of the vocabulary"
            )
        return torch.from_numpy(ids)

    def decode(self, ids: Int[Tensor, " N"]) -> str:
        """Return the text of N ids.

        Raises:
            ValueError: an id is negative or not below the vocabulary's size.
        """
        return "".join(self.characters[i] for i in require_ids(ids, len(self)))
