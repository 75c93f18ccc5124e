"""Which earlier statements a new one could repeat, deny or update: at most three, for an editor to pick from.

In: statements with a structured key (measure, population, subject, place, period, parties). Out: candidates, best
first, the same for every order of arrival. The key decides who is one; how alike the words are only ranks them, and for
a denial a little by whom and when something was said.
Never a link: that takes a key of an editor. A pair that was rejected is never suggested again.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Iterable, Sequence
from heapq import nsmallest
from typing import Literal, TypeAlias

from msgspec import Struct

from depesche.words.claims import Period
from depesche.words.likeness import Content, content, denied, likenesses, manner, mentions, naming, one_speaker

Kind: TypeAlias = Literal["same", "denies", "updates"]
MOST = 3
"""More than three lines are not read under time pressure."""
AGREEING = 0.25
"""What one agreeing field of the key weighs against the likeness of the words, which is 1 for the same words."""
HINT = 0.07
"""What each hint at a denial's target weighs among three; the more statements there are, the more have it by chance."""
FRESH = dt.timedelta(days=1)
"""What is denied was mostly said on the same day or the day before."""
ACCUSER = 2
"""Hints that it is worth if media, unions, an opposition or those concerned said it, as half of what is denied,
and a fifth of what isn't."""
ACCUSED = 0.15
"""What it is worth that an earlier statement has a rare name of whoever denies: who denies was mostly accused."""
OWN = 0.2
"""What is left of a score when both deny, or when denier and speaker seem to be one by their names."""
AGO = 0.04
"""What it costs, times the logarithm of how many statements ago it is, that something isn't the latest that was said:
half of what is denied is one of the last four statements, nine in ten one of the last thirty."""
LIKELY = 0.85
"""Score below which a desk is told of nothing that a statement may repeat or update."""
CLEAR = 0.12
"""By how much what may be denied must be better than the next one, or a desk is told nothing: a score tells little,
standing out does (docs/adr/0087)."""
ENOUGH = 10
"""Judgements before the strip's precision is believed: with fewer, one slip would switch it off."""
PRECISE = 0.8
"""The strip switches itself off below four right suggestions in five."""


class Key(Struct, frozen=True, omit_defaults=True):
    """What a statement is about, as far as known; "" and empty are unknown. `parties` are ids of those it names."""

    measure: str = ""
    population: str = ""
    subject: str = ""
    place: str = ""
    period: Period = Period()
    parties: tuple[str, ...] = ()


class Uttered(Struct, frozen=True, omit_defaults=True):
    """A statement as candidates see it: its words, its speaker's name and root (an id, "" unknown), its key.

    `statement` is its number in the story: what was written down later has a higher one.
    """

    statement: int
    words: str
    speaker: str = ""
    root: str = ""
    said: dt.date | None = None
    denies: bool = False
    key: Key = Key()


class Candidate(Struct, frozen=True):
    """An earlier statement and what the new one could be to it; `score` does nothing but order them.

    `likely` tells that it is worth an editor's time.
    """

    statement: int
    kind: Kind
    score: float
    likely: bool


def candidates(
    new: Uttered, earlier: Iterable[Uttered], rejected: Collection[tuple[int, int]] = ()
) -> tuple[Candidate, ...]:
    """At most three earlier statements that the new one may repeat, deny or update, best first.

    `rejected` are pairs of statements, in either order, of which an editor said no.
    """
    refused = {new.statement}.union(*(pair for pair in rejected if new.statement in pair))
    asked = denied(new.words, new.speaker) if new.denies else content(new.words)
    denier = naming(new.speaker) if new.denies else {}
    possible = [each for each in earlier if each.statement not in refused]
    known = _known(new, possible, asked.keys() | denier.keys())
    if new.denies and len(known) < MOST:  # whatever others said may be what is denied, in words that nobody knows
        known = _known(new, possible, None)
    told = [says for _, says in known]
    accused = mentions(denier, [content(each.words) for each, _ in known])
    worth = [share + ACCUSED * named for share, named in zip(likenesses(asked, told), accused, strict=True)]
    hint = HINT * MOST / max(MOST, len(known)) if new.denies else 0
    scored = [(_score(new, each, words, hint), each) for (each, _), words in zip(known, worth, strict=True)]
    best = nsmallest(MOST, scored, key=lambda pair: (-pair[0], _recency(pair[1]), _text(pair[1]), pair[1].statement))
    behind = best[1][0] if len(best) > 1 else 0
    return tuple(
        Candidate(each.statement, kind(new, each), score, _likely(new, each, score, behind)) for score, each in best
    )


