import nbformat
import pytest

from tools import notebooks


@pytest.mark.parametrize("path", notebooks.all_notebooks(), ids=lambda p: p.name)
def test_every_committed_notebook_is_normal(path):
    text = path.read_text("utf-8")
    assert notebooks.normal_text(text) == text, (
        "not in normal form; `python -m tools.notebooks normalise` mends it"
    )


def test_there_are_notebooks_in_every_folder():
    folders = {
        p.relative_to(notebooks.ROOT).parts[0] for p in notebooks.all_notebooks()
    }
    assert folders == set(notebooks.FOLDERS)


def messy():
    v4 = nbformat.v4
    code = v4.new_code_cell(
        "\nprint(1)\n\n",
        execution_count=17,
        metadata={"tags": ["x"], "execution": {"time": "now"}, "collapsed": True},
        outputs=[
            v4.new_output("stream", name="stdout", text="1"),
            v4.new_output("stream", name="stdout", text="\n"),
            v4.new_output("execute_result", {"text/plain": "2"}, execution_count=17),
        ],
    )
    twin = v4.new_code_cell("a = 1")
    graded = v4.new_code_cell(
        metadata={"nbgrader": {"grade_id": "step"}, "editable": False}
    )
    notebook = v4.new_notebook(
        cells=[v4.new_markdown_cell("# Title"), code, twin, graded],
        metadata={
            "kernelspec": {"name": "my-venv", "display_name": "x"},
            "widgets": {},
        },
    )
    twin["id"] = code["id"]
    return v4.writes(notebook)


def test_normalising():
    text = notebooks.normal_text(messy())
    assert notebooks.normal_text(text) == text
    _, code, twin, graded = nbformat.reads(text, as_version=4).cells
    assert code.source == "print(1)"
    assert code.metadata == {"tags": ["x"]}
    assert [o.output_type for o in code.outputs] == ["stream", "execute_result"]
    assert code.outputs[0].text == "1\n"
    assert code.execution_count == code.outputs[1].execution_count == 1
    assert twin["id"] != code["id"]
    assert graded["id"] == "step"
    assert graded.metadata.editable is False
    assert "my-venv" not in text
    assert "widgets" not in text


def test_ids_do_not_change_from_run_to_run():
    once = nbformat.v4.reads(messy())
    for cell in once.cells:
        cell["id"] = "same"
    del once.cells[-2]["id"]
    text = nbformat.v4.writes(once)
    assert notebooks.normal_text(text) == notebooks.normal_text(text)


def test_memory_address_in_an_output_is_refused():
    output = nbformat.v4.new_output(
        "execute_result", {"text/plain": "<X at 0x7f3a5c0d11d0>"}
    )
    cell = nbformat.v4.new_code_cell("X()", outputs=[output])
    text = nbformat.writes(nbformat.v4.new_notebook(cells=[cell]))
    with pytest.raises(ValueError, match=r"cell 'X\(\)' shows a memory address"):
        notebooks.normal_text(text)


def test_command_line(tmp_path, capsys):
    path = tmp_path / "a.ipynb"
    path.write_text(messy())
    assert notebooks.main(["check", str(path)]) == 1
    assert "not in normal form" in capsys.readouterr().out
    assert notebooks.main(["normalise", str(path)]) == 0
    assert notebooks.main(["check", str(path)]) == 0
    path.write_text("{")
    assert notebooks.main(["check", str(path)]) == 1
    assert "not a notebook" in capsys.readouterr().err
    path.write_text('{"nbformat": 3, "metadata": {}, "cells": []}')
    assert notebooks.main(["check", str(path)]) == 1
    assert "expected nbformat 4, got 3" in capsys.readouterr().err
    assert notebooks.main(["check", str(tmp_path / "absent.ipynb")]) == 1
    assert [p.name for p in tmp_path.iterdir()] == ["a.ipynb"]


def test_run_stores_outputs_and_leaves_a_failing_notebook_alone(tmp_path, capsys):
    path = tmp_path / "a.ipynb"
    v4 = nbformat.v4
    path.write_text(
        nbformat.writes(v4.new_notebook(cells=[v4.new_code_cell("print(6 * 7)")]))
    )
    assert notebooks.main(["run", str(path)]) == 0
    assert nbformat.read(path, as_version=4).cells[0].outputs[0].text == "42\n"
    path.write_text(
        before := nbformat.writes(v4.new_notebook(cells=[v4.new_code_cell("1/0")]))
    )
    assert notebooks.main(["run", str(path)]) == 1
    assert "ZeroDivisionError" in capsys.readouterr().err
    assert path.read_text() == before
