# Correct, in another style: the concatenated matrix everywhere, and itertools.
# expected: elman_step 3, unroll 3, concatenate 2, leaky_unroll 3, bits_per_character 2

# %% elman_step
def elman_step(x_t, h_prev, W_xh, W_hh, b_h):
    W_h = torch.cat([W_hh, W_xh], dim=1)
    return torch.addmm(b_h, torch.cat([h_prev, x_t], dim=1), W_h.T).tanh()


# %% unroll
from itertools import accumulate


def unroll(x, h_0, W_xh, W_hh, b_h):
    def step(h, x_t):
        return elman_step(x_t, h, W_xh, W_hh, b_h)

    return torch.stack(list(accumulate(x, step, initial=h_0))[1:])


# %% concatenate
def concatenate(W_xh, W_hh):
    return torch.hstack([W_hh, W_xh])


# %% leaky_unroll
def leaky_unroll(x, h_0, W_xh, W_hh, b_h, alpha):
    def step(h, x_t):
        return h + alpha * (elman_step(x_t, h, W_xh, W_hh, b_h) - h)

    return torch.stack(list(accumulate(x, step, initial=h_0))[1:])


# %% bits_per_character
def bits_per_character(logits, targets):
    T, B, V = logits.shape
    scores, right = logits.reshape(T * B, V), targets.reshape(T * B)
    nats = torch.logsumexp(scores, dim=1) - scores[torch.arange(T * B), right]
    return (nats / math.log(2)).mean().item()
