"""Export and import of a story as JSON lines: a header, then one line an entry, digests kept as they are.

In: a journal and a stream, or a file. Out: lines, or a story. A public export has the editions only, without the words
of what was retracted or expunged, and verifies by itself. Never: a file that is half imported, or one whose chains
don't hold; ADR 0002 gives the fields.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import IO, Any, Literal, TypeAlias

from msgspec import DecodeError, Struct, ValidationError
from msgspec.json import Decoder, Encoder
from msgspec.structs import replace
from sqlalchemy import Connection, insert, select

from depesche.journal import checkpoint, form, views, whoiswho
from depesche.journal import tables as t
from depesche.journal.chain import Chain, End, Finding, Link
from depesche.journal.errors import JournalError
from depesche.journal.introduce import introduce, whom
from depesche.journal.lawful import Lawful
from depesche.journal.log import Journal
from depesche.journal.notes import SecretKey
from depesche.journal.project import step
from depesche.journal.rows.stories import slug_owner
from depesche.journal.stream import head_of, of_kind, of_object
from depesche.journal.writing import Writing
from depesche.words.changes import Entry, StatementsRecorded, StoryAmended
from depesche.words.decide.limits import LATEST, SKEW
from depesche.words.ledgerchanges import StatementAmended, StatementWritten
from depesche.words.parties import Outlet, Party

FORMAT = "depesche-journal"
MOST_CHECKPOINTS = 1_000
"""Notes of a header that are looked at: each costs the verification of a signature."""
MOST_LINE = 3 * form.MOST_BODY
"""Bytes. A body may double when it is quoted in a line; anything longer is no line of ours."""


class ExportRefused(JournalError):
    """This stream can't be exported."""


class ImportRefused(JournalError):
    """This file can't be imported; the sentence says which line, why, and what to do."""


class Header(Struct, frozen=True, omit_defaults=True):
    """The first line: what the file is, where the stream's chains end, and signed notes of where they stood.

    `names` are the house's names of the parties and outlets that a public export has by their ids, as readers' pages
    have them today, by language ("" for any): to read it by, and no part of the chains. A full export has what the
    house knows of them instead, for the house that imports it. `names_note` is the house's signature over either.
    """

    format: str
    kind: Literal["full", "public"]
    stream: str
    edition: int
    public_digest: bytes
    form: int = form.FORM
    seq: int | None = None
    digest: bytes | None = None
    checkpoints: tuple[str, ...] = ()
    names: dict[str, dict[str, str]] = {}
    parties: tuple[Party, ...] = ()
    outlets: tuple[Outlet, ...] = ()
    names_note: str = ""


class Line(Struct, frozen=True, omit_defaults=True):
    """An entry. `body` is the text of its bytes; bytes are in base64. Public lines have no seq, actor, digest."""

    edition: int | None
    at: int
    kind: str
    object: str
    commitment: bytes
    public_digest: bytes | None = None
    form: int = form.FORM
    seq: int | None = None
    actor: str = ""
    digest: bytes | None = None
    salt: bytes | None = None
    body: str | None = None
    command: str | None = None
    fingerprint: bytes | None = None
    last: int | None = None
    seal: bytes | None = None


Source: TypeAlias = IO[bytes] | IO[str] | Iterable[bytes] | Iterable[str]
"""An open file, or lines. Only from a file is a line of endless length refused before it fills the memory."""

_ENCODER = Encoder()
_HEADER, _LINE = Decoder(Header), Decoder(Line)
_BREAKS = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}
"""Characters that are no line end in JSON, but are one to str.splitlines and to some editors: written as escapes."""
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TOLD = (
    "PostPublished",
    "PostCorrected",
    "StatementsRecorded",
    "StatementWritten",
    "StatementAmended",
    "FigureAccepted",
    "ReplyRecorded",
)
_RECEIPT = ("command", "fingerprint", "last", "seal")


def export(
    journal: Journal, stream: str, *, public: bool = False, key: SecretKey | None = None, now: int = 0
) -> Iterator[str]:
    """The lines of this stream, each with its line end. Raises ExportRefused for an unknown or damaged one.

    With a key the names in the header are signed, at `now` (microseconds UTC).
    """
    with journal.reading() as connection:
        head = head_of(connection, stream)
        if not head.seq:
            raise ExportRefused("There is no such story.")
        gone = _gone(connection, stream) if public else set()
        said: dict[str, Any] = {"seq": head.seq, "digest": head.digest}
        if public:
            said = {"names": _names(connection, stream, gone)}
        elif stream != views.HOUSE:
            said["parties"], said["outlets"] = whom(connection, stream)
        said["checkpoints"] = tuple(map(str, checkpoint.of_story(connection, stream, limit=checkpoint.IN_EXPORT)))
        kind: Literal["public", "full"] = "public" if public else "full"
        header = Header(FORMAT, kind, stream, head.edition, head.public_digest, **said)
        yield _written(header if key is None else replace(header, names_note=whoiswho.sign(header, key, now)))
        e = t.entry.c
        asked = select(t.entry).where(e.stream == stream).order_by(e.seq).execution_options(yield_per=500)
        for row in connection.execute(asked.where(e.edition.is_not(None)) if public else asked):
            line = _public(row, gone) if public else _full(row)
            yield _written(line)