def likely(found: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """The best of the candidates if it is likely enough to take an editor's time, and its equals."""
    return tuple(each for each in found if each.likely and each.score == found[0].score)


def kind(new: Uttered, old: Uttered) -> Kind:
    """What the new statement would be to the old one, if they belong together."""
    if new.denies != old.denies:
        return "denies"
    later = new.said is not None and old.said is not None and new.said > old.said
    updated = later and new.root != "" and new.root == old.root and new.key.measure != ""
    return "updates" if updated and new.key.measure == old.key.measure else "same"


def useful(right: int, wrong: int) -> bool:
    """Whether the strip stays on in a story, after so many accepted and rejected suggestions."""
    judged = right + wrong
    return judged < ENOUGH or right >= PRECISE * judged


def agreeing(new: Key, old: Key) -> int:
    """How many fields of two keys are known and equal; parties count once however many they share."""
    told = (new.measure == old.measure != "") + (new.population == old.population != "")
    told += (new.subject == old.subject != "") + (new.place == old.place != "")
    return told + (not set(new.parties).isdisjoint(old.parties))


def _likely(new: Uttered, old: Uttered, score: float, behind: float) -> bool:
    if new.denies and not old.denies:
        return score - behind >= CLEAR
    return score >= LIKELY


def _known(new: Uttered, earlier: Iterable[Uttered], asked: Collection[str] | None) -> list[tuple[Uttered, Content]]:
    """Statements of which something speaks for being meant, if that is asked for, and no known field against it."""
    told = ((each, content(each.words, each.speaker)) for each in earlier)
    return [
        (each, says)
        for each, says in told
        if (asked is None or not says.keys().isdisjoint(asked) or _admitted(new, each)) and not _excluded(new, each)
    ]


def _excluded(new: Uttered, old: Uttered) -> bool:
    """True when a known field of an earlier statement speaks against it."""
    if any(a and b and a != b for a, b in _fields(new.key, old.key)):
        return True
    if kind(new, old) == "denies" and new.root != "" and new.root == old.root:
        return True  # a party denies what others say; that it turned round is found by standing.hints
    return _apart(new.key.period, old.key.period) and kind(new, old) != "updates"


def _admitted(new: Uttered, old: Uttered) -> bool:
    """True when a field of the key agrees, or the new statement names whoever said the old one."""
    one, other = new.key, old.key
    agrees = one.measure == other.measure != "" or one.subject == other.subject != "" or one.place == other.place != ""
    return agrees or old.root in one.parties


def _score(new: Uttered, old: Uttered, alike: float, hint: float) -> float:
    agreed = agreeing(new.key, old.key) + (bool(old.root) and old.root in new.key.parties)
    score = alike + AGREEING * agreed
    if new.denies:
        score += hint * _hints(new, old)
        score *= OWN if old.denies or one_speaker(new.speaker, old.speaker) else 1
        score -= AGO * math.log(max(1, new.statement - old.statement))
    return round(score, 9)


def _hints(new: Uttered, old: Uttered) -> int:
    """How much besides the words hints that a denial is about an earlier statement."""
    one, other = manner(new.words, new.speaker), manner(old.words, old.speaker)
    fresh = new.said is not None and old.said is not None and new.said - FRESH <= old.said <= new.said
    return ACCUSER * other.accuser + fresh + (one.coming == other.coming)


def _fields(new: Key, old: Key) -> tuple[tuple[str, str], ...]:
    return (
        (new.measure, old.measure),
        (new.population, old.population),
        (new.subject, old.subject),
        (new.place, old.place),
    )


def _apart(one: Period, other: Period) -> bool:
    """True when two periods are known not to touch."""
    before = one.last is not None and other.first is not None and one.last < other.first
    return before or (other.last is not None and one.first is not None and other.last < one.first)


def _text(each: Uttered) -> str:
    return f"{each.speaker}: {each.words}" if each.speaker else each.words


def _recency(each: Uttered) -> int:
    return -each.said.toordinal() if each.said else 0
