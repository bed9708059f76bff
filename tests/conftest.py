"""Shared set-up: every shape annotation of rnnlib is checked while the tests run."""

from pathlib import Path

import jaxtyping
import pytest
from jaxtyping import install_import_hook

install_import_hook("rnnlib", "beartype.beartype")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the project."""
    return ROOT


@pytest.fixture
def no_type_checks():
    """Readers run without the tests' type and shape checks; this runs as they do."""
    before = jaxtyping.config.jaxtyping_disable
    jaxtyping.config.update("jaxtyping_disable", True)
    yield
    jaxtyping.config.update("jaxtyping_disable", before)
