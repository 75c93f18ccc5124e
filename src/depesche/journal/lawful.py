"""What a file may bring in: only changes that an editor could have made. The chains of a forged file hold, too.

In: entries in order, from a file. Out: a sentence for the first one that the rest of the program couldn't live with.
Rules are those of `decide`, asked as if the change were a command.
"""

from __future__ import annotations

import re

import msgspec

from depesche.words.alarms import AlarmAnswered, AlarmDismissed, AlarmRaised, AlarmReopened, CopyUsed
from depesche.words.changes import (
    CopyReceived,
    EntriesErased,
    Entry,
    PostCorrected,
    PostPublished,
    PostText,
    StatementsRecorded,
    StoryAmended,
    StoryOpened,
)
from depesche.words.claims import Claim
from depesche.words.commands import AmendStory, OpenStory, PublishPost, Refusal
from depesche.words.decide import decide
from depesche.words.decide.limits import EARLIEST, LATEST, MOST_FIGURE
from depesche.words.ledgerchanges import (
    ClaimAmended,
    ClaimOpened,
    LedgerChange,
    OfLedger,
    OutletForgotten,
    OutletNamed,
    PartyForgotten,
    PartyNamed,
    PartyNoted,
    WordsExpunged,
)
from depesche.words.story import Story, apply

MOST_NUMBER = 2**31 - 1
"""Numbers of posts and statements: no story has two thousand million of them."""
MOST_TEXT = 10_000
"""Code points of any text in the ledger: a reply is the longest."""
_SHA256 = re.compile(r"[0-9a-f]{64}")
_OF_POST = re.compile(r"(?:post|statements|erased):[1-9][0-9]{0,9}")


class Lawful:
    """Follows a story entry by entry; `story` is its fold, `slugs` all that it ever had."""

    def __init__(self) -> None:
        self.story = Story()
        self.slugs: set[str] = set()

    @property
    def _claims(self) -> dict[int, Claim]:
        return self.story.book.claims

    def problem(self, entry: Entry) -> str:
        """What is wrong with the next entry, "" if nothing is."""
        if not EARLIEST <= entry.at <= LATEST:
            return "Its time is too far away."
        problem = self._change(entry)
        if not problem:
            apply(self.story, entry)
        return problem

    def refuses_slug(self, slug: str) -> str:
        """Why the story can't have this slug, "" if it can."""
        answer = decide(Story(state="open"), AmendStory(slug, self.story.title or "-"), 0)
        return answer.reason if isinstance(answer, Refusal) else ""

    def _change(self, entry: Entry) -> str:
        change = entry.change
        if (entry.seq == 1) != isinstance(change, StoryOpened):
            return "A story is opened by its first entry, and by no other."
        match change:
            case None:
                return self._hole(entry)
            case StoryOpened() | StoryAmended():
                self.slugs.add(change.slug)
                opened = OpenStory(change.slug, change.title, self.story.language or "de", self.story.zone or "UTC")
                if isinstance(change, StoryOpened):
                    opened = OpenStory(change.slug, change.title, change.language, change.zone, change.lead)
                return _reason(decide(Story(), opened, entry.at))
            case CopyReceived():
                return "Copy isn't kept in stories."
            case OfLedger():
                return self._ledger(change)
            case EntriesErased():
                return "" if max(change.seqs, default=0) < entry.seq else "It erases what isn't there yet."
            case _:
                return self._post(entry)

    def _post(self, entry: Entry) -> str:
        change = entry.change
        if isinstance(change, PostPublished):
            if change.post != len(self.story.posts) + 1:
                return "The numbers of its posts have gaps."
            return _text(change.text, change.shown_at, entry.at)
        number = getattr(change, "post", None)
        if number is not None and number not in self.story.posts:
            return "It speaks of a post that isn't there."
        if isinstance(change, PostCorrected):
            if change.revision != self.story.posts[change.post].revision + 1:
                return "The revisions of a post have gaps."
            return _text(change.text, change.shown_at or None, entry.at)
        if isinstance(change, CopyUsed | AlarmRaised | AlarmDismissed | AlarmReopened | AlarmAnswered):
            versions = [each.version for each in change.copies] if isinstance(change, CopyUsed) else [change.version]
            return "" if all(0 < each <= MOST_NUMBER for each in versions) else "A copy has an impossible version."
        if isinstance(change, StatementsRecorded):
            possible = all(0 < each.number <= MOST_NUMBER for each in change.statements)
            return "" if possible else "A statement has an impossible number."
        return ""

    def _ledger(self, change: LedgerChange) -> str:
        """The fold is total, so only what a database or a page couldn't hold is refused, and gaps."""
        story = self.story
        if isinstance(change, PartyNamed | PartyNoted | PartyForgotten | OutletNamed | OutletForgotten):
            return "Parties and outlets aren't kept in stories."
        if isinstance(change, ClaimOpened):
            new = not isinstance(change, ClaimAmended)
            if change.claim.number != story.book.next_claim if new else change.claim.number not in story.book.claims:
                return "The numbers of its claims have gaps."
        if (
            isinstance(change, WordsExpunged)
            and change.of in ("claim", "standing")
            and change.number not in self._claims
        ):
            return "It speaks of a claim that isn't there."
        post = getattr(change, "post", 0)
        if post and post not in story.posts:
            return "It speaks of a post that isn't there."
        return (
            "" if _possible(msgspec.to_builtins(change)) else "It has an impossible number, or a text that is too long."
        )

    def _hole(self, entry: Entry) -> str:
        """An erased entry has its object only, so that is what has to be possible."""
        name, _, number = entry.object.partition(":")
        if entry.kind == "PostPublished":
            return "" if entry.object == f"post:{len(self.story.posts) + 1}" else "The numbers of its posts have gaps."
        if entry.kind == "ClaimOpened":
            new = entry.object == f"claim:{self.story.book.next_claim}"
            return "" if new else "The numbers of its claims have gaps."
        if name in ("claim", "standing", "reply"):
            possible = number.isdecimal() and len(number) <= 9 and (name == "reply" or int(number) in self._claims)
            return "" if possible else "It speaks of a claim that isn't there."
        if name in ("post", "statements", "erased"):
            known = _OF_POST.fullmatch(entry.object) and int(number) in self.story.posts
            return "" if known else "It speaks of a post that isn't there."
        return ""


def _text(text: PostText, shown_at: int | None, at: int) -> str:
    if not all(_SHA256.fullmatch(media.id) for media in text.media):
        return "It names a picture in a way that isn't ours."
    return _reason(decide(Story(state="open"), PublishPost(text, shown_at), at))


def _possible(value: object) -> bool:
    """Whether all numbers and texts in this are such as the desk would take."""
    match value:
        case str():
            return len(value) <= MOST_TEXT
        case int():
            return 0 <= value <= MOST_NUMBER
        case float():
            return abs(value) <= MOST_FIGURE
        case dict():
            return all(_possible(each) for each in value.values())
        case list() | tuple():
            return all(_possible(each) for each in value)
    return True


def _reason(answer: object) -> str:
    return answer.reason if isinstance(answer, Refusal) else ""
