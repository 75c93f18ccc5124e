"""Who says it: the noun phrase before the verb of saying.

In: a sentence and one of its cues. Out: places, None when nobody can be told. Appositions belong to the speaker, times
and places don't; a verb that only goes on ("came in and said") has the subject of the one before.
"""

from __future__ import annotations

from depesche.reading.en.sentence import LONGEST, Cue, Place, Sentence

_PARTS = 5
"""Parts between commas that a speaker may have: a name, an age, an office, a town and its state."""
_JOINING = frozenset({"that", "because", "if", "when", "while", "as", "whether", "although", "though", "than", "where"})
_OF_PLACE = frozenset({"in", "at", "on", "to", "by", "from", "with", "for", "of", "about", "under"})


def before(sentence: Sentence, cue: Cue) -> Place | None:
    """The one who stands right before the verb, or is taken over from the verb before it."""
    found = _before(sentence, cue)
    return _without_time(sentence, *_with_all(sentence, *found)) if found else None


def _with_all(sentence: Sentence, start: int, end: int) -> Place:
    """All names of a list: "Ford, Chrysler and GM"."""
    listed = any(sentence.low(at) in ("and", "or") for at in range(start + 1, end))
    while listed and start > 1 and sentence.mark(start - 1, ",") and sentence.items[start].cap:
        first = sentence.begin(start - 1)
        name = (
            sentence.items[first].cap and sentence.opens(first) and not sentence.is_of(first, "time", "day", "article")
        )
        if not name or sentence.has_verb(first, start - 1):
            break
        start = first
    return start, end


def _without_time(sentence: Sentence, start: int, end: int) -> Place:
    """ "A panel of experts on Tuesday": the day belongs to the verb, but not in "a report released last month"."""
    stop = end
    while stop - 1 > start and (
        sentence.is_of(stop - 1, "day", "time") or (stop < end and sentence.low(stop - 1) in ("on", "in", "this"))
    ):
        stop -= 1
    within = sentence.low(stop - 1).endswith("ed") or sentence.is_of(stop - 1, "determiner", "preposition", "article")
    return (start, end) if within else (start, stop)


def _before(sentence: Sentence, cue: Cue) -> Place | None:
    if cue.how == "ing":
        return _of_main(sentence, cue.first)
    if cue.how == "quoted":
        return cue.first + 1, cue.place - 1
    end = cue.first
    while end and sentence.adverb(end - 1) and not sentence.is_of(end - 1, "determiner"):
        end -= 1
    if end and sentence.mark(end - 1, ",–—"):
        return _apposed(sentence, end - 1)
    start = sentence.begin(end)
    if start >= end:
        return _past_quotation(sentence, end)
    if sentence.low(end - 1) in ("and", "but", "then", "or"):
        return _shared(sentence, start, end - 1)
    return _phrase(sentence, start, end)


def _past_quotation(sentence: Sentence, end: int) -> Place | None:
    """The head of a relative clause that ends in a quotation: "Smith, who called it “rigged,” said"."""
    start = end - 1
    while start > 0 and not sentence.mark(start - 1, ",;:–—"):
        start -= 1
    if end < 1 or not sentence.quote(end - 1) or not sentence.is_of(start, "relative") or start < 2:
        return None
    head = _past_lead(sentence, sentence.begin(start - 1), start - 1)
    return (head, start - 1) if head < start - 1 and sentence.opens(head) else None


def _phrase(sentence: Sentence, start: int, end: int) -> Place | None:
    """The noun phrase that ends at `end`, without what leads to it: conjunctions, times, a clause before it."""
    if sentence.low(end - 1) in ("who", "which"):
        return _antecedent(sentence, start, end - 1)
    if sentence.is_of(end - 1, "subject") and not sentence.is_of(end - 2, "conjunction"):
        return end - 1, end  # "a man he described as a friend"
    if sentence.is_of(start, "relative", "gap") and start + 1 < end:
        start += 1  # "whom Trump called", "that critics say"
    start = _past_clause(sentence, start, end)
    start = max((place + 1 for place in range(start, end) if sentence.speech(place)), default=start)
    start = max(
        (
            other.last
            for other in sentence.cues
            if start <= other.place and other.last < end and not _hangs(sentence, other)
        ),
        default=start,
    )
    start = _past_lead(sentence, start, end)
    if start >= end or end - start > LONGEST or not (sentence.opens(start) or _counts(sentence, start)):
        return None
    if sentence.is_of(start, "pronoun") and end - start == 1:
        return None if sentence.low(start) in ("it", "i", "you") and sentence.low(end) in ("seems",) else (start, end)
    if _acts(sentence, start, end):
        return None
    return (start, end)


