"""English Web Treebank of Universal Dependencies 2.16: words and parts of speech.

The source is CoNLL-U: a line for every word, ten columns separated by tabs, an empty line after
every sentence. Of it we read the second column, the word, and the fourth, its universal part
of speech. Left out are comments, the lines that give two words as they are written together
(``19-20 don't``) and words that are understood but not there (``8.1``).

Source: Silveira et al., "A gold standard dependency corpus for English" (2014).
"""

from rnnlib.data.downloads import Download, fetch_file
from rnnlib.data.kinds import TaggedCorpus
from rnnlib.data.wheels import DataError

URL = (
    "https://raw.githubusercontent.com/UniversalDependencies/UD_English-EWT/"
    "4c89b5833a70aa5ed3a00bad2f23f57992cc7df8"
)
SHA256 = {
    "train": "3fb78e2b55482c8ee00caa653af436c88c9e5bc9a73ce26e4ae3ddc79d2b7e7b",
    "dev": "531a54ff90d6ab12201c5a50c3e78e6ddac4de69abc4bce5d275d3cd29efe2b6",
    "test": "e266e515a0a7547657ed3d90d9ba46487d6bd251f27ad4269d4e8a427c8555cd",
}


def load_ud_ewt() -> TaggedCorpus:
    """Return "train", "dev" and "test" → sentences of (word, part of speech).

    Raises:
        DataError: a file cannot be had, or is not what it should be.
    """
    documents = {}
    for split, checksum in SHA256.items():
        name = f"en_ewt-ud-{split}.conllu"
        path = fetch_file(Download(f"ud-ewt/{name}", f"{URL}/{name}", checksum))
        documents[split] = parse(path.read_text(encoding="utf-8"))
    return TaggedCorpus(
        name="ud-ewt", documents=documents, licence="CC BY-SA 4.0", source=URL
    )


def parse(conllu: str) -> list[list[tuple[str, str]]]:
    """Read CoNLL-U; see the module's docstring for what is read.

    Raises:
        DataError: a line of a word does not have ten columns; says which.
    """
    sentences: list[list[tuple[str, str]]] = [[]]
    for number, line in enumerate(conllu.split("\n"), start=1):
        if not line:
            sentences.append([])
        elif not line.startswith("#"):
            columns = line.split("\t")
            if len(columns) != 10:
                raise DataError(
                    f"line {number} must have 10 columns, got {len(columns)}: {line!r}"
                )
            if columns[0].isdecimal():
                sentences[-1].append((columns[1], columns[3]))
    return [sentence for sentence in sentences if sentence]
