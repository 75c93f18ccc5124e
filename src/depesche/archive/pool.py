"""A pool of processes that read documents: any number in, one Made each out, in order, with memory that stays flat.

In: documents, taken only as fast as results leave. Out: Made. A process that dies or takes too long costs the document
it was reading and nothing else: the rest of its batch is read by the process that takes its place. Own code, because
the pools of the standard library either hang or break as a whole when a process dies.
"""

from __future__ import annotations

import multiprocessing
import time
from collections import deque
from collections.abc import Iterator
from multiprocessing.connection import wait

from depesche.archive.documents import Document
from depesche.archive.work import Job, Made, PoolError, failed, process

BATCH, BATCH_BYTES = 16, 64_000
"""Documents and bytes sent to a process at once: some 50 ms of work, beside which a round trip is nothing."""
AHEAD, AHEAD_BYTES = 8, 64_000_000
"""Batches per process, and bytes altogether, that may wait behind a slow document."""
SECONDS = 120.0
"""For one document: two megabytes take the built-in reader a tenth of that."""


class _Worker:
    """One process and what it is reading."""

    def __init__(self, job: Job) -> None:
        context = multiprocessing.get_context("spawn")  # the only way that is safe beside threads, on every system
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=process, args=(theirs, job), daemon=True)
        self.process.start()
        theirs.close()
        self.ready = False
        self.ending = False
        self.batch: deque[Document] = deque()
        self.since = time.monotonic()

    def give(self, batch: deque[Document]) -> None:
        """Send a batch; the process waits for it, so that this never blocks for long."""
        self.batch, self.since = batch, time.monotonic()
        try:
            self.connection.send(list(batch))
        except OSError:  # it died while it waited: noticed when its results are asked for
            return

    def end(self) -> None:
        """Stop it, now."""
        self.connection.close()
        self.process.kill()
        self.process.join()
        self.process.close()


class Pool:
    """Reads documents in `workers` processes. Use as a context, which ends them."""

    def __init__(self, job: Job, workers: int, *, seconds: float = SECONDS) -> None:
        self._job = job
        self._count = workers
        self._seconds = seconds
        self._workers: list[_Worker] = []
        self._again: deque[deque[Document]] = deque()
        self._made: dict[int, Made] = {}
        self._taken = self._next = 0  # numbers: of the next document to take, of the next result to hand out
        self._held = 0  # bytes of documents and results in between
        self._sizes: dict[int, int] = {}
        self._tried: set[int] = set()  # documents whose process died once, which may have been an accident

    def __enter__(self) -> Pool:
        self._workers = [_Worker(self._job) for _ in range(self._count)]
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.end()
        self._workers = []

    def read(self, documents: Iterator[Document], first: int = 0) -> Iterator[Made]:
        """The results in the order of the documents, whose numbers run on from `first`. Raises PoolError."""
        self._taken = self._next = first
        while True:
            self._feed(documents)
            if self._next in self._made:
                made = self._made.pop(self._next)
                self._held -= self._sizes.pop(self._next) + len(made.output)
                self._next += 1
                yield made
            elif self._taken > self._next:
                self._listen()
            elif not self._more(documents):
                return

    def _more(self, documents: Iterator[Document]) -> bool:
        """True when there was a batch; it waits to be fed."""
        batch = self._batch(documents)
        if batch:
            self._again.append(batch)
        return bool(batch)

    def _feed(self, documents: Iterator[Document]) -> None:
        for worker in self._workers:
            if worker.batch or not worker.ready:
                continue
            batch = self._again.popleft() if self._again else self._batch(documents)
            if not batch:
                return
            worker.give(batch)

    def _batch(self, documents: Iterator[Document]) -> deque[Document]:
        """The next documents, none when enough wait already."""
        batch: deque[Document] = deque()
        size = 0
        while len(batch) < BATCH and size < BATCH_BYTES and self._room():
            document = next(documents, None)
            if document is None:
                break
            batch.append(document)
            self._taken += 1
            self._sizes[document.number] = len(document.data)
            self._held += len(document.data)
            size += len(document.data)
        return batch

    def _room(self) -> bool:
        waiting = self._taken - self._next
        return waiting < AHEAD * BATCH * self._count and (self._held < AHEAD_BYTES or not waiting)

    def _listen(self) -> None:
        """Wait for results, deaths, or the end of somebody's time."""
        now = time.monotonic()
        busy = [worker for worker in self._workers if worker.batch or not worker.ready]
        left = min(worker.since + self._seconds - now for worker in busy)
        heard = wait([worker.connection for worker in busy], timeout=max(left, 0.0))
        for worker in busy:
            if worker.connection in heard:
                self._hear(worker)
            elif worker.since + self._seconds < time.monotonic():
                self._replace(worker, f"took longer than {self._seconds:.0f} seconds")

    def _hear(self, worker: _Worker) -> None:
        try:
            while worker.connection.poll():
                made: Made | bool = worker.connection.recv()
                worker.since = time.monotonic()
                if isinstance(made, Made):
                    worker.batch.popleft()
                    self._keep(made)
                else:
                    worker.ready, worker.ending = True, not made
        except (EOFError, OSError):
            worker.process.join()
            code = worker.process.exitcode
            self._replace(worker, f"the reader's process ended with {code} while it read this", died=True)

    def _replace(self, worker: _Worker, why: str, *, died: bool = False) -> None:
        """Put another process in its place. The document that it was reading failed, or is tried once more, alone."""
        rest, told = worker.batch, worker.ending
        self._workers.remove(worker)
        worker.end()
        if not worker.ready:
            raise PoolError("A process that reads could not begin" + ("." if died else " in time."))
        self._workers.append(_Worker(self._job))
        if rest and not told:
            blamed = rest.popleft()
            if died and blamed.number not in self._tried:
                self._tried.add(blamed.number)
                self._again.append(deque([blamed]))
            else:
                self._tried.discard(blamed.number)
                self._keep(failed(self._job, blamed, why))
        if rest:
            self._again.append(rest)

    def _keep(self, made: Made) -> None:
        self._made[made.number] = made
        self._held += len(made.output)
