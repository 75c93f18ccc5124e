"""Statements that no verb of saying with a clause makes: sources, quotations left over, reports, nested ones.

In: the frames of one unit. Out: more drafts in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from depesche.reading.drafts import Draft
from depesche.reading.en import contents, inverted, speakers
from depesche.reading.en.sentence import Cue, Sentence
from depesche.reading.items import QUOTE
from depesche.words.copy import Form

if TYPE_CHECKING:
    from depesche.reading.en.frames import English

_TITLE = 4
"""A quotation of fewer words after a colon is a name or a title."""

_NEAR = 8
"""Items between a verb and the noun that it denies or confirms."""


def according(frames: English) -> None:
    """According to X, ... and ..., according to X."""
    sentence = frames.sentence
    for place in range(sentence.end - 2 if "according" in sentence.lows else 0):
        if sentence.low(place) != "according" or sentence.low(place + 1) != "to":
            continue
        end, tail = _source(sentence, place)
        start = _again(sentence, place)
        while start < place and sentence.is_of(start, "conjunction"):
            start += 1
        comma = 1 if place and sentence.mark(place - 1, ",–—") else 0
        spans = [sentence.span(start, place), sentence.span(tail, frames.stop(tail)) if tail < sentence.end else None]
        if not any(spans):
            continue
        frame = sentence.raw(place - comma, tail)
        made = frames.draft("Indirect", spans, "en_according", None, (place + 2, end), frame)
        made.cue = [sentence.raw(place, place + 2)]
        frames.taken.update(range(start, sentence.end))
        return


def _again(sentence: Sentence, place: int) -> int:
    """Where a second source has its own clause: "..., Roe said, and according to a report, ..."; else the beginning."""
    if place < 2 or sentence.low(place - 1) not in ("and", "but", "while") or not sentence.mark(place - 2, ",;–—"):
        return 0
    return place


def in_view(frames: English) -> None:
    """ "In the view of the agency, ...", "In his words, ...", "It was, in the words of one aide, “a disaster.”"."""
    sentence = frames.sentence
    if sentence.lows.isdisjoint(sentence.kinds["view"]):
        return
    first = next(
        (at for at in range(sentence.end) if sentence.low(at) == "in" and (not at or sentence.mark(at - 1, ",–—"))),
        None,
    )
    if first is None:
        return
    noun = next((at for at in range(first + 1, min(first + _NEAR, sentence.end)) if sentence.is_of(at, "view")), 0)
    comma = next((at for at in range(noun, sentence.end) if sentence.mark(at, ",–—")), 0)
    if not noun or not comma or comma + 1 >= len(frames.items):
        return
    owned = sentence.is_of(first + 1, "owner") or sentence.low(noun - 1).endswith(("'s", "’s", "s’", "s'"))
    if sentence.low(noun + 1) == "of":
        who = (noun + 2, comma)
    elif comma == noun + 1 and owned:
        who = (first + 1, noun)
    else:
        return
    direct = not first and sentence.speech(comma + 1)
    spans = [
        sentence.span(0, first),
        sentence.raw(comma + 1, comma + 2) if direct else sentence.span(comma, sentence.end),
    ]
    form: Form = "Direct" if direct else "Indirect"
    made = frames.draft(form, spans, "en_according", None, who, sentence.raw(first, comma))
    made.cue = [sentence.raw(noun, noun + 1)]
    frames.taken.update(range(0, sentence.end))


def as_told(frames: English) -> None:
    """ "As first reported by the Morning Ledger, ...": a source in a clause of its own."""
    sentence = frames.sentence
    if sentence.low(0) != "as":
        return
    place = 1
    put = next((at for at in range(2, min(_NEAR, sentence.end)) if sentence.low(at) in ("put", "puts")), 0)
    if put and sentence.low(put + 1) == "it" and sentence.mark(put + 2, ",:"):
        _put_it(frames, put)
        return
    while sentence.adverb(place):
        place += 1
    if sentence.low(place) not in sentence.verbs or sentence.low(place + 1) != "by":
        return
    end = next((at for at in range(place + 2, sentence.end) if sentence.mark(at, ",")), 0)
    if end:
        spans = [sentence.span(end, sentence.end)]
        made = frames.draft("Indirect", spans, "en_according", None, (place + 2, end), sentence.raw(0, end))
        made.cue = [sentence.raw(place, place + 1)]
        frames.taken.update(range(0, sentence.end))


def _put_it(frames: English, put: int) -> None:
    """ "As Roe put it, ..."."""
    sentence = frames.sentence
    direct = sentence.speech(put + 3)
    span = sentence.raw(put + 3, put + 4) if direct else sentence.span(put + 3, sentence.end)
    made = frames.draft(
        "Direct" if direct else "Indirect", [span], "en_according", None, (1, put), sentence.raw(0, put + 3)
    )
    made.cue = [sentence.raw(put, put + 2)]
    frames.taken.update(range(0, sentence.end))


def _source(sentence: Sentence, place: int) -> tuple[int, int]:
    """Where the name of a source ends, and the whole phrase with a relative clause on it."""
    end = place + 2
    while end < sentence.end and not sentence.mark(end, ",;:–—") and not sentence.speech(end):
        if end > place + 3 and sentence.is_of(end, "finite") and place == 0 and not sentence.is_of(end - 1, "relative"):
            break
        end += 1
    tail = end
    if place and sentence.mark(end, ","):
        closing = next((at for at in range(end + 1, sentence.end) if sentence.mark(at, ",;")), sentence.end)
        if sentence.is_of(end + 1, "relative"):
            tail = closing
        elif closing >= sentence.end and _apposition(sentence, end + 1, closing):
            end = tail = closing  # an apposition: "according to Jane Roe, its director"
    elif not place and sentence.mark(end, ","):
        end, tail = _hung(sentence, end)
    quoted = next((at for at in range(place + 3, end) if sentence.low(at) in ("quoted", "cited")), end)
    return (quoted if sentence.low(quoted + 1) == "by" else end), tail


def _hung(sentence: Sentence, comma: int) -> tuple[int, int]:
    """The same when the source comes first: "According to the complaint, filed in court, ..."."""
    closing = next((at for at in range(comma + 1, sentence.end) if sentence.mark(at, ",")), None)
    if closing is None or not sentence.has_verb(closing + 1, sentence.end):
        return comma, comma
    if sentence.is_of(comma + 1, "relative") or sentence.low(comma + 1).endswith(("ed", "ing")):
        return comma, closing
    if sentence.is_of(comma + 1, "article", "owner") and not sentence.has_verb(comma + 1, closing):
        return closing, closing  # "According to Jane Roe, its director, ..."
    return comma, comma


def _apposition(sentence: Sentence, start: int, end: int) -> bool:
    """True for a phrase without a verb, but for one in its relative clause."""
    hung = next(
        (at for at in range(start, end) if sentence.is_of(at, "who") or sentence.low(at) in ("that", "which")), end
    )
    return not sentence.has_verb(start, hung)


def asked(sentence: Sentence) -> range:
    """The places of "Asked whether ...," before the answer: a question of nobody."""
    if sentence.low(0) not in ("asked", "pressed", "questioned") and not (
        sentence.low(0) == "when" and sentence.low(1) in ("asked", "pressed")
    ):
        return range(0)
    return range(next((at for at in range(sentence.end) if sentence.mark(at, ",")), 0))


def loose(frames: English) -> None:
    """A quotation after a colon at whose front somebody acts: "Clinton was blunt: "..."."""
    sentence = frames.sentence
    for place, item in enumerate(frames.items):
        if item.kind != QUOTE or _held(frames, place) or place < 2 or not sentence.mark(place - 1, ":"):
            continue
        lead = len(asked(sentence)) + 1 if asked(sentence) else 0
        verb = sentence.first_verb(lead, place - 1)
        if len(item.text.split()) < _TITLE and not (verb and sentence.whole(place)):
            continue
        before = next((draft for draft in frames.drafts if draft.speaker), None)
        who = (lead, verb) if verb and sentence.opens(lead) and not sentence.is_of(lead, "subordinator") else None
        made = frames.draft("Direct", [sentence.raw(place, place + 1)], "en_colon", None, who, sentence.raw(0, place))
        if before is not None:
            made.speaker = before.speaker


