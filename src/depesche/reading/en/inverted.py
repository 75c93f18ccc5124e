"""Who says it, after the verb: "said Kim Smith, a lawyer, on Monday", "was denied by both parties".

In: a sentence and one of its cues. Out: places, None when nobody can be told. An apposition belongs to the speaker, a
time, a place and an occasion don't.
"""

from __future__ import annotations

from depesche.reading.en.sentence import LONGEST, Cue, Place, Sentence

_REACH = 6
"""Words that a preposition and its occasion may be apart: "in a brief telephone interview"."""


def after(sentence: Sentence, cue: Cue) -> Place | None:
    """The noun phrase right after the verb, with its apposition, up to a word of time or place."""
    start = cue.last
    if not sentence.opens(start) or sentence.quote(start):
        return None
    if sentence.is_of(start, "pronoun"):
        return (start, start + 1)
    if sentence.is_of(start, "day", "time") and not sentence.is_of(start, "article", "determiner"):
        return None
    place = start
    apposed = relative = False
    while place < sentence.end and place - start < LONGEST:
        if sentence.quote(place) and (sentence.whole(place) or sentence.speech(place)):
            break
        if sentence.mark(place, ";:–—"):
            break
        if sentence.items[place].kind == "w" and not sentence.items[place].cap and not relative:
            relative = sentence.is_of(place, "who")
            if not relative and _ends(sentence, place, start, apposed=apposed):
                break
        if sentence.mark(place, ","):
            if _closes(sentence, place):
                break
            apposed = apposed or not sentence.capital(place + 1)
        place += 1
    while place > start and sentence.mark(place - 1, ",.") and not _abbreviated(sentence, place - 1):
        place -= 1
    return (start, place) if place > start else None


def agent(sentence: Sentence, cue: Cue) -> Place | None:
    """The one by whom it is said in the passive: "was denied by both parties"."""
    place = next((at for at in range(cue.last, cue.last + 2) if sentence.low(at) == "by"), None)
    if place is None or not sentence.opens(place + 1):
        return None
    stop = place + 1
    while stop < sentence.end and not sentence.mark(stop, ",;:–—") and not sentence.is_of(stop, "cut"):
        stop += 1
    return place + 1, stop


def _abbreviated(sentence: Sentence, place: int) -> bool:
    return sentence.low(place) == "." and sentence.low(place - 1) in ("jr", "sr", "inc", "co", "corp", "ltd", "s")


def _ends(sentence: Sentence, place: int, start: int, *, apposed: bool) -> bool:
    """True when the name ends before this word: "said Kim Smith on Monday", "said Kim in an interview"."""
    low = sentence.low(place)
    if apposed and sentence.is_of(place, "preposition"):
        return _occasion(sentence, place)  # "..., a partner at the firm", "..., the first woman to lead it"
    if low in ("in", "at", "to", "by", "from", "of", "for", "with", "about"):
        if low in ("of", "for", "from", "with"):
            return False
        return place > start and (low in ("to", "by") or sentence.is_of(place + 1, "article", "day", "determiner"))
    if low == "and":
        return not (sentence.capital(place + 1) or sentence.opens(place + 1)) or sentence.finite(place + 2)
    return place > start and sentence.is_of(place, "cut", "day")


def _occasion(sentence: Sentence, place: int) -> bool:
    """True when a preposition leads to a day or an occasion: "on Monday", "in a telephone interview"."""
    for at in range(place + 1, min(place + _REACH, sentence.end)):
        if sentence.mark(at, ",;:–—") or sentence.is_of(at, "preposition", "who"):
            return False
        if sentence.is_of(at, "day", "occasion"):
            return True
    return False


def _closes(sentence: Sentence, comma: int) -> bool:
    """True when the phrase ends with this comma: no apposition follows it."""
    after_it = comma + 1
    ends = sentence.is_of(after_it, "cut", "conjunction", "preposition", "adverb")
    if ends and sentence.low(after_it) not in ("who", "whose", "of"):
        return True
    if sentence.low(after_it).endswith("ing"):
        return True
    stop = next(
        (at for at in range(after_it, sentence.end) if sentence.mark(at, ",;:–—") or sentence.quote(at)), sentence.end
    )
    return (sentence.is_of(after_it, "pronoun") and not sentence.is_of(after_it, "relative")) or (
        sentence.has_verb(after_it, stop)
        and not sentence.is_of(after_it, "relative")
        and not sentence.is_of(after_it, "article")
    )
