"""The course folder: its nbgrader configuration, its assignments, who has handed in."""

import os
import sys
from difflib import get_close_matches
from pathlib import Path

import nbformat
from traitlets.config import Config, PyFileConfigLoader

CONFIG = "nbgrader_config.py"


class CourseError(Exception):
    """Something about the course folder is not as it should be; says what to do."""


def activate_environment() -> None:
    """Put this interpreter's programs first on PATH: nbgrader calls a bare ``alembic``."""
    programs = str(Path(sys.executable).parent)
    path = os.environ.get("PATH", "")
    if programs not in path.split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([programs, path])


def load_config(root: Path) -> Config:
    """Read ``nbgrader_config.py`` in ``root``, and take ``root`` as the course folder.

    Raises:
        CourseError: there is no such file.
    """
    if not (root / CONFIG).is_file():
        raise CourseError(f"{root} is not a course folder: it has no {CONFIG}")
    config = PyFileConfigLoader(CONFIG, path=str(root)).load_config()
    config.CourseDirectory.root = str(root.resolve())
    return config


def step_folder(root: Path, config: Config, step: str) -> Path:
    """The folder of a step of nbgrader's workflow: source, submitted, autograded or feedback."""
    return root / config.CourseDirectory.get(f"{step}_directory", step)


def require_assignment(root: Path, config: Config, name: str) -> str:
    """Return ``name`` if the course has an assignment of that name.

    Raises:
        CourseError: it has not; names those it has, and the likeliest one.
    """
    source = step_folder(root, config, "source")
    known = sorted(p.name for p in source.glob("*") if any(p.glob("*.ipynb")))
    if name not in known:
        near = get_close_matches(name, known, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        there = ", ".join(known) or "none"
        raise CourseError(
            f"no assignment {name!r} in {source} (there is: {there}){hint}"
        )
    return name


def graded_cells(root: Path, config: Config, name: str) -> dict[str, bool]:
    """The graded cells of an assignment in reading order: grade_id → is a person to grade it?"""
    cells = {}
    for path in sorted((step_folder(root, config, "source") / name).glob("*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            metadata = cell.metadata.get("nbgrader", {})
            if metadata.get("grade"):
                cells[metadata["grade_id"]] = bool(metadata.get("solution"))
    return cells


def submissions(root: Path, config: Config, name: str) -> list[str]:
    """The students who have handed in ``name``, in order."""
    found = step_folder(root, config, "submitted").glob(f"*/{name}")
    return sorted(path.parent.name for path in found if path.is_dir())
