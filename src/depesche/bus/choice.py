"""Which bus an installation rings by, from its settings.

In: the settings `bus` and `folder` and the database's URL. Out: a bus that isn't open yet. Raises BusMissing, whose
text says what to install, when the form that was asked for isn't there. A library is imported only for its bus.
"""

from __future__ import annotations

from pathlib import Path

from depesche.bus.base import Bus
from depesche.bus.local import LocalBus

BELLS = "bells"
"""Where in the folder the sockets lie by which the processes of one machine ring each other."""
NATS = ("nats://", "tls://")
"""How addresses of NATS servers begin."""


class BusMissing(Exception):
    """The bus that was asked for can't be had; the text says what to do."""


def chosen(bus: str, database: str, folder: Path) -> Bus:
    """The bus called "memory" (all processes on this folder), "postgres" (the one that `database` is in) or by
    addresses of NATS servers.
    """
    if bus == "memory":
        return LocalBus(folder / BELLS)
    try:
        if bus.startswith(NATS):
            from depesche.bus.nats import NatsBus

            return NatsBus(bus)
        if bus == "postgres" and database.startswith("postgresql"):
            from depesche.bus.postgres import PostgresBus

            return PostgresBus(database)
    except ImportError as error:
        extra = "postgres" if bus == "postgres" else "nats"
        raise BusMissing(f"The bus needs a library: pip install 'depesche[{extra}]'.") from error
    if bus == "postgres":
        raise BusMissing("DEPESCHE_BUS=postgres rings by the journal's database, which must then be PostgreSQL.")
    raise BusMissing(f"There is no bus “{bus}”: use memory, postgres, or nats://host:4222.")
