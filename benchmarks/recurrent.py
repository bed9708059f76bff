"""Recurrent layers against torch.nn's, forward and backward, as ratios of times.

Run ``python -m benchmarks.recurrent``. Layers take turns within one process, so a busy machine
slows all of them alike; the best time of several counts.
"""

import argparse
import math
from collections.abc import Callable

import torch
from tqdm import tqdm

from benchmarks.timing import best_times, machine
from rnnlib import recurrent

SHAPES = [  # T, B, I, H
    (35, 20, 200, 200),
    (35, 20, 650, 650),
    (64, 32, 128, 128),
    (100, 1, 128, 128),
    (400, 16, 2, 100),
    (100, 64, 512, 512),
]
KINDS = ("RNN", "GRU", "LSTM")
BACKENDS = ("function", "eager", "auto")


def training_step(layer: torch.nn.Module, x: torch.Tensor) -> Callable[[], None]:
    def step() -> None:
        layer(x)[0].sum().backward()

    return step


def inference(layer: torch.nn.Module, x: torch.Tensor) -> Callable[[], None]:
    def step() -> None:
        with torch.no_grad():
            layer(x)

    return step


def compare(
    kind: str, shape: tuple[int, ...], repeats: int, make: Callable
) -> dict[str, float]:
    """Best time in seconds of torch's layer and of each backend."""
    T, B, I, H = shape
    x = torch.randn(T, B, I, requires_grad=make is training_step)
    layers = {"torch.nn": getattr(torch.nn, kind)(I, H)}
    for backend in BACKENDS:
        layers[backend] = getattr(recurrent, kind)(I, H, backend=backend)
    return best_times({name: make(m, x) for name, m in layers.items()}, repeats)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=15)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    settings = parser.parse_args(arguments)
    makes = {"training": training_step, "inference": inference}
    rows = [
        (threads, what, kind, shape)
        for threads in settings.threads
        for what in makes
        for kind in KINDS
        for shape in SHAPES
    ]
    print(f"{machine()}; torch.nn's time divided by ours: above 1 ours is faster\n")
    print(
        "| threads | | layer | T, B, I, H | torch.nn, ms |",
        *BACKENDS,
        sep=" | ",
        end=" |\n",
    )
    print("|---:|---|---|---|---:|" + "---:|" * len(BACKENDS))
    ratios: dict[tuple[int, str, str], list[list[float]]] = {}
    for threads, what, kind, shape in tqdm(rows, unit="row", leave=False):
        torch.set_num_threads(threads)
        times = compare(kind, shape, settings.repeats, makes[what])
        line = [times["torch.nn"] / times[b] for b in BACKENDS]
        ratios.setdefault((threads, what, kind), []).append(line)
        cells = " | ".join(f"{ratio:.2f}" for ratio in line)
        name = ", ".join(map(str, shape))
        print(
            f"| {threads} | {what} | {kind} | {name} | {times['torch.nn'] * 1e3:.1f} | {cells} |"
        )
    print("\nGeometric means:\n")
    print("| threads | | layer |", *BACKENDS, sep=" | ", end=" |\n")
    print("|---:|---|---|" + "---:|" * len(BACKENDS))
    for (threads, what, kind), lines in ratios.items():
        means = [
            math.exp(sum(map(math.log, c)) / len(c)) for c in zip(*lines, strict=True)
        ]
        print(
            f"| {threads} | {what} | {kind} |",
            *(f"{m:.2f}" for m in means),
            sep=" | ",
            end=" |\n",
        )


if __name__ == "__main__":
    main()
