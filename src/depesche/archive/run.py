"""Documents -> results, in this process when they are few, else in a pool; always in order.

In: a job and documents. Out: Made. A reader that isn't the built-in one always gets a process of its own, because
nobody knows what it may do; the built-in one is spared that for a handful of texts, which take less than a process.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from itertools import chain

from depesche import readers
from depesche.archive.documents import Document
from depesche.archive.work import Job, Made, make

FEW, FEW_BYTES = 16, 200_000
"""Documents and bytes that are read here and now: half a second's work."""


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run(job: Job, documents: Iterator[Document], *, workers: int = 0, first: int = 0) -> Generator[Made]:
    """The results, numbered on from `first`; 0 workers: as many as there are cores.

    Raises LookupError or SettingsError when there is no such reader, PoolError when no process can be started.
    """
    reader = readers.choose(job.settings, job.reader)
    known = isinstance(reader, readers.BuiltIn)
    head: list[Document] = []
    size = 0
    while len(head) < FEW and size < FEW_BYTES and (document := next(documents, None)) is not None:
        head.append(document)
        size += len(document.data)
    if known and (workers == 1 or (not workers and len(head) < FEW and size < FEW_BYTES)):
        yield from (make(job, reader, document) for document in chain(head, documents))
        return
    from depesche.archive.pool import Pool  # processes cost time to import, too

    with Pool(job, workers or cores()) as pool:
        yield from pool.read(chain(head, documents), first)
