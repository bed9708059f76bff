import nbformat
import pytest

from tools import sample_class


def test_the_class_has_every_kind_of_submission():
    students = sample_class.students("01-vanilla-rnn")
    assert len(students) >= 8
    full = max(sum(s.expected.values()) for s in students)
    assert sum(sum(s.expected.values()) == full for s in students) >= 3


def test_reading_answers(tmp_path):
    path = tmp_path / "ada.py"
    path.write_text("# expected: a 1, b 2.5\n\n# %% a\nx = 1\n\n\n# %% b\ny = 2\n")
    student = sample_class.read_student(path)
    assert student.name == "ada"
    assert student.answers == {"a": "x = 1", "b": "y = 2"}
    assert student.expected == {"test_a": 1.0, "test_b": 2.5}


@pytest.mark.parametrize("text", ["# %% a\nx = 1\n", "# expected: a 1\n"])
def test_unreadable_answers_are_named(tmp_path, text):
    path = tmp_path / "ada.py"
    path.write_text(text)
    with pytest.raises(
        ValueError, match=r"ada.py: expected a line '# expected: …' and cells"
    ):
        sample_class.read_student(path)


def test_answer_without_a_cell_is_named(root):
    path = root / "exercises" / "01-vanilla-rnn" / "01-vanilla-rnn.ipynb"
    with pytest.raises(
        ValueError, match=r"no answer cell nonsense; there is: elman_step, unroll"
    ):
        sample_class.fill_in(nbformat.read(path, as_version=4), {"nonsense": ""})


def test_only_what_changed_is_handed_in_again(tmp_path, monkeypatch):
    everyone = [s.name for s in sample_class.students("01-vanilla-rnn")]
    assert sample_class.build("01-vanilla-rnn", tmp_path) == everyone
    assert sample_class.build("01-vanilla-rnn", tmp_path) == []
    work = (
        tmp_path
        / "submitted"
        / "wrong-nats"
        / "01-vanilla-rnn"
        / "01-vanilla-rnn.ipynb"
    )
    work.write_text("{}")
    assert sample_class.build("01-vanilla-rnn", tmp_path) == ["wrong-nats"]
    (tmp_path / "nbgrader_config.py").write_text("")
    assert sample_class.build("01-vanilla-rnn", tmp_path) == everyone
