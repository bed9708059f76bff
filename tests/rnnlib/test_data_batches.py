"""Random windows, padding and buckets: nothing lost, nothing twice, repeatable."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn.utils.rnn import pack_padded_sequence, pack_sequence

from rnnlib.data import bucket_batches, pad, padding_share, random_batches

LENGTHS = st.lists(st.integers(1, 50), min_size=1, max_size=40)


@given(st.integers(1, 5), st.integers(1, 6), st.integers(0, 60), st.integers(0, 9))
def test_random_windows(B, T, extra, epoch):
    ids = torch.arange(B * T + T + extra)
    batches = random_batches(ids, B, T, seed=3, epoch=epoch)
    starts = []
    for x, y in batches:
        assert x.shape == y.shape == (T, B)
        assert torch.equal(y, x + 1)  # the target is the next id
        assert torch.equal(
            x, x[:1] + torch.arange(T)[:, None]
        )  # a window is contiguous
        starts += x[0].tolist()
    assert len({s % T for s in starts}) == 1  # side by side, so without overlap
    assert len(set(starts)) == len(starts) == len(batches) * B
    offset = starts[0] % T
    windows = (len(ids) - offset - 1) // T
    assert windows - len(starts) < B  # only what does not fill a batch is left out


def test_all_windows_come_when_they_fill_the_batches():
    batches = random_batches(torch.arange(12 + 1), 3, 1, seed=0)
    assert sorted(i for x, _ in batches for i in x.flatten().tolist()) == [*range(12)]


def test_epochs_differ_and_can_be_repeated():
    ids = torch.arange(1000)

    def epoch(seed, number):
        batches = random_batches(ids, 4, 7, seed=seed, epoch=number)
        return torch.stack([x for x, _ in batches[:30]])

    assert torch.equal(epoch(0, 0), epoch(0, 0))
    assert torch.equal(epoch(5, 2), epoch(5, 2))
    different = [epoch(s, e) for s in range(3) for e in range(3)]
    assert len({tuple(d.flatten().tolist()) for d in different}) == 9
    offsets = {int(epoch(0, e)[0, 0, 0]) % 7 for e in range(60)}
    assert offsets == set(range(7))
    starts = epoch(0, 0)[:, 0].flatten()
    assert not torch.equal(starts, starts.sort().values)


def test_random_batches_do_not_touch_the_global_generator():
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    random_batches(torch.arange(99), 2, 3, seed=0)
    bucket_batches([1, 2, 3], 2, seed=0)
    assert torch.equal(torch.rand(3), expected)


def test_random_batches_name_bad_input():
    assert random_batches(torch.arange(9), 2, 3, seed=0)
    for epoch in range(20):  # whatever the offset, 9 are enough
        assert len(random_batches(torch.arange(9), 2, 3, seed=0, epoch=epoch)) == 1
    with pytest.raises(ValueError, match=r"2 windows of 3 .* at least 9 ids, got 8"):
        random_batches(torch.arange(8), 2, 3, seed=0)
    with pytest.raises(ValueError, match=r"batch_size .* got 0"):
        random_batches(torch.arange(9), 0, 3, seed=0)
    with pytest.raises(ValueError, match=r"num_steps .* got -3"):
        random_batches(torch.arange(9), 2, -3, seed=0)
    with pytest.raises(ValueError, match=r"epoch .* at least 0, got -1"):
        random_batches(torch.arange(9), 2, 3, seed=0, epoch=-1)
    with pytest.raises(ValueError, match=r"seed .* at least 0, got -2"):
        random_batches(torch.arange(9), 2, 3, seed=-2)


@given(LENGTHS, st.integers(0, 3))
def test_padded_sequences_come_back(lengths, padding):
    sequences = [torch.arange(4, 4 + n) for n in lengths]
    ids, got = pad(sequences, padding)
    assert ids.shape == (max(lengths), len(lengths))
    assert ids.dtype == got.dtype == torch.int64
    assert got.tolist() == lengths
    for b, sequence in enumerate(sequences):
        assert torch.equal(ids[: lengths[b], b], sequence)
        assert (ids[lengths[b] :, b] == padding).all()


def test_padded_sequences_can_be_packed():
    sequences = [torch.tensor([1, 2]), torch.tensor([3, 4, 5]), torch.tensor([6])]
    packed = pack_padded_sequence(*pad(sequences), enforce_sorted=False)
    assert torch.equal(packed.data, pack_sequence(sequences, enforce_sorted=False).data)


def test_pad_names_bad_input():
    with pytest.raises(ValueError, match="at least one sequence, got none"):
        pad([])
    with pytest.raises(ValueError, match="got length 0 at position 1"):
        pad([torch.tensor([1]), torch.tensor([], dtype=torch.int64)])
    with pytest.raises(ValueError, match=r"padding must be .* got -1"):
        pad([torch.tensor([1])], -1)


@given(LENGTHS, st.integers(1, 9), st.integers(0, 5))
def test_buckets(lengths, batch_size, epoch):
    batches = bucket_batches(lengths, batch_size, seed=1, epoch=epoch)
    assert sorted(i for batch in batches for i in batch) == [*range(len(lengths))]
    sizes = sorted(map(len, batches), reverse=True)
    assert all(size == batch_size for size in sizes[:-1])
    assert 1 <= sizes[-1] <= batch_size
    waste = sum(max(lengths[i] for i in b) - lengths[j] for b in batches for j in b)
    assert waste <= (batch_size - 1) * (max(lengths) - min(lengths))
    share = padding_share(lengths, batches)
    assert share == pytest.approx(waste / (sum(lengths) + waste))


def test_buckets_are_shuffled_and_can_be_repeated():
    lengths = [1 + i % 10 for i in range(200)]
    first = bucket_batches(lengths, 8, seed=0)
    assert first == bucket_batches(lengths, 8, seed=0)
    others = [
        bucket_batches(lengths, 8, seed=0, epoch=1),
        bucket_batches(lengths, 8, seed=1),
    ]
    for other in others:
        assert other != first
        members = {frozenset(batch) for batch in other}
        assert members != {frozenset(batch) for batch in first}  # equals are mixed
    shortest = [lengths[batch[0]] for batch in first]
    assert shortest != sorted(shortest)  # batches are not in order of length


def test_buckets_save_padding():
    lengths = torch.randint(1, 60, (1000,), generator=torch.Generator().manual_seed(0))
    as_they_come = [[*range(start, start + 20)] for start in range(0, 1000, 20)]
    unsorted = padding_share(lengths.tolist(), as_they_come)
    bucketed = padding_share(
        lengths.tolist(), bucket_batches(lengths.tolist(), 20, seed=0)
    )
    assert bucketed < 0.04 < 0.4 < unsorted


def test_padding_share():
    assert padding_share([1, 3, 4], [[0, 1], [2]]) == pytest.approx(2 / 10)
    assert padding_share([5, 5], [[0, 1]]) == 0


def test_buckets_name_bad_input():
    with pytest.raises(ValueError, match="at least one length, got none"):
        bucket_batches([], 2, seed=0)
    for bad in (0, -4):
        with pytest.raises(ValueError, match=f"length at position 1 .* got {bad}"):
            bucket_batches([3, bad], 2, seed=0)
    with pytest.raises(ValueError, match=r"batch_size .* got 0"):
        bucket_batches([3], 0, seed=0)
    with pytest.raises(ValueError, match=r"epoch .* got -1"):
        bucket_batches([3], 1, seed=0, epoch=-1)
    for batches in ([], [[]]):
        with pytest.raises(ValueError, match="at least one sequence each, got none"):
            padding_share([3], batches)
    with pytest.raises(ValueError, match="positions from 0 to 0, got -1 to 0"):
        padding_share([3], [[0, -1]])
    with pytest.raises(ValueError, match="positions from 0 to 0, got 0 to 1"):
        padding_share([3], [[0, 1]])
