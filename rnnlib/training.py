"""One readable training loop for language models."""

import random
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from jaxtyping import Int
from torch import Tensor
from torch.nn.functional import cross_entropy
from torch.nn.utils import clip_grad_norm_
from tqdm.auto import tqdm

from rnnlib.errors import require_positive
from rnnlib.models.language import LanguageModel
from rnnlib.state import detach


def seed_everything(seed: int) -> None:
    """Seed Python's, NumPy's and torch's generators, so that a run can be repeated."""
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


def train(
    model: LanguageModel,
    batches: Sequence[tuple[Int[Tensor, "T B"], Int[Tensor, "T B"]]],
    *,
    seed: int,
    epochs: int = 1,
    learning_rate: float = 2e-3,
    clip_norm: float = 1.0,
    progress: bool = True,
) -> list[float]:
    """Train on sequential batches with Adam; the state goes from each batch to the next.

    The gradient stops at the start of a batch (the state is detached there): this is
    back-propagation through time truncated to T steps. A new epoch starts from a zero state.

    Args:
        model: trained in place.
        batches: from `rnnlib.data.sequential_batches`, in order.
        seed: set before the first step.
        epochs: how often to go through the batches.
        learning_rate: Adam's.
        clip_norm: the gradient is scaled down to this total norm before a step, if longer.
        progress: show a progress bar.

    Returns:
        The loss of every step, in nats per token.

    Raises:
        ValueError: no batches, or a setting that is not positive.
        FloatingPointError: the loss is not finite; says at which step.
    """
    require_positive("epochs", epochs)
    if not batches:
        raise ValueError("batches must hold at least one batch, got none")
    if not (learning_rate > 0 and clip_norm > 0):
        raise ValueError(
            f"learning_rate and clip_norm must be positive, got {learning_rate} and {clip_norm}"
        )
    seed_everything(seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    losses: list[float] = []
    model.train()
    hidden: dict[str, Any] = (
        {} if progress else {"disable": True}
    )  # left out, TQDM_DISABLE decides
    with tqdm(total=epochs * len(batches), unit="step", **hidden) as bar:
        for _ in range(epochs):
            state = None
            for inputs, targets in batches:
                logits, state = model(inputs, state)
                loss = cross_entropy(logits.flatten(0, 1), targets.flatten())
                if not torch.isfinite(loss):
                    raise FloatingPointError(
                        f"the loss is {loss.item()} at step {len(losses)}"
                    )
                optimizer.zero_grad()
                loss.backward()
                clip_grad_norm_(model.parameters(), clip_norm)
                optimizer.step()
                state = detach(state)  # the value goes on, the gradient stops here
                losses.append(loss.item())
                bar.update()
                bar.set_postfix_str(f"loss {losses[-1]:.3f}", refresh=False)
    return losses
