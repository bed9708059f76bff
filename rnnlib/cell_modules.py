"""One step as a module: drop-in replacements for torch's RNNCell, GRUCell and LSTMCell.

Inputs are (B, I) or (I,), states (B, H) or (H,); parameters, initialisation and errors are
torch's, so a ``state_dict`` loads in either direction.
"""

from typing import Any

import torch
from torch import Tensor, nn

from rnnlib.cells import NONLINEARITIES, elman_step
from rnnlib.checks import check_cell_input
from rnnlib.gated import gru_step, lstm_step
from rnnlib.stack import reset_parameters

Device = torch.device | str | None


class RNNCell(nn.Module):
    """One step of the Elman network.

    Args:
        input_size: I, the number of input features.
        hidden_size: H, the number of hidden units.
        bias: whether to add biases.
        nonlinearity: "tanh" or "relu"; another one is refused when the cell is called.
        device, dtype: of the parameters.

    Source: `rnnlib.cells.elman_step`.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        nonlinearity: str = "tanh",
        device: Device = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__()
        self.nonlinearity = nonlinearity
        _add_parameters(self, input_size, hidden_size, bias, 1, device, dtype)

    def forward(self, input: Tensor, hx: Tensor | None = None) -> Tensor:
        """One step: inputs and states (zeros if left out) to new states.

        Raises:
            ValueError: another number of dimensions.
            RuntimeError: another size, or an unknown nonlinearity.
        """
        if self.nonlinearity not in NONLINEARITIES:
            raise RuntimeError(
                f"Unknown nonlinearity: {self.nonlinearity}; expected tanh or relu"
            )
        hx = _states(self, input, hx)
        x_t, h = torch.atleast_2d(input, hx)
        W_xh, W_hh, b_ih, b_hh = _weights(self)
        h_t = elman_step(x_t, h, W_xh, W_hh, b_ih + b_hh, self.nonlinearity)
        return h_t.view_as(hx)

    def extra_repr(self) -> str:
        return _describe(self)


class GRUCell(nn.Module):
    """One step of the GRU. Arguments as for `RNNCell`, without the nonlinearity.

    Source: `rnnlib.gated.gru_step`.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        device: Device = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__()
        _add_parameters(self, input_size, hidden_size, bias, 3, device, dtype)

    def forward(self, input: Tensor, hx: Tensor | None = None) -> Tensor:
        """One step: inputs and states (zeros if left out) to new states.

        Raises:
            ValueError: another number of dimensions.
            RuntimeError: another size.
        """
        hx = _states(self, input, hx)
        x_t, h = torch.atleast_2d(input, hx)
        h_t, _ = gru_step(x_t, h, *_weights(self))
        return h_t.view_as(hx)

    def extra_repr(self) -> str:
        return _describe(self)


class LSTMCell(nn.Module):
    """One step of the LSTM. Arguments as for `GRUCell`.

    Source: `rnnlib.gated.lstm_step`.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        device: Device = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__()
        _add_parameters(self, input_size, hidden_size, bias, 4, device, dtype)

    def forward(
        self, input: Tensor, hx: tuple[Tensor, Tensor] | None = None
    ) -> tuple[Tensor, Tensor]:
        """One step: inputs, states and cells (zeros if left out) to new states and cells.

        Raises:
            ValueError: another number of dimensions.
            RuntimeError: another size.
        """
        if hx is None:
            zeros = _zeros(self, input)
            hx = zeros, zeros
        named = {f"hx[{k}]": state for k, state in enumerate(hx)}
        _check(self, input, named)
        x_t, h, c = torch.atleast_2d(input, *hx)
        W_x, W_h, b_ih, b_hh = _weights(self)
        h_t, c_t, _ = lstm_step(x_t, h, c, W_x, W_h, b_ih + b_hh)
        return h_t.view_as(hx[0]), c_t.view_as(hx[1])

    def extra_repr(self) -> str:
        return _describe(self)


def _add_parameters(
    cell: Any,
    input_size: int,
    hidden_size: int,
    bias: bool,
    gates: int,
    device: Device,
    dtype: torch.dtype | None,
) -> None:
    cell.input_size, cell.hidden_size, cell.bias = input_size, hidden_size, bias
    rows = gates * hidden_size
    shapes = {"weight_ih": (rows, input_size), "weight_hh": (rows, hidden_size)}
    for name, shape in (shapes | {"bias_ih": (rows,), "bias_hh": (rows,)}).items():
        if bias or name in shapes:
            empty = torch.empty(shape, device=device, dtype=dtype)
            cell.register_parameter(name, nn.Parameter(empty))
        else:
            cell.register_parameter(name, None)
    reset_parameters(cell)


def _states(cell: Any, inputs: Tensor, hx: Tensor | None) -> Tensor:
    hx = _zeros(cell, inputs) if hx is None else hx
    _check(cell, inputs, {"hidden": hx})
    return hx


def _zeros(cell: Any, inputs: Tensor) -> Tensor:
    return inputs.new_zeros(*inputs.shape[:-1], cell.hidden_size)


def _check(cell: Any, inputs: Tensor, states: dict[str, Tensor]) -> None:
    sizes = cell.input_size, cell.hidden_size
    check_cell_input(type(cell).__name__, inputs, states, *sizes)


def _weights(cell: Any) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Both matrices and both biases, zeros where there are none."""
    W_x, W_h = cell.weight_ih, cell.weight_hh
    if cell.bias:
        return W_x, W_h, cell.bias_ih, cell.bias_hh
    zeros = W_x.new_zeros(len(W_x))
    return W_x, W_h, zeros, zeros


def _describe(cell: Any) -> str:
    said = f"{cell.input_size}, {cell.hidden_size}"
    said += "" if cell.bias else f", bias={cell.bias}"
    tanh = getattr(cell, "nonlinearity", "tanh") == "tanh"
    return said if tanh else f"{said}, nonlinearity={cell.nonlinearity}"