def _held(frames: English, place: int) -> bool:
    item = frames.items[place]
    return any(a <= item.start and item.end <= b for draft in frames.drafts for a, b in draft.spans)


def within(frames: English) -> None:
    """The quotations within what is told."""
    outer = [draft for draft in frames.drafts if draft.form == "Indirect" and draft.within is None]
    direct = {draft.spans[0][0] for draft in frames.drafts if draft.form == "Direct"}
    for item in frames.items:
        if item.kind != QUOTE or item.start in direct:
            continue
        if len(item.text.split()) < 2 and item.text[1:2].isupper():
            continue
        around = next((d for d in outer if any(a <= item.start and item.end <= b for a, b in d.spans)), None)
        if around is not None:
            made = Draft("Direct", [(item.start, item.end)], "quote_within", unit=frames.unit.number, within=around)
            made.speaker, made.cue, made.frame = around.speaker, around.cue, around.frame
            made.verb, made.act, made.addressee = around.verb, around.act, around.addressee
            frames.drafts.append(made)


def inner(frames: English) -> None:
    """What somebody is said to have said: "The agency said Beck had told the council that no talks would be held"."""
    sentence = frames.sentence
    for around in [draft for draft in frames.drafts if draft.form == "Indirect"]:
        for cue in sentence.cues:
            start, stop = sentence.raw(cue.first, cue.last)
            if not any(a < start and stop < b for a, b in around.spans) or cue.how != "finite":
                continue
            begin, told = contents.content(sentence, cue)
            who = speakers.before(sentence, cue)
            if begin is None or who is None or sentence.raw(*who)[0] < around.spans[0][0]:
                continue
            bare = ("o" in cue.verb.frames and told is not None) or "y" in cue.verb.frames
            if sentence.low(begin) not in ("that", "whether") and (not bare or sentence.low(begin) == "to"):
                continue
            end = frames.stop_within(begin, around)
            frame = sentence.raw(who[0], begin)
            made = frames.draft("Indirect", [sentence.span(begin, end)], "en_inner", cue, who, frame)
            made.within = around
            made.addressee = [sentence.raw(*told)] if told else []
            break