def verify(source: Source) -> list[Finding]:
    """What doesn't fit in an exported file, full or public. Raises ImportRefused if it is none."""
    return walk(source, lambda link: None)[1]


def walk(source: Source, see: Callable[[Link], None]) -> tuple[Header, list[Finding]]:
    """The header of an exported file and what doesn't fit in it; `see` gets each entry. Raises ImportRefused."""
    lines = _lines(source)
    header = _header(lines)
    chain = Chain(header.stream, public=header.kind == "public")
    for number, raw in lines:
        link = _link(_line(number, raw))
        chain.link(link)
        see(link)
    chain.end(_end(header))
    return header, chain.findings


def load(journal: Journal, source: Source, *, now: int = LATEST, slug: str | None = None) -> str:
    """Import a story as it was exported, all of it or, with ImportRefused, nothing; the story's id.

    `now` (microseconds UTC): entries of the future are refused. `slug` gives the story another address, where its own
    belongs to another one. Then the house learns whom the story speaks of, as far as it doesn't know them.
    """
    lines = _lines(source)
    header = _header(lines)
    if header.kind == "public":
        raise ImportRefused(
            "This is a public export: it can be verified, but not imported. Export the story without --public."
        )
    if not _UUID.fullmatch(header.stream):
        raise ImportRefused("This is not a story: only stories can be imported.")
    with journal.writing(header.stream) as writing:
        if writing.head.seq:
            raise ImportRefused("This story is here already. Nothing was imported.")
        story = _load(writing, header, lines, now, slug)
        at = writing.head.at if now == LATEST else now
        introduce(writing.beside(views.HOUSE), header.parties, header.outlets, at=at)
    return story


def _load(writing: Writing, header: Header, lines: Iterator[tuple[int, bytes]], now: int, slug: str | None) -> str:
    c = writing.connection
    chain, lawful = Chain(header.stream), Lawful()
    writing.open()
    number = 1
    for number, raw in lines:
        line = _line(number, raw)
        if not chain.link(_link(line)) or line.seq is None or line.at > now + SKEW:
            why = chain.findings[0].problem if chain.findings else "Its time lies in the future."
            raise ImportRefused(f"Line {number} can't be imported: {why}")
        entry = Entry(header.stream, line.seq, line.edition, line.at, line.actor, line.kind, line.object, chain.change)
        problem = "It has a NUL." if line.body and form.has_nul(line.body.encode()) else lawful.problem(entry)
        if problem:
            raise ImportRefused(f"Line {number} can't be imported: {problem}")
        c.execute(insert(t.entry), _row(c, header.stream, line))
        step(c, entry)
    chain.end(_end(header))
    if chain.findings:
        raise ImportRefused(f"The file is not whole. {chain.findings[0].problem}")
    writing.adopt()
    _settle_slug(writing, lawful, now, slug)
    return header.stream


def _settle_slug(writing: Writing, lawful: Lawful, now: int, slug: str | None) -> None:
    """Give the story the address that was asked for, or make sure that its own ones are its own."""
    story, c = lawful.story, writing.connection
    if slug is None:
        for each in sorted(lawful.slugs):
            if slug_owner(c, each) != writing.stream:
                raise ImportRefused(
                    f"The address “{each}” belongs to another story. Import this one under another: --slug NEW."
                )
        return
    refusal = lawful.refuses_slug(slug)
    if refusal:
        raise ImportRefused(refusal)
    if slug != story.slug or slug_owner(c, slug) != writing.stream:
        at = writing.head.at if now == LATEST else now
        writing.append([StoryAmended(slug, story.title, story.lead)], actor="", at=at)


def _gone(connection: Connection, stream: str) -> set[str]:
    """The objects whose words a public export leaves out, because their post or reply was taken back."""
    asked = select(t.post.c.number).where(t.post.c.story == stream, t.post.c.state != "published")
    numbers = connection.execute(asked).scalars().all()
    gone = {f"{kind}:{number}" for number in numbers for kind in ("post", "statements")}
    for post in numbers:
        for entry in of_object(connection, stream, f"statements:{post}"):
            gone |= {f"{kind}:{each}" for each in _recorded(entry) for kind in ("statement", "figure")}
    removed = select(t.entry.c.object).where(t.entry.c.stream == stream, t.entry.c.kind == "ReplyRemoved")
    return gone | set(connection.execute(removed).scalars())


