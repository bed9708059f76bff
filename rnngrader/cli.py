"""``rnngrader grade NAME`` and ``rnngrader status NAME``, in the course folder."""

import argparse
import sys
from pathlib import Path

from rnngrader.course import CourseError


def parser() -> argparse.ArgumentParser:
    """The command line, in nbgrader's words."""
    top = argparse.ArgumentParser(
        prog="rnngrader", description="Grade a class of notebooks."
    )
    top.add_argument(
        "--course", type=Path, default=Path(), help="the course folder (default: .)"
    )
    actions = top.add_subparsers(dest="action", required=True)
    grade = actions.add_parser(
        "grade", help="grade submissions and print the grade table"
    )
    grade.add_argument(
        "--student", action="append", default=[], help="only this one (repeatable)"
    )
    grade.add_argument(
        "--force", action="store_true", help="grade again what has been graded"
    )
    status = actions.add_parser("status", help="print the grade table")
    for action in (grade, status):
        action.add_argument("name", metavar="NAME", help="the assignment")
    return top


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; exit status 0 only if every submission has a grade."""
    options = parser().parse_args(arguments)
    # nbgrader takes seconds to import: --help and usage errors must not wait for it
    from rnngrader.engine import grade
    from rnngrader.gradebook import read_grades, table

    problems = []
    try:
        if options.action == "grade":
            problems = grade(
                options.course,
                options.name,
                students=options.student,
                force=options.force,
            )
        print(table(read_grades(options.course, options.name)))
    except CourseError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(
            "\nstopped; what is graded stays, the same command goes on", file=sys.stderr
        )
        return 130
    for problem in problems:
        print(f"not graded: {problem.student}: {problem.reason}", file=sys.stderr)
    return 1 if problems else 0
