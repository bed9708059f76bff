"""Release the assignments: ``python -m tools.release [FOLDER]``.

nbgrader makes the student versions in ``solutions/`` into those of ``exercises/`` (or of
another folder). It works in a temporary course with a database of its own, so that neither a
class that is being graded here nor an old release can be in the way.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

from nbgrader.apps import NbGraderAPI

from rnngrader.course import activate_environment, load_config
from tools.notebooks import normal_text, write_atomically

ROOT = Path(__file__).resolve().parent.parent


def assignments() -> list[str]:
    """The names of the assignments, in order."""
    return sorted(
        p.name for p in (ROOT / "solutions").iterdir() if any(p.glob("*.ipynb"))
    )


def release(destination: Path) -> list[str]:
    """Write the student versions of all assignments to ``destination``.

    What stood there is replaced only after every assignment could be made.

    Args:
        destination: a folder, made if there is none.

    Returns:
        The names of the assignments.

    Raises:
        RuntimeError: nbgrader could not make one; says why.
    """
    activate_environment()
    destination = destination.resolve()
    with tempfile.TemporaryDirectory() as course:
        shutil.copytree(ROOT / "solutions", Path(course) / "solutions")
        config = load_config(ROOT)
        config.CourseDirectory.root = course
        api = NbGraderAPI(config=config)
        made = Path(course) / "exercises"
        for name in assignments():
            done = api.generate_assignment(name, force=True, create=True)
            if not done["success"]:
                raise RuntimeError(
                    f"releasing {name}: {done.get('error') or done.get('log')}"
                )
        for path in sorted(made.rglob("*.ipynb")):
            write_atomically(path, normal_text(path.read_text(encoding="utf-8")))
        _replace(made, destination)
    return assignments()


def _replace(made: Path, destination: Path) -> None:
    """Put the tree ``made`` in the place of ``destination``."""
    staged = destination.with_name(f".{destination.name}.{os.getpid()}")
    shutil.copytree(made, staged)
    if destination.exists():
        shutil.rmtree(destination)
    os.replace(staged, destination)


def main(arguments: list[str]) -> int:
    destination = Path(arguments[0]) if arguments else ROOT / "exercises"
    for name in release(destination):
        print(f"released {name} to {destination / name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
