"""The setting says which bus; what can't be is refused with what to do."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from depesche.bus.choice import BusMissing, chosen
from depesche.bus.local import LocalBus
from depesche.bus.nats import NatsBus
from depesche.bus.postgres import PostgresBus

HERE = Path("var")
SQLITE = "sqlite:///var/depesche.db"
POSTGRES = "postgresql+psycopg://depesche@db/depesche"


def test_each_name_gives_its_bus() -> None:
    assert isinstance(chosen("memory", SQLITE, HERE), LocalBus)
    assert isinstance(chosen("nats://a:4222,nats://b:4222", SQLITE, HERE), NatsBus)
    assert isinstance(chosen("postgres", POSTGRES, HERE), PostgresBus)


def test_a_bus_that_cannot_be_is_refused_with_what_to_do() -> None:
    with pytest.raises(BusMissing, match="must then be PostgreSQL"):
        chosen("postgres", SQLITE, HERE)
    with pytest.raises(BusMissing, match="nats://host:4222"):
        chosen("redis://host", SQLITE, HERE)


@pytest.mark.parametrize(
    ("bus", "library", "extra"), [("nats://a", "nats", "nats"), ("postgres", "psycopg", "postgres")]
)
def test_a_library_that_is_missing_is_named(bus: str, library: str, extra: str) -> None:
    without = f"import sys; sys.modules[{library!r}] = None"
    script = f"{without}\nfrom depesche.bus.choice import chosen\nchosen({bus!r}, {POSTGRES!r}, None)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=30)
    assert f"pip install 'depesche[{extra}]'" in done.stderr


def test_the_bus_of_one_process_needs_no_library() -> None:
    script = "import sys; sys.modules['nats'] = sys.modules['psycopg'] = None\nimport depesche.app"
    subprocess.run([sys.executable, "-c", script], check=True, timeout=30)
