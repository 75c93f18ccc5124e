"""As many streams as files: the limit is raised where it may be, and said aloud where it may not."""

from __future__ import annotations

import subprocess
import sys

ASK = """
import logging, resource, sys
from depesche.live.limits import room
logging.basicConfig(stream=sys.stdout, format="%(message)s")
resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))
print(room({wanted}), resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""


def asked(soft: int, hard: int, wanted: int) -> list[str]:
    """What a process with these limits says; a limit that was lowered can't be raised again, so it is another one."""
    script = ASK.format(soft=soft, hard=hard, wanted=wanted)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=30)
    return done.stdout.splitlines()


def test_the_limit_is_raised_as_far_as_needed() -> None:
    assert asked(soft=256, hard=4000, wanted=2000) == ["2000 2400"]


def test_a_limit_that_is_high_enough_stays() -> None:
    assert asked(soft=3000, hard=4000, wanted=2000) == ["2000 3000"]


def test_where_it_cannot_be_raised_fewer_streams_are_held_and_the_operator_is_told_what_to_do() -> None:
    *told, numbers = asked(soft=256, hard=1000, wanted=2000)
    assert numbers == "600 1000"
    assert len(told) == 1
    assert "LimitNOFILE" in told[0]
    assert "DEPESCHE_MAX_STREAMS" in told[0]
