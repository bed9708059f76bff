"""States that go from one call to the next: a tensor, or tuples and lists of them."""

from collections.abc import Callable
from typing import Any

from torch import Tensor


def map_state(function: Callable[[Tensor], Tensor], state: Any) -> Any:
    """Apply a function to every tensor of a state, which keeps its form; None stays None.

    Raises:
        TypeError: the state holds something else.
    """
    if state is None:
        return None
    if isinstance(state, Tensor):
        return function(state)
    if isinstance(state, tuple | list):
        return type(state)(map_state(function, part) for part in state)
    raise TypeError(
        f"a state is made of tensors, tuples and lists, got {type(state).__name__}"
    )


def detach(state: Any) -> Any:
    """The same values as constants: no gradient flows back through them."""
    return map_state(Tensor.detach, state)
