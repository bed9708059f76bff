"""A recurrent language model: a distribution over the next token at every step."""

from jaxtyping import Float, Int
from torch import Tensor, nn

from rnnlib.errors import require_positive
from rnnlib.recurrent import RNN


class LanguageModel(nn.Module):
    """Embedding, Elman layer, and a linear layer that scores every token of the vocabulary.

    Args:
        vocab_size: V, the number of tokens.
        embedding_size: I, the length of a token's vector.
        hidden_size: H, the number of hidden units.

    Raises:
        ValueError: a size below 1.

    Source: chapter 01, equations (1) and (2).
    """

    def __init__(self, vocab_size: int, embedding_size: int, hidden_size: int) -> None:
        super().__init__()
        require_positive("vocab_size", vocab_size)
        require_positive("embedding_size", embedding_size)
        self.embedding = nn.Embedding(vocab_size, embedding_size)
        self.rnn = RNN(embedding_size, hidden_size)
        self.output = nn.Linear(hidden_size, vocab_size)

    def forward(
        self, ids: Int[Tensor, "T B"], h_0: Float[Tensor, "1 B H"] | None = None
    ) -> tuple[Float[Tensor, "T B V"], Float[Tensor, "1 B H"]]:
        """Score the next token after every prefix.

        Args:
            ids: token ids, shape (T, B).
            h_0: states before the first step, shape (1, B, H); zeros if left out.

        Returns:
            Logits, shape (T, B, V): row t scores token t + 1; and the last states, (1, B, H).
        """
        states, h_T = self.rnn(self.embedding(ids), h_0)
        # o_t = W_ho h_t + b_o
        return self.output(states), h_T
