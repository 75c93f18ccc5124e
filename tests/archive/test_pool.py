"""Many documents: in order, as one process would read them, whatever one of them does to its reader."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from depesche.archive.documents import Document
from depesche.archive.pool import AHEAD, BATCH, Pool
from depesche.archive.run import run
from depesche.archive.work import Job, PoolError
from depesche.settings import Settings


def numbered(texts: list[str]) -> Iterator[Document]:
    for number, text in enumerate(texts):
        line = json.dumps({"id": f"n{number}", "text": text}).encode()
        yield Document(number, "-", line, line=number + 1, size=len(line))


def rows(job: Job, texts: list[str], *, workers: int = 2, seconds: float = 60) -> list[dict[str, Any]]:
    with Pool(job, workers, seconds=seconds) as pool:
        made = list(pool.read(numbered(texts)))
    assert [each.number for each in made] == list(range(len(texts)))
    return [json.loads(each.output) for each in made]


def test_a_pool_reads_what_one_process_reads() -> None:
    job = Job(Settings())
    texts = [
        f"„Wir gehen zum {n}. Mal“, sagte Minister Kim." + " Das war am Montag." * (n % 7 * 50) for n in range(150)
    ]
    alone = [each.output for each in run(job, numbered(texts), workers=1)]
    together = [each.output for each in run(job, numbered(texts), workers=3)]
    assert together == alone
    assert all(json.loads(line)["statements"] for line in alone)


def test_a_document_that_its_reader_cant_bear_costs_only_itself(moody: str) -> None:
    texts = ["gut"] * 60
    texts[3], texts[4], texts[20], texts[40], texts[59] = "raise", "exit", "value", "once", "exit"
    read = rows(Job(Settings(), reader=moody), texts)
    faults = {number: row["error"] for number, row in enumerate(read) if row["error"]}
    assert faults == {
        3: "the reader failed: Odd: of my own",
        4: "the reader's process ended with 3 while it read this",
        20: "the reader failed: ValueError: not this one",
        59: "the reader's process ended with 3 while it read this",
    }
    assert all(row["id"] == f"n{number}" for number, row in enumerate(read))
    assert all(len(row["statements"]) == 1 for number, row in enumerate(read) if number not in faults)


def test_a_document_that_takes_too_long_is_given_up(moody: str) -> None:
    read = rows(Job(Settings(), reader=moody), ["gut", "sleep", "gut"], seconds=3)
    assert [row["error"] for row in read] == [None, "took longer than 3 seconds", None]


def test_documents_are_taken_only_as_fast_as_results_leave(moody: str) -> None:
    taken = 0

    def endless() -> Iterator[Document]:
        nonlocal taken
        for document in numbered(["gut"] * 5000):
            taken += 1
            yield document

    with Pool(Job(Settings(), reader=moody), 2) as pool:
        results = pool.read(endless())
        for _ in range(10):
            next(results)
        assert taken <= 10 + 2 * AHEAD * BATCH + 2 * BATCH
        processes = [worker.process.pid for worker in pool._workers]
    for pid in processes:
        assert pid
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_a_pool_whose_processes_cant_begin_says_so(moody: str, tmp_path: Path) -> None:
    (tmp_path / "site" / "moody_depesche.py").write_text("import os; os._exit(5)")
    with Pool(Job(Settings(), reader=moody), 1) as pool, pytest.raises(PoolError, match="could not begin"):
        list(pool.read(numbered(["gut"])))


def test_a_reader_of_others_gets_a_process_of_its_own(moody: str) -> None:
    [made] = run(Job(Settings(), reader=moody), numbered(["exit"]), workers=1)
    assert "ended with 3" in made.fault
