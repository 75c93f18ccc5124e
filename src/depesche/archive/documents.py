"""Where texts come from: files, folders, standard input, JSON lines -> one Document after the other.

In: paths. Out: bytes with the place they stand at, always in the same order, or the reason why they can't be had.
Never: more than one document in memory, a link that is followed in circles, or a file that is read without a bound.
"""

from __future__ import annotations

import datetime as dt
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec
from msgspec import Struct

from depesche.words.text import clean, decode

LINES = (".jsonl", ".ndjson")
"""Endings of files that hold a document a line."""
ESCAPED = 6
"""A byte of text takes up to six in JSON (\\u00e4)."""
BESIDE = 100_000
"""Bytes of a JSON line for everything but its text."""
_FOREIGN = (b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"{\\rtf", b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"\x1f\x8b")
"""First bytes of what lies beside texts in folders: PDF, office files, pictures, gzip."""


class Document(Struct, frozen=True):
    """One text as it was found: the bytes of a file, or of a line of JSON when `line` isn't 0."""

    number: int
    file: str
    data: bytes = b""
    line: int = 0
    size: int = 0
    fault: str = ""

    @property
    def place(self) -> str:
        """Where it stands, for people and as an id."""
        return f"{self.file}:{self.line}" if self.line else self.file


class Given(Struct, frozen=True):
    """A document's text and what was said beside it."""

    id: str
    text: str
    language: str = ""
    published: dt.date | None = None
    title: str = ""
    notes: tuple[str, ...] = ()


class Fault(ValueError):
    """This document can't be read; the message says why."""


class _Line(Struct, frozen=True):
    text: str
    id: str | int | None = None
    language: str | None = None
    published: str | None = None
    title: str | None = None


class _Named(Struct, frozen=True):
    id: str | int | None = None


def documents(paths: Iterable[Path], *, most: int, lines: bool = False) -> Iterator[Document]:
    """All documents below these paths, numbered from 0; `most` bytes of each, `lines`: all of them are JSON lines."""
    number = 0
    for path in paths:
        for found in _found(path, most, lines):
            yield msgspec.structs.replace(found, number=number)
            number += 1


def weight(paths: Iterable[Path]) -> int | None:
    """All bytes below these paths; None when nobody can know."""
    total = 0
    for path in paths:
        if str(path) == "-" or (path.exists() and not (path.is_file() or path.is_dir())):
            return None
        total += sum(each.stat().st_size for each in _files(path) if isinstance(each, Path) and each.is_file())
    return total


def identity(document: Document) -> str:
    """The id that a document carries in the output, whether or not it can be read."""
    if not document.line or document.fault:
        return document.place
    try:
        named = msgspec.json.decode(document.data, type=_Named).id
    except (msgspec.MsgspecError, UnicodeError):
        named = None
    return clean(str(named))[0] if named not in (None, "") else document.place


def given(document: Document, most: int) -> Given:
    """The text of a document. Raises Fault."""
    if document.fault:
        raise Fault(document.fault)
    if document.line:
        return _of_line(document, most)
    if document.data.startswith(_FOREIGN):
        raise Fault("isn't text")
    text, notes = decode(document.data)
    return Given(document.place, text, notes=notes)


def _of_line(document: Document, most: int) -> Given:
    try:
        line = msgspec.json.decode(document.data, type=_Line)
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise Fault(f"isn't a JSON line with a text: {error}") from error
    if len(line.text.encode("utf-8", "replace")) > most:
        raise Fault(_too_long(most))
    text, notes = clean(line.text)
    title = clean(line.title or "")[0]
    return Given(identity(document), text, clean(line.language or "")[0], _day(line.published), title, notes)


def _day(published: str | None) -> dt.date | None:
    if not published:
        return None
    try:
        return dt.date.fromisoformat(published[:10])
    except ValueError as error:
        raise Fault("its day of publication isn't written as 2026-01-31") from error


def _found(path: Path, most: int, lines: bool) -> Iterator[Document]:
    if str(path) == "-":
        yield from _of_lines("-", sys.stdin.buffer, most) if lines else [_of_text("-", sys.stdin.buffer, most)]
        return
    for file in _files(path):
        if isinstance(file, Document):
            yield file
            continue
        try:
            with file.open("rb") as stream:
                if lines or file.suffix.lower() in LINES:
                    yield from _of_lines(str(file), stream, most)
                else:
                    yield _of_text(str(file), stream, most)
        except OSError as error:
            yield Document(0, str(file), fault=f"can't be read: {error.strerror}")


def _files(path: Path) -> Iterator[Path | Document]:
    """The file, or all files below the folder by name; hidden ones and links to folders are left out."""
    if not path.is_dir():
        yield path
        return
    try:
        inside = sorted(os.scandir(path), key=lambda entry: entry.name)
    except OSError as error:
        yield Document(0, str(path), fault=f"can't be read: {error.strerror}")
        return
    for entry in inside:
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _files(Path(entry.path))
        elif entry.is_file() or (entry.is_symlink() and not entry.is_dir()):
            yield Path(entry.path)


def _of_text(file: str, stream: BinaryIO, most: int) -> Document:
    data = stream.read(most + 1)
    if len(data) > most:
        return Document(0, file, size=_size(stream, len(data)), fault=_too_long(most))
    return Document(0, file, data, size=len(data))


def _size(stream: BinaryIO, known: int) -> int:
    status = os.fstat(stream.fileno())
    return status.st_size if stat.S_ISREG(status.st_mode) else known


def _of_lines(file: str, stream: BinaryIO, most: int) -> Iterator[Document]:
    limit = most * ESCAPED + BESIDE
    number = 0
    while line := stream.readline(limit):
        number += 1
        size, whole = len(line), line.endswith(b"\n") or len(line) < limit
        rest = b"" if whole else line
        while rest and not rest.endswith(b"\n"):
            rest = stream.readline(limit)
            size += len(rest)
        if not whole:
            yield Document(0, file, line=number, size=size, fault=_too_long(most))
        elif line.strip():
            yield Document(0, file, line, line=number, size=size)


def _too_long(most: int) -> str:
    return f"is longer than {most:,} bytes (the setting max_copy)"
