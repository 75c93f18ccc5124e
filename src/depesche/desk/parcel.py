"""A parcel: what lies beside a story's journal and is no entry of it, in a folder that goes along with an export.

In: a story. Out: `pictures/{id}.webp` and `copy.jsonl` with the copy that the story used, each version with the bytes
as they came. And back: every digest is checked before anything is taken, pictures are rendered anew from their masters.
Never: a file that the story doesn't name, or a rendition made by somebody else.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import Struct
from sqlalchemy import select

from depesche.desk.access import SYSTEM, Actor
from depesche.desk.desk import Desk, Done
from depesche.desk.develop import Unusable
from depesche.desk.media import Media
from depesche.journal import stock, views
from depesche.journal import tables as t
from depesche.journal.errors import JournalError
from depesche.journal.log import Journal
from depesche.words.commands import ReceiveCopy
from depesche.words.copy import Copy
from depesche.words.decide.limits import MOST_VERSION
from depesche.words.text import clean_struct

PICTURES, COPY = "pictures", "copy.jsonl"
MOST_LINE = 40_000_000
"""Bytes of a line: copy of 2 MB as text and once more as it came, in base64."""
_PICTURE = re.compile(r"([0-9a-f]{64})\.webp")
_NAMES = uuid.UUID("e2d6b0de-0d0c-4b1c-9b3e-6a0a5e0a7f11")
"""The name space of the commands' ids, so that a parcel that is unpacked twice is unpacked once."""
_UNPACKER = Actor(id=SYSTEM, name="Depesche", role="editor")


class ParcelRefused(JournalError):
    """This folder can't be taken in; the sentence says which file, and why."""


class Piece(Struct, frozen=True, omit_defaults=True):
    """A version of copy, and the bytes as they came (base64 in the file)."""

    copy: Copy
    content: bytes | None = None


class Contents(Struct, frozen=True):
    """What a folder holds, each digest checked: masters by the id of their picture, and copy."""

    pictures: dict[str, Path]
    copies: tuple[Piece, ...]


def pack(journal: Journal, media: Media, story: str, folder: Path) -> tuple[int, int]:
    """Write the story's pictures and copy into this folder; how many. Raises ParcelRefused."""
    try:
        (folder / PICTURES).mkdir(parents=True, exist_ok=True)
        pictures = 0
        for identity in _pictures(journal, story):
            master = media.master(identity)
            if master is not None:
                (folder / PICTURES / f"{identity}.webp").write_bytes(master)
                pictures += 1
        pieces = list(_copies(journal, story))
        (folder / COPY).write_bytes(b"".join(msgspec.json.encode(each) + b"\n" for each in pieces))
    except OSError as error:
        raise ParcelRefused(f"{folder} can't be written: {error.strerror}.") from error
    return pictures, len(pieces)


def look(folder: Path) -> Contents:
    """What is in this folder. Raises ParcelRefused at the first thing whose digest doesn't fit."""
    try:
        pictures = {}
        for file in sorted((folder / PICTURES).glob("*")):
            match = _PICTURE.fullmatch(file.name)
            if match is None:
                raise ParcelRefused(f"{file} is no picture of a parcel.")
            if hashlib.sha256(file.read_bytes()).hexdigest() != match[1]:
                raise ParcelRefused(f"{file} was altered: its digest isn't its name.")
            pictures[match[1]] = file
        copies = tuple(_pieces(folder / COPY)) if (folder / COPY).exists() else ()
    except OSError as error:
        raise ParcelRefused(f"{folder} can't be read: {error.strerror}.") from error
    return Contents(pictures, copies)


def unpack(desk: Desk, media: Media, story: str, contents: Contents) -> list[str]:
    """Take in what the story names; what couldn't be taken or is missing, in words. Blocks."""
    amiss = []
    for identity in _pictures(desk.journal, story):
        file = contents.pictures.get(identity)
        if file is None:
            amiss.append(f"picture {identity[:12]} isn't in the folder")
            continue
        kept = media.restore(identity, file.read_bytes(), actor=_UNPACKER)
        if isinstance(kept, Unusable):
            amiss.append(f"picture {identity[:12]}: {kept.reason}")
    with desk.journal.reading() as connection:
        named = {*views.taken(connection, story)}
        known = {
            (each.copy.id, each.copy.version): each.copy for name in named for each in views.versions(connection, name)
        }
    for piece in contents.copies:
        copy = clean_struct(piece.copy)
        if copy.id not in named:
            continue
        before = known.get((copy.id, copy.version))
        if before is not None:
            if (before.title, before.text, before.canceled) != (copy.title, copy.text, copy.canceled):
                amiss.append(f"copy {copy.id[:12]}, version {copy.version}: another text is here already")
            continue
        _receive(desk, piece, copy)
    return amiss


def _receive(desk: Desk, piece: Piece, copy: Copy) -> None:
    if piece.content is not None:
        with desk.journal.shelving() as connection:
            stock.keep_blob(connection, copy.blob, piece.content, desk.clock())
    command = ReceiveCopy(copy)
    identity = str(uuid.uuid5(_NAMES, msgspec.json.encode(command).decode()))
    done = desk.handle(command, _UNPACKER, story="", command_id=identity)
    if not isinstance(done, Done):
        raise AssertionError("copy is only ever added")


def _pictures(journal: Journal, story: str) -> list[str]:
    asked = select(t.picture.c.media).where(t.picture.c.story == story).distinct().order_by(t.picture.c.media)
    with journal.reading() as connection:
        return list(connection.execute(asked).scalars())


def _copies(journal: Journal, story: str) -> Iterator[Piece]:
    with journal.reading() as connection:
        for identity in views.taken(connection, story):
            for view in views.versions(connection, identity):
                yield Piece(view.copy, stock.blob(connection, view.copy.blob) if view.copy.blob else None)


def _pieces(file: Path) -> Iterator[Piece]:
    decoder = msgspec.json.Decoder(Piece)
    with file.open("rb") as lines:
        number = 0
        while raw := lines.readline(MOST_LINE + 1):
            number += 1
            try:
                piece = decoder.decode(raw)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                raise ParcelRefused(f"{file}, line {number} is no copy.") from error
            fits = piece.content is None or hashlib.sha256(piece.content).hexdigest() == piece.copy.blob
            if not fits or not 1 <= piece.copy.version <= MOST_VERSION:
                raise ParcelRefused(f"{file}, line {number} was altered: its bytes don't fit their digest.")
            yield piece
