"""Attention: a weighted mean of a memory, with weights that depend on a query."""

import math

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from rnnlib.errors import require_one_of

SCORES = ("dot", "general", "additive")


class Attention(nn.Module):
    """Scores every place of a memory, and returns the mean weighted by their softmax.

    Args:
        score: with query q and memory m, "dot": qᵀm; "general": qᵀWm;
            "additive": vᵀ tanh(W_q q + W_m m).
        query_size: Q.
        memory_size: M; for "dot" equal to Q.
        attention_size: A, of "additive"; the same as Q if left out.

    Raises:
        ValueError: another score, or "dot" with different sizes.

    Source: Bahdanau, Cho and Bengio (2015), appendix A.1.2; Luong, Pham and Manning (2015),
        equation (8).
    """

    def __init__(
        self,
        score: str,
        query_size: int,
        memory_size: int,
        attention_size: int | None = None,
    ) -> None:
        super().__init__()
        self.score = require_one_of("score", score, SCORES)
        if score == "dot" and query_size != memory_size:
            raise ValueError(
                'the score "dot" needs query and memory of one size, '
                f"got {query_size} and {memory_size}"
            )
        if score == "general":
            self.W = nn.Linear(memory_size, query_size, bias=False)
        if score == "additive":
            size = attention_size or query_size
            self.W_q = nn.Linear(query_size, size, bias=False)
            self.W_m = nn.Linear(memory_size, size, bias=False)
            self.v = nn.Parameter(torch.empty(size))
            nn.init.uniform_(self.v, -1 / math.sqrt(size), 1 / math.sqrt(size))

    def forward(
        self,
        query: Float[Tensor, "T B Q"],
        memory: Float[Tensor, "S B M"],
        mask: Bool[Tensor, "S B"],
    ) -> tuple[Float[Tensor, "T B M"], Float[Tensor, "T B S"]]:
        """Look up T queries in a memory of S places.

        Args:
            query: shape (T, B, Q).
            memory: shape (S, B, M); what it holds where it is masked does not matter.
            mask: shape (S, B), True where there is something to attend to.

        Returns:
            Weighted means, shape (T, B, M), and weights, shape (T, B, S), which sum to one
            over S and are 0 where masked.

        Raises:
            ValueError: a sequence of the batch has nothing to attend to.
        """
        if not mask.any(dim=0).all():
            at = int((~mask.any(dim=0)).nonzero()[0])
            raise ValueError(f"mask leaves sequence {at} nothing to attend to")
        # 0 · NaN is NaN: what is masked must not be there at all
        memory = memory.masked_fill(~mask.unsqueeze(2), 0.0)
        scores = self._scores(query, memory).masked_fill(~mask.T, -torch.inf)
        weights = torch.softmax(scores, dim=-1)
        return torch.einsum("tbs,sbm->tbm", weights, memory), weights

    def _scores(self, query: Tensor, memory: Tensor) -> Tensor:
        if self.score == "additive":
            both = self.W_q(query).unsqueeze(2) + self.W_m(memory).transpose(0, 1)
            return torch.tanh(both) @ self.v
        keys = self.W(memory) if self.score == "general" else memory
        return torch.einsum("tbq,sbq->tbs", query, keys)
