"""The tables: the journal itself (stream, entry), its views, and plain tables that no entry speaks of.

Views hold no words but titles and notes: a text is looked up in its entry, so that erasing the entry erases it
everywhere. Times are integer microseconds UTC. What stands here is made by migrations/; a test compares both.
Short rows that are asked for by their key lie in the key's own tree (no rowid), so that a publish writes fewer pages;
post and statement don't, because SQLite would then pass over their other indices.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData()
TEXT = Text().with_variant(Text(collation="C"), "postgresql")
"""Text in the order of its code points, on PostgreSQL as on SQLite. An order of the system's libraries changes with
them, and an index made before then finds nothing (https://wiki.postgresql.org/wiki/Locale_data_changes).
"""
_RETRACTED = text("state = 'retracted'")

stream = Table(
    "stream",
    metadata,
    Column("place", Integer, primary_key=True),  # the order in which streams began here: rebuild goes by it
    Column("id", TEXT, nullable=False, unique=True),
    Column("seq", BigInteger, nullable=False),
    Column("edition", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("public_digest", LargeBinary, nullable=False),
)

entry = Table(
    "entry",
    metadata,
    Column("stream", TEXT, ForeignKey("stream.id"), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("edition", BigInteger),
    Column("form", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("actor", TEXT, nullable=False),
    Column("kind", TEXT, nullable=False),
    Column("object", TEXT, nullable=False),
    Column("commitment", LargeBinary, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("public_digest", LargeBinary),
    Column("salt", LargeBinary),
    Column("body", LargeBinary),
    # The receipt of a command stands on its first entry: what was asked, and the last entry that it made.
    Column("command", TEXT, unique=True),
    Column("fingerprint", LargeBinary),
    Column("last", BigInteger),
    Column("seal", LargeBinary),
    PrimaryKeyConstraint("stream", "seq"),
    UniqueConstraint("stream", "edition"),
    Index("entry_object", "stream", "object", "seq"),
)

slug = Table(
    "slug",
    metadata,
    Column("slug", TEXT, primary_key=True),
    Column("story", TEXT, nullable=False, index=True),
    sqlite_with_rowid=False,
)

story = Table(
    "story",
    metadata,
    Column("id", TEXT, primary_key=True),
    Column("slug", TEXT, nullable=False),
    Column("title", TEXT, nullable=False),
    Column("lead", TEXT, nullable=False),
    Column("language", TEXT, nullable=False),
    Column("zone", TEXT, nullable=False),
    Column("state", TEXT, nullable=False),
    Column("opened_at", BigInteger, nullable=False),
    Column("first_post_at", BigInteger),
    Column("changed_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Column("posts", BigInteger, nullable=False),
    Column("pinned", BigInteger),
    Column("summary_seq", BigInteger),
    Column("summary_at", BigInteger),
)

post = Table(
    "post",
    metadata,
    Column("story", TEXT, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("state", TEXT, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("text_seq", BigInteger),
    Column("shown_at", BigInteger, nullable=False),
    Column("published_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("edition", BigInteger, nullable=False),
    Column("note", TEXT, nullable=False),
    Column("note_seq", BigInteger),
    Column("undo", Boolean, nullable=False),
    Column("key", Boolean, nullable=False),
    PrimaryKeyConstraint("story", "number"),
    Index("post_key", "story", "key", "number"),
)

# the public list of what was taken back
Index("post_retracted", post.c.story, post.c.number, sqlite_where=_RETRACTED, postgresql_where=_RETRACTED)
picture = Table(
    "picture",
    metadata,
    Column("story", TEXT, nullable=False),
    Column("seq", BigInteger, nullable=False),  # of the entry whose text has it: a post's revision or a draft
    Column("media", TEXT, nullable=False),
    PrimaryKeyConstraint("story", "seq", "media"),
    Index("picture_media", "media"),
    sqlite_with_rowid=False,
)

revision = Table(
    "revision",
    metadata,
    Column("story", TEXT, nullable=False),
    Column("post", BigInteger, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("edition", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("shown_at", BigInteger),
    Column("correction", TEXT),
    Column("note", TEXT, nullable=False),
    PrimaryKeyConstraint("story", "post", "number"),
    sqlite_with_rowid=False,
)
# the public list of corrections: a long story has ten times as many revisions that are none
Index(
    "revision_corrected",
    revision.c.story,
    revision.c.seq,
    sqlite_where=revision.c.correction.is_not(None),
    postgresql_where=revision.c.correction.is_not(None),
)

statement = Table(
    "statement",
    metadata,
    Column("story", TEXT, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("post", BigInteger, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("hand", Boolean),  # an editor wrote it down: reading the same revision again leaves it
    Column("names", TEXT),  # through whom it came, as it was read: names for looking up, each between line ends
    Column("since", BigInteger),  # the first revision that said it: its number stays through corrections
    PrimaryKeyConstraint("story", "number"),
    Index("statement_post", "story", "post", "number"),
)

# through whom statements came, where an editor said so
amended = Table(
    "amended",
    metadata,
    Column("story", TEXT, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("names", TEXT, nullable=False),
    PrimaryKeyConstraint("story", "number"),
    sqlite_with_rowid=False,
)

touched = Table(
    "touched",
    metadata,
    Column("story", TEXT, nullable=False),
    Column("object", TEXT, nullable=False),
    Column("edition", BigInteger, nullable=False),
    PrimaryKeyConstraint("story", "object"),
    Index("touched_edition", "story", "edition"),
    sqlite_with_rowid=False,
)

draft = Table(
    "draft",
    metadata,
    Column("story", TEXT, nullable=False),
    Column("draft", TEXT, nullable=False),
    Column("post", BigInteger),
    Column("seq", BigInteger, nullable=False),
    Column("saved_at", BigInteger, nullable=False),
    Column("actor", TEXT, nullable=False),
    PrimaryKeyConstraint("story", "draft"),
    sqlite_with_rowid=False,
)

copy = Table(
    "copy",
    metadata,
    Column("stream", TEXT, nullable=False),
    Column("id", TEXT, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    PrimaryKeyConstraint("stream", "id", "version"),
    Index("copy_seq", "stream", "seq"),
    sqlite_with_rowid=False,
)

taken = Table(
    "taken",
    metadata,
    Column("story", TEXT, nullable=False),
    Column("copy", TEXT, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    PrimaryKeyConstraint("story", "copy"),
    Index("taken_copy", "copy"),
    sqlite_with_rowid=False,
)

VIEWS: dict[Table, Column[str]] = {
    slug: slug.c.story,
    story: story.c.id,
    post: post.c.story,
    picture: picture.c.story,
    revision: revision.c.story,
    statement: statement.c.story,
    amended: amended.c.story,
    touched: touched.c.story,
    draft: draft.c.story,
    copy: copy.c.stream,
    taken: taken.c.story,
}
"""Each table that rebuild may empty and fill again, with the column that names the stream of a row."""

account = Table(
    "account",
    metadata,
    Column("id", TEXT, primary_key=True),
    Column("login", TEXT, nullable=False, unique=True),
    Column("name", TEXT, nullable=False),
    Column("role", TEXT, nullable=False),
    Column("byline", TEXT, nullable=False),
    Column("password", TEXT, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
)

session = Table(
    "session",
    metadata,
    Column("hash", TEXT, primary_key=True),
    Column("account", TEXT, ForeignKey("account.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("created_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False, index=True),
    Column("agent", TEXT, nullable=False),
)

token = Table(
    "token",
    metadata,
    Column("id", TEXT, primary_key=True),
    Column("account", TEXT, ForeignKey("account.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("label", TEXT, nullable=False),
    Column("hash", TEXT, nullable=False, unique=True),
    Column("created_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
)

media = Table(
    "media",
    metadata,
    Column("id", TEXT, primary_key=True),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("actor", TEXT, nullable=False),
)

blob = Table(
    "blob",
    metadata,
    Column("id", TEXT, primary_key=True),
    Column("created", BigInteger, nullable=False),
    Column("content", LargeBinary, nullable=False),
)

checkpoint = Table(
    "checkpoint",
    metadata,
    Column("story", TEXT, nullable=False),
    Column("edition", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("note", TEXT, nullable=False),
    PrimaryKeyConstraint("story", "edition"),
)

reading = Table(
    "reading",
    metadata,
    Column("copy", TEXT, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("reader", TEXT, nullable=False),
    Column("content", LargeBinary, nullable=False),
    PrimaryKeyConstraint("copy", "version", "reader"),
)
