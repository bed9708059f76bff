"""The course folder: its nbgrader configuration, its assignments, who has handed in."""

import os
import sys
from difflib import get_close_matches
from pathlib import Path

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


def require_assignment(root: Path, config: Config, name: str) -> str:
    """Return ``name`` if the course has an assignment of that name.

    Raises:
        CourseError: it has not; names those it has, and the likeliest one.
    """
    source = root / config.CourseDirectory.get("source_directory", "source")
    known = sorted(p.name for p in source.glob("*") if any(p.glob("*.ipynb")))
    if name not in known:
        near = get_close_matches(name, known, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise CourseError(
            f"no assignment {name!r} in {source} (there is: {known}){hint}"
        )
    return name


def submissions(root: Path, config: Config, name: str) -> list[str]:
    """The students who have handed in ``name``, in order."""
    folder = root / config.CourseDirectory.get("submitted_directory", "submitted")
    return sorted(p.parent.name for p in folder.glob(f"*/{name}") if p.is_dir())
