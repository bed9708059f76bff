"""How good a language model is, in units that do not depend on how the text was cut."""

import math

import torch
from jaxtyping import Int
from torch import Tensor
from torch.nn.functional import cross_entropy

from rnnlib.errors import require_positive
from rnnlib.models.language import LanguageModel


@torch.no_grad()
def negative_log_likelihood(
    model: LanguageModel, ids: Int[Tensor, " N"], num_steps: int = 1000
) -> float:
    """Mean of -log p(token | everything before it) over tokens 2 … N, in nats per token.

    The stream is read in chunks of ``num_steps`` to bound memory; the state goes from one to
    the next, so the result does not depend on the chunk's length (up to rounding).

    Args:
        model: a model that maps ids (T, 1) and a state to logits (T, 1, V) and a state.
        ids: the text, shape (N,), N ≥ 2.
        num_steps: the chunk's length.

    Raises:
        ValueError: fewer than two ids, or ``num_steps`` below 1.
    """
    if len(ids) < 2:
        raise ValueError(f"a text to score needs at least 2 tokens, got {len(ids)}")
    require_positive("num_steps", num_steps)
    total, state = 0.0, None
    was_training = model.training
    model.eval()
    try:
        for start in range(0, len(ids) - 1, num_steps):
            inputs = ids[start : start + num_steps]
            targets = ids[start + 1 : start + 1 + num_steps]
            logits, state = model(inputs[: len(targets)].unsqueeze(1), state)
            total += cross_entropy(logits[:, 0], targets, reduction="sum").item()
    finally:
        model.train(was_training)
    return total / (len(ids) - 1)


def bits(nats: float) -> float:
    """Convert nats to bits: log₂ p = ln p / ln 2."""
    return nats / math.log(2)


def perplexity(nats_per_token: float) -> float:
    """exp of the mean negative log-likelihood per token: the effective number of choices."""
    return math.exp(nats_per_token)
