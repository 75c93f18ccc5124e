"""decide(story, command, now): what a command changes, or why it can't be done.

In: the fold, a command, the time (microseconds UTC). Out: changes or one Refusal. Pure and total: for every story
and every command there is an answer, and nothing here raises. Rights and conflicts are judged before, on the desk.
"""

from __future__ import annotations

import re
import uuid
from typing import TypeAlias

from msgspec.structs import replace

from depesche.words import alarms, ledgerdecide
from depesche.words.alarms import MOST_USED, AlarmDismissed, AlarmReopened, CopyRef
from depesche.words.changes import (
    AnyChange,
    CopyReceived,
    CopyTaken,
    DraftDropped,
    DraftSaved,
    EntriesErased,
    Expunged,
    PostCorrected,
    PostPinned,
    PostPublished,
    PostRetracted,
    PostText,
    PostUnpinned,
    StatementsRecorded,
    StoryAmended,
    StoryClosed,
    StoryOpened,
    StoryReopened,
    SummarySet,
)
from depesche.words.commands import (
    AmendStory,
    AnyCommand,
    CloseStory,
    CorrectPost,
    DismissAlarm,
    DropDraft,
    Expunge,
    OpenStory,
    PinPost,
    PublishPost,
    RaiseAlarm,
    ReceiveCopy,
    RecordStatements,
    Refusal,
    ReopenAlarm,
    ReopenStory,
    RetractPost,
    SaveDraft,
    SetSummary,
    TakeCopy,
    UnpinPost,
)
from depesche.words.ledger import RecordedStatement
from depesche.words.ledgerchanges import OutletForgotten, PartyForgotten, WordsExpunged
from depesche.words.ledgercommands import (
    AskedOfLedger,
    ExpungeWords,
    ForgetOutlet,
    ForgetParty,
    LedgerCommand,
    NameOutlet,
    NameParty,
    OpenClaim,
)
from depesche.words.story import Post, Story
from depesche.words.text import is_seen as _is_seen

Answer: TypeAlias = list[AnyChange] | Refusal

RESERVED = frozenset(
    {"api", "desk", "static", "media", "feeds", "embed", "metrics", "healthz", "readyz", "oembed", ".well-known"}
    | {"robots.txt", "favicon.ico"}
)
"""First segments of an address that never are a story."""
NEW = (PublishPost, PinPost, OpenClaim)
"""What an ended story refuses. All the rest is correcting, taking back or tidying up, which never ends."""
UNDO = 10_000_000
"""Ten seconds: how long an editor may take a publish back without a note."""
GRACE = 2_000_000
"""Two seconds on top for the way from the key to the desk."""
SKEW = 60_000_000
"""A minute: as far as an editor's clock may be ahead of ours."""
MOST = {
    "title": 200,
    "lead": 1_000,
    "body": 50_000,
    "note": 1_000,
    "reason": 1_000,
    "byline": 200,
    "sources": 300,
}
"""Longest texts in code points: ten times what a live post ever had, and still small enough for every frame."""
MOST_LINES, MOST_LINE, MOST_CITES = 8, 400, 12
MOST_MEDIA, MOST_MEDIA_TEXT = 10, 1_000
MOST_STATEMENTS = 500
"""A post of 50,000 characters has fewer than 500 statements; a reader that finds more has gone wrong."""
MOST_COPY_ID, MOST_VERSION = 100, 2**31 - 1
"""Of a reference to copy: its id is a UUID, its version has nine digits at most."""
EARLIEST, LATEST = -2_208_988_800_000_000, 253_402_300_799_000_000
"""1900-01-01 and 9999-12-31T23:59:59 in microseconds UTC."""

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LANGUAGE = re.compile(r"(?=.{2,35}$)[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")  # 35: RFC 5646, 4.4.1
_ZONE = re.compile(r"[A-Za-z0-9_+-]{1,32}(?:/[A-Za-z0-9_+-]{1,32}){0,2}")


def decide(story: Story, command: AnyCommand, now: int, *, actor: str = "") -> Answer:
    """The changes that this command makes in this story, or a refusal. No changes: it is so already.

    `actor` is the id of who asks: some things take two people.
    """
    if story.state == "closed" and isinstance(command, NEW):
        return Refusal("story_closed")
    if isinstance(command, AskedOfLedger):
        return _ledger(story, command, actor)
    if isinstance(command, ReceiveCopy):
        return [CopyReceived(command.copy)] if story.state == "unopened" else Refusal("wrong_stream")
    if isinstance(command, OpenStory):
        return _open(story, command)
    if story.state == "unopened":
        return Refusal("story_missing")
    match command:
        case AmendStory():
            return _amend(story, command)
        case CloseStory():
            return [] if story.state == "closed" else [StoryClosed()]
        case ReopenStory():
            return [StoryReopened()] if story.state == "closed" else Refusal("story_running")
        case SaveDraft():
            return _save_draft(command)
        case DropDraft():
            known = command.draft in story.drafts
            return [DraftDropped(command.draft)] if known else Refusal("draft_missing")
        case PublishPost():
            return _publish(story, command, now)
        case SetSummary():
            return _set_summary(story, command)
        case RaiseAlarm():
            return _raise(story, command)
        case TakeCopy():
            taken = story.copies.get(command.copy, 0) >= command.version
            return Refusal("copy_taken") if taken else [CopyTaken(command.copy, command.version)]
        case _:
            return _with_post(story, command, now)


