"""Back-propagation through time, derived by hand: a whole sequence as one autograd function.

The product of input and input weights does not wait for the state, so it is made outside, once
for all steps; what comes in here is ``a``, that product plus biases. Rows lie as in a
`torch.nn.utils.rnn.PackedSequence`: first those of step 0, then those of step 1, and so on, and
``batch_sizes`` says how many there are of each. A dense batch is the case of equal sizes. Time
runs forwards only; for the other direction the caller reverses every sequence.

Going back, only one product per step has to wait for the step after it. The weight gradient is a
sum over steps, so one product after the loop gives it.

``carry`` truncates: the gradient that step t hands to step t - 1 (step 0: to the first state) is
multiplied by ``carry[t]``. 0 cuts it off, as if the state had been detached; None stands for 1
at every step. `rnnlib.truncation` makes such factors.

Source: Werbos, "Backpropagation through time" (1990).
"""

from rnnlib.bptt.elman import ElmanThroughTime
from rnnlib.bptt.gru import GRUThroughTime
from rnnlib.bptt.lstm import LSTMThroughTime

__all__ = ["ElmanThroughTime", "GRUThroughTime", "LSTMThroughTime"]
