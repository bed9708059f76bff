"""From one sequence to another: encoder, decoder, and attention between them."""

from typing import Any, NamedTuple

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn
from torch.nn.utils.rnn import pad_packed_sequence

from rnnlib.errors import require_positive
from rnnlib.models.attention import Attention
from rnnlib.models.layers import make_layer, not_padding, pack


class Encoded(NamedTuple):
    """What the decoder knows. Every tensor has the sequences of the batch along dimension 1.

    Attributes:
        state: the decoder's states, (layers, B, H), for an LSTM with cells as a pair.
        memory: the encoder's states, (S, B, H).
        mask: True where the source has a token, (S, B).
    """

    state: Any
    memory: Tensor
    mask: Tensor


class Seq2Seq(nn.Module):
    """Encoder and decoder; with attention, the decoder looks back at all encoder states.

    The decoder starts from the encoder's last states. With attention, the context c_t of a
    decoder state h_t joins it in tanh(W_c [c_t; h_t] + b_c), which is scored in its place.

    Args:
        source_size, target_size: sizes of the two vocabularies.
        embedding_size: E, the length of a token's vector on either side.
        hidden_size: H, the number of hidden units on either side.
        cell: "RNN", "GRU" or "LSTM".
        num_layers: how many layers stand on each other, on either side.
        attention: None, or a score of `rnnlib.models.attention.Attention`.
        dropout: probability of zeroing an embedding's or the last states' number.

    Raises:
        ValueError: a size below 1, another cell or score.

    Source: Sutskever, Vinyals and Le (2014); Luong, Pham and Manning (2015), equation (5).
    """

    def __init__(
        self,
        source_size: int,
        target_size: int,
        embedding_size: int,
        hidden_size: int,
        *,
        cell: str = "GRU",
        num_layers: int = 1,
        attention: str | None = None,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        E, H = embedding_size, hidden_size
        self.source = nn.Embedding(require_positive("source_size", source_size), E)
        self.target = nn.Embedding(require_positive("target_size", target_size), E)
        self.encoder = make_layer(cell, E, H, num_layers=num_layers)
        self.decoder = make_layer(cell, E, H, num_layers=num_layers)
        self.dropout = nn.Dropout(dropout)
        self.attention = None if attention is None else Attention(attention, H, H)
        self.combine = None if attention is None else nn.Linear(2 * H, H)
        self.output = nn.Linear(H, target_size)

    def encode(self, ids: Int[Tensor, "S B"], lengths: Int[Tensor, " B"]) -> Encoded:
        """Read the sources.

        Args:
            ids: source ids, shape (S, B), padded at the end with any valid id.
            lengths: tokens of each source, shape (B,).

        Raises:
            ValueError: lengths that are not between 1 and S.
        """
        packed, state = self.encoder(pack(self.dropout(self.source(ids)), lengths))
        memory, _ = pad_packed_sequence(packed, total_length=len(ids))
        return Encoded(state, memory, not_padding(lengths, len(ids)))

    def forward(
        self,
        ids: Int[Tensor, "S B"],
        lengths: Int[Tensor, " B"],
        target: Int[Tensor, "T B"],
    ) -> Float[Tensor, "T B V"]:
        """Score the next target token after every prefix of the true target.

        Args:
            ids, lengths: the sources, as for `encode`.
            target: what the decoder reads, shape (T, B): start symbol, then the target.
                Padding at its end is read too; leave those places out of the loss.

        Returns:
            Logits, shape (T, B, V).
        """
        encoded = self.encode(ids, lengths)
        states, _ = self.decoder(self.dropout(self.target(target)), encoded.state)
        return self._score(states, encoded.memory, encoded.mask)

    def step(
        self, ids: Int[Tensor, " B"], encoded: Encoded
    ) -> tuple[Float[Tensor, "B V"], Encoded]:
        """One target token further, through the cells' steps.

        Args:
            ids: the tokens just written, shape (B,).
            encoded: from `encode`, or from the step before.

        Returns:
            Logits for the next token, shape (B, V), and what the next step needs.
        """
        h_t, state = self.decoder.step(self.dropout(self.target(ids)), encoded.state)
        logits = self._score(h_t.unsqueeze(0), encoded.memory, encoded.mask)
        return logits.squeeze(0), encoded._replace(state=state)

    def _score(
        self, states: Tensor, memory: Tensor, mask: Bool[Tensor, "S B"]
    ) -> Tensor:
        if self.attention is not None and self.combine is not None:
            context, _ = self.attention(states, memory, mask)
            states = torch.tanh(self.combine(torch.cat([context, states], dim=2)))
        return self.output(self.dropout(states))