def _ledger(story: Story, command: LedgerCommand, actor: str) -> Answer:
    expunging = isinstance(command, ExpungeWords) and command.of in ("party", "outlet")
    of_house = expunging or isinstance(command, NameParty | ForgetParty | NameOutlet | ForgetOutlet)
    if story.state == "unopened" and not of_house:
        return Refusal("story_missing")
    if story.state != "unopened" and of_house:
        return Refusal("wrong_stream")
    if isinstance(command, ExpungeWords):
        return _expunge_words(story, command)
    answer = ledgerdecide.decide(story, command, actor)
    return answer if isinstance(answer, Refusal) else [*answer]


def _with_post(
    story: Story,
    command: CorrectPost | RetractPost | Expunge | PinPost | UnpinPost | DismissAlarm | ReopenAlarm | RecordStatements,
    now: int,
) -> Answer:
    post = story.posts.get(command.post)
    if post is None:
        return Refusal("post_missing", {"post": command.post})
    if isinstance(command, UnpinPost):
        return _unpin(story, command)
    if post.state == "expunged":
        return Refusal("post_expunged", {"post": command.post})
    if isinstance(command, Expunge):
        return _expunge(story, post, command)
    if post.state == "retracted":
        return Refusal("post_retracted", {"post": command.post})
    match command:
        case CorrectPost():
            return _correct(story, post, command, now)
        case RetractPost():
            return _retract(story, post, command, now)
        case PinPost():
            pinned = story.pinned == command.post
            return Refusal("pinned_already", {"post": command.post}) if pinned else [PostPinned(command.post)]
        case DismissAlarm() | ReopenAlarm():
            return _settle(story, command)
        case RecordStatements():
            return _record(story, post, command)


def _open(story: Story, command: OpenStory) -> Answer:
    if story.state != "unopened":
        return Refusal("story_exists")
    if not _LANGUAGE.fullmatch(command.language):
        return Refusal("language_unknown", {"language": command.language[:40]})
    if not _ZONE.fullmatch(command.zone):
        return Refusal("zone_unknown", {"zone": command.zone[:100]})
    refusal = _check_story(command)
    if refusal:
        return refusal
    return [StoryOpened(command.slug, command.title.strip(), command.language, command.zone, command.lead.strip())]


def _amend(story: Story, command: AmendStory) -> Answer:
    refusal = _check_story(command)
    if refusal:
        return refusal
    change = StoryAmended(command.slug, command.title.strip(), command.lead.strip())
    same = (change.slug, change.title, change.lead) == (story.slug, story.title, story.lead)
    return Refusal("nothing_changed") if same else [change]


def _check_story(command: OpenStory | AmendStory) -> Refusal | None:
    if len(command.slug) > 80 or not _SLUG.fullmatch(command.slug):
        return Refusal("slug_invalid", {"slug": command.slug[:80]})
    if command.slug in RESERVED:
        return Refusal("slug_reserved", {"slug": command.slug})
    if not _is_seen(command.title):
        return Refusal("title_missing")
    return _too_long(title=command.title, lead=command.lead)


def _save_draft(command: SaveDraft) -> Answer:
    if not _is_uuid(command.draft):
        return Refusal("draft_id_invalid")
    refusal = _check_text(command.text, whole=False) or _check_copies(command.copies)
    return refusal or [DraftSaved(command.draft, command.text, command.post, command.copies)]


def _publish(story: Story, command: PublishPost, now: int) -> Answer:
    refusal = (
        _check_text(command.text, whole=True) or _check_time(command.shown_at, now) or _check_copies(command.copies)
    )
    if refusal:
        return refusal
    number = len(story.posts) + 1
    shown_at = now if command.shown_at is None else command.shown_at
    changes: list[AnyChange] = [PostPublished(number, command.text, shown_at)]
    return [*changes, *_use(story, number, 1, command.copies), *_drop(story, command.draft, number)]


