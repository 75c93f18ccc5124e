"""What posts came from and their alarms, and signed checkpoints."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""As in tables.py: the order of code points, whatever the server's libraries say."""


def upgrade() -> None:
    """Make the tables; alarms are empty in a journal of an earlier release, which has no entry of their kinds."""
    op.create_table(
        "used",
        sa.Column("story", TEXT, nullable=False),
        sa.Column("post", sa.BigInteger(), nullable=False),
        sa.Column("copy", TEXT, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("story", "post", "copy"),
        sqlite_with_rowid=False,
    )
    op.create_index("used_copy", "used", ["copy"])
    op.create_table(
        "alarm",
        sa.Column("story", TEXT, nullable=False),
        sa.Column("post", sa.BigInteger(), nullable=False),
        sa.Column("copy", TEXT, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.Column("killed", sa.Boolean(), nullable=False),
        sa.Column("how", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("raised", sa.BigInteger(), nullable=False),
        sa.Column("settled", sa.BigInteger()),
        sa.PrimaryKeyConstraint("story", "post", "copy"),
        sqlite_with_rowid=False,
    )
    op.create_index("alarm_state", "alarm", ["story", "state"])
    op.create_table(
        "checkpoint",
        sa.Column("story", TEXT, nullable=False),
        sa.Column("edition", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("note", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("story", "edition"),
    )
