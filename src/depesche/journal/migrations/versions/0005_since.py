"""Since which revision a post says a statement; of posts that were corrected before after `depesche rebuild`."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the column; as long as it is empty the revision that says it now counts."""
    op.add_column("statement", sa.Column("since", sa.BigInteger()))
