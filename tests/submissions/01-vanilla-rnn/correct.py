# Correct, close to the model solution.
# expected: elman_step 3, unroll 3, concatenate 2, leaky_unroll 3, bits_per_character 2

# %% elman_step
def elman_step(x_t, h_prev, W_xh, W_hh, b_h):
    return torch.tanh(x_t @ W_xh.T + h_prev @ W_hh.T + b_h)


# %% unroll
def unroll(x, h_0, W_xh, W_hh, b_h):
    h, states = h_0, []
    for t in range(x.shape[0]):
        h = elman_step(x[t], h, W_xh, W_hh, b_h)
        states.append(h)
    return torch.stack(states)


# %% concatenate
def concatenate(W_xh, W_hh):
    return torch.cat((W_hh, W_xh), 1)


# %% leaky_unroll
def leaky_unroll(x, h_0, W_xh, W_hh, b_h, alpha):
    h, states = h_0, []
    for x_t in x:
        h = (1 - alpha) * h + alpha * elman_step(x_t, h, W_xh, W_hh, b_h)
        states.append(h)
    return torch.stack(states)


# %% bits_per_character
def bits_per_character(logits, targets):
    nats = torch.nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten())
    return nats.item() / math.log(2)


# %% own_words
The weights stay as they are while the network reads; only the state h changes. So
the number of parameters is the same for every length. In `unroll`, the line
`h = elman_step(x[t], h, W_xh, W_hh, b_h)` uses the same weights for every t.