def report(frames: English) -> None:
    """X denied the claim: an act of a party with its object and no clause; up to "but said" when more follows."""
    sentence = frames.sentence
    for cue in sentence.cues:
        passive = cue.how == "passive"
        who = inverted.agent(sentence, cue) if passive else speakers.before(sentence, cue)
        if "n" not in cue.verb.frames or cue.how == "ing" or not who or cue.place in frames.taken:
            continue
        if any(other.first == cue.place < other.place for other in sentence.cues):
            continue  # "refused to confirm"
        if not passive and not cue.verb.particle and not _has_object(sentence, cue):
            continue
        if sentence.has_verb(who[0] + 1, who[1]) or sentence.is_of(who[0] - 1, "relative", "unless"):
            continue
        if any(at in frames.taken for at in range(*who)) and sentence.low(cue.first - 1) not in ("and", "but"):
            continue
        _report(frames, cue, who)


def _has_object(sentence: Sentence, cue: Cue) -> bool:
    """True for "denied the claim" and "declined to comment", not for "reported to work" and "the firm cited in it"."""
    place = cue.last
    while sentence.adverb(place) or sentence.is_of(place, "time", "day"):
        place += 1
    if sentence.is_of(place, "preposition"):
        return sentence.low(place) == "to" and cue.verb.act == "deny"
    return place < sentence.end


def _report(frames: English, cue: Cue, who: tuple[int, int]) -> None:
    sentence = frames.sentence
    double = next(
        (o for o in sentence.cues if o.place == cue.last + 1 and sentence.low(cue.last) in ("nor", "or")), None
    )
    if double is not None:
        cue = cue._replace(last=double.last)  # "neither admitted nor denied"
    first = cue.first - 1 if who[1] < cue.first - 1 and sentence.low(cue.first - 1) in ("and", "but") else 0
    end = next((at for at in range(cue.last, sentence.end) if at in frames.taken), sentence.end)
    for other in sentence.cues:
        if (
            cue.last < other.first < end
            and sentence.low(other.first - 1) in ("and", "but")
            and "n" in other.verb.frames
        ):
            end = other.first - 1
    while end > cue.last and (sentence.low(end - 1) in ("and", "but") or sentence.mark(end - 1, ",")):
        end -= 1
    whole = end == sentence.end and not first
    cut = end < sentence.end and not (sentence.mark(end, ",;:–—") or sentence.low(end) in ("and", "but"))
    if end <= cue.last or cut:
        return  # "blasted what he called “a hoax”": what he called it is told
    span = (frames.unit.start, frames.unit.end) if whole else sentence.raw(first, end)
    made = frames.draft("Reported", [span], "en_report", cue, who, None)
    made.said_by = span
    frames.taken.update(range(cue.first, end))
