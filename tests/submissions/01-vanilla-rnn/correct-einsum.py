# Correct, in another style: einsum, batch-first inside, a preallocated result.
# expected: elman_step 3, unroll 3, concatenate 2, leaky_unroll 3, bits_per_character 2

# %% elman_step
def elman_step(x_t, h_prev, W_xh, W_hh, b_h):
    from_input = torch.einsum("bi,hi->bh", x_t, W_xh)
    from_state = torch.einsum("bg,hg->bh", h_prev, W_hh)
    return torch.tanh(from_input + from_state + b_h)


# %% unroll
def unroll(x, h_0, W_xh, W_hh, b_h):
    by_sequence = x.transpose(0, 1)  # (B, T, I)
    projected = torch.einsum("bti,hi->bth", by_sequence, W_xh) + b_h
    states = [h_0]
    for t in range(projected.shape[1]):
        states.append(torch.tanh(projected[:, t] + torch.einsum("bg,hg->bh", states[-1], W_hh)))
    return torch.stack(states[1:], dim=1).transpose(0, 1)


# %% concatenate
def concatenate(W_xh, W_hh):
    H, I = W_xh.shape
    W_h = W_xh.new_empty(H, H + I)
    W_h[:, :H] = W_hh
    W_h[:, H:] = W_xh
    return W_h


# %% leaky_unroll
def leaky_unroll(x, h_0, W_xh, W_hh, b_h, alpha):
    out = x.new_empty(x.shape[0], *h_0.shape)
    h = h_0
    for t in range(len(x)):
        h = torch.lerp(h, elman_step(x[t], h, W_xh, W_hh, b_h), alpha)
        out[t] = h
    return out


# %% bits_per_character
def bits_per_character(logits, targets):
    p = torch.softmax(logits.double(), dim=2)
    hot = torch.nn.functional.one_hot(targets, logits.shape[2])
    return float(-(p * hot).sum(dim=2).log2().mean())


# %% own_words
Right: something is updated at each step, but it is the state, not the weights.
