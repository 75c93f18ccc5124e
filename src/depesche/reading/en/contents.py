"""What is said after a verb of saying: where it begins, and who is told.

In: a sentence and one of its cues. Out: places, None when the verb has no clause, infinitive or object of that kind.
"""

from __future__ import annotations

from depesche.reading.en.sentence import Cue, Place, Sentence
from depesche.reading.items import WORD

NEAR = 16
"""Items between a verb and the quotation it introduces: "told reporters at a briefing in Kyiv on Monday: ..."."""
_OVER = 7
"""Items between a verb and its "that" that are looked over."""
BARE = 3
"""Items of a clause at least whose verb isn't known."""


def content(sentence: Sentence, cue: Cue) -> tuple[int | None, Place | None]:
    """Where what is said begins after the verb, and who is told."""
    frames = set(cue.verb.frames)
    if cue.how == "passive":
        return None, None
    if "y" in frames and sentence.opens(cue.last) and not sentence.has_verb(cue.last, sentence.end):
        return cue.last, None  # "declared the exercise over"
    if "a" in frames and _as(sentence, cue):
        return cue.last, None
    if "f" in frames:
        return _accused(sentence, cue)
    if "c" in frames and _called(sentence, cue):
        return cue.last, None
    if (
        "j" in frames
        and sentence.opens(cue.last)
        and (object_ := told(sentence, cue))
        and infinitive(sentence, object_[1])
    ):
        return cue.last, None
    hearer = told(sentence, cue) if "o" in frames else None
    if "x" in frames or ("o" in frames and hearer is None and not frames & set("htp")):
        return None, None
    place = _skip(sentence, hearer[1] if hearer else cue.last, to="z" not in frames)
    if frames & set("th") and not ("z" in frames and infinitive(sentence, place)):
        place = _far_that(sentence, place)
    low = sentence.low(place)
    if place + 2 > sentence.end:
        return None, None
    found = (
        (low == "that" and bool(frames & set("th")) and (place + 2 < sentence.end or sentence.quote(place + 1)))
        or (low in ("whether", "if") and bool(frames & set("wth")) and place + 2 < sentence.end)
        or (low in sentence.kinds["question"] and "w" in frames and sentence.has_verb(place + 1, sentence.end))
        or ("z" in frames and infinitive(sentence, place))
        or ("t" in frames and ("o" not in frames or bool(hearer) or "p" in frames) and _bare(sentence, cue, place))
    )
    return (place, hearer) if found else (None, None)


def infinitive(sentence: Sentence, place: int) -> bool:
    """True for "to leave" and "not to leave", not for "to investigators"."""
    verb = place + (2 if sentence.low(place) == "not" else 1)
    if sentence.low(verb - 1) != "to" or verb >= len(sentence.items):
        return False
    if sentence.goes_on(verb):
        return True  # "promised to “do everything”"
    if verb >= sentence.end or sentence.items[verb].cap:
        return False
    noun = sentence.low(verb).endswith("s") and not sentence.low(verb).endswith("ss")
    return not noun and not sentence.is_of(verb, "article", "determiner", "pronoun", "object", "day")


def told(sentence: Sentence, cue: Cue) -> Place | None:
    """The one who is told, right after the verb: "told reporters", "urged the president"."""
    place = cue.last
    if sentence.is_of(place, "question", "stops", "negation") or sentence.quote(place):
        return None
    if sentence.is_of(place, "pronoun", "object"):
        return (place, place + 1)
    if not sentence.opens(place):
        return None
    for stop in range(place, min(sentence.end, place + NEAR)):
        if sentence.mark(stop, ",;:–—") or sentence.quote(stop) or sentence.is_of(stop, "day"):
            break
        if stop > place and (sentence.is_of(stop, "stops", "subject", "question", "negation")):
            break
        if (
            stop > place
            and sentence.is_of(stop, "article", "determiner")
            and not sentence.is_of(stop - 1, "preposition")
        ):
            break
        if stop > place and sentence.finite(stop):
            return None if stop - place < 2 else (place, place + 1)
    else:
        stop = min(sentence.end, place + NEAR)
    return (place, stop) if stop > place else None


