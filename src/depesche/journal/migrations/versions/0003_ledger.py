"""Through whom a statement came, to look it up across stories; of older ones after `depesche rebuild`."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the columns and the table; nothing is copied, so no trigger is lost."""
    op.add_column("statement", sa.Column("hand", sa.Boolean()))
    op.add_column("statement", sa.Column("names", TEXT))
    op.create_table(
        "amended",
        sa.Column("story", TEXT, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("names", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("story", "number"),
        sqlite_with_rowid=False,
    )
