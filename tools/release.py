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


def release(destination: Path, *, overwrite: bool = True) -> list[Path]:
    """Write the student versions of all assignments to ``destination``.

    Nothing is written before every assignment could be made, and nothing is deleted.

    Args:
        destination: a folder, made if there is none.
        overwrite: replace files that differ, which may hold somebody's answers.

    Returns:
        The files that differ from the release and were kept: none, if ``overwrite`` is set.

    Raises:
        RuntimeError: nbgrader could not make one; says why.
    """
    activate_environment()
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
        return _publish(made, destination, overwrite)


def _publish(made: Path, destination: Path, overwrite: bool) -> list[Path]:
    kept = []
    for path in sorted(p for p in made.rglob("*") if p.is_file()):
        target = destination / path.relative_to(made)
        if target.exists() and target.read_bytes() == path.read_bytes():
            continue
        if target.exists() and not overwrite:
            kept.append(target)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        staged = target.with_name(f".{target.name}.{os.getpid()}.tmp")
        shutil.copy(path, staged)
        os.replace(staged, target)
    return kept


def main(arguments: list[str]) -> int:
    destination = Path(arguments[0]) if arguments else ROOT / "exercises"
    release(destination)
    for name in assignments():
        print(f"released {name} to {destination / name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
