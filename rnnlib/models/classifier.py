"""A classifier: one label for a whole sequence."""

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn.utils.rnn import pad_packed_sequence

from rnnlib.errors import require_one_of, require_positive
from rnnlib.models.layers import make_layer, not_padding, pack

POOLINGS = ("last", "mean", "max")


class Classifier(nn.Module):
    """Embedding, recurrent layers, one vector for the sequence, and a score for every label.

    Args:
        vocab_size: V, the number of tokens.
        num_labels: K, the number of labels.
        embedding_size: E, the length of a token's vector.
        hidden_size: H, the number of hidden units in each direction.
        cell: "RNN", "GRU" or "LSTM".
        num_layers: how many layers stand on each other.
        bidirectional: read both ways; "last" then takes the last state of each direction.
        pooling: "last", "mean" or "max" of the top layer's states over the true steps.
        dropout: probability of zeroing an embedding's or the pooled vector's number.

    Raises:
        ValueError: a size below 1, another cell or pooling.

    Source: pooling over time: Collobert et al. (2011), section 3.3.
    """

    def __init__(
        self,
        vocab_size: int,
        num_labels: int,
        embedding_size: int,
        hidden_size: int,
        *,
        cell: str = "LSTM",
        num_layers: int = 1,
        bidirectional: bool = False,
        pooling: str = "last",
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        require_positive("num_labels", num_labels)
        self.pooling = require_one_of("pooling", pooling, POOLINGS)
        self.embedding = nn.Embedding(
            require_positive("vocab_size", vocab_size), embedding_size
        )
        self.rnn = make_layer(
            cell,
            embedding_size,
            hidden_size,
            num_layers=num_layers,
            bidirectional=bidirectional,
        )
        self.dropout = nn.Dropout(dropout)
        self.output = nn.Linear(hidden_size * (2 if bidirectional else 1), num_labels)

    def forward(
        self, ids: Int[Tensor, "T B"], lengths: Int[Tensor, " B"]
    ) -> Float[Tensor, "B K"]:
        """Score every label for every sequence.

        Args:
            ids: token ids, shape (T, B), padded at the end with any valid id.
            lengths: steps of each sequence, shape (B,).

        Returns:
            Logits, shape (B, K).

        Raises:
            ValueError: lengths that are not between 1 and T.
        """
        packed, last = self.rnn(pack(self.dropout(self.embedding(ids)), lengths))
        if self.pooling == "last":
            h_n = last[0] if isinstance(last, tuple) else last
            directions = 2 if self.rnn.bidirectional else 1
            pooled = torch.cat(list(h_n[-directions:]), dim=1)
        else:
            pooled = self._over_time(pad_packed_sequence(packed)[0], lengths)
        return self.output(self.dropout(pooled))

    def _over_time(self, states: Tensor, lengths: Tensor) -> Tensor:
        """Mean or maximum of (T, B, F) over the true steps; padding holds zeros."""
        if self.pooling == "mean":
            return states.sum(dim=0) / lengths.unsqueeze(1)
        padding = ~not_padding(lengths, len(states)).unsqueeze(2)
        return states.masked_fill(padding, -torch.inf).amax(dim=0)