def _names(connection: Connection, stream: str, gone: set[str]) -> dict[str, dict[str, str]]:
    """What readers call those who stand in chains by their ids; nobody else of the house."""
    changes = [each.change for each in of_kind(connection, stream, "StatementAmended") if each.object not in gone]
    chains = [each.chain for each in changes if isinstance(each, StatementAmended) and each.chain is not None]
    known = views.house(connection)
    ids = {id for chain in chains for id in (*chain.hops, *chain.jointly)}
    named = {id: known.parties[id].names for id in ids & known.parties.keys()}
    said = {id: {"": known.outlets[id].name} for id in ids & known.outlets.keys() if known.outlets[id].name}
    return dict(sorted((said | named).items()))


def _recorded(entry: Entry) -> list[int]:
    """The numbers of the statements in an entry."""
    if isinstance(entry.change, StatementWritten):
        return [entry.change.statement.number]
    return [each.number for each in entry.change.statements] if isinstance(entry.change, StatementsRecorded) else []


def _public(row: Any, gone: set[str]) -> Line:
    hidden = (row.object.partition(".")[0] in gone and row.kind in _TOLD) or _suggested(row)
    return Line(
        row.edition,
        row.at,
        row.kind,
        row.object,
        row.commitment,
        row.public_digest,
        salt=None if hidden else row.salt,
        body=None if hidden else _text(row),
    )


def _suggested(row: Any) -> bool:
    """True for a link that nobody had accepted: in old journals those were public entries. It has no words."""
    return row.kind == "StatementLinked" and b'"accepted":false' in (row.body or b"")


def _full(row: Any) -> Line:
    names = [name for name in Line.__struct_fields__ if name != "body"]
    return Line(**{name: getattr(row, name) for name in names}, body=_text(row))


def _written(line: Header | Line) -> str:
    return _ENCODER.encode(line).decode().translate(_BREAKS) + "\n"


def _text(row: Any) -> str | None:
    if row.body is None:
        return None
    try:
        text: str = row.body.decode()
    except UnicodeDecodeError as error:
        raise ExportRefused(f"Entry {row.seq} is damaged: run verify, and restore a backup.") from error
    return text


def _row(connection: Connection, stream: str, line: Line) -> dict[str, Any]:
    row = {name: getattr(line, name) for name in Line.__struct_fields__}
    row |= {"stream": stream, "body": None if line.body is None else line.body.encode()}
    known = select(t.entry.c.seq).where(t.entry.c.command == line.command)
    if line.command is not None and connection.execute(known).first() is not None:
        # Somebody else's receipt stands under this id already; the story is whole without it.
        row |= dict.fromkeys(_RECEIPT)
    return row


def _link(line: Line) -> Link:
    body = None if line.body is None else line.body.encode()
    return Link(**{name: getattr(line, name) for name in Link.__struct_fields__ if name != "body"}, body=body)


def _end(header: Header) -> End:
    return End(header.edition, header.public_digest, header.seq, header.digest)


def _lines(source: Source) -> Iterator[tuple[int, bytes]]:
    read = getattr(source, "readline", None)
    raw: Iterable[bytes | str] = source if read is None else iter(lambda: read(MOST_LINE + 1), type(read(0))())
    for number, each in enumerate(raw, 1):
        if len(each) > MOST_LINE:
            raise ImportRefused(f"Line {number} is longer than any line of an export. Is this the right file?")
        if each.strip():
            yield number, each if isinstance(each, bytes) else each.encode("utf-8", "surrogatepass")


def _header(lines: Iterator[tuple[int, bytes]]) -> Header:
    _, raw = next(lines, (0, b""))
    try:
        header = _HEADER.decode(raw)
    except (DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ImportRefused("This is not an export of Depesche: its first line is no header.") from error
    if header.format != FORMAT:
        raise ImportRefused(f"This release of Depesche doesn't know the format “{header.format[:40]}”.")
    if header.form != form.FORM:
        raise ImportRefused(f"This export has form {header.form}. Install the release of Depesche that made it.")
    return header


def _line(number: int, raw: bytes) -> Line:
    try:
        return _LINE.decode(raw)
    except ValidationError as error:
        raise ImportRefused(f"Line {number} is no entry: {error}.") from error
    except (DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ImportRefused(f"Line {number} is cut off or damaged.") from error
