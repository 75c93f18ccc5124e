"""The parts of a story's page beside its posts: head, card, pinned post, who says what, key events.

In: public views. Out: the inside of one <section data-part="...">, or "" when there is nothing to show. Page and
stream call the same function, so that a page that followed live ends up like one that was just loaded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup
from msgspec import Struct

from depesche.render import sayer, words
from depesche.render.card import Card
from depesche.render.post import article, heading
from depesche.render.site import Frame
from depesche.render.templates import render

if TYPE_CHECKING:
    from depesche.journal.views import PostView, StatementView, StoryView

STATEMENTS = 8
"""Statements in the box: the newest."""
SEEN = 3
"""Of them seen at once, of as many speakers; the others on demand: a phone is short."""
LOOKED_AT = 40
"""Recorded statements that are looked at to find them: those that the reader isn't sure of are left out."""
KEY_EVENTS = 8
"""Key events in their list; older ones are found in the posts."""


class Saying(Struct, frozen=True):
    """A statement as the box shows it: `quoted` words are the speaker's own, `through` whom we know them from."""

    post: int
    shown_at: int
    who: str
    does: str
    words: str
    quoted: bool
    through: str


def state(frame: Frame, story: StoryView) -> Markup:
    """Whether it runs, and the time of its latest change or of its end."""
    return render("state.html", frame.language, frame=frame, story=story, clock=frame.clock)


def head(frame: Frame, story: StoryView) -> Markup:
    """Title and lead."""
    return render("story_head.html", frame.language, story=story)


def summary(frame: Frame, story: StoryView, cited: Mapping[int, PostView], card: Card) -> Markup:
    """The card "Das Wichtigste", each line with links to what it rests on: an editor's lines, then the ledger's."""
    if not story.summary and not card.groups:
        return Markup("")
    told = {"groups": card.groups, "all": card.all, "shown": card.shown}
    return render("summary.html", frame.language, frame=frame, story=story, clock=frame.clock, cited=cited, **told)


def pin(frame: Frame, post: PostView | None) -> Markup:
    """The post on top."""
    if post is None or post.text is None:
        return Markup("")
    return render("pin.html", frame.language, article=article(frame, post, "pin"), path=frame.post(post.number))


def ledger(frame: Frame, statements: Sequence[StatementView], posts: Mapping[int, PostView]) -> Markup:
    """The box "Wer sagt was"; `posts` has at least the posts of these statements."""
    sayings = [saying(frame, each, posts[each.post].shown_at) for each in statements if each.post in posts]
    if not sayings:
        return Markup("")
    return render("ledger.html", frame.language, frame=frame, sayings=sayings, seen=SEEN, clock=frame.clock)


def newest(statements: Sequence[StatementView]) -> list[StatementView]:
    """Those of the statements, newest first, that the box shows: the last of some speakers, then all others."""
    told = tellable(statements)[:STATEMENTS]
    last = {_who(each): each.number for each in reversed(told)}
    seen = sorted(last.values(), reverse=True)[:SEEN]
    return sorted(told, key=lambda each: each.number not in seen)


def tellable(statements: Sequence[StatementView]) -> list[StatementView]:
    """Those that can stand outside their post: the wire reader is sure of them, and they name who says it."""
    return [each for each in statements if each.recorded.statement.sure and _who(each)]


def _who(view: StatementView) -> str:
    return sayer.label(sayer.named(view.recorded.statement.name, view.recorded.speaker))


def keys(frame: Frame, posts: Sequence[PostView]) -> Markup:
    """The list of key events, newest first."""
    events = [(post, heading(frame, post)) for post in posts if post.text is not None]
    if not events:
        return Markup("")
    return render("keys.html", frame.language, frame=frame, events=events[:KEY_EVENTS], clock=frame.clock)


def saying(frame: Frame, view: StatementView, shown_at: int) -> Saying:
    """A recorded statement, made ready to be read outside its post."""
    statement = view.recorded.statement
    outlets = [hop.name for hop in statement.chain[:-1] if hop.name and hop.name != statement.name]
    quoted = statement.form == "Direct"
    said = sayer.rejoined(view.recorded.words)
    said = sayer.unquoted(said) if quoted else said
    if said[:1].islower():  # the middle of a sentence
        said = f"… {said}"
    does = words.act(frame.language, statement.act)
    return Saying(view.post, shown_at, _who(view), does, said, quoted, ", ".join(outlets))


def cited(story: StoryView) -> list[int]:
    """The posts that the card rests on, each once."""
    return list(dict.fromkeys(number for line in story.summary for number in line.posts))
