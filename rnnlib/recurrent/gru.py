"""The GRU, drop-in for torch.nn.GRU."""

import torch
from torch import Tensor, nn
from torch.nn.functional import linear
from torch.nn.utils.rnn import PackedSequence

from rnnlib import stack, unroll
from rnnlib.bptt import GRUThroughTime
from rnnlib.bptt.rows import Carry
from rnnlib.truncation import Truncation

Device = torch.device | str | None
Sequence = Tensor | PackedSequence
Weights = tuple[Tensor, ...]


class GRU(nn.Module):
    """Gated recurrent units, with the reset gate after the product, as in torch.

    Args:
        input_size: I, the number of input features.
        hidden_size: H, the number of hidden units.
        num_layers: how many layers stand on each other.
        bias: whether to add biases.
        batch_first: inputs are (B, T, I) rather than (T, B, I).
        dropout: probability of zeroing what one layer hands to the next.
        bidirectional: a second set of layers reads the sequence from its end.
        device, dtype: of the parameters.
        backend: one of `rnnlib.backends.BACKENDS`.
        truncation: a scheme of `rnnlib.truncation`, or None for full gradients.

    Raises:
        ValueError, TypeError: as torch's; another backend.

    Source: Cho et al. (2014); `rnnlib.gated.gru_step`.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        device: Device = None,
        dtype: torch.dtype | None = None,
        *,
        backend: str = "auto",
        truncation: Truncation | None = None,
    ) -> None:
        super().__init__()
        stack.configure(
            self,
            input_size=input_size,
            hidden_size=hidden_size,
            num_layers=num_layers,
            bias=bias,
            batch_first=batch_first,
            dropout=dropout,
            bidirectional=bidirectional,
            backend=backend,
            truncation=truncation,
        )
        stack.add_parameters(self, 3, device, dtype)

    def forward(
        self, input: Sequence, hx: Tensor | None = None
    ) -> tuple[Sequence, Tensor]:
        """Run all layers over whole sequences.

        Args:
            input: the sequences, in one of the forms named at the top of this file.
            hx: states before the first step; zeros if left out.

        Returns:
            The last layer's states at every step, and all layers' last states.

        Raises:
            ValueError, RuntimeError: as torch's layer; "torch" asked to truncate.
        """
        first = None if hx is None else (hx,)
        output, (h_n,) = stack.run(self, input, first, self._through_time)
        return output, h_n

    def step(self, x_t: Tensor, h: Tensor) -> tuple[Tensor, Tensor]:
        """One time step: (B, I) and (layers, B, H) to (B, H) and new states.

        Raises:
            RuntimeError: the layer is bidirectional.
        """
        output, (h_t,) = stack.run_step(self, x_t, (h,), self._one_step)
        return output, h_t

    def _through_time(
        self,
        x: Tensor,
        first: tuple[Tensor, ...],
        weights: Weights,
        batch_sizes: tuple[int, ...],
        eager: bool,
        carry: Carry,
    ) -> tuple[Tensor, ...]:
        W_x, W_h, *b = weights
        b_x, b_h = b or (None, None)  # the reset gate keeps them apart
        kernel = unroll.gru if eager else GRUThroughTime.apply
        (h_0,) = first
        return (kernel(linear(x, W_x, b_x), h_0, W_h, b_h, batch_sizes, carry),)

    def _one_step(
        self, x_t: Tensor, states: tuple[Tensor, ...], weights: Weights
    ) -> tuple[Tensor, ...]:
        return self._through_time(x_t, states, weights, (len(x_t),), True, None)

    def reset_parameters(self) -> None:
        """Draw every parameter from U(-1/√H, 1/√H), as torch does."""
        stack.reset_parameters(self)

    def extra_repr(self) -> str:
        return stack.describe(self)
