"""The Elman cell unrolled over time, as a layer with torch's names and shapes."""

import math

import torch
from jaxtyping import Float
from torch import Tensor, nn

from rnnlib.cells import NONLINEARITIES
from rnnlib.errors import require_one_of, require_positive, require_shape


class RNN(nn.Module):
    """A single-layer Elman network over a whole sequence.

    Parameters are named, shaped and initialised as in ``torch.nn.RNN`` with one layer, so a
    ``state_dict`` loads in either direction.

    Args:
        input_size: I, the number of input features.
        hidden_size: H, the number of hidden units.
        nonlinearity: "tanh" or "relu".

    Raises:
        ValueError: a size below 1, or another nonlinearity.

    Source: Elman (1990); chapter 01, equation (1).
    """

    def __init__(
        self, input_size: int, hidden_size: int, nonlinearity: str = "tanh"
    ) -> None:
        super().__init__()
        self.input_size = require_positive("input_size", input_size)
        self.hidden_size = require_positive("hidden_size", hidden_size)
        self.nonlinearity = require_one_of("nonlinearity", nonlinearity, NONLINEARITIES)
        self.weight_ih_l0 = nn.Parameter(torch.empty(hidden_size, input_size))
        self.weight_hh_l0 = nn.Parameter(torch.empty(hidden_size, hidden_size))
        self.bias_ih_l0 = nn.Parameter(torch.empty(hidden_size))
        self.bias_hh_l0 = nn.Parameter(torch.empty(hidden_size))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw every parameter from U(-1/√H, 1/√H), as torch does."""
        bound = 1 / math.sqrt(self.hidden_size)
        for parameter in self.parameters():
            nn.init.uniform_(parameter, -bound, bound)

    def forward(
        self,
        x: Float[Tensor, "T B {self.input_size}"],
        h_0: Float[Tensor, "1 B {self.hidden_size}"] | None = None,
    ) -> tuple[
        Float[Tensor, "T B {self.hidden_size}"], Float[Tensor, "1 B {self.hidden_size}"]
    ]:
        """Run the cell over every step of ``x``.

        Args:
            x: inputs, shape (T, B, I): T steps of B sequences.
            h_0: states before the first step, shape (1, B, H); zeros if left out.

        Returns:
            All states h_1 … h_T, shape (T, B, H), and the last one, shape (1, B, H).

        Raises:
            ValueError: ``x`` or ``h_0`` has another shape, or ``x`` has no step.
        """
        require_shape("x", x, ("T", "B", self.input_size))
        T, B, _ = x.shape
        if T == 0:
            raise ValueError("x must hold at least one time step, got T = 0")
        if h_0 is None:
            h_0 = x.new_zeros(1, B, self.hidden_size)
        require_shape("h_0", h_0, (1, B, self.hidden_size))

        phi = NONLINEARITIES[self.nonlinearity]
        # W_xh x_t + b_h does not wait for the state: one product serves all steps
        from_input = x @ self.weight_ih_l0.T + (self.bias_ih_l0 + self.bias_hh_l0)
        h_t = h_0[0]
        states = []
        for t in range(T):
            # h_t = φ(W_xh x_t + W_hh h_{t-1} + b_h)
            h_t = phi(torch.addmm(from_input[t], h_t, self.weight_hh_l0.T))
            states.append(h_t)
        return torch.stack(states), h_t.unsqueeze(0)

    def extra_repr(self) -> str:
        return (
            f"{self.input_size}, {self.hidden_size}, nonlinearity={self.nonlinearity!r}"
        )
