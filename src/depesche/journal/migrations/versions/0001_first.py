"""The first tables: streams and entries, their views, people, stock."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""As in tables.py: the order of code points, whatever the server's libraries say."""


def upgrade() -> None:
    """Make the first tables."""
    _journal()
    _story_views()
    _post_views()
    _desk_views()
    _people()
    _stock()


def _journal() -> None:
    op.create_table(
        "stream",
        sa.Column("place", sa.Integer(), primary_key=True),
        sa.Column("id", TEXT, nullable=False, unique=True),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("edition", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("public_digest", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "entry",
        sa.Column("stream", TEXT, sa.ForeignKey("stream.id"), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("edition", sa.BigInteger()),
        sa.Column("form", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("object", TEXT, nullable=False),
        sa.Column("commitment", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("public_digest", sa.LargeBinary()),
        sa.Column("salt", sa.LargeBinary()),
        sa.Column("body", sa.LargeBinary()),
        sa.Column("command", TEXT, unique=True),
        sa.Column("fingerprint", sa.LargeBinary()),
        sa.Column("last", sa.BigInteger()),
        sa.Column("seal", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("stream", "seq"),
        sa.UniqueConstraint("stream", "edition"),
    )
    op.create_index("entry_object", "entry", ["stream", "object", "seq"])


def _story_views() -> None:
    op.create_table(
        "slug",
        sa.Column("slug", TEXT, primary_key=True),
        sa.Column("story", TEXT, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_slug_story", "slug", ["story"])
    op.create_table(
        "story",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("slug", TEXT, nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("lead", TEXT, nullable=False),
        sa.Column("language", TEXT, nullable=False),
        sa.Column("zone", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("first_post_at", sa.BigInteger()),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger()),
        sa.Column("posts", sa.BigInteger(), nullable=False),
        sa.Column("pinned", sa.BigInteger()),
        sa.Column("summary_seq", sa.BigInteger()),
        sa.Column("summary_at", sa.BigInteger()),
    )


def _post_views() -> None:
    op.create_table(
        "post",
        sa.Column("story", TEXT, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("text_seq", sa.BigInteger()),
        sa.Column("shown_at", sa.BigInteger(), nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("edition", sa.BigInteger(), nullable=False),
        sa.Column("note", TEXT, nullable=False),
        sa.Column("note_seq", sa.BigInteger()),
        sa.Column("undo", sa.Boolean(), nullable=False),
        sa.Column("key", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("story", "number"),
    )
    op.create_index("post_key", "post", ["story", "key", "number"])
    retracted = sa.text("state = 'retracted'")
    op.create_index("post_retracted", "post", ["story", "number"], sqlite_where=retracted, postgresql_where=retracted)
    op.create_table(
        "picture",
        sa.Column("story", TEXT, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("media", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("story", "seq", "media"),
        sqlite_with_rowid=False,
    )
    op.create_index("picture_media", "picture", ["media"])
    op.create_table(
        "revision",
        sa.Column("story", TEXT, nullable=False),
        sa.Column("post", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("edition", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("shown_at", sa.BigInteger()),
        sa.Column("correction", TEXT),
        sa.Column("note", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("story", "post", "number"),
        sqlite_with_rowid=False,
    )
    corrected = sa.text("correction IS NOT NULL")
    op.create_index(
        "revision_corrected", "revision", ["story", "seq"], sqlite_where=corrected, postgresql_where=corrected
    )


def _desk_views() -> None:
    op.create_table(
        "statement",
        sa.Column("story", TEXT, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("post", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("story", "number"),
    )
    op.create_index("statement_post", "statement", ["story", "post", "number"])
    op.create_table(
        "touched",
        sa.Column("story", TEXT, nullable=False),
        sa.Column("object", TEXT, nullable=False),
        sa.Column("edition", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("story", "object"),
        sqlite_with_rowid=False,
    )
    op.create_index("touched_edition", "touched", ["story", "edition"])
    op.create_table(
        "draft",
        sa.Column("story", TEXT, nullable=False),
        sa.Column("draft", TEXT, nullable=False),
        sa.Column("post", sa.BigInteger()),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("saved_at", sa.BigInteger(), nullable=False),
        sa.Column("actor", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("story", "draft"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "copy",
        sa.Column("stream", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("stream", "id", "version"),
        sqlite_with_rowid=False,
    )
    op.create_index("copy_seq", "copy", ["stream", "seq"])
    op.create_table(
        "taken",
        sa.Column("story", TEXT, nullable=False),
        sa.Column("copy", TEXT, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("story", "copy"),
        sqlite_with_rowid=False,
    )
    op.create_index("taken_copy", "taken", ["copy"])


def _people() -> None:
    op.create_table(
        "account",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("login", TEXT, nullable=False, unique=True),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("byline", TEXT, nullable=False),
        sa.Column("password", TEXT, nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "session",
        sa.Column("hash", TEXT, primary_key=True),
        sa.Column("account", TEXT, sa.ForeignKey("account.id", ondelete="CASCADE"), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("agent", TEXT, nullable=False),
    )
    op.create_index("ix_session_account", "session", ["account"])
    op.create_index("ix_session_expires_at", "session", ["expires_at"])
    op.create_table(
        "token",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("account", TEXT, sa.ForeignKey("account.id", ondelete="CASCADE"), nullable=False),
        sa.Column("label", TEXT, nullable=False),
        sa.Column("hash", TEXT, nullable=False, unique=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger()),
    )
    op.create_index("ix_token_account", "token", ["account"])


def _stock() -> None:
    op.create_table(
        "media",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", TEXT, nullable=False),
    )
    op.create_table(
        "blob",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "reading",
        sa.Column("copy", TEXT, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("reader", TEXT, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("copy", "version", "reader"),
    )