def _correct(story: Story, post: Post, command: CorrectPost, now: int) -> Answer:
    refusal = (
        _check_text(command.text, whole=True)
        or _check_time(command.shown_at, now)
        or _too_long(note=command.note)
        or _check_copies((*command.copies, *(command.answers or ())))
    )
    if refusal:
        return refusal
    if command.correction != "typo" and not _is_seen(command.note):
        return Refusal("note_missing")
    change = PostCorrected(
        command.post,
        post.revision + 1,
        command.text,
        command.correction,
        command.note.strip(),
        command.shown_at or post.shown_at,
    )
    answered: list[AnyChange] = []
    if command.correction != "typo":
        seen = command.answers
        answered += alarms.answering(story.upstream, command.post, "corrected", revision=change.revision, seen=seen)
    used = _use(story, command.post, change.revision, command.copies)
    return [change, *used, *answered, *_drop(story, command.draft, command.post)]


def _use(story: Story, post: int, revision: int, copies: tuple[CopyRef, ...]) -> list[AnyChange]:
    """What the post came from; the story uses that copy from now on."""
    taken = [CopyTaken(ref.copy, ref.version) for ref in copies if story.copies.get(ref.copy, 0) < ref.version]
    newest = {change.copy: change for change in sorted(taken, key=lambda change: change.version)}
    return [*newest.values(), *alarms.using(story.upstream, post, revision, copies)]


def _raise(story: Story, command: RaiseAlarm) -> Answer:
    if not 1 <= command.version <= MOST_VERSION:
        return Refusal("copy_missing")
    published = {number for number, post in story.posts.items() if post.state == "published"}
    raised = alarms.raising(story.upstream, published, command.copy, command.version, command.killed, command.posts)
    newer = 0 < story.copies.get(command.copy, 0) < command.version
    return [*raised, *([CopyTaken(command.copy, command.version)] if newer else [])]


def _settle(story: Story, command: DismissAlarm | ReopenAlarm) -> Answer:
    flag = story.upstream.flags.get(command.post, {}).get(command.copy)
    if isinstance(command, ReopenAlarm):
        if flag is None or flag.state != "dismissed":
            return Refusal("alarm_not_dismissed", {"post": command.post})
        return [AlarmReopened(command.post, command.copy, flag.version)]
    if flag is None or flag.state != "open":
        return Refusal("alarm_missing", {"post": command.post})
    if not _is_seen(command.reason):
        return Refusal("alarm_reason_missing")
    refusal = _too_long(reason=command.reason)
    return refusal or [AlarmDismissed(command.post, command.copy, flag.version, command.reason.strip())]


def _check_copies(copies: tuple[CopyRef, ...]) -> Refusal | None:
    if len(copies) > MOST_USED:
        return Refusal("too_many", {"field": "copies", "most": MOST_USED})
    known = all(0 < len(ref.copy) <= MOST_COPY_ID and 1 <= ref.version <= MOST_VERSION for ref in copies)
    return None if known else Refusal("copy_missing")


def _retract(story: Story, post: Post, command: RetractPost, now: int) -> Answer:
    if command.undo and (now > post.published_at + UNDO + GRACE or post.revision > 1):
        return Refusal("undo_too_late")
    if not command.undo and not _is_seen(command.note):
        return Refusal("note_missing")
    refusal = _too_long(note=command.note)
    if refusal:
        return refusal
    answered = alarms.answering(story.upstream, command.post, "retracted")
    return [PostRetracted(command.post, command.note.strip(), undo=command.undo), *answered]


def _unpin(story: Story, command: UnpinPost) -> Answer:
    if story.pinned != command.post:
        return Refusal("not_pinned", {"post": command.post})
    return [PostUnpinned(command.post)]


def _set_summary(story: Story, command: SetSummary) -> Answer:
    if len(command.lines) > MOST_LINES:
        return Refusal("too_many", {"field": "summary", "most": MOST_LINES})
    for line in command.lines:
        if not _is_seen(line.text):
            return Refusal("body_missing")
        if len(line.text) > MOST_LINE:
            return Refusal("too_long", {"field": "card_line", "length": len(line.text), "most": MOST_LINE})
        if len(line.posts) > MOST_CITES:
            return Refusal("too_many", {"field": "posts", "most": MOST_CITES})
        for number in line.posts:
            post = story.posts.get(number)
            if post is None:
                return Refusal("post_missing", {"post": number})
            if post.state != "published":
                return Refusal(f"post_{post.state}", {"post": number})
    return [] if command.lines == story.summary else [SummarySet(command.lines)]


