"""Notebooks in normal form: ``python -m tools.notebooks normalise|check|run [FILE …]``.

normalise  rewrite notebooks in normal form (their outputs stay)
check      name every notebook that is not in normal form; exit status 1 if there is one
run        execute notebooks from the top, store their outputs, and normalise them

Normal form: nbformat 4.5, one kernelspec, cell metadata only where something reads it, stable
cell ids, code cells counted from 1 where there are outputs (nbval wants that), streams merged,
nothing that changes from run to run. Without file names, all notebooks of book/, solutions/ and
exercises/ are meant.
"""

import argparse
import hashlib
import itertools
import os
import re
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("book", "solutions", "exercises")
NOTEBOOK_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
CELL_METADATA = {"deletable", "editable", "mystnb", "nbgrader", "tags"}
CELL_TIMEOUT = 240  # seconds
# no progress bars in outputs; one thread, as numbers depend on how sums are split
EXECUTION_ENVIRONMENT = {"TQDM_DISABLE": "1", "OMP_NUM_THREADS": "1"}


def all_notebooks() -> list[Path]:
    """Every notebook of the course, in order."""
    found = (path for folder in FOLDERS for path in (ROOT / folder).rglob("*.ipynb"))
    return sorted(p for p in found if ".ipynb_checkpoints" not in p.parts)


def normal_text(text: str) -> str:
    """Return the text of a notebook file in normal form.

    Raises:
        ValueError: it is no notebook, or an output holds what changes from run to run.
    """
    try:
        # not nbformat.reads: it would mend missing and repeated ids with random ones
        notebook = nbformat.v4.reads(text)
        major, cells = notebook.nbformat, notebook.cells
    except (ValueError, AttributeError) as error:
        raise ValueError(f"not a notebook: {error}") from error
    if major != 4:
        raise ValueError(f"expected nbformat 4, got {major}")
    notebook.nbformat_minor = 5
    notebook.metadata = nbformat.from_dict(NOTEBOOK_METADATA)
    taken: set[str] = set()
    executed = any(cell.get("outputs") for cell in cells)
    counter = itertools.count(1)
    for cell in cells:
        cell.metadata = nbformat.from_dict(
            {
                k: v
                for k, v in cell.metadata.items()
                if k in CELL_METADATA and v not in ({}, [])
            }
        )
        cell.source = cell.source.strip("\n")
        cell.pop("attachments", None)
        cell["id"] = _stable_id(cell, taken)
        if cell.cell_type == "code":
            cell.execution_count = next(counter) if executed else None
            cell.outputs = _normal_outputs(cell)

    nbformat.validate(notebook)
    return nbformat.v4.writes(notebook) + "\n"


def _stable_id(cell: NotebookNode, taken: set[str]) -> str:
    """The grade_id where there is one, else the id at hand, else one made from the source."""
    wanted = cell.metadata.get("nbgrader", {}).get("grade_id") or cell.get("id", "")
    count = 0
    while not wanted or wanted in taken:
        wanted = hashlib.sha256(f"{cell.source}{count}".encode()).hexdigest()[:8]
        count += 1
    taken.add(wanted)
    return str(wanted)


def _normal_outputs(cell: NotebookNode) -> list[NotebookNode]:
    outputs: list[NotebookNode] = []
    for output in cell.outputs:
        if "execution_count" in output:
            output.execution_count = cell.execution_count
        if (
            output.output_type == "stream"
            and outputs
            and outputs[-1].output_type == "stream"
            and outputs[-1].name == output.name
        ):
            outputs[-1].text += output.text
        else:
            outputs.append(output)
    address = re.search(r"\bat 0x[0-9a-f]{6,}", str(outputs))
    if address:
        first = cell.source.splitlines()[0]
        raise ValueError(f"cell {first!r} shows a memory address ({address[0]})")
    return outputs


def execute(path: Path) -> None:
    """Run a notebook from the top, in its folder, and store its outputs.

    Raises:
        CellExecutionError: a cell failed; the file stays as it was.
        CellTimeoutError: a cell took longer than `CELL_TIMEOUT`; the file stays as it was.
    """
    notebook = nbformat.read(path, as_version=4)
    environment = os.environ | EXECUTION_ENVIRONMENT
    client = NotebookClient(notebook, timeout=CELL_TIMEOUT, record_timing=False)
    client.extra_arguments = ["--IPKernelApp.log_level=ERROR"]
    client.resources = {"metadata": {"path": str(path.parent)}}
    client.execute(env=environment)
    write_atomically(path, normal_text(nbformat.writes(notebook)))


def write_atomically(path: Path, text: str) -> None:
    """Replace the file at once, so that no reader ever sees half of it."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    temporary.write_text(text, encoding="utf-8", newline="\n")
    os.replace(temporary, path)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tools.notebooks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("action", choices=["normalise", "check", "run"])
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
    options = parser.parse_args(arguments)
    status = 0
    for path in options.files or all_notebooks():
        try:
            if options.action == "run":
                print(f"running {path} …", flush=True)
                execute(path)
            text = path.read_text(encoding="utf-8")
            normal = normal_text(text)
        except (OSError, ValueError, CellExecutionError, CellTimeoutError) as error:
            print(f"{path}: {error}", file=sys.stderr)
            status = 1
            continue
        if normal != text and options.action == "check":
            print(
                f"{path}: not in normal form; `python -m tools.notebooks normalise` mends it"
            )
            status = 1
        elif normal != text:
            write_atomically(path, normal)
            print(f"{path}: normalised")
    return status


if __name__ == "__main__":
    sys.exit(main())
