# Wrong: every step starts from h_0, so nothing is remembered.
# expected: elman_step 3, unroll 0, concatenate 2, leaky_unroll 3, bits_per_character 2

# %% unroll
def unroll(x, h_0, W_xh, W_hh, b_h):
    states = []
    for x_t in x:
        states.append(elman_step(x_t, h_0, W_xh, W_hh, b_h))
    return torch.stack(states)