def _record(story: Story, post: Post, command: RecordStatements) -> Answer:
    if command.revision != post.revision:
        return Refusal("revision_outdated", {"post": command.post, "revision": post.revision})
    if len(command.statements) > MOST_STATEMENTS:
        return Refusal("too_many", {"field": "statements", "most": MOST_STATEMENTS})
    kept, free, given = set(post.statements), story.next_statement, []
    written = {
        n for n in kept if (said := story.book.statements.get(n)) and said.hand and said.revision == post.revision
    }
    for each in command.statements:
        if each.number == 0:
            each, free = _numbered(each, free), free + 1
        elif each.number not in kept:
            return Refusal("statement_unknown", {"number": each.number, "post": command.post})
        kept.discard(each.number)
        given.append(each)
    kept -= written  # an editor may have written it while the reader read
    if not given and not kept and not post.statements:
        return []
    return [StatementsRecorded(command.post, command.revision, tuple(given), tuple(sorted(kept)))]


def _expunge_words(story: Story, command: ExpungeWords) -> Answer:
    refusal = _check_reason(command.reason)
    if refusal:
        return refusal
    holes = story.spoken.get(command.object, ())
    if not holes:
        return _nothing_said(story, command)
    editions = tuple(each.edition for each in holes if each.edition)
    erased = EntriesErased(tuple(each.seq for each in holes), command.reason.strip(), 0, story.next_statement)
    if command.of == "party":
        return [*([PartyForgotten(command.id)] if command.id in story.book.parties else []), erased]
    if command.of == "outlet":
        return [*([OutletForgotten(command.id)] if command.id in story.book.outlets else []), erased]
    return [WordsExpunged(command.of, command.number, editions, command.id), erased]


def _nothing_said(story: Story, command: ExpungeWords) -> Refusal:
    match command.of:
        case "party" | "outlet":
            return Refusal("party_missing", {"party": command.id[:60]})
        case "measure":
            return Refusal("measure_unknown", {"measure": command.id[:60]})
        case "reply":
            return Refusal("reply_missing", {"reply": command.number})
    if command.number not in story.book.claims:
        return Refusal("claim_missing", {"claim": command.number})
    code = "standing_missing" if command.of == "standing" else "claim_expunged"
    return Refusal(code, {"claim": command.number})


def _check_reason(reason: str) -> Refusal | None:
    return _too_long(reason=reason) if _is_seen(reason) else Refusal("reason_missing")


def _expunge(story: Story, post: Post, command: Expunge) -> Answer:
    refusal = _check_reason(command.reason)
    if refusal:
        return refusal
    if command.revision is not None and not 1 <= command.revision <= post.revision:
        return Refusal("revision_missing", {"post": command.post, "revision": command.revision})
    if command.revision == post.revision and post.state == "published":
        return Refusal("revision_current", {"revision": command.revision})
    whole = command.revision is None
    holes = [trace for trace in post.traces if whole or trace.revision in (0, command.revision)]
    holes += [trace for trace, posts in story.cited if command.post in posts]
    holes = sorted({trace.seq: trace for trace in holes}.values(), key=lambda trace: trace.seq)
    changes: list[AnyChange] = [
        Expunged(command.post, command.revision, tuple(each.edition for each in holes if each.edition))
    ]
    changes.append(
        EntriesErased(tuple(each.seq for each in holes), command.reason.strip(), command.post, story.next_statement)
    )
    kept = tuple(line for line in story.summary if command.post not in line.posts)
    return changes + ([SummarySet(kept)] if kept != story.summary else [])


def _drop(story: Story, draft: str | None, post: int) -> list[AnyChange]:
    return [DraftDropped(draft, post)] if draft is not None and draft in story.drafts else []


def _check_text(text: PostText, *, whole: bool) -> Refusal | None:
    if whole and not (_is_seen(text.body) or text.media):
        return Refusal("body_missing")
    if len(text.media) > MOST_MEDIA:
        return Refusal("too_many", {"field": "media", "most": MOST_MEDIA})
    for media in text.media:
        for value in (media.alt, media.credit, media.rights, media.caption):
            if len(value) > MOST_MEDIA_TEXT:
                return Refusal("too_long", {"field": "media", "length": len(value), "most": MOST_MEDIA_TEXT})
    if text.language and not _LANGUAGE.fullmatch(text.language):
        return Refusal("language_unknown", {"language": text.language[:40]})
    return _too_long(title=text.title, body=text.body, byline=text.byline, sources=text.sources)


def _check_time(shown_at: int | None, now: int) -> Refusal | None:
    if shown_at is None:
        return None
    if not EARLIEST <= shown_at <= LATEST:
        return Refusal("time_out_of_range")
    return Refusal("shown_at_future") if shown_at > now + SKEW else None


def _too_long(**texts: str) -> Refusal | None:
    for name, text in texts.items():
        if len(text) > MOST[name]:
            return Refusal("too_long", {"field": name, "length": len(text), "most": MOST[name]})
    return None


def _is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False


def _numbered(each: RecordedStatement, number: int) -> RecordedStatement:
    return replace(each, number=number)