def _past_clause(sentence: Sentence, start: int, end: int) -> int:
    """Past a clause before the phrase, up to its last conjunction: "Prices rose and Smith said"."""
    asked = any(sentence.low(place) in ("who", "whose", "which") for place in range(start + 1, min(start + 5, end - 1)))
    last = min(end - 1, start + 2) if asked else end - 1  # "A man who asked not to be named because he feared ... said"
    return next((place + 1 for place in range(last, start, -1) if _joins(sentence, start, place, end)), start)


def _joins(sentence: Sentence, start: int, place: int, end: int) -> bool:
    """True for a conjunction behind which another clause than the one before it begins."""
    low = sentence.low(place)
    if low in ("and", "but", "so", "or"):
        return sentence.has_verb(start + 1, place) and sentence.opens(place + 1)
    if low == "as" and sentence.items[place - 1].cap and not sentence.has_verb(place + 1, end):
        return False  # "a man known as X"
    return low in _JOINING and place + 1 < end


def _hangs(sentence: Sentence, cue: Cue) -> bool:
    """True for a participle that belongs to the noun before it: "a statement posted on the website said"."""
    bare = cue.first == cue.place and sentence.low(cue.place).endswith("ed")
    return bare and sentence.is_of(cue.last, "preposition", "day", "time")


def _acts(sentence: Sentence, start: int, end: int) -> bool:
    """True when there is a clause in it, which no name has but in a relative clause."""
    for place in range(start + 1, end):
        if sentence.is_of(place, "relative"):
            return False
        if sentence.is_of(place, "finite") and not sentence.items[place].cap:
            return True
    return sentence.is_of(start, "subject") and sentence.first_verb(start, end) is not None


def _past_lead(sentence: Sentence, start: int, end: int) -> int:
    """Past "But", "On Monday", "In a statement", "Meanwhile" before the phrase."""
    while start < end - 1:
        if (
            sentence.is_of(start, "conjunction", "subordinator")
            or (
                sentence.is_of(start, "adverb")
                and not sentence.is_of(start, "determiner")
                and not _counts(sentence, start)
            )
            or sentence.is_of(start, "day")
            or (sentence.is_of(start, "time") and not sentence.opens(start))
        ):
            start += 1
        elif sentence.is_of(start, "time") and sentence.is_of(start + 1, "time", "day"):
            start += 2  # "Last year the company"
        elif sentence.low(start) in _OF_PLACE | {"during", "after", "before", "since"}:
            start = _past_prepositional(sentence, start + 1, end)
        elif sentence.mark(start, ",–—"):
            start += 1
        else:
            break
    return start


def _counts(sentence: Sentence, place: int) -> bool:
    """True for an adverb that belongs to the name after it: "Only 12 percent", "First lady Ann Roe"."""
    return sentence.low(place) in ("only", "first", "even") and not sentence.mark(place + 1, ",")


def _past_prepositional(sentence: Sentence, place: int, end: int) -> int:
    """Past the noun phrase of a preposition that opens a sentence, up to where the next phrase begins."""
    first = place
    while place < end:
        if place > first and (
            sentence.is_of(place, "article", "subject")
            or (sentence.is_of(place, "determiner") and not sentence.is_of(place - 1, "article"))
            or (sentence.items[place].cap and not sentence.items[place - 1].cap and not _joined(sentence, place - 1))
            or (sentence.items[place].cap and sentence.is_of(place - 1, "day"))
        ):
            return place if not _joined(sentence, place - 1) else place + 1
        place += 1
    return end


def _joined(sentence: Sentence, place: int) -> bool:
    return sentence.is_of(place, "preposition", "article", "conjunction") or sentence.low(place) == "and"


def _antecedent(sentence: Sentence, start: int, who: int) -> Place | None:
    """The noun phrase right before "who"."""
    end = who - 1 if sentence.mark(who - 1, ",–—") else who
    first = sentence.begin(end)
    first = max(first, start) if start < end else first
    first = _past_lead(sentence, first, end)
    verb = max((place for place in range(first, end) if sentence.finite(place)), default=None)
    if verb is not None:
        first = verb + 1
        while first < end and sentence.is_of(first, "preposition", "adverb"):
            first += 1
    return (first, end) if first < end else None


