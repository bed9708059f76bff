"""The front door, `make course`: data, book, assignments, sample class, grades."""

import sys
from pathlib import Path
from subprocess import CalledProcessError

from rnngrader.course import CourseError
from rnngrader.engine import grade
from rnngrader.gradebook import read_grades, table
from rnnlib.data.__main__ import main as fetch_data
from tools import book, release, sample_class

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Build everything and say where it is; exit status 0 only if everything worked."""
    _say("fetching the data")
    if fetch_data([]):
        return 1
    _say("building the book")
    page = book.build()
    _say("releasing the assignments")
    for kept in release.release(ROOT / "exercises", overwrite=False):
        print(
            f"{kept} is not as released and stays: `python -m tools.release` replaces it"
        )
    tables, problems = [], []
    course = sample_class.COURSE
    for name in sample_class.all_assignments():
        _say(f"grading the sample class: {name}")
        sample_class.build(name)
        problems += grade(course, name)
        tables.append(f"{name}\n\n{table(read_grades(course, name))}")
    feedback = sorted((course / "feedback").rglob("*.html"))
    print("\n" + "\n\n".join(tables))
    print("\n· waits for a person: open nbgrader's formgrader in build/sample-class")
    print(f"\nThe book      {page.relative_to(ROOT)}  (`make serve` shows it)")
    print(f"Gradebook     {(course / 'gradebook.db').relative_to(ROOT)}")
    print(f"Feedback      {feedback[0].relative_to(ROOT)}")
    for problem in problems:
        print(f"not graded: {problem.student}: {problem.reason}", file=sys.stderr)
    return 1 if problems else 0


def _say(what: str) -> None:
    print(f"\n── {what} ──", flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (CalledProcessError, CourseError, RuntimeError) as error:
        sys.exit(f"error: {error}")
    except KeyboardInterrupt:
        sys.exit("\nstopped; what is done stays, `make course` goes on from there")
