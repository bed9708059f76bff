"""Single files from public addresses, checked against their SHA-256.

A file is looked for in the folder that the environment variable ``RNNLIB_DATA`` names, then in
the data cache, and then it is downloaded, through pooch, into the cache.
"""

import os
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pooch

from rnnlib.data.wheels import DataError, cache_dir, sha256


@dataclass(frozen=True)
class Download:
    """A file: where it lies below the data folder, its address and the SHA-256 of its content."""

    path: str
    url: str
    sha256: str


def fetch_file(download: Download) -> Path:
    """Return the path of a file whose checksum is right, downloading it on first use.

    A file in the data cache with the wrong checksum (a truncated download, say) is fetched
    again. One in ``RNNLIB_DATA`` is the reader's: it is never touched.

    Raises:
        DataError: the file in ``RNNLIB_DATA`` has another checksum, or the download failed.
    """
    folder = os.environ.get("RNNLIB_DATA")
    if folder and (own := Path(folder) / download.path).exists():
        got = sha256(own)
        if got != download.sha256:
            raise DataError(
                f"{own} must have the sha256 {download.sha256}, got {got}: "
                f"it is truncated, or another version"
            )
        return own
    target = cache_dir() / PurePosixPath(download.path)
    pooch.get_logger().setLevel("WARNING")  # the progress bar says enough
    try:
        pooch.retrieve(
            download.url,
            f"sha256:{download.sha256}",
            fname=target.name,
            path=target.parent,
            progressbar=True,
        )
    except (OSError, ValueError) as error:  # no network; another checksum
        raise DataError(
            f"could not download {download.url}: {error}\n"
            f"Without a network, let RNNLIB_DATA name a folder that holds {download.path} "
            f"(sha256 {download.sha256})."
        ) from error
    return target
