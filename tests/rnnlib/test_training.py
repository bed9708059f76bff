"""Training runs that stop early, are killed, go on, or meet the wrong checkpoint."""

import os
import signal
import subprocess
import sys
import time

import pytest
import torch

from rnnlib import checkpoint
from rnnlib.data import sequential_batches
from rnnlib.models import LanguageModel
from rnnlib.training import halve_after, train
from rnnlib.truncation import Randomised

V = 5
PROGRAM = """
import sys, time
from pathlib import Path
import torch
from rnnlib.data import sequential_batches
from rnnlib.models import LanguageModel
from rnnlib.training import train
from rnnlib.truncation import Randomised

torch.manual_seed(0)
model = LanguageModel(5, 4, 8, cell="LSTM", dropout=0.3, tied=True,
                      truncation=Randomised(3.0))
ids = torch.randint(5, (300,))
slow = float(sys.argv[2])

def validate():
    time.sleep(slow)
    return 1.0

train(model, sequential_batches(ids, 4, 10), seed=3, epochs=6, folder=Path(sys.argv[1]),
      validate=validate, progress=False)
"""


def make(**options):
    torch.manual_seed(0)
    return LanguageModel(V, 4, 8, **options)


def batches(n=300):
    g = torch.Generator().manual_seed(1)
    return sequential_batches(torch.randint(V, (n,), generator=g), 4, 10)


def run(folder, slow=0.0):
    command = [sys.executable, "-c", PROGRAM, str(folder), str(slow)]
    return subprocess.Popen(command, env=os.environ | {"OMP_NUM_THREADS": "1"})


def test_a_killed_run_goes_on_bit_for_bit(tmp_path):
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    assert run(whole).wait() == 0
    process, last = run(killed, slow=0.4), killed / "last.safetensors"
    deadline = time.monotonic() + 60
    while not last.exists() or checkpoint.read_record(last)["epoch"] < 2:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert 2 <= checkpoint.read_record(last)["epoch"] < 6
    assert run(killed).wait() == 0
    assert last.read_bytes() == (whole / "last.safetensors").read_bytes()


def test_a_run_goes_on_with_more_epochs(tmp_path):
    model, twin = make(dropout=0.2), make(dropout=0.2)
    whole = train(model, batches(), seed=0, epochs=4, progress=False)
    train(twin, batches(), seed=0, epochs=1, folder=tmp_path, progress=False)
    other = make()  # its parameters are replaced
    other.dropout.p = 0.2
    parts = train(other, batches(), seed=0, epochs=4, folder=tmp_path, progress=False)
    assert parts == whole
    for a, b in zip(model.parameters(), other.parameters(), strict=True):
        assert torch.equal(a, b)
    again = train(make(), batches(), seed=0, epochs=4, folder=tmp_path, progress=False)
    assert again == whole  # nothing left to do


def test_random_truncation_is_part_of_the_run(tmp_path):
    results = []
    for _ in range(2):
        model = make(truncation=Randomised(2.0))
        results.append(train(model, batches(), seed=0, progress=False).losses)
    assert results[0] == results[1]
    full = train(make(), batches(), seed=0, progress=False).losses
    assert full[0] == pytest.approx(results[0][0])
    assert full[5] != results[0][5]


def scripted(values):
    values = iter(values)
    return lambda: next(values)


@pytest.mark.parametrize("with_folder", [False, True])
def test_the_best_epoch_is_kept_and_patience_ends_the_run(tmp_path, with_folder):
    model = make()
    seen = []

    def validate():
        seen.append([p.detach().clone() for p in model.parameters()])
        return [3.0, 2.0, float("nan"), 2.0, 2.5, 1.0][len(seen) - 1]

    history = train(
        model,
        batches(),
        seed=0,
        epochs=6,
        validate=validate,
        patience=3,
        folder=tmp_path if with_folder else None,
        progress=False,
    )
    assert len(history.validation) == len(seen) == 5
    assert history.best_epoch == 1
    for mine, best in zip(model.parameters(), seen[1], strict=True):
        assert torch.equal(mine, best)
    assert (tmp_path / "best.safetensors").exists() is with_folder


def test_a_resumed_run_ends_with_its_best_epoch(tmp_path):
    options = {"seed": 0, "folder": tmp_path, "progress": False}
    model = make()
    train(model, batches(), epochs=1, validate=scripted([1.0]), **options)
    best = [p.detach().clone() for p in model.parameters()]
    other = make()
    history = train(
        other, batches(), epochs=3, validate=scripted([2.0, 3.0]), **options
    )
    assert history.best_epoch == 0
    for a, b in zip(other.parameters(), best, strict=True):
        assert torch.equal(a, b)


def test_schedule_sets_the_rate_of_every_epoch(monkeypatch):
    rates, step = [], torch.optim.Adam.step

    def spy(self, *args, **kwargs):
        rates.append(self.param_groups[0]["lr"])
        return step(self, *args, **kwargs)

    monkeypatch.setattr(torch.optim.Adam, "step", spy)
    n = len(batches())
    train(make(), batches(), seed=0, epochs=4, learning_rate=0.1,
          schedule=halve_after(1), progress=False)  # fmt: skip
    assert rates[::n] == [0.1, 0.1, 0.05, 0.025]
    assert len(set(rates[2 * n : 3 * n])) == 1


def test_wrong_checkpoints_are_named_and_change_nothing(tmp_path):
    train(make(), batches(), seed=0, folder=tmp_path, progress=False)
    options = {"folder": tmp_path, "progress": False}
    larger = LanguageModel(V, 4, 9)
    before = [p.detach().clone() for p in larger.parameters()]
    with pytest.raises(
        ValueError, match=r"another model: output.weight .* \(5, 9\), and has \(5, 8\)"
    ):
        train(larger, batches(), seed=0, **options)
    with pytest.raises(ValueError, match="another run: seed 0 there, 1 here"):
        train(larger, batches(), seed=1, **options)
    with pytest.raises(ValueError, match=r"learning_rate 0\.002 there, 0\.1 here"):
        train(larger, batches(), seed=0, learning_rate=0.1, **options)
    for a, b in zip(larger.parameters(), before, strict=True):
        assert torch.equal(a, b)


def test_damaged_checkpoints_are_named(tmp_path):
    train(make(), batches(), seed=0, folder=tmp_path, progress=False)
    path = tmp_path / "last.safetensors"
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(ValueError, match="is damaged or no safetensors file"):
        train(make(), batches(), seed=0, folder=tmp_path, progress=False)
    from safetensors.torch import save_file

    save_file({"a": torch.zeros(1)}, path)
    with pytest.raises(ValueError, match="not the checkpoint of a training run"):
        checkpoint.read_record(path)


def test_an_interrupted_save_leaves_the_file_before(tmp_path, monkeypatch):
    model = make()
    optimizer = torch.optim.Adam(model.parameters())
    path = tmp_path / "a.safetensors"
    checkpoint.save(path, model, optimizer, {"n": 1})

    def fail(tensors, name, metadata):
        raise OSError("disk full")

    monkeypatch.setattr(checkpoint, "save_file", fail)
    with pytest.raises(OSError, match="disk full"):
        checkpoint.save(path, model, optimizer, {"n": 2})
    assert checkpoint.read_record(path) == {"n": 1}
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"patience": 2}, "patience needs validate"),
        ({"patience": 0, "validate": float}, "patience must be .* got 0"),
        ({"clip_norm": -1.0}, "must be positive, got 0.002 and -1.0"),
    ],
)
def test_bad_settings_are_named(settings, message):
    with pytest.raises(ValueError, match=message):
        train(make(), batches(), seed=0, **settings)
