"""Intake: bytes from a wire, a form or a file become copy in the journal, and each copy is read.

bytes -> wire.parse -> Copy -> stream "wire" [CopyReceived] -> story [CopyTaken] -> reader -> Reading. The same item
sent twice is the same copy; an item that changed is its next version; the bytes are kept as they came. Reading never
stops copy from being kept.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import uuid

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from depesche.aside import ReadingFailed
from depesche.desk.access import Actor
from depesche.desk.desk import Desk, Done, Outcome
from depesche.desk.watch import Watch
from depesche.journal import stock, views
from depesche.plugins import Plugins, Received, WireError
from depesche.reading.lines import credit
from depesche.words.commands import ReceiveCopy, Refusal, TakeCopy
from depesche.words.copy import Copy, Reading
from depesche.words.text import clean, clean_struct

log = logging.getLogger(__name__)

READ_MOST = 200_000
"""Characters of one copy that are read: 50 times a long agency item, and still a second's work."""
MOST_COPIES = 100
"""Items taken from one file, the newest ones; a feed rarely has more, and each is a durable write."""
MOST_TITLE, MOST_NAME, MOST_TAG = 1_000, 2_000, 35
"""Characters of a title, of a URI or a source, of a language tag (RFC 5646 has 35 for the longest usual one)."""
_NAMES = uuid.UUID("9a4de6b3-6f3f-4a0a-8d3e-0b6f0b7f5c11")
"""The name space of copy ids: an item is known again by its wire and URI, or else by its words."""


class Arrival(Struct, frozen=True):
    """What came in: each copy as it is kept and what was found in it, in the same order; never empty."""

    copies: tuple[Copy, ...]
    readings: tuple[Reading, ...]

    @property
    def copy(self) -> Copy:
        """The first, which is the only one of a pasted text."""
        return self.copies[0]

    @property
    def reading(self) -> Reading:
        """What was found in it."""
        return self.readings[0]


