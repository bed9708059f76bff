"""A sample class: ``python -m tools.sample_class [FOLDER]`` makes a course with submissions.

Every file in ``tests/submissions/ASSIGNMENT/`` is a student. It holds answers for some of the
answer cells, by their grade_id; the others are taken from ``correct.py``. A comment line
``# expected:`` says which points the autograder has to give.
"""

import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import nbformat

from tools.notebooks import write_atomically

ROOT = Path(__file__).resolve().parent.parent
ANSWERS = ROOT / "tests" / "submissions"
COURSE = ROOT / "build" / "sample-class"


@dataclass(frozen=True)
class Student:
    """One file of answers: the student's name, cell sources by grade_id, points by test."""

    name: str
    answers: dict[str, str]
    expected: dict[str, float]


def read_student(path: Path) -> Student:
    """Read one file of answers.

    Raises:
        ValueError: it has no line ``# expected:``, or no answer.
    """
    text = path.read_text(encoding="utf-8")
    head, *parts = re.split(r"^# %% +(\w+) *\n", text, flags=re.MULTILINE)
    line = re.search(r"^# expected: (.+)$", head, flags=re.MULTILINE)
    if not line or not parts:
        raise ValueError(
            f"{path}: expected a line '# expected: …' and cells '# %% grade_id'"
        )
    pairs = (item.split() for item in line[1].split(","))
    return Student(
        name=path.stem,
        answers={
            i: s.strip("\n") for i, s in zip(parts[::2], parts[1::2], strict=True)
        },
        expected={f"test_{name}": float(points) for name, points in pairs},
    )


def students(assignment: str) -> list[Student]:
    """All students of one assignment, by name."""
    return [read_student(path) for path in sorted((ANSWERS / assignment).glob("*.py"))]


def fill_in(notebook: nbformat.NotebookNode, answers: dict[str, str]) -> None:
    """Write answers into the cells of a released notebook.

    Raises:
        ValueError: an answer belongs to no answer cell.
    """
    cells = {
        cell.metadata.nbgrader.grade_id: cell
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("solution")
    }
    unknown = sorted(set(answers) - set(cells))
    if unknown:
        raise ValueError(
            f"no answer cell {', '.join(unknown)}; there is: {', '.join(cells)}"
        )
    for grade_id, source in answers.items():
        cells[grade_id].source = source


def build(assignment: str, course: Path = COURSE) -> list[str]:
    """Make a course folder in which every student has handed in ``assignment``.

    Marks that were given there before stay: only sources and submissions are renewed.

    Returns:
        The students whose submission, or the assignment itself, is new or has changed.
    """
    source_changed = _renew_sources(course)
    correct = read_student(ANSWERS / assignment / "correct.py").answers
    changed = []
    for student in students(assignment):
        notebook = nbformat.read(
            ROOT / "exercises" / assignment / f"{assignment}.ipynb", as_version=4
        )
        fill_in(notebook, correct | student.answers)
        text = nbformat.writes(notebook) + "\n"
        target = (
            course / "submitted" / student.name / assignment / f"{assignment}.ipynb"
        )
        if source_changed or not target.exists() or target.read_text("utf-8") != text:
            changed.append(student.name)
            target.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(target, text)
    return changed


def _renew_sources(course: Path) -> bool:
    """Copy configuration, sources and releases into the course; was anything new?"""
    new = False
    files = [ROOT / "nbgrader_config.py"]
    files += [
        p
        for d in ("solutions", "exercises")
        for p in (ROOT / d).rglob("*")
        if p.is_file()
    ]
    for path in files:
        target = course / path.relative_to(ROOT)
        if not target.exists() or target.read_bytes() != path.read_bytes():
            new = True
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    return new


def all_assignments() -> list[str]:
    """The assignments for which there are submissions."""
    return sorted(path.name for path in ANSWERS.iterdir() if path.is_dir())


def main(arguments: list[str]) -> int:
    course = Path(arguments[0]) if arguments else COURSE
    for name in all_assignments():
        build(name, course)
        print(f"{len(students(name))} submissions of {name} in {course}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
