# Raises: the step works for a batch of one only; everything that calls it with more fails.
# expected: elman_step 0, unroll 0, concatenate 2, leaky_unroll 0, bits_per_character 2

# %% elman_step
def elman_step(x_t, h_prev, W_xh, W_hh, b_h):
    if x_t.shape[0] != 1:
        raise ValueError("I only know how to do one sequence")
    return torch.tanh(W_xh @ x_t[0] + W_hh @ h_prev[0] + b_h)[None]
