"""What is decided of a court order: which entries lose their bodies, of a post or of words of the ledger.

In: the fold, which knows where words stand in the journal, and a command. Out: the public tombstone and the desk's list
of entries, or a refusal. Never: an entry forgotten that repeats the words.
"""

from __future__ import annotations

from collections.abc import Sequence

from depesche.words.changes import AnyChange, EntriesErased, Expunged, SummarySet
from depesche.words.commands import Answer, Expunge, Refusal
from depesche.words.decide.limits import too_long
from depesche.words.ledgerchanges import OutletForgotten, PartyForgotten, WordsExpunged
from depesche.words.ledgercommands import ExpungeWords
from depesche.words.story import Post, Story, Trace
from depesche.words.text import is_seen


def expunge(story: Story, post: Post, command: Expunge) -> Answer:
    """Erase a post, or one earlier revision of it, and all that repeats its words."""
    refusal = _unfit_reason(command.reason)
    if refusal:
        return refusal
    whole = command.revision is None
    if command.revision is not None and not 1 <= command.revision <= post.revision:
        return Refusal("revision_missing", {"post": command.post, "revision": command.revision})
    if command.revision == post.revision and post.state == "published":
        return Refusal("revision_current", {"revision": command.revision})
    found = [trace for trace in post.traces if whole or trace.revision in (0, command.revision)]
    found += [trace for trace, posts in story.cited if command.post in posts]
    holes = sorted({trace.seq: trace for trace in found}.values(), key=lambda trace: trace.seq)
    kept = tuple(line for line in story.summary if command.post not in line.posts)
    return [
        Expunged(command.post, command.revision, _editions(holes)),
        _erased(story, holes, command.reason, command.post),
        *([SummarySet(kept)] if kept != story.summary else []),
    ]


def expunge_words(story: Story, command: ExpungeWords) -> Answer:
    """Erase the words of a claim, standing, reply, measure, party or outlet."""
    if command.of in ("party", "outlet") and story.state != "unopened":
        return Refusal("wrong_stream")
    holes = story.spoken.get(command.object, ())
    refusal = _unfit_reason(command.reason) or (None if holes else _nothing_said(story, command))
    if refusal:
        return refusal
    gone: list[AnyChange] = [WordsExpunged(command.of, command.number, _editions(holes), command.id)]
    if command.of == "party":
        gone = [PartyForgotten(command.id)] if command.id in story.book.parties else []
    elif command.of == "outlet":
        gone = [OutletForgotten(command.id)] if command.id in story.book.outlets else []
    return [*gone, _erased(story, holes, command.reason, 0)]


def _nothing_said(story: Story, command: ExpungeWords) -> Refusal:
    match command.of:
        case "party" | "outlet":
            return Refusal("party_missing", {"party": command.id[:60]})
        case "measure":
            return Refusal("measure_unknown", {"measure": command.id[:60]})
        case "reply":
            return Refusal("reply_missing", {"reply": command.number})
    known = "standing_missing" if command.of == "standing" else "claim_expunged"
    return Refusal(known if command.number in story.book.claims else "claim_missing", {"claim": command.number})


def _editions(holes: Sequence[Trace]) -> tuple[int, ...]:
    return tuple(each.edition for each in holes if each.edition)


def _erased(story: Story, holes: Sequence[Trace], reason: str, post: int) -> EntriesErased:
    return EntriesErased(tuple(each.seq for each in holes), reason.strip(), post, story.next_statement)


def _unfit_reason(reason: str) -> Refusal | None:
    return too_long(reason=reason) if is_seen(reason) else Refusal("reason_missing")
