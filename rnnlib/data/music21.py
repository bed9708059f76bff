"""The wheel of ``music21``, read as data: it carries chorales and fiddle tunes."""

from rnnlib.data.wheels import Wheel

WHEEL = Wheel(
    package="music21",
    version="10.5.1",
    filename="music21-10.5.1-py3-none-any.whl",
    sha256="dc3309498c4c95cebdf8d4f20c868deb6b63bce1d929cad4f51a7ccc982987b1",
)
