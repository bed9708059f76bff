"""The whole sample class, graded."""

import pytest

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
        assert row.needs_manual_grade


def test_everyone_gets_a_feedback_page(course):
    for student in sample_class.students(NAME):
        page = course / "feedback" / student.name / NAME / f"{NAME}.html"
        assert "Score:" in page.read_text("utf-8")


def test_grading_again_changes_nothing(course, capsys):
    def state():
        return [
            p.stat().st_mtime_ns
            for p in sorted((course / "autograded").rglob("*.ipynb"))
        ]

    before = state(), read_grades(course, NAME)
    assert main(["--course", str(course), "grade", NAME]) == 0
    assert (state(), read_grades(course, NAME)) == before
    assert "endless-loop" in capsys.readouterr().out