def _apposed(sentence: Sentence, comma: int) -> Place | None:
    """The phrase whose apposition or relative clause closes with a comma right before the verb: "X, a lawyer, said"."""
    first = head = sentence.begin(comma)
    part, named = comma, False
    for _ in range(_PARTS):
        if head == 0 or not sentence.mark(head - 1, ",–—"):
            break
        start = _head(sentence, sentence.begin(head - 1), head - 1)
        inner = _loose(sentence, head) or not sentence.has_verb(head, part)
        if start is None or not inner:
            break
        if named and not sentence.is_of(start, "article", "owner"):
            break  # before a name only what it is called: "A witness, Ann Roe, 23, said"
        if _loose(sentence, head):
            comma = head - 1
        head, part = start, head - 1
        if head != sentence.begin(head):
            break
        named = not (
            sentence.is_of(head, "article", "determiner", "relative")
            or sentence.low(head)[:1].isdigit()
            or _participle(sentence, head)
        )
    if head == first or sentence.is_of(head, "relative") or _participle(sentence, head):
        head = first
        if sentence.is_of(head, "relative", "preposition") or sentence.has_verb(head, comma):
            return _of_main(sentence, comma) if not sentence.quote(comma - 1) else None
        head = _past_lead(sentence, head, comma)
        return (head, comma) if head < comma and sentence.opens(head) else None
    return (head, comma) if comma - head <= LONGEST else None


def _head(sentence: Sentence, start: int, end: int) -> int | None:
    """Where the noun phrase of a part between commas begins; None when the part is a clause without one at its end."""
    if sentence.is_of(start, "relative") or (start and _participle(sentence, start)):
        return start
    if not start and _participle(sentence, start):
        return None  # "Asked for comment", "Speaking in Rome"
    first = _past_lead(sentence, start, end)
    if sentence.has_verb(first, end):
        joins = [at for at in range(first, end) if sentence.is_of(at, "subordinator") or sentence.low(at) == "that"]
        first = joins[-1] + 1 if joins else end
    return first if first < end and sentence.opens(first) and not sentence.has_verb(first, end) else None


def _participle(sentence: Sentence, place: int) -> bool:
    """True where a part like "based in Austin" or "asked about it" begins."""
    low = sentence.low(place)
    return low.endswith(("ed", "ing")) and sentence.is_of(place + 1, "preposition", "question", "day")


def _loose(sentence: Sentence, place: int) -> bool:
    """True when what follows the name is no name of the same one: an age, "speaking in Rome", "who lives there"."""
    return (
        sentence.is_of(place, "relative")
        or sentence.low(place)[:1].isdigit()
        or sentence.low(place).endswith(("ing", "ed"))
        or sentence.is_of(place, "preposition")
    )


def _shared(sentence: Sentence, start: int, end: int) -> Place | None:
    """The subject of the verb before "and": "X left the room and said"."""
    first = _past_lead(sentence, start, end)
    verb = sentence.first_verb(first, end)
    if verb is None:
        return _of_main(sentence, start)
    stop = verb
    while stop > first and sentence.is_of(stop - 1, "adverb", "auxiliary", "modal"):
        stop -= 1
    if stop == first:
        return _of_main(sentence, start)
    return _phrase(sentence, first, stop)


def _of_main(sentence: Sentence, limit: int) -> Place | None:
    """The subject of the first main clause before a place."""
    start = 0
    while start < limit:
        stop = start
        while stop < limit and not sentence.mark(stop, ",;:–—"):
            stop += 1
        first = _past_lead(sentence, start, stop)
        verb = sentence.first_verb(first, stop)
        lead = sentence.is_of(start, "subordinator", "preposition") and sentence.low(start) not in ("that",)
        if verb is not None and not (lead and first == start) and not sentence.is_of(start, "relative"):
            if sentence.is_of(start, "subordinator"):
                start = stop + 1
                continue
            while verb > first and sentence.is_of(verb - 1, "adverb", "auxiliary", "modal"):
                verb -= 1
            if verb > first and sentence.opens(first):
                return (first, verb)
            return None
        nxt = stop + 1
        if nxt < limit and verb is None and sentence.opens(first) and not lead and stop > first:
            closing = next((at for at in range(nxt, limit) if sentence.mark(at, ",–—")), None)
            if closing is not None and sentence.finite(closing + 1):
                return (first, stop)
        start = nxt
    return None


def lost(sentence: Sentence, cue: Cue) -> Place | None:
    """The subject that can't be the speaker: "X should raise wages and complains": who is asked isn't who asks."""
    start = sentence.begin(cue.first)
    present = cue.how == "finite" and sentence.low(cue.place).endswith("s")
    if not present or sentence.low(cue.first - 1) != "and":
        return None
    for place in range(start + 1, cue.first - 1):
        due = sentence.low(place) in ("is", "are", "has", "have") and sentence.low(place + 1) == "to"
        if due or sentence.is_of(place, "due"):
            return _phrase(sentence, start, place)
    return None


def quoting(sentence: Sentence, cue: Cue) -> Place | None:
    """The outlet that quotes: "Karpress quoted President Beck as saying"."""
    return before(sentence, cue._replace(how="finite"))
