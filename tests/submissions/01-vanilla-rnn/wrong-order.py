# Wrong: the halves of the concatenated matrix are swapped.
# expected: elman_step 3, unroll 3, concatenate 0, leaky_unroll 3, bits_per_character 2

# %% concatenate
def concatenate(W_xh, W_hh):
    return torch.cat([W_xh, W_hh], dim=1)
