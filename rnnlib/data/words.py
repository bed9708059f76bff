"""A tokenizer with one token per word."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from jaxtyping import Int
from torch import Tensor

from rnnlib.data.vocabulary import END, SPECIALS, Vocabulary
from rnnlib.errors import require_one_of

RULES = ("plain", "blanks")


def split_words(text: str, rule: str = "plain") -> list[str]:
    """Split a text into words.

    Args:
        text: what to split.
        rule: "plain" for ordinary text: a word is a run of letters, digits and underscores,
            with apostrophes between them (``don't`` is one word); every other character that
            is no white space is a word by itself; white space is dropped. In regular
            expressions: ``\\w+(?:['’]\\w+)*|[^\\w\\s]``.
            "blanks" for text that has been split already, one sentence a line, such as Penn
            Treebank: words lie between blanks, and the end of a line is the word ``</s>``.

    Raises:
        ValueError: the rule has another name.
    """
    require_one_of("rule", rule, RULES)
    if rule == "plain":
        return re.findall(r"\w+(?:['’]\w+)*|[^\w\s]", text)
    return text.replace("\n", f" {END} ").split()


@dataclass(frozen=True)
class WordTokenizer:
    """One token per word.

    Attributes:
        vocabulary: the words and their ids.
        rule: how a text is split; see `split_words`.

    Raises:
        ValueError: the rule has another name.
    """

    vocabulary: Vocabulary
    rule: str = "plain"

    def __post_init__(self) -> None:
        require_one_of("rule", self.rule, RULES)

    @classmethod
    def from_text(
        cls,
        text: str,
        rule: str = "plain",
        *,
        specials: Sequence[str] = SPECIALS,
        min_frequency: int = 1,
        max_size: int | None = None,
    ) -> "WordTokenizer":
        """Take the words of ``text``; settings and errors are those of `Vocabulary.build`."""
        words = split_words(text, rule)
        vocabulary = Vocabulary.build(
            words, specials=specials, min_frequency=min_frequency, max_size=max_size
        )
        return cls(vocabulary, rule)

    def __len__(self) -> int:
        return len(self.vocabulary)

    def encode(self, text: str) -> Int[Tensor, " N"]:
        """Return the ids of the N words of ``text``, dtype int64; what is unknown is ``<unk>``.

        Raises:
            ValueError: a word is unknown and there is no ``<unk>``; says which, and where.
        """
        return self.vocabulary.encode(split_words(text, self.rule))

    def decode(self, ids: Int[Tensor, " N"]) -> str:
        """Return the words of N ids with blanks between them.

        With the rule "blanks", ``</s>`` is the end of a line, and a text of known words comes
        back as it was, if single blanks stand between its words and nowhere else. With
        "plain", white space is lost.

        Raises:
            ValueError: an id is negative or not below the vocabulary's size.
        """
        text = " ".join(self.vocabulary.decode(ids))
        return re.sub(f" ?{END} ?", "\n", text) if self.rule == "blanks" else text
