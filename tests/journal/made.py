"""Changes for the journal's tests: any of a kind by hypothesis, and a story told by hand.

In: the types of words/changes.py themselves, so that a new kind or field is tested from its first day.
"""

from __future__ import annotations

import datetime as dt
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

import msgspec
from hypothesis import strategies as st

from depesche.journal import views
from depesche.journal.log import Journal
from depesche.words.changes import (
    AnyChange,
    Correction,
    EntriesErased,
    Entry,
    Expunged,
    Media,
    PostCorrected,
    PostPublished,
    PostText,
    StatementsRecorded,
    StoryOpened,
)
from depesche.words.copy import Statement
from depesche.words.ledger import RecordedStatement

KINDS: tuple[type[AnyChange], ...] = get_args(AnyChange)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
_PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXTS,
    int: st.integers(-(2**63), 2**63 - 1),
    float: st.floats(allow_nan=False, allow_infinity=False),
    bool: st.booleans(),
    NoneType: st.none(),
    dt.date: st.dates(),
}


def any_of(kind: Any) -> st.SearchStrategy[Any]:
    """Any value of this type: a Struct, a tuple, a union, a Literal or a plain type."""
    if kind in _PLAIN:
        return _PLAIN[kind]
    origin, inside = get_origin(kind), get_args(kind)
    if origin is Literal:
        return st.sampled_from(inside)
    if origin in (Union, UnionType):
        return st.one_of([any_of(each) for each in inside])
    if origin is dict:
        return st.dictionaries(any_of(inside[0]), any_of(inside[1]), max_size=2)
    if origin is tuple and inside[-1] is Ellipsis:
        return st.lists(any_of(inside[0]), max_size=3).map(tuple)
    if origin is tuple:
        return st.tuples(*[any_of(each) for each in inside])
    assert issubclass(kind, msgspec.Struct), kind
    return st.builds(kind, **{each.name: any_of(each.type) for each in msgspec.structs.fields(kind)})


STORY = "0b6f1d0a-6a0c-4a5e-9a51-5d5f0c1f7a01"
NOW = 1_730_000_000_000_000
"""27 October 2024, in microseconds UTC."""
ACTOR = "6b1f9f64-7f0b-4c5e-8d1e-0c2f7f9f1a11"
PICTURE = "ab" * 32


class Told:
    """A story told entry by entry: a test says what happens, this knows the numbers."""

    def __init__(self, journal: Journal, story: str = STORY, slug: str = "kursk") -> None:
        self.journal = journal
        self.story = story
        self.now = NOW
        self.posts = 0
        self.opened = self.say(StoryOpened(slug, "Truppen in Kursk", "de", "Europe/Berlin", "Was bekannt ist"))

    def say(self, *changes: AnyChange, command: str = "", fingerprint: bytes = b"f") -> list[Entry]:
        """Append these changes in one transaction, a second after the last ones."""
        self.now += 1_000_000
        with self.journal.writing(self.story) as writing:
            return writing.append(changes, actor=ACTOR, at=self.now, command=command, fingerprint=fingerprint)

    def publish(self, body: str = "Kurz.", *, key: bool = False, media: tuple[Media, ...] = ()) -> int:
        """Publish a post; its number."""
        self.posts += 1
        text = PostText(body, title=f"Titel {self.posts}", key=key, media=media)
        self.say(PostPublished(self.posts, text, self.now))
        return self.posts

    def correct(self, post: int, body: str, *, correction: Correction = "correction", note: str = "Anders.") -> None:
        """Give a post a new text."""
        with self.journal.reading() as c:
            before = views.post(c, self.story, post, desk=True)
        assert before is not None
        self.say(PostCorrected(post, before.revision + 1, PostText(body), correction, note, self.now - 5))

    def record(self, post: int, *words: str, revision: int = 1, first: int = 1) -> None:
        """Record statements with these words, numbered from `first`."""
        found = Statement(form="Direct", spans=((0, 3),))
        recorded = tuple(RecordedStatement(number, found, each, "Kim") for number, each in enumerate(words, first))
        self.say(StatementsRecorded(post, revision, recorded))

    def expunge(self, post: int, *seqs: int, revision: int | None = None, free: int = 1) -> None:
        """Erase these entries for a court, as the desk does: the public change and its own."""
        editions = {entry.seq: entry.edition for entry in self.journal.entries(self.story, limit=100_000)}
        named = tuple(edition for seq in seqs if (edition := editions[seq]))
        self.say(Expunged(post, revision, named), EntriesErased(seqs, "Beschluss", post, free))
