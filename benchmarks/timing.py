"""Times that can be compared: candidates take turns, and the best of several counts."""

import os
import platform
import time
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import torch


def best_times(
    candidates: Mapping[str, Callable[[], object]], repeats: int
) -> dict[str, float]:
    """Run all candidates in turn, ``repeats`` times; the best time of each, in seconds."""
    best = dict.fromkeys(candidates, float("inf"))
    for _ in range(repeats):
        for name, run in candidates.items():
            run()  # the one before has left the caches to itself
            begin = time.perf_counter()
            run()
            best[name] = min(best[name], time.perf_counter() - begin)
    return best


def machine() -> str:
    """Processor, cores, versions and date, for the head of a table."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    return (
        f"{names[0] if names else platform.processor()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, torch {torch.__version__}, {date.today()}"
    )
