"""Let a language model write."""

import torch
from jaxtyping import Int
from torch import Tensor

from rnnlib.errors import require_positive
from rnnlib.models.language import LanguageModel


@torch.no_grad()
def sample(
    model: LanguageModel,
    prompt: Int[Tensor, " P"],
    num_tokens: int,
    *,
    temperature: float = 1.0,
    seed: int = 0,
) -> Int[Tensor, " N"]:
    """Draw tokens one by one from the model's distribution, each fed back as the next input.

    Args:
        model: the language model.
        prompt: ids to read first, shape (P,), P ≥ 1.
        num_tokens: N, how many tokens to draw.
        temperature: the logits are divided by it; below 1 is bolder, above 1 more random.
        seed: of the random draws.

    Returns:
        The N drawn ids, without the prompt.

    Raises:
        ValueError: an empty prompt, fewer than one token, or a temperature that is not positive.
    """
    if len(prompt) == 0:
        raise ValueError("prompt must hold at least one token, got none")
    require_positive("num_tokens", num_tokens)
    if not temperature > 0:
        raise ValueError(f"temperature must be positive, got {temperature}")
    generator = torch.Generator().manual_seed(seed)
    was_training = model.training
    model.eval()
    try:
        logits, state = model(prompt.unsqueeze(1))
        drawn: list[Tensor] = []
        while True:
            p = torch.softmax(logits[-1, 0] / temperature, dim=-1)
            drawn.append(torch.multinomial(p.cpu(), 1, generator=generator))
            if len(drawn) == num_tokens:
                return torch.cat(drawn)
            logits, state = model(drawn[-1].to(prompt.device).unsqueeze(1), state)
    finally:
        model.train(was_training)
