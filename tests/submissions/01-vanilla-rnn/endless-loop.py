# Loops for ever: the time index of the leaky network is never advanced.
# expected: elman_step 3, unroll 3, concatenate 2, leaky_unroll 0, bits_per_character 2

# %% leaky_unroll
def leaky_unroll(x, h_0, W_xh, W_hh, b_h, alpha):
    t, h, states = 0, h_0, []
    while t < len(x):
        h = (1 - alpha) * h + alpha * elman_step(x[t], h, W_xh, W_hh, b_h)
        states = [h]
    return torch.stack(states)
