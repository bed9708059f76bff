"""Errors that say what was expected and what came."""

from collections.abc import Iterable

from torch import Tensor


def require_one_of(what: str, got: str, allowed: Iterable[str]) -> str:
    """Return ``got`` if it is one of ``allowed``; else raise ValueError naming both."""
    names = list(allowed)
    if got not in names:
        raise ValueError(
            f"{what} must be one of {', '.join(map(repr, names))}, got {got!r}"
        )
    return got


def require_positive(what: str, got: int) -> int:
    """Return ``got`` if it is an int ≥ 1; else raise ValueError."""
    if not isinstance(got, int) or got < 1:
        raise ValueError(f"{what} must be a whole number of at least 1, got {got!r}")
    return got


def require_shape(what: str, got: Tensor, expected: tuple[int | str, ...]) -> Tensor:
    """Return ``got`` if its shape fits; a name in ``expected`` stands for any size."""
    sizes = tuple(got.shape)
    fits = len(sizes) == len(expected) and all(
        isinstance(e, str) or e == s for e, s in zip(expected, sizes, strict=True)
    )
    if not fits:
        wanted = ", ".join(map(str, expected))
        raise ValueError(f"{what} must have shape ({wanted}), got {sizes}")
    return got


def require_ids(ids: Tensor, size: int) -> list[int]:
    """Return ``ids`` as a list if all are from 0 to ``size`` - 1; else raise ValueError."""
    numbers = ids.tolist()
    for at, number in enumerate(numbers):
        if not 0 <= number < size:
            raise ValueError(
                f"id {number} at position {at} is not between 0 and {size - 1}"
            )
    return numbers
