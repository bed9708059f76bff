"""Multi30k: captions of photographs in English, with translations into German and French.

The source has one file a split and language, one sentence a line; the test set is that of 2016.
Cleaning: blanks at both ends of a line go.

Source: Elliott et al., "Multi30K: multilingual English-German image descriptions" (2016).
"""

import gzip

from rnnlib.data.downloads import Download, fetch_file
from rnnlib.data.kinds import ParallelCorpus
from rnnlib.data.wheels import DataError

URL = (
    "https://raw.githubusercontent.com/multi30k/dataset/"
    "a3d2e0d26b56f3846f66a952536ffed4e401d05a/data/task1/raw"
)
FILES = {"train": "train", "valid": "val", "test": "test_2016_flickr"}
LANGUAGES = ("en", "de", "fr")
SHA256 = {
    "train.de": "726e39b2fa9eb9ffb6dc763fb35a179f80fae06ffc5d28b6ace5faa883de28a6",
    "train.en": "d79cfa999dd4c51d2cb42499b6796d5a882c3a8a961923c25a898c90f8bbd56f",
    "train.fr": "622e75069e9f4c577425c4f277116ce66e63a2401c0a2312d90073cb12379a3c",
    "val.de": "f0cba2f995189cf5770f29a8a9a537a3ad3f51657ad873405082ff6863a5e75a",
    "val.en": "14f7d25ddd868909a9213e361768460edcacdd6ab9d1e77b92560dc10c10dc28",
    "val.fr": "ca3106f1a72390591d25f6c45cb4cd39dec4cd3f123e099748a3ce5256c160e9",
    "test_2016_flickr.de": "9204244e408ccb38d2a55cfcd344df15005fc42a07a6e55ca6c52b6ababb8cc8",
    "test_2016_flickr.en": "611d361c6334bc7246101d48097c13cf5c4413c5befc793cc629934359d532d9",
    "test_2016_flickr.fr": "6d326e188d259fb1d04ac19eae3af956559b3a0b93d7635e56c90987c40c8b90",
}


def load_multi30k() -> ParallelCorpus:
    """Return "train", "valid" and "test" → "en", "de" and "fr" → sentences.

    Raises:
        DataError: a file cannot be had, or is not what it should be.
    """
    splits = {}
    for split, stem in FILES.items():
        texts = {language: _read(f"{stem}.{language}") for language in LANGUAGES}
        splits[split] = align(texts)
    return ParallelCorpus(
        name="multi30k",
        splits=splits,
        licence="for research; see https://github.com/multi30k/dataset",
        source=URL,
    )


def align(texts: dict[str, str]) -> dict[str, list[str]]:
    """Return language → sentences, one for every line.

    Raises:
        DataError: the texts have different numbers of lines.
    """
    sentences = {
        language: [line.strip() for line in text.removesuffix("\n").split("\n")]
        for language, text in texts.items()
    }
    counts = {language: len(lines) for language, lines in sentences.items()}
    if len(set(counts.values())) != 1:
        raise DataError(
            f"all languages must have the same number of lines, got {counts}"
        )
    return sentences


def _read(name: str) -> str:
    download = Download(f"multi30k/{name}.gz", f"{URL}/{name}.gz", SHA256[name])
    return gzip.decompress(fetch_file(download).read_bytes()).decode("utf-8")
