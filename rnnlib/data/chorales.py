"""Bach's chorales for four voices, from MusicXML.

The source has one compressed score a chorale. What is read, and how:

- scores in which the parts Soprano, Alto, Tenor and Bass occur once each; other parts, which
  are instruments, are left out;
- a note is its MIDI number and its length in quarter notes, a rest a length alone; tied notes
  are one note;
- grace notes, which have no length, are left out; repeats are not played twice;
- of two scores with the same notes only the first is kept.
"""

import io
import zipfile
from fractions import Fraction
from pathlib import PurePosixPath
from xml.etree import ElementTree

from rnnlib.data.kinds import Note, Scores
from rnnlib.data.music21 import WHEEL
from rnnlib.data.wheels import read_members

VOICES = ("Soprano", "Alto", "Tenor", "Bass")
SEMITONES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}

Chorale = dict[str, tuple[Note, ...]]


def load_chorales() -> Scores:
    """Return number in Bach's catalogue, ``"bwv269"``, → voice → notes.

    Raises:
        DataError: the wheel is not in the cache and cannot be downloaded.
    """
    pieces: dict[str, Chorale] = {}
    for path, content in read_members(WHEEL, "corpus/bach/*.mxl").items():
        chorale = read_score(_unpack(content))
        if chorale and chorale not in pieces.values():
            pieces[PurePosixPath(path).stem] = chorale
    return Scores(
        name="chorales",
        pieces=pieces,
        licence="music: public domain; encodings: by permission of the encoders, see the "
        "source; package: BSD 3-clause",
        source=WHEEL.source,
    )


def read_score(xml: str | bytes) -> Chorale:
    """Return voice → notes of one score; nothing if it is not for the four voices."""
    score = ElementTree.fromstring(xml)
    parts = [
        (part.findtext("part-name"), part.get("id"))
        for part in score.iterfind("part-list/score-part")
    ]
    names = [name for name, _ in parts]
    if any(names.count(voice) != 1 for voice in VOICES):
        return {}
    ids = dict(parts)
    return {
        voice: _read_part(score.find(f"part[@id='{ids[voice]}']")) for voice in VOICES
    }


def _unpack(mxl: bytes) -> bytes:
    """Take the score out of a compressed file, whose index says where it lies."""
    with zipfile.ZipFile(io.BytesIO(mxl)) as archive:
        index = ElementTree.fromstring(archive.read("META-INF/container.xml"))
        (root,) = index.iterfind(".//{*}rootfile")
        return archive.read(root.attrib["full-path"])


def _read_part(part: ElementTree.Element | None) -> tuple[Note, ...]:
    if part is None:
        return ()
    notes: list[Note] = []
    divisions = 1
    for element in part.iter():
        if element.tag == "divisions":
            divisions = int(element.text or 1)
        elif element.tag in ("note", "forward") and element.find("grace") is None:
            length = Fraction(int(element.findtext("duration") or 0), divisions)
            pitch = _midi_number(element.find("pitch"))
            if element.find("tie[@type='stop']") is not None:
                length += notes.pop().duration
            notes.append(Note(pitch, length))
    return tuple(notes)


def _midi_number(pitch: ElementTree.Element | None) -> int | None:
    """Return the MIDI number of a pitch; None, a rest, where there is no pitch."""
    if pitch is None:
        return None
    octave = int(pitch.findtext("octave") or 0)
    alter = int(pitch.findtext("alter") or 0)
    return 12 * (octave + 1) + SEMITONES[pitch.findtext("step") or "C"] + alter
