"""Shared set-up: every shape annotation of rnnlib is checked while the tests run."""

from pathlib import Path

import pytest
from jaxtyping import install_import_hook

install_import_hook("rnnlib", "beartype.beartype")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the project."""
    return ROOT
