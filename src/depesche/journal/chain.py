"""One stream's chains, checked link by link: what verify and import both rest on.

In: links in order, from the database or from a file, and the head that they should end in. Out: findings in words.
Never an exception, whatever the fields hold, and never a second finding for what only follows from the first.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from depesche.journal import form
from depesche.journal.errors import FormError
from depesche.words.changes import AnyChange, EntriesErased, Expunged
from depesche.words.ledgerchanges import WordsExpunged


class Finding(Struct, frozen=True):
    """Something that doesn't fit: where it stands (None: no single place) and what is wrong, in a sentence."""

    stream: str
    seq: int | None
    edition: int | None
    problem: str

    def __str__(self) -> str:
        place = f", entry {self.seq}" if self.seq is not None else ""
        place += f", edition {self.edition}" if self.edition is not None else ""
        return f"{self.stream}{place}: {self.problem}"


class Link(Struct, frozen=True):
    """An entry as it is stored. In a public export seq, actor and digest are missing."""

    edition: int | None
    at: int
    kind: str
    object: str
    commitment: bytes
    public_digest: bytes | None
    form: int = form.FORM
    seq: int | None = None
    actor: str = ""
    digest: bytes | None = None
    salt: bytes | None = None
    body: bytes | None = None


class End(Struct, frozen=True):
    """Where the chains should end. In a public export seq and digest are missing."""

    edition: int
    public_digest: bytes
    seq: int | None = None
    digest: bytes | None = None


_TYPES: dict[str, tuple[type, ...]] = {
    "form": (int,),
    "at": (int,),
    "kind": (str,),
    "object": (str,),
    "commitment": (bytes,),
    "edition": (int, type(None)),
    "public_digest": (bytes, type(None)),
    "salt": (bytes, type(None)),
    "body": (bytes, type(None)),
}
_DESK_TYPES: dict[str, tuple[type, ...]] = {"seq": (int,), "actor": (str,), "digest": (bytes,)}


