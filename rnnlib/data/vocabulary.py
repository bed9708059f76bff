"""A vocabulary: tokens, and their ids."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import torch
from jaxtyping import Int
from torch import Tensor

from rnnlib.errors import require_ids, require_positive

PAD = "<pad>"  # fills short sequences of a batch
UNK = "<unk>"  # stands for every token that is not in the vocabulary
START = "<s>"  # comes before the first token of a sequence
END = "</s>"  # comes after the last token of a sequence
SPECIALS = (PAD, UNK, START, END)


@dataclass(frozen=True)
class Vocabulary:
    """Tokens and their ids.

    Attributes:
        tokens: all tokens; a token's place is its id.

    Raises:
        ValueError: no token at all, or one of them twice.
    """

    tokens: tuple[str, ...]
    _ids: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.tokens:
            raise ValueError("tokens must hold at least one token, got none")
        ids = {token: i for i, token in enumerate(self.tokens)}
        if len(ids) != len(self.tokens):
            twice = next(t for t, n in Counter(self.tokens).items() if n > 1)
            raise ValueError(f"tokens must differ from each other, got {twice!r} twice")
        object.__setattr__(self, "_ids", ids)

    @classmethod
    def build(
        cls,
        tokens: Iterable[str],
        *,
        specials: Sequence[str] = SPECIALS,
        min_frequency: int = 1,
        max_size: int | None = None,
    ) -> "Vocabulary":
        """Take the specials, then the tokens of a corpus from the most to the least frequent.

        Equally frequent tokens come in code-point order. A special that occurs in the corpus
        (Penn Treebank's own ``<unk>``, say) keeps its place among the specials.

        Args:
            tokens: the corpus, token by token.
            specials: what comes first. Without ``<unk>``, unknown tokens are errors.
            min_frequency: the smallest count of a token that is taken.
            max_size: the most tokens, specials included; None for as many as there are.

        Raises:
            ValueError: a number below 1, a special given twice, more specials than
                ``max_size``, or no tokens and no specials.
        """
        require_positive("min_frequency", min_frequency)
        if max_size is not None and max_size < max(1, len(specials)):
            raise ValueError(
                f"max_size must be at least {max(1, len(specials))}, which leaves room "
                f"for the specials, got {max_size}"
            )
        counts = Counter(tokens)
        for special in specials:
            counts.pop(special, None)
        frequent = [t for t, count in counts.items() if count >= min_frequency]
        frequent.sort(key=lambda t: (-counts[t], t))
        return cls((*specials, *frequent)[:max_size])

    def __len__(self) -> int:
        return len(self.tokens)

    def __contains__(self, token: object) -> bool:
        return token in self._ids

    def index(self, token: str) -> int:
        """Return the id of a token that must be there.

        Raises:
            ValueError: it is not there, whether or not there is ``<unk>``.
        """
        if token not in self._ids:
            raise ValueError(
                f"token {token!r} is not among the {len(self)} of the vocabulary"
            )
        return self._ids[token]

    def encode(self, tokens: Sequence[str]) -> Int[Tensor, " N"]:
        """Return the ids of N tokens, dtype int64; what is unknown becomes ``<unk>``.

        Raises:
            ValueError: a token is unknown and there is no ``<unk>``; says which, and where.
        """
        unknown = self._ids.get(UNK, -1)
        ids = [self._ids.get(token, unknown) for token in tokens]
        if unknown == -1 and -1 in ids:
            at = ids.index(-1)
            raise ValueError(
                f"token {tokens[at]!r} at position {at} is not among the {len(self)} of "
                f"the vocabulary, which has no {UNK!r}"
            )
        return torch.tensor(ids, dtype=torch.int64)

    def decode(self, ids: Int[Tensor, " N"]) -> list[str]:
        """Return the N tokens of N ids.

        Raises:
            ValueError: an id is negative or not below the vocabulary's size.
        """
        return [self.tokens[i] for i in require_ids(ids, len(self))]
