from pathlib import Path

import nbformat
import pytest

from tools import release


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    folder = tmp_path_factory.mktemp("release") / "exercises"
    release.release(folder)
    return folder


def files(folder: Path) -> dict[str, bytes]:
    found = (p for p in folder.rglob("*") if ".ipynb_checkpoints" not in p.parts)
    return {str(p.relative_to(folder)): p.read_bytes() for p in found if p.is_file()}


def test_exercises_are_what_the_solutions_give(root, released):
    assert files(released) == files(root / "exercises"), (
        "exercises/ is generated: edit solutions/ and run `python -m tools.release`"
    )


def test_no_solution_and_no_hidden_test_is_released(root, released):
    for source in (root / "solutions").rglob("*.ipynb"):
        student = (released / source.relative_to(root / "solutions")).read_text("utf-8")
        for word in ("BEGIN SOLUTION", "HIDDEN TESTS", '"outputs": [\n    {'):
            assert word not in student
        text = "\n".join(c.source for c in nbformat.read(source, as_version=4).cells)
        assert text.count("### BEGIN SOLUTION") == text.count("### END SOLUTION") > 0
        assert (
            text.count("### BEGIN HIDDEN TESTS")
            == text.count("### END HIDDEN TESTS")
            > 0
        )


def test_every_autograded_cell_has_hidden_tests(root):
    for name in release.assignments():
        path = root / "solutions" / name / f"{name}.ipynb"
        for cell in nbformat.read(path, as_version=4).cells:
            meta = cell.metadata.get("nbgrader", {})
            if meta.get("grade") and not meta.get("solution"):
                lines = cell.source.splitlines()
                assert lines.count("### BEGIN HIDDEN TESTS") == 1, meta["grade_id"]
                assert lines.count("### END HIDDEN TESTS") == 1, meta["grade_id"]


def test_a_release_deletes_nothing_and_keeps_answers_if_told_so(released, tmp_path):
    work = tmp_path / "01-vanilla-rnn" / "01-vanilla-rnn.ipynb"
    notes = tmp_path / "notes.txt"
    work.parent.mkdir()
    work.write_text("my answers")
    notes.write_text("my notes")
    assert release.release(tmp_path, overwrite=False) == [work]
    assert work.read_text() == "my answers"
    assert release.release(tmp_path) == []
    assert work.read_bytes() == (released / work.relative_to(tmp_path)).read_bytes()
    assert notes.read_text() == "my notes"


def test_every_graded_assignment_has_what_the_course_promises(root):
    for name in release.assignments():
        path = root / "solutions" / name / f"{name}.ipynb"
        meta = [
            c.metadata.get("nbgrader", {})
            for c in nbformat.read(path, as_version=4).cells
        ]
        automatic = [m for m in meta if m.get("grade") and not m.get("solution")]
        manual = [m for m in meta if m.get("grade") and m.get("solution")]
        assert len(automatic) >= 5
        assert len(manual) == 1
