# Wrong: the result is in nats, not in bits.
# expected: elman_step 3, unroll 3, concatenate 2, leaky_unroll 3, bits_per_character 0

# %% bits_per_character
def bits_per_character(logits, targets):
    return torch.nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten()).item()
