"""A recurrent language model: a distribution over the next token at every step."""

from typing import Any

from jaxtyping import Float, Int
from torch import Tensor, nn

from rnnlib.errors import require_positive
from rnnlib.models.layers import make_layer
from rnnlib.truncation import Truncation


class LanguageModel(nn.Module):
    """Embedding, recurrent layers, and a linear layer that scores every token.

    Args:
        vocab_size: V, the number of tokens.
        embedding_size: E, the length of a token's vector.
        hidden_size: H, the number of hidden units.
        cell: "RNN", "GRU" or "LSTM".
        num_layers: how many layers stand on each other.
        dropout: probability of zeroing an embedding's, a layer's or the last state's number.
        tied: score tokens with the embedding's own matrix. If H ≠ E, a matrix without bias
            takes the state to E numbers first.
        backend, truncation: of the layers; see `rnnlib.recurrent`.

    Raises:
        ValueError: a size below 1, or another cell.

    Source: chapter 01, equations (1) and (2); tying: Press and Wolf (2017).
    """

    def __init__(
        self,
        vocab_size: int,
        embedding_size: int,
        hidden_size: int,
        *,
        cell: str = "RNN",
        num_layers: int = 1,
        dropout: float = 0.0,
        tied: bool = False,
        backend: str = "auto",
        truncation: Truncation | None = None,
    ) -> None:
        super().__init__()
        require_positive("vocab_size", vocab_size)
        require_positive("embedding_size", embedding_size)
        self.embedding = nn.Embedding(vocab_size, embedding_size)
        self.rnn = make_layer(
            cell,
            embedding_size,
            hidden_size,
            num_layers=num_layers,
            dropout=dropout if num_layers > 1 else 0.0,
            backend=backend,
            truncation=truncation,
        )
        self.dropout = nn.Dropout(dropout)
        self.projection: nn.Module = nn.Identity()
        if tied and hidden_size != embedding_size:
            self.projection = nn.Linear(hidden_size, embedding_size, bias=False)
        self.output = nn.Linear(embedding_size if tied else hidden_size, vocab_size)
        if tied:
            self.output.weight = self.embedding.weight

    def forward(
        self, ids: Int[Tensor, "T B"], h_0: Any = None
    ) -> tuple[Float[Tensor, "T B V"], Any]:
        """Score the next token after every prefix.

        Args:
            ids: token ids, shape (T, B).
            h_0: states before the first step, shape (layers, B, H), for an LSTM with its
                cells as a pair; zeros if left out.

        Returns:
            Logits, shape (T, B, V): row t scores token t + 1; and the last states.
        """
        states, h_T = self.rnn(self.dropout(self.embedding(ids)), h_0)
        # o_t = W_ho h_t + b_o
        return self.output(self.projection(self.dropout(states))), h_T

    def step(
        self, ids: Int[Tensor, " B"], state: Any
    ) -> tuple[Float[Tensor, "B V"], Any]:
        """One token further, through the cells' steps: for decoding token by token.

        Args:
            ids: the tokens just read, shape (B,).
            state: as `forward` returns it.

        Returns:
            Logits for the next token, shape (B, V), and the new states.
        """
        h_t, state = self.rnn.step(self.dropout(self.embedding(ids)), state)
        return self.output(self.projection(self.dropout(h_t))), state
