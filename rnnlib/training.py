"""One readable training loop for language models."""

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Int
from torch import Tensor
from torch.nn.functional import cross_entropy
from torch.nn.utils import clip_grad_norm_
from tqdm.auto import tqdm

from rnnlib import checkpoint
from rnnlib.errors import require_positive
from rnnlib.models.language import LanguageModel
from rnnlib.state import detach

Batches = Sequence[tuple[Int[Tensor, "T B"], Int[Tensor, "T B"]]]


def seed_everything(seed: int) -> None:
    """Seed Python's, NumPy's and torch's generators, so that a run can be repeated."""
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


@dataclass
class History:
    """What a training run has recorded.

    Attributes:
        losses: the loss of every step, in nats per token.
        validation: what ``validate`` returned after every epoch.
        best_epoch: the epoch, counted from 0, with the lowest validation; None without.
    """

    losses: list[float] = field(default_factory=list)
    validation: list[float] = field(default_factory=list)
    best_epoch: int | None = None


@dataclass(frozen=True)
class Settings:
    """How to train.

    Attributes:
        epochs: how often to go through the batches, at most.
        learning_rate: Adam's, at the start.
        clip_norm: the gradient is scaled down to this total norm before a step, if longer.
        schedule: epoch, counted from 0, to a factor on the learning rate; None for 1.
        patience: stop after so many epochs in a row without a better validation; None: never.

    Raises:
        ValueError: a setting that is not positive.
    """

    epochs: int = 1
    learning_rate: float = 2e-3
    clip_norm: float = 1.0
    schedule: Callable[[int], float] | None = None
    patience: int | None = None

    def __post_init__(self) -> None:
        require_positive("epochs", self.epochs)
        if self.patience is not None:
            require_positive("patience", self.patience)
        if not (self.learning_rate > 0 and self.clip_norm > 0):
            raise ValueError(
                f"learning_rate and clip_norm must be positive, "
                f"got {self.learning_rate} and {self.clip_norm}"
            )


def halve_after(epoch: int) -> Callable[[int], float]:
    """A schedule: full rate up to and with ``epoch``, then half of the epoch before."""
    return lambda e: 0.5 ** max(0, e - epoch)


def train(
    model: LanguageModel,
    batches: Batches,
    *,
    seed: int,
    validate: Callable[[], float] | None = None,
    folder: Path | None = None,
    progress: bool = True,
    **settings: Any,
) -> History:
    """Train on sequential batches with Adam; the state goes from each batch to the next.

    The gradient stops at the start of a batch (the state is detached there): this is
    back-propagation through time truncated to T steps. A new epoch starts from a zero state.

    With a ``folder``, a checkpoint is written after every epoch, and a run that was interrupted
    goes on from there when it is started again in the same way: the result is the same, bit
    for bit. With ``validate``, the model ends with the parameters of its best epoch.

    Args:
        model: trained in place.
        batches: from `rnnlib.data.sequential_batches`, in order.
        seed: set before the first step.
        validate: called after every epoch; lower is better.
        folder: for ``last.safetensors`` and, with ``validate``, ``best.safetensors``.
        progress: show a progress bar.
        settings: those of `Settings`.

    Raises:
        ValueError: no batches, a setting that is not positive, patience without ``validate``,
            or a checkpoint of another model or of other settings.
        FloatingPointError: the loss is not finite; says at which step.
    """
    how = Settings(**settings)
    if not batches:
        raise ValueError("batches must hold at least one batch, got none")
    if how.patience is not None and validate is None:
        raise ValueError("patience needs validate to measure progress by, got None")
    seed_everything(seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=how.learning_rate)
    run = _Run(model, optimizer, folder, _describe(seed, how, batches))
    hidden: dict[str, Any] = (
        {} if progress else {"disable": True}
    )  # left out, TQDM_DISABLE decides
    total = how.epochs * len(batches)
    done = run.epoch * len(batches)
    with tqdm(total=total, initial=done, unit="step", **hidden) as bar:
        while run.epoch < how.epochs and not run.out_of_patience(how.patience):
            one_epoch(
                model, batches, optimizer, how, run.epoch, run.history.losses, bar
            )
            run.finish_epoch(None if validate is None else validate())
    run.restore_best()
    return run.history


