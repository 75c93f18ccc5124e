"""Runs the migrations on the connection that journal/engine.py hands over, inside its transaction.

Batch mode: SQLite can't alter much of a table in place, so alembic copies it, and drops its triggers on the way;
engine.migrate sets them again afterwards.
"""

from __future__ import annotations

from alembic import context

from depesche.journal.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
