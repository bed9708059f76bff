"""A byte-pair tokenizer: bytes at the bottom, so that every text has ids and comes back."""

import itertools
import json
from dataclasses import dataclass, field
from pathlib import Path

import torch
from jaxtyping import Int
from torch import Tensor

from rnnlib.data.bytepair_training import (
    BYTES,
    Pair,
    bytes_to_ids,
    merge_pair,
    train_merges,
)
from rnnlib.data.pretokens import split_text
from rnnlib.errors import require_ids
from rnnlib.files import write_text_atomically

FORMAT = "rnnlib byte pairs, version 1"


@dataclass(frozen=True)
class BytePairTokenizer:
    """Tokens that grew from bytes by merging frequent neighbours.

    A text is cut into pieces (`rnnlib.data.pretokens`); in each piece the merges are applied
    in the order in which they were learned.

    Attributes:
        merges: pairs of ids. Ids 0–255 are the bytes, 256 + k is the token of merge k.
        tokens: the bytes of every token; a token's place is its id.

    Raises:
        ValueError: a merge of ids that do not exist yet, or of a token that there is already.

    Source: Sennrich, Haddow and Birch, "Neural machine translation of rare words with subword
    units" (2016); on bytes: Radford et al., "Language models are unsupervised multitask
    learners" (2019).
    """

    merges: tuple[Pair, ...]
    tokens: tuple[bytes, ...] = field(init=False, repr=False, compare=False)
    _ranks: dict[Pair, int] = field(init=False, repr=False, compare=False)
    _cache: dict[str, list[int]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        tokens = [bytes([b]) for b in BYTES]
        known = set(tokens)
        for rank, (left, right) in enumerate(self.merges):
            if not (0 <= left < len(tokens) and 0 <= right < len(tokens)):
                raise ValueError(
                    f"merge {rank} must join two ids between 0 and {len(tokens) - 1}, "
                    f"got {left} and {right}"
                )
            tokens.append(tokens[left] + tokens[right])
            if tokens[-1] in known:
                raise ValueError(
                    f"merge {rank} must make a new token, got {tokens[-1]!r} again"
                )
            known.add(tokens[-1])
        ranks = {pair: rank for rank, pair in enumerate(self.merges)}
        object.__setattr__(self, "tokens", tuple(tokens))
        object.__setattr__(self, "_ranks", ranks)
        object.__setattr__(self, "_cache", {})

    @classmethod
    def train(
        cls,
        text: str,
        num_merges: int,
        *,
        min_frequency: int = 2,
        progress: bool = True,
    ) -> "BytePairTokenizer":
        """Learn the merges from ``text``; see `train_merges` for rule, settings and errors."""
        merges = train_merges(
            text, num_merges, min_frequency=min_frequency, progress=progress
        )
        return cls(tuple(merges))

    def __len__(self) -> int:
        return len(self.tokens)

    def encode(self, text: str) -> Int[Tensor, " N"]:
        """Return the ids of ``text``, dtype int64.

        Raises:
            ValueError: the text holds a lone surrogate, which has no bytes in UTF-8.
        """
        ids: list[int] = []
        for piece in split_text(text):
            known = self._cache.get(piece)
            if known is None:
                known = self._cache[piece] = self._encode_piece(piece)
            ids += known
        return torch.tensor(ids, dtype=torch.int64)

    def decode(self, ids: Int[Tensor, " N"]) -> str:
        """Return the text of N ids; bytes that are not UTF-8 become U+FFFD, "�".

        ``decode(encode(text))`` is ``text``. Other ids may end within a character.

        Raises:
            ValueError: an id is negative or not below the number of tokens.
        """
        joined = b"".join(self.tokens[i] for i in require_ids(ids, len(self)))
        return joined.decode("utf-8", "replace")

    def save(self, path: str | Path) -> None:
        """Write the merges to a JSON file, which is replaced as a whole or not at all."""
        content = {"format": FORMAT, "merges": self.merges}
        write_text_atomically(Path(path), json.dumps(content) + "\n")

    @classmethod
    def load(cls, path: str | Path) -> "BytePairTokenizer":
        """Read what `save` has written.

        Raises:
            ValueError: the file is of another kind, or its merges do not fit together.
            OSError: the file cannot be read.
        """
        expected = f"{path} must be a JSON file with the format {FORMAT!r}"
        try:
            content = json.loads(Path(path).read_text(encoding="utf-8"))
        except ValueError as error:  # not UTF-8, or not JSON
            raise ValueError(f"{expected}, but it cannot be read: {error}") from None
        found = content.get("format") if isinstance(content, dict) else None
        if found != FORMAT:
            raise ValueError(f"{expected}, got format {found!r}")
        merges = content.get("merges")
        if not isinstance(merges, list) or not all(map(_is_pair, merges)):
            raise ValueError(f"{expected} and with pairs of ids as its merges")
        return cls(tuple((left, right) for left, right in merges))

    def _encode_piece(self, piece: str) -> list[int]:
        word = bytes_to_ids(piece)
        never = len(self.merges)
        while len(word) > 1:
            pairs = itertools.pairwise(word)
            pair = min(pairs, key=lambda p: self._ranks.get(p, never))
            if pair not in self._ranks:
                break
            word = merge_pair(word, pair, len(BYTES) + self._ranks[pair])
        return word


def _is_pair(value: object) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 2
        and all(isinstance(i, int) for i in value)
    )
