"""Recurrent layers over whole sequences: drop-in replacements for torch's RNN, GRU and LSTM.

Arguments, shapes, parameter names, initialisation and errors are torch's, so a ``state_dict``
loads in either direction. Two arguments are ours: ``backend`` says who computes (see
`rnnlib.backends`) and ``truncation`` how far gradients flow back (see `rnnlib.truncation`).

Inputs are (T, B, I), (B, T, I) with ``batch_first``, (T, I) for a single sequence, or a
`torch.nn.utils.rnn.PackedSequence`. Results have the form of the input, with H features, or 2H
when ``bidirectional``; states are (layers · directions, B, H).
"""

from rnnlib.recurrent.gru import GRU
from rnnlib.recurrent.lstm import LSTM
from rnnlib.recurrent.rnn import RNN

__all__ = ["GRU", "LSTM", "RNN"]
