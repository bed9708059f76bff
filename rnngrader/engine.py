"""Grade every submission of an assignment. For now nbgrader itself does the work."""

import logging
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

from nbgrader.apps import NbGraderAPI
from sqlalchemy.exc import SAWarning
from tqdm import tqdm
from traitlets.config import Config

from rnngrader.course import (
    CourseError,
    activate_environment,
    load_config,
    require_assignment,
    step_folder,
    submissions,
)
from rnngrader.gradebook import read_grades


@dataclass(frozen=True)
class Problem:
    """A submission without a grade: whose, and what nbgrader said."""

    student: str
    reason: str


def grade(
    root: Path, name: str, *, students: Sequence[str] = (), force: bool = False
) -> list[Problem]:
    """Grade submissions of one assignment and write their feedback pages.

    A submission with a grade and a feedback page younger than its files is left alone; so a
    run that was interrupted goes on where it stopped. Marks given by a person always stay.

    Args:
        root: the course folder.
        name: the assignment.
        students: whose; everyone who has handed in, if empty.
        force: grade again what has been graded.

    Returns:
        The submissions that could not be graded.

    Raises:
        CourseError: no such assignment, nothing handed in, or nbgrader refuses the assignment.
    """
    activate_environment()
    config = load_config(root)
    require_assignment(root, config, name)
    wanted = _choose(submissions(root, config, name), students, name)
    with _quiet_nbgrader():
        _register(config, name)
        graded = {row.student for row in read_grades(root, name) if row.is_complete}
        todo = [
            student
            for student in wanted
            if force
            or student not in graded
            or not _is_fresh(root, config, student, name)
        ]
        api = NbGraderAPI(config=config)
        bar = tqdm(todo, desc=f"grading {name}", unit="submission") if todo else todo
        outcomes = [(student, _grade_one(api, name, student)) for student in bar]
    return [Problem(student, reason) for student, reason in outcomes if reason]


def _choose(present: list[str], students: Sequence[str], name: str) -> list[str]:
    if not present:
        raise CourseError(f"nobody has handed in {name!r}")
    for student in students:
        if student not in present:
            raise CourseError(
                f"{student!r} has not handed in {name!r}; these have: {', '.join(present)}"
            )
    return list(students) or present


def _is_fresh(root: Path, config: Config, student: str, name: str) -> bool:
    """Is there feedback, and is it younger than everything that was handed in?"""
    pages = (step_folder(root, config, "feedback") / student / name).glob("*.html")
    files = (step_folder(root, config, "submitted") / student / name).rglob("*")
    written = min((p.stat().st_mtime_ns for p in pages), default=0)
    return written > max((p.stat().st_mtime_ns for p in files), default=0)


def _grade_one(api: NbGraderAPI, name: str, student: str) -> str:
    """Grade and give feedback; return what went wrong, or nothing."""
    for step in (api.autograde, api.generate_feedback):
        done = step(name, student, force=True)
        if not done["success"]:
            reason = _last_line(done)
            if (
                reason == "KeyboardInterrupt"
            ):  # nbgrader takes Ctrl-C for a failed submission
                raise KeyboardInterrupt
            return reason
    return ""


def _register(config: Config, name: str) -> None:
    """Let the gradebook know the assignment as its source stands now, and release nothing."""
    with tempfile.TemporaryDirectory() as elsewhere:
        private = deepcopy(config)
        private.CourseDirectory.release_directory = elsewhere
        done = NbGraderAPI(config=private).generate_assignment(
            name, force=True, create=True
        )
    if not done["success"]:
        raise CourseError(f"nbgrader does not take {name!r}: {_last_line(done)}")


def _last_line(done: dict[str, str]) -> str:
    said = done.get("error") or done.get("log") or "it gave no reason"
    return said.strip().splitlines()[-1]


@contextmanager
def _quiet_nbgrader() -> Iterator[None]:
    """What nbgrader has to say comes back in its results; its log would drown the rest."""
    log = logging.getLogger("traitlets")
    level = log.level
    log.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore", SAWarning
            )  # its models under SQLAlchemy 2.1
            yield
    finally:
        log.setLevel(level)