class Chain:
    """The check of one stream. Feed it each link, then `end`; `findings` fills on the way."""

    def __init__(self, stream: str, *, public: bool = False) -> None:
        self.stream = stream
        self.public = public
        self.findings: list[Finding] = []
        self.change: AnyChange | None = None
        self.seq = self.edition = 0
        self._at: int | None = None
        # After a wrong link both what it says and what it should say count as the link before: whichever was
        # altered, the next link then fits, and only the altered one is named.
        self._before: set[bytes] = {form.GENESIS}
        self._public_before: set[bytes] = {form.GENESIS}
        self._holes: dict[int, Link] = {}
        self._erased: set[int] = set()

    def link(self, link: Link) -> bool:
        """Check the next entry; False if something is wrong with it. `change` then is its change, if it has one."""
        known, self.change = len(self.findings), None
        types = _TYPES if self.public else _TYPES | _DESK_TYPES
        wrong = [name for name, allowed in types.items() if not _is(getattr(link, name), allowed)]
        if wrong:
            self._find(link, f"The field {wrong[0]} is damaged.")
            return self._lost(link)
        self._order(link)
        self._body(link)
        if not self.public:
            self._before = self._chained(link, self._before, link.digest or b"", public=False)
        if link.edition is not None:
            self._public_before = self._chained(link, self._public_before, link.public_digest or b"", public=True)
        elif link.public_digest is not None:
            self._find(link, "It has a public digest but no edition.")
        self._named(link)
        return len(self.findings) == known

    def end(self, end: End | None) -> None:
        """Check that the stream ends where its head says, and that each hole was named."""
        for hole in self._holes.values():
            self._find(hole, "Its body is missing, and no later entry says that it was erased.")
        if end is None:
            self.findings.append(Finding(self.stream, None, None, "The stream has entries but no head."))
        elif not self.public and (end.seq != self.seq or end.digest not in self._before):
            self._tail(end.seq or 0, self.seq, "entries")
        elif end.edition != self.edition or end.public_digest not in self._public_before:
            self._tail(end.edition, self.edition, "editions")

    def _tail(self, said: int, there: int, what: str) -> None:
        if said > there:
            problem = f"The tail is missing: the head says {said} {what}, the last one here is {there}."
            there += 1
        else:
            problem = f"The head doesn't fit the last of the {what}: it was altered, or set back."
        desk = what == "entries"
        self.findings.append(Finding(self.stream, there if desk else None, None if desk else there, problem))

    def _order(self, link: Link) -> None:
        if not self.public and link.seq is not None:
            if link.seq != self.seq + 1:
                self._gap(link, self.seq + 1, link.seq - 1, "entries")
                self._before = set()
            self.seq = link.seq
        if link.edition is not None:
            if link.edition != self.edition + 1:
                self._gap(link, self.edition + 1, link.edition - 1, "editions")
                self._public_before = set()
            self.edition = link.edition
        elif self.public:
            self._find(link, "An entry of a public export has no edition.")
        if self._at is not None and link.at < self._at:
            self._find(link, "Its time lies before that of the entry before.")
        self._at = link.at
        if link.form != form.FORM:
            self._find(link, f"It says form {link.form}, which this release doesn't know.")

    def _gap(self, link: Link, first: int, last: int, what: str) -> None:
        missing = f"{first}" if first == last else f"{first} to {last}"
        problem = f"Missing {what}: {missing}." if first <= last else f"The {what} are out of order."
        desk = what == "entries"
        self.findings.append(Finding(self.stream, first if desk else link.seq, None if desk else first, problem))

    def _body(self, link: Link) -> None:
        if link.body is None and link.salt is None:
            place = link.edition if self.public else link.seq
            if not (self.public and link.kind == "StatementLinked"):  # that can only have been a suggestion
                self._holes[place or 0] = link
            return
        if link.body is None or link.salt is None:
            self._find(link, "One of body and salt is missing.")
            return
        if form.commitment(link.salt, link.body) != link.commitment:
            self._find(link, "Its body or salt was altered: they don't fit the commitment.")
            return
        try:
            self.change = form.decode(link.kind, link.body)
        except FormError as error:
            self._find(link, str(error))
            return
        if self.change.object != link.object:
            self._find(link, "Its object isn't the one that its body speaks of.")
        if self.change.public != (link.edition is not None):
            self._find(link, "Whether it is public doesn't fit its kind.")

    def _chained(self, link: Link, before: set[bytes], stored: bytes, *, public: bool) -> set[bytes]:
        """Compare the stored digest with the computed one; what the next link may say that it follows."""
        if not before:
            return {stored}
        made = {self._digest(link, each, public=public) for each in before}
        if stored in made:
            return {stored}
        which = "public digest" if public else "digest"
        already = any((each.seq, each.edition) == (link.seq, link.edition) for each in self.findings[-4:])
        if not already:
            self._find(link, f"It was altered: its {which} doesn't fit what it says and the entry before.")
        return {stored} | made

    def _digest(self, link: Link, before: bytes, *, public: bool) -> bytes:
        clear: tuple[str, str, bytes] = (link.kind, link.object, link.commitment)
        if public:
            return form.public_digest(before, self.stream, link.edition or 0, link.at, *clear)
        return form.digest(before, self.stream, link.seq or 0, link.at, link.actor, *clear)

    def _named(self, link: Link) -> None:
        """Take the holes that this entry names off the list, and find what it names but still is there."""
        if self.public:
            named = [place for place, hole in self._holes.items() if _tells(link, self.change, hole)]
        elif isinstance(self.change, EntriesErased):
            named = [seq for seq in self.change.seqs if seq in self._holes]
            self._erased.update(named)
            for seq in sorted({*self.change.seqs} - self._erased):
                self._find(link, f"It says that entry {seq} was erased, but that one isn't.")
        else:
            return
        for place in named:
            del self._holes[place]

    def _lost(self, link: Link) -> bool:
        """Go on after an entry that can't be read at all: the next one can't be compared with it."""
        self._before, self._public_before = set(), set()
        self.seq = link.seq if _is(link.seq, (int,)) else self.seq + 1  # type: ignore[assignment]
        if link.edition is not None:
            self.edition = link.edition if _is(link.edition, (int,)) else self.edition + 1
        return False

    def _find(self, link: Link, problem: str) -> None:
        seq = link.seq if _is(link.seq, (int,)) else self.seq + 1
        edition = link.edition if _is(link.edition, (int,)) else None
        self.findings.append(Finding(self.stream, None if self.public else seq, edition, problem))


def _tells(link: Link, change: AnyChange | None, hole: Link) -> bool:
    """Whether this public entry says why the body of an earlier one is left out of a public export."""
    if hole is link:
        return False
    if isinstance(change, Expunged | WordsExpunged) and hole.edition in change.editions:
        return True
    if link.kind == "ReplyRemoved":
        return hole.kind == "ReplyRecorded" and hole.object == link.object
    gone = link.kind == "PostRetracted" or (isinstance(change, Expunged) and change.revision is None)
    number = link.object.removeprefix("post:")
    if hole.kind in ("StatementAmended", "FigureAccepted"):  # whose statement it was stood in what was left out, too
        return gone
    told = ("PostPublished", "PostCorrected", "StatementsRecorded", "StatementWritten")
    return gone and hole.kind in told and hole.object in (f"post:{number}", f"statements:{number}")


def _is(value: Any, allowed: tuple[type, ...]) -> bool:
    if type(value) not in allowed:
        return False
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            return False
    return True
