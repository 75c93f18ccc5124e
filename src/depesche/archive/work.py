"""What is done with one document, in this process or in one of a pool: bytes -> given -> Reading -> output.

In: a Job, which says how, and documents. Out: Made, in the form that the job asks for, or why it couldn't be made.
Never: a state that one document leaves behind for the next.
"""

from __future__ import annotations

import datetime as dt
import signal
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from depesche import readers
from depesche.archive.documents import Document, Fault, Given, given, identity
from depesche.plugins import Reader
from depesche.settings import Settings
from depesche.words.copy import Reading

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

Form = Literal["text", "jsonl", "html"]

FAULTS = (
    ArithmeticError, AssertionError, AttributeError, BufferError, EOFError, LookupError, MemoryError, NameError,
    OSError, RuntimeError, TypeError, ValueError,
)  # fmt: skip
"""What a reader may stumble over in one document. Anything else ends its process, and the pool starts another."""


class PoolError(RuntimeError):
    """No process can be started; the message is for people."""


class Job(Struct, frozen=True):
    """How documents are read and shown."""

    settings: Settings
    reader: str = ""
    form: Form = "jsonl"
    language: str = ""
    published: dt.date | None = None
    width: int = 80
    colour: bool = False


class Made(Struct, frozen=True):
    """The output of one document; `fault` says why it couldn't be read."""

    number: int
    place: str
    size: int
    output: bytes
    fault: str = ""


def make(job: Job, reader: Reader, document: Document) -> Made:
    """Read one document."""
    try:
        text = given(document, job.settings.max_copy)
        language, day = text.language or job.language, text.published or job.published
        found = reader.read(text.text, language=language or None, published=day, title=text.title or None)
        output = _shown(job, document, text, found, day)
    except Fault as error:
        return failed(job, document, str(error))
    except FAULTS as error:
        return failed(job, document, f"the reader failed: {type(error).__name__}: {error}")
    return Made(document.number, document.place, document.size, output)


def failed(job: Job, document: Document, why: str) -> Made:
    """What stands in the place of a document that couldn't be read; text for people has it on standard error."""
    name, output = identity(document), b""
    if job.form == "jsonl":
        from depesche.archive import rows

        output = rows.fault(document.file, name, why)
    elif job.form == "html":
        from depesche.archive import page

        output = page.fault(document.number + 1, name, why)
    return Made(document.number, document.place, document.size, output, why)


def process(connection: Connection, job: Job) -> None:
    """A process of the pool: read batches until nobody sends any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the process that has the results
    reader = readers.choose(job.settings, job.reader)
    connection.send(True)  # ready
    while True:
        try:
            batch: list[Document] = connection.recv()
        except EOFError:
            return
        for document in batch:
            try:
                made = make(job, reader, document)
            except BaseException as error:
                connection.send(failed(job, document, f"the reader failed: {type(error).__name__}: {error}"))
                connection.send(False)  # ends, and no other document is to blame
                raise
            connection.send(made)


def _shown(job: Job, document: Document, text: Given, found: Reading, day: dt.date | None) -> bytes:
    from msgspec.structs import replace

    text = replace(text, published=day)
    if job.form == "jsonl":
        from depesche.archive import rows

        return rows.row(document.file, text, found)
    if job.form == "html":
        from depesche.archive import page

        return page.section(document.number + 1, text, found)
    from depesche.archive.marked import marked

    return marked(document.file, text, found, width=job.width, colour=job.colour)
