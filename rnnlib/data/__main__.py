"""Fetch corpora into the data cache: ``python -m rnnlib.data [NAME …]``."""

import argparse
import sys

from rnnlib.data.corpora import CORPORA, DataError, load
from rnnlib.data.wheels import cache_dir


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m rnnlib.data", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"of {', '.join(CORPORA)}"
    )
    names = parser.parse_args(arguments).names or list(CORPORA)
    try:
        for name in names:
            corpus = load(name)
            size = sum(map(len, corpus.documents.values()))
            print(f"{name}: {len(corpus.documents)} documents, {size:,} characters")
    except (DataError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"data cache: {cache_dir()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
