"""Layers on layers, in one direction or two: what RNN, GRU and LSTM have in common."""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import dropout
from torch.nn.utils.rnn import PackedSequence

from rnnlib.backends import BACKENDS, choose, run_torch
from rnnlib.checks import (
    check_dimensions,
    check_options,
    check_rows_of_input,
    check_state,
)
from rnnlib.errors import require_one_of
from rnnlib.sequences import Sequences, arrange, last_rows, reverse
from rnnlib.truncation import Plan, Truncation, Window

Weights = tuple[Tensor | None, ...]
# (a, first states, weights, batch_sizes, eager, carry) -> rows of states (and of cells)
Through = Callable[..., tuple[Tensor, ...]]


class Run(NamedTuple):
    """How one layer's steps are to be run, besides its weights."""

    batch_sizes: tuple[int, ...]
    eager: bool
    plan: Plan


def configure(
    layer: Any,
    *,
    input_size: int,
    hidden_size: int,
    num_layers: int,
    bias: bool,
    batch_first: bool,
    dropout: float,
    bidirectional: bool,
    backend: str,
    truncation: Truncation | None,
    proj_size: int = 0,
) -> None:
    """Check the arguments that all layers share, and store them under their names."""
    check_options(
        input_size=input_size,
        hidden_size=hidden_size,
        num_layers=num_layers,
        bias=bias,
        batch_first=batch_first,
        dropout=dropout,
        proj_size=proj_size,
    )
    layer.input_size, layer.hidden_size = input_size, hidden_size
    layer.num_layers, layer.bias, layer.batch_first = num_layers, bias, batch_first
    layer.dropout, layer.bidirectional = float(dropout), bool(bidirectional)
    layer.proj_size = proj_size
    layer.backend = require_one_of("backend", backend, BACKENDS)
    layer.truncation = truncation


def parameter_names(layer: Any) -> list[list[str]]:
    """Names as in torch, one list for each layer and direction."""
    parts = ["weight_ih", "weight_hh"] + ["bias_ih", "bias_hh"] * layer.bias
    parts += ["weight_hr"] if layer.proj_size else []
    ends = ["", "_reverse"] if layer.bidirectional else [""]
    return [
        [f"{part}_l{k}{end}" for part in parts]
        for k in range(layer.num_layers)
        for end in ends
    ]


def add_parameters(
    layer: Any, gates: int, device: torch.device | str | None, dtype: torch.dtype | None
) -> None:
    """Give a layer its parameters, with torch's names and shapes, in torch's order."""
    H, P = layer.hidden_size, layer.proj_size
    out = P or H
    directions = 2 if layer.bidirectional else 1
    for k, names in enumerate(parameter_names(layer)):
        below = layer.input_size if k < directions else out * directions
        shapes = {
            "weight_ih": (gates * H, below),
            "weight_hh": (gates * H, out),
            "weight_hr": (P, H),
        }
        for name in names:
            shape = shapes.get(name.partition("_l")[0], (gates * H,))
            empty = torch.empty(shape, device=device, dtype=dtype)
            setattr(layer, name, nn.Parameter(empty))
    reset_parameters(layer)


def reset_parameters(layer: Any) -> None:
    """Draw every parameter from U(-1/√H, 1/√H), as torch does."""
    bound = 1 / math.sqrt(layer.hidden_size)
    for parameter in layer.parameters():
        nn.init.uniform_(parameter, -bound, bound)


def describe(layer: Any) -> str:
    """What torch's layers say of themselves in ``repr``, and what ours have besides."""
    said = [f"{layer.input_size}, {layer.hidden_size}"]
    usual = {
        "proj_size": 0,
        "num_layers": 1,
        "bias": True,
        "batch_first": False,
        "dropout": 0.0,
        "bidirectional": False,
        "backend": "auto",
        "truncation": None,
    }
    for name, value in usual.items():
        if getattr(layer, name, value) != value:
            said.append(f"{name}={getattr(layer, name)}")
    return ", ".join(said)


def run(
    layer: Any,
    inputs: Tensor | PackedSequence,
    hx: tuple[Tensor, ...] | None,
    through_time: Through,
) -> tuple[Tensor | PackedSequence, tuple[Tensor, ...]]:
    """Check what came, run all layers, and give the result the form of the input.

    Args:
        layer: an RNN, GRU or LSTM.
        inputs: as for torch's layers.
        hx: first states (and cells), or None for zeros.
        through_time: runs one layer in one direction over rows.

    Returns:
        The last layer's states, and the last states (and cells) of all layers.
    """
    kind = type(layer).__name__
    check_dimensions(kind, inputs, hx)
    sequences = arrange(inputs, layer.batch_first)
    names = parameter_names(layer)
    weights = [tuple(getattr(layer, name) for name in group) for group in names]
    check_rows_of_input(sequences.rows, weights[0][0])
    states = _first_states(layer, sequences, hx)
    packed = sequences.batch_sizes[0] != sequences.batch_sizes[-1]
    backend = choose(
        layer.backend,
        kind,
        sequences.rows,
        states_in_step=sequences.batch_size * layer.hidden_size,
        packed=packed,
        truncation=layer.truncation,
    )
    if backend == "torch":
        rows, last = run_torch(layer, sequences, states, weights)
    else:
        rows, last = _layer_by_layer(
            layer, sequences, states, weights, through_time, backend == "eager"
        )
    return sequences.restore(rows), tuple(sequences.unsort(state) for state in last)