class Intake:
    """Takes copy in. All of it blocks: call it in a thread."""

    def __init__(self, desk: Desk, plugins: Plugins, *, most: int) -> None:
        self._desk = desk
        self._plugins = plugins
        self._most = most
        self._watch = Watch(desk)

    def receive(
        self,
        data: bytes,
        *,
        actor: Actor,
        story: str = "",
        media_type: str = "",
        charset: str = "",
        name: str = "",
        given: Copy | None = None,
    ) -> Arrival | Refusal:
        """Keep what is in these bytes, take it for `story` (a stream id; "": for none yet), and read it.

        `given` fills what the bytes don't tell: title, uri, version (numbered), language, published, source, canceled.
        """
        if len(data) > self._most:
            return Refusal("copy_too_big", {"most": self._most // 1000})
        parsed = self._parse(data, Received(media_type, charset, name), given)
        if isinstance(parsed, Refusal):
            return parsed
        blob = hashlib.sha256(data).hexdigest()
        self._keep(blob, data)
        copies = []
        for copy in parsed:
            kept = self._receive(_completed(copy, given, blob), actor, story)
            if isinstance(kept, Refusal):
                return kept
            copies.append(kept)
        return Arrival(tuple(copies), tuple(self.reading(copy) for copy in copies))

    def renew(self, identity: str, text: str, *, canceled: bool, actor: Actor, story: str = "") -> Copy | Refusal:
        """Keep the next version of this copy, as somebody heard of it: corrected (`text`) or taken back by its source.

        For copy without a URI, such as a pasted text, by which a wire's own correction would be known.
        """
        if len(text.encode("utf-8", "replace")) > self._most:
            return Refusal("copy_too_big", {"most": self._most // 1000})
        with self._desk.journal.reading() as connection:
            before = views.copy(connection, identity)
        if before is None:
            return Refusal("copy_missing")
        said = clean(text)[0]
        if not said.strip() and not canceled:
            return Refusal("copy_empty")
        new = replace(before.copy, text=said, canceled=canceled, blob="", notes=(), published=None, numbered=0)
        if _content(new) == _content(before.copy):
            return Refusal("nothing_changed")
        return self._take(replace(new, version=before.copy.version + 1), actor, story)

    def reading(self, copy: Copy, zone: dt.tzinfo = dt.UTC) -> Reading:
        """What the reader finds in a copy: from the cache, else read now and kept there."""
        reader = self._plugins.reader()
        with self._desk.journal.reading() as connection:
            known = stock.reading(connection, copy.id, copy.version, reader.name)
        if known is not None:
            return known
        day = None if copy.published is None else dt.datetime.fromtimestamp(copy.published / 1e6, tz=zone).date()
        text = copy.text[:READ_MOST]
        try:
            found = reader.read(text, language=copy.language or None, published=day, title=copy.title or None)
        except ReadingFailed as error:  # the copy is kept, and shown without statements
            log.error("copy %s was not read: %s", copy.id, error)
            return Reading(language=copy.language)
        with self._desk.journal.shelving() as connection:  # under who found it, which may be another in its place
            stock.keep_reading(connection, copy.id, copy.version, found.reader or reader.name, found)
        return found

    def _parse(self, data: bytes, received: Received, given: Copy | None) -> list[Copy] | Refusal:
        wire = self._plugins.wire_for(data, received)
        if wire is None:
            return Refusal("copy_unreadable", {"why": received.media_type or received.name or "unknown format"})
        try:
            found = [copy for copy in wire.parse(data, received) if copy.text.strip() or copy.canceled]
        except WireError as error:
            return Refusal("copy_unreadable", {"why": str(error)})
        # a kill may come without words; and words may be none once they are cleaned
        cleaned = [_bounded(clean_struct(copy)) for copy in _newest(found)]
        parsed = [copy for copy in cleaned if copy.text.strip() or copy.canceled]
        if not parsed and given is not None and given.canceled and given.uri:
            parsed = [Copy(id="", wire=wire.name, text="")]
        return parsed or Refusal("copy_empty")

    def _keep(self, blob: str, data: bytes) -> None:
        with self._desk.journal.shelving() as connection:
            stock.keep_blob(connection, blob, data, self._desk.clock())

    def _receive(self, copy: Copy, actor: Actor, story: str) -> Copy | Refusal:
        return self._take(self._known_again(copy), actor, story)

    def _take(self, copy: Copy, actor: Actor, story: str) -> Copy | Refusal:
        """Into the journal, the alarm where it overtakes what posts came from, and into the story."""
        outcome = self._ask(ReceiveCopy(copy), actor, "wire", copy)
        if isinstance(outcome, Refusal):
            return outcome
        self._watch.sound(copy)
        if story:
            taken = self._ask(TakeCopy(copy.id, copy.version), actor, story, copy)
            if isinstance(taken, Refusal) and taken.code != "copy_taken":
                return taken
        return copy

    def _ask(self, command: ReceiveCopy | TakeCopy, actor: Actor, stream: str, copy: Copy) -> Done | Refusal:
        # the id follows from what is asked, so that a lost answer or the same paste can be sent again
        said = f"{stream}:{actor.id}:{msgspec.json.encode(command).decode()}"
        outcome: Outcome = self._desk.handle(command, actor, story=stream, command_id=str(uuid.uuid5(_NAMES, said)))
        if isinstance(outcome, Done | Refusal):
            return outcome
        raise AssertionError("copy never conflicts: nobody expects anything of it")

    def _known_again(self, copy: Copy) -> Copy:
        """The copy as it is kept already, or with its id and the next free version.

        What its source numbers lower than what is here is an older version: it comes between the others, and where that
        one is here already, in whatever form, it stays as it is. A kill is one under any number.
        """
        copy = replace(copy, id=str(uuid.uuid5(_NAMES, f"{copy.wire}:{copy.uri or copy.title + copy.text}")))
        with self._desk.journal.reading() as connection:
            kept = [each.copy for each in views.versions(connection, copy.id)]
        same = next((each for each in kept if copy.numbered and each.numbered == copy.numbered), None)
        same = same or next((each for each in kept if each.version == copy.version), None)
        for known in (same, *kept[-1:]):
            if known and _content(known) == _content(copy):
                return known
        older = not copy.canceled and 0 < copy.numbered < max((each.numbered for each in kept), default=0)
        if same and older:
            return same
        return replace(copy, version=kept[-1].version + 1) if same else copy


def _newest(copies: list[Copy]) -> list[Copy]:
    """As many as are taken from one file, oldest first; the first says how many aren't."""
    taken, left = copies[-MOST_COPIES:], max(0, len(copies) - MOST_COPIES)
    if left:
        taken[0] = replace(taken[0], notes=(*taken[0].notes, f"{left} older items were left out"))
    return taken


def _bounded(copy: Copy) -> Copy:
    """The copy with a title and names of lengths that a person would give them; its words are bounded by the bytes."""
    return replace(
        copy,
        title=copy.title[:MOST_TITLE],
        uri=copy.uri if len(copy.uri) <= MOST_NAME else "",
        language=copy.language if len(copy.language) <= MOST_TAG else "",
        source=copy.source[:MOST_NAME],
    )


def _content(copy: Copy) -> tuple[str, str, bool]:
    return copy.title, copy.text, copy.canceled


def _completed(copy: Copy, given: Copy | None, blob: str) -> Copy:
    """The copy with what its sender said beside it; what stands in the bytes wins, but for the version.

    Where neither names the source, the dateline does: it is how agencies sign.
    """
    if given is None:
        return replace(copy, blob=blob, source=copy.source or credit(copy.text))
    return replace(
        copy,
        blob=blob,
        title=copy.title or given.title,
        uri=copy.uri or given.uri,
        version=max(copy.version, given.version),
        numbered=max(copy.numbered, given.numbered),
        language=copy.language or given.language,
        published=given.published if copy.published is None else copy.published,
        source=copy.source or given.source or credit(copy.text),
        canceled=copy.canceled or given.canceled,
    )
