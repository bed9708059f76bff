"""Grade every submission of an assignment. For now nbgrader itself does the work."""

import logging
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nbgrader.apps import NbGraderAPI
from sqlalchemy.exc import SAWarning
from tqdm import tqdm

from rnngrader.course import (
    CourseError,
    activate_environment,
    load_config,
    require_assignment,
    submissions,
)


@dataclass(frozen=True)
class Problem:
    """A submission without a grade: whose, and what nbgrader said."""

    student: str
    reason: str


def grade(
    root: Path, name: str, *, students: Sequence[str] = (), force: bool = False
) -> list[Problem]:
    """Grade submissions of one assignment and write their feedback pages.

    What has been graded stays as it is, unless it was handed in anew or ``force`` is set.

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
    present = submissions(root, config, name)
    if not present:
        raise CourseError(f"nobody has handed in {name!r}")
    for student in students:
        if student not in present:
            raise CourseError(
                f"{student!r} has not handed in {name!r}; these have: {', '.join(present)}"
            )
    api = NbGraderAPI(config=config)
    api.log.setLevel(logging.CRITICAL)  # what it has to say comes back in its results
    _register(api, name)
    warnings.simplefilter("ignore", SAWarning)  # nbgrader's models under SQLAlchemy 2.1
    problems = []
    for student in tqdm(
        list(students) or present, desc=f"grading {name}", unit="submission"
    ):
        for step in (api.autograde, api.generate_feedback):
            done = step(name, student, force=force)
            if not done["success"]:
                problems.append(Problem(student, _last_line(done)))
                break
    return problems


def _register(api: NbGraderAPI, name: str) -> None:
    """Make sure the gradebook knows the assignment as its source stands now."""
    done = api.generate_assignment(name, force=True, create=True)
    if not done["success"]:
        raise CourseError(f"nbgrader cannot release {name!r}: {_last_line(done)}")


def _last_line(done: dict[str, str]) -> str:
    lines = (
        (done.get("error") or done.get("log") or "it gave no reason")
        .strip()
        .splitlines()
    )
    return lines[-1]
