"""A process that is killed at any point leaves a whole journal, with everything in it that it acknowledged."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from depesche.journal import rebuild, verify, views
from depesche.journal.log import Journal
from tests.journal.made import STORY

CHECKOUT = Path(__file__).parent.parent.parent


@contextmanager
def publishing(url: str, name: str) -> Iterator[subprocess.Popen[str]]:
    """A process that publishes; killed at the end of the block, without a chance to clean up."""
    command = [sys.executable, "-m", "tests.journal.publishing", url, name]
    environment = os.environ | {"PYTHONPATH": str(CHECKOUT)}
    with subprocess.Popen(command, cwd=CHECKOUT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def rest(process: subprocess.Popen[str]) -> list[str]:
    assert process.stdout is not None
    process.wait(20)
    return process.stdout.read().split()


def assert_whole(url: str, acknowledged: list[str]) -> None:
    journal = Journal.open(url)
    try:
        assert verify.check(journal) == []
        assert rebuild.compare(journal) == []
        entries = journal.entries(STORY, limit=100_000)
        commands = [entry.command for entry in entries if entry.command]
        assert set(acknowledged) <= set(commands), "an acknowledged command is missing"
        assert len(commands) == len(set(commands))
        assert len(entries) == 1 + 3 * len(commands), "a command is there by halves"
        for command in acknowledged:
            with journal.writing(STORY) as writing:
                assert writing.receipt(command) is not None
        with journal.reading() as c:
            assert views.post_numbers(c, STORY) == len(commands)
    finally:
        journal.close()


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 4))])
def test_kill_9_in_the_middle_of_publishing(url: str, seed: int) -> None:
    chance = random.Random(seed)
    acknowledged: list[str] = []
    for life in range(3):
        with publishing(url, f"life{life}") as process:
            acknowledged.append(first_line(process))
            # not a wait for something to happen: where in a publish the kill strikes is what is drawn here
            time.sleep(chance.uniform(0, 0.1))
            process.kill()
            acknowledged += rest(process)
    assert len(acknowledged) >= 3
    assert_whole(url, acknowledged)


def test_one_of_two_processes_is_killed_and_the_other_goes_on(url: str) -> None:
    Journal.open(url).close()
    with ExitStack() as stack:
        one = stack.enter_context(publishing(url, "one"))
        acknowledged = [first_line(one)]
        other = stack.enter_context(publishing(url, "other"))
        acknowledged.append(first_line(other))
        one.kill()
        acknowledged += rest(one)
        acknowledged.append(first_line(other))
        acknowledged.append(first_line(other))
        other.kill()
        acknowledged += rest(other)
    assert {name.partition("-")[0] for name in acknowledged} == {"one", "other"}
    assert_whole(url, acknowledged)
