"""Nouns of saying with their clause, and what is only heard of somebody.

In: the frames of one unit. Out: more drafts in it; who says it is the noun's owner, or whoever expresses or makes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from depesche.reading.en import speakers
from depesche.reading.en.sentence import Cue, Sentence
from depesche.reading.lexis import Verb
from depesche.words.copy import Span

if TYPE_CHECKING:
    from depesche.reading.en.frames import English

_HEARD = Verb("hear", "hear", "", "assert", "")
"""A verb that nobody is the subject of."""
_NEAR = 8
"""Items between a verb and the noun that it denies or confirms."""


def owned(frames: English) -> None:
    """ "his claim that ...", "the minister's promise that ...", "amid fears that ..."."""
    sentence = frames.sentence
    saying = frames.sentence.lex.saying
    if sentence.lows.isdisjoint(saying):
        return
    for place in range(1, sentence.end - 3):
        pledge = sentence.low(place + 1) == "to" and saying.get(sentence.low(place)) == "announce"
        if place in frames.taken or sentence.low(place) not in saying:
            continue
        if sentence.low(place + 1) != "that" and not pledge:
            continue
        start = place
        while start > 0 and not sentence.is_of(start - 1, "article", "determiner", "preposition") and place - start < 3:
            if sentence.low(start - 1).endswith(("'s", "’s", "s’", "s'")):
                break
            start -= 1
        owner = start - 1
        own = sentence.is_of(owner, "owner")
        owned = own or sentence.low(owner).endswith(("'s", "’s", "s’", "s'"))
        who = ((owner, owner + 1) if own else _owner(sentence, owner)) if owned else _bearer(sentence, place)
        if pledge and not owned:
            continue
        alone = sentence.is_of(place, "unowned") and sentence.has_verb(place + 3, sentence.end)
        if who is None and not alone:
            continue  # "fears that keep children awake"
        first = who[0] if who and owned else place
        if any(0 < first - cue.place < _NEAR and cue.verb.act in ("deny", "confirm") for cue in sentence.cues):
            continue  # "refuted the North's claim that": what is told is the denial
        end = _clause_end(sentence, place + 1, 0 if pledge else 1)
        frame = sentence.raw(first, place + 1)
        rule = "en_noun" if owned else "en_noun_alone"
        made = frames.draft("Indirect", [sentence.span(place + 1, end)], rule, None, who, frame)
        made.cue, made.act = [sentence.raw(place, place + 1)], saying[sentence.low(place)]
        if owned and not own:
            made.speaker = [_plain(sentence, made.speaker[0])]
        frames.taken.update(range(first, end))


def _plain(sentence: Sentence, owner: Span) -> Span:
    """The span of an owner without the sign of its genitive."""
    start, end = owner
    last = next(item.text for item in sentence.items if item.end == end)
    return start, end - (2 if last.endswith(("'s", "’s")) else 1)


def _bearer(sentence: Sentence, noun: int) -> tuple[int, int] | None:
    """The one who "expressed hope that" or "made the claim that"."""
    place = noun - 1
    while place > 1 and noun - place < 4 and not sentence.is_of(place, "bears"):
        place -= 1
    if not sentence.is_of(place, "bears"):
        return None
    first = place
    while sentence.is_of(first - 1, "auxiliary"):
        first -= 1
    return speakers.before(sentence, Cue(place, first, place + 1, _HEARD, "finite"))


def _owner(sentence: Sentence, place: int) -> tuple[int, int]:
    start = place
    while start > 0 and (sentence.items[start - 1].cap or sentence.is_of(start - 1, "article")):
        start -= 1
    return start, place + 1


def _clause_end(sentence: Sentence, start: int, own: int) -> int:
    """A clause that opens its sentence ends before the next verb phrase: "Her claim that ... has been disputed".

    `own` is the number of finite verbs that it has itself: none after "to".
    """
    verbs = [at for at in range(start, sentence.end) if sentence.finite(at)]
    for at in verbs[own:]:
        if sentence.low(at) in ("has", "have", "had", "is", "was", "were", "are") and not sentence.is_of(
            at - 1, "subject", "relative", "auxiliary", "article"
        ):
            return at
    return sentence.end


def hearsay(frames: English) -> None:
    """ "X is said to favor a deal", "X was accused of fraud by Y": what is told of somebody, mostly by nobody."""
    sentence = frames.sentence
    if "accused" not in sentence.lows and sentence.lows.isdisjoint(
        sentence.kinds["hearsay"] | sentence.kinds["addressed"]
    ):
        return
    for place in range(2, sentence.end - 2):
        heard = sentence.is_of(place, "hearsay") and sentence.low(place + 1) == "to"
        blamed = sentence.low(place) == "accused" and sentence.low(place + 1) == "of"
        blamed = blamed or (sentence.is_of(place, "addressed") and sentence.low(place + 1) in ("to", "that"))
        first = place
        while sentence.is_of(first - 1, "auxiliary", "be", "adverb", "negation"):
            first -= 1
        if not (heard or blamed) or first in frames.taken or not sentence.is_of(place - 1, "be", "adverb"):
            continue
        who = speakers.before(sentence, Cue(place, first, place + 1, _HEARD, "finite"))
        if who is None or who[0] in frames.taken:
            continue
        end = frames.stop(place + 1)
        by = next(
            (at for at in range(place + 2, end) if blamed and sentence.low(at) == "by" and sentence.opens(at + 1)), end
        )
        spans = [sentence.span(place + 1, by)] if blamed else [sentence.raw(*who), sentence.span(place + 1, end)]
        named = (by + 1, end) if by + 1 < end else None
        made = frames.draft("Indirect", spans, "en_hearsay", None, named, sentence.raw(first, place + 1))
        made.cue = [sentence.raw(first, place + 1)]
        frames.taken.update(range(who[0], end))
        return
