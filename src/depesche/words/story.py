"""A story as the desk's fold of its journal, and the function apply; deciding stands in decide/.

In: entries, in the order of seq. Out: ids, revisions and states, never bodies (the card's few lines excepted), so
that a story of 100,000 entries stays small. `apply` updates the fold that it is given, because copying 10,000 posts
for each change would cost more than the change; whoever wants the old state folds again.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeAlias

from msgspec import Struct, field

from depesche.words import alarms
from depesche.words.alarms import AlarmAnswered, AlarmDismissed, AlarmRaised, AlarmReopened, CopyUsed, Upstream
from depesche.words.book import Book, When, recall
from depesche.words.changes import (
    CopyReceived,
    CopyTaken,
    DraftDropped,
    DraftSaved,
    EntriesErased,
    Entry,
    Expunged,
    PostCorrected,
    PostPinned,
    PostPublished,
    PostRetracted,
    PostUnpinned,
    StatementsRecorded,
    StoryAmended,
    StoryChange,
    StoryClosed,
    StoryOpened,
    StoryReopened,
    SummaryLine,
    SummarySet,
)
from depesche.words.enter import bury, enter
from depesche.words.enter.statements import forget, record
from depesche.words.ledgerchanges import (
    ClaimOpened,
    FigureAccepted,
    LedgerChange,
    MeasureAdded,
    OfLedger,
    OutletNamed,
    PartyNamed,
    PartyNoted,
    RefutedProposed,
    ReplyRecorded,
    StandingExplained,
    StandingSet,
    StatementAmended,
    StatementWritten,
)

PostState: TypeAlias = Literal["published", "retracted", "expunged"]
StoryState: TypeAlias = Literal["unopened", "open", "closed"]


# gc=False: there are hundreds of thousands of them and they can't form a circle, so that nobody need look for one
class Trace(Struct, frozen=True, gc=False):
    """Where words of a post stand in the journal: what Expunge has to erase. `revision` 0: all that repeats them."""

    seq: int
    edition: int | None
    revision: int


class Post(Struct, gc=False):
    """What the desk must know of a post to decide: never its words."""

    state: PostState = "published"
    revision: int = 1
    published_at: int = 0
    shown_at: int = 0
    traces: list[Trace] = field(default_factory=list)
    statements: tuple[int, ...] = ()


class Story(Struct):
    """The fold of one stream. `touched` has the seq of the latest entry of each object, `spoken` where the words of
    claims, standings, replies, measures, parties and outlets stand in the journal.
    """

    stream: str = ""
    state: StoryState = "unopened"
    slug: str = ""
    title: str = ""
    lead: str = ""
    language: str = ""
    zone: str = ""
    posts: dict[int, Post] = field(default_factory=dict)
    drafts: dict[str, list[Trace]] = field(default_factory=dict)
    copies: dict[str, int] = field(default_factory=dict)
    upstream: Upstream = field(default_factory=Upstream)
    pinned: int | None = None
    summary: tuple[SummaryLine, ...] = ()
    cited: list[tuple[Trace, tuple[int, ...]]] = field(default_factory=list)
    spoken: dict[str, list[Trace]] = field(default_factory=dict)
    next_statement: int = 1
    book: Book = field(default_factory=Book)
    touched: dict[str, int] = field(default_factory=dict)
    seq: int = 0
    edition: int = 0
    at: int = 0


def fold(entries: Iterable[Entry], story: Story | None = None) -> Story:
    """The story after these entries, starting from `story` (which is updated) or from nothing."""
    story = Story() if story is None else story
    for entry in entries:
        apply(story, entry)
    return story


def apply(story: Story, entry: Entry) -> Story:
    """The story after this entry. Total: an erased or unknown body leaves a tombstone, nothing raises."""
    if entry.change is None:
        _bury(story, entry)
        bury(story.book, _when(entry), entry.kind, entry.object)
    elif isinstance(entry.change, OfLedger):
        _enter(story, entry, entry.change)
    else:
        _change(story, entry, entry.change)
    story.stream = entry.stream
    story.touched[entry.object] = entry.seq
    story.seq, story.at = entry.seq, entry.at
    story.edition = entry.edition or story.edition
    return story


def _change(story: Story, entry: Entry, change: StoryChange) -> None:
    match change:
        case StoryOpened() | StoryAmended():
            story.slug, story.title, story.lead = change.slug, change.title, change.lead
            if isinstance(change, StoryOpened):
                story.state, story.language, story.zone = "open", change.language, change.zone
        case StoryClosed():
            story.state = "closed"
        case StoryReopened():
            story.state = "open"
            story.book.stale |= set(story.book.claims)  # the house may have learnt names while it was closed
        case PostUnpinned():
            story.pinned = None
        case PostPinned():
            story.pinned = change.post
        case SummarySet():
            story.summary = change.lines
            cites = tuple(sorted({post for line in change.lines for post in line.posts}))
            story.cited.append((_trace(entry, 0), cites))
        case DraftSaved() | DraftDropped():
            _draft(story, entry, change)
        case EntriesErased():
            story.next_statement = max(story.next_statement, change.next_statement)
            _forget(story, set(change.seqs))
        case CopyTaken():
            story.copies[change.copy] = max(change.version, story.copies.get(change.copy, 0))
        case CopyReceived():
            story.copies[change.copy.id] = change.copy.version
        case CopyUsed() | AlarmRaised() | AlarmDismissed() | AlarmReopened() | AlarmAnswered():
            _follow(story, change, entry.at)
            if isinstance(change, AlarmDismissed) and change.post in story.posts:  # the reason may quote the post
                story.posts[change.post].traces.append(_trace(entry, 0))
        case _:
            _post(story, entry, change)


def _post(
    story: Story,
    entry: Entry,
    change: PostPublished | PostCorrected | PostRetracted | StatementsRecorded | Expunged,
) -> None:
    post = story.posts.setdefault(change.post, Post(published_at=entry.at))
    match change:
        case PostPublished():
            post.shown_at = change.shown_at
            post.traces.append(_trace(entry, 1))
        case PostCorrected():
            post.revision = change.revision
            post.shown_at = change.shown_at or post.shown_at
            post.traces.append(_trace(entry, change.revision))
        case PostRetracted():
            post.state = "retracted"
            post.traces.append(_trace(entry, 0))
            forget(story.book, change.post)
            _unpin(story, change.post)
        case StatementsRecorded():
            post.statements = tuple(each.number for each in change.statements)
            story.next_statement = max(story.next_statement, *(number + 1 for number in (0, *post.statements)))
            if post.state == "published":
                record(story.book, _when(entry), change.post, change.revision, change.statements, change.lost)
                post.statements = story.book.of_post[change.post]
            post.traces.append(_trace(entry, change.revision))
        case Expunged():
            if change.revision is None:
                post.state, post.statements = "expunged", ()
                forget(story.book, change.post)
                _unpin(story, change.post)


def _follow(story: Story, change: alarms.AlarmChange, at: int) -> None:
    """Follow what happens upstream. A kill of copy, and that it holds again, is one for all posts that came from it."""
    upstream, posts = story.upstream, {change.post}
    before = {*upstream.killed}
    alarms.follow(upstream, change, at)
    for copy in before ^ upstream.killed.keys():
        posts |= {post for post, copies in upstream.used.items() if copy in copies}
    for post in posts:
        recall(story.book, post, gone=alarms.recalled(upstream, post))


def _enter(story: Story, entry: Entry, change: LedgerChange) -> None:
    """Enter a change of the ledger; where it has words is noted, so that expunging them finds it."""
    enter(story.book, _when(entry), change)
    for thing in _spoken(change):
        story.spoken.setdefault(thing, []).append(_trace(entry, 0))
    match change:
        case StatementWritten():
            number, revision, post = change.statement.number, change.revision, story.posts.get(change.post)
            story.next_statement = max(story.next_statement, number + 1)
            if post is not None:
                post.statements = story.book.of_post[change.post]
                post.traces.append(_trace(entry, revision))
        case StatementAmended() | FigureAccepted():
            said = story.book.statements.get(change.statement)
            if said is not None and said.post in story.posts:
                story.posts[said.post].traces.append(_trace(entry, said.revision))


def _spoken(change: LedgerChange) -> tuple[str, ...]:
    """Of what these words are: what is said of a claim goes with it."""
    match change:
        case ClaimOpened() | MeasureAdded() | PartyNamed() | PartyNoted() | OutletNamed():
            return (change.object,)
        case StandingSet() | StandingExplained() | RefutedProposed():
            return (change.object, f"claim:{change.claim}")
        case ReplyRecorded():
            return (change.object, f"claim:{change.claim}") if change.claim else (change.object,)
    return ()


def _draft(story: Story, entry: Entry, change: DraftSaved | DraftDropped) -> None:
    if isinstance(change, DraftSaved):
        story.drafts.setdefault(change.draft, []).append(_trace(entry, 0))
        if change.post is not None and change.post in story.posts:
            story.posts[change.post].traces.append(_trace(entry, 0))
        return
    traces = story.drafts.pop(change.draft, [])
    if change.post is not None and change.post in story.posts:
        story.posts[change.post].traces += traces


def _bury(story: Story, entry: Entry) -> None:
    """Fold an erased entry: its kind and object tell that something was there."""
    name, _, number = entry.object.partition(":")
    if name == "post" and number.isdecimal():
        post = story.posts.setdefault(int(number), Post(published_at=entry.at, shown_at=entry.at))
        if entry.kind == "PostCorrected":
            post.revision += 1
        elif entry.kind == "PostRetracted":
            post.state = "retracted"
            _unpin(story, int(number))
    elif entry.kind == "StatementsRecorded" and number.isdecimal() and int(number) in story.posts:
        story.posts[int(number)].statements = ()
    elif name == "draft" and entry.kind == "DraftSaved":
        story.drafts.setdefault(number, [])
    elif name == "summary":
        story.summary = ()
    elif name == "alarm":
        alarms.bury(story.upstream, entry.kind, entry.object)
        about, _ = alarms.alarm_of(entry.object) or (0, "")
        recall(story.book, about, gone=alarms.recalled(story.upstream, about))


def _when(entry: Entry) -> When:
    return When(entry.seq, entry.edition or 0, entry.at, entry.actor)


def _trace(entry: Entry, revision: int) -> Trace:
    return Trace(entry.seq, entry.edition, revision)


def _unpin(story: Story, post: int) -> None:
    if story.pinned == post:
        story.pinned = None


def _forget(story: Story, seqs: set[int]) -> None:
    """Drop the traces of what was erased, so that a second order doesn't erase it again."""
    story.cited = [each for each in story.cited if each[0].seq not in seqs]
    for thing, traces in [*story.spoken.items()]:
        if any(trace.seq in seqs for trace in traces):
            story.spoken[thing] = [trace for trace in traces if trace.seq not in seqs]
    for post in story.posts.values():
        if any(trace.seq in seqs for trace in post.traces):
            post.traces = [trace for trace in post.traces if trace.seq not in seqs]
