"""A tagger: one label for every token."""

from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn.utils.rnn import pad_packed_sequence

from rnnlib.errors import require_positive
from rnnlib.models.layers import make_layer, pack


class Tagger(nn.Module):
    """Embedding, recurrent layers that may read both ways, and a score for every label.

    Args:
        vocab_size: V, the number of tokens.
        num_labels: K, the number of labels.
        embedding_size: E, the length of a token's vector.
        hidden_size: H, the number of hidden units in each direction.
        cell: "RNN", "GRU" or "LSTM".
        num_layers: how many layers stand on each other.
        bidirectional: whether a label may depend on what follows.
        dropout: probability of zeroing an embedding's or the last states' number.

    Raises:
        ValueError: a size below 1, or another cell.

    Source: Graves and Schmidhuber (2005).
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
        bidirectional: bool = True,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        require_positive("num_labels", num_labels)
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
    ) -> Float[Tensor, "T B K"]:
        """Score every label at every step.

        Args:
            ids: token ids, shape (T, B), padded at the end with any valid id.
            lengths: steps of each sequence, shape (B,).

        Returns:
            Logits, shape (T, B, K); 0 in the padding.

        Raises:
            ValueError: lengths that are not between 1 and T.
        """
        packed, _ = self.rnn(pack(self.dropout(self.embedding(ids)), lengths))
        logits = packed._replace(data=self.output(self.dropout(packed.data)))
        return pad_packed_sequence(logits, total_length=len(ids))[0]
