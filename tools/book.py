"""Build the book: ``python -m tools.book [OUTPUT]``. A warning is an error."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUTPUT = ROOT / "build" / "book"


def build(output: Path = OUTPUT) -> Path:
    """Build the book into ``output`` and return the path of its first page.

    Raises:
        subprocess.CalledProcessError: jupyter-book found something wrong; it has said what.
    """
    # always from scratch: Sphinx does not repeat the warnings of pages that it has cached
    shutil.rmtree(output / "_build", ignore_errors=True)
    program = Path(sys.executable).with_name("jupyter-book")
    command = [str(program), "build", str(ROOT / "book")]
    command += ["--config", str(ROOT / "_config.yml"), "--path-output", str(output)]
    subprocess.run([*command, "-W", "--keep-going", "-q"], check=True)
    return output / "_build" / "html" / "index.html"


if __name__ == "__main__":
    try:
        print(build(*map(Path, sys.argv[1:2])))
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)