def _skip(sentence: Sentence, start: int, *, to: bool) -> int:
    """Past what may stand between the verb and what is said: times, occasions, a parenthesis before "that"."""
    place = sentence.occasion(start, to=to)
    if sentence.mark(place, ",–—"):
        closing = next((at for at in range(place + 1, sentence.end) if sentence.mark(at, ",–—")), place)
        if sentence.low(closing + 1) == "that":
            return closing + 1
    return place


def _far_that(sentence: Sentence, place: int) -> int:
    """A "that" a few words on, over what is no clause: "told reporters aboard her plane that"."""
    for at in range(place, min(place + _OVER, sentence.end)):
        if sentence.low(at) == "that" and sentence.items[at].kind == WORD:
            return at
        if sentence.finite(at) or sentence.quote(at) or sentence.mark(at, ",;:–—") or sentence.is_of(at, "subject"):
            break
    return place


def _bare(sentence: Sentence, cue: Cue, place: int) -> bool:
    """True when a clause without "that" begins here."""
    counted = any(sentence.low(at)[:1].isdigit() for at in (place + 1, place + 2))  # "about 400", "at least 20"
    if not (sentence.opens(place) or counted or sentence.is_of(place, "begins")):
        return False
    if sentence.is_of(place, "preposition") and place == cue.last and "p" not in cue.verb.frames:
        return False
    stop = next((at for at in range(place, sentence.end) if sentence.mark(at, ";:")), sentence.end)
    if sentence.finite(place) and sentence.is_of(place, "finite") and "'" in sentence.low(place).replace("’", "'"):
        return True  # "it's too late"
    verb = sentence.first_verb(place, stop)
    if sentence.quote(place) and place + 1 >= stop:
        return False
    if verb is None and (sentence.is_of(place, "subject") or sentence.low(place) == "it") and stop - place >= BARE:
        return True
    if verb is None and sentence.is_of(place, "nothing"):
        return False  # "has said little about it"
    if verb is None:
        going = any(sentence.goes_on(at) for at in range(place + 1, stop))
        return going or ("b" in cue.verb.frames and stop - place > BARE)
    between = range(place, verb)
    joint = verb - 1
    while joint > place and sentence.adverb(joint):
        joint -= 1
    if sentence.low(joint) in ("and", "but"):
        return False  # "reported a loss and said"
    return not any(sentence.mark(at, ",") for at in between) or verb - place >= 3


def _as(sentence: Sentence, cue: Cue) -> bool:
    """ "sees the remarks as a sign": an object and what it is taken for."""
    for place in range(cue.last + 1, min(sentence.end - 1, cue.last + NEAR)):
        if sentence.mark(place, ",;:–—") or sentence.quote(place) or sentence.finite(place):
            return False
        if sentence.low(place) == "as":
            return sentence.opens(place + 1) and sentence.opens(cue.last) and not sentence.is_of(place + 1, "subject")
    return False


def _called(sentence: Sentence, cue: Cue) -> bool:
    """ "called the plan a mistake": an object and, with an article of its own, what it is called."""
    if not sentence.opens(cue.last):
        return False
    for place in range(cue.last + 1, min(sentence.end - 1, cue.last + NEAR)):
        if sentence.mark(place, ",;:–—") or sentence.quote(place) or sentence.finite(place):
            return False
        if sentence.low(place) in ("a", "an"):
            return not sentence.is_of(place - 1, "preposition", "article", "conjunction", "determiner")
    return False


def _accused(sentence: Sentence, cue: Cue) -> tuple[int | None, Place | None]:
    """ "accused the rebels of stealing fuel": what hangs on "of"."""
    for place in range(cue.last + 1, min(sentence.end - 1, cue.last + NEAR)):
        if sentence.mark(place, ",;:") or sentence.quote(place):
            break
        if sentence.low(place) == "of" and (
            sentence.low(place + 1).endswith("ing") or not sentence.is_of(place + 1, "article", "determiner", "owner")
        ):
            return place + 1, (cue.last, place)
    return None, None


__all__ = ["BARE", "NEAR", "content", "infinitive", "told"]
