"""Our byte-pair trainer against Hugging Face's ``tokenizers``: ``python -m benchmarks.bpe``.

Both learn the same merges from the same text, in turn, in one process. The table has the
fastest of the repeats, in seconds, and the ratio of the two.
"""

import argparse
import json
import time
from collections.abc import Callable

from tokenizers import Tokenizer, models, pre_tokenizers, trainers
from tqdm.auto import tqdm

from rnnlib.data import load
from rnnlib.data.bytepair_training import train_merges
from rnnlib.data.pretokens import split_text

SHARES = (16, 4, 1)
MERGES = (250, 500, 1000)


def train_ours(text: str, num_merges: int) -> int:
    """Learn merges with rnnlib; return how many."""
    return len(train_merges(text, num_merges, progress=False))


def train_theirs(text: str, num_merges: int) -> int:
    """Learn merges with ``tokenizers``; return how many."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(
        vocab_size=256 + num_merges,
        min_frequency=2,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator([text], trainer)
    return len(json.loads(tokenizer.to_str())["model"]["merges"])


def seconds(train: Callable[[str, int], int], text: str, num_merges: int) -> float:
    """Time one training.

    Raises:
        RuntimeError: it learned another number of merges, so the times cannot be compared.
    """
    start = time.perf_counter()
    learned = train(text, num_merges)
    elapsed = time.perf_counter() - start
    if learned != num_merges:
        raise RuntimeError(f"{train.__name__} learned {learned} of {num_merges} merges")
    return elapsed


def main(arguments: list[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.bpe", description=__doc__
    )
    parser.add_argument(
        "--repeats", type=int, default=3, help="trainings per cell (default: 3)"
    )
    repeats = parser.parse_args(arguments).repeats
    if repeats < 1:
        parser.error(f"--repeats must be at least 1, got {repeats}")
    corpus = load("shakespeare").text
    split_text("")  # builds its tables, once a process
    cells = [(share, n) for share in SHARES for n in MERGES]
    print("| corpus | characters | merges | rnnlib (s) | tokenizers (s) | ratio |")
    print("|---|---:|---:|---:|---:|---:|")
    with tqdm(total=2 * repeats * len(cells), unit="training") as bar:
        for share, num_merges in cells:
            text = corpus[: len(corpus) // share]
            times: dict[Callable[[str, int], int], list[float]] = {
                train_ours: [],
                train_theirs: [],
            }
            for _ in range(repeats):
                for (
                    train,
                    taken,
                ) in times.items():  # in turn, so that both meet the same load
                    taken.append(seconds(train, text, num_merges))
                    bar.update()
            ours, theirs = map(min, times.values())
            bar.write(
                f"| 1/{share} | {len(text):,} | {num_merges} | {ours:.2f} | {theirs:.2f} "
                f"| {ours / theirs:.2f} |"
            )


if __name__ == "__main__":
    main()
