"""n-gram language models: add-k and interpolated (modified) Kneser–Ney.

A text is a list of sentences, each a list of ids that ends with an end-of-sentence token. The
models put a start token of their own in front; it is read as context and never predicted.

Every n-gram of an order has a number. The n-gram (g, w), w being its last word, has the key
``number(g) · V + w`` with g of the order below, so a table is a sorted array of keys.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnnlib.errors import require_positive

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Sentences = Sequence[Sequence[int]]


@dataclass(frozen=True)
class Table:
    """All n-grams of one order.

    Attributes:
        keys: sorted keys of the n-grams.
        counts: how often each occurs.
        suffixes: the number, one order below, of each n-gram without its first word.
    """

    keys: Ints
    counts: Ints
    suffixes: Ints

    def find(self, keys: Ints) -> Ints:
        """The number of each key, or -1 where it was never seen."""
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where((self.keys[at] == keys) & (keys >= 0), at, -1)


@dataclass(frozen=True)
class Counts:
    """The n-grams of orders 1, 2, … of a text.

    Attributes:
        vocab_size: how many tokens can be predicted; the start token has this id.
        tables: ``tables[k - 1]`` holds the n-grams of order k.
    """

    vocab_size: int
    tables: list[Table]

    @property
    def width(self) -> int:
        """Tokens including the start token: the V of the keys."""
        return self.vocab_size + 1

    @classmethod
    def of(cls, sentences: Sentences, order: int, vocab_size: int) -> "Counts":
        """Count all n-grams up to ``order``.

        Raises:
            ValueError: an order or vocabulary below 1, an empty sentence, no sentence at all,
                or an id outside the vocabulary.
        """
        require_positive("order", order)
        require_positive("vocab_size", vocab_size)
        tokens, places = _stream(sentences, vocab_size)
        V = vocab_size + 1
        none = np.zeros(V, dtype=np.int64)
        tables = [Table(np.arange(V), np.bincount(tokens, minlength=V), none)]
        ends = tokens  # the number of the n-gram, of the order below, that ends at each token
        for k in range(2, order + 1):
            valid = np.flatnonzero(places >= k - 1)
            unique, first, inverse, counts = np.unique(
                ends[valid - 1] * V + tokens[valid],
                return_index=True,
                return_inverse=True,
                return_counts=True,
            )
            tables.append(Table(unique, counts, ends[valid[first]]))
            ends = np.full(len(tokens), -1, dtype=np.int64)
            ends[valid] = inverse
        return cls(vocab_size, tables)

    def per_context(self, order: int, weights: NDArray[np.generic]) -> Floats:
        """Sum ``weights``, one per n-gram of an order, over the n-grams of each context."""
        table = self.tables[order - 1]
        contexts = len(self.tables[order - 2].keys) if order > 1 else 1
        numbers = table.keys // self.width
        return np.bincount(numbers, weights, minlength=contexts).astype(np.float64)

    def read(self, sentences: Sentences) -> tuple[Ints, list[Ints]]:
        """The tokens of a text, and for each order the number of the context of each token.

        The context of order k is the k - 1 words before; its number is 0 for k = 1, and -1
        where it was never seen or would reach beyond the start of the sentence.
        """
        tokens, places = _stream(sentences, self.vocab_size)
        ends, contexts = tokens, [np.zeros(len(tokens), dtype=np.int64)]
        for k, table in enumerate(self.tables[1:], start=2):
            context = np.where(places >= k - 1, np.roll(ends, 1), -1)
            contexts.append(context)
            ends = np.where(context >= 0, table.find(context * self.width + tokens), -1)
        inside = places > 0
        return tokens[inside], [context[inside] for context in contexts]


def _stream(sentences: Sentences, vocab_size: int) -> tuple[Ints, Ints]:
    """All tokens, a start token before each sentence, and their places in the sentence."""
    if len(sentences) == 0 or min(map(len, sentences)) == 0:
        raise ValueError(
            "expected at least one sentence, and a token in every sentence"
        )
    tokens = np.concatenate(
        [np.array([vocab_size, *s], dtype=np.int64) for s in sentences]
    )
    places = np.concatenate([np.arange(len(s) + 1) for s in sentences])
    inside = tokens[places > 0]
    for worst in (inside.min(), inside.max()):
        if not 0 <= worst < vocab_size:
            raise ValueError(
                f"ids must lie between 0 and {vocab_size - 1}, got {worst}"
            )
    return tokens, places


class AddK:
    """p(w | context) = (count(context, w) + k) / (count(context) + k · vocabulary).

    Args:
        sentences: the training text.
        order: n; the context is the n - 1 words before, fewer at the start of a sentence.
        vocab_size: how many tokens can be predicted.
        k: added to every count; positive.

    Raises:
        ValueError: see `Counts.of`; or k is not positive.
    """

    def __init__(
        self, sentences: Sentences, order: int, vocab_size: int, k: float = 1.0
    ) -> None:
        if not k > 0:
            raise ValueError(f"k must be positive, got {k}")
        self.k = k
        self.counts = Counts.of(sentences, order, vocab_size)

    def log_probabilities(self, sentences: Sentences) -> Floats:
        """ln p of every token given those before it in its sentence, in nats."""
        words, contexts = self.counts.read(sentences)
        p = np.empty(len(words))
        highest = np.minimum(_places(sentences) + 1, len(contexts))
        for order, context in enumerate(contexts, start=1):
            here = highest == order
            p[here] = self._of_order(order, words[here], context[here])
        return np.log(p)

    def _of_order(self, order: int, words: Ints, contexts: Ints) -> Floats:
        table, V = self.counts.tables[order - 1], self.counts.width
        can_follow = table.keys % V < self.counts.vocab_size
        totals = self.counts.per_context(order, np.where(can_follow, table.counts, 0))
        found = table.find(np.where(contexts >= 0, contexts * V + words, -1))
        together = np.where(found >= 0, table.counts[found], 0)
        alone = np.where(contexts >= 0, totals[contexts], 0)
        return np.asarray(
            (together + self.k) / (alone + self.k * self.counts.vocab_size)
        )


def _places(sentences: Sentences) -> Ints:
    """For every token the number of tokens before it in its sentence, the start included."""
    return np.concatenate([np.arange(1, len(s) + 1) for s in sentences])


class KneserNey:
    """Interpolated Kneser–Ney: discounted counts, the rest shared out by the order below.

    Below the highest order a count is not how often an n-gram occurs but how many different
    words it follows (Kneser and Ney 1995); n-grams at the start of a sentence have no word to
    follow and keep their counts. The modified form has three discounts per order, for counts
    of one, two, and more (Chen and Goodman 1999).

    Args:
        sentences: the training text.
        order: n.
        vocab_size: how many tokens can be predicted.
        modified: three discounts per order instead of one.

    Raises:
        ValueError: see `Counts.of`; or the text has too few n-grams to estimate discounts.
    """

    def __init__(
        self, sentences: Sentences, order: int, vocab_size: int, modified: bool = True
    ) -> None:
        self.counts = Counts.of(sentences, order, vocab_size)
        self._levels = self._train(modified)

    def _train(self, modified: bool) -> list[tuple[Floats, Floats, Floats]]:
        """For every order: discounted counts, totals per context, mass that is left over."""
        V, tables = self.counts.width, self.counts.tables
        levels = []
        at_start = np.arange(V) == self.counts.vocab_size
        for k, table in enumerate(tables, start=1):
            if k > 1:
                at_start = at_start[table.keys // V]
            counts = table.counts
            if k < len(tables):
                followers = np.bincount(tables[k].suffixes, minlength=len(counts))
                counts = np.where(at_start, counts, followers)
            if k == 1:
                counts = np.where(
                    at_start, 0, counts
                )  # the start token is never predicted
            discounts = _discounts(counts, modified)[np.minimum(counts, 3)]
            totals = self.counts.per_context(k, counts)
            left = self.counts.per_context(k, discounts)
            levels.append((counts - discounts, totals, left / np.maximum(totals, 1)))
        return levels

    def log_probabilities(self, sentences: Sentences) -> Floats:
        """ln p of every token given those before it in its sentence, in nats."""
        words, contexts = self.counts.read(sentences)
        p = np.full(len(words), 1 / self.counts.vocab_size)
        for table, level, context in zip(
            self.counts.tables, self._levels, contexts, strict=True
        ):
            discounted, totals, left = level
            known = (context >= 0) & (totals[context] > 0)
            at = context[known]
            found = table.find(at * self.counts.width + words[known])
            numerator = np.where(found >= 0, discounted[found], 0.0)
            # p_k(w | c) = max(count(c, w) - D, 0) / count(c) + γ(c) p_{k-1}(w | shorter c)
            p[known] = numerator / totals[at] + left[at] * p[known]
        return np.log(p)


def _discounts(counts: Ints, modified: bool) -> Floats:
    """D(0), D(1), D(2), D(3 and more), from how many n-grams occur once, twice, …"""
    n = np.bincount(np.minimum(counts, 5), minlength=6).astype(float)
    if n[1] == 0 or n[2] == 0 or (modified and n[3] == 0):
        raise ValueError(
            "too little text to estimate discounts: expected n-grams of every order that occur "
            f"once, twice{' and three times' if modified else ''}, got {n[1:4].astype(int)}"
        )
    Y = n[1] / (n[1] + 2 * n[2])
    if not modified:
        return np.array([0, Y, Y, Y])
    return np.array([0, *(c - (c + 1) * Y * n[c + 1] / n[c] for c in (1, 2, 3))])


def distribution(model: AddK | KneserNey, context: Sequence[int]) -> Floats:
    """p of every token of the vocabulary after ``context``, the beginning of a sentence."""
    sentences = [[*context, word] for word in range(model.counts.vocab_size)]
    length = len(context) + 1
    return np.exp(model.log_probabilities(sentences)[length - 1 :: length])