def one_epoch(
    model: LanguageModel,
    batches: Batches,
    optimizer: torch.optim.Optimizer,
    how: Settings,
    epoch: int,
    losses: list[float],
    bar: Any,
) -> None:
    """Go through the batches once; append the loss of every step to ``losses``.

    Raises:
        FloatingPointError: the loss is not finite; says at which step.
    """
    factor = 1.0 if how.schedule is None else how.schedule(epoch)
    optimizer.param_groups[0]["lr"] = how.learning_rate * factor
    model.train()
    state = None
    for inputs, targets in batches:
        logits, state = model(inputs, state)
        loss = cross_entropy(logits.flatten(0, 1), targets.flatten())
        if not torch.isfinite(loss):
            raise FloatingPointError(f"the loss is {loss.item()} at step {len(losses)}")
        optimizer.zero_grad()
        loss.backward()
        clip_grad_norm_(model.parameters(), how.clip_norm)
        optimizer.step()
        state = detach(state)  # the value goes on, the gradient stops here
        losses.append(loss.item())
        bar.update()
        bar.set_postfix_str(f"loss {losses[-1]:.3f}", refresh=False)


class _Run:
    """What lasts from one epoch to the next, in memory and, if asked for, on disk."""

    def __init__(
        self,
        model: LanguageModel,
        optimizer: torch.optim.Optimizer,
        folder: Path | None,
        description: dict[str, Any],
    ) -> None:
        self.model, self.optimizer, self.folder = model, optimizer, folder
        self.description = description
        self.history, self.epoch = History(), 0
        self.best: dict[str, Tensor] | None = None
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            if (folder / "last.safetensors").exists():
                self._resume(folder)

    def _resume(self, folder: Path) -> None:
        path = folder / "last.safetensors"
        record = checkpoint.read_record(path)
        if record["run"] != self.description:
            different = [
                f"{k} {record['run'].get(k)!r} there, {v!r} here"
                for k, v in self.description.items()
                if record["run"].get(k) != v
            ]
            raise ValueError(f"{path} belongs to another run: {'; '.join(different)}")
        checkpoint.load(path, self.model, self.optimizer)
        self.history, self.epoch = History(**record["history"]), record["epoch"]

    def finish_epoch(self, validation: float | None) -> None:
        history = self.history
        if validation is not None:
            history.validation.append(validation)
            best = history.best_epoch
            lower = best is None or validation < history.validation[best]
            if lower and math.isfinite(validation):
                history.best_epoch = self.epoch
                weights = self.model.state_dict().items()
                self.best = {k: v.clone() for k, v in weights}
        self.epoch += 1
        if self.folder is None:
            return
        record = {
            "run": self.description,
            "epoch": self.epoch,
            "history": asdict(history),
        }
        places = ["best"] * (history.best_epoch == self.epoch - 1) + ["last"]
        for place in places:
            path = self.folder / f"{place}.safetensors"
            checkpoint.save(path, self.model, self.optimizer, record)

    def out_of_patience(self, patience: int | None) -> bool:
        best = self.history.best_epoch
        if patience is None or not self.history.validation:
            return False
        return self.epoch - (-1 if best is None else best) > patience

    def restore_best(self) -> None:
        if self.history.best_epoch is None:
            return
        if self.best is None and self.folder is not None:
            checkpoint.load_weights(self.folder / "best.safetensors", self.model)
        elif self.best is not None:
            self.model.load_state_dict(self.best)


def _describe(seed: int, how: Settings, batches: Batches) -> dict[str, Any]:
    """What must be the same when a run goes on; the number of epochs may grow."""
    rates = [1.0 if how.schedule is None else how.schedule(e) for e in range(3)]
    return {
        "seed": seed,
        "learning_rate": how.learning_rate,
        "clip_norm": how.clip_norm,
        "first_rates": rates,
        "batches": len(batches),
        "batch_shape": list(batches[0][0].shape),
    }
