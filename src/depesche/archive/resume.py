"""Going on after a kill: an output that ends somewhere -> how many documents it holds, and where its last line ends.

In: a file of JSON lines that `depesche read` wrote, and the same documents again. Out: the documents that are still
missing. Never: a line twice, a line lost, or lines of other documents behind those that are there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import msgspec
from msgspec import Struct

from depesche.archive.documents import Document, identity


class Kept(Struct, frozen=True):
    """What an output holds already: whole lines, their bytes, how many of them tell of a fault, and the last id."""

    lines: int = 0
    size: int = 0
    faults: int = 0
    last: str = ""


class OtherDocuments(ValueError):
    """The output was made from other documents; the message is for people."""


class _Row(Struct, frozen=True):
    id: str
    error: str | None


def kept(stream: BinaryIO) -> Kept:
    """What is whole in this output; what comes behind was cut off by the kill."""
    lines = size = faults = 0
    last = ""
    for line in stream:
        if not line.endswith(b"\n"):
            break
        try:
            row = msgspec.json.decode(line, type=_Row)
        except (msgspec.MsgspecError, UnicodeError):
            break
        lines, size, faults, last = lines + 1, size + len(line), faults + (row.error is not None), row.id
    return Kept(lines, size, faults, last)


def behind(documents: Iterator[Document], done: Kept) -> Iterator[Document]:
    """The documents that come behind what is done. Raises OtherDocuments."""
    document = None
    for _ in range(done.lines):
        document = next(documents, None)
        if document is None:
            raise OtherDocuments("has more lines than there are documents")
    if document is not None and identity(document) != done.last:
        raise OtherDocuments(f"ends with {done.last!r} where {identity(document)!r} comes next")
    return documents
