"""Read nbgrader's gradebook: a table with a row per student and a column per graded cell."""

from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.coursedir import CourseDirectory

from rnngrader.course import CourseError, activate_environment, load_config


@dataclass(frozen=True)
class Row:
    """One submission: points per graded cell (None: waits for a person), and their sum."""

    student: str
    points: dict[str, float | None]
    score: float
    max_score: float
    needs_manual_grade: bool


def read_grades(root: Path, name: str) -> list[Row]:
    """All graded submissions of one assignment, by student.

    Args:
        root: the course folder.
        name: the assignment.

    Raises:
        CourseError: there is no gradebook yet, or the assignment is not in it.
    """
    activate_environment()
    url = CourseDirectory(config=load_config(root)).db_url
    if (
        url.startswith("sqlite:///")
        and not Path(url.removeprefix("sqlite:///")).exists()
    ):
        raise CourseError(
            f"no gradebook in {root} yet: `rnngrader grade {name}` makes it"
        )
    with Gradebook(url) as gradebook:
        try:
            found = gradebook.assignment_submissions(name)
        except MissingEntry as error:
            raise CourseError(f"the gradebook has no assignment {name!r}") from error
        return sorted((_row(s) for s in found), key=lambda row: row.student)


def _row(submission: object) -> Row:
    grades = [g for notebook in submission.notebooks for g in notebook.grades]  # type: ignore[attr-defined]
    return Row(
        student=submission.student.id,  # type: ignore[attr-defined]
        points={g.name: None if g.needs_manual_grade else g.score for g in grades},
        score=submission.score,  # type: ignore[attr-defined]
        max_score=submission.max_score,  # type: ignore[attr-defined]
        needs_manual_grade=bool(submission.needs_manual_grade),  # type: ignore[attr-defined]
    )


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
