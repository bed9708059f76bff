import pytest

from tools import book


@pytest.fixture(scope="session")
def html(tmp_path_factory):
    """The folder of the built book's pages."""
    return book.build(tmp_path_factory.mktemp("book")).parent
