"""Read nbgrader's gradebook: a table with a row per student and a column per graded cell."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.coursedir import CourseDirectory

from rnngrader.course import (
    CourseError,
    activate_environment,
    graded_cells,
    load_config,
    require_assignment,
)


@dataclass(frozen=True)
class Row:
    """One submission.

    Attributes:
        student: the student's id.
        points: by graded cell, in the notebook's order; None waits for a person.
        score: their sum.
        max_score: what could be had.
        is_complete: has the autograder been through all its cells?
    """

    student: str
    points: dict[str, float | None]
    score: float
    max_score: float
    is_complete: bool


def read_grades(root: Path, name: str) -> list[Row]:
    """All submissions of one assignment that the gradebook knows, by student.

    Args:
        root: the course folder.
        name: the assignment.

    Raises:
        CourseError: no such assignment, no gradebook yet, or the assignment is not in it.
    """
    activate_environment()
    config = load_config(root)
    require_assignment(root, config, name)
    cells = graded_cells(root, config, name)
    url = CourseDirectory(config=config).db_url
    file = Path(url.removeprefix("sqlite:///"))
    if url.startswith("sqlite:///") and not file.exists():
        raise CourseError(
            f"no gradebook in {root} yet: `rnngrader grade {name}` makes it"
        )
    with Gradebook(url) as gradebook:
        try:
            found = gradebook.assignment_submissions(name)
        except MissingEntry as error:
            raise CourseError(f"the gradebook has no assignment {name!r}") from error
        return sorted((_row(s, cells) for s in found), key=lambda row: row.student)


def _row(submission: Any, cells: dict[str, bool]) -> Row:
    grades = {g.name: g for notebook in submission.notebooks for g in notebook.grades}
    return Row(
        student=submission.student.id,
        points={name: _points(grades[name]) for name in cells},
        score=submission.score,
        max_score=submission.max_score,
        is_complete=all(
            is_manual or grades[name].auto_score is not None
            for name, is_manual in cells.items()
        ),
    )


def _points(grade: Any) -> float | None:
    # after a regrade nbgrader asks for a second look at a mark given by hand, but keeps it
    waits = grade.needs_manual_grade and grade.manual_score is None
    return None if waits else grade.score


def table(rows: list[Row]) -> str:
    """The rows as text; "·" stands for points that a person has still to give."""
    if not rows:
        return "no submission has been graded"
    names = list(rows[0].points)
    head = ["student", *(n.removeprefix("test_") for n in names), "score"]
    body = [
        [r.student, *("·" if p is None else f"{p:g}" for p in r.points.values()),
         f"{r.score:g} of {r.max_score:g}"]
        for r in rows
    ]  # fmt: skip
    widths = [max(map(len, column)) for column in zip(head, *body, strict=True)]
    rule = ["─" * width for width in widths]
    lines = []
    for row in [head, rule, *body]:
        first, *others = (
            cell.rjust(width) for cell, width in zip(row, widths, strict=True)
        )
        lines.append("  ".join([row[0].ljust(len(first)), *others]))
    return "\n".join(lines)