def _first_states(
    layer: Any, sequences: Sequences, hx: tuple[Tensor, ...] | None
) -> tuple[Tensor, ...]:
    """States (and for an LSTM cells) before step 0, each (layers · directions, B, ·)."""
    several = layer.num_layers * (2 if layer.bidirectional else 1)
    sizes = {"hidden": layer.proj_size or layer.hidden_size}
    if type(layer).__name__ == "LSTM":
        sizes = {"hidden[0]": sizes["hidden"], "hidden[1]": layer.hidden_size}
    shapes = {w: (several, sequences.batch_size, s) for w, s in sizes.items()}
    rows = sequences.rows
    if hx is None:
        dtype = layer.weight_hh_l0.dtype
        return tuple(rows.new_zeros(shape, dtype=dtype) for shape in shapes.values())
    states = tuple(sequences.sort(state) for state in hx)
    for (what, shape), state in zip(shapes.items(), states, strict=True):
        check_state(what, state, shape, like=layer.weight_hh_l0)
    return states


def _layer_by_layer(
    layer: Any,
    sequences: Sequences,
    states: tuple[Tensor, ...],
    weights: list[Weights],
    through_time: Through,
    eager: bool,
) -> tuple[Tensor, tuple[Tensor, ...]]:
    sizes, rows, last = sequences.batch_sizes, sequences.rows, []
    directions = 2 if layer.bidirectional else 1
    for k in range(layer.num_layers):
        if k and layer.dropout:
            rows = dropout(rows, layer.dropout, layer.training)
        outputs = []
        for d in range(directions):
            at = k * directions + d
            plan = layer.truncation.plan(len(sizes)) if layer.truncation else Plan(None)
            read = reverse(rows, sizes) if d else rows
            first = tuple(state[at] for state in states)
            results = one_layer(
                through_time, read, first, weights[at], Run(sizes, eager, plan)
            )
            last.append([last_rows(result, sizes) for result in results])
            outputs.append(reverse(results[0], sizes) if d else results[0])
        rows = torch.cat(outputs, dim=1) if len(outputs) > 1 else outputs[0]
    return rows, tuple(torch.stack(group) for group in zip(*last, strict=True))


def one_layer(
    through_time: Through,
    rows: Tensor,
    first: tuple[Tensor, ...],
    weights: Weights,
    how: Run,
) -> tuple[Tensor, ...]:
    """Run one layer in one direction; windows that overlap run one by one."""
    sizes, eager, plan = how
    if not plan.windows:
        return through_time(rows, first, weights, sizes, eager, plan.carry)
    with torch.no_grad():
        values = through_time(rows, first, weights, sizes, eager, None)
    pieces, shown = [], 0
    for window in plan.windows:
        # states that no window learns from are constants
        constant = slice(sum(sizes[:shown]), sum(sizes[: window.losses_from]))
        pieces.append(tuple(value[constant] for value in values))
        pieces.append(
            _one_window(window, through_time, rows, first, weights, how, values)
        )
        shown = window.stop
    return tuple(torch.cat(parts) for parts in zip(*pieces, strict=True))


def _one_window(
    window: Window,
    through_time: Through,
    rows: Tensor,
    first: tuple[Tensor, ...],
    weights: Weights,
    how: Run,
    values: tuple[Tensor, ...],
) -> tuple[Tensor, ...]:
    """The window's states; those before its losses' first step are constants."""
    sizes = how.batch_sizes
    start = max(window.back_to, 0)
    begin, middle, end = (
        sum(sizes[:t]) for t in (start, window.losses_from, window.stop)
    )
    if start > 0:
        before = slice(
            begin - sizes[start - 1], begin - sizes[start - 1] + sizes[start]
        )
        first = tuple(value[before] for value in values)
    results = through_time(
        rows[begin:end], first, weights, sizes[start : window.stop], how.eager, None
    )
    return tuple(result[middle - begin :] for result in results)


def run_step(
    layer: Any,
    x_t: Tensor,
    states: tuple[Tensor, ...],
    step: Callable[..., tuple[Tensor, ...]],
) -> tuple[Tensor, tuple[Tensor, ...]]:
    """One time step through all layers, for decoding token by token.

    Args:
        layer: an RNN, GRU or LSTM in one direction.
        x_t: inputs, shape (B, I).
        states: states (and cells), each (layers, B, ·).
        step: (x_t, states of one layer, its weights) -> its new states (and cells).

    Returns:
        The last layer's states, (B, H), and all layers' new states (and cells).

    Raises:
        RuntimeError: a bidirectional layer, which has to see the end first.
    """
    if layer.bidirectional:
        raise RuntimeError("a bidirectional layer cannot run step by step")
    last = []
    for k, names in enumerate(parameter_names(layer)):
        if k and layer.dropout:
            x_t = dropout(x_t, layer.dropout, layer.training)
        weights = tuple(getattr(layer, name) for name in names)
        last.append(step(x_t, tuple(state[k] for state in states), weights))
        x_t = last[-1][0]
    return x_t, tuple(torch.stack(group) for group in zip(*last, strict=True))
