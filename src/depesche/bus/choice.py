"""Which bus an installation rings by, from its settings.

In: the setting `bus` and the database's URL. Out: a bus that isn't open yet. Raises BusMissing, whose text says what to
install, when the form that was asked for isn't there. A library is imported only for the bus that needs it.
"""

from __future__ import annotations

from depesche.bus.base import Bus
from depesche.bus.memory import MemoryBus

NATS = ("nats://", "tls://")
"""How addresses of NATS servers begin."""


class BusMissing(Exception):
    """The bus that was asked for can't be had; the text says what to do."""


def chosen(bus: str, database: str) -> Bus:
    """The bus called "memory", "postgres" (the one that `database` is in) or by addresses of NATS servers."""
    if bus == "memory":
        return MemoryBus()
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
