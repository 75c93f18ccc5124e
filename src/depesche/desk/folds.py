"""The folds of the stories that this process writes: what the desk knows of each, up to the head of its stream.

In: a transaction on a stream. Out: its fold, and the standings that follow from it. Never: what was not committed,
another past than the journal's, or words that were erased.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from sqlalchemy import Connection

from depesche.journal import folds, views
from depesche.journal.errors import JournalError
from depesche.journal.folds import EVERY
from depesche.journal.log import Journal
from depesche.journal.views.ledger import Names
from depesche.journal.writing import Writing
from depesche.words.changes import AnyChange
from depesche.words.reckoner import Reckoner
from depesche.words.story import Story, fold

log = logging.getLogger(__name__)


class Known:
    """A story's fold, the digest of the entry that it ends with, and up to which entry it is kept in the journal."""

    def __init__(self, story: Story, digest: bytes, kept: int) -> None:
        self.story = story
        self.digest = digest
        self.kept = kept
        self.reckoner = Reckoner(story.book)


def made(c: Connection, stream: str) -> Known:
    """The fold of a stream that nobody has written yet, with everything reckoned."""
    known = Known(*folds.folded(c, stream))
    known.reckoner.follow(views.house(c))
    known.reckoner.settle()
    return known


class Folds:
    """The folds of one desk. Whoever has its pen uses them."""

    def __init__(self) -> None:
        self.names = Names()
        self._known: dict[str, Known] = {}

    def admit(self, c: Connection, stream: str, known: Known) -> None:
        """Take in a fold that was made meanwhile, if nobody has moved on or erased since."""
        if stream not in self._known and views.head(c, stream) == known.story.seq:
            self._known[stream] = known

    def caught_up(self, writing: Writing) -> Story:
        """The fold of the stream that is written, up to its head."""
        known = self._known.get(writing.stream)
        # it may have another past than the journal: an older backup was restored, or a failover lost entries
        if known is None or not writing.has(known.story.seq, known.digest):
            story = folds.kept(writing.connection, writing.stream) or Story()
            kept = story.seq
            known = self._known[writing.stream] = Known(fold(writing.each(kept), story), b"", kept)
        fold(writing.each(known.story.seq), known.story)
        known.digest = writing.head.digest
        return known.story

    def due(self, writing: Writing) -> Sequence[AnyChange]:
        """The standings that follow from what the fold and the house have now."""
        known, before = self._known[writing.stream], self.names.story
        house = self.names.known(writing.connection)
        if self.names.story is not before:
            self._reckon_anew()
        known.reckoner.follow(house)
        return known.reckoner.due()

    def written(self, writing: Writing) -> None:
        """What was appended is in the fold; what was erased leaves the memory, too."""
        self._known[writing.stream].digest = writing.head.digest
        if writing.erased:
            self.let_go(writing.stream)

    def let_go(self, stream: str) -> None:
        """Know nothing of this stream."""
        self._known.pop(stream, None)
        if stream == views.HOUSE:
            self.names.forget()
            self._reckon_anew()

    def keep(self, journal: Journal, stream: str) -> None:
        """Keep the fold of a story that has become much longer since the last time, for the next process."""
        known = self._known.get(stream)
        if known is None or known.story.seq < known.kept + EVERY:
            return
        known.kept = known.story.seq
        try:
            with journal.writing(stream) as writing:
                if writing.head.seq == known.story.seq:
                    folds.keep(writing.connection, known.story, writing.head.digest)
        except JournalError as error:
            log.warning("the fold of story %s was not kept: %s", stream, error)

    def _reckon_anew(self) -> None:
        """Reckoners know the names, too."""
        for known in self._known.values():
            known.reckoner = Reckoner(known.story.book)
