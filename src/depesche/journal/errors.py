"""What can go wrong with a journal, each as one exception with a sentence for people: what happened, what to do.

In: errors of SQLAlchemy and of SQLite. Out: a JournalError. Never: a driver's error that an editor has to read, or a
statement's parameters (somebody's words) in a log.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DatabaseError, IntegrityError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeout

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


def told(error: Exception) -> JournalError:
    """This error of the database as a sentence for people."""
    if isinstance(error, PoolTimeout):
        return JournalLocked()
    cause = getattr(error, "orig", error)
    text = str(cause)
    if isinstance(error, IntegrityError) and (KNOWN in text or "entry_command" in text):
        return CommandKnown()
    if text.startswith("Could not decode to UTF-8"):  # Python's sqlite3 says so, without a code of SQLite's
        return JournalDamaged()
    code = getattr(cause, "sqlite_errorcode", None)
    kind = _BY_CODE.get(code & 0xFF, JournalError) if isinstance(code, int) else JournalError
    return kind() if kind is not JournalError else JournalError(f"The database refused: {text}.")


@contextmanager
def telling() -> Iterator[None]:
    """Turn the database's errors inside this block into JournalErrors."""
    try:
        yield
    except (DatabaseError, InterfaceError, PoolTimeout) as error:
        raise told(error) from error
