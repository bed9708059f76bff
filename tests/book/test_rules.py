"""Rules for notebooks that nbval cannot check."""

import nbformat
import pytest

from tools.notebooks import ROOT

NOTEBOOKS = sorted(
    [*(ROOT / "book").glob("*.ipynb"), *(ROOT / "solutions").rglob("*.ipynb")]
)


def code_cells(path):
    cells = nbformat.read(path, as_version=4).cells
    return [c for c in cells if c.cell_type == "code" and c.source.strip()]


def tags(cell):
    return cell.metadata.get("tags", [])


@pytest.fixture(params=NOTEBOOKS, ids=lambda p: p.stem)
def cells(request):
    return code_cells(request.param)


def test_volatile_output_is_stored_and_asserted_right_after(cells):
    for cell, after in zip(cells, [*cells[1:], None], strict=True):
        if "nbval-ignore-output" in tags(cell):
            assert cell.outputs, f"no stored output: {cell.source[:80]}"
            assert after is not None, cell.source[:80]
            assert "assert" in after.source, cell.source[:80]


def test_no_output_is_an_error_or_a_warning(cells):
    for cell in cells:
        for output in cell.outputs:
            assert output.output_type != "error", cell.source[:80]
            assert output.get("name") != "stderr", cell.source[:80]


def test_figures_are_vectors_and_say_what_they_show(cells):
    for cell in cells:
        types = {t for o in cell.outputs for t in o.get("data", {})}
        assert "image/png" not in types
        if "image/svg+xml" in types:
            alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
            assert len(alt.split()) >= 8, f"no alt text: {cell.source[:80]}"


def test_no_tag_is_misspelt(cells):
    known = {"hide-cell", "hide-input", "hide-output", "nbval-ignore-output"}
    known |= {"remove-cell", "remove-input", "remove-output"}
    for cell in cells:
        assert set(tags(cell)) <= known


def test_library_code_is_included_not_pasted():
    library = "\n".join(p.read_text("utf-8") for p in (ROOT / "rnnlib").rglob("*.py"))
    for path in NOTEBOOKS:
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "markdown":
                assert "```python" not in cell.source, path
            elif path.parts[-2] == "book":
                for line in cell.source.splitlines():
                    if line.startswith("def "):
                        assert line not in library, f"{path}: {line}"
