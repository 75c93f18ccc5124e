"""Where words that were erased may still stand, as far as this machine can tell.

In: a journal and a story's id. Out: sentences for whoever has to carry out the order. Never: a promise that the list
is whole; backups, exports and other people's caches can't be seen from here.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from depesche.journal import tables as t
from depesche.journal.dump import FORMAT
from depesche.journal.log import Journal
from depesche.journal.views.copies import WIRE

_SQLITE = b"SQLite format 3\x00"
"""How every SQLite file begins (https://www.sqlite.org/fileformat2.html#magic_header_string)."""


def survivals(journal: Journal, story: str) -> list[str]:
    """Places where words of this story may still stand, one sentence each."""
    return [*_copy(journal, story), *_log(journal), *_server(journal), *_beside(journal.engines.file)]


def _copy(journal: Journal, story: str) -> list[str]:
    k, e = t.taken.c, t.entry.c
    body = (e.stream == WIRE) & (e.kind == "CopyReceived") & (e.object == "copy:" + k.copy)
    asked = select(k.copy).join(t.entry, body).where(k.story == story, e.body.is_not(None)).distinct().order_by(k.copy)
    with journal.reading() as connection:
        taken = connection.execute(asked).scalars().all()
    return [f"The story uses copy {copy}; its text stays in the stream “{WIRE}”." for copy in taken]


def _log(journal: Journal) -> list[str]:
    if not journal.log_due:
        return []
    return [f"{journal.engines.file}-wal still has old pages, because a reader needs them; the next write cuts it."]


def _server(journal: Journal) -> list[str]:
    """PostgreSQL writes a new row beside the old one, whose bytes stay in its files until the table is written anew."""
    if journal.engines.writer.dialect.name != "postgresql":
        return []
    return [
        "PostgreSQL's files keep old rows until the table is written anew: VACUUM FULL entry (writes wait for it).",
        "PostgreSQL's write-ahead log, its archive and its replicas keep them for as long as they are set to.",
    ]


def _beside(file: Path | None) -> list[str]:
    """Other databases and exports in the folder of the database: what people put there as a backup."""
    if file is None:
        return []
    own = {file.name, f"{file.name}-wal", f"{file.name}-shm"}
    found = []
    for path in sorted(file.parent.iterdir()):
        if path.name in own or not path.is_file():
            continue
        try:
            with path.open("rb") as opened:
                begin = opened.read(200)
        except OSError:
            continue
        if begin.startswith(_SQLITE) or FORMAT.encode() in begin:
            found.append(f"{path} looks like a backup or an export.")
    return found
