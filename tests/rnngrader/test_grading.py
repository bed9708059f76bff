"""The whole sample class, graded."""

from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from rnngrader.cli import main
from rnngrader.gradebook import read_grades
from tools import sample_class

NAME = "01-vanilla-rnn"
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    folder = tmp_path_factory.mktemp("class")
    sample_class.build(NAME, folder)
    assert main(["--course", str(folder), "grade", NAME]) == 0
    return folder


def test_everyone_gets_what_they_should(course):
    expected = {
        s.name: s.expected | {"own_words": None} for s in sample_class.students(NAME)
    }
    assert {row.student: row.points for row in read_grades(course, NAME)} == expected


def test_sums_and_what_waits_for_a_person(course):
    for row in read_grades(course, NAME):
        assert row.score == sum(p for p in row.points.values() if p is not None)
        assert row.max_score == 17
        assert row.is_complete


def test_everyone_gets_a_feedback_page(course):
    for student in sample_class.students(NAME):
        page = course / "feedback" / student.name / NAME / f"{NAME}.html"
        assert "Score:" in page.read_text("utf-8")


def test_grading_again_does_only_what_is_left(course, capsys):
    before = read_grades(course, NAME)
    pages = {
        s: course / "feedback" / s / NAME / f"{NAME}.html"
        for s in ("correct", "raises")
    }
    untouched = pages["raises"].stat().st_mtime_ns
    pages["correct"].unlink()  # as if the run had been stopped before it was written
    assert main(["--course", str(course), "grade", NAME]) == 0
    assert pages["correct"].exists()
    assert pages["raises"].stat().st_mtime_ns == untouched
    assert read_grades(course, NAME) == before
    assert "endless-loop" in capsys.readouterr().out


def test_a_new_submission_is_graded_and_marks_by_hand_stay(course):
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        grade = gradebook.find_grade("own_words", NAME, NAME, "wrong-nats")
        grade.manual_score, grade.needs_manual_grade = 3.5, False
        gradebook.db.commit()
    handed_in = course / "submitted" / "{}" / NAME / f"{NAME}.ipynb"
    better, path = (Path(str(handed_in).format(s)) for s in ("correct", "wrong-nats"))
    path.write_text(better.read_text("utf-8"), "utf-8")
    assert main(["--course", str(course), "grade", NAME]) == 0
    row = next(r for r in read_grades(course, NAME) if r.student == "wrong-nats")
    assert row.points["test_bits_per_character"] == 2
    assert row.points["own_words"] == 3.5
    assert row.score == 16.5


def test_grading_releases_nothing(course, root):
    released = (course / "exercises" / NAME / f"{NAME}.ipynb").read_bytes()
    assert released == (root / "exercises" / NAME / f"{NAME}.ipynb").read_bytes()
