"""Learning byte pairs: which two neighbouring tokens to make one, again and again.

Counts are kept up to date instead of being taken anew: a merge changes only the pieces that
contain the pair, and in them only the pairs around it. A heap holds the pairs by count; an
entry whose count has changed since it was pushed is put right when it comes up.
"""

import heapq
import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from tqdm.auto import tqdm

from rnnlib.data.pretokens import split_text
from rnnlib.errors import require_positive

Pair = tuple[int, int]

# Byte values in the order of their ids: those that print, then the rest. It is the order of
# the characters by which GPT-2 and `tokenizers` write bytes, and ties are broken by it.
PRINTABLE = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
BYTES = bytes([*PRINTABLE, *(b for b in range(256) if b not in PRINTABLE)])
ID_OF_BYTE = bytes(BYTES.index(b) for b in range(256))


def train_merges(
    text: str, num_merges: int, *, min_frequency: int = 2, progress: bool = True
) -> list[Pair]:
    """Learn up to ``num_merges`` merges from ``text``.

    Each step merges the pair of neighbours that is most frequent within the pieces of
    `rnnlib.data.pretokens`. Among equally frequent pairs the one with the smaller left id wins,
    then the one with the smaller right id; ids 0–255 are the bytes in the order of `BYTES`,
    and the token of merge k gets the id 256 + k.

    Args:
        text: what to learn from.
        num_merges: the most merges to learn; fewer if no pair is frequent enough.
        min_frequency: the smallest count of a pair that is still merged.
        progress: show a progress bar.

    Returns:
        Pairs of ids, in the order in which they were merged.

    Raises:
        ValueError: a number below 1, or a lone surrogate in the text.

    Source: Sennrich, Haddow and Birch, "Neural machine translation of rare words with subword
    units" (2016); the order is that of ``BpeTrainer`` in Hugging Face's ``tokenizers``.
    """
    require_positive("num_merges", num_merges)
    require_positive("min_frequency", min_frequency)
    table = _PairTable(Counter(split_text(text)))
    merges: list[Pair] = []
    hidden: dict[str, Any] = {} if progress else {"disable": True}
    with tqdm(total=num_merges, unit="merge", **hidden) as bar:
        while len(merges) < num_merges:
            pair = table.most_frequent(min_frequency)
            if pair is None:
                break
            table.merge(pair, len(BYTES) + len(merges))
            merges.append(pair)
            bar.update()
    return merges


def bytes_to_ids(piece: str) -> list[int]:
    """Return the ids, 0–255, of the bytes of ``piece`` in UTF-8.

    Raises:
        ValueError: a lone surrogate, which UTF-8 cannot write; says which and where.
    """
    try:
        return list(piece.encode("utf-8").translate(ID_OF_BYTE))
    except UnicodeEncodeError as error:
        raise ValueError(
            f"text must be Unicode without lone surrogates, got "
            f"{piece[error.start]!r} at position {error.start} of {piece[:40]!r}"
        ) from None


class _PairTable:
    """How often each pair occurs, and in which pieces, while the pieces are merged."""

    def __init__(self, pieces: Counter[str]) -> None:
        self.words = [bytes_to_ids(piece) for piece in pieces]
        self.frequencies = list(pieces.values())
        self.counts: Counter[Pair] = Counter()
        self.places: defaultdict[Pair, set[int]] = defaultdict(set)
        for at, word in enumerate(self.words):
            for pair in itertools.pairwise(word):
                self.counts[pair] += self.frequencies[at]
                self.places[pair].add(at)
        self.heap = [(-count, pair) for pair, count in self.counts.items()]
        heapq.heapify(self.heap)

    def most_frequent(self, min_frequency: int) -> Pair | None:
        """Take the most frequent pair off the heap; None if none is frequent enough."""
        while self.heap:
            negative, pair = heapq.heappop(self.heap)
            count = self.counts[pair]
            if count == -negative:
                return pair if count >= min_frequency else None
            if 0 < count < -negative:  # a higher count has been pushed already
                heapq.heappush(self.heap, (-count, pair))
        return None

    def merge(self, pair: Pair, token: int) -> None:
        """Put ``token`` in place of ``pair`` everywhere."""
        grown: set[Pair] = set()
        for at in self.places.pop(pair):
            word = self.words[at]
            merged = merge_pair(word, pair, token)
            change = Counter(itertools.pairwise(merged))
            change.subtract(itertools.pairwise(word))
            self.words[at] = merged
            for neighbours, difference in change.items():
                self.counts[neighbours] += difference * self.frequencies[at]
                if difference > 0:
                    self.places[neighbours].add(at)
                    grown.add(neighbours)
        for neighbours in grown:
            heapq.heappush(self.heap, (-self.counts[neighbours], neighbours))


def merge_pair(word: Iterable[int], pair: Pair, token: int) -> list[int]:
    """Replace ``pair`` by ``token`` in a word, from left to right, without overlap."""
    merged: list[int] = []
    open_left = False  # the last id in `merged` is the pair's left half, still unpaired
    for symbol in word:
        if open_left and symbol == pair[1]:
            merged[-1] = token
            open_left = False
        else:
            merged.append(symbol)
            open_left = symbol == pair[0]
    return merged
