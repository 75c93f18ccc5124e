"""Who is who in an exported file: the names in its first line, signed by the house's key and checked against it.

In: a header with its names and a secret key; or a header from anywhere and the keys that somebody trusts. Out: a note;
or what the names are worth. The chains have parties by their ids alone, and the header stands outside of them: without
this note whoever passes a file on could say that somebody else had spoken (ADR 118). Never: names called signed that
aren't.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.json import Encoder

from depesche.journal import notes
from depesche.journal.notes import Note, PublicKey, SecretKey

if TYPE_CHECKING:
    from depesche.journal.dump import Header

_ENCODER = Encoder(order="sorted")
_ABOUT = "{}:names"
"""What a note about names has in the place of a stream: no stream's id has a colon, so that it is no checkpoint."""
MOST_KEYS = 5
"""Foreign keys that are listed."""


class Names(Struct, frozen=True):
    """What a file's names are worth: signed by `key` at `at` (UTC), or a `problem`; neither where it names nobody."""

    key: PublicKey | None = None
    at: str = ""
    problem: str = ""


def sign(header: Header, key: SecretKey, now: int) -> str:
    """The note that these are the house's names as it exports the story; `now` is microseconds UTC."""
    return str(notes.write(key, _ABOUT.format(header.stream), header.edition, _digest(header), now))


def check(header: Header, keys: Sequence[PublicKey]) -> Names:
    """What the names of this header are worth to whoever trusts these keys."""
    found = [note for note in notes.read(header.names_note) if note.stream == _ABOUT.format(header.stream)]
    signed = next(((note, key) for note in found if (key := notes.signer(note, keys)) is not None), None)
    if signed is None:
        return Names(problem=_unsigned(header, found, keys))
    note, key = signed
    if note.digest != _digest(header):
        return Names(problem=f"altered: they aren't what {key} signed at {note.at}.")
    if note.edition != header.edition:
        here = f"signed for edition {note.edition}, the file ends with {header.edition}"
        return Names(problem=f"of another export: they were {here}.")
    return Names(key, note.at)


def _unsigned(header: Header, found: Sequence[Note], keys: Sequence[PublicKey]) -> str:
    if not (header.names or header.parties or header.outlets):
        return ""  # nobody is named: there is nothing that could have been changed
    told = "whoever gave you this file may have changed who is who."
    if any(notes.claims_signer(note, keys) for note in found):
        return f"not signed: the signature doesn't fit, {told}"
    others = sorted({f"{each.name}+{each.id.hex()}" for note in found for each in note.signatures})
    if others:
        return f"signed by another key ({', '.join(others[:MOST_KEYS])}): {told}"
    return f"not signed: {told}"


def _digest(header: Header) -> bytes:
    """SHA-256 over the names as JSON in UTF-8: keys sorted, no blanks, nothing escaped that needn't be."""
    said = {"names": header.names, "outlets": header.outlets, "parties": header.parties}
    return hashlib.sha256(_ENCODER.encode(said)).digest()
