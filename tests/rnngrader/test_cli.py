import shutil

import pytest

from rnngrader.cli import main
from rnngrader.gradebook import Row, table


@pytest.fixture
def course(root, tmp_path):
    shutil.copy(root / "nbgrader_config.py", tmp_path)
    shutil.copytree(root / "solutions", tmp_path / "solutions")
    return tmp_path


def error_of(capsys, *arguments):
    assert main([str(a) for a in arguments]) == 2
    return capsys.readouterr().err


def test_misspelt_assignment(course, capsys):
    error = error_of(capsys, "--course", course, "grade", "01-vanila-rnn")
    assert "no assignment '01-vanila-rnn'" in error
    assert "did you mean '01-vanilla-rnn'?" in error


def test_nobody_has_handed_in(course, capsys):
    error = error_of(capsys, "--course", course, "grade", "01-vanilla-rnn")
    assert "nobody has handed in '01-vanilla-rnn'" in error


def test_student_who_has_not_handed_in(course, capsys):
    (course / "submitted" / "ada" / "01-vanilla-rnn").mkdir(parents=True)
    error = error_of(
        capsys, "--course", course, "grade", "01-vanilla-rnn", "--student", "bob"
    )
    assert "'bob' has not handed in '01-vanilla-rnn'; these have: ada" in error


def test_missing_gradebook(course, capsys):
    error = error_of(capsys, "--course", course, "status", "01-vanilla-rnn")
    assert "no gradebook" in error
    assert "`rnngrader grade 01-vanilla-rnn` makes it" in error
    assert not (course / "gradebook.db").exists()


def test_folder_without_a_course(tmp_path, capsys):
    error = error_of(capsys, "--course", tmp_path, "status", "01-vanilla-rnn")
    assert "is not a course folder: it has no nbgrader_config.py" in error


def test_ctrl_c_stops_and_does_not_fail_one_submission(course, capsys, monkeypatch):
    for student in ("ada", "bob"):
        (course / "submitted" / student / "01-vanilla-rnn").mkdir(parents=True)
    begun = []

    def interrupted(app):  # what nbgrader's own bare except makes of Ctrl-C
        begun.append(app.coursedir.student_id)
        return {"success": False, "error": "Traceback …\nKeyboardInterrupt"}

    monkeypatch.setattr("rnngrader.engine._register", lambda config, name: None)
    monkeypatch.setattr("rnngrader.engine.read_grades", lambda root, name: [])
    monkeypatch.setattr("nbgrader.apps.api.capture_log", interrupted)
    assert main(["--course", str(course), "grade", "01-vanilla-rnn"]) == 130
    assert begun == ["ada"]
    assert "stopped; what is graded stays" in capsys.readouterr().err


def test_table():
    rows = [
        Row("ada", {"test_a": 3.0, "own": None}, 3.0, 7.0, True),
        Row("bob", {"test_a": 2.5, "own": 4.0}, 6.5, 7.0, True),
    ]
    assert table(rows).splitlines() == [
        "student    a  own     score",
        "───────  ───  ───  ────────",
        "ada        3    ·    3 of 7",
        "bob      2.5    4  6.5 of 7",
    ]
    assert table([]) == "no submission has been graded"
