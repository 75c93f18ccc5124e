"""What can go wrong with a journal, each as one exception with a sentence for people: what happened, what to do.

In: errors of SQLAlchemy, SQLite and PostgreSQL. Out: a JournalError. Never: a driver's error that an editor has to
read, or a statement's parameters (somebody's words) in a log.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.exc import DatabaseError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

MESSAGE = "the journal is append-only"
"""What the guard says of anything else than appending."""
KNOWN = "the command is known"
"""What the guard on the table of entries says of a command's id that stands there already."""
BUSY, LOCKED, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB = 5, 6, 8, 10, 11, 13, 14, 26
"""Primary result codes of SQLite (https://www.sqlite.org/rescode.html)."""


class JournalError(Exception):
    """Something is wrong with the journal; its text is a sentence for people, `retry` says that trying again helps."""

    sentence = "The journal can't be used."
    retry = False

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence or self.sentence)


class JournalLocked(JournalError):
    """Another process, or a long import, holds the database."""

    sentence = "The journal is busy with another write. Nothing was stored; try again in a few seconds."
    retry = True


class JournalFull(JournalError):
    """No room is left on the disk."""

    sentence = "The disk is full. Nothing was stored; make room on the disk of the database, then try again."
    retry = True


class JournalDamaged(JournalError):
    """The database file is not what it was."""

    sentence = "The database file is damaged. Stop Depesche, keep the file, and restore the latest backup."


class JournalReadOnly(JournalError):
    """The file or its folder may not be written."""

    sentence = "The database can't be written. Give Depesche's user the right to write the file and its folder."


class JournalMissing(JournalError):
    """The database can't be opened at all."""

    sentence = "The database can't be opened. Check that its folder exists and belongs to Depesche's user."


class JournalGone(JournalMissing):
    """The database's file isn't where it was opened any more."""

    sentence = "The database was removed or replaced while Depesche ran. Put the file back, then restart Depesche."


class JournalBroken(JournalError):
    """The disk failed while reading or writing."""

    sentence = "The disk failed while the database was used. Nothing was stored; check the disk, then run verify."
    retry = True


class JournalUnreachable(JournalError):
    """The database's server can't be reached, or the connection broke: perhaps after it had stored what was sent."""

    sentence = "The database can't be reached. Try again in a few seconds: what was stored isn't stored twice."
    retry = True


class JournalRace(JournalError):
    """Another node wrote the same thing at the same moment."""

    sentence = "Somebody else wrote the same thing at the same moment. Nothing was stored; try again."
    retry = True


class JournalNewer(JournalError):
    """The database was written by a later release."""

    sentence = "This database was written by a newer release of Depesche. Install that release or a later one."


class FormError(JournalError):
    """A change can't be written in the journal's form, or bytes are not a change in that form."""

    sentence = "This is not an entry in the form of the journal."


class SlugTaken(JournalError):
    """Another story has this address, or had it."""

    def __init__(self, slug: str) -> None:
        super().__init__(f"The address “{slug}” belongs to another story. Choose another one.")
        self.slug = slug


class CommandKnown(JournalError):
    """This command's id stands in the journal already."""

    sentence = "This command was carried out already. Ask for its receipt."


_BY_CODE: dict[int, type[JournalError]] = {
    BUSY: JournalLocked,
    LOCKED: JournalLocked,
    READONLY: JournalReadOnly,
    IOERR: JournalBroken,
    CORRUPT: JournalDamaged,
    FULL: JournalFull,
    CANTOPEN: JournalMissing,
    NOTADB: JournalDamaged,
}


_BY_STATE: dict[str, type[JournalError]] = {
    "08": JournalUnreachable,
    "57P": JournalUnreachable,  # the server stops, crashed, starts, or the database was dropped
    "53300": JournalUnreachable,  # no connection is left
    "25P03": JournalUnreachable,  # it ended our session, because we held a lock without a word
    "53100": JournalFull,
    "55P03": JournalLocked,
    "57014": JournalLocked,  # a query took too long
    "40": JournalLocked,  # a deadlock, or a replica that had to cancel a query
    "23505": JournalRace,
    "25006": JournalReadOnly,
    "42501": JournalReadOnly,
    "58030": JournalBroken,
    "XX001": JournalDamaged,
    "XX002": JournalDamaged,
}
"""Codes of PostgreSQL, or how they begin (https://www.postgresql.org/docs/current/errcodes-appendix.html)."""
_ELSEWHERE: dict[type[JournalError], tuple[str, bool]] = {
    JournalFull: ("The disk of the database's server is full. Nothing was stored; make room there.", True),
    JournalReadOnly: ("The database refuses to be written: {}. Look at the rights of Depesche's user.", True),
    JournalBroken: ("The disk of the database's server failed: {}. Look at its log, then run verify.", True),
    JournalDamaged: (
        "The database is damaged: {}. Stop Depesche, keep the files, and restore the latest backup.",
        False,
    ),
}
"""What is said where the file isn't ours to look at, and whether trying again may help (a failover can end it)."""


def told(error: Exception) -> JournalError:
    """This error of the database as a sentence for people."""
    if isinstance(error, PoolTimeout):
        return JournalLocked()
    cause = getattr(error, "orig", error)
    if hasattr(cause, "sqlstate"):
        return _told_by_postgres(error, cause)
    text = str(cause)
    if isinstance(cause, sqlite3.IntegrityError) and KNOWN in text:
        return CommandKnown()
    if text.startswith("Could not decode to UTF-8"):  # Python's sqlite3 says so, without a code of SQLite's
        return JournalDamaged()
    code = getattr(cause, "sqlite_errorcode", None)
    kind = _BY_CODE.get(code & 0xFF, JournalError) if isinstance(code, int) else JournalError
    return kind() if kind is not JournalError else JournalError(f"The database refused: {text}.")


def _told_by_postgres(error: Exception, cause: Any) -> JournalError:
    """From psycopg's error. Its own text isn't used: it may quote a row."""
    state, diagnosis = cause.sqlstate or "", cause.diag
    said = diagnosis.message_primary or ""
    if MESSAGE in said:
        return JournalError(f"The database refused: {MESSAGE}.")
    if diagnosis.constraint_name == "entry_command_key":
        return CommandKnown()
    if not state and isinstance(error, OperationalError | InterfaceError):  # psycopg found no server to tell it
        return JournalUnreachable()
    kind = next((kind for start, kind in _BY_STATE.items() if state.startswith(start)), JournalError)
    if kind in _ELSEWHERE:
        sentence, retry = _ELSEWHERE[kind]
        found = kind(sentence.format(said))
        found.retry = retry
        return found
    return kind() if kind is not JournalError else JournalError(f"The database refused ({state or 'driver'}): {said}.")


@contextmanager
def telling() -> Iterator[None]:
    """Turn the database's errors inside this block into JournalErrors."""
    try:
        yield
    except (DatabaseError, InterfaceError, PoolTimeout, sqlite3.Error) as error:
        # PostgreSQL's errors quote the row that they are about: no log may show them as the cause
        quotes = getattr(getattr(getattr(error, "orig", None), "diag", None), "message_detail", None)
        raise told(error) from (None if quotes else error)
