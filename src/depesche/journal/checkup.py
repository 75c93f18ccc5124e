"""What a PostgreSQL server says about itself, and what an operator should do about it: for `depesche doctor`.

In: an open journal, perhaps a replica's URL. Out: findings, each with a mark and a sentence. Nothing is changed. Never:
an exception for a question that this user may not ask, or a password.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Literal, TypeAlias

from sqlalchemy import Connection, text

from depesche.journal.engine import LATEST, open_replica, version
from depesche.journal.errors import JournalError, telling
from depesche.journal.log import Journal
from depesche.journal.postgres import MOST_CONNECTIONS

Found: TypeAlias = tuple[Literal["ok", "note", "wrong"], str]

APART = 2.0
"""Seconds that clocks may differ: what NTP keeps together is a hundredth of that."""
LAGGING = 10.0
"""Seconds behind, from which on a replica helps nobody."""

_ASKED = """
SELECT current_setting('server_version') AS version, current_setting('fsync') AS fsync,
       current_setting('full_page_writes') AS pages, current_setting('synchronous_commit') AS commit,
       current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int AS most,
       (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS used,
       extract(epoch FROM clock_timestamp()) AS clock, pg_is_in_recovery() AS follows,
       has_schema_privilege(current_schema(), 'CREATE') AS creates,
       (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS almighty
"""


def examine(journal: Journal, replica: str = "") -> Iterator[Found]:
    """Everything that there is to find; nothing on SQLite. Raises JournalError."""
    if journal.engines.writer.dialect.name != "postgresql":
        return
    with journal.shelving() as connection:
        yield from _server(connection)
    if replica:
        yield from _replica(journal, replica)


def _server(connection: Connection) -> Iterator[Found]:
    asked = connection.execute(text(_ASKED)).one()
    yield "ok", f"PostgreSQL {asked.version} keeps the journal"
    if asked.follows:
        yield "wrong", "this server is a replica: name the primary in `database`, and this one in `replica`"
    if asked.fsync != "on" or asked.pages != "on":
        yield "wrong", "fsync or full_page_writes is off: a power cut can damage the database; switch both on"
    else:
        yield "ok", f"a commit waits for the disk (synchronous_commit = {asked.commit})"
    apart = abs(float(asked.clock) - time.time())
    if apart > APART:
        yield "wrong", f"the server's clock and this one are {apart:.0f} s apart: let NTP keep both"
    free = asked.most - asked.used
    need = f"a node takes up to {MOST_CONNECTIONS}, and two more for the bus"
    if asked.most < 2 * MOST_CONNECTIONS or free < MOST_CONNECTIONS:
        yield "note", f"{asked.used} of {asked.most} connections are taken; {need}: raise max_connections"
    else:
        yield "ok", f"{asked.used} of {asked.most} connections are taken; {need}"
    if not asked.creates:
        yield "note", "Depesche's user may make no tables: the next upgrade needs GRANT CREATE ON SCHEMA"
    if asked.almighty:
        yield "note", "Depesche's user is a superuser, who can switch the journal's guard off: make a plain one"


def _replica(journal: Journal, url: str) -> Iterator[Found]:
    try:
        with ExitStack() as opened, telling():
            engine = open_replica(url, busy=2.0)
            opened.callback(engine.dispose)
            yield from _following(journal, opened.enter_context(engine.begin()))
    except JournalError as error:
        yield "wrong", f"the replica can't be used, readers are served by the primary: {error}"


def _following(journal: Journal, connection: Connection) -> Iterator[Found]:
    if version(connection) != LATEST:
        yield "wrong", "the replica has other tables than this release: is it one of this database?"
        return
    if not connection.exec_driver_sql("SELECT pg_is_in_recovery()").scalar():
        yield "wrong", "what `replica` names follows nobody: readers would be shown the past"
        return
    there = {row.id: row.edition for row in connection.execute(text("SELECT id, edition FROM stream"))}
    behind = any(there.get(stream, 0) < head.edition for stream, head in journal.heads().items())
    late = "SELECT extract(epoch FROM now() - pg_last_xact_replay_timestamp())"
    seconds = float(connection.exec_driver_sql(late).scalar() or 0) if behind else 0.0
    if seconds > LAGGING:
        yield "note", f"the replica is {seconds:.0f} s behind: readers are served by the primary meanwhile"
    else:
        yield "ok", "the replica follows, and readers are served by it"
